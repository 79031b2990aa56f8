"""Ballots written by hand and ballots cut short; what only `check` tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.errors import EvaluatorError
from evaluator.exchange import merge_ballot
from evaluator.project import Project
from evaluator.workshop import Workshop

BY_HAND = """\
schema = 1
kind = "ballot"
participant = "omar"
round = 1

[scores.lamps]
reach = 2
"""


def test_a_mailed_ballot_cut_short_is_refused(
    workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    for option in ("lamps", "ferry", "boats"):
        workshop.score(option, "reach", 4)
    workshop.save()
    lines = (root / "sessions/first/ballots/round-1/amina.toml").read_text().splitlines(True)
    away = tmp_path / "amina.toml"
    whole = lines.index("[end]\n")
    for kept in range(6, whole + 2):
        away.write_text("".join(lines[:kept]))
        with pytest.raises(EvaluatorError, match="is cut short") as refused:
            merge_ballot(workshop, away)
        assert len(refused.value.problems) == 1


def test_a_ballot_written_by_hand_needs_no_end(workshop: Workshop, tmp_path: Path) -> None:
    workshop.save()
    path = tmp_path / "omar.toml"
    path.write_text(BY_HAND)
    assert merge_ballot(workshop, path).taken == 1
    assert workshop.ballot("omar").score("lamps", "reach") == 2


def test_an_empty_digest_and_a_long_title_are_told_by_check_alone(
    workshop: Workshop, root: Path
) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.save()
    path = root / "sessions/first/ballots/round-1/amina.toml"
    text = path.read_text()
    path.write_text(text[: text.index("[end]")] + '[end]\ndigest = ""\n')
    options = root / "options.toml"
    options.write_text(options.read_text().replace("Put lamps", "Put lamps " + "and lamps " * 14))
    found = Project.check(root)
    assert sorted((Path(p.file).name, p.level, p.minor) for p in found) == [
        ("amina.toml", "warning", True),
        ("options.toml", "warning", True),
    ]
