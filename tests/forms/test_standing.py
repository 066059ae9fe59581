"""A question with `asked` = `no` stands as it began: read on the review and changed there."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from forms import engine
from forms.errors import InvalidAnswer
from forms.form import load
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 20, tzinfo=CHINA)
CONTEXT = engine.Context(now=NOW)


def form(default: str = "today()", asked: str = "no"):
    return load(
        f"""
| survey |
| | type | name | label | default | asked | constraint | required | relevant |
| | text | who | Who | | | | yes | |
| | date | day | Day | {default} | {asked} | . <= today() | yes | |
| | integer | n | How many | | | | yes | |
| | integer | late | Why late | | | | yes | ${{day}} < today() |
""".encode(),
        kind=".md",
    )


def played(one, *values: str) -> engine.Step:
    step = engine.current(one, engine.begin(one, CONTEXT), CONTEXT)
    for value in values:
        session = engine.Session.from_json(json.dumps(step.session.to_json()))
        step = engine.answer(one, session, value, CONTEXT)
    return step


def asked_of(one, *values: str) -> list[str]:
    """Return what is asked, question after question."""
    steps = [played(one, *values[:count]) for count in range(len(values) + 1)]
    return [step.question.ref.rpartition("/")[2] if step.question else "" for step in steps]


def test_it_is_not_asked_and_not_counted_but_read_on_the_review():
    one = form()
    assert asked_of(one, "Li", "3") == ["who", "n", ""]
    question = played(one, "Li").question
    assert (question.number, question.total) == (2, 2)
    items = engine.review(one, played(one, "Li", "3").session, CONTEXT)
    assert [(item.label, item.shown) for item in items] == [
        ("Who", "✓（2）"),
        ("Day", "2026-11-23"),
        ("How many", "3"),
    ]


def test_going_back_leaves_it_out():
    one = form()
    assert engine.back(one, played(one, "Li").session, CONTEXT).question.ref == "/data/who"


def test_it_is_changed_as_every_other_and_what_that_opens_is_asked():
    one = form()
    there = engine.goto(one, played(one, "Li", "3").session, "/data/day", CONTEXT)
    assert there.question.value == "2026-11-23"
    with pytest.raises(InvalidAnswer):
        engine.answer(one, there.session, "2026-11-24", CONTEXT)
    step = engine.answer(one, there.session, "2026-11-20", CONTEXT)
    assert step.question.ref == "/data/late"
    step = engine.answer(one, step.session, "1", CONTEXT)
    assert step.question is None
    values = engine.finish(one, step.session, CONTEXT).values
    assert values["/data/day"] == "2026-11-20"
    again = engine.replay(one, step.session, CONTEXT)
    assert engine.values(one, again, CONTEXT) == engine.values(one, step.session, CONTEXT)


@pytest.mark.parametrize(("default", "asked"), [("", "no"), ("today()", ""), ("today()", "yes")])
def test_without_a_value_or_the_word_it_is_asked_in_its_turn(default, asked):
    assert asked_of(form(default, asked), "Li")[-1] == "day"
