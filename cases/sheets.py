"""Sheets people already have, read without a template: columns by loose names, cells checked.

Nothing is written here. A problem names the cell as the person sees it (`C12`), so that it can
be mended in the sheet; a sheet with any problem is not taken in at all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cases.id_numbers import read_id_number
from kernel.errors import InputError
from kernel.phrases import Phrase, say
from kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_ROWS = 20_000
_HEADER_SEARCH = 10
_EXCEL_EPOCH = date(1899, 12, 30)
_NOISE = re.compile(r"[\s:：*＊_\-—/、,，.。]+|[（(\[【].*?[)）\]】]")
_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")

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
class Sheet:
    """Cells as read; `first_row` is the number the person sees beside the first of `rows`."""

    title: str
    rows: Sequence[Sequence[object]] = field(repr=False)
    first_row: int = 1


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


def column_letter(index: int) -> str:
    """Return a column as spreadsheets name it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_children(sheet: Sheet, villages: Mapping[str, str], default_area: str = "") -> Preview:
    """Check every row of a sheet of children.

    Args:
        sheet: Cells as read.
        villages: Names and codes of the villages one may write to -> 12-digit code.
        default_area: Village of a row whose cell is empty, or of a sheet without the column.

    Raises:
        InputError: There is no row with known column names, or the sheet is too long.
    """
    place, columns = _find_header(sheet)
    header = [str(cell or "") for cell in sheet.rows[place]]
    known = set(columns.values())
    unknown = tuple(t for i, t in enumerate(header) if t.strip() and i not in known)
    children, problems = [], []
    for offset, cells in enumerate(sheet.rows[place + 1 :], place + 1):
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        row = _Row(cells, columns, sheet.first_row + offset)
        child = row.child(villages, default_area)
        problems += row.problems
        if not row.problems:
            children.append(child)
    return Preview(
        {name: column_letter(index) for name, index in columns.items()},
        unknown,
        tuple(children),
        tuple(problems),
    )


def _find_header(sheet: Sheet) -> tuple[int, dict[str, int]]:
    if len(sheet.rows) > MAX_ROWS:
        raise InputError(reply=say("cases-import-too-long", count=MAX_ROWS))
    names = {_plain(word): field for field, words in HEADERS.items() for word in words}
    for place, cells in enumerate(sheet.rows[:_HEADER_SEARCH]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(cells):
            found = names.get(_plain(str(cell or "")))
            if found:
                columns.setdefault(found, index)
        if "name" in columns:
            return place, columns
    raise InputError(reply=say("cases-import-no-header"))


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


class _Row:
    """One row being read; collects its problems."""

    def __init__(self, cells: Sequence[object], columns: Mapping[str, int], number: int) -> None:
        self._cells = cells
        self._columns = columns
        self._number = number
        self.problems: list[Problem] = []

    def child(self, villages: Mapping[str, str], default_area: str) -> ImportedChild:
        fields = {
            "name": self._required("name"),
            "sex": self._checked("sex", _sex),
            "birth_date": self._checked("birth_date", read_date),
            "child_types": self._checked("child_types", _kinds),
            "id_no": self._checked("id_no", lambda text: read_id_number(text).number),
            "actual_caregiver": self._carer(),
        }
        for name in ("ethnicity", "current_address", "school_name", "grade", "remarks"):
            fields[name] = self._text(name)
        self._agree(fields)
        area = self._area(villages, default_area)
        kept = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
        return ImportedChild(self._number, area, kept)

    def _agree(self, fields: dict[str, Any]) -> None:
        if not fields["id_no"]:
            return
        facts = read_id_number(fields["id_no"])
        for name, stated in (("birth_date", facts.born.isoformat()), ("sex", facts.sex)):
            if not fields[name]:
                fields[name] = stated
            elif fields[name] != stated:
                self._problem(name, say("cases-import-id-differs"))

    def _area(self, villages: Mapping[str, str], default: str) -> str:
        text = self._text("area")
        if not text and default:
            return default
        code = villages.get(text) or villages.get(f"{text.removesuffix('村委会')}村")
        if code is None:
            self._problem("area", say("cases-import-village"))
        return code or ""

    def _carer(self) -> dict[str, str]:
        carer = {
            "name": self._text("carer_name"),
            "relation": self._text("carer_relation"),
            "phone": self._text("carer_phone"),
        }
        return {name: value for name, value in carer.items() if value}

    def _required(self, name: str) -> str:
        text = self._text(name)
        if not text:
            self._problem(name, say("cases-import-empty"))
        return text

    def _checked(self, name: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401 a field's value
        text = self._text(name)
        if not text:
            return None
        try:
            return read(text)
        except InputError as error:
            self._problem(name, error.reply)
            return None

    def _text(self, name: str) -> str:
        index = self._columns.get(name, -1)
        value = self._cells[index] if 0 <= index < len(self._cells) else None
        if isinstance(value, datetime | date):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return clean(str(value)) if value is not None else ""

    def _problem(self, name: str, message: Phrase) -> None:
        letter = column_letter(self._columns.get(name, 0))
        self.problems.append(Problem(f"{letter}{self._number}", message))


def read_date(text: str) -> str:
    """Read a date as people write it: 2018-02-15, 2018.2.15, 2018年2月15日, 20180215, 43146.

    Raises:
        InputError: It is none, or lies outside 1900 to 2100.
    """
    text = unicodedata.normalize("NFKC", text).strip().removesuffix(" 00:00:00")
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
