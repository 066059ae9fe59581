"""Matters in the database: opened, moved by rule, read by those who may, found when due."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import aliased

from cases.access import Action, Purpose, Resource, require
from cases.areas import Level, at_level, span, within
from cases.children import Status
from cases.db.areas import code_now, inside
from cases.db.audit import Audit
from cases.db.child_seals import within_reach
from cases.db.numbers import day_number
from cases.db.rows import ChildGuardianRow, ChildRow, MatterRow, MatterStepRow, SubjectKeyRow
from cases.db.subjects import Subjects, child_subject
from cases.db.timelines import MATTER_STATE, Note, Timelines
from cases.db.walls import wide
from cases.matters import (
    OPEN_TO_ALL,
    OWN_KINDS,
    WAYS,
    MatterCard,
    MatterKind,
    MatterLine,
    MatterStep,
    check_opening,
    check_step,
)
from cases.people import STAFF, Role
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import date

    from sqlalchemy import Row

    from cases.db.store import Unit
    from cases.matters import NewMatter
    from cases.people import Principal

LETTERS = {
    MatterKind.DELEGATION: "D",
    MatterKind.REFERRAL: "R",
    MatterKind.BENEFIT: "B",
    MatterKind.CONFERENCE: "H",
    MatterKind.REQUEST: "Q",
    MatterKind.CONSENT: "N",
    MatterKind.CENTRE: "J",
    MatterKind.ORGANISATION: "O",
    MatterKind.SUMMARY: "M",
    MatterKind.HELP: "G",
    MatterKind.COMFORT: "W",
    MatterKind.BOOKING: "Y",
    MatterKind.SUBSTITUTE: "F",
}
"""What the number of a matter begins with."""
_LISTED = 100
SIGNED = ("signed", "notified")
"""States in which a delegation of care is good."""


class Matters:
    """Matters, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open(self, principal: Principal, new: NewMatter) -> MatterLine:
        """Open a matter.

        Raises:
            DeniedError: Not in this area, or not this child's guardian.
            GuardError, RuleError: The rules of its kind (cases.matters).
        """
        check_opening(new, principal.role)
        resource = await self._resource(new.child_id, new.area)
        action = Action.HELP_ASK if new.kind in OPEN_TO_ALL else Action.MATTER_OPEN
        require(principal, action, resource)
        matter_id = new_id()
        subject = child_subject(new.child_id) if new.child_id else f"matter:{matter_id}"
        wrapped = await Subjects(self._unit).ensure(subject)
        place = f"matters:{matter_id}"
        await self._unit.connection.execute(
            insert(MatterRow).values(
                id=matter_id,
                number=await day_number(self._unit, LETTERS[new.kind]),
                kind=new.kind.value,
                topic=new.topic,
                state=WAYS[new.kind].start,
                is_open=True,
                area=resource.area,
                child_id=new.child_id,
                opened_by=principal.person_id,
                opened_at=self._unit.clock.now(),
                due_on=new.due_on,
                chat=_chat(principal),
                subject_id=subject,
                sealed=self._unit.vault.seal(wrapped, subject, place, dict(new.words)),
            )
        )
        row = await self._find(matter_id)
        await self._note(principal, row, row.state, "")
        return matter_line(row)

    async def step(
        self,
        principal: Principal,
        matter_id: str,
        step: str,
        note: str = "",
        due_on: date | None = None,
    ) -> MatterLine:
        """Take a step; a new day may become due with it."""
        row = await self._find(matter_id, lock=True)
        consent = row.kind == MatterKind.CONSENT.value
        action = Action.CONSENT_WITHDRAW if consent else Action.MATTER_STEP
        require(principal, action, await self._resource(row.child_id, row.area))
        check_step(MatterKind(row.kind), row.state, step, principal.role, note)
        values: dict[str, Any] = {
            "state": step,
            "is_open": step not in WAYS[MatterKind(row.kind)].ends,
        }
        if due_on is not None:
            values["due_on"] = due_on
        await self._unit.connection.execute(
            update(MatterRow).where(MatterRow.id == row.id).values(**values)
        )
        await self._note(principal, row, step, note)
        return matter_line(await self._find(row.id))

    async def amend(self, principal: Principal, matter_id: str, words: Mapping[str, Any]) -> None:
        """Add to what a matter says."""
        row = await self._find(matter_id, lock=True)
        require(principal, Action.MATTER_STEP, await self._resource(row.child_id, row.area))
        merged = {**self._words(row), **words}
        sealed = self._unit.vault.seal(row.wrapped, row.subject_id, f"matters:{row.id}", merged)
        await self._unit.connection.execute(
            update(MatterRow).where(MatterRow.id == row.id).values(sealed=sealed)
        )
        self._log(principal, "matter.amend", row)

    async def card(
        self, principal: Principal, matter_id: str, purpose: Purpose | str = Purpose.NONE
    ) -> MatterCard:
        """Open a matter by id or number; the opening stands in the log."""
        row = await self.readable(principal, matter_id, purpose)
        self._log(principal, "matter.read", row, purpose=str(purpose))
        query = (
            select(MatterStepRow.__table__)
            .where(MatterStepRow.matter_id == row.id)
            .order_by(MatterStepRow.at, MatterStepRow.id)
        )
        async with self._register(row.number):
            steps = (await self._unit.connection.execute(query)).all()
        return MatterCard(
            line=matter_line(row),
            words=self._words(row),
            steps=tuple(self._step(row, step) for step in steps),
        )

    async def readable(
        self, principal: Principal, matter_id: str, purpose: Purpose | str = Purpose.NONE
    ) -> Row[Any]:
        """Return the row of a matter that someone may read, its files included.

        Raises:
            MissingError: No such matter.
            DeniedError, ReasonNeededError: It is not for these eyes.
        """
        async with self._register(matter_id):
            row = await self._find(matter_id)
        here = row.area if row.is_open else await code_now(self._unit, row.area)
        if _serves(row, principal):
            here = principal.area
        resource = await self._resource(row.child_id, here)
        mine = row.kind in OPEN_TO_ALL and row.chat and row.chat == _chat(principal)
        if mine:
            resource = replace(resource, reporter=principal.actor)
        if row.child_id is None:
            purpose = Purpose.REVIEW
        require(principal, Action.MATTER_READ, resource, Purpose(purpose))
        return row

    async def of_child(self, principal: Principal, child_id: str) -> list[MatterLine]:
        """Return the matters of a child, the latest first."""
        require(principal, Action.MATTER_LIST, await self._resource(child_id, ""))
        query = (
            select(MatterRow.__table__)
            .where(MatterRow.child_id == child_id)
            .order_by(MatterRow.opened_at.desc())
        )
        return [matter_line(row) for row in await self._unit.connection.execute(query)]

    async def consents(self, principal: Principal, child_id: str) -> list[MatterLine]:
        """Return what a child's family agreed to and has not taken back."""
        found = await self.of_child(principal, child_id)
        return [one for one in found if one.kind is MatterKind.CONSENT and one.is_open]

    async def waiting(
        self, principal: Principal, until: date, limit: int = _LISTED
    ) -> list[MatterLine]:
        """Return open matters due by a day in one's area (for a director: of own children).

        What runs along a child who has left the ledger is left out, and a delegation that a
        later one has taken the place of.
        """
        later = aliased(MatterRow)
        renewed = exists().where(
            MatterRow.kind == MatterKind.DELEGATION.value,
            later.kind == MatterRow.kind,
            later.child_id == MatterRow.child_id,
            later.state.in_(SIGNED),
            later.due_on > MatterRow.due_on,
        )
        left = exists().where(
            ChildRow.id == MatterRow.child_id, ChildRow.status != Status.ACTIVE.value
        )
        query = (
            select(MatterRow.__table__)
            .where(MatterRow.is_open, MatterRow.due_on <= until, ~renewed, ~left)
            .order_by(MatterRow.due_on, MatterRow.id)
            .limit(limit)
        )
        if principal.role is Role.CHILD_DIRECTOR:
            mine = select(ChildRow.id).where(ChildRow.director_id == principal.person_id)
            query = query.where(MatterRow.child_id.in_(mine.where(within_reach(principal))))
        else:
            low, high = span(principal.area)
            query = query.where(MatterRow.area >= low, MatterRow.area < high)
        return [matter_line(row) for row in await self._unit.connection.execute(query)]

    async def listed(
        self, principal: Principal, kind: MatterKind, *, only_open: bool = True
    ) -> list[MatterLine]:
        """Return the matters of a kind in one's area, the latest first.

        Of the register of institutions, those above it as well: a county's work for its villages.
        """
        require(principal, Action.MATTER_LIST, Resource(area=principal.area))
        here = inside(MatterRow.area, principal.area)
        if kind is MatterKind.ORGANISATION:
            above = {at_level(principal.area, level) for level in Level}
            here = or_(here, MatterRow.area.in_(sorted(above)))
        query = (
            select(MatterRow.__table__)
            .where(here, MatterRow.kind == kind.value)
            .order_by(MatterRow.opened_at.desc())
            .limit(_LISTED)
        )
        if only_open:
            query = query.where(MatterRow.is_open)
        async with self._register(LETTERS[kind]):
            rows = (await self._unit.connection.execute(query)).all()
        return [matter_line(row) for row in rows]

    async def asked_by(self, principal: Principal) -> list[MatterLine]:
        """Return what a family asked for, and for its children, the latest first."""
        mine = MatterRow.opened_by == principal.person_id
        if principal.person_id is None:
            mine = MatterRow.chat == _chat(principal)
        children = select(ChildGuardianRow.child_id).where(
            ChildGuardianRow.person_id == principal.person_id
        )
        query = (
            select(MatterRow.__table__)
            .where(MatterRow.kind.in_([kind.value for kind in OWN_KINDS]))
            .where(or_(mine, MatterRow.child_id.in_(children)))
            .order_by(MatterRow.opened_at.desc())
            .limit(_LISTED)
        )
        return [matter_line(row) for row in await self._unit.connection.execute(query)]

    def _register(self, number: str) -> AbstractAsyncContextManager[None]:
        """Look beyond the wall for an institution, which is no child's and of a wider area."""
        is_one = number.startswith(LETTERS[MatterKind.ORGANISATION])
        return wide(self._unit) if is_one else nullcontext()

    async def _find(self, matter_id: str, *, lock: bool = False) -> Row[Any]:
        key = MatterRow.number if "-" in matter_id else MatterRow.id
        query = (
            select(MatterRow.__table__, SubjectKeyRow.wrapped)
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == MatterRow.subject_id)
            .where(key == matter_id)
        )
        if lock:
            query = query.with_for_update(of=MatterRow)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        return row

    async def _resource(self, child_id: str | None, area: str) -> Resource:
        if child_id is None:
            return Resource(area=area)
        query = select(ChildRow.area, ChildRow.director_id).where(ChildRow.id == child_id)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        ties = select(ChildGuardianRow.person_id).where(ChildGuardianRow.child_id == child_id)
        guardians = frozenset((await self._unit.connection.execute(ties)).scalars())
        return Resource(area=row.area, owner=row.director_id, guardians=guardians)

    async def _note(self, principal: Principal, row: Row[Any], state: str, note: str) -> None:
        step_id, sealed = new_id(), None
        if note:
            place = f"matter_steps:{step_id}"
            sealed = self._unit.vault.seal(row.wrapped, row.subject_id, place, note)
        await self._unit.connection.execute(
            insert(MatterStepRow).values(
                id=step_id,
                matter_id=row.id,
                at=self._unit.clock.now(),
                by=principal.person_id,
                state=state,
                sealed=sealed,
            )
        )
        if row.child_id:
            line = Note(
                child_id=row.child_id,
                kind=row.kind,
                by=principal.person_id,
                ref=row.number,
                changes={MATTER_STATE: (None, state)},
            )
            await Timelines(self._unit).note(line)
        self._log(principal, "matter.step", row, kind=row.kind, state=state)

    def _step(self, row: Row[Any], step: Row[Any]) -> MatterStep:
        note = ""
        if step.sealed is not None:
            place = f"matter_steps:{step.id}"
            note = self._unit.vault.open(row.wrapped, row.subject_id, place, step.sealed)
        return MatterStep(at=step.at, by=step.by, state=step.state, note=note)

    def _words(self, row: Row[Any]) -> dict[str, Any]:
        words: dict[str, Any] = self._unit.vault.open(
            row.wrapped, row.subject_id, f"matters:{row.id}", row.sealed
        )
        return words

    def _log(self, by: Principal, act: str, row: Row[Any], **detail: str) -> None:
        Audit(self._unit).append(by.actor, act, f"matter:{row.number}", area=row.area, **detail)


def _chat(principal: Principal) -> str:
    return f"{principal.channel}:{principal.chat}" if principal.chat else ""


def _serves(row: Row[Any], principal: Principal) -> bool:
    """Say whether a matter is an institution that works for a worker's area."""
    is_one = row.kind == MatterKind.ORGANISATION.value and principal.role in STAFF
    return is_one and within(principal.area, row.area)


def matter_line(row: Row[Any]) -> MatterLine:
    """Make the line of a row."""
    return MatterLine(
        id=row.id,
        number=row.number,
        kind=MatterKind(row.kind),
        topic=row.topic,
        state=row.state,
        area=row.area,
        child_id=row.child_id,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        due_on=row.due_on,
        chat=row.chat,
    )
