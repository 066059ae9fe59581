"""Where the columns are: in one row or two, under merged cells, in old and new files."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from cases.headings import Sheet, find_heading
from cases.id_numbers import check_digit
from cases.sheet_people import read_areas, read_workers
from cases.sheets import HEADERS, read_children
from cases.workbooks import read_workbook
from kernel.errors import InputError

BODY = "99010120180215001"
ID_NO = BODY + check_digit(BODY)
VILLAGES = {"柳湾村": "990101101201"}


def book_of(*rows, merged=()):
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    for reference in merged:
        page.merge_cells(reference)
    target = io.BytesIO()
    book.save(target)
    return read_workbook(target.getvalue(), "x.xlsx")[0]


def test_a_heading_of_two_rows_under_merged_cells_is_read_as_one():
    sheet = book_of(
        ["石溪镇儿童台账"],
        ["序号", "儿童基本信息", None, None, "监护人", None, "所在村"],
        [None, "姓名", "性别", "身份证号", "姓名", "电话", None],
        [1, "陈小明", "男", ID_NO, "陈远山", 19900000001, "柳湾村"],
        [2, "陈小红", "女", None, "陈远山", "19900000001", None],
        merged=("A1:G1", "A2:A3", "B2:D2", "E2:F2", "G2:G3", "G4:G5"),
    )
    preview = read_children(sheet, VILLAGES)
    assert preview.problems == ()
    assert preview.columns["name"] == "B"
    assert preview.columns["carer_name"] == "E"
    first, second = preview.children
    assert first.fields["name"] == "陈小明"
    assert first.fields["actual_caregiver"] == {"name": "陈远山", "phone": "19900000001"}
    assert (first.area, second.area) == ("990101101201", "990101101201")


def test_the_id_number_of_a_parent_is_not_taken_for_the_childs():
    sheet = book_of(
        ["姓名", "性别", "父亲", None, "村"],
        [None, None, "姓名", "身份证号", None],
        ["陈小明", "男", "陈远山", ID_NO, "柳湾村"],
        merged=("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
    )
    child = read_children(sheet, VILLAGES).children[0]
    assert child.fields["name"] == "陈小明"
    assert "id_no" not in child.fields


def test_a_heading_of_two_rows_in_a_file_without_merged_cells():
    text = "姓名,监护人,,村\n,姓名,电话,\n陈小明,陈远山,１９９００００００01,柳湾村\n,,,\n"
    sheet = read_workbook(text.encode("gb18030"), "x.csv")[0]
    child = read_children(sheet, VILLAGES).children[0]
    assert child.fields["actual_caregiver"] == {"name": "陈远山", "phone": "19900000001"}
    assert child.row == 3


@pytest.mark.parametrize("written", [990101201802150000, 9.90101201802150e17, "9.90101E+17"])
def test_an_id_number_that_became_a_quantity_is_pointed_out(written):
    sheet = Sheet("s", [["姓名", "身份证号", "村"], ["陈小明", written, "柳湾村"]])
    problems = read_children(sheet, VILLAGES).problems
    assert [(p.cell, p.message.key) for p in problems] == [("B2", "cases-import-number")]


def test_full_width_signs_serial_days_and_times_are_understood():
    rows = [
        ["姓名", "身份证号", "出生日期", "村"],
        ["甲", ID_NO.translate({48 + n: 0xFF10 + n for n in range(10)}), 43146, "柳湾村"],
        ["乙", None, datetime(2018, 2, 15, 8, 30), " 柳湾村 "],
        ["丙", None, "2018/2/15 0:00", "柳湾村"],
        [None, "  ", None, None],
    ]
    preview = read_children(Sheet("s", rows), VILLAGES)
    assert preview.problems == ()
    assert {child.fields["birth_date"] for child in preview.children} == {"2018-02-15"}
    assert preview.children[0].fields["id_no"] == ID_NO


def test_an_old_excel_file_is_read():
    """The file holds three columns, a day as a serial number, and a village merged over two."""
    content = Path(__file__).with_name("ledger.xls").read_bytes()
    children = read_children(read_workbook(content, "ledger.xls")[0], VILLAGES).children
    assert [child.area for child in children] == ["990101101201"] * 2
    assert children[0].fields["birth_date"] == "2018-02-15"


def test_what_only_looks_like_an_old_file_is_refused():
    with pytest.raises(InputError):
        read_workbook(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "x.xls")


def test_without_the_needed_column_there_is_no_heading():
    with pytest.raises(InputError) as refused:
        find_heading(Sheet("s", [["性别", "村"], ["男", "柳湾村"]]), HEADERS, frozenset({"name"}))
    assert refused.value.reply.key == "cases-import-no-header"


def test_a_roster_tells_role_and_place():
    places = {"柳湾村": "990101101201", "石溪镇": "990101101000"}
    rows = [
        ["姓名", "岗位", "所在村", "联系电话", "培训日期"],
        ["甲", "村儿童主任", "柳湾村", 19900000001, "2026-05-01"],
        ["乙", "", "石溪镇", "", ""],
        ["丙", "村长", "柳湾村", "", "五月"],
    ]
    checked = read_workers(Sheet("s", rows), places)
    assert [(w.role.value, w.area) for w in checked.good] == [
        ("child_director", "990101101201"),
        ("child_supervisor", "990101101000"),
    ]
    assert [(p.cell, p.message.key) for p in checked.problems] == [
        ("B4", "cases-import-role"),
        ("E4", "cases-birth-date"),
    ]


def test_a_table_of_divisions_is_read():
    rows = [["统计用区划代码", "名称"], [990101101203, "新村"], ["99", "省"], ["12345", "错"]]
    checked = read_areas(Sheet("s", rows))
    assert [area.code for area in checked.good] == ["990101101203", "990000000000"]
    assert [(p.cell, p.message.key) for p in checked.problems] == [("A4", "cases-area-code")]
