"""A group whose relevance asks a question inside it: closed at first, open while it says so."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from support.reference import Run, compare

from forms import engine, running
from forms.check import check
from forms.errors import FormError
from forms.form import load
from forms.session import Session
from kernel.clock import CHINA

RING_AROUND = (
    "| | begin_group | g | G | | ${out} = '1' | |\n| | text | a | A | | | |\n"
    "| | end_group | | | | | |\n| | calculate | out | | | | ${a} |"
)
CONTEXT = engine.Context(now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))
SOURCE = "/data/inputs/source"
HEAD = "| survey |\n| | type | name | label | default | relevant | calculation |\n"
TAIL = "\n| settings |\n| | form_id | version |\n| | t | 1 |\n"


def form(relevant, default="", more=""):
    rows = (
        f"| | begin_group | inputs | In | | {relevant} | |\n"
        f"| | text | source | Source | {default} | | |\n"
        "| | text | extra | Extra | | | |\n"
        f"{more}"
        "| | end_group | | | | | |\n"
        "| | text | q | Q | | | |"
    )
    return load((HEAD + rows + TAIL).encode(), kind=".md")


def open_at(step):
    return step.question.ref if step.question else ""


def answered(shape, *answers):
    session = engine.begin(shape, CONTEXT)
    asked = []
    for answer in answers:
        asked.append(open_at(engine.current(shape, session, CONTEXT)))
        session = engine.answer(shape, session, answer, CONTEXT).session
    return session, asked


def filled_in(shape, session):
    values = engine.finish(shape, session, CONTEXT).values
    return {ref: value for ref, value in values.items() if "/meta/" not in ref}


def test_it_begins_closed_as_the_forms_of_the_community_health_toolkit_need_it():
    shape = form("./source = 'user'", default="user")
    step = engine.current(shape, engine.begin(shape, CONTEXT), CONTEXT)
    assert open_at(step) == "/data/q"
    session = engine.answer(shape, step.session, "x", CONTEXT).session
    assert filled_in(shape, session) == {"/data/q": "x"}


def test_what_is_worked_out_inside_it_may_be_asked_as_well():
    shape = form("${worked} = 'user'", "user", "| | calculate | worked | | | | ${source} |\n")
    step = engine.current(shape, engine.begin(shape, CONTEXT), CONTEXT)
    assert open_at(step) == "/data/q"


def test_it_stays_open_by_what_is_inside_once_something_else_opened_it():
    shape = form("${q} = '1' or ./source = 'a'", default="a")
    run = Run(shape)
    assert not run.live.find(SOURCE).relevant
    run.give("/data/q", "1")
    assert run.live.find(SOURCE).value == "a"
    run.give("/data/q", "2")
    assert run.live.find(SOURCE).relevant


@pytest.mark.parametrize("closing", ["./source != 'b'", "not(./source = 'b')"])
def test_an_answer_that_closes_its_own_group_closes_it_and_the_form_goes_on(closing):
    shape = form(closing)
    session, asked = answered(shape, "b", "x")
    assert asked == [SOURCE, "/data/q"]
    assert filled_in(shape, session) == {"/data/q": "x"}


def test_a_session_that_was_written_down_stands_where_it_stood():
    shape = form("${q} = '1' or ./source = 'a'", default="a")
    session = engine.begin(shape, CONTEXT)
    for value in ("1", "2"):
        session = engine.goto(shape, session, "/data/q", CONTEXT).session
        session = engine.answer(shape, session, value, CONTEXT).session
    again = Session.from_json(json.loads(json.dumps(session.to_json())))
    live = running.claim(shape, again, CONTEXT)
    assert live.find(SOURCE).relevant
    replayed = running.claim(
        shape, Session.from_json({**session.to_json(), "kept": None}), CONTEXT
    )
    assert replayed.find(SOURCE).relevant


def test_each_entry_of_a_repeat_has_its_own():
    rows = (
        "| | begin_repeat | kid | Kid | | | |\n"
        "| | text | opens | Opens | | | |\n"
        "| | begin_group | g | G | | ${opens} = '1' or ./inner = 'a' | |\n"
        "| | text | inner | Inner | a | | |\n"
        "| | end_group | | | | | |\n"
        "| | end_repeat | | | | | |"
    )
    run = Run(load((HEAD + rows + TAIL).encode(), kind=".md"))
    run.give("/data/kid", "2")
    run.give("/data/kid[2]/opens", "1")
    run.give("/data/kid[2]/opens", "2")
    assert not run.live.find("/data/kid[1]/g/inner").relevant
    assert run.live.find("/data/kid[2]/g/inner").relevant


@pytest.mark.parametrize(
    ("relevant", "default"),
    [
        ("./source = 'user'", "user"),
        ("./source = 'user'", ""),
        ("${q} = '1' or ./source = 'a'", "a"),
        ("./source != 'b'", "a"),
        ("count(./*) > 1", ""),
        ("./source = 'a' or ./extra != ''", "a"),
    ],
)
@pytest.mark.parametrize(
    "answers", [[], [("/data/q", "1")], [("/data/q", "1"), (SOURCE, "a"), ("/data/q", "2")]]
)
def test_it_is_open_where_the_reference_has_it_open(reference, relevant, default, answers):
    shape = form(relevant, default)
    run = Run(shape)
    for ref, value in answers:
        run.give(ref, value)
    compare(reference, shape.definition, run)


@pytest.mark.parametrize(
    "rows",
    [
        "| | text | a | A | | ${a} = '1' | |",
        "| | text | a | A | | ${b} = '1' | |\n| | text | b | B | | ${a} = '1' | |",
        RING_AROUND,
    ],
)
def test_every_other_ring_is_refused_still(rows):
    with pytest.raises(FormError) as error:
        load((HEAD + rows + TAIL).encode(), kind=".md")
    assert [one.sentence.key for one in error.value.problems] == ["forms-cycle"]


def test_the_check_says_that_it_begins_closed(tmp_path):
    path = tmp_path / "t.xml"
    path.write_bytes(form("./source = 'user'").definition)
    (note,) = check(path)
    assert (note.fatal, note.sentence.key, note.ref) == (
        False,
        "forms-note-inward",
        "/data/inputs",
    )
