"""An answer costs as much work at the end of a long form as at its beginning; work, not time."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import pairwise

from bench.forms import FLAT, NOW, large_form
from forms import engine
from forms.form import compile_form

FORM = compile_form(large_form())
CONTEXT = engine.Context(now=NOW)
KIND = 60
"""Questions after which the same kind comes again: rules repeat every 3, 4 and 5 questions."""


def work(session: engine.Session, value: str) -> tuple[engine.Step, int]:
    """Answer, and count the functions that were called for it."""
    calls: Counter[str] = Counter()
    sys.setprofile(lambda _frame, event, _arg: calls.update([event]))
    try:
        step = engine.answer(FORM, session, value, CONTEXT)
    finally:
        sys.setprofile(None)
    return step, calls["call"]


def played(read_back: frozenset[int] = frozenset()) -> list[int]:
    """Answer every question outside the repeats; return the calls of each answer.

    Args:
        read_back: Answers before which the session is read from JSON, by their place.
    """
    step = engine.current(FORM, engine.begin(FORM, CONTEXT), CONTEXT)
    counts = []
    for place in range(FLAT - 1):
        session = step.session
        if place in read_back:
            session = engine.Session.from_json(session.to_json())
        step, calls = work(session, "3")
        counts.append(calls)
    return counts


def test_an_answer_to_a_running_form_costs_the_same_work_wherever_it_stands():
    counts = played()
    for at in range(5, KIND):
        same_kind = counts[at::KIND]
        assert all(after <= before for before, after in pairwise(same_kind)), (at, same_kind)


def test_a_form_read_back_from_json_works_nothing_out_again():
    """Every answer in it is put back and marked: two calls each, of thousands for the form."""
    first, later = 10, 10 + KIND
    counts = played(frozenset({first, later}))
    assert counts[first] > 1000
    assert counts[later] - counts[first] <= 3 * KIND
