"""Mailed ballots, corrected wording, packed sessions."""

import json
import shutil
import tomllib
from pathlib import Path

import msgspec
import pytest

from evaluator.errors import EvaluatorError
from evaluator.exchange import merge_ballot, refresh, take_scores, unpack_file
from evaluator.project import Project
from evaluator.store import history
from evaluator.store.documents import dump
from evaluator.store.folder import SessionFolder
from evaluator.store.pack import pack, packed_json
from evaluator.workshop import Workshop


@pytest.fixture
def mailed(workshop: Workshop, root: Path, tmp_path: Path) -> Path:
    """Amina's ballot as she mails it; here the file is gone again."""
    workshop.score("lamps", "reach", 4, note="Cheap")
    workshop.score("ferry", "burden", "abstain")
    workshop.save()
    path = root / "sessions/first/ballots/round-1/amina.toml"
    mail = tmp_path / "amina.toml"
    mail.write_bytes(path.read_bytes())
    path.unlink()
    return mail


def test_a_mailed_ballot_comes_in(mailed: Path, project: Project) -> None:
    here = project.workshop("first")
    assert merge_ballot(here, mailed, dry_run=True).taken == 3
    assert here.ballots() == {}
    found = merge_ballot(here, mailed)
    assert (found.taken, found.differences) == (3, ())
    again = project.workshop("first").ballot("amina")
    assert again.scores == {"lamps": {"reach": 4}, "ferry": {"burden": "abstain"}}
    assert Project.check(project.root) == []


def test_a_cell_that_differs_keeps_what_is_here(mailed: Path, project: Project) -> None:
    here = project.workshop("first")
    here.join("amina")
    here.score("lamps", "reach", 1)
    here.save()
    found = merge_ballot(here, mailed)
    assert [(d.option, d.criterion, d.here, d.theirs) for d in found.differences] == [
        ("lamps", "reach", 1, 4)
    ]
    assert "lamps.reach" in str(found.differences[0].problem)
    assert project.workshop("first").ballot("amina").score("lamps", "reach") == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('participant = "amina"', 'participant = "../../evil"', "can't be a ballot's name"),
        ("round = 1", "round = 7", "none of this session"),
        ('kind = "ballot"', 'kind = "session"', "is no ballot"),
        ("reach = 4", "reach = 9", "outside 1 to 5"),
        ("schema = 1", "schema = 99", "newer"),
    ],
)
def test_what_is_no_ballot_of_this_session_is_refused(
    mailed: Path, project: Project, old: str, new: str, says: str
) -> None:
    mailed.write_text(mailed.read_text().replace(old, new))
    with pytest.raises(EvaluatorError, match=says):
        merge_ballot(project.workshop("first"), mailed)
    assert project.workshop("first").ballots() == {}


def test_an_unknown_sender_is_taken_in_and_a_closed_round_refused(
    mailed: Path, project: Project
) -> None:
    mailed.write_text(mailed.read_text().replace('"amina"', '"zoe"'))
    here = project.workshop("first")
    assert merge_ballot(here, mailed).people == ("zoe",)
    assert "zoe" in project.workshop("first").session.participants
    here.close_round()
    with pytest.raises(EvaluatorError, match="closed"):
        merge_ballot(here, mailed)


def test_corrected_wording_is_taken_over_and_scores_stay(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.save()
    for name, old, new in (
        ("criteria.toml", "How many people would notice?", "How many would notice it?"),
        ("options.toml", "Put lamps along the harbour", "Put lamps along the whole harbour"),
    ):
        text = (root / name).read_text()
        (root / name).write_text(text.replace(old, new))
    with (root / "criteria.toml").open("a") as file:
        file.write('[criteria.calm]\nquestion = "Calm?"\nbetter = "higher"\nlevels = ["a", "b"]\n')
    project = Project.open(root)
    planned = refresh(workshop, project, dry_run=True)
    assert len(planned.changes) == 3
    assert workshop.option("lamps").title == "Put lamps along the harbour"
    refresh(workshop, project)
    again = project.workshop("first")
    assert again.option("lamps").title == "Put lamps along the whole harbour"
    assert again.criteria["reach"].question == "How many would notice it?"
    assert list(again.criteria) == ["reach", "burden", "calm"]
    assert again.ballot("amina").score("lamps", "reach") == 4
    assert Project.check(root) == []


def test_a_changed_scale_needs_a_new_session(workshop: Workshop, root: Path) -> None:
    text = (root / "criteria.toml").read_text()
    (root / "criteria.toml").write_text(text.replace(', "Everyone"]', "]"))
    found = refresh(workshop, Project.open(root))
    assert found.changes == ()
    assert "new session" in found.refused[0]
    assert len(workshop.criteria["reach"].levels) == 5


def packed_file(workshop: Workshop, root: Path, tmp_path: Path) -> Path:
    workshop.score("lamps", "reach", 4, note="Cheap\nand bright")
    workshop.weigh({"reach": 3}, participant="amina")
    workshop.save()
    path = tmp_path / "first.toml"
    path.write_bytes(dump(pack(SessionFolder(root / "sessions/first", root))))
    return path


def elsewhere(root: Path, tmp_path: Path) -> Project:
    other = tmp_path / "other"
    other.mkdir()
    for name in ("criteria.toml", "options.toml"):
        (other / name).write_bytes((root / name).read_bytes())
    return Project.open(other)


def test_pack_unpack_pack_gives_the_same_bytes(
    workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    path = packed_file(workshop, root, tmp_path)
    other = elsewhere(root, tmp_path)
    made = unpack_file(other, path)
    assert {p.name for p in made} == {"session.toml", "options.toml", "amina.toml"}
    again = dump(pack(SessionFolder(other.root / "sessions/first", other.root)))
    assert again == path.read_bytes()
    assert Project.check(other.root) == []
    for name in (
        "session.toml",
        "options.toml",
        "ballots/round-1/amina.toml",
        "history/amina.toml",
    ):
        here, there = (top / "sessions/first" / name for top in (root, other.root))
        assert tomllib.loads(here.read_text()) == tomllib.loads(there.read_text())
    with pytest.raises(EvaluatorError, match="there already"):
        unpack_file(other, path)


def test_the_packed_part_of_a_json_export_unpacks(
    workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    packed = tomllib.loads(packed_file(workshop, root, tmp_path).read_text())
    path = tmp_path / "out.json"
    path.write_text(json.dumps({"packed": packed_json(packed)}))
    other = elsewhere(root, tmp_path)
    unpack_file(other, path)
    assert pack(SessionFolder(other.root / "sessions/first", other.root)) == packed


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("id",), "../evil"),
        (("session", "id"), "other"),
        (("ballots", "round-1", "amina", "round"), 2),
        (("ballots", "../../x"), {}),
        (("ballots", "round-1", "../x"), {}),
        (("history", "/etc/x"), {}),
        (("options", "kind"), "ballot"),
    ],
)
def test_a_packed_file_writes_nothing_outside_and_nothing_by_halves(
    workshop: Workshop, root: Path, tmp_path: Path, way: tuple[str, ...], value: object
) -> None:
    document = tomllib.loads(packed_file(workshop, root, tmp_path).read_text())
    at = document
    for key in way[:-1]:
        at = at[key]
    at[way[-1]] = value
    path = tmp_path / "bad.toml"
    path.write_bytes(dump(document))
    other = elsewhere(root, tmp_path)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(EvaluatorError, match=r"bad\.toml"):
        unpack_file(other, path)
    left = set(tmp_path.rglob("*")) - before
    assert left <= {other.root / "sessions"}


def test_structs_are_frozen(workshop: Workshop) -> None:
    with pytest.raises(AttributeError):
        workshop.session.title = "x"  # type: ignore[misc]
    assert msgspec.structs.replace(workshop.session, title="x").title == "x"


def test_a_mailed_ballot_of_a_later_round_is_taken_as_it_is(
    workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    """What its sender has taken back since the round before does not come again."""
    for option in ("lamps", "ferry"):
        workshop.score(option, "reach", 4, participant="bilal")
    workshop.close_round()
    workshop.open_round()
    workshop.save()
    shutil.copytree(root, tmp_path / "theirs")
    theirs = Project.open(tmp_path / "theirs").workshop("first")
    theirs.join("bilal")
    theirs.score("lamps", "reach", None)
    theirs.score("boats", "reach", 2)
    theirs.save()
    path = theirs.folder.path / "ballots/round-2/bilal.toml"
    merge_ballot(workshop, path)
    scores = {"ferry": {"reach": 4}, "boats": {"reach": 2}}
    assert workshop.ballot("bilal", 2).scores == scores
    assert Project.open(root).workshop("first").ballot("bilal", 2).scores == scores
    told, _ = history.read(root / "sessions/first/history/bilal.toml")
    state = Project.open(root).workshop("first")._state
    rebuilt = history.rebuild("bilal", 2, told, state)
    assert rebuilt is not None
    assert rebuilt.scores == scores


def test_scores_of_a_table_join_what_a_later_round_begins_with(workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.close_round()
    workshop.open_round()
    take_scores(workshop, "amina", {"ferry": {"reach": 2}})
    assert workshop.ballot("amina", 2).scores == {"lamps": {"reach": 4}, "ferry": {"reach": 2}}
