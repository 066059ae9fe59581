"""What the reminders of a day, a week and a month say, in counts; it queues and sends nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from cases.areas import span
from cases.db.alerting import Alerts
from cases.db.letters import Letters
from cases.db.tasks import Tasks
from cases.people import Role
from cases.tasks import TaskKind
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import datetime

    from cases.db.store import Unit
    from cases.people import Principal
    from cases.policies import Policies
    from cases.tasks import Task
    from kernel.phrases import Words

PRESSING = frozenset(
    {
        TaskKind.CASE_POLICE,
        TaskKind.CASE_RECEIPT,
        TaskKind.CASE_CONTACT,
        TaskKind.VISIT_OVERDUE,
        TaskKind.MATTER_APPROVE,
        TaskKind.VILLAGE_VACANT,
    }
)
"""Tasks that are reminded of every morning; the others on Mondays: our default."""
_CASES = frozenset({TaskKind.CASE_POLICE, TaskKind.CASE_RECEIPT, TaskKind.CASE_CONTACT})
_VISITS = frozenset({TaskKind.VISIT_OVERDUE, TaskKind.VISIT_NEVER, TaskKind.VISIT_DUE})


async def daily_lines(
    unit: Unit, policies: Policies, who: Principal, *, monday: bool
) -> tuple[Words, ...]:
    """Return what someone has to do today; nothing when nothing presses."""
    tasks = await Tasks(unit, policies).today(who)
    if not monday:
        tasks = [task for task in tasks if task.kind in PRESSING]
    if not tasks:
        return ()
    late = sum(task.late_days > 0 for task in tasks)
    head = say("alerts-daily", count=len(tasks), late=late)
    return (head, *_by_kind(tasks), say("alerts-daily-how"))


def _by_kind(tasks: list[Task]) -> list[Words]:
    counts = Counter(
        "cases" if task.kind in _CASES else "visits" if task.kind in _VISITS else "others"
        for task in tasks
    )
    return [
        say("alerts-daily-line", kind=kind, count=counts[kind])
        for kind in ("cases", "visits", "others")
        if counts[kind]
    ]


async def weekly_lines(unit: Unit, policies: Policies, who: Principal) -> tuple[Words, ...]:
    """Return the week's figures of a supervisor's or officer's area."""
    if who.role not in {Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER}:
        return ()
    villages = await Tasks(unit, policies).overview(who)
    if not villages:
        return ()
    lines: list[Words] = [
        say(
            "alerts-weekly",
            villages=len(villages),
            children=sum(one.children for one in villages),
        ),
        say(
            "alerts-weekly-visits",
            overdue=sum(one.overdue for one in villages),
            never=sum(one.never_visited for one in villages),
        ),
        say("alerts-weekly-cases", count=sum(one.open_cases for one in villages)),
    ]
    now = unit.clock.now()
    lines.append(await _alert_line(unit, who, now - timedelta(days=7), now))
    if who.role is Role.COUNTY_OFFICER:
        dead = await Letters(unit).dead(since=now - timedelta(days=7), limit=1000)
        if dead:
            lines.append(say("alerts-weekly-dead", count=len(dead)))
    return tuple(lines)


async def monthly_lines(unit: Unit, who: Principal, until: datetime) -> tuple[Words, ...]:
    """Return the figures of the month before, for the county."""
    if who.role is not Role.COUNTY_OFFICER:
        return ()
    since = (until - timedelta(days=1)).replace(day=1)
    head = say("alerts-monthly", month=since.month)
    return (head, await _alert_line(unit, who, since, until))


async def _alert_line(unit: Unit, who: Principal, since: datetime, until: datetime) -> Words:
    answered = await Alerts(unit).answers(span(who.area), since, until)
    minutes = [seconds / 60 for seconds in answered if seconds is not None]
    return say(
        "alerts-answered",
        count=len(answered),
        acked=len(minutes),
        minutes=round(median(minutes)) if minutes else 0,
    )
