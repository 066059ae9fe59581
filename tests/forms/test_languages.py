"""A form in several languages: what one of them lacks is said in the form's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from forms import engine
from forms.form import load
from kernel.clock import CHINA

CONTEXT = engine.Context(now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))
HALF = load(
    """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | hint::English (en) |
| | integer | age | | How old? | in years |
| | select_one kind | kind | 哪一种 | Which | |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | media::image::English (en) |
| | kind | a | | Alpha | |
| | kind | b | 乙 | Beta | |
| | kind | c | | | gamma.png |
| settings |
| | default_language |
| | English (en) |
""".encode(),
    kind=".md",
)


@pytest.mark.parametrize(
    ("language", "asked", "choices"),
    [
        ("zh-CN", ("How old?", "哪一种"), ("Alpha", "乙", "c")),
        ("en", ("How old?", "Which"), ("Alpha", "Beta", "c")),
    ],
)
def test_what_a_language_lacks_is_said_in_the_forms_own(language, asked, choices):
    context = replace(CONTEXT, language=language)
    first = engine.current(HALF, engine.begin(HALF, context), context)
    second = engine.answer(HALF, first.session, "7", context)
    assert (first.question.label, second.question.label) == asked
    assert first.question.hint == "in years"
    assert tuple(label for _value, label in second.question.choices) == choices


def test_thirty_languages_are_each_asked_in_their_own():
    names = [f"Language {n} (l{n})" for n in range(30)]
    heads = " | ".join(f"label::{name}" for name in names)
    labels = " | ".join(f"Q{n}" for n in range(30))
    sheet = f"| survey |\n| | type | name | {heads} |\n| | integer | a | {labels} |\n"
    form = load(sheet.encode(), kind=".md")
    for n, name in enumerate(names):
        context = replace(CONTEXT, language=name)
        step = engine.current(form, engine.begin(form, context), context)
        assert step.question.label == f"Q{n}"


def test_a_form_without_languages_asks_for_more_in_the_persons_own():
    """The converter names a language `default` once there is guidance."""
    form = load(
        b"| survey |\n| | type | name | label | guidance_hint |\n| | begin_repeat | r | R | |\n"
        b"| | integer | a | A | help |\n| | end_repeat | | | |\n",
        kind=".md",
    )
    context = replace(CONTEXT, language="zh-CN")
    step = engine.answer(form, engine.begin(form, context), "1", context)
    assert step.question.label == "再加一个「R」吗？"
    assert step.question.choices[0] == ("yes", "再加一个")
