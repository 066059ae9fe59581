"""月报 (附件3-1): drafted from the record, edited by the director, sent to the township."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cases.db.digests import Digests
from cases.db.matters import Matters
from cases.matters import MatterKind, NewMatter
from cases.people import Role
from handlers import asking, matters, telling
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Forget, Line, Send

if TYPE_CHECKING:
    from handlers.room import Room

GIVEN = "committee_on"
"""Word of a summary that says on which day the village committee got it."""


async def show(room: Room) -> None:
    """Draft this month for a director; list what came in for everybody else."""
    if room.principal.role is Role.CHILD_DIRECTOR:
        await draft(room, room.today.strftime("%Y-%m"))
    else:
        await matters.show_kind(room, MatterKind.SUMMARY)


async def draft(room: Room, month: str) -> None:
    """Show the draft of a month."""
    first = date.fromisoformat(f"{month}-01")
    before = (first - timedelta(days=1)).strftime("%Y-%m")
    rows = (
        (
            Button(say("summary-send"), f"sumsend:{month}", durable=True),
            Button(say("summary-edit"), f"sumedit:{month}", durable=True),
        ),
        (Button(say("summary-before"), f"sum:{before}", durable=True),),
    )
    lines = (
        Line(say("summary-head", month=month), "strong"),
        Line(await _text(room, month), "quote"),
        Line(say("summary-to"), "small"),
    )
    room.replies.append(Send(lines, rows))


async def _text(room: Room, month: str) -> str:
    first = date.fromisoformat(f"{month}-01")
    found = await Digests(room.unit, room.services.policies).month(room.principal, first)
    return room.speak(
        say(
            "summary-text",
            month=month,
            area=await telling.place(room, room.principal.area),
            children=found.children,
            visits=found.visits,
            seen=found.seen,
            missed=found.not_visited,
            cases=found.cases,
            delegations=found.delegations,
            referrals=found.referrals,
            benefits=found.benefits,
            due=found.next_month_due,
        )
    )


async def send(room: Room, month: str) -> None:
    """Send the draft as it is."""
    await _send(room, month, await _text(room, month))


async def edit(room: Room, month: str) -> None:
    """Ask for the text as the director wants it."""
    asking.ask(room, "sumtext", month, say("summary-ask"))


async def typed(room: Room, month: str) -> None:
    """Send the text that was typed; it leaves the chat."""
    text = telling.typed(room)
    room.replies.append(Forget(room.turn.message))
    await _send(room, month, text)


async def _send(room: Room, month: str, text: str) -> None:
    area = room.principal.area
    new = NewMatter(kind=MatterKind.SUMMARY, area=area, topic=month, words={"text": text})
    line = await Matters(room.unit).open(room.principal, new)
    told = say("summary-told", month=month, number=line.number)
    await telling.tell_managers(room, area, told, opens=f"m:{line.number}")
    lines = (Line(say("summary-sent", number=line.number)), Line(say("summary-hand"), "small"))
    room.replies.append(Send(lines, (matters.summary_buttons(line.number),)))


async def given(room: Room, number: str) -> None:
    """Note that the village committee got the summary, today; whoever reads it sees the day.

    Raises:
        MissingError: It is no summary.
    """
    card = await matters.opened(room, number)
    if card.line.kind is not MatterKind.SUMMARY:
        raise MissingError
    day = str(card.words.get(GIVEN) or room.today.isoformat())
    await Matters(room.unit).amend(room.principal, number, {GIVEN: day})
    room.say(say("summary-noted", date=day))


VERBS = {"sum": draft, "sumsend": send, "sumedit": edit, "sumgiven": given}
TYPED = {"sumtext": typed}
