"""A claim is shown only when its clause proves it: quote, numbers, modes, offices, words."""

from __future__ import annotations

import json

import pytest

from knowledge.answer import cite
from knowledge.claims import check, counts, find_quote, lines
from knowledge.clauses import Clause, Directive

NOTICE = Directive("民发〔2099〕1号", "一份为测试写的通知", issued="2099-01-01")
PAPERS = Clause(
    NOTICE.document,
    "一-(一)",
    "乡镇人民政府应当自收到申请之日起１５个工作日内\n提出查验意见。申请人可以委托村（居）民委员会代为申请，任何人不得冒领。",
)
DUTY = Clause(
    NOTICE.document, "一-(二)", "儿童主任负责指导监护人签订委托监护确认书，每年至少走访一次。"
)
TRAINING = Clause(
    NOTICE.document,
    "一-(三)",
    "县级民政部门负责培训儿童主任，地市级民政部门负责培训儿童督导员。不满八周岁的儿童不得单独在家。"
    "连续两年未走访的，应当书面说明，但是因自然灾害无法走访的除外。未经监护人同意，不得公开儿童信息。",
)
CITED = [cite(NOTICE, clause, clause.text) for clause in (PAPERS, DUTY, TRAINING)]


def said(*claims, enough=True):
    return json.dumps({"enough": enough, "claims": list(claims)}, ensure_ascii=False)


def claim(text, quote, cite="C1"):
    return {"text": text, "cite": cite, "quote": quote}


TRUE = claim("乡镇应当在15个工作日内提出查验意见", "应当自收到申请之日起15个工作日内提出查验意见")


def test_a_true_claim_is_kept_with_its_verbatim_quote():
    (kept,) = check(said(TRUE), CITED).claims
    assert kept.quote in PAPERS.text
    assert kept.quote == "应当自收到申请之日起１５个工作日内\n提出查验意见"
    assert kept.citation is CITED[0]


def test_talk_around_the_object_does_not_matter():
    raw = f"<think>{{不要看这里}}</think>好的：\n```json\n{said(TRUE)}\n```"
    assert len(check(raw, CITED).claims) == 1


GUIDES = "负责指导监护人签订委托监护确认书"
TRAINS = "县级民政部门负责培训儿童主任，地市级民政部门负责培训儿童督导员"
UNVISITED = "连续两年未走访的，应当书面说明，但是因自然灾害无法走访的除外"
TURNED = (
    ("乡镇不应当在15个工作日内提出查验意见", TRUE["quote"], "C1"),
    ("乡镇应当在15天内提出查验意见", TRUE["quote"], "C1"),
    ("乡镇应当在15个工作日后提出查验意见", TRUE["quote"], "C1"),
    ("儿童主任不负责指导监护人签订委托监护确认书", GUIDES, "C2"),
    ("监护人别签订委托监护确认书", GUIDES, "C2"),
    ("儿童主任每年最多走访一次", "每年至少走访一次", "C2"),
    ("儿童主任每年走访一次", "每年至少走访一次", "C2"),
    ("县级民政部门负责培训儿童督导员", TRAINS, "C3"),
    ("儿童主任负责培训县级民政部门", TRAINS, "C3"),
    ("满八周岁的儿童不得单独在家", "不满八周岁的儿童不得单独在家", "C3"),
    ("因自然灾害无法走访的，应当书面说明", UNVISITED, "C3"),
    ("连续两年未走访的，应当书面说明", UNVISITED, "C3"),
    ("经监护人同意，不得公开儿童信息", "未经监护人同意，不得公开儿童信息", "C3"),
)
HONEST = (
    TRUE,
    claim("乡镇要在十五个工作日里提出查验意见", TRUE["quote"]),
    claim("县级民政部门培训儿童主任", "县级民政部门负责培训儿童主任", "C3"),
    claim("未经监护人同意，不能公开儿童信息", "未经监护人同意，不得公开儿童信息", "C3"),
    claim("不到八周岁的儿童不准单独在家", "不满八周岁的儿童不得单独在家", "C3"),
    claim("儿童主任每年最少走访一次", "每年至少走访一次", "C2"),
)


@pytest.mark.parametrize("row", HONEST, ids=lambda row: row["text"])
def test_plain_words_for_the_same_rule_are_kept(row):
    assert check(said(row), CITED).dropped == ()


@pytest.mark.parametrize(
    ("why", "text", "quote", "place"),
    [
        (
            "quote",
            "乡镇应当在30个工作日内提出查验意见",
            "应当自收到申请之日起30个工作日内提出查验意见",
            "C1",
        ),
        (
            "number",
            "乡镇应当在30个工作日内提出查验意见",
            "应当自收到申请之日起15个工作日内提出查验意见",
            "C1",
        ),
        (
            "number",
            "乡镇应当在三十个工作日内提出查验意见",
            "应当自收到申请之日起15个工作日内提出查验意见",
            "C1",
        ),
        (
            "mode",
            "申请人应当委托村民委员会代为申请",
            "申请人可以委托村（居）民委员会代为申请",
            "C1",
        ),
        ("mode", "任何人可以冒领", "任何人不得冒领", "C1"),
        ("mode", "任何人都来冒领", "任何人不得冒领", "C1"),
        (
            "mode",
            "儿童主任不用指导监护人签订委托监护确认书",
            "负责指导监护人签订委托监护确认书",
            "C2",
        ),
        ("mode", "签订委托监护确认书一定能领到钱", "负责指导监护人签订委托监护确认书", "C2"),
        ("often", "儿童主任每月走访一次", "每年至少走访一次", "C2"),
        ("number", "儿童主任每年走访两次", "每年至少走访一次", "C2"),
        ("actor", "派出所指导监护人签订委托监护确认书", "负责指导监护人签订委托监护确认书", "C2"),
        ("words", "老师会送书包和牛奶给孩子", "负责指导监护人签订委托监护确认书", "C2"),
        ("mode", "请点击链接领取委托监护确认书", "负责指导监护人签订委托监护确认书", "C2"),
        ("number", "签订委托监护确认书请拨打12345", "负责指导监护人签订委托监护确认书", "C2"),
        ("quote", "儿童主任指导监护人签订委托监护确认书", "签订", "C2"),
        (
            "quote",
            "儿童主任指导监护人签订委托监护确认书",
            "负责指导监护人签订委托监护确认书",
            "C1",
        ),
        *(("turned", text, quote, place) for text, quote, place in TURNED),
        ("mode", "乡镇最好在15个工作日内提出查验意见", TRUE["quote"], "C1"),
        ("mode", "乡镇在15个工作日内提出查验意见", TRUE["quote"], "C1"),
        ("mode", "根据第九条，乡镇应当在15个工作日内提出查验意见", TRUE["quote"], "C1"),
        ("mode", "乡镇应当在叁拾个工作日内提出查验意见", TRUE["quote"], "C1"),
        ("number", "乡镇应当在半个月内提出查验意见", TRUE["quote"], "C1"),
        ("cite", "儿童主任指导监护人签订委托监护确认书", "负责指导监护人签订委托监护确认书", "C9"),
        (
            "cite",
            "儿童主任指导监护人签订委托监护确认书",
            "负责指导监护人签订委托监护确认书",
            "民法典27",
        ),
    ],
)
def test_a_false_claim_is_dropped_and_a_true_one_beside_it_stays(why, text, quote, place):
    checked = check(said(claim(text, quote, place), TRUE), CITED)
    assert checked.dropped == (why,)
    assert [one.text for one in checked.claims] == [TRUE["text"]]


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "我不知道",
        "{",
        "[1, 2]",
        '{"enough": true',
        '"claims"',
        "{" * 5000 + "}" * 5000,
        "null",
    ],
)
def test_what_is_not_the_agreed_shape_is_unreadable(raw):
    assert check(raw, CITED).readable is False


@pytest.mark.parametrize(
    "raw",
    [
        said(TRUE, enough=False),
        '{"enough": "yes", "claims": []}',
        '{"enough": true, "claims": "C1"}',
        '{"enough": true, "claims": [1, null, {"text": 3, "cite": "C1", "quote": []}]}',
        "{}",
    ],
)
def test_odd_shapes_claim_nothing(raw):
    assert check(raw, CITED).claims == ()


def test_no_more_than_three_and_none_twice():
    assert len(check(said(*[TRUE] * 8), CITED).claims) == 1


def test_numbers_have_one_form():
    assert counts("十五个工作日") == counts("１５个工作日") == {"15"}
    assert counts("一些人一定要统一") == set()
    assert counts("半年两次") == {"1/2", "2"}


def test_a_quote_is_found_only_exactly():
    text = "任何人不得冒领，\n应当及时报告。"
    assert find_quote("不得冒领,应当及时", text) == "不得冒领，\n应当及时"
    assert find_quote("可以冒领，应当及时", text) == ""


def test_every_line_names_its_clause(render):
    spoken = [render(line) for line in lines(check(said(TRUE), CITED).claims)]
    assert "一-(一)" in "".join(spoken)
    assert TRUE["text"] in "".join(spoken)
