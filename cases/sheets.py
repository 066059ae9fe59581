"""Sheets of children as people have them, read without a template: each cell is checked.

Nothing is written here. A problem names the cell as the person sees it (`C12`), so that it can
be mended in the sheet; a sheet with any problem is not taken in at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cases.child_fields import CARER
from cases.headings import Sheet, column_letter, find_heading, plain
from cases.id_numbers import read_id_number
from cases.sheet_cells import Cells, Problem, read_birth, read_date
from cases.sheet_file import read_file
from cases.sheet_words import FILE_HEADERS, PLAIN
from kernel.errors import InputError
from kernel.phrases import say
from kernel.text import unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from cases.headings import Heading

HEADERS: dict[str, tuple[str, ...]] = {
    "name": (
        *(
            "姓名",
            "孩子姓名",
            "儿童姓名",
            "学生姓名",
            "未成年人姓名",
            "被监护人姓名",
            "服务对象姓名",
        ),
        *("名字", "孩子名字", "儿童名字", "name"),
    ),
    "sex": ("性别", "sex"),
    "ethnicity": ("民族", "ethnicity"),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "出生时间", "出生", "生日", "birthdate"),
    "id_no": (
        *("身份证号", "身份证号码", "公民身份证号码", "公民身份号码", "身份证", "身份证件号码"),
        *("儿童身份证号", "儿童身份证号码", "孩子身份证号", "idno"),
    ),
    "area": (
        *("村", "村居", "所在村", "所在村居", "村委会", "村名", "村社区", "所属村", "行政村"),
        *("区划代码", "area"),
    ),
    "home": ("户籍地址", "户籍所在地", "户籍地", "户口所在地", "户籍住址", "户籍详细地址"),
    "child_types": (
        *("儿童类别", "类别", "类型", "儿童类型", "留守类型", "困境类型", "困境儿童类型"),
        *("困境儿童类别", "kinds"),
    ),
    "current_address": (
        *("现居住地", "现居住地址", "居住地址", "居住地", "家庭住址", "家庭地址", "家庭详细地址"),
        *("详细地址", "住址", "地址", "现住址", "现住地址", "address"),
    ),
    "school_name": (
        *("学校", "就读学校", "所在学校", "学校名称", "就学学校", "就读学校及年级"),
        *(
            "学校及年级",
            "所在学校及年级",
            "就读学校班级",
            "学校班级",
            "就读学校年级班级",
            "school",
        ),
    ),
    "grade": ("年级", "就读年级", "班级", "年级班级", "grade"),
    "carer_name": (
        *(
            "实际照料人",
            "照料人",
            "照料人姓名",
            "实际照料人姓名",
            "照护人",
            "照护人姓名",
            "监护人",
        ),
        *("监护人姓名", "实际监护人", "实际监护人姓名", "受委托监护人", "受委托监护人姓名"),
        *("受委托人姓名", "委托监护人", "委托监护人姓名", "抚养人", "抚养人姓名", "carer"),
    ),
    "carer_relation": (
        *("与儿童关系", "关系", "与孩子关系", "照料人关系", "与被监护人关系", "与未成年人关系"),
        *("与监护人关系", "监护人与儿童关系", "受委托监护人与儿童关系", "受委托监护人关系"),
        *("监护人关系", "谁在照料", "relation"),
    ),
    "carer_phone": (
        *("照料人电话", "照料人联系电话", "监护人电话", "监护人联系电话", "监护人联系方式"),
        *("受委托监护人联系电话", "受委托监护人电话", "受委托人联系电话", "委托监护人电话"),
        *(
            "家长电话",
            "家长联系电话",
            "家庭电话",
            "联系电话",
            "联系方式",
            "电话",
            "手机",
            "手机号",
        ),
        *("手机号码", "phone"),
    ),
    "remarks": ("备注", "说明", "remarks"),
    **FILE_HEADERS,
}
"""Our field -> what people call it; `home`, the registered address, also says in which village."""

SEXES = {"男": "male", "女": "female", "male": "male", "female": "female"}
_SEX = re.compile(r"([男女])[孩童性生]?")
KIND_WORDS = {
    "事实无人抚养": "de_facto_unsupported",
    "监护不当": "poor_guardianship",
    "孤儿": "orphan_dispersed",
    "留守": "left_behind",
    "贫困": "poverty",
    "低保": "poverty",
    "低收入": "poverty",
    "特困": "poverty",
    "建档立卡": "poverty",
    "重残": "disability",
    "残疾": "disability",
    "重病": "serious_illness",
    "患病": "serious_illness",
    "流浪": "street_child",
    "流动": "migrant",
    "无户籍": "no_hukou",
    "困境": "other",
    "其他": "other",
}


_VILLAGE_ENDS = ("村民委员会", "居民委员会", "村委会", "居委会", "委员会", "社区", "村")
_PLACE_ENDS = ("村", "社区", "镇", "乡", "街道")
_BEFORE_A_PLACE = "镇乡道县区市省州旗盟场会在到住是：:/／、，,·-—（("
_PARENTHESES = re.compile(r"[（(].*?[)）]")


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


def read_children(
    sheet: Sheet, villages: Mapping[str, str], default_area: str = "", day: date | None = None
) -> Preview:
    """Check every row of a sheet of children.

    Args:
        sheet: Cells as read.
        villages: Names and codes of the villages one may write to -> 12-digit code.
        default_area: Village of a row whose cell is empty, or of a sheet without the column.
        day: The day of the reading: an age tells the year of birth by it, and nothing without.

    Raises:
        InputError: There is no row with known column names, or the sheet is too long.
    """
    heading = find_heading(sheet, HEADERS, frozenset({"name"}))
    children, problems = [], []
    default_area = default_area or _village_above(sheet, heading.data, villages)
    for row in rows_of(sheet, heading):
        child = _child(row, villages, default_area, day)
        problems += row.problems
        if not row.problems:
            children.append(child)
    return Preview(letters(heading.columns), heading.unknown, tuple(children), tuple(problems))


def rows_of(sheet: Sheet, heading: Heading) -> Iterator[Cells]:
    """Return the rows below a heading that are about somebody."""
    row: Cells | None = None
    names = _said(sheet.rows[heading.data - 1])
    for number, cells in filled_rows(sheet, heading.data):
        if _said(cells) == names:  # a long sheet names its columns on every page
            continue
        row = Cells(cells, heading.columns, number, row, PLAIN)
        if not row.about_nobody():
            yield row


def _said(cells: Sequence[object]) -> list[str]:
    return [plain(str(cell)) for cell in cells if cell is not None and str(cell).strip()]


def filled_rows(sheet: Sheet, start: int) -> Iterator[tuple[int, Sequence[object]]]:
    """Return the rows that are not empty, each with the number the person sees beside it."""
    for offset, cells in enumerate(sheet.rows[start:], start):
        if any(str(cell).strip() for cell in cells if cell is not None):
            yield sheet.first_row + offset, cells


def letters(columns: Mapping[str, int]) -> dict[str, str]:
    """Return the letter of each column that was found."""
    return {name: column_letter(index) for name, index in columns.items()}


def _child(
    row: Cells, villages: Mapping[str, str], default_area: str, day: date | None
) -> ImportedChild:
    number = row.digits("id_no")
    more = read_file(row, day)
    fields = {
        "name": unspaced(row.required("name")),
        "sex": row.checked("sex", _sex),
        "birth_date": row.checked("birth_date", read_birth if number else read_date),
        "child_types": row.checked("child_types", _kinds),
        "id_no": row.checked("id_no", lambda _: read_id_number(number).number) if number else None,
        "actual_caregiver": _carer(row, more),
        "hukou_address": row.text("home"),
        "hukou_region": find_place(row.text("home"), villages),
        **more,
    }
    for name in ("ethnicity", "current_address", "school_name", "grade", "remarks"):
        fields[name] = row.text(name)
    _agree(row, fields)
    if day is not None and str(fields["birth_date"] or "") > day.isoformat():
        row.problem("birth_date", say("cases-birth-future"))
    area = read_area(row, villages, default_area)
    kept = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    return ImportedChild(row.number, area, kept)


def _agree(row: Cells, fields: dict[str, Any]) -> None:
    """Take birth and sex from the ID number, or point out that they differ."""
    if not fields["id_no"]:
        return
    facts = read_id_number(fields["id_no"])
    for name, stated in (("birth_date", facts.born.isoformat()), ("sex", facts.sex)):
        if not fields[name] or (name == "birth_date" and stated.startswith(fields[name])):
            fields[name] = stated
        elif fields[name] != stated:
            row.problem(name, say("cases-import-id-differs"))


def _carer(row: Cells, more: dict[str, Any]) -> dict[str, str]:
    """Return the carer; what else was read of them is taken out of the other columns."""
    carer = {
        "name": row.text("carer_name"),
        "relation": row.text("carer_relation"),
        "phone": "".join(row.digits("carer_phone").split()),
        **{CARER[name]: more.pop(name) for name in CARER if name in more},
    }
    return {name: value for name, value in carer.items() if value}


def read_area(row: Cells, places: Mapping[str, str], default: str) -> str:
    """Return the code of the division a row names; a problem when it is not clear.

    A sheet without such a column may name the village in the address of the household, in its
    title, or else in the present address.
    """
    text = "".join(row.text("area").split())
    if text:
        code = find_place(text, places)
    else:
        home, now = (find_place(row.text(name), places) for name in ("home", "current_address"))
        code = home or default or now
    if not code:
        row.problem("area", say("cases-import-village"))
    return code


def find_place(text: str, places: Mapping[str, str]) -> str:
    """Return the code of the one place that words name: 柳湾, 柳湾村委会, 石溪镇柳湾村3组.

    Empty when they name none, or two places.
    """
    text = "".join(text.split())
    bare = next((text.removesuffix(end) for end in _VILLAGE_ENDS if text.endswith(end)), text)
    for name in (text, bare, *(bare + end for end in _PLACE_ENDS)):
        if name in places:
            return places[name]
    inside = [name for name in places if not name.isdigit() and _stands_in(name, text)]
    longest = [one for one in inside if not any(one != name and one in name for name in inside)]
    codes = {places[name] for name in longest}
    # 石溪镇/柳湾村 names the village, and with it its town
    lowest = [code for code in codes if not any(_above(code, other) for other in codes)]
    return lowest[0] if len(lowest) == 1 else ""


def _stands_in(name: str, text: str) -> bool:
    """Say whether a place is named: 柳湾村 stands in 石溪镇柳湾村3组 and not in 大柳湾村."""
    at = text.find(name)
    return at == 0 or (at > 0 and text[at - 1] in _BEFORE_A_PLACE)


def _above(code: str, other: str) -> bool:
    ends = (length for length in (6, 9) if code.endswith("0" * (12 - length)))
    return code != other and any(other.startswith(code[:length]) for length in ends)


def _village_above(sheet: Sheet, data: int, villages: Mapping[str, str]) -> str:
    """Return the village that the title names, or the lines between it and the heading."""
    lines = [sheet.title, *(str(cell) for row in sheet.rows[:data] for cell in row if cell)]
    found = {code for line in lines if (code := find_place(line, villages))}
    return found.pop() if len(found) == 1 else ""


def _sex(text: str) -> str:
    match = _SEX.fullmatch(text)
    word = match[1] if match else text.lower()
    if word not in SEXES:
        raise InputError(reply=say("cases-import-sex"))
    return SEXES[word]


def _kinds(text: str) -> list[str]:
    # what stands in brackets is why, and often about a parent: 事实无人抚养（父亲重残）
    found = _kinds_in(_PARENTHESES.sub("", text)) or _kinds_in(text)
    if not found:
        raise InputError(reply=say("cases-import-kind"))
    if len(found) > 1 and "其他" not in text:
        found = [code for code in found if code != "other"]
    return list(dict.fromkeys(found))


def _kinds_in(text: str) -> list[str]:
    return [code for word, code in KIND_WORDS.items() if word in text]
