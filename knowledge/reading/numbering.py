"""Numbers that a word processor writes by itself: they are in no text and must be counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.parsing.numerals import to_numeral

if TYPE_CHECKING:
    from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    )
)
_UNNUMBERED = frozenset(("none", "bullet"))
_LEVELS = 9


def value(node: etree._Element | None, child: str = "") -> str:
    """Return the `w:val` of an element, or of a child of it; empty where there is none."""
    found = node.find(W + child) if node is not None and child else node
    return "" if found is None else str(found.get(W + "val", ""))


class Numbering:
    """Counts the numbered paragraphs of one document in order."""

    def __init__(self, numbering: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._lists: dict[str, str] = {}
        self._anew: dict[str, dict[int, int]] = {}
        self._counts: dict[str, list[int]] = {}
        if numbering is None:
            return
        for abstract in numbering.iter(W + "abstractNum"):
            self._levels[abstract.get(W + "abstractNumId", "")] = {
                int(level.get(W + "ilvl", "0")): _level(level)
                for level in abstract.iter(W + "lvl")
            }
        for one in numbering.iter(W + "num"):
            number = one.get(W + "numId", "")
            self._lists[number] = value(one, "abstractNumId")
            self._anew[number] = {
                int(level.get(W + "ilvl", "0")): int(start)
                for level in one.iter(W + "lvlOverride")
                if (start := value(level, "startOverride")).isdigit()
            }

    def label(self, numbered: etree._Element | None) -> str:
        """Return the number in front of a paragraph with these `w:numPr`, and count it."""
        if numbered is None:
            return ""
        number = value(numbered, "numId")
        place = int(value(numbered, "ilvl") or 0)
        levels = self._levels.get(self._lists.get(number, ""), {})
        if place not in levels or not 0 <= place < _LEVELS:
            return ""
        counts = self._counts.setdefault(self._lists[number], [0] * _LEVELS)
        start = levels[place][2]
        if place in self._anew[number]:  # a list begun anew counts from there, once
            counts[place], start = 0, self._anew[number].pop(place)
        counts[place] = counts[place] + 1 if counts[place] else start
        counts[place + 1 :] = [0] * (_LEVELS - place - 1)
        style, pattern, _ = levels[place]
        if style in _UNNUMBERED:
            return ""
        return re.sub(r"%(\d)", lambda m: _shown(levels, counts, int(m[1]) - 1), pattern)


def _level(level: etree._Element) -> tuple[str, str, int]:
    start = value(level, "start")
    return value(level, "numFmt"), value(level, "lvlText"), int(start) if start.isdigit() else 1


def _shown(levels: dict[int, tuple[str, str, int]], counts: list[int], place: int) -> str:
    style, _, start = levels.get(place, ("decimal", "", 1))
    count = counts[place] or start
    return to_numeral(count) if style in _CHINESE else str(count)
