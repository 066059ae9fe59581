"""Headings and settings of a spreadsheet that nobody reads, and what was meant by them."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from forms.errors import Problem
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forms.convert import Sheets

SETTINGS = frozenset({"roles", "about"})
SURVEY = frozenset({"source", "sensitive", "asked"})
"""Columns of ours, beside those of XLSForm (docs/forms.md)."""
_NEAR = 0.75
"""How alike a heading must be to one that is known (our default)."""
ROLES = {
    "director": "child_director",
    "supervisor": "child_supervisor",
    "county": "county_officer",
    "儿童主任": "child_director",
    "督导员": "child_supervisor",
    "儿童督导员": "child_supervisor",
    "县级": "county_officer",
    "家长": "guardian",
}
"""Short words for roles in the `roles` column of the settings sheet."""
ABOUT_CHILD = frozenset({"child", "孩子", "儿童"})
_YES_OR_NO = frozenset({"yes", "no", "true", "false", "true()", "false()", "1", "0"})


def heading_problems(sheets: Sheets) -> list[Problem]:
    """Name the headings that are not known: what stands below them does nothing."""
    return [*_unknown(sheets), *_unclear(sheets)]


def settings_problems(sheets: Sheets) -> list[Problem]:
    """Name words of the settings sheet that say neither who fills the form in nor about what."""
    row = settings_of(sheets)
    known = {*ROLES, *ROLES.values()}
    found = [
        Problem("settings", 2, "roles", say("forms-role", word=word, known="、".join(ROLES)))
        for word in words_of(row.get("roles"))
        if word not in known
    ]
    about = str(row.get("about") or "").strip()
    if about and about.lower() not in ABOUT_CHILD:
        found.append(Problem("settings", 2, "about", say("forms-about", word=about)))
    return found


def settings_of(sheets: Sheets) -> Mapping[str, Any]:
    """Return the row of the settings sheet; an empty one where there is none."""
    return sheets.settings[0] if sheets.settings else {}


def words_of(cell: object) -> list[str]:
    """Return the words of a cell, however they are parted."""
    return re.sub("[、，,;；/|]", " ", str(cell or "")).split()


def _unknown(sheets: Sheets) -> Iterator[Problem]:
    for sheet, headings in sheets.headings.items():
        known = _known().get(sheet)
        for heading in headings if known else ():
            word = "_".join(re.split(r"::?", heading)[0].lower().split())
            if known is None or not word or word in known:
                continue
            near = get_close_matches(word, sorted(known), 1, _NEAR)
            key = "forms-column-near" if near else "forms-column"
            phrase = say(key, column=heading, near="".join(near))
            yield Problem(sheet, 1, heading, phrase, fatal=False)


def _unclear(sheets: Sheets) -> Iterator[Problem]:
    for number, row in enumerate(sheets.survey, 2):
        for column, key in (("sensitive", "forms-sensitive"), ("asked", "forms-asked")):
            value = str(row.get(column) or "").strip()
            if value and value.lower() not in _YES_OR_NO:
                phrase = say(key, name=str(row.get("name") or ""), value=value)
                yield Problem("survey", number, column, phrase, fatal=False)


@cache
def _known() -> dict[str, frozenset[str]]:
    """Return the first words of the headings that are read, by sheet."""
    # pyxform takes half a second to import: only who looks for mistakes pays.
    from pyxform import aliases  # noqa: PLC0415
    from pyxform.constants import EntityColumns  # noqa: PLC0415
    from pyxform.question import MultipleChoiceQuestion  # noqa: PLC0415
    from pyxform.survey import Survey  # noqa: PLC0415

    survey = {*aliases.survey_header, *MultipleChoiceQuestion.get_slot_names(), "disabled"}
    settings = {*aliases.settings_header, *Survey.get_slot_names(), "allow_choice_duplicates"}
    entities = {*aliases.entities_header, *(column.value for column in EntityColumns)}
    return {
        "survey": SURVEY | {word for word in survey if not word.startswith("_")},
        "settings": SETTINGS | {word for word in settings if not word.startswith("_")},
        "entities": frozenset(entities),
    }
