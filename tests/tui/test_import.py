"""The import preview: what it shows, how it is edited, and what follows in the open session."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from evaluator.project import Project
from evaluator.tui.screens.import_preview import ImportPreview
from evaluator.tui.screens.score import ScoreScreen
from evaluator.workshop import Workshop
from tests.tui.conftest import Drive, Driver

SIZES = ((80, 24), (120, 40))
BRIEF = """\
Harbour plan

The council should consider the following recommendations.

- The council should light the pier with lamps from Bright Works.
- The council should dig a tunnel under the bay and

Photo above: divers at work on the sea bed. Photo by Anna Lind.

should ask the Tunnel Board for help.
- The council should paint the quay.
"""


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(BRIEF)
    return path


async def opened(driver: Driver, path: Path) -> ImportPreview:
    driver.app.import_brief(path)
    await driver.settle()
    found = driver.app.screen
    assert isinstance(found, ImportPreview)
    return found


def options(root: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((root / "options.toml").read_text())["options"]


@pytest.mark.parametrize("size", SIZES)
async def test_source_and_items_stand_beside_each_other(
    drive: Drive, workshop: Workshop, project: Project, brief: Path, size: tuple[int, int]
) -> None:
    async with drive(workshop, project, size=size) as driver:
        await opened(driver, brief)
        assert "list 1 of 1: 3 items" in driver.text
        assert "✓   1 The council should light the pier" in driver.text
        assert "1▌ - The council should light" in driver.text  # its own line, with its number
        assert "2│ - The council should dig" in driver.text  # another item of the list
        assert "keywords: Bright Works" in driver.text
        assert "+ new" in driver.line("light the pier")
        assert driver.app.screen.query_one("#brief").size.height > 5


async def test_a_caption_inside_an_item_is_not_marked(
    drive: Drive, workshop: Workshop, project: Project, brief: Path
) -> None:
    async with drive(workshop, project, size=(120, 40)) as driver:
        await opened(driver, brief)
        await driver.press("down")
        assert "2▌ - The council should dig" in driver.text
        caption = next(line for line in driver.lines if "Photo above" in line)
        assert "▌ Photo" not in caption
        assert "│ Photo" not in caption
        assert "▌ should ask the Tunnel" in driver.text


async def test_drop_merge_retitle_tag_and_undo(
    drive: Drive, workshop: Workshop, project: Project, brief: Path
) -> None:
    async with drive(workshop, project, size=(120, 30)) as driver:
        view = await opened(driver, brief)
        await driver.press("space")
        assert "×   1" in driver.text
        assert "2 items" in driver.text
        await driver.press("u")
        assert "3 items" in driver.text
        assert "nothing to undo" not in driver.said
        await driver.press("g", "e", "ctrl+a", "ctrl+k")
        await driver.type("Lamps")
        await driver.press("enter", "t")
        await driver.type("light")
        await driver.press("enter", "down", "m")
        await driver.settle()
        assert view.preview is not None
        assert view.preview.accepted[0].title == "Lamps"
        assert len(view.preview.accepted) == 2
        assert view.preview.accepted[0].rest["tags"] == ["light"]
        assert "paint the quay" in view.preview.accepted[1].text


async def test_an_item_is_split_before_the_marked_word(
    drive: Drive, workshop: Workshop, project: Project, brief: Path
) -> None:
    async with drive(workshop, project) as driver:
        view = await opened(driver, brief)
        await driver.press("s")
        assert "The second part begins with the marked word." in driver.text
        assert "split here" in driver.text
        await driver.press("right", "right", "right", "left", "enter")
        assert view.preview is not None
        texts = [candidate.text for candidate in view.preview.accepted[:2]]
        assert texts == ["The council should", "light the pier with lamps from Bright Works."]
        await driver.press("s", "escape")
        assert driver.app.screen is view  # escape left the splitting, not the preview
        await driver.press("escape")
        assert isinstance(driver.app.screen, ScoreScreen)


async def test_nothing_is_written_before_enter(
    drive: Drive, workshop: Workshop, project: Project, root: Path, brief: Path
) -> None:
    before = (root / "options.toml").read_bytes()
    async with drive(workshop, project) as driver:
        await opened(driver, brief)
        await driver.press("space", "m", "escape")
        assert (root / "options.toml").read_bytes() == before
        await opened(driver, brief)
        await driver.press("enter")
        await driver.settle()
    assert list(options(root))[:4] == ["lamps", "ferry", "boats", "council-light-pier-lamps-bright"]
    assert options(root)["council-light-pier-lamps-bright"]["keywords"] == ["Bright Works"]


async def test_a_changed_brief_shows_what_is_new_changed_and_gone(
    drive: Drive, workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    """Lamps gets another text, ferry stays, boats is gone, trees is new."""
    workshop.score("lamps", "reach", 4)
    workshop.save()
    path = tmp_path / "again.csv"
    path.write_text(
        "id,title,text\nlamps,Put lamps along the harbour,Lamps save lives.\n"
        "ferry,Run a night ferry to the island,A ferry at eleven serves late shifts.\n"
        "trees,Plant trees,\n"
    )
    async with drive(workshop, Project.open(root), size=(120, 30)) as driver:
        await opened(driver, path)
        assert "~ changed" in driver.line("Put lamps")
        assert "= same" in driver.line("night ferry")
        assert "+ new" in driver.line("Plant trees")
        assert "gone, kept" in driver.line("Teach sailing")
        assert "1 new, 1 changed, 1 gone" in driver.lines[0]
        await driver.press("enter")
        await driver.settle()
        assert "take over the wording of 1 option" in driver.text
        await driver.type("yes")
        await driver.press("enter")
        await driver.settle()
        assert isinstance(driver.app.screen, ScoreScreen)
        assert workshop.option("lamps").text == "Lamps save lives."
        assert "[4]↻" in driver.text
        await driver.press("4")
        await driver.settle()
        assert "↻" not in driver.text
    assert list(options(root)) == ["lamps", "ferry", "boats", "trees"]


async def test_leaving_the_question_leaves_the_session_as_it_was(
    drive: Drive, workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "again.csv"
    path.write_text("id,title\nlamps,Hang lamps\n")
    async with drive(workshop, Project.open(root)) as driver:
        await opened(driver, path)
        await driver.press("enter")
        await driver.settle()
        await driver.press("escape")
        await driver.settle()
        assert isinstance(driver.app.screen, ScoreScreen)
        assert workshop.option("lamps").title == "Put lamps along the harbour"
    assert options(root)["lamps"]["title"] == "Hang lamps"


async def test_columns_of_a_table_are_shown_and_can_be_said(
    drive: Drive, workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("What,Name,reach\nHang lamps,P1,4\n")
    async with drive(workshop, Project.open(root), size=(120, 30)) as driver:
        view = await opened(driver, path)
        assert "Name → title" in driver.text
        assert "reach → score of Reach" in driver.text
        assert "What → not read" in driver.text
        await driver.press("c")
        await driver.type("Name=")
        await driver.press("enter")
        await driver.settle()
        assert "no column title" in driver.said  # the table stays as it was read
        await driver.press("c")
        await driver.type("What=text")
        await driver.press("enter")
        await driver.settle()
        assert "What → text" in driver.text
        assert view.preview is not None
        assert view.preview.accepted[0].text == "Hang lamps"


async def test_scores_in_a_table_are_offered(
    drive: Drive, workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("id,title,reach\nlamps,Put lamps along the harbour,4\n")
    async with drive(workshop, Project.open(root)) as driver:
        await opened(driver, path)
        await driver.press("enter")
        await driver.settle()
        assert "1 score into the ballot of Amina" in driver.text
        await driver.type("yes")
        await driver.press("enter")
        await driver.settle()
        assert workshop.ballot().score("lamps", "reach") == 4
        await driver.press("u")
        assert workshop.ballot().score("lamps", "reach") is None


async def test_a_file_without_recommendations_says_so(
    drive: Drive, workshop: Workshop, project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "empty.txt"
    path.write_text("Nothing is advised here.\n")
    async with drive(workshop, project) as driver:
        driver.app.import_brief(path)
        await driver.settle()
        assert "no option was found" in driver.said
        assert isinstance(driver.app.screen, ScoreScreen)


async def test_a_column_that_is_not_there_is_named(
    drive: Drive, workshop: Workshop, root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Titre,Raison\nHang lamps,dark\n")
    async with drive(workshop, Project.open(root), size=(120, 30)) as driver:
        view = await opened(driver, path)
        await driver.press("c")
        await driver.type("Reason=text")
        await driver.press("enter")
        await driver.settle()
        assert "has no column 'Reason'" in driver.said
        assert view.preview is not None
        assert view.preview.accepted[0].title == "Hang lamps"
        await driver.press("c")
        await driver.type("Raison=tilte")
        await driver.press("enter")
        await driver.settle()
        assert "tilte" in driver.said


async def test_a_range_of_everything_makes_a_list(
    drive: Drive, workshop: Workshop, project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "paper.md"
    path.write_text(
        "# Paper\n\n## Proposals\n\nThe year was wet.\n\nLamps as such.\n\nSteps as such.\n\n"
        "Thanks to all.\n"
    )
    async with drive(workshop, project) as driver:
        view = await opened(driver, path)
        assert "Nothing was found that reads like a list" in driver.said
        assert "every paragraph under “Proposals” (1 of 1): 0 items" in driver.text
        await driver.press("enter")
        assert "no item is ticked" in driver.said
        await driver.press("down", "left_square_bracket", "down", "right_square_bracket")
        assert view.preview is not None
        assert [c.text for c in view.preview.accepted] == ["Lamps as such.", "Steps as such."]
        await driver.press("u", "u")
        assert view.preview.accepted == ()


async def test_after_the_likely_lists_come_those_of_everything(
    drive: Drive, workshop: Workshop, project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "paper.md"
    path.write_text(
        "# Paper\n\n## Recommendations\n\n- Light the quay.\n- Paint the crane.\n\n"
        "## More\n\nThe year was wet.\n\n- ten lamps\n- two cranes\n"
    )
    async with drive(workshop, project) as driver:
        view = await opened(driver, path)
        assert "list 1 of 1: 2 items" in driver.text
        await driver.press("p")
        assert "every paragraph (" in driver.text
        assert view.preview is not None
        assert len(view.preview.accepted) == 5
        await driver.press("n")
        assert "list 1 of 1: 2 items" in driver.text
