"""What sync tools leave beside the files that count, and ballots made again from their history."""

from pathlib import Path

import pytest

from evaluator import exchange
from evaluator.errors import EvaluatorError
from evaluator.model import Participant
from evaluator.project import Project
from evaluator.store import history
from evaluator.synced import merge_conflicts
from evaluator.workshop import Workshop

ROUND = "sessions/first/ballots/round-1"
DROPBOX = "amina (Bilal's conflicted copy 2026-11-24).toml"
NEXTCLOUD = "amina (conflicted copy 2026-11-24 101010).toml"
SYNCTHING = "amina.sync-conflict-20261124-101010-ABCDEFG.toml"
NUMBERED = "amina (1).toml"


def opened(root: Path) -> Workshop:
    found = Project.open(root).workshop("first")
    found.act_as("amina")
    return found


@pytest.fixture
def copied(workshop: Workshop, root: Path) -> bytes:
    """What amina's other machine wrote: another score for the lamps, and one for the boats."""
    workshop.score("lamps", "reach", 2)
    workshop.save()
    here = (root / ROUND / "amina.toml").read_bytes()
    workshop.score("boats", "burden", 3, note="needs two teachers")
    workshop.score("lamps", "reach", 5)
    workshop.recuse("ferry", "Owns the ferry")
    workshop.save()
    there = (root / ROUND / "amina.toml").read_bytes()
    (root / ROUND / "amina.toml").write_bytes(here)
    return there


@pytest.mark.parametrize("name", [DROPBOX, NEXTCLOUD, SYNCTHING, NUMBERED])
def test_a_copy_is_merged_cell_by_cell(copied: bytes, root: Path, name: str) -> None:
    (root / ROUND / name).write_bytes(copied)
    found = opened(root)
    assert any("conflict copy of amina.toml" in p.what for p in found.problems)
    shown = merge_conflicts(found, dry_run=True)
    assert (root / ROUND / name).exists()
    assert found.ballot().score("boats", "burden") is None
    made = merge_conflicts(found)
    assert made == shown
    (merge,) = made.merges.values()
    # one score, one note, two abstentions and the recusal itself
    assert merge.taken == 5
    assert [(d.here, d.theirs) for d in merge.differences] == [(2, 5)]
    again = opened(root)
    assert again.ballot().score("lamps", "reach") == 2
    assert again.ballot().score("boats", "burden") == 3
    assert again.ballot().recused == {"ferry": "Owns the ferry"}


def test_a_copy_that_differs_stays_until_that_is_settled(copied: bytes, root: Path) -> None:
    (root / ROUND / DROPBOX).write_bytes(copied)
    found = opened(root)
    assert merge_conflicts(found).stays == (f"ballots/round-1/{DROPBOX}",)
    assert (root / ROUND / DROPBOX).exists()
    found.score("lamps", "reach", 5)
    found.save()
    made = merge_conflicts(found)
    assert made.aside == (f"ballots/round-1/{DROPBOX}",)
    assert (made.stays, made.differences) == ((), ())
    assert not (root / ROUND / DROPBOX).exists()
    kept = root / "sessions/first/.merged" / f"ballots-round-1-{DROPBOX}"
    assert kept.read_bytes() == copied
    again = opened(root)
    assert again.problems == ()
    assert not merge_conflicts(again)


def test_or_until_it_is_said_that_what_is_here_stays(copied: bytes, root: Path) -> None:
    (root / ROUND / DROPBOX).write_bytes(copied)
    shown = merge_conflicts(opened(root), dry_run=True, keep_here=True)
    assert shown.aside
    assert (root / ROUND / DROPBOX).exists()
    made = merge_conflicts(opened(root), keep_here=True)
    assert made == shown
    assert opened(root).ballot().score("lamps", "reach") == 2
    assert not (root / ROUND / DROPBOX).exists()
    assert (root / "sessions/first/.merged" / f"ballots-round-1-{DROPBOX}").exists()


def test_one_that_cant_be_taken_hinders_no_other(copied: bytes, root: Path) -> None:
    (root / ROUND / DROPBOX).write_bytes(copied[:80])
    (root / ROUND / SYNCTHING).write_bytes(copied)
    session = root / "sessions/first/session (conflicted copy).toml"
    session.write_bytes((root / "sessions/first/session.toml").read_bytes()[:300])
    found = merge_conflicts(opened(root), keep_here=True)
    assert list(found.merges) == [f"ballots/round-1/{SYNCTHING}"]
    assert [p.file for p in found.refused] == [
        "sessions/first/session (conflicted copy).toml",
        f"{ROUND}/{DROPBOX}",
    ]
    assert (root / ROUND / DROPBOX).exists()
    assert session.exists()


def test_a_copy_in_a_closed_round_is_held(copied: bytes, root: Path) -> None:
    (root / ROUND / SYNCTHING).write_bytes(copied)
    found = opened(root)
    found.close_round()
    found.save()
    before = (root / ROUND / "amina.toml").read_bytes()
    assert [p.what for p in merge_conflicts(found).refused] == [
        "round 1 is closed: it never changes"
    ]
    assert (root / ROUND / SYNCTHING).exists()
    assert merge_conflicts(found, keep_here=True).refused == ()
    assert not (root / ROUND / SYNCTHING).exists()
    assert (root / ROUND / "amina.toml").read_bytes() == before


def test_one_that_says_the_same_in_a_closed_round_is_put_aside(copied: bytes, root: Path) -> None:
    (root / ROUND / SYNCTHING).write_bytes((root / ROUND / "amina.toml").read_bytes())
    found = opened(root)
    found.close_round()
    found.save()
    assert merge_conflicts(found).refused == ()
    assert not (root / ROUND / SYNCTHING).exists()


def test_a_copy_of_somebody_elses_ballot_is_refused(copied: bytes, root: Path) -> None:
    path = root / ROUND / "bilal (conflicted copy).toml"
    path.write_bytes(copied)
    assert "is no ballot of bilal" in merge_conflicts(opened(root)).refused[0].what
    assert path.exists()


def test_own_weights_that_differ_are_named(workshop: Workshop, root: Path) -> None:
    workshop.weigh({"reach": 10}, participant="amina")
    workshop.save()
    there = (root / ROUND / "amina.toml").read_bytes()
    workshop.weigh({"reach": 20}, participant="amina")
    workshop.save()
    (root / ROUND / SYNCTHING).write_bytes(there)
    (difference,) = merge_conflicts(workshop).differences
    assert "weights.reach: 10 in the copy, 20 here" in difference.what
    assert (root / ROUND / SYNCTHING).exists()


def test_in_a_blind_round_nobody_learns_what_another_said(
    copied: bytes, root: Path, project: Project
) -> None:
    path = root / "sessions/first/session.toml"
    path.write_text(path.read_text().replace("blind = false", "blind = true"))
    (root / ROUND / SYNCTHING).write_bytes(copied)
    found = opened(root)
    found.add_participant(Participant("Zoe", "facilitator"))
    found.save()
    said = {
        who: merge_conflicts(found, dry_run=True, as_=who).differences[0].what
        for who in (None, "amina", "bilal", "zoe")
    }
    assert "5 in the copy, 2 here" in said["amina"]
    assert said["zoe"] == said["amina"]
    assert said[None] == said["bilal"]
    assert not {"5", "2"} & set(said["bilal"])


def test_a_strangers_ballot_is_added_to(copied: bytes, root: Path) -> None:
    """Somebody who is not on the list: their ballot here keeps what only it has."""
    here = (root / ROUND / "amina.toml").read_text()
    (root / ROUND / "zoe.toml").write_text(here.replace('"amina"', '"zoe"'))
    there = copied.decode().replace('"amina"', '"zoe"').replace("[scores.lamps]\nreach = 5", "")
    (root / ROUND / "zoe (conflicted copy).toml").write_text(there)
    found = opened(root)
    merge_conflicts(found)
    assert found.ballot("zoe").score("lamps", "reach") == 2
    assert found.ballot("zoe").score("boats", "burden") == 3


def test_a_copied_history_gives_what_this_one_lacks(workshop: Workshop, root: Path) -> None:
    path = root / "sessions/first/history/amina.toml"
    workshop.score("lamps", "reach", 2)
    workshop.save()
    here = path.read_bytes()
    workshop.score("lamps", "reach", 4)
    workshop.save()
    copy = path.with_name("amina.sync-conflict-20261124-101010-ABCDEFG.toml")
    copy.write_bytes(path.read_bytes())
    path.write_bytes(here)
    found = merge_conflicts(opened(root))
    assert list(found.histories.values()) == [1]
    assert [change.after for change in history.read(path)[0]] == [2, 4]
    assert not copy.exists()


def test_a_copy_of_nothing_that_could_count_is_left_alone(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 2)
    workshop.save()
    stray = root / "sessions/first/history/Amina R. (conflicted copy).toml"
    told = (root / "sessions/first/history/amina.toml").read_text()
    stray.write_text(told.replace('"amina"', '"Amina R."'))
    found = merge_conflicts(opened(root))
    assert found.histories == {}
    assert stray.exists()
    names = {path.name for path in (root / "sessions/first/history").iterdir()}
    assert names == {"amina.toml", stray.name}


def test_a_mailed_ballot_stays_where_it_is(copied: bytes, root: Path, tmp_path: Path) -> None:
    mail = tmp_path / "amina (1).toml"
    mail.write_bytes(copied)
    exchange.merge_ballot(opened(root), mail)
    assert mail.exists()


class TestRebuilding:
    def damaged(self, workshop: Workshop, root: Path) -> Path:
        workshop.score("lamps", "reach", 4, note="Cheap")
        workshop.set_range("lamps", "reach", (3, 5))
        workshop.recuse("ferry", "Owns the ferry")
        workshop.dissent("boats", "Too early")
        workshop.score("boats", "burden", 3)
        workshop.undo()
        workshop.save()
        path = root / ROUND / "amina.toml"
        path.write_bytes(path.read_bytes()[:90])
        return path

    def test_a_damaged_ballot_is_made_again_and_says_so(
        self, workshop: Workshop, root: Path
    ) -> None:
        path = self.damaged(workshop, root)
        cut, good = path.read_bytes(), workshop.ballot("amina")
        again = Project.open(root).workshop("first")
        with pytest.raises(EvaluatorError, match="sessions rebuild amina"):
            again.ballots()
        shown = exchange.rebuild(again, "amina", dry_run=True)
        assert path.read_bytes() == cut
        made = exchange.rebuild(again, "amina")
        assert made.cells == shown.cells == 3
        now = again.ballot("amina")
        for table in ("scores", "notes", "ranges", "recused", "dissent"):
            assert getattr(now, table) == getattr(good, table), table
        assert (root / "sessions/first" / made.aside).read_bytes() == cut
        told, _ = history.read(root / "sessions/first/history/amina.toml")
        assert told[-1].what == "rebuilt"
        assert "damaged" in told[-1].why
        assert Project.check(root) == []
        again.act_as("amina")
        again.score("lamps", "burden", 1)
        again.save()
        assert opened(root).ballot("amina").score("lamps", "burden") == 1

    def test_in_a_closed_round_and_round_two(self, workshop: Workshop, root: Path) -> None:
        workshop.score("lamps", "reach", 4)
        workshop.close_round()
        workshop.open_round()
        workshop.score("ferry", "reach", 2)
        workshop.save()
        first, second = (root / f"sessions/first/ballots/round-{n}/amina.toml" for n in (1, 2))
        first.unlink()
        second.write_text("")
        again = Project.open(root).workshop("first")
        exchange.rebuild(again, "amina", 1)
        exchange.rebuild(again, "amina", 2)
        assert again.ballot("amina", 1).scores == {"lamps": {"reach": 4}}
        assert again.ballot("amina", 2).scores == {"lamps": {"reach": 4}, "ferry": {"reach": 2}}

    def test_a_whole_ballot_is_left_alone(self, workshop: Workshop, root: Path) -> None:
        workshop.score("lamps", "reach", 4)
        workshop.save()
        with pytest.raises(EvaluatorError, match="not damaged"):
            exchange.rebuild(workshop, "amina")

    def test_without_a_history_it_says_what_to_do(self, workshop: Workshop, root: Path) -> None:
        path = self.damaged(workshop, root)
        (root / "sessions/first/history/amina.toml").unlink()
        cut = path.read_bytes()
        with pytest.raises(EvaluatorError, match=r"knows nothing of round 1.*merge"):
            exchange.rebuild(Project.open(root).workshop("first"), "amina")
        assert path.read_bytes() == cut

    def test_a_history_that_was_tampered_with_is_refused(
        self, workshop: Workshop, root: Path
    ) -> None:
        self.damaged(workshop, root)
        path = root / "sessions/first/history/amina.toml"
        path.write_text(path.read_text().replace("to = 4", "to = 44"))
        with pytest.raises(EvaluatorError, match="outside 1 to 5"):
            exchange.rebuild(Project.open(root).workshop("first"), "amina")
