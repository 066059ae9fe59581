"""The columns of a whole file (附件3-2) in sheets as people keep them, cell by cell."""

from __future__ import annotations

from datetime import date

import pytest

from cases.child_fields import CARER
from cases.exports import LATER
from cases.headings import Sheet, plain
from cases.id_numbers import check_digit
from cases.sheet_words import FILE_HEADERS
from cases.sheets import HEADERS, read_children
from handlers.speech import speak
from kernel.phrases import say

DAY = date(2026, 11, 23)
BODY = "99010119800215001"
ID_NO = BODY + check_digit(BODY)
VILLAGES = {"柳湾村": "990101101201"}


def read(**cells):
    header = ["姓名", "村", *cells]
    rows = [header, ["陈小明", "柳湾村", *cells.values()]]
    preview = read_children(Sheet("s", rows), VILLAGES, day=DAY)
    assert preview.unknown_columns == ()
    return preview


def fields(**cells):
    preview = read(**cells)
    assert preview.problems == ()
    kept = dict(preview.children[0].fields)
    assert kept.pop("name") == "陈小明"
    return kept


@pytest.mark.parametrize(
    ("column", "cell", "kept"),
    [
        ("父亲姓名", "陈远山", {"father_name": "陈远山"}),
        ("父亲", "陈远山", {"father_name": "陈远山"}),
        ("父亲", "外出务工", {"father_status": "away"}),
        ("母亲情况", "失联", {"mother_status": "lost"}),
        ("母亲状况", "宣告失踪", {"mother_status": "missing"}),
        ("父亲是否务工", "是", {"father_status": "away"}),
        ("母亲状况", "不详", {"mother_status": "unknown"}),
        ("母亲状况", "健在", {}),
        ("父亲联系电话", "199 0000 0001", {"father_phone": "19900000001"}),
        ("母亲务工地", "广东东莞", {"mother_work_place": "广东东莞"}),
        ("母亲职业", "裁缝", {"mother_job": "裁缝"}),
        (
            "父亲身份证号码",
            ID_NO,
            {"father_id_no": ID_NO, "father_birth_date": "1980-02-15"},
        ),
        ("母亲出生日期", "1981.3.5", {"mother_birth_date": "1981-03-05"}),
        ("祖父姓名", "陈守田", {"grandfather_name": "陈守田"}),
        ("外婆", "李秋", {"maternal_grandmother_name": "李秋"}),
        ("监护人身份证", ID_NO, {"actual_caregiver": {"id_no": ID_NO}}),
        ("监护人年龄", "68岁", {"actual_caregiver": {"birth_year": "1958"}}),
        ("照料人出生年份", 1958, {"actual_caregiver": {"birth_year": "1958"}}),
        ("监护人健康状况", "体弱", {"actual_caregiver": {"health": "weak"}}),
        ("户籍地址", "外省某县", {"hukou_address": "外省某县"}),
        (
            "户籍地址",
            "柳湾村3组",
            {"hukou_address": "柳湾村3组", "hukou_region": "990101101201"},
        ),
        ("健康状况", "慢性病", {"health": "chronic"}),
        ("健康状况", "健康，无残疾", {"health": "healthy"}),
        ("残疾证号", "99010120180215001342", {"disability_cert_no": "99010120180215001342"}),
        ("残疾证", "无", {"disability_cert": "no"}),
        ("残疾等级", "2级", {"disability_level": "two"}),
        ("残疾类别", "听力、言语", {"disability_types": "hearing speech"}),
        ("就学状况", "小学三年级", {"school_status": "primary"}),
        ("是否寄宿", "走读", {"boarding": "no"}),
        ("是否寄宿", "没有", {"boarding": "no"}),
        ("监护类型", "无人监护", {"guardianship_type": "none"}),
        ("监护情况", "较差", {"guardianship_quality": "poor"}),
        ("监护不当情形", "打骂；沉迷网络", {"improper_guardianship": "violence habits"}),
        ("家庭类型", "未婚单亲", {"family_type": "unmarried"}),
        ("家庭人口数", "5人", {"household_size": "5"}),
        ("家庭经济来源", "务工、种地", {"income_sources": "labour farming"}),
        ("享受救助情况", "低保、医疗救助", {"aid_received": "dibao medical"}),
        ("享受救助情况", "无", {"aid_received": "none"}),
        ("是否危房", "否", {"dangerous_house": "no"}),
        ("帮扶需求", "心理、上学", {"needs": "psychology education"}),
        ("是否重点关注", "是", {"focus_flag": True}),
        ("是否重点关注", "否", {"focus_flag": False}),
    ],
)
def test_a_column_is_read_as_people_call_and_fill_it(column, cell, kept):
    read_as = {
        name: value.replace(" ", "") if name.endswith("phone") else value
        for name, value in fields(**{column: cell}).items()
    }
    if column == "残疾证号":
        kept = {**kept, "disability_cert": "yes"}
    assert read_as == kept


@pytest.mark.parametrize(
    ("column", "cell", "key"),
    [
        ("父亲身份证号", "990101198002150", "cases-id-length"),
        ("监护人身份证号", ID_NO[:-1] + ("1" if ID_NO[-1] != "1" else "2"), "cases-id-check"),
        ("母亲身份证号", 9.90101198002150e17, "cases-import-number"),
        ("母亲出生日期", "八月", "cases-birth-date"),
        ("健康状况", "感冒", "cases-import-word"),
        ("监护类型", "一般、较好", "cases-import-word"),
        ("残疾等级", "很重", "cases-import-word"),
        ("家庭人口", "很多", "cases-import-count"),
        ("监护人年龄", "老", "cases-import-year"),
    ],
)
def test_what_is_not_understood_is_named_by_its_cell(column, cell, key):
    problems = read(**{column: cell}).problems
    assert [(p.cell, p.message.key) for p in problems] == [("C2", key)]


def test_a_heading_of_two_rows_tells_whose_it_is():
    rows = [
        ["姓名", "村", "父亲", None, None, "监护人", None],
        [None, None, "姓名", "联系电话", "务工地点", "身份证号", "年龄"],
        ["陈小明", "柳湾村", "陈远山", "19900000001", "东莞", ID_NO, 68],
    ]
    preview = read_children(Sheet("s", rows), VILLAGES, day=DAY)
    assert preview.problems == ()
    assert preview.unknown_columns == ()
    kept = preview.children[0].fields
    assert kept["father_phone"] == "19900000001"
    assert kept["father_work_place"] == "东莞"
    assert kept["actual_caregiver"] == {"id_no": ID_NO, "birth_year": "1958"}


def test_no_two_columns_are_called_the_same():
    called: dict[str, set[str]] = {}
    for name, words in HEADERS.items():
        for word in words:
            called.setdefault(plain(word), set()).add(name)
    assert [word for word, names in called.items() if len(names) > 1] == []
    assert HEADERS.keys() >= FILE_HEADERS.keys()


def test_the_ledger_that_goes_out_can_be_read_in_again():
    known = {plain(word) for words in HEADERS.values() for word in words}
    labels = [plain(speak(say(f"field-{name}"), "zh-CN")) for name in (*LATER, *CARER)]
    assert [label for label in labels if label not in known] == []
