"""Gathers what is handed over of a case, for an officer of its county; it packs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from cases.access import Purpose
from cases.db.attachments import Attachments
from cases.db.audit import Audit
from cases.db.case_rows import find_case
from cases.db.casebook import CaseBook
from cases.db.people import People
from cases.db.rows import AuditRow
from cases.evidence import Happened, Kept, Logged
from cases.people import Role, principal
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from cases.casebook import CaseCard, CaseEvent
    from cases.db.store import Unit
    from cases.people import Person, Principal
    from kernel.phrases import Speak

_TOLD_IN_THE_REPORT = frozenset({"details"})
"""Kinds of event whose words stand in the report itself."""


async def officer(unit: Unit, number: str, name: str) -> Person:
    """Return the officer of a case's county by name, who answers for the hand-over.

    Raises:
        MissingError: No such case, or nobody of this name in its county.
    """
    case = await find_case(unit, number)
    day = local_day(unit.clock.now())
    person = await People(unit).named(name, case.area, (Role.COUNTY_OFFICER,), day)
    if person is None:
        raise MissingError(reply=say("evidence-nobody", number=number))
    return person


class EvidenceDesk:
    """What an officer takes out of one case; each opening stands in the log.

    Args:
        unit: The unit of work; it has to be committed, or nothing was read as far as the log says.
        by: The officer.
        speak: Turns codes into words.
    """

    def __init__(self, unit: Unit, by: Person, speak: Speak) -> None:
        self._unit = unit
        self._by: Principal = principal(by, day=local_day(unit.clock.now()))
        self._speak = speak
        self._names: dict[str, str] = {}

    async def card(self, number: str) -> CaseCard:
        """Open the case.

        Raises:
            DeniedError: The report names this officer as involved, or it is another county's.
        """
        return await CaseBook(self._unit).card(self._by, number, Purpose.EXPORT)

    async def events(self, card: CaseCard) -> list[Happened]:
        """Return what happened, in its order."""
        return [
            Happened(
                at=event.at,
                by=await self._name(event.by),
                what=self._what(event),
                note=_note(event),
            )
            for event in card.events
        ]

    async def files(self, card: CaseCard) -> list[Kept]:
        """Return the kept files, the oldest first."""
        book = Attachments(self._unit)
        listed = sorted(
            await book.of_case(self._by, card.line.id), key=lambda one: (one.added_at, one.id)
        )
        found = []
        for one in listed:
            opened = await book.fetch(self._by, one.id, Purpose.EXPORT)
            kept = Kept(
                id=one.id, media_type=opened.media_type, at=one.added_at, content=opened.content
            )
            found.append(kept)
        return found

    async def log(self, card: CaseCard, files: list[Kept]) -> list[Logged]:
        """Return who did and read what of the case so far, and note that it goes out."""
        things = [f"case:{card.line.number}", *(f"attachment:{one.id}" for one in files)]
        query = (
            select(AuditRow.__table__)
            .where(or_(*(AuditRow.object == thing for thing in things)))
            .order_by(AuditRow.seq)
        )
        rows = (await self._unit.connection.execute(query)).all()
        Audit(self._unit).append(
            self._by.actor, "case.evidence", things[0], area=card.line.area, files=len(files)
        )
        return [
            Logged(
                seq=row.seq,
                at=row.at,
                by=await self._name(row.actor),
                action=row.action,
                mac=row.mac.hex(),
            )
            for row in rows
        ]

    def _what(self, event: CaseEvent) -> str:
        what = self._speak(say(f"evidence-event-{event.kind}"))
        state = self._speak(say(f"state-{event.state}")) if event.state else ""
        return f"{what} {state}".strip()

    async def _name(self, person_id: str | None) -> str:
        """Name who acted: a worker or guardian with their role, a chat without a name as such."""
        if person_id is None or person_id.startswith("chat:"):
            return self._speak(say("evidence-unknown"))
        if person_id not in self._names:
            person = await People(self._unit).get(person_id)
            if person is None:
                return person_id
            role = self._speak(say(f"role-{person.role.value}"))
            self._names[person_id] = f"{person.name}（{role}）"
        return self._names[person_id]


def _note(event: CaseEvent) -> str:
    if event.kind in _TOLD_IN_THE_REPORT:
        return ""
    return "；".join(str(value) for value in event.note.values() if value)
