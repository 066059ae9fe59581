"""Every question type pyxform knows: it converts and plays, or is refused with a reason."""

from __future__ import annotations

from datetime import datetime

import pytest
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from forms import engine
from forms.errors import FormError
from forms.form import load
from kernel.clock import CHINA

CONTEXT = engine.Context(now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))
LISTED = ("select", "rank", "add select", "q select")
REFUSED = {
    "select one external": "forms-lint-type",
    "select one using": "forms-lint-list",
    "select multiple from": "forms-lint-type",
    "select multiple using": "forms-lint-list",
    "q select": "forms-lint-type",
    "q select1": "forms-lint-type",
    "background-geopoint": "forms-py-background",
}
"""pyxform lists these but takes none of them in a plain row itself."""
VALUES = {
    "image": "attachment:1",
    "audio": "attachment:1",
    "video": "attachment:1",
    "file": "attachment:1",
    "date": "2026-12-01",
    "time": "10:30:00.000+08:00",
    "dateTime": "2026-11-20T10:30:00.000+08:00",
    "geopoint": "27.91 112.94 0 0",
    "geotrace": "1 1 0 0; 2 2 0 0",
    "geoshape": "1 1 0 0; 2 2 0 0; 2 1 0 0; 1 1 0 0",
    "acknowledge": "OK",
    "rank": "b a",
    "select_one": "a",
    "select_multiple": "a b",
}


def table(kind: str) -> bytes:
    row = f"{kind} yn" if kind.startswith(LISTED) else kind
    name = "audit" if kind == "audit" else "q"
    return f"""
| survey |
| | type | name | label | calculation |
| | {row} | {name} | Q | {"1 + 1" if "calculate" in kind else ""} |
| | text | after | After | |
| choices |
| | list_name | name | label |
| | yn | a | A |
| | yn | b | B |
""".encode()


@pytest.mark.parametrize("kind", sorted(set(QUESTION_TYPE_DICT) - set(REFUSED)))
def test_a_question_type_converts_and_plays(kind):
    form = load(table(kind), kind=".md")
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    given = {}
    while step.question is not None:
        question = step.question
        given[question.ref] = VALUES.get(question.type, "3")
        step = engine.answer(form, step.session, given[question.ref], CONTEXT)
    values = engine.finish(form, step.session, CONTEXT).values
    assert values["/data/after"] == "3"
    assert all(values[ref] for ref in given)


@pytest.mark.parametrize("kind", REFUSED)
def test_a_question_type_is_refused_with_its_row(kind):
    with pytest.raises(FormError) as refused:
        load(table(kind), kind=".md")
    assert (2, REFUSED[kind]) in [(p.row, p.sentence.key) for p in refused.value.problems]
