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


CENTRES = """某县民政局文件
某民发〔2026〕8号
某县民政局关于规范儿童之家运行管理的通知
各乡镇人民政府：
一、开放时间
（一）儿童之家每周开放不少于三天，每天不少于两小时，寒暑假每天开放。
二、器材管理
（一）图书、玩具每学期清点一次，损坏的及时更换。
（二）滑梯等设施每年请专业人员检查一次，合格后使用。
某县民政局
2026年9月1日"""


@pytest.fixture(scope="module")
def office(tmp_path_factory, render):
    """A desk with an office's own notice beside the shipped directive."""
    store = MemoryStore([*shipped(), parse(CENTRES, source="centres.txt").directive])
    desk = open_desk(tmp_path_factory.mktemp("office"), store=store, render=render)
    yield desk
    desk.close()


def keys(answer):
    return [f"{c.document}#{c.clause}" for c in answer.citations]


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("儿童之家一周开几天", "一-(一)"),
        ("滑梯多久检查一次", "二-(二)"),
        ("玩具坏了怎么办", "二-(一)"),
    ],
)
def test_an_offices_own_notice_is_shown_first_where_it_is_near(office, question, clause):
    answer = office.ask(question, role="child_director")
    assert keys(answer)[0] == f"某民发〔2026〕8号#{clause}"


@pytest.mark.parametrize("question", ["天气怎么样", "养老金多少岁领", "监护人失踪了要不要报告"])
def test_it_is_kept_out_of_what_it_does_not_speak_of(office, question):
    assert not any("8号" in key for key in keys(office.ask(question, role="child_director")))


def test_a_clause_is_looked_up_in_the_document_that_is_named(office):
    assert keys(office.ask("某民发[2026]8号二（二）怎么说")) == ["某民发〔2026〕8号#二-(二)"]
    assert keys(office.ask("民发〔2019〕34号 附件3-5")) == ["民发〔2019〕34号#附件3-5"]
    assert keys(office.ask("附件3-5")) == ["民发〔2019〕34号#附件3-5"]
    assert keys(office.ask("外省民发〔2020〕5号 二-(二)")) == []
