"""Taking one entry out of a repeat: the others keep their answers, a replay gives the same."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from forms import catalog, engine
from forms.entries import entries, series_of, without
from forms.form import load
from kernel.clock import CHINA
from kernel.errors import StaleError

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
CONTEXT = engine.Context(now=NOW, params={"child_age": "9"})
FORM = catalog.get("delegation")
SERIES = "/data/guardian"


def told(*words: str) -> engine.Session:
    """Answer the first questions of the delegation: the reason, four bars, then these words."""
    session = engine.begin(FORM, CONTEXT)
    for word in ("work", "no", "no", "no", "no", *words):
        session = engine.answer(FORM, session, word, CONTEXT).session
    return engine.Session.from_json(json.dumps(session.to_json()))


def names(session: engine.Session) -> list[str]:
    values = engine.values(FORM, session, CONTEXT)
    return [value for ref, value in values.items() if ref.endswith("guardian_name")]


TWO = ("陈大山", "13800000001", "省城", "yes", "李小英", "13800000002", "县城")


def test_the_entries_are_listed_with_what_was_answered() -> None:
    session = told(*TWO)
    assert series_of(FORM, session, CONTEXT) == (SERIES,)
    first, second = entries(FORM, session, SERIES, CONTEXT)
    assert (first.ref, first.number, len(first.items)) == ("/data/guardian[1]", 1, 3)
    assert (second.ref, second.number, len(second.items)) == ("/data/guardian[2]", 2, 3)


@pytest.mark.parametrize(("number", "left"), [(1, "李小英"), (2, "陈大山")])
def test_one_entry_is_taken_out_and_the_other_moves_up(number: int, left: str) -> None:
    session = without(FORM, told(*TWO, "no"), f"{SERIES}[{number}]", CONTEXT)
    assert names(session) == [left]
    again = engine.replay(FORM, session, CONTEXT)
    assert engine.values(FORM, again, CONTEXT) == engine.values(FORM, session, CONTEXT)
    question = engine.current(FORM, session, CONTEXT).question
    assert question is not None
    assert question.ref == "/data/delegate/delegate_name"


def test_another_may_be_added_after_one_was_taken_out() -> None:
    session = without(FORM, told(*TWO), f"{SERIES}[1]", CONTEXT)
    question = engine.current(FORM, session, CONTEXT).question
    assert question is not None
    assert question.type == "repeat"
    for word in ("yes", "王奶奶", "13800000003"):
        session = engine.answer(FORM, session, word, CONTEXT).session
    assert names(session) == ["李小英", "王奶奶"]


def test_the_only_entry_is_emptied_and_asked_again() -> None:
    session = without(FORM, told(*TWO[:3]), f"{SERIES}[1]", CONTEXT)
    assert names(session) == [""]
    question = engine.current(FORM, session, CONTEXT).question
    assert question is not None
    assert question.ref == "/data/guardian[1]/guardian_name"


@pytest.mark.parametrize("entry", ["/data/guardian[3]", "/data/delegate[1]", "/data", "nothing"])
def test_what_is_no_entry_is_refused(entry: str) -> None:
    with pytest.raises(StaleError):
        without(FORM, told(*TWO), entry, CONTEXT)


# --- entries in entries -------------------------------------------------------------------

FLOORS = load(
    b"""
| survey |
| | type | name | label |
| | begin_repeat | floor | Floor |
| | text | name | Name |
| | begin_repeat | room | Room |
| | text | use | Use |
| | end_repeat | | |
| | end_repeat | | |
""",
    kind=".md",
)
HOUSE = [
    *("ground", "hall", "yes", "kitchen", "no"),
    *("yes", "first", "yes", "bedroom", "yes", "bath", "no"),
    *("yes", "second", "yes", "attic", "no", "no"),
]


def of_the_house(*taken: str) -> list[str]:
    """Tell of a house, take entries out, and say what is left, in its order."""
    session = engine.begin(FLOORS, CONTEXT)
    for word in HOUSE:
        session = engine.answer(FLOORS, session, word, CONTEXT).session
    for entry in taken:
        session = without(FLOORS, session, entry, CONTEXT)
    again = engine.replay(FLOORS, session, CONTEXT)
    values = engine.values(FLOORS, session, CONTEXT)
    assert engine.values(FLOORS, again, CONTEXT) == values
    assert engine.current(FLOORS, session, CONTEXT).finished
    return [value for ref, value in values.items() if "/floor" in ref]


GROUND = ["ground", "hall", "kitchen"]
FIRST = ["first", "bedroom", "bath"]
SECOND = ["second", "attic"]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        (["/data/floor[1]/room[2]"], ["ground", "hall", *FIRST, *SECOND]),
        (["/data/floor[1]/room[1]"], ["ground", "kitchen", *FIRST, *SECOND]),
        (["/data/floor[2]/room[1]"], [*GROUND, "first", "bath", *SECOND]),
        (["/data/floor[2]/room[2]"], [*GROUND, "first", "bedroom", *SECOND]),
        (["/data/floor[3]/room[1]"], [*GROUND, *FIRST, "second"]),
        (["/data/floor[1]"], [*FIRST, *SECOND]),
        (["/data/floor[2]"], [*GROUND, *SECOND]),
        (["/data/floor[3]"], [*GROUND, *FIRST]),
        (["/data/floor[1]", "/data/floor[1]"], SECOND),
        (["/data/floor[1]", "/data/floor[1]/room[2]"], ["first", "bedroom", *SECOND]),
    ],
)
def test_an_entry_of_an_entry_is_taken_out_and_all_others_stay(taken, left) -> None:
    assert of_the_house(*taken) == left


FEWER = load(
    """
| survey |
| | type | name | label | repeat_count | sensitive |
| | integer | kids | 几个孩子 | | |
| | begin_repeat | kid | 孩子 | ${kids} | |
| | text | nick | 小名 | | no |
| | begin_repeat | visit | 看病 | 2 | |
| | integer | day | ${nick}第几天 | | |
| | end_repeat | | | | |
| | end_repeat | | | | |
""".encode(),
    kind=".md",
)


def test_a_smaller_count_names_every_answer_of_the_entries_it_costs():
    step = engine.current(FEWER, engine.begin(FEWER, CONTEXT), CONTEXT)
    for value in ("2", "阿一", "1", "2", "阿二", "3", "4"):
        step = engine.answer(FEWER, step.session, value, CONTEXT)
    step = engine.goto(FEWER, step.session, "/data/kids", CONTEXT)
    named = engine.preview(FEWER, step.session, "/data/kids", "1", CONTEXT)
    assert [(i.ref, i.section, i.label, i.shown) for i in named] == [
        ("/data/kid[2]/nick", "孩子（2）", "小名", "阿二"),
        ("/data/kid[2]/visit[1]/day", "看病（1）", "阿二第几天", "3"),
        ("/data/kid[2]/visit[2]/day", "看病（2）", "阿二第几天", "4"),
    ]
    less = engine.answer(FEWER, step.session, "1", CONTEXT)
    assert [item.ref for item in less.fallen] == [item.ref for item in named]
    values = engine.values(FEWER, less.session, CONTEXT)
    assert [ref for ref in values if ref.endswith(("nick", "day"))] == [
        "/data/kid[1]/nick",
        "/data/kid[1]/visit[1]/day",
        "/data/kid[1]/visit[2]/day",
    ]
    again = engine.replay(FEWER, less.session, CONTEXT)
    assert engine.values(FEWER, again, CONTEXT) == values


def test_an_entry_that_is_taken_out_is_named_with_the_number_it_had():
    form = load(
        """
| survey |
| | type | name | label | repeat_count | calculation | sensitive |
| | integer | kids | 几个孩子 | | | |
| | begin_repeat | kid | 孩子 | ${kids} | | |
| | calculate | place | | | position(..) | |
| | text | nick | 第${place}个 | | | no |
| | end_repeat | | | | | |
""".encode(),
        kind=".md",
    )
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    for value in ("2", "阿一", "阿二"):
        step = engine.answer(form, step.session, value, CONTEXT)
    [item] = engine.preview(form, step.session, "/data/kids", "1", CONTEXT)
    assert (item.label, item.shown) == ("第2个", "阿二")
