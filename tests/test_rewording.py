"""Wording that changes after scores were given: the scores stay, and ask for another look."""

from __future__ import annotations

from pathlib import Path

from evaluator import exchange
from evaluator.project import Project
from evaluator.workshop import Workshop


def reworded(root: Path, old: str, new: str) -> Project:
    path = root / "options.toml"
    path.write_text(path.read_text().replace(old, new))
    return Project.open(root)


def test_scores_on_an_earlier_wording_are_marked(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.score("boats", "reach", 2)
    project = reworded(root, "Put lamps along the harbour", "Put lamps along the whole harbour")
    found = exchange.refresh(workshop, project, save=False)
    assert found.changes == ("option lamps: wording corrected",)
    assert workshop.ballot().score("lamps", "reach") == 4
    assert workshop.again() == {("lamps", "reach")}


def test_scoring_again_clears_the_mark_and_undo_brings_it_back(
    workshop: Workshop, root: Path
) -> None:
    workshop.score("lamps", "reach", 4)
    project = reworded(root, "Put lamps along the harbour", "Put lamps along the whole harbour")
    exchange.refresh(workshop, project, save=False)
    workshop.score("lamps", "reach", 4)  # the same score, now given on the new wording
    workshop.score("lamps", "burden", 3)
    assert workshop.again() == frozenset()
    workshop.undo()
    workshop.undo()
    assert workshop.again() == {("lamps", "reach")}


def test_undo_takes_all_of_it_back(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    before = workshop.option("lamps")
    project = reworded(root, "Put lamps along the harbour", "Put lamps along the whole harbour")
    exchange.refresh(workshop, project, save=False)
    workshop.undo()
    assert workshop.option("lamps") == before
    assert workshop.session.reworded == {}
    assert workshop.again() == frozenset()


def test_an_option_nobody_scored_asks_for_no_look(workshop: Workshop, root: Path) -> None:
    workshop.score("boats", "reach", 2)
    project = reworded(root, "Put lamps along the harbour", "Put lamps along the whole harbour")
    exchange.refresh(workshop, project, save=False)
    assert workshop.option("lamps").title == "Put lamps along the whole harbour"
    assert workshop.session.reworded == {}


def test_spaces_and_tags_are_no_other_wording(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    new = 'Put lamps  along the harbour"\nkeywords = ["harbour'
    project = reworded(root, 'Put lamps along the harbour"', new + '"]')
    exchange.refresh(workshop, project, save=False)
    assert workshop.option("lamps").keywords == ("harbour",)
    assert workshop.again() == frozenset()


def test_marks_are_saved_and_stay_with_their_person(workshop: Workshop, root: Path) -> None:
    workshop.join("Bilal")
    workshop.score("lamps", "reach", 2)
    workshop.join("Amina")
    workshop.score("lamps", "reach", 4)
    project = reworded(root, "Put lamps along the harbour", "Put lamps along the whole harbour")
    exchange.refresh(workshop, project)
    workshop.score("lamps", "reach", 5)
    workshop.save()
    again = Project.open(root).workshop(workshop.id)
    assert again.again("amina") == frozenset()
    assert again.again("bilal") == {("lamps", "reach")}
    assert not [p for p in Project.check(root) if p.level == "error"]
