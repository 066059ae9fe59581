"""What sort of answer a question asks for."""

from __future__ import annotations

import pytest

from knowledge.expects import asked, holds, part_asked


@pytest.mark.parametrize(
    "question",
    [
        "评先的名额每年给几个",
        "福利院里一个护理员配几个娃？",
        "编制批几个",
        "一个人最多带多少个孩子",
    ],
)
def test_who_asks_how_many_wants_a_number_that_a_clause_must_have(question):
    assert asked(question) == "count"
    assert not holds("各地要因地制宜优化儿童福利机构区域布局。", "count")
    assert holds("确保工作时间、乡镇至少安排1名儿童督导员。", "count")


@pytest.mark.parametrize("question", ["哪几个部门要管", "要跟哪几个说", "这几个娃我都得去看吗"])
def test_which_ones_is_no_question_for_a_number(question):
    assert asked(question) == "plain"


@pytest.mark.parametrize(
    "question", ["他爸坐牢去了，妈跑了，能领钱不", "两口子都判了刑，娃咋办", "爸爸坐牢不管我"]
)
def test_a_parent_in_prison_is_a_fact_and_no_question_about_penalties(question):
    assert asked(question) == "plain"


@pytest.mark.parametrize("question", ["不报告会坐牢吗", "不报要判刑不？", "会不会被开除"])
def test_who_fears_a_penalty_asks_about_one(question):
    assert asked(question) == "penalty"


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("他爸也算吗", "who"),
        ("几岁为止", "who"),
        ("那材料呢？", "papers"),
        ("要是不给办呢", "refused"),
        ("what papers do I need", "papers"),
        ("how long will it take", "time"),
        ("what if they say no", "refused"),
        ("how long is the river", ""),
        ("娃的书包在哪", ""),
    ],
)
def test_a_short_question_asks_for_a_part_of_the_procedure_just_told(question, part):
    assert part_asked(question) == part


@pytest.mark.parametrize(
    "question",
    [
        "儿童之家啥时候开门",
        "下次培训是几号",
        "督导员的电话给我一个",
        "全县有多少留守儿童",
        "夏令营在哪报名",
    ],
)
def test_what_only_the_place_knows_is_in_no_clause(question, desk):
    assert asked(question) == "local"
    assert desk.ask(question).kind != "answer"


@pytest.mark.parametrize(
    "question", ["给未成年人打的专线号码是多少", "发现孩子没人管什么时候报告", "儿童主任是谁管着"]
)
def test_what_a_clause_says_is_not_left_to_the_place(question):
    assert asked(question) != "local"
