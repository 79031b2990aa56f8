"""Somebody at a machine of their own, for `test_simulated.py`: run as a program.

simulated.py score ROOT SESSION ROUND SEED PERSON…   scores everything, saving as it goes
simulated.py keep ROOT SESSION WHO NUMBER TIMES      saves TIMES notes, each a save of its own
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from evaluator.project import Project
from evaluator.workshop import Workshop


def votes(who: str, round_: int, seed: int, cells: list[tuple[str, str]]) -> list[object]:
    """What `who` gives each cell: the same wherever it is asked; about 1 in 20 an abstention."""
    luck = random.Random(f"{who} {seed}")
    given: list[object] = ["abstain" if luck.random() < 0.05 else luck.randint(1, 5) for _ in cells]
    if round_ == 1:
        return given
    again = random.Random(f"{who} {seed} {round_}")
    return [3 if again.random() < 0.3 else score for score in given]


def score(workshop: Workshop, who: str, round_: int, seed: int, *, every: int = 0) -> None:
    """Gives every cell its vote; saves after every so many (0: not at all)."""
    workshop.act_as(who)
    cells = [(option.id, id) for option in workshop.options for id in workshop.criteria]
    for n, (cell, vote) in enumerate(zip(cells, votes(who, round_, seed, cells), strict=True), 1):
        workshop.score(*cell, vote)  # type: ignore[arg-type]
        if every and n % every == 0:
            workshop.save()
            scan = workshop.scan()
            if scan is not None:
                workshop.take_in(scan)
    if every:
        workshop.save()


def keep(workshop: Workshop, who: str, number: int, times: int) -> None:
    """Notes on half the criteria: number 0 has the first half, number 1 the other."""
    workshop.act_as(who)
    half = list(workshop.criteria)[number::2]
    cells = [(option.id, id) for option in workshop.options for id in half]
    for n in range(times):
        workshop.note(*cells[n % len(cells)], f"{number}-{n}")
        workshop.save()


def main(words: list[str]) -> None:
    """Does what the command line says."""
    verb, root, session, *rest = words
    workshop = Project.open(Path(root), plugins=False).workshop(session)
    if verb == "score":
        round_, seed, *people = rest
        for who in people:
            score(workshop, who, int(round_), int(seed), every=16)
    else:
        who, number, times = rest
        keep(workshop, who, int(number), int(times))


if __name__ == "__main__":
    main(sys.argv[1:])
