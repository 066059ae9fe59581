"""本周情况 and 统计: a week, a month and a year of an area in counts; it names no child."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cases.db.digests import Digests
from cases.db.indicators import Figures
from handlers import telling
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
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
    button = Button(say("people-overdue"), "workers:", durable=True)
    room.replies.append(Send(tuple(lines), ((button,),)))


async def show_figures(room: Room) -> None:
    """Offer the period of the indicators (四-(四))."""
    await show_period(room, "year")


async def show_period(room: Room, period: str) -> None:
    """Show the indicators of a period; counts below five are hidden."""
    since, until = _span(period, room.today)
    found = await Figures(room.unit).of_area(room.principal, since, until)
    lines = [
        Line(say("figures-head", since=str(since), until=str(until)), "strong"),
        Line(say("figures-children", count=found.children)),
        Line(say("figures-coverage", share=_share(found.coverage), on=_share(found.on_time))),
        Line(say("figures-visits", count=found.visits)),
        Line(say("figures-closed", count=found.closed)),
        Line(
            say(
                "figures-answer",
                minutes=_share(found.ack_minutes),
                receipts=_share(found.police_receipts),
            )
        ),
    ]
    for prefix, counts in (("value-kind", found.kinds), ("value-risk_level", found.risk_levels)):
        words = "，".join(
            f"{room.speak(say(f'{prefix}-{name}'))} {_count(count)}"
            for name, count in counts.items()
        )
        lines.append(Line(words or "—"))
    cases = "，".join(f"{name} {_count(count)}" for name, count in found.cases.items())
    lines.append(Line(say("figures-cases", cases=cases or "0")))
    lines.append(Line(say("figures-hidden"), "small"))
    row = tuple(
        Button(say(f"period-{name}"), f"fig:{name}", durable=True)
        for name in ("month", "year", "last")
    )
    room.replies.append(Send(tuple(lines), (row,)))


def _span(period: str, today: date) -> tuple[date, date]:
    if period == "month":
        return today.replace(day=1), today
    first = today.replace(month=1, day=1)
    if period == "last":
        return first.replace(year=first.year - 1), first - timedelta(days=1)
    return first, today


def _share(number: int | None) -> str:
    return "—" if number is None else str(number)


def _count(number: int | None) -> str:
    return "<5" if number is None else str(number)


VERBS = {"fig": show_period}
