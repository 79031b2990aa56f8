"""Columns of a table that is imported: other languages, two alike, none, a wrong mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


def table(folder: Path, text: str) -> str:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "head",
    [
        "Titre,Description,Étiquettes",
        "Titel;Beschreibung;Schlagwörter",
        "Título,Descripción,Etiquetas",
        "Aanbeveling;Tekst;Labels",
    ],
)
def test_headings_in_other_languages(run: Run, tmp_path: Path, head: str) -> None:
    sign = ";" if ";" in head else ","
    path = table(tmp_path, f"{head}\nLight the pier{sign}It is dark{sign}night\n")
    found = run("import", path, "--json", at=None).json
    assert found["options"][0]["title"] == "Light the pier"
    assert found["options"][0]["text"] == "It is dark"


def test_of_two_headings_alike_the_first_is_read(run: Run, tmp_path: Path) -> None:
    path = table(tmp_path, "Name,Name\nLight the pier,no\n")
    found = run("import", path, "--json", at=None).json
    assert found["options"][0]["title"] == "Light the pier"
    assert found["columns"] == {"Name": "title"}


@pytest.mark.parametrize(
    ("head", "more", "said"),
    [
        ("title,Title", (), "has two columns 'title'"),
        ("Measure,Why", ("--column", "Why=title", "--column", "Measure=title"), "'title'"),
        ("Colour,Size", (), "there are: 'Colour', 'Size'"),
        ("Measure,Why", ("--column", "Measure="), "has no column title"),
        ("Measure,Why", ("--column", "Reason=text"), "has no column 'Reason'"),
        ("Measure,Why", ("--column", "Why=tilte"), "'tilte'"),
        ("Measure,Why", ("--column", "Why"), "is not HEADING=FIELD"),
        ("title,resources.money", (), "resources.money"),
    ],
)
def test_what_is_wrong_names_the_column(
    run: Run, tmp_path: Path, head: str, more: tuple[str, ...], said: str
) -> None:
    result = run("import", table(tmp_path, f"{head}\nLamps,dear\n"), *more, "--json", at=None)
    assert result.status == 2
    assert said in result.err


def test_a_column_may_be_said_to_hold_a_resource(run: Run, tmp_path: Path) -> None:
    path = table(tmp_path, "Measure;Preis\nLamps;2,5\n")
    found = run("import", path, "--column", "Preis=resources.money", "--json", at=None).json
    assert found["options"][0]["resources"] == {"money": 2.5}


def test_a_brief_has_no_columns(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "brief.md"
    path.write_text("# Recommendations\n\n- Light the pier.\n- Paint the crane.\n")
    result = run("import", str(path), "--column", "Why=text", "--json", at=None)
    assert result.status == 2
    assert "has no column 'Why'" in result.err


def test_a_paper_without_likely_list_gives_none(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "paper.md"
    path.write_text("# Paper\n\nThe year was wet.\n\n## Lamps\n\n- ten\n- twelve\n")
    result = run("import", str(path), "--to", str(tmp_path / "o.toml"), "--yes", at=None)
    assert result.status == 2
    assert "no option was found in it" in result.err
    assert not (tmp_path / "o.toml").exists()
