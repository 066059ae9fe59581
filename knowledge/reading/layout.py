"""Printed pieces on pages to paragraphs: columns, indents, short lines, repeated headers."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.reading.paper import Line

Page = list["Line"]

_INDENT = 1.2
"""Characters by which the first line of a paragraph is set in, at the least."""
_FULL = 2.2
"""Characters that may be missing at the end of a line that goes on."""
_GAP = 1.7
"""Usual distances of lines that make a gap between paragraphs."""
_RUNNING = 3
"""Pages on which a header must come again to be one."""
_APART = 1.8
"""Characters of blank between pieces of a row that may be two columns (our default)."""
_COLUMN_LINES, _COLUMN_SIGNS = 5, 9
"""Lines a column has at the least, and characters half of them have: cells have fewer."""
_ACROSS = 0.25
"""Share of the pieces that may stand across both columns: titles, page numbers."""
_MIDDLE = (0.35, 0.65)
_NUMBER = re.compile(
    r"^[-—–－·.\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–－·.\s]*$"
)
_LATIN = re.compile(r"[A-Za-z0-9,.;:]")


def paragraphs(pages: Sequence[Page]) -> str:
    """Join the lines of all pages to paragraphs, one a line."""
    kept = _without_running([part for page in pages for part in columns(page)])
    lines = [line for page in kept for line in page]
    if not lines:
        return ""
    size = median(line.size for line in lines)
    right = max(line.right for line in lines)
    found: list[str] = []
    before: Line | None = None
    for page in kept:
        left = _margin(page, size)
        usual = _distance(page)
        for at, line in enumerate(page):
            gap = line.top - page[at - 1].top if at else 0.0
            opens = (
                before is None
                or line.left - left > _INDENT * size
                or before.right < right - _FULL * max(size, before.size)
                or (usual and gap > _GAP * usual)
                or abs(line.size - before.size) > size / 3
            )
            if opens:
                found.append(line.text)
            else:
                found[-1] = joined(found[-1], line.text)
            before = line
    return "\n".join(found)


def joined(first: str, second: str) -> str:
    """Put two pieces of a paragraph together: a space only between Latin words."""
    latin = _LATIN.match(first[-1:]) and _LATIN.match(second[:1])
    return first + (" " if latin else "") + second


def columns(pieces: Sequence[Line]) -> list[Page]:
    """Order the pieces of a page into lines; a page set in two columns becomes several pages."""
    gutter = _gutter(pieces)
    if gutter is None:
        return [rows(pieces)]
    edge = max(piece.right for piece in pieces)
    found: list[Page] = []
    sides: tuple[Page, Page] = ([], [])
    for piece in sorted(pieces, key=lambda p: p.top):
        if piece.left < gutter < piece.right:
            found += [*(_moved(side, edge) for side in sides if side), [piece]]
            sides = ([], [])
        else:
            sides[piece.left > gutter].append(piece)
    return found + [_moved(side, edge) for side in sides if side]


def _gutter(pieces: Sequence[Line]) -> float | None:
    """Find the blank between two columns of running text; a table has short cells."""
    if len(pieces) < 2 * _COLUMN_LINES:
        return None
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    for place in sorted({p.left for p in pieces}):
        at = place - 0.1
        first = [p for p in pieces if p.right <= at]
        second = [p for p in pieces if p.left > at]
        across = len(pieces) - len(first) - len(second)
        middle = _MIDDLE[0] <= (at - left) / (right - left) <= _MIDDLE[1]
        if middle and across <= _ACROSS * len(pieces) and _runs(first) and _runs(second):
            return at
    return None


def _runs(side: Sequence[Line]) -> bool:
    return len(side) >= _COLUMN_LINES and median(len(p.text) for p in side) >= _COLUMN_SIGNS


def _moved(side: Page, edge: float) -> Page:
    """Move a column to the right edge, so that its full lines are full lines of the page."""
    lines = rows(side)
    by = edge - max(line.right for line in lines)
    return [dataclasses.replace(x, left=x.left + by, right=x.right + by) for x in lines]


def apart(before: float, after: float, size: float) -> bool:
    """Say whether a blank between two characters of a row parts it into pieces."""
    return after - before > _APART * size


def rows(pieces: Sequence[Line]) -> Page:
    """Order loose pieces of a page into lines from top to bottom."""
    found: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda p: (p.top, p.left)):
        if found and abs(piece.top - found[-1][0].top) < 0.6 * max(piece.size, found[-1][0].size):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [_row(sorted(row, key=lambda p: p.left)) for row in found]


def _row(row: list[Line]) -> Line:
    whole = row[0]
    for piece in row[1:]:
        apart = piece.left - whole.right > piece.size
        text = whole.text + ("　" if apart else "") + piece.text
        whole = dataclasses.replace(whole, text=text, right=max(whole.right, piece.right))
    return whole


def _margin(page: Page, size: float) -> float:
    """Return where lines begin that are not set in: the leftmost place that is usual."""
    places = Counter(round(line.left / size * 2) for line in page)
    often = [place for place, count in places.items() if count >= max(2, len(page) * 0.15)]
    return min(often or [min(places, default=0)]) * size / 2


def _distance(page: Page) -> float:
    gaps = [b.top - a.top for a, b in pairwise(page) if b.top > a.top]
    return median(gaps) if gaps else 0.0


def _without_running(pages: Sequence[Page]) -> list[Page]:
    """Take off page numbers, and what stands at the edge of page after page."""
    ordered = [sorted(page, key=lambda line: line.top) for page in pages]
    edges = Counter(
        _edge(line)
        for page in ordered
        for line in {id(x): x for x in (*page[:1], *page[-1:])}.values()
    )
    running = {text for text, count in edges.items() if count >= _RUNNING and text}
    kept: list[Page] = []
    for page in ordered:
        rest = page
        for _ in range(2):
            rest = rest[1:] if rest and _is_running(rest[0], running) else rest
            rest = rest[:-1] if rest and _is_running(rest[-1], running) else rest
        kept.append(rest)
    return kept


def _edge(line: Line) -> str:
    return re.sub(r"[\d\s]", "", line.text)


def _is_running(line: Line, running: set[str]) -> bool:
    return bool(_NUMBER.match(line.text)) or _edge(line) in running
