"""A visit check-in becomes a visit, changes of the child's file and, where it must, an alert."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cases.submissions import Visit
from handlers import emergency, menu
from handlers.handed import ALARMING, file, finding, propose_risk, update_file
from handlers.raising import raise_case
from kernel.phrases import say
from kernel.words import Line, Send

if TYPE_CHECKING:
    from handlers.handed import Handed
    from handlers.room import Room


async def take(room: Room, handed: Handed) -> None:
    """Take a visit in."""
    visit = _visit_of(room, handed.named)
    receipt = await file(room, handed, visit=visit)
    lines = [Line(say("visit-done", number=receipt.number), "strong")]
    if receipt.is_earlier:
        lines.append(Line(say("visit-earlier", date=visit.visited_on.isoformat())))
    else:
        lines += await update_file(room, handed, receipt)
        await propose_risk(room, handed, str(handed.at.draft.child_id))
    if receipt.next_visit_on:
        lines.append(Line(say("visit-next", date=receipt.next_visit_on.isoformat())))
    if visit.severity in ALARMING:
        opened = await raise_case(room, finding(handed, handed.at.draft.child_id))
        lines.append(Line(say("visit-alert", number=opened.number), "strong"))
    room.replies.append(Send(tuple(lines), menu=menu.keyboard(room.principal.role)))
    await emergency.offer_parked(room)


def _visit_of(room: Room, named: dict[str, str]) -> Visit:
    next_on = named.get("next_visit_date", "")
    return Visit(
        visited_on=date.fromisoformat(named.get("visit_date") or room.today.isoformat()),
        mode=named.get("mode", ""),
        child_seen=named.get("child_seen") == "yes",
        severity=named.get("severity") or "P4",
        triggers=tuple(named.get("triggers", "").split()),
        next_on=date.fromisoformat(next_on) if next_on else None,
    )
