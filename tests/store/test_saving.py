"""Saving: whole or not at all, merged with what others wrote, told in a history."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.errors import EvaluatorError
from evaluator.model import Ballot
from evaluator.project import Project
from evaluator.store import atomic, history
from evaluator.store.state import State, changes, merge
from evaluator.workshop import SaveFailed, Workshop

BALLOT = "sessions/first/ballots/round-1/amina.toml"
HISTORY = "sessions/first/history/amina.toml"


def test_a_diff_shows_the_score_updated_and_end_and_nothing_else(
    workshop: Workshop, root: Path
) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.score("ferry", "reach", 2)
    workshop.save()
    before = (root / BALLOT).read_text().splitlines()
    workshop.score("ferry", "reach", 3)
    workshop.save()
    after = (root / BALLOT).read_text().splitlines()
    assert len(before) == len(after)
    changed = {new.split(" = ")[0] for old, new in zip(before, after, strict=True) if old != new}
    assert changed <= {"updated", "reach", "digest"}
    assert {"reach", "digest"} <= changed


def test_saving_without_a_change_writes_nothing(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.save()
    stamp = (root / BALLOT).stat().st_mtime_ns
    workshop.save()
    workshop.score("lamps", "reach", 4)
    assert not workshop.unsaved
    assert (root / BALLOT).stat().st_mtime_ns == stamp


def test_a_session_of_ones_own_is_written_with_the_first_score(
    project: Project, root: Path
) -> None:
    mine = project.begin("Today")
    mine.join("Amina")
    assert not mine.unsaved
    assert not (root / "sessions").exists()
    mine.score("lamps", "reach", 4)
    mine.save()
    assert project.workshop("today").ballot("amina").score("lamps", "reach") == 4
    assert Project.check(root) == []


def test_unknown_keys_survive_a_rewrite(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.save()
    path = root / BALLOT
    path.write_text(path.read_text().replace("round = 1\n", 'round = 1\nx-colour = "blue"\n'))
    again = Project.open(root).workshop("first")
    assert again.problems[0].level == "warning"
    again.join("amina")
    again.score("lamps", "reach", 5)
    again.save()
    assert tomllib.loads(path.read_text())["x-colour"] == "blue"
    assert Project.check(root) == []


def test_two_programs_write_one_ballot_cell_by_cell(workshop: Workshop, root: Path) -> None:
    other = Project.open(root).workshop("first")
    other.join("amina")
    other.score("lamps", "reach", 1)
    other.score("boats", "burden", 2)
    other.save()
    workshop.score("lamps", "reach", 5)
    workshop.score("ferry", "reach", 3)
    workshop.save()
    found = Project.open(root).workshop("first").ballot("amina").scores
    assert found == {
        "lamps": {"reach": 5},
        "ferry": {"reach": 3},
        "boats": {"burden": 2},
    }
    rows = tomllib.loads((root / HISTORY).read_text())["change"]
    assert [row["to"] for row in rows if row.get("option") == "lamps"] == [1, 5]


@pytest.mark.parametrize("later", [2, 3])
def test_two_programs_begin_the_same_ballot_of_a_later_round(
    workshop: Workshop, root: Path, later: int
) -> None:
    """What either gave stays; what neither touched is as in the round before."""
    for option in ("lamps", "ferry", "boats"):
        workshop.score(option, "reach", 2)
    while workshop.round < later:
        workshop.close_round()
        workshop.open_round()
    workshop.save()
    other = Project.open(root).workshop("first")
    other.join("amina")
    other.score("lamps", "reach", 1)
    other.save()
    workshop.score("ferry", "reach", 5)
    workshop.save()
    expected = {"lamps": {"reach": 1}, "ferry": {"reach": 5}, "boats": {"reach": 2}}
    found = Project.open(root).workshop("first")
    assert found.ballot("amina").scores == expected
    told, _ = history.read(root / HISTORY)
    rebuilt = history.rebuild("amina", later, told, found._state)
    assert rebuilt is not None
    assert rebuilt.scores == expected


def test_beginning_is_taken_back_and_what_came_in_meanwhile_stays(
    workshop: Workshop, root: Path
) -> None:
    workshop.score("lamps", "reach", 2)
    workshop.save()
    other = Project.open(root).workshop("first")
    other.join("amina")
    other.score("ferry", "reach", 4)
    other.save()
    workshop.undo()
    workshop.save()
    assert workshop.ballot("amina").scores == {"ferry": {"reach": 4}}
    assert Project.open(root).workshop("first").ballot("amina").scores == {"ferry": {"reach": 4}}
    workshop.redo()
    workshop.save()
    assert workshop.ballot("amina").scores == {"ferry": {"reach": 4}, "lamps": {"reach": 2}}


def test_what_a_program_shows_is_kept_while_it_takes_in_the_same_ballot(
    workshop: Workshop, root: Path
) -> None:
    other = Project.open(root).workshop("first")
    other.join("amina")
    other.score("ferry", "reach", 4)
    other.save()
    workshop.score("lamps", "reach", 2)
    scan = workshop.scan()
    assert scan is not None
    workshop.take_in(scan)
    assert workshop.ballot("amina").scores == {"ferry": {"reach": 4}, "lamps": {"reach": 2}}


def test_a_criterion_gained_stands_where_it_belongs(project: Project, root: Path) -> None:
    reach, burden = project.criteria.values()
    project.criteria = {"burden": burden}
    made = project.begin("Early", participants=["Amina"])
    made.gain({"reach": reach, "burden": burden}, {})
    made.save()
    assert list(project.workshop("early").criteria) == ["reach", "burden"]


def test_undo_brings_back_what_the_other_side_wrote(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 2)
    workshop.save()
    other = Project.open(root).workshop("first")
    other.join("amina")
    other.score("lamps", "reach", 1)
    other.save()
    workshop.score("lamps", "reach", 5)
    workshop.save()
    assert workshop.undo_label == "change made elsewhere"
    workshop.undo()
    assert workshop.ballot().score("lamps", "reach") == 1


def test_others_ballots_come_in_while_open(workshop: Workshop, root: Path) -> None:
    other = Project.open(root).workshop("first")
    other.join("bilal")
    other.score("lamps", "reach", 1)
    other.save()
    scan = workshop.scan()
    assert scan is not None
    assert workshop.take_in(scan)
    assert workshop.ballots()["bilal"].score("lamps", "reach") == 1
    assert workshop.scan() is None


def test_a_failed_save_keeps_everything_and_says_so(
    workshop: Workshop, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    workshop.listen(heard.append)
    workshop.score("lamps", "reach", 4)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write", full)
        with pytest.raises(EvaluatorError, match=r"amina\.toml: not saved: no space left"):
            workshop.save()
    assert isinstance(heard[-1], SaveFailed)
    assert workshop.unsaved
    workshop.save()
    assert Project.open(root).workshop("first").ballot("amina").score("lamps", "reach") == 4
    assert len(history.read(root / HISTORY)[0]) == 1


def test_a_broken_ballot_is_never_overwritten(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.save()
    path = root / BALLOT
    path.write_bytes(path.read_bytes()[:60])
    kept = path.read_bytes()
    again = Project.open(root).workshop("first")
    again.join("amina")
    with pytest.raises(EvaluatorError, match=r"amina\.toml"):
        again.score("lamps", "reach", 1)
    assert path.read_bytes() == kept


def test_every_way_to_cut_a_ballot_short_is_noticed(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4, note="Cheap")
    workshop.score("ferry", "burden", "abstain")
    workshop.save()
    path = root / BALLOT
    whole = path.read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        state = project_state(root)
        assert "amina" in state.broken[1], length


def project_state(root: Path) -> State:
    return Project.open(root).workshop("first")._state


def test_a_ballot_is_rebuilt_from_its_history(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4, note="Cheap")
    workshop.score("lamps", "reach", 2)
    workshop.score("ferry", "burden", "abstain")
    workshop.score("boats", "burden", 3)
    workshop.undo()
    workshop.weigh({"reach": 5}, participant="amina")
    workshop.save()
    changes_, problems = history.read(root / HISTORY)
    assert problems == []
    rebuilt = history.rebuild("amina", 1, changes_, project_state(root))
    saved = workshop.ballot("amina")
    assert rebuilt is not None
    assert (rebuilt.scores, rebuilt.notes, rebuilt.weights) == (
        saved.scores, saved.notes, saved.weights,
    )  # fmt: skip


def test_an_unfinished_last_block_is_left_out_and_cut_off(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.score("lamps", "reach", 5)
    workshop.save()
    path = root / HISTORY
    path.write_bytes(path.read_bytes()[:-9])
    found, problems = history.read(path)
    assert [change.after for change in found] == [4]
    assert [problem.level for problem in problems] == ["warning"]
    workshop.score("lamps", "reach", 3)
    workshop.save()
    found, problems = history.read(path)
    assert [change.after for change in found] == [4, 3]
    assert problems == []


def test_sweeping_leaves_living_files_alone(tmp_path: Path) -> None:
    stale = tmp_path / ".a.toml.999999999.0123abcd.tmp"
    fresh = tmp_path / ".b.toml.999999998.0123abcd.tmp"
    stale.write_text("x")
    fresh.write_text("x")
    import os

    os.utime(stale, (1, 1))
    atomic.sweep(tmp_path)
    assert not stale.exists()
    assert fresh.exists()


_CELLS = st.dictionaries(
    st.sampled_from(["a", "b"]),
    st.dictionaries(st.sampled_from(["x", "y"]), st.integers(1, 5), min_size=1),
)


@given(_CELLS, _CELLS, _CELLS)
@settings(max_examples=150)
def test_merging_takes_what_one_side_changed(base, mine, theirs) -> None:
    def state(cells: dict[str, dict[str, int]]) -> State:
        from evaluator.model import OptionSet, Session

        ballot = Ballot("p", 1, scores=cells)
        return State(Session("s", "S"), OptionSet(), {1: {"p": ballot}})

    result = merge(state(base), state(mine), state(theirs)).state.ballots[1]["p"]
    for option in "ab":
        for criterion in "xy":
            was, ours, other = (c.get(option, {}).get(criterion) for c in (base, mine, theirs))
            expected = ours if ours != was else other
            assert result.score(option, criterion) == expected
    assert list(changes(state(base), state(base))) == []
