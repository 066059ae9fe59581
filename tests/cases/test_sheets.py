"""Sheets people already have: loose column names, every problem with its cell."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.headings import Sheet, column_letter
from cases.id_numbers import check_digit
from cases.sheets import read_children, read_date
from kernel.errors import InputError

BODY = "99010120180215001"
ID_NO = BODY + check_digit(BODY)
VILLAGES = {"柳湾村": "990101101201", "990101101201": "990101101201"}


def read(*rows, header=("序号", "儿童 姓名*", "性别", "身份证号码（18位）", "所在村", "类 别")):
    sheet = Sheet("s", [["某县留守儿童台账"], list(header), *map(list, rows)])
    return read_children(sheet, VILLAGES)


def test_columns_are_found_by_loose_names_below_a_title():
    preview = read([1, "陈小明", "男", ID_NO, "柳湾村", "留守儿童、贫困家庭"])
    assert preview.columns["name"] == "B"
    assert preview.unknown_columns == ("序号",)
    assert preview.problems == ()
    child = preview.children[0]
    assert child.row == 3
    assert child.area == "990101101201"
    assert child.fields["child_types"] == ["left_behind", "poverty"]
    assert child.fields["birth_date"] == "2018-02-15"


def test_each_problem_names_its_cell_and_good_rows_stay_good():
    preview = read(
        [1, "", "男", "", "柳湾村", "留守"],
        [2, "陈小明", "公", "123", "别村", "其它的"],
        [3, "陈小红", "女", "", "柳湾村", ""],
        [None, None, "", None, None, None],
    )
    assert [(p.cell, p.message.key) for p in preview.problems] == [
        ("B3", "cases-import-empty"),
        ("C4", "cases-import-sex"),
        ("F4", "cases-import-kind"),
        ("D4", "cases-id-length"),
        ("E4", "cases-import-village"),
    ]
    assert [child.fields["name"] for child in preview.children] == ["陈小红"]


def test_what_contradicts_the_id_number_is_pointed_out():
    preview = read([1, "陈小明", "女", ID_NO, "柳湾村", ""])
    assert [(p.cell, p.message.key) for p in preview.problems] == [
        ("C3", "cases-import-id-differs")
    ]


def test_a_sheet_without_names_is_refused():
    with pytest.raises(InputError) as refused:
        read([1], header=("序号", "电话"))
    assert refused.value.reply.key == "cases-import-no-header"


@pytest.mark.parametrize(
    "written",
    [
        "2018-02-15",
        "2018.2.15",
        "2018年2月15日",
        "20180215",
        "2018/02/15",
        "43146",
        "２０１８-2-15",
    ],
)
def test_a_date_is_understood_as_people_write_it(written):
    assert read_date(written) == "2018-02-15"


@pytest.mark.parametrize("written", ["昨天", "2018-13-01", "1802-01-01", "2018", "15/02/2018"])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(InputError):
        read_date(written)


def test_dates_and_whole_numbers_of_a_spreadsheet_are_read_as_such():
    header = ("姓名", "出生日期", "电话", "村")
    preview = read(["甲", datetime(2018, 2, 15), 19900000001.0, "柳湾村"], header=header)
    fields = preview.children[0].fields
    assert fields["birth_date"] == "2018-02-15"
    assert fields["actual_caregiver"] == {"phone": "19900000001"}


@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.floats())), max_size=6))
def test_no_sheet_ever_breaks_the_reader(rows):
    sheet = Sheet("s", [["姓名", "性别", "身份证号", "村", "出生日期"], *rows])
    preview = read_children(sheet, VILLAGES)
    assert len(preview.children) <= len(rows)


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_named_as_on_the_screen(index, letter):
    assert column_letter(index) == letter
