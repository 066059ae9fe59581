"""One row of a sheet being read: its cells, their dates, and what is wrong in which of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cases.headings import column_letter
from kernel.errors import InputError
from kernel.phrases import Phrase, say
from kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_EXCEL_EPOCH = date(1899, 12, 30)
_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_MONTH = re.compile(r"((?:19|20)\d{2})(?:[年.\-/]|(?=\d{2}$))(\d{1,2})月?")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_AS_TEXT = "'’‘`"
"""Signs that people put before a number lest a spreadsheet reckons with it."""
_EXACT = 10**15
"""A spreadsheet keeps fifteen places of a number; of a longer one the last are lost."""

_NOTHING = frozenset({"/", "\\", "-", "—", "——", "无", "没有", "暂无", "未知", "不详", "不清楚"})
"""What people write into a cell they leave empty."""
_SAME = frozenset({"同上", "同前", "〃", "″", '"', "”"})
_CLOSING = re.compile(
    r"(合计|小计|总计|共计|填表|制表|填报|审核|复核|负责人|经办|联系人|单位|说明|备注|注)([：:\s\d]|人|单位|日期|时间|$)"
)
"""How a row begins that closes a sheet and is about nobody."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which cell."""

    cell: str
    message: Phrase

    @property
    def place(self) -> tuple[int, int, str]:
        """Return what puts problems into the order in which a sheet is read."""
        letters = self.cell.rstrip("0123456789")
        return int(self.cell[len(letters) :] or 0), len(letters), letters


class Cells:
    """One row being read; collects its problems, and what was said for those who say 同上.

    In the columns of `plain`, 无 and the like is said, and no empty cell.
    """

    def __init__(
        self,
        cells: Sequence[object],
        columns: Mapping[str, int],
        number: int,
        above: Cells | None = None,
        plain: frozenset[str] = frozenset({"name"}),
    ) -> None:
        self._cells = cells
        self._columns = columns
        self._number = number
        self._plain = plain
        self.said: dict[str, str] = {}
        # what a cell may point at with 同上
        self._above = above.said if above is not None else {}
        self.problems: list[Problem] = []

    def about_nobody(self) -> bool:
        """Say whether the row closes the sheet (合计, 填表人), or is only numbered ahead."""
        said = [text for cell in self._cells if cell is not None and (text := str(cell).strip())]
        return bool(_CLOSING.match(said[0])) or (len(said) == 1 and said[0].isdigit())

    def required(self, name: str) -> str:
        """Return a cell that must not be empty."""
        text = self.text(name)
        if not text:
            self.problem(name, say("cases-import-empty"))
        return text

    def checked(self, name: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401 a field's value
        """Return what a reader makes of a cell; None when it is empty or wrong."""
        text = self.text(name)
        if not text:
            return None
        try:
            return read(text)
        except InputError as error:
            self.problem(name, error.reply)
            return None

    def text(self, name: str) -> str:
        """Return a cell as text; a whole number without its point, a date as a date."""
        index = self._columns.get(name, -1)
        value = self._cells[index] if 0 <= index < len(self._cells) else None
        if isinstance(value, datetime | date):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = clean(str(value)) if value is not None else ""
        if text in _SAME:
            text = self._above.get(name, "")
        elif text in _NOTHING and name not in self._plain:
            text = ""
        self.said[name] = text
        return text

    def fit(self, name: str, text: str, most: int) -> str:
        """Return what a cell says; more characters than there is room for are a problem."""
        if len(text) > most:
            self.problem(name, say("cases-import-long", count=most))
        return text

    def has(self, name: str) -> bool:
        """Say whether the sheet has such a column."""
        return name in self._columns

    def carried(self, name: str) -> str:
        """Return a cell, or the one above it where it is empty, as in a merged column."""
        text = self.text(name) or self._above.get(name, "")
        self.said[name] = text
        return text

    def digits(self, name: str) -> str:
        """Return a number that is a name (ID number, telephone), full-width signs forgiven.

        A spreadsheet that took it for a number may have lost its last places: that is a problem.
        """
        index = self._columns.get(name, -1)
        value = self._cells[index] if 0 <= index < len(self._cells) else None
        text = unicodedata.normalize("NFKC", self.text(name)).lstrip(_AS_TEXT)
        lost = isinstance(value, int | float) and abs(value) >= _EXACT
        if lost or _SCIENTIFIC.fullmatch(text):
            self.problem(name, say("cases-import-number"))
            return ""
        return text

    def problem(self, name: str, message: Phrase) -> None:
        """Note what is wrong with a cell."""
        letter = column_letter(self._columns.get(name, 0))
        self.problems.append(Problem(f"{letter}{self._number}", message))

    @property
    def number(self) -> int:
        """The number the person sees beside the row."""
        return self._number


def read_birth(text: str) -> str:
    """Read a date, or a month where the day stands in the ID number: 2015.3, 2015年3月.

    Returns:
        A date, or as much of one as was written: `2015-03`.

    Raises:
        InputError: It is neither.
    """
    match = _MONTH.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match and 1 <= int(match[2]) <= 12:  # noqa: PLR2004 the months of a year
        return f"{match[1]}-{int(match[2]):02}"
    return read_date(text)


def read_date(text: str) -> str:
    """Read a date as people write it: 2018-02-15, 2018.2.15, 2018年2月15日, 20180215, 43146.

    Raises:
        InputError: It is none, or lies outside 1900 to 2100.
    """
    text = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
    try:
        if text.isdigit() and len(text) == 5:  # noqa: PLR2004 a day number of Excel
            return (_EXCEL_EPOCH + timedelta(days=int(text))).isoformat()
        match = _DATE.fullmatch(text)
        if match:
            day = date(*(int(part) for part in match.groups()))
            if 1900 <= day.year <= 2100:  # noqa: PLR2004 the years a living person is born in
                return day.isoformat()
    except ValueError:
        pass
    only_month = _MONTH.fullmatch(text) is not None
    raise InputError(reply=say("cases-birth-month" if only_month else "cases-birth-date"))
