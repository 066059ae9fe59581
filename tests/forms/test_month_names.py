"""Months and days are named in the form's language, else in the person's (`format-date`)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from forms import engine
from forms.form import load
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
PATTERN = "'%Y %b %e %a'"
BOTH = "label::中文 (zh) | label::English (en)"


def said(labels: str, language: str) -> str:
    cells = " | ".join("x" for _ in labels.split("|"))
    blank = cells.replace("x", " ")
    table = f"""
| survey |
| | type | name | {labels} | calculation |
| | date | day | {cells} | |
| | calculate | words | {blank} | format-date(${{day}}, {PATTERN}) |
"""
    form = load(table.encode(), kind=".md")
    context = engine.Context(now=NOW, language=language)
    session = engine.begin(form, context)
    read = engine.Session.from_json(json.dumps(session.to_json()))
    step = engine.answer(form, read, "2026-08-02", engine.Context(now=NOW))
    values = engine.values(form, step.session, engine.Context(now=NOW))
    again = engine.replay(form, step.session, engine.Context(now=NOW))
    assert engine.values(form, again, engine.Context(now=NOW)) == values
    return values["/data/words"]


@pytest.mark.parametrize(
    ("labels", "language", "words"),
    [
        (BOTH, "zh-CN", "2026 8月 2 周日"),
        (BOTH, "en", "2026 Aug 2 Sun"),
        (BOTH, "", "2026 8月 2 周日"),
        ("label::English (en)", "zh-CN", "2026 Aug 2 Sun"),
        ("label", "zh-CN", "2026 8月 2 周日"),
        ("label", "en", "2026 Aug 2 Sun"),
        ("label", "", "2026 Aug 2 Sun"),
    ],
)
def test_a_month_is_named_in_the_language_of_the_form_or_of_the_person(labels, language, words):
    assert said(labels, language) == words
