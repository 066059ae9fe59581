"""docs/forms.md says how every type is asked, and every difference the tests allow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forms.check import _APPEARANCES, _TYPES
from forms.reading import _READERS
from handlers.form_buttons import _MINUTES, STEPS
from handlers.form_context import MOST_LISTED

PAGE = (Path(__file__).parents[2] / "docs" / "forms.md").read_text(encoding="utf-8")
REFERENCE = Path(__file__).parents[1] / "forms" / "test_reference.py"


def cells(text: str) -> set[str]:
    """Return what stands in backticks in the first cells of the page's tables."""
    firsts = re.findall(r"^\| (.+?) (?<!\\)\|", text, re.MULTILINE)
    found = {code for first in firsts for code in re.findall(r"`(.+?)`", first)}
    return {code.replace("\\|", "|") for code in found}


@pytest.mark.parametrize("kind", sorted({*_READERS, *_TYPES, "text", "note"} - {"repeat"}))
def test_every_type_is_on_the_page(kind):
    assert kind in cells(PAGE)


@pytest.mark.parametrize("family", ["draw", "map", "ethiopian", "islamic"])
def test_every_family_of_appearances_is_on_the_page(family):
    assert family in _APPEARANCES
    assert family in cells(PAGE)


def test_every_difference_the_tests_allow_is_on_the_page():
    text = REFERENCE.read_text(encoding="utf-8")
    ours = text[text.index("OURS = {") : text.index("\n}\n", text.index("OURS = {"))]
    allowed = re.findall(r'^    "(.+?)": "', ours, re.MULTILINE)
    assert len(allowed) >= 10
    assert set(allowed) <= cells(PAGE)


def test_the_page_says_how_much_stands_on_buttons_and_in_the_list_of_children():
    assert f"buttons up to {STEPS} steps" in PAGE
    assert f"then the minutes ({', '.join(_MINUTES)})" in PAGE
    assert f"at most {MOST_LISTED}:" in PAGE
