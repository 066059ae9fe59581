"""The forms of a report: its details, the police contact, who takes it on, its closing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cases.casebook import PoliceContact
from cases.db.casebook import CaseBook
from cases.workflow import CloseReason, Outcome
from handlers import casework, emergency
from handlers.handed import file
from kernel.clock import CHINA
from kernel.phrases import say

if TYPE_CHECKING:
    from handlers.handed import Handed
    from handlers.room import Room

_OUTCOMES = {"accepted": Outcome.ACCEPTED, "declined": Outcome.DECLINED}
_PLANS = {
    "go": "on_site",
    "police": "police_contacted",
    "call": "phone",
    "transfer": "transfer",
    "county": "transfer",
}
"""What the form calls a plan, and what the alert keeps; who asks for the county has it told."""


async def take_emergency(room: Room, handed: Handed) -> None:
    """Add the details to the report that has left already."""
    case_id = await emergency.finish(room, handed.at)
    if case_id and handed.named.get("police_contacted") == "yes":
        contact = PoliceContact(
            at=room.now,
            station=handed.named.get("police_station", ""),
            receipt_no=handed.named.get("police_receipt", ""),
        )
        await CaseBook(room.unit).police(room.principal, case_id, contact)
    await file(room, handed, case_id=case_id, basis="emergency")
    await emergency.after(room, case_id)


async def take_police(room: Room, handed: Handed) -> None:
    """Note the contact with the police."""
    case_id = handed.at.draft.case_id or ""
    named = handed.named
    contact = PoliceContact(
        at=_moment(room, named.get("contacted_at", "")),
        station=named.get("station", ""),
        officer=named.get("officer", ""),
        receipt_no=named.get("receipt_no", ""),
        outcome=_OUTCOMES.get(named.get("outcome", ""), Outcome.WAITING),
    )
    await CaseBook(room.unit).police(room.principal, case_id, contact)
    await file(room, handed, case_id=case_id, basis="emergency")
    alerts = room.services.alerts
    if (alert := await alerts.of_case(room.unit, case_id)) is not None:
        await alerts.progress(room.unit, alert.alert_id)
    card = await CaseBook(room.unit).card(room.principal, case_id)
    room.say(say("case-police-done", number=card.line.number))
    await emergency.offer_parked(room)


def _moment(room: Room, text: str) -> datetime:
    if not text:
        return room.now
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


async def take_closing(room: Room, handed: Handed) -> None:
    """Close the case, with its reason."""
    case_id = handed.at.draft.case_id or ""
    reason = CloseReason(handed.named["reason"])
    book = CaseBook(room.unit)
    await book.close(room.principal, case_id, reason, handed.named.get("explanation", ""))
    await file(room, handed, case_id=case_id, basis="emergency")
    alerts = room.services.alerts
    if (alert := await alerts.of_case(room.unit, case_id)) is not None:
        await alerts.finish(room.unit, alert.alert_id)
    card = await book.card(room.principal, case_id)
    room.say(say("case-closed-done", number=card.line.number))
    await emergency.offer_parked(room)


async def take_acknowledging(room: Room, handed: Handed) -> None:
    """Write down what whoever took the report on is going to do, and by when."""
    case_id = handed.at.draft.case_id or ""
    book = CaseBook(room.unit)
    words = {name: handed.named.get(name, "") for name in ("action", "when", "transferred_to")}
    await book.add_details(room.principal, case_id, {f"plan_{k}": v for k, v in words.items()})
    plan = _PLANS.get(handed.named.get("action", ""), "other")
    done = await casework.keep_plan(room, case_id, plan)
    await file(room, handed, case_id=case_id, basis="emergency")
    room.say(done)
    await emergency.offer_parked(room)
