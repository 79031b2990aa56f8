"""One save of a 16×4 ballot beside the floor: lock, write, fsync, rename, fsync of the folder."""

import tempfile
from itertools import cycle
from pathlib import Path

from bench.timing import median_ms
from evaluator.creation import create
from evaluator.project import Project
from evaluator.store import atomic
from evaluator.store.lock import locked


def measure() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        create(root, example=True)
        workshop = Project.open(root).begin("Bench")
        workshop.join("somebody")
        criteria = list(workshop.criteria)
        for option in workshop.options:
            for criterion in criteria:
                workshop.score(option.id, criterion, 3)
        workshop.save()
        ballot = root / "sessions/bench/ballots/round-1/somebody.toml"
        data = ballot.read_bytes()
        levels = cycle((1, 2, 3, 4, 5))
        first = workshop.options[0].id

        def save() -> None:
            workshop.score(first, criteria[0], next(levels))
            workshop.save()

        def floor() -> None:
            with locked(ballot.parents[2]):
                atomic.write(ballot.parent / "floor", data)

        bare, own = median_ms(floor, 60), median_ms(save, 60)
    return [f"floor {bare:.1f} ms, a save {own:.1f} ms: floor + {own - bare:.1f} ms (aim + 4)"]
