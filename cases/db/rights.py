"""What guardians and the law may ask of a record: see it, end it, forget it when its time is over.

Forgetting erases the key of a child and of the reports about it: every sealed word of the file,
its submissions, drafts and attachments is unreadable from then on, in this database and in every
copy of it that is older than its key table. Numbers, dates and the log stay.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select, update

from cases.access import Action, Purpose, require
from cases.areas import Level, at_level
from cases.child_fields import WITHHELD
from cases.children import Status
from cases.db import child_seals as seals
from cases.db.audit import Audit
from cases.db.children import Children, with_joined
from cases.db.conversations import Conversations
from cases.db.rows import (
    AttachmentRow,
    CaseRow,
    ChildGuardianRow,
    ChildRow,
    ConversationRow,
    DraftRow,
)
from cases.db.subjects import Subjects, case_subject, child_subject
from cases.db.submissions import Submissions
from cases.db.timelines import Note, Timelines
from cases.db.walls import wide
from cases.errors import GuardError
from cases.people import SYSTEM
from cases.vault import ForgottenError
from cases.workflow import State
from kernel.clock import local_day
from kernel.errors import MissingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row

    from cases.children import ChildFile, ChildLine, TimelineEntry
    from cases.db.store import Unit
    from cases.people import Principal
    from cases.policies import Policy
    from cases.submissions import Basis

LEFT_REASONS = ("grown", "parents_back", "moved", "adopted", "died", "other")
"""Why a child leaves the ledger (减员)."""
BACK_REASONS = ("slip", "returned", "other")
"""Why a child is put back (恢复在册): it was taken off by mistake, or lives here again."""


@dataclass(frozen=True, slots=True)
class OwnData:
    """What is kept of a guardian's child, who wrote it and on which basis; for the guardian."""

    file: ChildFile = field(repr=False)
    timeline: tuple[TimelineEntry, ...] = ()
    bases: tuple[Basis, ...] = ()

    @property
    def line(self) -> ChildLine:
        """Return the child as lists show it."""
        return self.file.line

    @property
    def fields(self) -> dict[str, Any]:
        """Return the fields of the file."""
        return self.file.fields


class Rights:
    """Rights and retention, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def children_of(self, guardian: Principal) -> list[ChildLine]:
        """Return the children someone is registered for as a guardian."""
        query = (
            seals.lines()
            .join(ChildGuardianRow, ChildGuardianRow.child_id == ChildRow.id)
            .where(ChildGuardianRow.person_id == guardian.person_id)
            .where(ChildRow.status == Status.ACTIVE.value, ChildRow.id.is_not(None))
            .order_by(ChildRow.id)
        )
        rows = await self._unit.connection.execute(query)
        return [seals.child_line(self._unit.vault, row) for row in rows]

    async def own_data(self, guardian: Principal, child_id: str) -> OwnData:
        """Show a guardian what is kept (PIPL 45).

        Neither the cases nor what is found of the guardianship, which may name the guardian.
        """
        children = Children(self._unit)
        file = await children.open(guardian, child_id, Purpose.GUARDIAN)
        entries = await children.timeline(guardian, child_id, Purpose.GUARDIAN)
        shown = tuple(entry for entry in entries if entry.kind != "case")
        bases = await Submissions(self._unit).bases(guardian, child_id, Purpose.GUARDIAN)
        told = {name: value for name, value in file.fields.items() if name not in WITHHELD}
        return OwnData(replace(file, fields=told), shown, tuple(bases))

    async def leave(self, principal: Principal, child_id: str, reason: str) -> None:
        """Take a child off the ledger (减员); the file is kept until its time is over.

        Raises:
            GuardError: The reason is none of the list, or a case that they may know of is open.
        """
        row = await self._row(child_id)
        require(principal, Action.CHILD_LEAVE, seals.child_resource(row))
        if reason not in LEFT_REASONS:
            raise GuardError("topic")
        # a refusal would tell whoever is named as involved that there is a report
        await self._no_open_case(child_id, but_hidden_from=principal.person_id)
        await self._unit.connection.execute(
            update(ChildRow)
            .where(ChildRow.id == child_id)
            .values(
                status=Status.LEFT.value,
                left_on=local_day(self._unit.clock.now()),
                left_reason=reason,
                next_visit_on=None,
            )
        )
        note = Note(child_id=child_id, kind="left", by=principal.person_id)
        await Timelines(self._unit).note(note)
        self._log(principal, "child.leave", row, reason=reason)

    async def left(self, principal: Principal, child_id: str) -> bool:
        """Say whether a child has left the ledger."""
        row = await self._row(child_id)
        require(principal, Action.CHILD_LIST, seals.child_resource(row))
        return bool(row.status == Status.LEFT.value)

    async def restore(
        self, principal: Principal, child_id: str, reason: str, policy: Policy
    ) -> None:
        """Put a child who left back on the ledger (恢复在册); the next visit is due as at first.

        Raises:
            GuardError: The reason is none of the list, or the child did not leave.
            ForgottenError: The file was erased since.
        """
        row = await self._row(child_id)
        require(principal, Action.CHILD_LEAVE, seals.child_resource(row))
        if reason not in BACK_REASONS:
            raise GuardError("topic")
        if row.wrapped is None:
            raise ForgottenError
        today = local_day(self._unit.clock.now())
        done = await self._unit.connection.execute(
            update(ChildRow)
            .where(ChildRow.id == child_id, ChildRow.status == Status.LEFT.value)
            .values(
                status=Status.ACTIVE.value,
                left_on=None,
                left_reason="",
                next_visit_on=today + policy.days("visit_first"),
            )
        )
        if not done.rowcount:
            raise GuardError("not-left")
        note = Note(child_id=child_id, kind="restored", by=principal.person_id)
        await Timelines(self._unit).note(note)
        self._log(principal, "child.restore", row, reason=reason)

    async def forget(self, principal: Principal, child_id: str) -> None:
        """Erase a child's key and indexes, drafts, attachments and closed reports (PIPL 47).

        Raises:
            GuardError: A case of the child is still open.
        """
        row = await self._row(child_id)
        if principal != SYSTEM:
            require(principal, Action.CHILD_FORGET, seals.child_resource(row))
        erased = await self._erase(principal, row)
        await self._clear_dialogues(erased, at_level(row.area, Level.COUNTY))

    async def forget_all(self, child_ids: Iterable[str]) -> int:
        """Erase what was kept long enough, but for who has an open case; return how many.

        All dialogues of a county are opened for it, once for all its children.
        """
        count, erased = 0, defaultdict[str, list[str]](list)
        for child_id in child_ids:
            row = await self._row(child_id)
            try:
                gone = await self._erase(SYSTEM, row)
            except GuardError:
                continue
            count += 1
            erased[at_level(row.area, Level.COUNTY)] += gone
        for county, ids in erased.items():
            await self._clear_dialogues(ids, county)
        return count

    async def _erase(self, by: Principal, row: Row[Any]) -> list[str]:
        """Erase a file and what was joined to it; return their ids. Nothing is written if not."""
        async with wide(self._unit):  # also what is hidden from who erases it
            everyone = await self._erase_all(row.id)
        self._log(by, "child.forget", row)
        return everyone

    async def _erase_all(self, child_id: str) -> list[str]:
        await self._no_open_case(child_id)
        everyone = await with_joined(self._unit, child_id)
        for one in everyone:
            await Subjects(self._unit).forget(child_subject(one))
        await self._unit.connection.execute(
            update(ChildRow)
            .where(ChildRow.id.in_(everyone))
            .values(
                id_index=None,
                twin_index=None,
                near_index=None,
                household=None,
                next_visit_on=None,
                status=Status.LEFT.value,
            )
        )
        drafts = update(DraftRow).where(DraftRow.child_id.in_(everyone))
        await self._unit.connection.execute(drafts.values(sealed=None, news=None))
        files = update(AttachmentRow).where(AttachmentRow.child_id.in_(everyone))
        await self._unit.connection.execute(files.values(sealed=None))
        told = select(CaseRow.id).where(CaseRow.child_id.in_(everyone))
        for case_id in (await self._unit.connection.execute(told)).scalars().all():
            await self.forget_case(case_id)
        return everyone

    async def _clear_dialogues(self, child_ids: list[str], county: str) -> None:
        """Empty the dialogues that name children: a form about one, or a list to choose from."""
        begun = exists().where(
            DraftRow.channel == ConversationRow.channel,
            DraftRow.chat == ConversationRow.chat,
            DraftRow.child_id.in_(child_ids),
            DraftRow.state.in_(("open", "parked")),
        )
        dialogues = Conversations(self._unit)
        await dialogues.empty(begun)
        await dialogues.empty_naming(child_ids, county)

    async def forget_case(self, case_id: str) -> None:
        """Erase what was said in a closed report; its number, days and steps stay."""
        await Subjects(self._unit).forget(case_subject(case_id))
        await self._unit.connection.execute(
            update(AttachmentRow).where(AttachmentRow.case_id == case_id).values(sealed=None)
        )

    async def _no_open_case(self, child_id: str, but_hidden_from: str | None = None) -> None:
        query = select(CaseRow.hidden_from).where(
            CaseRow.child_id == child_id, CaseRow.state != State.CLOSED.value
        )
        found = (await self._unit.connection.execute(query)).scalars()
        if any(but_hidden_from not in hidden for hidden in found):
            raise GuardError("open-case")

    async def _row(self, child_id: str) -> Row[Any]:
        query = seals.lines().add_columns(ChildRow.status).where(ChildRow.id == child_id)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        return row

    def _log(self, by: Principal, act: str, row: Row[Any], **detail: str) -> None:
        Audit(self._unit).append(by.actor, act, f"child:{row.id}", area=row.area, **detail)
