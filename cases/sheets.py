"""Sheets of children as people have them, read without a template: each cell is checked.

Nothing is written here. A problem names the cell as the person sees it (`C12`), so that it can
be mended in the sheet; a sheet with any problem is not taken in at all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cases.headings import Sheet, column_letter, find_heading
from cases.id_numbers import read_id_number
from kernel.errors import InputError
from kernel.phrases import Phrase, say
from kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_EXCEL_EPOCH = date(1899, 12, 30)
_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_EXACT = 10**15
"""A spreadsheet keeps fifteen places of a number; of a longer one the last are lost."""

HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "孩子姓名", "儿童姓名", "学生姓名", "未成年人姓名", "name"),
    "sex": ("性别", "sex"),
    "ethnicity": ("民族", "ethnicity"),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "生日", "birthdate"),
    "id_no": ("身份证号", "身份证号码", "公民身份证号码", "公民身份号码", "身份证", "idno"),
    "area": ("村", "村居", "所在村", "村委会", "村名", "村社区", "行政村", "区划代码", "area"),
    "child_types": ("儿童类别", "类别", "类型", "儿童类型", "kinds"),
    "current_address": ("现居住地", "家庭住址", "住址", "地址", "现住址", "address"),
    "school_name": ("学校", "就读学校", "学校名称", "school"),
    "grade": ("年级", "就读年级", "grade"),
    "carer_name": ("实际照料人", "照料人", "照料人姓名", "监护人", "监护人姓名", "carer"),
    "carer_relation": ("与儿童关系", "关系", "与孩子关系", "照料人关系", "relation"),
    "carer_phone": ("照料人电话", "监护人电话", "联系电话", "电话", "手机", "手机号", "phone"),
    "remarks": ("备注", "说明", "remarks"),
}

SEXES = {"男": "male", "女": "female", "male": "male", "female": "female"}
KIND_WORDS = {
    "事实无人抚养": "de_facto_unsupported",
    "监护不当": "poor_guardianship",
    "孤儿": "orphan_dispersed",
    "留守": "left_behind",
    "贫困": "poverty",
    "残疾": "disability",
    "重病": "serious_illness",
    "患病": "serious_illness",
    "流浪": "street_child",
    "流动": "migrant",
    "无户籍": "no_hukou",
    "困境": "other",
    "其他": "other",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which cell."""

    cell: str
    message: Phrase


@dataclass(frozen=True, slots=True)
class ImportedChild:
    """One good row."""

    row: int
    area: str
    fields: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would bring in: shown before anything is written."""

    columns: Mapping[str, str]
    unknown_columns: tuple[str, ...]
    children: tuple[ImportedChild, ...]
    problems: tuple[Problem, ...]


def read_children(sheet: Sheet, villages: Mapping[str, str], default_area: str = "") -> Preview:
    """Check every row of a sheet of children.

    Args:
        sheet: Cells as read.
        villages: Names and codes of the villages one may write to -> 12-digit code.
        default_area: Village of a row whose cell is empty, or of a sheet without the column.

    Raises:
        InputError: There is no row with known column names, or the sheet is too long.
    """
    heading = find_heading(sheet, HEADERS, frozenset({"name"}))
    children, problems = [], []
    for number, cells in filled_rows(sheet, heading.data):
        row = Cells(cells, heading.columns, number)
        child = _child(row, villages, default_area)
        problems += row.problems
        if not row.problems:
            children.append(child)
    return Preview(letters(heading.columns), heading.unknown, tuple(children), tuple(problems))


def filled_rows(sheet: Sheet, start: int) -> Iterator[tuple[int, Sequence[object]]]:
    """Return the rows that are not empty, each with the number the person sees beside it."""
    for offset, cells in enumerate(sheet.rows[start:], start):
        if any(str(cell).strip() for cell in cells if cell is not None):
            yield sheet.first_row + offset, cells


def letters(columns: Mapping[str, int]) -> dict[str, str]:
    """Return the letter of each column that was found."""
    return {name: column_letter(index) for name, index in columns.items()}


class Cells:
    """One row being read; collects its problems."""

    def __init__(self, cells: Sequence[object], columns: Mapping[str, int], number: int) -> None:
        self._cells = cells
        self._columns = columns
        self._number = number
        self.problems: list[Problem] = []

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
        return clean(str(value)) if value is not None else ""

    def digits(self, name: str) -> str:
        """Return a number that is a name (ID number, telephone), full-width signs forgiven.

        A spreadsheet that took it for a number may have lost its last places: that is a problem.
        """
        index = self._columns.get(name, -1)
        value = self._cells[index] if 0 <= index < len(self._cells) else None
        text = unicodedata.normalize("NFKC", self.text(name))
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


def _child(row: Cells, villages: Mapping[str, str], default_area: str) -> ImportedChild:
    number = row.digits("id_no")
    fields = {
        "name": row.required("name"),
        "sex": row.checked("sex", _sex),
        "birth_date": row.checked("birth_date", read_date),
        "child_types": row.checked("child_types", _kinds),
        "id_no": row.checked("id_no", lambda _: read_id_number(number).number) if number else None,
        "actual_caregiver": _carer(row),
    }
    for name in ("ethnicity", "current_address", "school_name", "grade", "remarks"):
        fields[name] = row.text(name)
    _agree(row, fields)
    area = read_area(row, villages, default_area)
    kept = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    return ImportedChild(row.number, area, kept)


def _agree(row: Cells, fields: dict[str, Any]) -> None:
    """Take birth and sex from the ID number, or point out that they differ."""
    if not fields["id_no"]:
        return
    facts = read_id_number(fields["id_no"])
    for name, stated in (("birth_date", facts.born.isoformat()), ("sex", facts.sex)):
        if not fields[name]:
            fields[name] = stated
        elif fields[name] != stated:
            row.problem(name, say("cases-import-id-differs"))


def _carer(row: Cells) -> dict[str, str]:
    carer = {
        "name": row.text("carer_name"),
        "relation": row.text("carer_relation"),
        "phone": row.digits("carer_phone"),
    }
    return {name: value for name, value in carer.items() if value}


def read_area(row: Cells, places: Mapping[str, str], default: str) -> str:
    """Return the code of the division a row names; a problem when it is not clear."""
    text = "".join(row.text("area").split())
    if not text and default:
        return default
    code = places.get(text) or places.get(f"{text.removesuffix('村委会')}村")
    if code is None:
        row.problem("area", say("cases-import-village"))
    return code or ""


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
    raise InputError(reply=say("cases-birth-date"))


def _sex(text: str) -> str:
    if text.lower() not in SEXES:
        raise InputError(reply=say("cases-import-sex"))
    return SEXES[text.lower()]


def _kinds(text: str) -> list[str]:
    found = [code for word, code in KIND_WORDS.items() if word in text]
    if not found:
        raise InputError(reply=say("cases-import-kind"))
    if len(found) > 1 and "其他" not in text:
        found = [code for code in found if code != "other"]
    return list(dict.fromkeys(found))
