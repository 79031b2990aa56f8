"""File names for people and sessions."""

import re

from hypothesis import given
from hypothesis import strategies as st

from evaluator.store.names import free_slug, is_file_key, slug


def test_slugs() -> None:
    assert slug("Amina R.") == "amina-r"
    assert slug("Zoë Kovač") == "zoe-kovac"
    assert slug("../../evil") == "evil"
    assert slug("NUL") == "nul-1"
    assert slug("COM¹") == "com1-1"
    assert slug("中中") != slug("文文")


def test_two_names_with_one_slug_get_two_files() -> None:
    assert free_slug("Amina!", {"amina", "amina-2"}) == "amina-3"


@given(st.text(max_size=200))
def test_a_slug_is_always_a_safe_name(name: str) -> None:
    made = slug(name)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", made)
    assert is_file_key(made)


@given(st.text(max_size=80))
def test_a_key_never_leaves_its_folder(text: str) -> None:
    if is_file_key(text):
        assert "/" not in text
        assert "\\" not in text
        assert not text.startswith(".")
