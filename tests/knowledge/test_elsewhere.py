"""A law that a county adds answers what the shipped directive leaves open, and nothing else."""

from __future__ import annotations

import pytest

from knowledge.desk import open_desk
from knowledge.parsing.parse import parse
from knowledge.store import MemoryStore, shipped

LAWS = ("未成年人保护法", "反家庭暴力法", "义务教育法", "法律援助法")


@pytest.fixture(scope="module")
def with_laws(shared, tmp_path_factory, render):
    files = [file for law in LAWS for file in (shared / "laws").glob(f"{law}*.md")]
    laws = [parse(file.read_text("utf-8"), source=file.name).directive for file in files]
    assert len(laws) == len(LAWS)
    store = MemoryStore([*shipped(), *laws])
    opened = open_desk(tmp_path_factory.mktemp("laws"), store=store, render=render)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("words", "law", "article"),
    [
        ("闺女14了挺懂事的，我们出去一个月，留她自己在家住没问题吧？", "未成年人保护法", "21"),
        ("打自己孩子两巴掌也算家暴啊？管教孩子还犯法了？", "反家庭暴力法", "12"),
        ("在外地的爹妈多久要给娃打一次电话", "未成年人保护法", "23"),
    ],
)
def test_an_added_law_answers_what_the_directive_leaves_open(with_laws, words, law, article):
    answer = with_laws.ask(words)
    assert answer.kind == "answer"
    best = answer.citations[0]
    assert law in best.title
    assert best.clause == article
    assert best.quote in best.text


@pytest.mark.parametrize(
    "words",
    [
        "补助一个月多少钱",
        "今晚吃红烧肉还是吃面条",
        "帮我查查村东头那家孩子领没领救助金",
        "高考多少分能上一本",
    ],
)
def test_added_laws_make_nobody_answer_more_than_they_say(with_laws, words):
    assert with_laws.ask(words).kind in {"referral", "refusal"}


def test_the_directive_still_comes_first_for_its_own(with_laws):
    answer = with_laws.ask("爹妈都要出门，娃留给奶奶带要签什么")
    assert (answer.kind, answer.citations[0].clause) == ("answer", "附件3-3")


def test_without_the_law_nothing_is_quoted_from_it(desk):
    assert desk.ask("打自己孩子两巴掌也算家暴啊？管教孩子还犯法了？").kind == "referral"
