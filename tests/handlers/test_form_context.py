"""Whom a form speaks of where only its answers know: the child that was chosen."""

from __future__ import annotations

from datetime import datetime

import pytest

from forms import engine
from forms.form import load
from handlers.form_context import chosen_children
from kernel.clock import CHINA

FORM = load(
    """
| survey |
| | type | name | label |
| | select_one_from_file children.csv | first | 哪个孩子 |
| | text | words | 说了什么 |
| | begin_repeat | r | 另一个 |
| | select_one_from_file children.csv | other | 还有哪个孩子 |
| | begin_repeat | s | 事 |
| | text | what | 什么事 |
| | end_repeat | | |
| | end_repeat | | |
| | select_one_from_file areas.csv | where | 哪个村 |
""".encode(),
    kind=".md",
)
VALUES = {
    "/data/first": "c1",
    "/data/words": "c9",
    "/data/r[1]/other": "c2",
    "/data/r[2]/other": "c3",
    "/data/where": "c8",
}


@pytest.mark.parametrize(
    ("at", "children"),
    [
        ("/data/words", ["c1"]),
        ("/data/r[2]/other", ["c1", "c3"]),
        ("/data/r[1]/s[2]/what", ["c1", "c2"]),
        ("/data/r[3]/other", ["c1"]),
        ("/data/where", ["c1"]),
        ("", ["c1"]),
    ],
)
def test_a_question_may_be_about_the_child_chosen_before_or_in_its_entry(at, children):
    assert chosen_children(FORM, VALUES, at) == children


def test_a_child_chosen_twice_is_named_once():
    values = {**VALUES, "/data/r[1]/other": "c1"}
    assert chosen_children(FORM, values, "/data/r[1]/other") == ["c1"]


def test_nobody_is_named_before_a_choice():
    assert chosen_children(FORM, {"/data/first": ""}, "/data/first") == []


def test_a_choice_that_is_not_asked_any_more_has_no_value():
    form = load(
        """
| survey |
| | type | name | label | relevant |
| | integer | n | 几个 | |
| | text | one | 哪一个 | ${n} = 1 |
""".encode(),
        kind=".md",
    )
    context = engine.Context(now=datetime(2026, 11, 23, 9, tzinfo=CHINA))
    session = engine.begin(form, context)
    for value in ("1", "c1"):
        session = engine.answer(form, session, value, context).session
    wanted = ("/data/one", "/data/elsewhere")
    assert engine.values_of(form, session, wanted, context) == {"/data/one": "c1"}
    session = engine.goto(form, session, "/data/n", context).session
    session = engine.answer(form, session, "2", context).session
    assert engine.values_of(form, session, wanted, context) == {}
