"""本周情况 and 统计: a week, a month and a year of an area in counts; it names no child."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from alerts.sweeping import progress, progress_line
from cases.db.digests import Digests
from cases.db.indicators import Figures
from cases.papers import year_paper
from cases.statistics import shown, shown_share
from handlers import telling, wishes
from handlers.printing import printing_of
from kernel.phrases import say
from kernel.words import Button, Line, Paper, Send, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.db.indicators import Indicators
    from handlers.room import Room

_VILLAGES = 20


async def show(room: Room) -> None:
    """Show the last seven days of one's area, village by village."""
    week = await Digests(room.unit, room.services.policies).week(room.principal)
    lines = [
        Line(say("week-head", since=str(week.since), until=str(week.until)), "strong"),
        Line(say("week-visits", visits=week.visits, seen=week.children_seen)),
        Line(say("week-late", overdue=week.overdue, never=week.never_visited)),
        Line(say("week-cases", opened=week.cases_opened, open=week.cases_open)),
        Line(say("week-police", count=week.police_missing)),
        Line(say("week-waiting", reviews=week.reviews_waiting, matters=week.matters_late)),
        Line(say("week-staff", vacancies=week.vacancies, training=week.training_due)),
    ]
    lines += await _rounds(room)
    for one in week.villages[:_VILLAGES]:
        area = await telling.place(room, one.area)
        lines.append(
            Line(
                say(
                    "week-village",
                    area=area,
                    children=one.children,
                    overdue=one.overdue,
                    never=one.never_visited,
                    cases=one.open_cases,
                ),
                "small",
            )
        )
    late = Button(say("people-overdue"), "workers:", durable=True)
    grown = Button(say("children-grown"), "kids:grown:0", durable=True)
    room.replies.append(Send(tuple(lines), ((late, grown),)))


async def _rounds(room: Room) -> list[Line]:
    """Say how far the rounds of the year have got, and which villages are not done."""
    lines = []
    for one in await progress(room.unit, room.services.alerts.means.policies, room.principal):
        lines.append(Line(progress_line(one)))
        for code, count in sorted(one.left.items())[:_VILLAGES]:
            area = await telling.place(room, code)
            lines.append(Line(say("week-round-left", area=area, count=count), "small"))
    return lines


async def show_figures(room: Room) -> None:
    """Show the indicators (四-(四)) of the period that was asked for, else of this year."""
    said = room.turn.said
    spoken = wishes.period(said.text) if isinstance(said, Text) else ""
    await show_period(room, spoken or "year")


async def show_period(room: Room, period: str) -> None:
    """Show the indicators of a period; counts below five are hidden."""
    since, until, found = await indicators(room, period)
    lines = [Line(say("figures-head", since=str(since), until=str(until)), "strong")]
    lines += [
        Line(say("child-field", field=name, value=value)) for name, value in rows(room, found)
    ]
    lines.append(Line(say("figures-hidden"), "small"))
    row = tuple(
        Button(say(f"period-{name}"), f"fig:{name}", durable=True)
        for name in ("month", "year", "last")
    )
    report = Button(say("figures-print"), f"figprint:{period}", durable=True)
    plan = Button(say("plan-print"), "workplan:", durable=True)
    room.replies.append(Send(tuple(lines), (row, (report,), (plan,))))


async def print_period(room: Room, period: str) -> None:
    """Send the draft of the report on a period (附件1-2): the figures, and room for words."""
    since, until, found = await indicators(room, period)
    told = [
        (room.speak(say("paper-year-area")), await telling.place(room, room.principal.area)),
        (room.speak(say("paper-year-span")), f"{since} – {until}"),
        *rows(room, found),
    ]
    content = year_paper(told, printing_of(room))
    name = f"{since:%Y-%m}" if period == "month" else f"{since:%Y}"
    room.replies.append(Paper(f"{name}.docx", content, say("year-paper-sent")))


async def indicators(room: Room, period: str) -> tuple[date, date, Indicators]:
    """Return the first and last day of a period, and the indicators of one's area for it."""
    since, until = _span(period, room.today)
    return since, until, await Figures(room.unit).of_area(room.principal, since, until)


def rows(room: Room, found: Indicators) -> list[tuple[str, str]]:
    """Return the indicators as names and words."""
    told = {
        "children": shown(found.children),
        "kinds": _counts(room, "value-kind", found.kinds),
        "risk": _counts(room, "value-risk_level", found.risk_levels),
        "visits": shown(found.visits),
        "coverage": shown_share(found.coverage),
        "on-time": shown_share(found.on_time),
        "cases": "，".join(f"{name} {shown(number)}" for name, number in found.cases.items())
        or "0",
        "closed": shown(found.closed),
        "reasons": _counts(room, "reason", found.reasons),
        "receipts": shown_share(found.police_receipts),
        "minutes": "—" if found.ack_minutes is None else str(found.ack_minutes),
    }
    return [(room.speak(say(f"figures-{name}")), value) for name, value in told.items()]


def _counts(room: Room, prefix: str, counts: Mapping[str, int | None]) -> str:
    """Return counts with the names of what was counted."""
    words = (
        f"{room.speak(say(f'{prefix}-{name}'))} {shown(number)}" for name, number in counts.items()
    )
    return "，".join(words) or "—"


def _span(period: str, today: date) -> tuple[date, date]:
    if period == "month":
        return today.replace(day=1), today
    first = today.replace(month=1, day=1)
    if period == "last":
        return first.replace(year=first.year - 1), first - timedelta(days=1)
    return first, today


VERBS = {"fig": show_period, "figprint": print_period}
