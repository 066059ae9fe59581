"""A question that cannot be answered now is shown as a note, with its value, and never asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from forms import engine
from forms.errors import InvalidAnswer
from forms.form import Form, load
from kernel.clock import CHINA
from kernel.errors import StaleError

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
CONTEXT = engine.Context(now=NOW)
HOME = load(
    """
| survey |
| | type | name | label | readonly | required | calculation | default | constraint |
| | select_one yn | known | 有记录吗 | | yes | | | |
| | integer | born | 哪年出生 | | yes | | | |
| | integer | age | 今年几岁 | yes | | 2026 - ${born} | | |
| | select_one yn | again | 核过吗 | ${known} = 'y' | yes | | y | |
| | text | words | 他怎么说 | | | | | |
| | text | copy | 听到的 | yes | | ${words} | | |
| | text | told | 说明 | yes | | | 按表格填 | |
| | note | sum | 共 | | | ${born} + 1 | | |
| | integer | last | 最后 | | | | | |
| | decimal | share | 折合 | true() | yes | ${last} * 0.5 | | . < 5 |
| choices |
| | list_name | name | label |
| | yn | y | 有 |
| | yn | n | 没有 |
""".encode(),
    kind=".md",
)


def give(*values: str, form: Form = HOME) -> engine.Step:
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    for value in values:
        step = engine.answer(form, step.session, value, CONTEXT)
    return step


def test_a_question_that_is_only_to_be_read_is_shown_with_what_it_holds():
    step = give("n", "2018")
    assert step.question.ref == "/data/again"
    assert step.notes == ("今年几岁", "8")


def test_it_is_so_by_what_was_answered_and_labels_stand_for_choices():
    step = give("y", "2018")
    assert step.question.ref == "/data/words"
    assert step.notes == ("今年几岁", "8", "核过吗", "有")


def test_a_persons_own_words_are_not_shown_again_by_way_of_a_calculation():
    step = give("y", "2018", "想妈妈")
    assert step.question.ref == "/data/last"
    assert step.notes == ("听到的", "✓（3）", "说明", "按表格填", "共", "2019")


def test_it_is_shown_at_the_review_too():
    step = give("y", "2018", "想妈妈", "5")
    assert step.finished
    assert step.notes == ("折合", "2.5")


@pytest.mark.parametrize("ref", ["/data/again", "/data/age"])
def test_an_old_button_does_not_open_it(ref):
    step = give("y", "2018")
    with pytest.raises(StaleError):
        engine.goto(HOME, step.session, ref, CONTEXT)


def test_it_is_not_kept_for_want_of_an_answer_that_nobody_can_give():
    step = give("y", "2018", "x", "")
    assert engine.finish(HOME, step.session, CONTEXT).values["/data/share"] == ""


def test_what_it_came_to_must_be_allowed():
    step = give("y", "2018", "x", "11")
    with pytest.raises(InvalidAnswer) as refused:
        engine.finish(HOME, step.session, CONTEXT)
    assert refused.value.ref == "/data/share"


def test_a_question_that_closes_overnight_takes_no_answer_but_can_be_left():
    form = load(
        b"""
| survey |
| | type | name | label | readonly | required |
| | text | a | A | today() > date('2026-11-23') | yes |
| | text | b | B | | |
""",
        kind=".md",
    )
    session = engine.begin(form, CONTEXT)
    later = engine.Context(now=NOW + timedelta(days=1))
    with pytest.raises(InvalidAnswer):
        engine.answer(form, session, "x", later)
    step = engine.skip(form, session, later)
    assert step.question.ref == "/data/b"
    assert step.notes == ("A",)
    assert step.session.inputs == ()


CLOSING = load(
    """
| survey |
| | type | name | label | readonly |
| | select_one yn | settled | 核定过吗 | |
| | begin_group | counted | 人数 | ${settled} = 'y' |
| | integer | heads | 几口人 | |
| | integer | away | 几人在外 | |
| | end_group | | | |
| | text | by | 谁核的 | |
| choices |
| | list_name | name | label |
| | yn | y | 核定过 |
| | yn | n | 还没有 |
""".encode(),
    kind=".md",
)


@pytest.mark.parametrize(("known", "count"), [("n", (2, 4)), ("y", (2, 2))])
def test_what_a_section_closes_is_not_counted(known, count):
    question = give(known, form=CLOSING).question
    assert (question.number, question.total) == count


def test_what_was_answered_and_is_closed_since_stands_on_the_review_as_such():
    step = give("n", "5", "2", "李", form=CLOSING)
    step = engine.goto(CLOSING, step.session, "/data/settled", CONTEXT)
    step = engine.answer(CLOSING, step.session, "y", CONTEXT)
    items = engine.review(CLOSING, step.session, CONTEXT)
    assert [(i.ref, i.shown, i.readonly) for i in items] == [
        ("/data/settled", "核定过", False),
        ("/data/counted/heads", "5", True),
        ("/data/counted/away", "2", True),
        ("/data/by", "✓（1）", False),
    ]


def test_a_choice_of_nothing_keeps_nobody_though_it_is_required():
    form = load(
        b"""
| survey |
| | type | name | label | required | choice_filter |
| | integer | n | N | | |
| | select_one c | c | C | yes | of=${n} |
| choices |
| | list_name | name | label | of |
| | c | a | A | 1 |
""",
        kind=".md",
    )
    step = engine.answer(form, engine.begin(form, CONTEXT), "2", CONTEXT)
    assert (step.question.choices, step.question.required) == ((), False)
    left = engine.skip(form, step.session, CONTEXT)
    assert engine.finish(form, left.session, CONTEXT).values["/data/c"] == ""
    again = engine.goto(form, left.session, "/data/n", CONTEXT)
    full = engine.answer(form, again.session, "1", CONTEXT)
    with pytest.raises(InvalidAnswer) as refused:
        engine.finish(form, full.session, CONTEXT)
    assert refused.value.ref == "/data/c"
