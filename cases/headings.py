"""Finds the row of column names in sheets as people keep them; it reads no cell below it.

Names are matched loosely (spaces, brackets and stars do not count), and a heading may stand in
two rows, as under a merged “监护人”: then both are read together.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from kernel.errors import InputError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_ROWS = 20_000
_HEADER_SEARCH = 10
_NOISE = re.compile(r"[\s:：*＊_\-—/、,，.。]+|[（(\[【].*?[)）\]】]|基本|信息|情况")
_OTHERS = frozenset(
    {
        *("父亲", "母亲", "父母", "监护人", "父母监护人", "祖父母", "紧急联系人"),
        *("照料人", "实际照料人", "受委托人", "受委托监护人"),
    }
)
"""Headings over columns that tell of someone else: “姓名” below them is not the child's."""
_BELOW = frozenset(
    {
        *("姓名", "性别", "年龄", "关系", "与儿童关系", "电话", "联系电话", "联系方式", "手机"),
        *("身份证号", "身份证号码", "务工地点", "务工地", "工作单位", "职业", "住址", "地址"),
        *("健康状况", "文化程度", "是否务工", "备注", "出生日期", "出生年月", "状况", "手机号"),
        *("身份证", "工作地点", "打工地点", "身体状况"),
    }
)
"""What stands in the second row of a heading, below “父亲” or “监护人”."""


_YIELDS = {"残疾证": "disability_cert"}
"""Headings that say 有 or 无 where another column has the number, and else may be the number."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells as read; `first_row` is the number the person sees beside the first of `rows`.

    What stands in a `hidden` sheet is not what whoever sends it sees.
    """

    title: str
    rows: Sequence[Sequence[object]] = field(repr=False)
    first_row: int = 1
    hidden: bool = False


class NoHeadingError(InputError):
    """A sheet in which no row names the columns that are needed."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the columns are: `columns` maps our field to its place; data begins at `data`."""

    columns: Mapping[str, int]
    unknown: tuple[str, ...]
    data: int


def find_heading(
    sheet: Sheet, names: Mapping[str, tuple[str, ...]], needed: frozenset[str]
) -> Heading:
    """Find the row, or the two rows, that name the most columns.

    Args:
        sheet: Cells as read.
        names: Our field -> what people call it.
        needed: Fields that must have a column.

    Raises:
        NoHeadingError: There is none.
        InputError: The sheet is too long.
    """
    if len(sheet.rows) > MAX_ROWS:
        raise InputError(reply=say("cases-import-too-long", count=MAX_ROWS))
    known = {plain(word): field for field, words in names.items() for word in words}
    best: Heading | None = None
    for heading in _candidates(sheet, known):
        better = best is None or len(heading.columns) > len(best.columns)
        if needed <= heading.columns.keys() and better:
            best = heading
    if best is None:
        raise NoHeadingError(reply=say("cases-import-no-header"))
    return best


def plain(text: str) -> str:
    """Return what of a column's name counts."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def column_letter(index: int) -> str:
    """Return a column as spreadsheets name it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _candidates(sheet: Sheet, known: Mapping[str, str]) -> list[Heading]:
    """Return every reading of the first rows, those of one row before those of two."""
    rows = [[_cell(cell) for cell in row] for row in sheet.rows[: _HEADER_SEARCH + 1]]
    singles = [
        _heading([("", text) for text in row], known, place + 1)
        for place, row in enumerate(rows)
        if not (place and _OTHERS & {plain(text) for text in rows[place - 1]})
        and not _goes_on_below(rows[place : place + 2])
    ]
    doubles = [
        _heading(_two_rows(upper, lower), known, place + 2)
        for place, (upper, lower) in enumerate(pairwise(rows))
    ]
    return singles + doubles


def _goes_on_below(rows: Sequence[list[str]]) -> bool:
    """Say whether the row below still names columns: then one row is not the whole heading."""
    if len(rows) < 2:  # noqa: PLR2004 a row and the one below it
        return False
    groups = _OTHERS & {plain(text) for text in rows[0]}
    said = {plain(text) for text in rows[1] if text}
    return bool(groups) and bool(said) and said <= _BELOW | {plain(text) for text in rows[0]}


def _two_rows(upper: list[str], lower: list[str]) -> list[tuple[str, str]]:
    """Pair the rows; an empty cell above belongs to the last one that is not, as when merged."""
    pairs, group = [], ""
    for index in range(max(len(upper), len(lower))):
        above = upper[index] if index < len(upper) else ""
        below = lower[index] if index < len(lower) else ""
        group = above or group
        pairs.append((group if below else above, below))
    return pairs


def _heading(cells: Sequence[tuple[str, str]], known: Mapping[str, str], data: int) -> Heading:
    columns: dict[str, int] = {}
    unknown = []
    for index, (above, below) in enumerate(cells):
        name = _field(above, below, known)
        first = columns.get(name, -1)
        if first >= 0 and (other := _YIELDS.get(plain("".join(cells[first])))):
            columns.setdefault(other, columns.pop(name))
        if name and name not in columns:
            columns[name] = index
        elif above or below:
            unknown.append(above + below if above != below else below)
    return Heading(columns, tuple(unknown), data)


def _field(above: str, below: str, known: Mapping[str, str]) -> str:
    """Return our field for a heading of one or two rows."""
    if not above or above == below:
        return known.get(plain(below), "")
    if not below:
        return known.get(plain(above), "")
    joined = known.get(plain(above + below), "")
    if joined or plain(above) in _OTHERS:
        return joined
    return known.get(plain(below), "")


def _cell(cell: object) -> str:
    return str(cell).strip() if cell is not None else ""
