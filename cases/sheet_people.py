"""Sheets of workers and of divisions, read as loosely as those of children; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from cases.areas import parse_code
from cases.headings import find_heading
from cases.people import Role, role_of
from cases.sheets import Cells, Problem, letters, read_area, read_date, rows_of
from kernel.errors import InputError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.headings import Sheet

Good = TypeVar("Good")

WORKER_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "儿童主任姓名", "督导员姓名", "工作人员姓名", "name"),
    "role": ("岗位", "身份", "角色", "人员类别", "类别", "role"),
    "area": (
        *("村", "村居", "所在村", "所属村", "行政村", "村社区", "区划代码", "地区", "区划"),
        *("乡镇", "乡镇街道", "所在乡镇", "单位", "工作单位", "负责区域", "area"),
    ),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "phone"),
    "post": ("职务", "职位", "现任职务", "post"),
    "trained_on": ("培训日期", "最近培训", "最近培训日期", "培训时间", "trainedon"),
}
AREA_HEADERS: dict[str, tuple[str, ...]] = {
    "code": ("区划代码", "代码", "统计用区划代码", "行政区划代码", "code"),
    "name": ("名称", "区划名称", "地名", "单位名称", "name"),
    "duty_phone": ("值班电话", "电话", "联系电话", "dutyphone"),
    "valid_from": ("启用日期", "生效日期", "开始日期", "validfrom"),
    "valid_to": ("停用日期", "撤销日期", "结束日期", "validto"),
}
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
    """One good row of a table of divisions; without a day it holds from the day of import."""

    row: int
    code: str
    name: str
    duty_phone: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Checked(Generic[Good]):
    """What a sheet would bring in: shown before anything is written."""

    columns: Mapping[str, str]
    unknown_columns: tuple[str, ...]
    good: tuple[Good, ...]
    problems: tuple[Problem, ...]


def read_workers(
    sheet: Sheet, places: Mapping[str, str], default_area: str = ""
) -> Checked[ImportedWorker]:
    """Check every row of a roster; without a column of roles, the place tells the role.

    Raises:
        InputError: There is no row with known column names, or the sheet is too long.
    """
    heading = find_heading(sheet, WORKER_HEADERS, frozenset({"name"}))
    workers, problems = [], []
    for row in rows_of(sheet, heading):
        worker = _worker(row, places, default_area)
        problems += row.problems
        if not row.problems:
            workers.append(worker)
    return Checked(letters(heading.columns), heading.unknown, tuple(workers), tuple(problems))


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
            row.required("name"),
            row.digits("duty_phone"),
            _day(row, "valid_from"),
            _day(row, "valid_to"),
        )
        problems += row.problems
        if not row.problems:
            areas.append(area)
    return Checked(letters(heading.columns), heading.unknown, tuple(areas), tuple(problems))


def _worker(row: Cells, places: Mapping[str, str], default_area: str) -> ImportedWorker:
    area = read_area(row, places, default_area)
    return ImportedWorker(
        row.number,
        row.checked("role", _role) or _role_at(area),
        area,
        row.required("name"),
        row.digits("phone"),
        row.text("post"),
        _day(row, "trained_on"),
    )


def _role(text: str) -> Role:
    word = "".join(text.split())
    found = next((role for known, role in _ROLE_WORDS.items() if known in word), None)
    try:
        return found or role_of(word)
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
