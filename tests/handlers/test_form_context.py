"""Whom a form speaks of where only its answers know: the child that was chosen."""

from __future__ import annotations

import pytest

from forms.form import load
from handlers.form_context import chosen_children

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
    assert chosen_children(FORM, {"values": VALUES}, at) == children


def test_a_child_chosen_twice_is_named_once():
    values = {**VALUES, "/data/r[1]/other": "c1"}
    assert chosen_children(FORM, {"values": values}, "/data/r[1]/other") == ["c1"]


def test_nobody_is_named_before_a_choice():
    assert chosen_children(FORM, {"values": {"/data/first": ""}}, "/data/first") == []


def test_a_choice_that_is_not_asked_any_more_names_nobody():
    state = {"values": VALUES, "hidden": ["/data/first", "/data/r[1]"]}
    assert chosen_children(FORM, state, "/data/words") == []
    assert chosen_children(FORM, state, "/data/r[1]/other") == []
    assert chosen_children(FORM, state, "/data/r[2]/other") == ["c3"]
