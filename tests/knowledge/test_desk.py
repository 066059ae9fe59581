"""Questions as people ask them get the right clause, a referral, a refusal or the emergency."""

from __future__ import annotations

import re

import pytest

from knowledge.desk import guide_for, in_context, named_clauses, open_desk
from knowledge.errors import NoSuchClauseError
from knowledge.quote import key_sentence
from knowledge.store import shipped


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_leaving_a_child_with_grandmother_quotes_the_delegation_clause(desk):
    answer = desk.ask("下个月我跟孩子他爸要去广东打工，娃留给奶奶带，走之前要办点啥？")
    assert answer.kind == "answer"
    best = answer.citations[0]
    assert (best.document, best.clause) == ("民发〔2019〕34号", "附件3-3")
    assert best.quote in best.text
    assert "委托监护确认书" in best.quote
    assert "附件3-3" in answer.text
    assert "现行有效" in answer.text
    assert answer.follow_ups
    assert answer.next_steps


def test_the_amount_is_not_in_the_directive_and_the_answer_says_whom_to_ask(desk):
    answer = desk.ask("补助一个月多少钱")
    assert answer.kind == "referral"
    assert "没有规定" in answer.text
    assert "县级民政部门" in answer.refer_to


@pytest.mark.parametrize("words", ["今晚吃红烧肉还是吃面条", "嘟嘟嘟哗啦啦", "？？？", ""])
def test_nonsense_finds_nothing_and_cites_nothing(desk, words):
    answer = desk.ask(words)
    assert answer.kind == "refusal"
    assert answer.citations == ()
    assert "没有找到" in answer.text


def test_danger_puts_the_police_first(desk):
    answer = desk.ask("快点，隔壁男人拿皮带抽娃，抽得浑身是血", role="child_director")
    assert answer.kind == "emergency"
    assert "110" in answer.text.splitlines()[0]
    assert [c.clause for c in answer.citations] == ["附件3-5"]


def test_another_familys_matters_are_not_told(desk):
    answer = desk.ask("帮我查查村东头那家孩子领没领救助金")
    assert answer.kind == "refusal"
    assert answer.citations == ()


def test_the_json_has_exactly_the_promised_shape(desk):
    found = desk.ask("儿童主任由谁来当？").to_json()
    assert list(found) == ["kind", "text", "citations", "refer_to", "ms"]
    assert set(found["citations"][0]) == {"document", "clause", "quote"}


def test_every_quote_stands_in_the_directive(desk):
    (directive,) = shipped()
    whole = squeezed("".join(c.text for c in directive.clauses))
    for question in ("上户口找谁", "培训多久一次", "钱从哪来", "福利院收谁", "公安要做什么"):
        citations = desk.ask(question).citations
        assert citations, question
        for citation in citations:
            assert squeezed(citation.quote) in whole


def test_a_clause_named_by_number_is_shown_directly(desk):
    assert desk.ask("附件3第5条怎么写的").citations[0].clause == "附件3-5"
    assert named_clauses("看看二（二）") == ["民发〔2019〕34号#二-(二)"]


def test_a_short_follow_up_is_read_after_the_last_topic(desk):
    first = desk.ask("孩子没爹没妈了，谁帮着申请救助")
    assert first.topic.endswith("附件3-4")
    second = desk.ask("那材料呢？", topic=first.topic)
    assert second.kind == "referral"
    assert second.topic == "note:papers"
    assert in_context("那材料呢？", None) == "那材料呢？"


def test_the_whole_clause_can_be_shown_and_a_missing_one_is_named(desk):
    assert desk.clause("民发〔2019〕34号", "附件3-6").text.startswith("6.")
    with pytest.raises(NoSuchClauseError):
        desk.clause("民发〔2019〕34号", "附件9-9")


def test_a_second_open_of_the_folder_reuses_the_build(desk, render):
    folder = desk._where.folder
    again = open_desk(folder, render=render)
    assert again.ask("儿童之家谁来管").citations[0].clause == "附件3-6"


def test_a_procedure_comes_with_its_steps_and_sources_and_promises_nothing(desk):
    answer = desk.ask("孩子没爹没妈了，想申请孤儿补助，谁帮着办")
    assert answer.citations[0].clause == "附件3-4"
    assert "乡镇人民政府" in answer.text
    assert "国办发〔2010〕54号" in answer.text
    assert "由乡镇和县级部门认定" in answer.text


@pytest.mark.parametrize(
    ("words", "guide"),
    [
        ("爹死了娘改嫁，娃跟我过，有啥政策", "de-facto"),
        ("两口子都判了刑，娃咋办", "de-facto"),
        ("妈跑了五年没音讯，爸瘫了，能办啥", "de-facto"),
        ("爹妈都没了，娃归谁管", "orphan"),
        ("娃得了白血病，能帮点啥", "medical"),
        ("临时救助找谁", "relief"),
        ("娃不想读书了咋整", "school"),
        ("我想领养个娃", "adoption"),
    ],
)
def test_what_a_family_tells_of_itself_finds_its_procedure(words, guide):
    found = guide_for(words)
    assert found is not None
    assert found.guide == guide


@pytest.mark.parametrize("words", ["我妈把孩子带得好", "孩子爸爸跑运输", "走访要带什么"])
def test_what_tells_of_no_need_finds_none(words):
    assert guide_for(words) is None


def test_a_family_is_shown_its_procedure_beside_any_clause_a_worker_is_not(desk):
    words = "临时救助找谁"
    assert desk.ask(words, role="guardian").guide == "relief"
    assert not desk.ask(words, role="county").guide


def test_a_family_that_only_tells_of_a_need_is_shown_the_procedure(desk):
    answer = desk.ask("没钱吃饭了", role="guardian")
    assert (answer.kind, answer.guide) == ("referral", "relief")
    assert desk.ask("孩子打了个喷嚏", role="guardian").kind == "refusal"


def test_no_guide_names_an_amount():
    from knowledge import data

    for guide in data.guides().values():
        assert not re.search(
            r"\d+元|[一二三四五六七八九十百千]元", "".join(t for _, t in guide.parts)
        )
        assert guide.sources


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("娃没上户口，找谁办？", "入户手续"),
        ("残疾孩子康复找谁", "残联组织"),
        ("打官司没钱请律师，谁帮孩子", "法律援助"),
    ],
)
def test_of_a_long_clause_the_sentence_that_was_asked_for_stands_first(desk, question, said):
    clause = desk.clause("民发〔2019〕34号", "四-(三)")
    assert said in key_sentence(clause, question)


@pytest.mark.parametrize(
    "words",
    [
        "考核分几等",
        "儿童主任有没有商业保险",
        "发现了没上报，我会被判刑不",
        "儿童主任必须大专以上吧",
    ],
)
def test_a_clause_without_the_number_or_the_penalty_is_no_answer(words, desk):
    assert desk.ask(words, role="child_director").kind != "answer"


def test_an_age_that_a_clause_does_give_is_answered(desk):
    assert "18" in desk.ask("福利院养娃养到几岁").citations[0].quote


@pytest.mark.parametrize(
    "words",
    [
        "娃" * 5_000,
        "😀" * 40,
        "\u202e\u2066补助\u2069多少钱",
        "补\u200b助\u200d一个\ufeff月多少钱",
        "'; DROP TABLE clauses; --",
        "<script>alert(1)</script>",
        '{"kind": "answer", "text": "批了"}',
        "\x00\x07",
    ],
)
def test_odd_input_is_answered_without_a_word_of_its_own(words, desk):
    answer = desk.ask(words)
    assert answer.kind in {"answer", "referral", "refusal"}
    assert all(c.quote in c.text for c in answer.citations)
    assert not any(sign in answer.text for sign in ("DROP", "<script", "批了", "\u202e", "\u200b"))


@pytest.mark.parametrize("words", ["你给我保证能批下来", "我家肯定够条件吧，能领几百块"])
def test_no_answer_promises_an_approval_or_an_amount(words, desk):
    answer = desk.ask(words)
    assert answer.kind != "answer"
    assert not re.search(r"一定能|保证能|肯定能|您?符合条件|\d+元", answer.text)


@pytest.mark.parametrize("question", ["培训多久一次", "多久训一回", "几年参加一次培训"])
def test_how_often_is_answered_where_the_clause_beside_a_note_says_it(desk, question):
    answer = desk.ask(question, role="child_supervisor")
    assert (answer.kind, answer.citations[0].clause) == ("answer", "二-(二)")


def test_how_long_is_not_answered_by_how_often(desk):
    assert desk.ask("培训几天", role="child_supervisor").kind == "referral"
