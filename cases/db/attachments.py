"""Files of a child, case, matter or form: sealed, given to whoever may see what they belong to."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from cases.access import Action, Purpose, Resource, require
from cases.db.areas import code_now, inside
from cases.db.audit import Audit
from cases.db.case_rows import case_resource, find_case
from cases.db.matters import Matters
from cases.db.rows import AttachmentRow, ChildRow, DraftRow, SubjectKeyRow, SubmissionRow
from cases.db.subjects import Subjects, case_subject, child_subject
from cases.db.submissions import filed_resource
from cases.people import SYSTEM
from cases.pictures import CleanFile, clean_file
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Row

    from cases.db.drafts import Draft
    from cases.db.store import Unit
    from cases.people import Principal


@dataclass(frozen=True, slots=True)
class Attachment:
    """A kept file as lists show it."""

    id: str
    media_type: str
    size: int
    added_at: datetime


class Attachments:
    """Kept files, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add_to_child(
        self, principal: Principal, child_id: str, content: bytes
    ) -> Attachment:
        """Keep a file with a child.

        Raises:
            DeniedError: The person may not change the child's file.
            InputError: The file is too large, broken, or of a kind we do not keep.
        """
        require(principal, Action.CHILD_CHANGE, await self._child(child_id))
        return await self._keep(principal, content, child_subject(child_id), child_id=child_id)

    async def add_to_case(self, principal: Principal, case_id: str, content: bytes) -> Attachment:
        """Keep a file with a case (whoever may add to the case may)."""
        row = await find_case(self._unit, case_id)
        require(principal, Action.CASE_ADD, await case_resource(self._unit, row))
        return await self._keep(principal, content, case_subject(row.id), case_id=row.id)

    async def add_to_matter(
        self, principal: Principal, matter_id: str, content: bytes
    ) -> Attachment:
        """Keep a file with a matter (whoever may open it may)."""
        row = await Matters(self._unit).readable(principal, matter_id, Purpose.ASSISTANCE)
        return await self._keep(principal, content, row.subject_id, matter_id=row.id)

    async def add_to_draft(self, principal: Principal, draft: Draft, content: bytes) -> Attachment:
        """Keep a file that answers a form about no child and no case, with the form's key."""
        return await self._keep(principal, content, draft.subject, draft_id=draft.id)

    async def let_go(self, draft_id: str, *, but: Collection[str] = ()) -> None:
        """Erase what was given for a draft and is no answer any more."""
        await self._unit.connection.execute(
            update(AttachmentRow)
            .where(AttachmentRow.draft_id == draft_id, AttachmentRow.id.not_in(sorted(but)))
            .values(sealed=None)
        )

    async def show_in_case(self, draft_id: str, case_id: str) -> None:
        """Let the files of a form be seen in the case that its answers opened as well."""
        await self._unit.connection.execute(
            update(AttachmentRow).where(AttachmentRow.draft_id == draft_id).values(case_id=case_id)
        )

    async def of_form(self, form: str, scope: str) -> list[Attachment]:
        """Return what was filed with a form about nobody, the latest first; the caller may."""
        filed = (
            select(SubmissionRow.draft_id)
            .where(SubmissionRow.form == form)
            .where(inside(SubmissionRow.area, scope))
        )
        return await self._listed(AttachmentRow.draft_id.in_(filed))

    async def of_child(
        self, principal: Principal, child_id: str, purpose: Purpose | str = Purpose.NONE
    ) -> list[Attachment]:
        """Return the files of a child, the latest first."""
        require(principal, Action.CHILD_READ, await self._child(child_id), Purpose(purpose))
        return await self._listed(AttachmentRow.child_id == child_id)

    async def of_case(self, principal: Principal, case_id: str) -> list[Attachment]:
        """Return the files of a case, the latest first."""
        row = await find_case(self._unit, case_id)
        resource = await case_resource(self._unit, row)
        require(principal, Action.CASE_READ, resource, Purpose.EMERGENCY)
        return await self._listed(AttachmentRow.case_id == row.id)

    async def of_matter(
        self, principal: Principal, matter_id: str, purpose: Purpose | str = Purpose.NONE
    ) -> list[Attachment]:
        """Return the files of a matter, the latest first."""
        row = await Matters(self._unit).readable(principal, matter_id, purpose)
        return await self._listed(AttachmentRow.matter_id == row.id)

    async def fetch(
        self, principal: Principal, attachment_id: str, purpose: Purpose | str = Purpose.NONE
    ) -> CleanFile:
        """Open a file; the opening stands in the log.

        Raises:
            MissingError: No such file.
            DeniedError, ReasonNeededError: As for the child, case, matter or form it belongs to.
        """
        query = (
            select(AttachmentRow.__table__, SubjectKeyRow.wrapped)
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == AttachmentRow.subject_id)
            .where(AttachmentRow.id == attachment_id)
        )
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        if principal != SYSTEM:
            await self._may_read(principal, row, Purpose(purpose))
        Audit(self._unit).append(
            principal.actor, "file.read", f"attachment:{row.id}", purpose=str(purpose)
        )
        packed = self._unit.vault.open(
            row.wrapped, row.subject_id, f"attachments:{row.id}", row.sealed
        )
        return CleanFile(row.media_type, base64.b64decode(packed))

    async def _may_read(self, principal: Principal, row: Row[Any], purpose: Purpose) -> None:
        if row.child_id:
            resource = await self._child(row.child_id)
            require(principal, Action.CHILD_READ, resource, purpose)
        elif row.matter_id:
            await Matters(self._unit).readable(principal, row.matter_id, purpose)
        elif row.draft_id and not row.case_id:
            await self._may_read_form(principal, row, purpose)
        else:
            case = await find_case(self._unit, row.case_id)
            resource = await case_resource(self._unit, case)
            require(principal, Action.CASE_READ, resource, Purpose.EMERGENCY)

    async def _may_read_form(self, principal: Principal, row: Row[Any], purpose: Purpose) -> None:
        """Check a file of a form: as for its answers; before it is filed, for its writer only.

        Whoever took a draft over from a leaver is its writer from then on.
        """
        query = select(SubmissionRow.area, SubmissionRow.person_id)
        filed = (
            await self._unit.connection.execute(
                query.where(SubmissionRow.draft_id == row.draft_id)
            )
        ).first()
        if filed is not None:
            here = await code_now(self._unit, filed.area)
            resource = filed_resource(here, filed.person_id)
            require(principal, Action.CHILD_READ, resource, purpose)
        elif row.added_by != principal.actor and not await self._took_over(principal, row):
            raise MissingError

    async def _took_over(self, principal: Principal, row: Row[Any]) -> bool:
        query = select(DraftRow.id).where(
            DraftRow.id == row.draft_id,
            DraftRow.person_id == principal.person_id,
            DraftRow.person_id.is_not(None),
        )
        return (await self._unit.connection.execute(query)).first() is not None

    async def _child(self, child_id: str) -> Resource:
        query = select(ChildRow.area, ChildRow.director_id).where(ChildRow.id == child_id)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        return Resource(area=row.area, owner=row.director_id)

    async def _keep(
        self,
        principal: Principal,
        content: bytes,
        subject: str,
        **belongs: str,
    ) -> Attachment:
        file = clean_file(content)
        wrapped = await Subjects(self._unit).ensure(subject)
        attachment_id, now = new_id(), self._unit.clock.now()
        packed = base64.b64encode(file.content).decode()
        place = f"attachments:{attachment_id}"
        await self._unit.connection.execute(
            insert(AttachmentRow).values(
                id=attachment_id,
                **belongs,
                media_type=file.media_type,
                size=len(file.content),
                added_by=principal.actor,
                added_at=now,
                subject_id=subject,
                sealed=self._unit.vault.seal(wrapped, subject, place, packed),
            )
        )
        Audit(self._unit).append(
            principal.actor, "file.add", f"attachment:{attachment_id}", size=len(file.content)
        )
        return Attachment(attachment_id, file.media_type, len(file.content), now)

    async def _listed(self, condition: Any) -> list[Attachment]:  # noqa: ANN401 a SQL condition
        query = (
            select(
                AttachmentRow.id,
                AttachmentRow.media_type,
                AttachmentRow.size,
                AttachmentRow.added_at,
            )
            .where(condition, AttachmentRow.sealed.is_not(None))
            .order_by(AttachmentRow.added_at.desc())
        )
        rows = await self._unit.connection.execute(query)
        return [Attachment(r.id, r.media_type, r.size, r.added_at) for r in rows]
