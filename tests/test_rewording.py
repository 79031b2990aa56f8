"""Wording that changes after scores were given: the scores stay, and ask for another look."""

from __future__ import annotations

from pathlib import Path

import msgspec

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


def test_costs_tags_and_rules_are_taken_over_and_named(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.save()
    path = root / "options.toml"
    said = path.read_text().replace("resources.money = 20", "resources.money = 30\nactors = ['x']")
    path.write_text(said.replace('["transport"]', '["sea"]\nexcludes = ["boats"]'))
    found = exchange.refresh(workshop, Project.open(root))
    assert found.changes == (
        "option lamps: resources.money 30, was 20; actors",
        "option ferry: tags; excludes",
    )
    assert found.refused == ()
    again = Project.open(root).workshop("first")
    assert again.option("lamps").resources == {"money": 30}
    assert again.option("lamps").actors == ("x",)
    assert again.option("ferry").excludes == ("boats",)
    assert again.again() == frozenset()  # no word that was scored is another one
    assert again.ballot("amina").score("lamps", "reach") == 4
    assert exchange.refresh(again, Project.open(root)) == exchange.Refresh()


def test_what_is_not_taken_is_named_with_why(workshop: Workshop, root: Path) -> None:
    lamps = workshop.option("lamps")
    workshop.edit_option(msgspec.structs.replace(lamps, status="discounted", reason="dear"))
    ferry = workshop.option("ferry")
    workshop.edit_option(msgspec.structs.replace(ferry, resources={"money": 60, "staff": 2}))
    workshop.save()
    path = root / "options.toml"
    head, boats = path.read_text().split("[options.boats]")
    head = head.replace('["safety"]', '["safety"]\nstatus = "forward"\nrequires = ["crane"]')
    path.write_text(head + "[options.crane]\ntitle = 'Buy a crane'\n")
    criteria = root / "criteria.toml"
    text = criteria.read_text()
    criteria.write_text(text[: text.index("[criteria.burden]")] + text[text.index("[portfolio]") :])
    found = exchange.refresh(workshop, Project.open(root))
    assert boats
    assert found.changes == ()
    assert found.refused == (
        "criterion burden is not in the project now; the session keeps it and its scores",
        "option lamps: requires crane: the session has no such option",
        "option lamps: status discounted was decided here and stays; the project: forward",
        "option ferry: resources.staff 2 stays; the project names none",
        "option crane is new in the project; the session keeps those it began with",
        "option boats is not in the project; the session keeps what it began with",
    )
    assert workshop.option("lamps").status == "discounted"
    assert Project.check(root) == []
