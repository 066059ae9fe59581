"""Reads a spreadsheet's rows for every mistake at once, where pyxform stops at the first."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from forms.errors import Problem
from forms.lint_expressions import REFERENCE, circles, expression_problems
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forms.convert import Sheets

_NAME = re.compile(r"[^\W\d][\w.\-]*\Z")
_PLAIN = frozenset({"group", "repeat", "csv-external", "xml-external", "caseid"})
"""Words of the type column that pyxform takes beside those of its own dictionary."""
_SELECTS = re.compile(
    r"(add select one prompt using|add select multiple prompt using|select all that apply|"
    r"select one external|select multiple|select one|select_one_from_file|"
    r"select_multiple_from_file|select_one_external|select_one|select_multiple|select1|select|"
    r"rank|odk:rank)"
    r"(?: from)?\s+(\S+)"
)
_BEGIN = re.compile(r"begin[_ ](group|repeat|loop)\b")
_END = re.compile(r"end[_ ](group|repeat|loop)\b")
_LISTS = ("list_name", "list name")


def lint(sheets: Sheets) -> list[Problem]:
    """Return every mistake that can be seen in the rows."""
    found = [*_survey(sheets), *_nesting(sheets.survey), *_doubles(sheets.survey)]
    return [*found, *circles(_rows(sheets.survey)), *_choices(sheets)]


def _problem(row: int, column: str, key: str, sheet: str = "survey", **args: str) -> Problem:
    return Problem(sheet, row, column, say(key, **args))


def _rows(sheet: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, dict[str, str]]]:
    for number, row in enumerate(sheet, 2):
        yield number, {key: str(value).strip() for key, value in row.items() if value is not None}


def _survey(sheets: Sheets) -> list[Problem]:
    lists = {str(row.get(key)) for row in sheets.choices for key in _LISTS if row.get(key)}
    names = {str(row.get("name")) for row in sheets.survey if row.get("name")}
    problems = []
    for number, row in _rows(sheets.survey):
        kind = row.get("type", "")
        if not kind or row.get("disabled", "").lower() in ("yes", "true", "true()"):
            continue
        problems += _kind(number, kind, lists)
        problems += _name(number, kind, row.get("name", ""))
        problems += _references(number, row, names)
        problems += expression_problems(number, row)
    return problems


def _kind(number: int, kind: str, lists: set[str]) -> list[Problem]:
    found = _SELECTS.match(kind)
    if not found:
        word = kind.split(" ", maxsplit=1)[0]
        known = bool({kind, word} & _types()) or bool(_BEGIN.match(kind) or _END.match(kind))
        return [] if known else [_problem(number, "type", "forms-lint-type", type=kind)]
    name = found[2]
    if name in lists or name.startswith("${") or "." in name or not found[1].startswith("sel"):
        return []
    if "external" in found[1]:
        return []
    return [_problem(number, "type", "forms-lint-list", list=name)]


@cache
def _types() -> frozenset[str]:
    """Return the question types pyxform knows, also by the long names of older sheets."""
    # pyxform takes half a second to import: only who looks for mistakes pays.
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # noqa: PLC0415

    return _PLAIN | frozenset(QUESTION_TYPE_DICT)


def _name(number: int, kind: str, name: str) -> list[Problem]:
    if _END.match(kind):
        return []
    if not name:
        return [] if kind == "note" else [_problem(number, "name", "forms-lint-no-name")]
    if not _NAME.match(name):
        return [_problem(number, "name", "forms-lint-name", name=name)]
    return []


def _references(number: int, row: Mapping[str, str], names: set[str]) -> list[Problem]:
    return [
        _problem(number, column, "forms-lint-reference", name=name)
        for column, text in row.items()
        for name in dict.fromkeys(REFERENCE.findall(text))
        if name not in names
    ]


def _nesting(survey: Sequence[Mapping[str, Any]]) -> list[Problem]:
    open_rows: list[tuple[str, int]] = []
    problems = []
    for number, row in _rows(survey):
        kind = row.get("type", "")
        if found := _BEGIN.match(kind):
            open_rows.append((found[1], number))
        elif (found := _END.match(kind)) and (not open_rows or open_rows.pop()[0] != found[1]):
            problems.append(_problem(number, "type", "forms-lint-end", kind=found[1]))
    return problems + [
        _problem(number, "type", "forms-lint-begin", kind=kind) for kind, number in open_rows
    ]


def _doubles(survey: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Find names that stand twice in the same section; another section may use them again."""
    sections: list[dict[str, int]] = [{}]
    problems = []
    for number, row in _rows(survey):
        kind, name = row.get("type", ""), row.get("name", "")
        if _END.match(kind):
            sections = sections[:-1] or sections
            continue
        if kind and name:
            first = sections[-1].setdefault(name, number)
            if first != number:
                problems.append(
                    _problem(number, "name", "forms-lint-double", name=name, first=str(first))
                )
        if _BEGIN.match(kind):
            sections.append({})
    return problems


def _choices(sheets: Sheets) -> list[Problem]:
    """Find choices without a name or list, and values that stand twice in one list."""
    twice_allowed = any(
        str(row.get("allow_choice_duplicates") or "").lower() == "yes" for row in sheets.settings
    )
    seen: dict[tuple[str, str], int] = {}
    problems = []
    for number, row in _rows(sheets.choices):
        if not row:
            continue
        of = next((row[key] for key in _LISTS if row.get(key)), "")
        column = "value" if "value" in row else "name"
        value = row.get(column, "")
        if not of:
            problems.append(_problem(number, _LISTS[0], "forms-lint-no-list", "choices"))
        elif not value:
            problems.append(_problem(number, column, "forms-lint-no-value", "choices", list=of))
        elif (first := seen.setdefault((of, value), number)) != number and not twice_allowed:
            problems.append(
                _problem(
                    number,
                    column,
                    "forms-lint-value-twice",
                    "choices",
                    list=of,
                    value=value,
                    first=str(first),
                )
            )
    return problems
