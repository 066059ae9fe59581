"""Reads the expressions of a spreadsheet's rows one by one, before anything is a form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from forms.errors import ExpressionError, Problem
from forms.xpath.parser import parse
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Part = TypeVar("Part")

REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?\s*([^}\s]+)\s*\}")
_OPEN = re.compile(r"\$\{[^}]*(?:\$\{|\Z)")
_WIDE = re.compile(r"\$\{(?:\s+([^}\s]+)\s*|([^}\s]+)\s+)\}")
_COLUMNS = {
    "relevant": "relevant",
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "constraint": "constraint",
    "bind::constraint": "constraint",
    "calculation": "calculation",
    "calculate": "calculation",
    "bind::calculate": "calculation",
    "choice_filter": "choice_filter",
    "repeat_count": "repeat_count",
    "required": "required",
    "bind::required": "required",
    "readonly": "readonly",
    "read_only": "readonly",
    "bind::readonly": "readonly",
}
_TRUTHS = frozenset({"yes", "no", "true", "false", "y", "n", "x", "1", "0"})
_STANDS_FOR_A_NODE = "/data/x"
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
"""Quotes that a word processor bends: the converter straightens them, so they are no mistake."""


def expression_problems(number: int, row: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the expressions of one row of the survey sheet."""
    found = [
        Problem("survey", number, column, say("forms-lint-open", text=text))
        for column, text in row.items()
        if _OPEN.search(text)
    ]
    found += [
        Problem(
            "survey",
            number,
            column,
            say("forms-lint-blanks", text=wide[0], name=wide[1] or wide[2]),
        )
        for column, text in row.items()
        if (wide := _WIDE.search(text))
    ]
    unclosed = {problem.column for problem in found}
    for column, text in row.items():
        if _COLUMNS.get(column.lower()) and column not in unclosed and not _is_truth(column, text):
            found += _syntax(number, column, text, row.get("name", ""))
    return found


def _is_truth(column: str, text: str) -> bool:
    return "re" in column and text.lower() in _TRUTHS


def _syntax(number: int, column: str, text: str, name: str) -> list[Problem]:
    try:
        parse(REFERENCE.sub(_STANDS_FOR_A_NODE, text.translate(_STRAIGHT)))
    except ExpressionError as error:
        error.source = text
        return [Problem("survey", number, column, error.at(name, column))]
    return []


def circles(rows: Iterable[tuple[int, Mapping[str, str]]]) -> list[Problem]:
    """Return each ring of calculations that wait for one another, at the row of its first."""
    needs: dict[str, list[str]] = {}
    places: dict[str, tuple[int, str]] = {}
    for number, row in rows:
        for column, text in row.items():
            if _COLUMNS.get(column.lower()) == "calculation" and row.get("name"):
                needs[row["name"]] = REFERENCE.findall(text)
                places[row["name"]] = (number, column)
    problems, done = [], set[str]()
    for name in needs:
        if name not in done and (ring := shortest_ring(name, needs)):
            done.update(ring)
            shown = " → ".join([*ring, ring[0]])
            problems.append(Problem("survey", *places[name], say("forms-cycle", names=shown)))
    return problems


def shortest_ring(start: Part, needs: Mapping[Part, list[Part]]) -> list[Part]:
    """Return the shortest way from a part of the form back to itself; empty when there is none."""
    ways = [[start]]
    seen = {start}
    for way in ways:
        for name in needs.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
