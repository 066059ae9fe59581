"""What the reminders of a day, a week and a month say, in counts; it queues and sends nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from alerts.sweeping import progress, progress_line
from cases.db.alerting import Alerts
from cases.db.child_lists import ChildLists
from cases.db.indicators import Figures
from cases.db.letters import Letters
from cases.db.people import People
from cases.db.staff import Staff
from cases.db.tasks import Tasks
from cases.people import Role
from cases.statistics import shown, shown_share
from cases.tasks import TaskKind
from kernel.clock import local_day
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.policy import Policies as Ladders
    from cases.db.store import Unit
    from cases.people import Principal
    from cases.policies import Policies
    from cases.tasks import Task
    from kernel.phrases import Words

_CASES = frozenset({TaskKind.CASE_POLICE, TaskKind.CASE_RECEIPT, TaskKind.CASE_CONTACT})
_VISITS = frozenset({TaskKind.VISIT_OVERDUE, TaskKind.VISIT_NEVER, TaskKind.VISIT_DUE})


async def daily_lines(
    unit: Unit, policies: Policies, ladders: Ladders, who: Principal, *, monday: bool
) -> tuple[Words, ...]:
    """Return what someone has to do today: on Mondays all, else what its cadence asks for.

    A drill is no report to follow up: it stands in 今天 while it runs, and is not reminded of.
    """
    tasks = [task for task in await Tasks(unit, policies).today(who) if not _is_drill(task)]
    if not monday:
        day = local_day(unit.clock.now())
        tasks = [task for task in tasks if ladders.reminds(task, day)]
    lines: list[Words] = []
    if tasks:
        late = sum(task.late_days > 0 for task in tasks)
        lines = [say("alerts-daily", count=len(tasks), late=late), *_by_kind(tasks)]
        lines += [
            say("alerts-daily-summary", month=task.number)
            for task in tasks
            if task.kind is TaskKind.SUMMARY_DUE
        ]
        lines.append(say("alerts-daily-how"))
    if who.role is Role.COUNTY_OFFICER:
        since = unit.clock.now() - timedelta(days=1)
        dead = await Letters(unit).dead(since=since, area=who.area, limit=1000)
        if dead:
            lines.append(say("alerts-daily-dead", count=len(dead)))
    return tuple(lines)


async def vacant_lines(unit: Unit, who: Principal) -> tuple[tuple[Words, ...], str]:
    """Return how many villages have no active worker, and a mark of which they are."""
    if who.role not in {Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER}:
        return (), ""
    villages = await Staff(unit).vacancies(who)
    if not villages:
        return (), ""
    children = sum(one.children for one in villages)
    codes = ",".join(sorted(one.area for one in villages))
    mark = hashlib.sha256(codes.encode()).hexdigest()[:12]
    return (say("alerts-vacant", villages=len(villages), children=children),), mark


def _is_drill(task: Task) -> bool:
    return task.case is not None and task.case.drill


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


async def weekly_lines(
    unit: Unit, policies: Policies, ladders: Ladders, who: Principal, until: datetime
) -> tuple[Words, ...]:
    """Return the figures of a supervisor's or officer's area, and of the week before a moment.

    Where nobody worked yet there was no week to tell of.
    """
    if who.role not in {Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER}:
        return ()
    if not await People(unit).anyone_by(who.area, until):
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
    if grown := await ChildLists(unit).grown(who):
        lines.append(say("alerts-weekly-grown", count=grown))
    lines += map(progress_line, await progress(unit, ladders, who))
    week = until - timedelta(days=7)
    lines.append(await _alert_line(unit, who, week, until))
    if who.role is Role.COUNTY_OFFICER:
        dead = await Letters(unit).dead(since=week, area=who.area, limit=1000)
        if dead:
            lines.append(say("alerts-weekly-dead", count=len(dead)))
    return tuple(lines)


async def monthly_lines(unit: Unit, who: Principal, until: datetime) -> tuple[Words, ...]:
    """Return the figures of the month before, for a county where anybody worked then."""
    if who.role is not Role.COUNTY_OFFICER or not await People(unit).anyone_by(who.area, until):
        return ()
    since = (until - timedelta(days=1)).replace(day=1)
    head = say("alerts-monthly", month=since.month)
    first, last = local_day(since), local_day(until - timedelta(days=1))
    found = await Figures(unit).of_area(who, first, last)
    visits = say(
        "alerts-monthly-visits",
        children=shown(found.children),
        visits=shown(found.visits),
        coverage=shown_share(found.coverage),
        timely=shown_share(found.on_time),
    )
    closed = say("alerts-monthly-closed", count=shown(found.closed))
    return (head, visits, await _alert_line(unit, who, since, until), closed)


async def _alert_line(unit: Unit, who: Principal, since: datetime, until: datetime) -> Words:
    answered = await Alerts(unit).answers(who, since, until)
    minutes = [seconds / 60 for seconds in answered if seconds is not None]
    return say(
        "alerts-answered",
        count=len(answered),
        acked=len(minutes),
        minutes=round(median(minutes)) if minutes else 0,
    )
