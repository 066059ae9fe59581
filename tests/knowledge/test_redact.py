"""Names, numbers and addresses are taken out of words; what is asked stays readable."""

from __future__ import annotations

import pytest

from knowledge.redact import MARK, is_clean, redact


@pytest.mark.parametrize(
    ("words", "secret"),
    [
        ("我家王小明能不能领补助", "王小明"),
        ("孩子叫李建国，他爸坐牢了", "李建国"),
        ("孩子叫欧阳娜娜，办低保找谁", "欧阳娜娜"),
        ("隔壁老王家的娃周子涵没人管", "周子涵"),
        ("石溪镇柳湾村三组12号的刘思雨怎么办", "柳湾"),
        ("石溪镇柳湾村三组12号的刘思雨怎么办", "刘思雨"),
        ("电话138 0013 8000找我", "8000"),
        ("身份证４３０１０４２０１８０２１５１２３X要不要", "123X"),
        ("我的号一三八零零一三八零零零", "一三八"),
        ("我微信abc_12345，加我", "abc_12345"),
        ("写信到 someone@example.org", "someone"),
        ("孩子王梓涵住柳湾村三组12号", "梓涵"),
        ("欧阳娜娜她妈跑了，谁管", "娜娜"),
        ("我老公叫建国，管不管得着", "建国"),
        ("小红的奶奶能申请吗", "小红"),
        ("阿强打了我，找谁", "阿强"),
        ("女儿张雨萱没户口", "雨萱"),
        ("卡号6222 0212 3456 7890 123能用吗", "7890"),
    ],
)
def test_what_names_somebody_is_gone(words, secret):
    assert secret not in redact(words)
    assert MARK in redact(words)


def test_known_names_go_whatever_they_look_like():
    assert redact("豆豆和小明都没户口", ["陈小明", "豆豆"]) == f"{MARK}和{MARK}都没户口"


@pytest.mark.parametrize(
    "words",
    [
        "出去打工,娃交给奶奶,要办什么?",
        "民发〔2019〕34号附件3-5说了什么",
        "马上高考了,有没有助学金",
        "2026年11月24日交的材料,15个工作日能办好吗",
        "我孙子康复找谁",
        "孩子高烧了,看病能报销吗",
        "孩子和奶奶住,算不算留守",
        "孩子白血病,找谁",
        "小娃没人带,能送哪",
        "12355是什么电话",
        "一个督导员管几个村",
    ],
)
def test_what_names_nobody_stays(words):
    assert redact(words) == words


def test_an_offices_number_is_no_secret_but_a_mobile_is():
    assert is_clean("请打县民政局电话 0990-1234567 或 12345")
    assert not is_clean("请打 13800138000")
    assert not is_clean("身份证 43010420180215123X")
