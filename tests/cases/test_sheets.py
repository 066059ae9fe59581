"""Sheets people already have: loose column names, every problem with its cell."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.children import tidy_fields
from cases.headings import Sheet, column_letter
from cases.id_numbers import check_digit
from cases.sheet_cells import read_date
from cases.sheets import find_place, read_children
from kernel.errors import InputError

DAY = date(2026, 12, 1)
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


LEDGER = (
    ["石溪镇柳湾村农村留守儿童信息台账"],
    ["填报单位：柳湾村村委会", None, None, "填报时间：2026年11月"],
    [
        "序号",
        "儿童姓名",
        "性别",
        "出生年月",
        "身份证号码",
        "户籍地址",
        "现居住地址",
        "父亲",
        None,
        "受委托监护人",
        None,
        None,
        "留守类型",
    ],
    [None] * 7 + ["姓名", "务工地点", "姓名", "与儿童关系", "联系电话", None],
    [
        1,
        "陈小明",
        "男孩",
        "2018.2",
        ID_NO,
        "3组",
        "柳湾村3组",
        "陈远山",
        "东莞",
        "陈守田",
        "祖孙",
        "199 0000 0001",
        "双留守",
    ],
    [
        2,
        "陈小红",
        "女童",
        "2019-05-04",
        "无",
        "/",
        "同上",
        "陈远山",
        "",
        "同上",
        "祖孙",
        "",
        "单留守",
    ],
    [3],
    ["合计", "2人"],
    ["填表人：某某", None, "审核人：某某"],
)


def test_a_ledger_of_a_village_is_read_as_villages_keep_them():
    preview = read_children(Sheet("s", [list(row) for row in LEDGER]), VILLAGES)
    assert preview.problems == ()
    assert preview.unknown_columns == ("序号",)
    first, second = preview.children
    assert (first.fields["father_name"], first.fields["father_work_place"]) == ("陈远山", "东莞")
    assert (first.area, second.area) == ("990101101201", "990101101201")
    assert first.fields["birth_date"] == "2018-02-15"
    assert first.fields["actual_caregiver"]["phone"] == "19900000001"
    assert second.fields["sex"] == "female"
    assert second.fields["current_address"] == "柳湾村3组"
    assert second.fields["actual_caregiver"]["name"] == "陈守田"
    assert "id_no" not in second.fields


def test_a_month_without_a_day_is_no_date_of_birth():
    header = ("姓名", "出生年月", "村")
    preview = read(["陈小明", "2018年2月", "柳湾"], ["陈小红", 2018.2, "柳湾"], header=header)
    assert [(p.cell, p.message.key) for p in preview.problems] == [
        ("B3", "cases-birth-month"),
        ("B4", "cases-birth-month"),
    ]


def test_a_month_that_contradicts_the_id_number_is_pointed_out():
    header = ("姓名", "出生年月", "身份证号", "村")
    preview = read(["陈小明", "2018.3", ID_NO, "柳湾村"], header=header)
    assert [p.message.key for p in preview.problems] == ["cases-import-id-differs"]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("事实无人抚养（父亲重残）", ["de_facto_unsupported"]),
        ("困境儿童（重残）", ["other"]),
        ("低保家庭", ["poverty"]),
        ("（低保）", ["poverty"]),
    ],
)
def test_what_stands_in_brackets_is_read_only_where_nothing_else_is(words, kinds):
    preview = read(["陈小明", words, "柳湾村"], header=("姓名", "类别", "村"))
    assert preview.children[0].fields["child_types"] == kinds


PLACES = {
    "石溪镇": "990101101000",
    "柳湾村": "990101101201",
    "石溪镇柳湾村": "990101101201",
    "松岭村": "990101101202",
}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("柳湾", "990101101201"),
        ("柳湾村委会", "990101101201"),
        ("柳湾村民委员会", "990101101201"),
        ("石溪镇柳湾村3组", "990101101201"),
        ("石溪镇/柳湾村", "990101101201"),
        ("石溪镇人民政府", "990101101000"),
        ("石溪", "990101101000"),
        ("大柳湾村", ""),
        ("柳湾村、松岭村", ""),
        ("别处", ""),
        ("", ""),
    ],
)
def test_a_place_is_found_as_people_write_it(words, code):
    assert find_place(words, PLACES) == code


def test_a_title_that_names_two_villages_names_none():
    rows = [["柳湾村、松岭村台账"], ["姓名"], ["陈小明"]]
    preview = read_children(Sheet("s", rows), PLACES)
    assert [p.message.key for p in preview.problems] == ["cases-import-village"]


@given(st.text(max_size=30))
def test_any_words_name_a_known_place_or_none(words):
    assert find_place(words, PLACES) in {*PLACES.values(), ""}


def test_a_heading_repeated_on_every_page_is_no_child():
    head = ["姓名", "村", "出生日期"]
    first, second = (["王小", "柳湾村", "2018-02-03"], ["王二", "柳湾村", "2018-02-04"])
    preview = read_children(Sheet("s", [head, first, head, second]), VILLAGES, "", DAY)
    assert preview.problems == ()
    assert [one.fields["name"] for one in preview.children] == ["王小", "王二"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("王　芳", "王芳"),
        ("陈\n小明", "陈小明"),
        ("Anna  Li", "Anna Li"),
        ("阿依·古丽", "阿依·古丽"),
    ],
)
def test_a_name_spaced_to_fill_its_cell_is_found_as_it_is_said(cell, name):
    rows = [["姓名", "村", "出生日期"], [cell, "柳湾村", "2018-02-03"]]
    (child,) = read_children(Sheet("s", rows), VILLAGES, "", DAY).children
    assert child.fields["name"] == name
    assert tidy_fields({"name": cell})["name"] == name


def test_nobody_is_born_after_today():
    rows = [["姓名", "村", "出生日期"], ["王小", "柳湾村", "2026-12-02"]]
    preview = read_children(Sheet("s", rows), VILLAGES, "", DAY)
    assert [(one.cell, one.message.key) for one in preview.problems] == [
        ("C2", "cases-birth-future")
    ]
