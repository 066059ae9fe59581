"""Finished forms: kept with the form they answered, once per draft; visits counted beside them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from cases.access import Action, Purpose, Resource, require
from cases.db.areas import code_now
from cases.db.audit import Audit
from cases.db.case_rows import case_resource, find_case, unseen_refs
from cases.db.children import Children
from cases.db.dialects import insert_or
from cases.db.numbers import day_number
from cases.db.prepared import Prepared, add
from cases.db.rows import (
    ChildRow,
    FormFileRow,
    FormRow,
    MatterRow,
    SubjectKeyRow,
    SubmissionRow,
    VisitRow,
)
from cases.db.subjects import (
    Subjects,
    case_subject,
    chat_subject,
    child_subject,
    person_subject,
)
from cases.db.timelines import Note, Timelines
from cases.matters import MatterKind
from cases.people import Role
from cases.submissions import CONSENT, Basis, Definition, Receipt
from kernel.clock import local_day
from kernel.errors import MissingError, NotYoursError
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from cases.db.store import Unit
    from cases.people import Principal
    from cases.policies import Policy
    from cases.submissions import Submission, Visit

    _Child = Row[str, str, str | None, str, date | None]


_ASKED_AT_ONCE = 500


class Submissions:
    """Finished forms, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def keep_definition(self, definition: Definition) -> Definition:
        """Keep a form's definition and its lists, once; return it as it is kept.

        A form that was changed while its version stayed the same is kept beside the one before,
        under a version with a mark: what an earlier answer was given on is never changed.
        """
        if await self._keep(definition):
            return definition
        marked = definition.marked()
        await self._keep(marked)
        return marked

    async def _keep(self, definition: Definition) -> bool:
        """Keep a definition under its version; say whether it is the one that stands there."""
        kept = await self._digest(definition)
        if kept is None and not await self._added(definition):
            kept = await self._digest(definition)  # another process was faster
        return kept in (None, definition.digest)

    async def _digest(self, definition: Definition) -> str | None:
        """Return the digest of what is kept under a form's version; None: nothing."""
        of = {"form": definition.form, "version": definition.version}
        row = await _DIGEST.first(self._unit, of)
        return None if row is None else str(row.sha256)

    async def _added(self, definition: Definition) -> bool:
        """Add a definition and its lists; False: one stands under its version."""
        added = await self._unit.connection.execute(
            insert_or(self._unit, FormRow)
            .values(
                form=definition.form,
                version=definition.version,
                sha256=definition.digest,
                definition=definition.source,
                kept_at=self._unit.clock.now(),
            )
            .on_conflict_do_nothing()
            .returning(FormRow.form)
        )
        # (not by `rowcount`: PostgreSQL's driver does not count inserted rows for SQLAlchemy)
        if added.first() is None:
            return False
        of = {"form": definition.form, "version": definition.version}
        rows = [{**of, "name": name, "content": raw} for name, raw in definition.files.items()]
        if rows:
            await self._unit.connection.execute(insert(FormFileRow), rows)
        return True

    async def definition(self, form: str, version: str) -> Definition:
        """Return the form document that old answers were given on, with its lists.

        Raises:
            MissingError: That version was never kept.
        """
        query = select(FormRow.definition).where(FormRow.form == form, FormRow.version == version)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        lists = select(FormFileRow.name, FormFileRow.content).where(
            FormFileRow.form == form, FormFileRow.version == version
        )
        beside = (await self._unit.connection.execute(lists)).all()
        return Definition(
            form=form,
            version=version,
            source=bytes(row.definition),
            files={name: bytes(content) for name, content in beside},
        )

    async def submit(
        self, principal: Principal, submission: Submission, policy: Policy
    ) -> Receipt:
        """File a finished form; the same draft again returns the first receipt.

        Raises:
            DeniedError: The person may not file this here (二-(二), area).
        """
        if receipt := await self._filed(submission.draft_id):
            return receipt
        child = await self._child(submission.child_id)
        self._require(principal, submission, child)
        kept = await self.keep_definition(submission.definition)
        submission = replace(submission, definition=kept)
        receipt = await self._file(principal, submission)
        if child is not None:
            receipt = await self._after(principal, submission, receipt, child, policy)
        Audit(self._unit).append(
            principal.actor,
            "form.file",
            f"submission:{receipt.number}",
            area=submission.area,
            form=submission.definition.form,
            version=submission.definition.version,
        )
        return receipt

    async def answers(
        self, principal: Principal, number: str, purpose: Purpose | str = Purpose.NONE
    ) -> dict[str, str]:
        """Return what was answered in a filed form; logged.

        Access is as for the child's file, and of a form of a case as for that case.

        Raises:
            MissingError: No such number.
        """
        row = await _ANSWERS.first(self._unit, {"number": number})
        if row is None:
            raise MissingError
        if row.case_id is None:
            here = row.now_in or await code_now(self._unit, row.area)
            resource = filed_resource(here, row.person_id, row.director_id)
            require(principal, Action.CHILD_READ, resource, Purpose(purpose))
        else:
            resource = await case_resource(self._unit, await find_case(self._unit, row.case_id))
            require(principal, Action.CASE_READ, resource, Purpose(purpose))
        Audit(self._unit).append(
            principal.actor,
            "form.read",
            f"submission:{number}",
            area=row.area,
            purpose=str(purpose),
        )
        values: dict[str, str] = self._unit.vault.open(
            row.wrapped, row.subject_id, f"submissions:{row.id}", row.sealed
        )
        return values

    async def last_of(
        self, principal: Principal, form: str, child_id: str
    ) -> tuple[date, dict[str, str]] | None:
        """Return day and answers of the last time a form was filed for a child; logged.

        Of visits it is the last by the day of the visit. Nothing of a case.
        """
        row = await _LAST_OF.first(self._unit, {"child": child_id, "form": form})
        if row is None:
            return None
        day = row.visited_on or local_day(row.at)
        return day, await self.answers(principal, row.number, Purpose.VISIT)

    async def bases(
        self, principal: Principal, child_id: str, purpose: Purpose | str = Purpose.NONE
    ) -> list[Basis]:
        """Return on which legal bases a child's records were made; access as for the file.

        Forms of a report count only for who may know of it.
        """
        resource = await Children(self._unit).resource(child_id)
        require(principal, Action.CHILD_READ, resource, Purpose(purpose))
        query = (
            select(SubmissionRow.number, SubmissionRow.legal_basis, SubmissionRow.at)
            .where(SubmissionRow.child_id == child_id)
            .order_by(SubmissionRow.at)
        )
        rows = (await self._unit.connection.execute(query)).all()
        hidden = await unseen_refs(self._unit, principal, {row.number for row in rows})
        seen = [row for row in rows if row.number not in hidden]
        counts = Counter(row.legal_basis for row in seen)
        last = {row.legal_basis: local_day(row.at) for row in seen}
        given = await self._consents(child_id)
        if given:
            counts[CONSENT] += len(given)
            last[CONSENT] = max(last.get(CONSENT, date.min), *given.values())
        refs = {CONSENT: tuple(given)}
        return [
            Basis(name, counts[name], last[name], refs.get(name, ())) for name in sorted(counts)
        ]

    async def _consents(self, child_id: str) -> dict[str, date]:
        """Return the numbers of consents that were not taken back, with their days."""
        query = (
            select(MatterRow.number, MatterRow.opened_at)
            .where(MatterRow.child_id == child_id, MatterRow.is_open)
            .where(MatterRow.kind == MatterKind.CONSENT.value)
            .order_by(MatterRow.opened_at, MatterRow.id)
        )
        rows = await self._unit.connection.execute(query)
        return {row.number: local_day(row.opened_at) for row in rows}

    async def last_by(self, principal: Principal, form: str) -> dict[str, str]:
        """Return what someone answered the last time they filed a form themselves; logged.

        Never what somebody else filed; nothing of a case, nor of a child whose file is closed to
        them now or whose key was erased.
        """
        if principal.person_id is None:
            return {}
        query = (
            select(SubmissionRow.number)
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == SubmissionRow.subject_id)
            .where(SubmissionRow.person_id == principal.person_id, SubmissionRow.form == form)
            .where(SubmissionRow.case_id.is_(None), SubjectKeyRow.wrapped.is_not(None))
            .order_by(SubmissionRow.at.desc(), SubmissionRow.id.desc())
            .limit(1)
        )
        number = (await self._unit.connection.execute(query)).scalar()
        if number is None:
            return {}
        try:
            return await self.answers(principal, number, Purpose.VISIT)
        except NotYoursError:
            return {}

    async def marks(self, form: str, child_ids: Sequence[str]) -> list[tuple[str, str]]:
        """Return child and draft of every time a form was filed about one of these children."""
        found: list[tuple[str, str]] = []
        for start in range(0, len(child_ids), _ASKED_AT_ONCE):
            some = child_ids[start : start + _ASKED_AT_ONCE]
            query = select(SubmissionRow.child_id, SubmissionRow.draft_id).where(
                SubmissionRow.form == form, SubmissionRow.child_id.in_(some)
            )
            rows = await self._unit.connection.execute(query)
            found += [(row.child_id, row.draft_id) for row in rows]
        return found

    async def _filed(self, draft_id: str) -> Receipt | None:
        row = await _FILED.first(self._unit, {"draft": draft_id})
        return Receipt(row.id, row.number, is_new=False, next_visit_on=row[2]) if row else None

    async def _child(self, child_id: str | None) -> _Child | None:
        if child_id is None:
            return None
        row: _Child | None = await _CHILD.first(self._unit, {"child": child_id})
        if row is None:
            raise MissingError
        return row

    def _require(self, principal: Principal, submission: Submission, child: _Child | None) -> None:
        if submission.case_id is not None and submission.visit is None:
            # what belongs to a case was decided by the case book; an emergency is open to all,
            # also to a worker before the first training (附件3-5, 二-(二))
            require(principal, Action.EMERGENCY_RAISE, Resource(area=submission.area))
            return
        action = Action.VISIT_FILE if submission.visit else Action.FORM_FILE
        if principal.role is Role.GUARDIAN and child is None:
            action = Action.HELP_ASK
        area = child.area if child is not None else submission.area
        owner = child.director_id if child is not None else None
        require(principal, action, Resource(area=area, owner=owner))

    async def _file(self, principal: Principal, submission: Submission) -> Receipt:
        submission_id = new_id()
        subject = _subject(principal, submission)
        wrapped = await Subjects(self._unit).ensure(subject)
        number = await day_number(self._unit, "V" if submission.visit else "S")
        place, values = f"submissions:{submission_id}", dict(submission.values)
        filed = {
            "id": submission_id,
            "draft_id": submission.draft_id,
            "number": number,
            "form": submission.definition.form,
            "version": submission.definition.version,
            "child_id": submission.child_id,
            "case_id": submission.case_id,
            "person_id": principal.person_id,
            "area": submission.area,
            "at": self._unit.clock.now(),
            "subject_id": subject,
            "sealed": self._unit.vault.seal(wrapped, subject, place, values),
            "legal_basis": submission.legal_basis,
        }
        await add(self._unit, SubmissionRow, [filed])
        return Receipt(submission_id, number, is_new=True)

    async def _after(
        self,
        principal: Principal,
        submission: Submission,
        receipt: Receipt,
        child: _Child,
        policy: Policy,
    ) -> Receipt:
        kind = "visit" if submission.visit else submission.definition.form[:24]
        note = Note(child_id=child.id, kind=kind, by=principal.person_id, ref=receipt.number)
        await Timelines(self._unit).note(note)
        if submission.visit is None:
            return receipt
        next_on = await self._count(principal, submission.visit, receipt, child, policy)
        return replace(receipt, next_visit_on=next_on, is_earlier=next_on is None)

    async def _count(
        self,
        principal: Principal,
        visit: Visit,
        receipt: Receipt,
        child: _Child,
        policy: Policy,
    ) -> date | None:
        """Count a visit; say when the next is due, None after one that a later visit is past."""
        counted = {
            "id": new_id(),
            "submission_id": receipt.submission_id,
            "child_id": child.id,
            "person_id": principal.person_id,
            "area": child.area,
            "visited_on": visit.visited_on,
            "mode": visit.mode,
            "child_seen": visit.child_seen,
            "severity": visit.severity,
            "triggers": list(visit.triggers),
        }
        await add(self._unit, VisitRow, [counted])
        if child.last_visit_on is not None and visit.visited_on < child.last_visit_on:
            return None
        next_on = _next_visit(visit, child.risk_level, policy)
        await Children(self._unit).visited(
            child.id, visit.visited_on, seen=visit.child_seen, next_on=next_on
        )
        return next_on


_DIGEST = Prepared(
    select(FormRow.sha256).where(
        FormRow.form == bindparam("form"), FormRow.version == bindparam("version")
    )
)
_ANSWERS = Prepared(
    select(
        SubmissionRow.__table__,
        SubjectKeyRow.wrapped,
        ChildRow.director_id,
        ChildRow.area.label("now_in"),
    )
    .join(SubjectKeyRow, SubjectKeyRow.subject_id == SubmissionRow.subject_id)
    .join(ChildRow, ChildRow.id == SubmissionRow.child_id, isouter=True)
    .where(SubmissionRow.number == bindparam("number"))
)
_LAST_OF = Prepared(
    select(SubmissionRow.number, SubmissionRow.at, VisitRow.visited_on)
    .outerjoin(VisitRow, VisitRow.submission_id == SubmissionRow.id)
    .where(SubmissionRow.child_id == bindparam("child"), SubmissionRow.form == bindparam("form"))
    .where(SubmissionRow.case_id.is_(None))
    .order_by(VisitRow.visited_on.desc().nulls_last())
    .order_by(SubmissionRow.at.desc(), SubmissionRow.id.desc())
    .limit(1)
)
_FILED = Prepared(
    select(SubmissionRow.id, SubmissionRow.number, ChildRow.next_visit_on)
    .join(ChildRow, ChildRow.id == SubmissionRow.child_id, isouter=True)
    .where(SubmissionRow.draft_id == bindparam("draft"))
)
_CHILD = Prepared(
    select(
        ChildRow.id,
        ChildRow.area,
        ChildRow.director_id,
        ChildRow.risk_level,
        ChildRow.last_visit_on,
    ).where(ChildRow.id == bindparam("child"))
)


def _next_visit(visit: Visit, risk: str, policy: Policy) -> date:
    """Return the latest day: what was agreed, but never later than the rule allows."""
    latest = policy.next_visit(visit.visited_on, risk, seen=visit.child_seen)
    if visit.next_on is None or visit.next_on <= visit.visited_on:
        return latest
    return min(visit.next_on, latest)


def filed_resource(area: str, person_id: str | None, director_id: str | None = None) -> Resource:
    """Return a filed form as access sees it: as the child's file, and its own for who filed it."""
    return Resource(
        area=area,
        owner=director_id or person_id,
        guardians=frozenset({person_id} if person_id else ()),
    )


def _subject(principal: Principal, submission: Submission) -> str:
    if submission.child_id:
        return child_subject(submission.child_id)
    if submission.case_id:
        return case_subject(submission.case_id)
    if principal.person_id:
        return person_subject(principal.person_id)
    return chat_subject(principal.channel, principal.chat)
