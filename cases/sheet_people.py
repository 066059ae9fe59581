"""Sheets of workers and of divisions, read as loosely as those of children; nothing is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from cases.areas import (
    DUTY_PHONE_LENGTH,
    NAME_LENGTH,
    Level,
    at_level,
    level_of,
    parse_code,
)
from cases.headings import find_heading
from cases.people import POST_LENGTH, POSTS, Role, role_of
from cases.sheet_cells import Cells, Problem, read_date
from cases.sheets import find_place, letters, rows_of
from kernel.errors import InputError
from kernel.phrases import say
from kernel.text import unspaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.headings import Heading, Sheet

Good = TypeVar("Good")

WORKER_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "工作人员姓名", "name"),
    "director": ("儿童主任姓名", "儿童主任", "主任姓名"),
    "supervisor": ("儿童督导员姓名", "儿童督导员", "督导员姓名", "督导员"),
    "supervisor_phone": (
        *("儿童督导员电话", "督导员电话", "督导员手机", "儿童督导员联系电话"),
        *("督导员联系电话", "儿童督导员手机号码"),
    ),
    "role": ("岗位", "身份", "角色", "人员类别", "类别", "role"),
    "town": ("乡镇", "乡镇街道", "所在乡镇", "镇", "街道"),
    "area": (
        *(
            "村",
            "村居",
            "所在村",
            "所属村",
            "行政村",
            "村社区",
            "村名",
            "社区",
            "村居名称",
            "村名称",
        ),
        *(
            "区划代码",
            "地区",
            "区划",
            "辖区",
            "管辖范围",
            "负责村",
            "服务区域",
            "负责范围",
            "area",
        ),
        *("单位", "工作单位", "负责区域"),
    ),
    "phone": (
        *("电话", "联系电话", "联系方式", "手机", "手机号", "手机号码", "phone"),
        *("主任电话", "儿童主任电话", "儿童主任联系电话", "主任联系电话", "儿童主任手机号码"),
    ),
    "post": ("职务", "职位", "现任职务", "post"),
    "trained_on": ("培训日期", "最近培训", "最近培训日期", "培训时间", "trainedon"),
}
_OF_A_ROSTER = frozenset({"director", "supervisor", "role", "post", "trained_on"})
AREA_HEADERS: dict[str, tuple[str, ...]] = {
    "code": ("区划代码", "代码", "统计用区划代码", "行政区划代码", "code"),
    "name": ("名称", "区划名称", "地名", "单位名称", "name"),
    "duty_phone": ("值班电话", "电话", "联系电话", "dutyphone"),
    "valid_from": ("启用日期", "生效日期", "开始日期", "validfrom"),
    "valid_to": ("停用日期", "撤销日期", "变更日期", "结束日期", "validto"),
    "successors": (
        *("改为", "变更为", "新代码", "新区划代码", "现代码", "现区划代码", "变更后代码"),
        *("变更后区划代码", "并入", "合并到", "划入", "successor"),
    ),
}
MOVE_HEADERS: dict[str, tuple[str, ...]] = {
    "file_no": ("档案号", "档案编号", "儿童档案号", "fileno"),
    "area": ("新村", "搬到", "现在的村", "划到", "划入", *WORKER_HEADERS["area"][:10]),
}
_BETWEEN_CODES = re.compile(r"[\s、，,;；/]+")
_ROLE_WORDS = {
    "儿童主任": Role.CHILD_DIRECTOR,
    "儿童督导员": Role.CHILD_SUPERVISOR,
    "督导员": Role.CHILD_SUPERVISOR,
    "县级民政": Role.COUNTY_OFFICER,
    "县级": Role.COUNTY_OFFICER,
}


@dataclass(frozen=True, slots=True)
class ImportedWorker:
    """One good row of a roster."""

    row: int
    role: Role
    area: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    post: str
    trained_on: date | None


@dataclass(frozen=True, slots=True)
class ImportedArea:
    """One good row of a table of divisions; without a day it holds from the day of import.

    Args:
        successors: The codes that this one becomes (its last day is `valid_to`): one it is
            followed to, several mean that it is split.
    """

    row: int
    code: str
    name: str
    duty_phone: str
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedMove:
    """One good row of a table that says which child belongs to which village now."""

    row: int
    file_no: str
    area: str


@dataclass(frozen=True, slots=True)
class Checked(Generic[Good]):
    """What a sheet would bring in: shown before anything is written."""

    columns: Mapping[str, str]
    unknown_columns: tuple[str, ...]
    good: tuple[Good, ...]
    problems: tuple[Problem, ...]


def find_roster(sheet: Sheet) -> Heading | None:
    """Find the column names of a roster of workers; None where the sheet is none."""
    for needed in ("name", "director", "supervisor"):
        try:
            heading = find_heading(sheet, WORKER_HEADERS, frozenset({needed}))
        except InputError:
            continue
        if heading.columns.keys() & _OF_A_ROSTER:
            return heading
    return None


def read_workers(
    sheet: Sheet, places: Mapping[str, str], default_area: str = ""
) -> Checked[ImportedWorker]:
    """Check every row of a roster; a row may name a village's director and the supervisor above.

    Who is what is told by a column, by the post (柳湾村儿童主任), by the column of the name, or
    by the place that the row itself names; it is never guessed from who sends the sheet.

    Raises:
        InputError: There is no row with known column names, or the sheet is too long.
    """
    heading = find_roster(sheet) or find_heading(sheet, WORKER_HEADERS, frozenset({"name"}))
    workers: dict[tuple[str, str, Role], ImportedWorker] = {}
    problems: list[Problem] = []
    for row in rows_of(sheet, heading):
        found = _of_row(row, places, default_area)
        problems += row.problems
        if not row.problems:
            # a supervisor stands beside each of their villages
            workers |= {(w.name, w.area, w.role): w for w in found}
    return Checked(
        letters(heading.columns), heading.unknown, tuple(workers.values()), tuple(problems)
    )


def read_areas(sheet: Sheet) -> Checked[ImportedArea]:
    """Check every row of a table of divisions.

    Raises:
        InputError: There is no row with known column names, or the sheet is too long.
    """
    heading = find_heading(sheet, AREA_HEADERS, frozenset({"code", "name"}))
    areas, problems = [], []
    for row in rows_of(sheet, heading):
        code = row.checked("code", parse_code) or ""
        if not code and not row.problems:
            row.problem("code", say("cases-import-empty"))
        area = ImportedArea(
            row.number,
            code,
            row.fit("name", row.required("name"), NAME_LENGTH),
            row.fit("duty_phone", row.digits("duty_phone"), DUTY_PHONE_LENGTH),
            _day(row, "valid_from"),
            _day(row, "valid_to"),
            row.checked("successors", _codes) or (),
        )
        problems += row.problems
        if not row.problems:
            areas.append(area)
    return Checked(letters(heading.columns), heading.unknown, tuple(areas), tuple(problems))


def read_moves(sheet: Sheet, villages: Mapping[str, str]) -> Checked[ImportedMove]:
    """Check every row of a table that says which child belongs to which village now.

    Args:
        sheet: Cells as read.
        villages: Names and codes of villages -> 12-digit code.

    Raises:
        InputError: There is no row with known column names, or the sheet is too long.
    """
    heading = find_heading(sheet, MOVE_HEADERS, frozenset({"file_no", "area"}))
    moves, problems = [], []
    for row in rows_of(sheet, heading):
        number, area = row.required("file_no").upper(), find_place(row.text("area"), villages)
        if not area:
            row.problem("area", say("cases-import-village"))
        problems += row.problems
        if not row.problems:
            moves.append(ImportedMove(row.number, number, area))
    return Checked(letters(heading.columns), heading.unknown, tuple(moves), tuple(problems))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(parse_code(one) for one in _BETWEEN_CODES.split(text) if one)


def _of_row(row: Cells, places: Mapping[str, str], default: str) -> list[ImportedWorker]:
    town, area = row.carried("town"), row.text("area")
    post = row.fit("post", row.text("post"), POST_LENGTH)
    supervisor, director = unspaced(row.text("supervisor")), unspaced(row.text("director"))
    found = []
    if supervisor:
        code = find_place(town, places) or find_place(area, places) or default
        phone = row.digits("supervisor_phone")
        if not director and not row.has("supervisor_phone"):
            phone = row.digits("phone")
        one = _Named("supervisor", supervisor, phone, code)
        found.append(_worker(row, one, Role.CHILD_SUPERVISOR))
    name = director or unspaced(row.text("name"))
    if name or not supervisor:
        code = find_place(area, places) or find_place(town + area, places)
        code = code or find_place(post, places)
        role = row.checked("role", _role) or _role_in(post)
        role = role or (Role.CHILD_DIRECTOR if director else _role_at(code) if code else None)
        column = "director" if row.has("director") else "name"
        one = _Named(column, name, row.digits("phone"), code or (default if not area else ""))
        found.append(_worker(row, one, role))
    return found


@dataclass(frozen=True, slots=True)
class _Named:
    """Somebody whom a row names: in which column, with which telephone, at which place."""

    column: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    area: str = ""


def _worker(row: Cells, one: _Named, role: Role | None) -> ImportedWorker:
    if not one.name:
        row.problem(one.column, say("cases-import-empty"))
    elif role is None and not row.problems:
        row.problem(one.column, say("cases-import-role-missing"))
    level = POSTS.get(role) if role else None
    if one.area and level and level_of(one.area) < level:
        missing = "cases-import-village" if level is Level.VILLAGE else "cases-import-town"
        row.problem("area" if row.has("area") else one.column, say(missing))
    elif not one.area:
        row.problem("area" if row.has("area") else "town", say("cases-import-village"))
    area = at_level(one.area, level) if one.area and level else one.area
    return ImportedWorker(
        row=row.number,
        role=role or Role.CHILD_DIRECTOR,
        area=area,
        name=one.name,
        phone=one.phone,
        post=row.text("post") if one.column != "supervisor" else "",
        trained_on=_day(row, "trained_on"),
    )


def _role_in(text: str) -> Role | None:
    return next((role for known, role in _ROLE_WORDS.items() if known in text), None)


def _role(text: str) -> Role:
    word = "".join(text.split())
    try:
        return _role_in(word) or role_of(word)
    except InputError:
        raise InputError(reply=say("cases-import-role")) from None


def _role_at(area: str) -> Role:
    """Return who works at a place: a village has directors, a township supervisors."""
    if area.endswith("000000"):
        return Role.COUNTY_OFFICER
    return Role.CHILD_SUPERVISOR if area.endswith("000") else Role.CHILD_DIRECTOR


def _day(row: Cells, name: str) -> date | None:
    text = row.checked(name, read_date)
    return date.fromisoformat(text) if text else None
