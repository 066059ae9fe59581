"""The emergency report: 110 first, then at most three answers; the alert leaves by itself.

What is open is put aside unharmed. Nothing here says that anybody was told before it is so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.casebook import CaseBook
from cases.db.drafts import Drafts
from cases.people import STAFF
from cases.workflow import SITUATIONS
from handlers import conflict, form_dialogue, menu
from handlers.form_context import UNKNOWN_CHILD, form_of, who_is
from handlers.raising import Finding, raise_case
from kernel.phrases import Phrase, say
from kernel.words import Button, Line, Send, plain

if TYPE_CHECKING:
    from handlers.form_dialogue import Open
    from handlers.room import Room

FORM = "emergency_report"


async def begin(room: Room, child_id: str | None = None) -> None:
    """Show 110 and 120 first, put aside what is open, and ask the first question.

    A report that is open already goes on; where its alert has left, another one is a tap away.

    Args:
        room: The turn.
        child_id: The child it is about, where that is certain; it is not asked again.
    """
    _show_numbers(room)
    at = await form_dialogue.open_form(room)
    if at is None or at.draft.form != FORM:
        at = await _open(room, child_id or None, near=at.draft.child_id if at else None)
    elif (known := raised(room, at)) is not None:
        button = Button(say("emergency-another"), "sosmore:", durable=True)
        room.replies.append(Send(plain(say("emergency-adding", number=known[1])), ((button,),)))
    form_dialogue.show(room, at)


async def another(room: Room, _argument: str) -> None:
    """Begin a further report while the details of one are still open; they wait as a draft."""
    form_dialogue.show(room, await _open(room, None, near=None))


async def _open(room: Room, child_id: str | None, *, near: str | None) -> Open:
    room.state["near_child"] = child_id or near
    known = {"child_known": child_id or ""}
    who = await who_is(room, child_id)
    return await form_dialogue.begin(room, FORM, params=known, who=who)


def _show_numbers(room: Room) -> None:
    lines = (
        Line(say("emergency-head"), "strong"),
        Line(say("emergency-call")),
        Line(say("emergency-not-us")),
        Line(say("emergency-then"), "small"),
    )
    room.replies.append(Send(lines, menu=menu.keyboard(room.principal.role)))


def ask_whether(room: Room) -> None:
    """Ask with one tap when words only sound like danger."""
    rows = (
        (Button(say("emergency-yes"), "sos:", durable=True),),
        (Button(say("emergency-no"), "calm:", durable=True),),
    )
    room.replies.append(Send(plain(say("emergency-unsure")), rows))


def raised(room: Room, at: Open) -> tuple[str, str] | None:
    """Return id and number of the case that this report became, if its alert has left."""
    known = (room.state.get("cases") or {}).get(at.draft.id)
    return None if known is None else (str(known[0]), str(known[1]))


async def after_answer(room: Room, at: Open) -> None:
    """Send the alert as soon as the form says there is enough, whatever comes after."""
    values = form_dialogue.named_values(at)
    if raised(room, at) or values.get("alert_ready") != "yes":
        return
    opened = await raise_case(room, _finding(room, at, values))
    room.state["cases"] = {at.draft.id: [opened.case_id, opened.number]}
    key = "emergency-raised" if opened.is_new else "emergency-same"
    room.replies.append(Send(plain(Phrase(key, {"number": opened.number}))))


def _finding(room: Room, at: Open, values: dict[str, str]) -> Finding:
    chosen = values.get("child_id") or UNKNOWN_CHILD
    words = values.get("situation", "").split()
    return Finding(
        draft_id=at.draft.id,
        severity=values.get("severity") or "P1",
        situations=tuple(word for word in words if word in SITUATIONS),
        child_id=None if chosen == UNKNOWN_CHILD else chosen,
        area=room.principal.area or values.get("area", ""),
        values=values,
    )


async def finish(room: Room, at: Open) -> str | None:
    """Keep the details; the alert has left long ago. Return the case's id."""
    await after_answer(room, at)
    known = raised(room, at)
    if known is None:
        return None
    values = form_dialogue.named_values(at)
    finding = _finding(room, at, values)
    book = CaseBook(room.unit)
    await book.add_details(room.principal, known[0], values)
    await book.regrade(room.principal, known[0], finding.severity, finding.situations)
    alerts = room.services.alerts
    if (alert := await alerts.of_case(room.unit, known[0])) is not None:
        await alerts.regrade(room.unit, alert.alert_id, finding.severity, finding.situations)
    await conflict.shut_out(room, known[0], values)
    room.say(say("emergency-done", number=known[1]))
    return known[0]


async def after(room: Room, case_id: str | None) -> None:
    """Keep the red banner up until the police contact is written down; offer what waits."""
    if case_id and room.principal.role in STAFF:
        card = await CaseBook(room.unit).card(room.principal, case_id)
        if card.line.needs_receipt:
            button = Button(say("emergency-police-button"), f"police:{case_id}", durable=True)
            room.replies.append(Send(plain(say("emergency-police-none")), ((button,),)))
    await offer_parked(room)


async def cancelled(room: Room, at: Open) -> None:
    """Say that a report that left stays."""
    known = raised(room, at)
    if known is not None:
        room.say(say("emergency-still-sent", number=known[1]))
    await offer_parked(room)


async def offer_parked(room: Room) -> None:
    """Offer the form that was put aside."""
    wanted = room.state.pop("parked", None)
    parked = await Drafts(room.unit).parked(room.turn.channel, room.turn.chat)
    for draft in parked:
        if draft.id == wanted:
            title = (await form_of(room, draft.form, draft.version)).title
            what = " ".join(filter(None, (title, await who_is(room, draft.child_id))))
            rows = ((form_dialogue.resume_button(draft.id, what),),)
            room.replies.append(Send(plain(say("form-waiting", what=what)), rows))
