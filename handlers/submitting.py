"""What a finished form becomes: a visit, a report's details, a police contact, a closed case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from cases.casebook import PoliceContact
from cases.children import Change
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Drafts
from cases.db.submissions import Submissions
from cases.submissions import Definition, Submission, Visit
from cases.workflow import CloseReason, Outcome
from forms import engine
from forms.errors import InvalidAnswer
from handlers import emergency, form_dialogue, menu
from handlers import form_page as page
from handlers.fields import field_name, shown_value
from handlers.raising import VISIT_RULES, Finding, raise_case
from kernel.clock import CHINA
from kernel.phrases import say
from kernel.words import Line, Send

if TYPE_CHECKING:
    from cases.submissions import Receipt
    from forms.engine import Submission as Finished
    from handlers.form_dialogue import Open
    from handlers.room import Room

_OUTCOMES = {"accepted": Outcome.ACCEPTED, "declined": Outcome.DECLINED}
_REASONS = {
    "transferred": CloseReason.TRANSFERRED,
    "false_alarm": CloseReason.FALSE_ALARM,
}
"""Reasons of the form that are not a solved case."""
ALARMING = frozenset({"P0", "P1", "P2"})


@dataclass(frozen=True, slots=True)
class Handed:
    """A form that was handed in: where it stood, what it holds, its answers by field name."""

    at: Open
    finished: Finished
    named: dict[str, str]


async def submit(room: Room, at: Open) -> None:
    """Take a finished form in, once, and say what came of it."""
    try:
        finished = engine.finish(at.form, at.session, at.context)
    except InvalidAnswer as error:
        room.say(error.reply)
        form_dialogue.show(room, at)
        return
    room.replies.append(page.submitted(at.form.title))
    named = form_dialogue.named_values(at)
    await _TAKERS[at.draft.form](room, Handed(at, finished, named))
    await Drafts(room.unit).submitted(at.draft)
    for key in ("who", "world", "picked", "page"):
        room.state.pop(key, None)


async def _visit(room: Room, handed: Handed) -> None:
    visit = _visit_of(room, handed.named)
    receipt = await _keep(room, handed, visit=visit)
    lines = [Line(say("visit-done", number=receipt.number), "strong")]
    lines += await _update_file(room, handed, receipt)
    if receipt.next_visit_on:
        lines.append(Line(say("visit-next", date=receipt.next_visit_on.isoformat())))
    if visit.severity in ALARMING:
        opened = await raise_case(room, _found(handed, visit.severity))
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


def _found(handed: Handed, severity: str) -> Finding:
    rules = handed.named.get("triggers", "").split()
    return Finding(
        draft_id=handed.at.draft.id,
        severity=severity,
        situations=tuple(sorted({VISIT_RULES[r] for r in rules if r in VISIT_RULES})),
        child_id=handed.at.draft.child_id,
        area="",
        values=handed.named,
    )


async def _update_file(room: Room, handed: Handed, receipt: Receipt) -> list[Line]:
    """Write what the form says of the child into the file; tell what changed."""
    child_id, updates = handed.at.draft.child_id, dict(handed.finished.saves)
    if child_id is None:
        return []
    book = Children(room.unit)
    before = (await book.open(room.principal, child_id, "visit")).fields
    change = Change(child_id=child_id, updates=updates, source=receipt.number)
    changed = await book.apply(room.principal, change)
    if not changed:
        return [Line(say("visit-nothing-changed"))]
    return [
        Line(say("form-changed")),
        *(
            Line(
                say(
                    "child-change",
                    field=field_name(room, name),
                    before=shown_value(room, name, before.get(name)),
                    after=shown_value(room, name, updates.get(name)),
                )
            )
            for name in changed
        ),
    ]


async def _keep(
    room: Room, handed: Handed, *, visit: Visit | None = None, case_id: str | None = None
) -> Receipt:
    at = handed.at
    area = room.principal.area
    submission = Submission(
        draft_id=at.draft.id,
        definition=Definition(
            form=at.draft.form, version=at.draft.version, source=at.form.definition
        ),
        values=handed.finished.values,
        area=area,
        child_id=at.draft.child_id,
        case_id=case_id or at.draft.case_id,
        visit=visit,
        legal_basis="statutory_duty" if visit else "emergency",
    )
    policy = room.services.policies.at(area, room.today)
    return await Submissions(room.unit).submit(room.principal, submission, policy)


async def _emergency(room: Room, handed: Handed) -> None:
    case_id = await emergency.finish(room, handed.at)
    if case_id and handed.named.get("police_contacted") == "yes":
        contact = PoliceContact(
            at=room.now,
            station=handed.named.get("police_station", ""),
            receipt_no=handed.named.get("police_receipt", ""),
        )
        await CaseBook(room.unit).police(room.principal, case_id, contact)
    await _keep(room, handed, case_id=case_id)
    await emergency.after(room, case_id)


async def _police(room: Room, handed: Handed) -> None:
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
    await _keep(room, handed, case_id=case_id)
    alerts = room.services.alerts
    if (alert := await alerts.of_case(room.unit, case_id)) is not None:
        await alerts.progress(room.unit, alert.alert_id)
    card = await CaseBook(room.unit).card(room.principal, case_id)
    room.say(say("case-police-done", number=card.line.number))


def _moment(room: Room, text: str) -> datetime:
    if not text:
        return room.now
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


async def _close(room: Room, handed: Handed) -> None:
    case_id = handed.at.draft.case_id or ""
    reason = _REASONS.get(handed.named.get("reason", ""), CloseReason.RESOLVED)
    book = CaseBook(room.unit)
    await book.close(room.principal, case_id, reason, handed.named.get("explanation", ""))
    await _keep(room, handed, case_id=case_id)
    alerts = room.services.alerts
    if (alert := await alerts.of_case(room.unit, case_id)) is not None:
        await alerts.finish(room.unit, alert.alert_id)
    card = await book.card(room.principal, case_id)
    room.say(say("case-closed-done", number=card.line.number))


_TAKERS = {
    "visit_checkin": _visit,
    "emergency_report": _emergency,
    "police_contact": _police,
    "case_close": _close,
}
