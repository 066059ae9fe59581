"""Markdown and tags in a form's words are for screens that draw them; a chat reads without."""

from __future__ import annotations

from datetime import datetime

import pytest

from forms import engine
from forms.form import load
from forms.play import play
from forms.styling import plain
from kernel.clock import CHINA

CONTEXT = engine.Context(now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))


@pytest.mark.parametrize(
    ("styled", "read"),
    [
        ("**Name** of the child", "Name of the child"),
        ("请**务必**核对", "请务必核对"),
        ("***Both***, *one* and _one_, __two__", "Both, one and one, two"),
        ('<span style="color:red">Stop</span> here', "Stop here"),
        ("# Part 1\nSay this", "Part 1\nSay this"),
        ("H<sub>2</sub>O<br/>and 5 m<sup>2</sup>", "H2O\nand 5 m2"),
        ("<p style='text-align:center'>One</p><p>Two</p>", "One\nTwo"),
        (
            "See [the guide](https://example.org/a_b_c)",
            "See the guide (https://example.org/a_b_c)",
        ),
        (r"\*not\* styled, \_nor this\_", "*not* styled, _nor this_"),
    ],
)
def test_styling_is_taken_out(styled, read):
    assert plain(styled) == read


@pytest.mark.parametrize(
    "text",
    [
        "3 * 4 * 5",
        "3*4*5",
        "Name: ________",
        "a_b_c and d_e",
        "weight < 5 or > 30 kg",
        "#1 of the list",
        "* required",
        "[Read aloud]",
        "x <- y",
    ],
)
def test_what_only_looks_like_styling_stays(text):
    assert plain(text) == text


FORM = """
| survey |
| | type | name | label | hint | constraint | constraint_message |
| | note | n | **Read** this | | | |
| | begin_group | g | <b>Part</b> | | | |
| | select_one yn | a | *Well?* | ask **twice** | . = 'y' | say <i>yes</i> |
| | time | t | ## When? | | | |
| | end_group | | | | | |
| choices |
| | list_name | name | label |
| | yn | y | **Yes** |
| | yn | n | No |
"""


def test_the_dialogue_reads_without_styling_and_the_engine_keeps_it():
    form = load(FORM.encode(), kind=".md")
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    assert step.notes == ("Read this",)
    question = step.question
    assert (question.label, question.hint, question.section) == ("Well?", "ask twice", "Part")
    assert question.choices == (("y", "Yes"), ("n", "No"))
    with pytest.raises(engine.InvalidAnswer) as caught:
        engine.answer(form, step.session, "n", CONTEXT)
    assert caught.value.message == "say yes"
    step = engine.answer(form, step.session, "y", CONTEXT)
    step = engine.answer(form, step.session, "15:50:00.000+08:00", CONTEXT)
    items = engine.review(form, step.session, CONTEXT)
    assert [(i.label, i.shown, i.section) for i in items] == [
        ("Well?", "Yes", "Part"),
        ("When?", "15:50", "Part"),
    ]
    asked = play(form, {}, CONTEXT)["asked"]
    assert [question["label"] for question in asked] == ["**Read** this", "*Well?*", "## When?"]
