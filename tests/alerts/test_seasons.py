"""The rounds of the year: when one is open and whom it is about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alerts.policy import load_policies
from alerts.seasons import Window
from alerts.sweeping import SIGNS, Answer, mark_of
from cases.children import ChildLine
from cases.tasks import Task, TaskKind


@pytest.mark.parametrize(
    ("text", "day", "first"),
    [
        ("06-01/08-31", date(2027, 6, 1), date(2027, 6, 1)),
        ("06-01/08-31", date(2027, 8, 31), date(2027, 6, 1)),
        ("06-01/08-31", date(2027, 9, 1), None),
        ("12-20/01-10", date(2027, 1, 3), date(2026, 12, 20)),
        ("12-20/01-10", date(2026, 12, 25), date(2026, 12, 20)),
        ("12-20/01-10", date(2027, 1, 11), None),
        ("02-29/03-05", date(2027, 3, 2), date(2027, 3, 1)),
        ("2027-02-16/2027-03-08", date(2027, 3, 8), date(2027, 2, 16)),
        ("2027-02-16/2027-03-08", date(2028, 3, 8), None),
    ],
)
def test_a_window_knows_its_days(text: str, day: date, first: date | None):
    assert Window.read(text).opened(day) == first


@pytest.mark.parametrize("text", ["", "06-01", "06-31/07-01", "2027-03-08/2027-02-16", "a/b"])
def test_a_window_that_is_none_is_refused(text: str):
    with pytest.raises(ValueError, match=r".*"):
        Window.read(text)


def child(**more) -> ChildLine:
    return ChildLine(
        id="c", file_no="1", name="x", born=date(2016, 5, 1), area="990101101201", **more
    )


def test_a_round_takes_the_children_its_rule_names():
    sweeps = {one.name: one for one in load_policies().sweeps("990101101201")}
    day = date(2027, 2, 20)
    assert set(sweeps) == {"flood", "holiday", "spring_festival"}
    assert sweeps["flood"].takes(child(), day)
    assert sweeps["spring_festival"].takes(child(kinds=("left_behind",)), day)
    assert not sweeps["spring_festival"].takes(child(kinds=("poverty",)), day)
    old = date(2033, 2, 20)
    assert not sweeps["spring_festival"].takes(child(kinds=("left_behind",)), old)


@pytest.mark.parametrize(
    ("risk", "late", "told"),
    [
        ("red", 1, True),
        ("red", 2, True),
        ("yellow", 2, False),
        ("yellow", 3, True),
        ("green", 3, False),
        ("unassessed", -1, False),
        ("unassessed", -3, True),
        ("unassessed", -6, True),
    ],
)
def test_reminders_come_as_often_as_the_risk_asks_for(risk: str, late: int, told: bool):
    due = date(2027, 1, 10)
    task = Task(
        kind=TaskKind.VISIT_OVERDUE if late > 0 else TaskKind.VISIT_NEVER,
        priority=1,
        due_on=due,
        late_days=max(late, 0),
        child=child(risk_level=risk),
    )
    assert load_policies().reminds(task, due + timedelta(days=late)) is told


def test_each_answer_about_a_child_in_a_round_has_a_key_of_its_own():
    given = [Answer(answer, nth) for answer in SIGNS.values() for nth in (0, 1, 12)]
    rounds = ("flood-20270601", "holiday-20270625")
    marks = {mark_of(one, child, g) for one in rounds for child in ("a", "b") for g in given}
    assert len(marks) == len(rounds) * 2 * len(given)
    assert all(len(mark) <= 20 for mark in marks), "as wide as the column is"
