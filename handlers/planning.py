"""工作计划: a township's or county's plan of the year drafted as a paper; it names no child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.digests import Digests
from cases.papers import plan_paper
from cases.policies import RISK_LEVELS
from handlers import digest, telling
from handlers.printing import printing_of
from kernel.phrases import say
from kernel.words import Paper

if TYPE_CHECKING:
    from alerts.seasons import Window
    from cases.db.digests import WeekDigest
    from handlers.room import Room

NEXT_YEAR_FROM = 11
"""From this month on the plan is that of the coming year (our default)."""


async def draft(room: Room, _argument: str) -> None:
    """Send the draft of the plan (附件2-1): what the system knows is in it, and room for words."""
    _, _, done = await digest.indicators(room, "year")
    week = await Digests(room.unit, room.services.policies).week(room.principal)
    year = room.today.year + (room.today.month >= NEXT_YEAR_FROM)
    place = await telling.place(room, room.principal.area)
    parts = (
        ("tasks", [*_rhythm(room), *_open_tasks(room, week)]),
        ("seasons", _seasons(room)),
        ("progress", digest.rows(room, done)),
    )
    content = plan_paper(f"{year}", place, parts, printing_of(room))
    room.replies.append(Paper(f"plan-{year}.docx", content, say("plan-paper-sent")))


def _rhythm(room: Room) -> list[tuple[str, str]]:
    """Return how often children of each level are visited, and what says so."""
    policy = room.services.policies.at(room.principal.area, room.today)
    rows = []
    for level in RISK_LEVELS:
        rule = policy.rules[f"visit_{level}"]
        name = room.speak(say("plan-visit", level=room.speak(say(f"value-risk_level-{level}"))))
        source = room.speak(say("plan-default")) if rule.source == "default" else rule.source
        rows.append((name, room.speak(say("plan-days", days=rule.days, source=source))))
    return rows


def _open_tasks(room: Room, week: WeekDigest) -> list[tuple[str, str]]:
    counts = {
        "overdue": week.overdue,
        "never": week.never_visited,
        "police": week.police_missing,
        "matters": week.matters_late,
        "reviews": week.reviews_waiting,
        "vacancies": week.vacancies,
        "training": week.training_due,
    }
    return [(room.speak(say(f"plan-{name}")), str(count)) for name, count in counts.items()]


def _seasons(room: Room) -> list[tuple[str, str]]:
    sweeps = room.services.alerts.means.policies.sweeps(room.principal.area)
    return [
        (room.speak(say("plan-sweep", sweep=sweep.name)), "，".join(map(_days, sweep.windows)))
        for sweep in sweeps
    ]


def _days(window: Window) -> str:
    if window.yearly:
        return f"{window.start:%m-%d} – {window.end:%m-%d}"
    return f"{window.start} – {window.end}"


VERBS = {"workplan": draft}
