"""A workshop of invented votes, for tests; and (run as a program) somebody who writes notes.

Twelve people, sixteen options, four criteria, two rounds: everybody scores everything in round 1;
in round 2 they vote again on the cells that the facilitator marked, the most contested ones.

simulated.py ROOT SESSION WHO NUMBER TIMES      saves TIMES notes, each a save of its own
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from evaluator import results
from evaluator.creation import create
from evaluator.model import Score
from evaluator.project import Project
from evaluator.workshop import Workshop

PEOPLE = [
    "Amina", "Bilal", "Chidi", "Dora", "Emil", "Fatima", "Gul", "Hina", "Ivo", "Jan", "Kim", "Lea",
]  # fmt: skip
KEYS = [name.lower() for name in PEOPLE]
FACILITATOR = "Zoe"
MARKED = 6
SEED = 4

Cell = tuple[str, str]


def begin(folder: Path) -> Workshop:
    """16 options, the four built-in criteria, 12 people and a facilitator; blind."""
    create(folder, example=True)
    shutil.rmtree(folder / "sessions")
    criteria = folder / "criteria.toml"
    text = criteria.read_text()
    criteria.write_text(text.split("[criteria.", 1)[0] + "[suggestions]\nshow = 'never'\n")
    made = Project.open(folder, plugins=False).begin(
        "Screening", blind=True, participants=PEOPLE, facilitators=[FACILITATOR]
    )
    made.save()
    assert (len(made.options), len(made.criteria)) == (16, 4)
    return made


def cells(workshop: Workshop) -> list[Cell]:
    """Every cell, down one criterion after the other: the way the cursor steps on."""
    return [(option.id, id) for id in workshop.criteria for option in workshop.options]


def votes(
    who: str, round_: int, all_: Iterable[Cell], marked: Collection[Cell]
) -> dict[Cell, Score]:
    """What `who` gives each cell, the same wherever it is asked; about 1 in 20 an abstention.

    In round 2 everybody moves on the marked cells: to the middle, or just above it.
    """
    luck = random.Random(f"{who} {SEED}")
    given: dict[Cell, Score] = {
        cell: "abstain" if luck.random() < 0.05 else luck.randint(1, 5) for cell in all_
    }
    if round_ == 2:
        given |= {cell: 4 if given[cell] == 3 else 3 for cell in marked}
    return given


def contested(workshop: Workshop) -> list[Cell]:
    """The cells that head the agenda."""
    agenda = results.group_document(workshop)["agenda"]
    return [(topic["option"], topic["criterion"]) for topic in agenda[:MARKED]]


def score(workshop: Workshop, who: str, round_: int) -> None:
    """Gives every cell its vote (in round 2 the marked ones), and saves."""
    workshop.act_as(who)
    marked = workshop.revotes()
    given = votes(who, round_, cells(workshop), marked)
    for cell in cells(workshop) if round_ == 1 else [c for c in cells(workshop) if c in marked]:
        workshop.score(*cell, given[cell])
    workshop.save()


def on_one_machine(folder: Path) -> None:
    """Holds the workshop with a keyboard that is passed round."""
    workshop = begin(folder)
    for round_ in (1, 2):
        for who in KEYS:
            score(workshop, who, round_)
        workshop.act_as(FACILITATOR.lower())
        workshop.close_round()
        workshop.reveal_round()
        if round_ == 1:
            for cell in contested(workshop):
                workshop.mark(*cell, revote=True)
            workshop.open_round()
        workshop.save()


def keep(workshop: Workshop, who: str, number: int, times: int) -> None:
    """Notes on half the criteria: number 0 has the first half, number 1 the other."""
    workshop.act_as(who)
    half = list(workshop.criteria)[number::2]
    places = [(option.id, id) for option in workshop.options for id in half]
    for n in range(times):
        workshop.note(*places[n % len(places)], f"{number}-{n}")
        workshop.save()


if __name__ == "__main__":
    _root, _session, _who, _number, _times = sys.argv[1:]
    keep(
        Project.open(Path(_root), plugins=False).workshop(_session), _who, int(_number), int(_times)
    )
