"""Ledgers, visit records and case lists for a spreadsheet; each is numbered and logged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import aliased

from cases.access import Action, Resource, require
from cases.areas import Level, span
from cases.child_fields import CODED, is_empty, value_of, words_of
from cases.children import Status
from cases.db import child_seals as seals
from cases.db.areas import Areas, inside
from cases.db.attachments import Attachments
from cases.db.audit import Audit
from cases.db.people import People
from cases.db.rows import (
    CaseRow,
    ChildRow,
    ExportTicketRow,
    SubjectKeyRow,
    SubmissionRow,
    VisitRow,
)
from cases.db.submission_lists import SubmissionLists
from cases.db.submissions import Submissions
from cases.errors import DeniedError, GuardError
from cases.exports import (
    ALONE,
    GOOD_FOR,
    HEADERS,
    KEEP_DAYS,
    LATER,
    Export,
    ExportKind,
    FormExport,
    Ticket,
    Wanted,
)
from cases.people import SYSTEM, Role
from kernel.clock import local, local_day
from kernel.errors import MissingError
from kernel.ids import new_reference

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Row

    from cases.child_fields import Fields
    from cases.db.attachments import Attachment
    from cases.db.store import Unit
    from cases.people import Principal

_LEVELS = (Level.TOWNSHIP, Level.VILLAGE)


class Exports:
    """Exports, seen from one unit of work; each stands in the log."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def make(
        self, principal: Principal, kind: ExportKind, scope: str, *, number: str = ""
    ) -> Export:
        """Read the rows of an area (console; in the chat: `ask`, then `fetch`).

        Raises:
            DeniedError: Not in charge of the area.
        """
        if principal != SYSTEM:
            require(principal, Action.EXPORT, Resource(area=scope))
        day = local_day(self._unit.clock.now())
        names = await self._names(scope, day)
        answers: list[dict[str, str]] = []
        if kind is ExportKind.CHILDREN:
            rows = await self._children(scope, names)
        elif kind is ExportKind.VISITS:
            rows, answers = await self._visits(scope, names)
        else:
            rows = await self._cases(principal, scope, names)
        number = number or new_reference()
        self._log(principal, "export", number, scope, kind=kind.value, rows=len(rows))
        header = tuple(
            f"field-{name}" if name in LATER else f"cases-column-{name}" for name in HEADERS[kind]
        )
        return Export(
            number=number,
            kind=kind.value,
            made_by=await self._maker(principal),
            made_on=day,
            destroy_by=day + timedelta(days=KEEP_DAYS),
            header=header,
            rows=rows,
            answers=answers,
        )

    async def make_form(
        self, principal: Principal, form: str, scope: str, *, number: str = ""
    ) -> FormExport:
        """Read what a form gathered in an area.

        Raises:
            DeniedError: Not in charge of the area.
            MissingError: Nobody there has filed it.
        """
        if principal != SYSTEM:
            require(principal, Action.EXPORT, Resource(area=scope))
        submissions = await SubmissionLists(self._unit).read(principal, form, scope)
        if not submissions:
            raise MissingError(form)
        day, number = local_day(self._unit.clock.now()), number or new_reference()
        wanted = Wanted(ExportKind.FORM, form)
        self._log(principal, "export", number, scope, kind=str(wanted), rows=len(submissions))
        kept = Submissions(self._unit)
        versions = dict.fromkeys(submission.version for submission in reversed(submissions))
        return FormExport(
            number=number,
            form=form,
            made_by=await self._maker(principal),
            made_on=day,
            destroy_by=day + timedelta(days=KEEP_DAYS),
            submissions=submissions,
            definitions=[await kept.definition(form, version) for version in versions],
            areas=await self._names(scope, day),
        )

    async def _maker(self, principal: Principal) -> str:
        maker = await People(self._unit).get(principal.actor)
        return maker.name if maker else ""

    async def ask(self, principal: Principal, wanted: Wanted, scope: str) -> Ticket:
        """Ask for an export; above fifty rows somebody else in charge has to approve.

        Raises:
            DeniedError: Not in charge of the area.
        """
        require(principal, Action.EXPORT, Resource(area=scope))
        number, now = new_reference(), self._unit.clock.now()
        rows = await self._count(principal, wanted, scope)
        await self._unit.connection.execute(
            insert(ExportTicketRow).values(
                number=number,
                kind=str(wanted),
                area=scope,
                rows=rows,
                asked_by=principal.actor,
                asked_at=now,
                approved_by="",
                expires_at=now + GOOD_FOR,
            )
        )
        self._log(principal, "export.ask", number, scope, kind=str(wanted), rows=rows)
        return _ticket(await self._ticket(number))

    async def waiting(self, principal: Principal) -> list[Ticket]:
        """Return what others asked to export in one's area and nobody has approved yet."""
        require(principal, Action.EXPORT, Resource(area=principal.area))
        low, high = span(principal.area)
        query = (
            select(ExportTicketRow.__table__)
            .where(ExportTicketRow.area >= low, ExportTicketRow.area < high)
            .where(ExportTicketRow.expires_at > self._unit.clock.now())
            .where(ExportTicketRow.asked_by != principal.actor)
            .order_by(ExportTicketRow.asked_at)
        )
        found = [_ticket(row) for row in await self._unit.connection.execute(query)]
        return [ticket for ticket in found if ticket.state == "waiting"]

    async def ready(self, principal: Principal) -> list[Ticket]:
        """Return what someone asked for, may fetch now, and has not fetched."""
        query = (
            select(ExportTicketRow.__table__)
            .where(ExportTicketRow.asked_by == principal.actor)
            .where(ExportTicketRow.expires_at > self._unit.clock.now())
            .order_by(ExportTicketRow.asked_at)
        )
        found = [_ticket(row) for row in await self._unit.connection.execute(query)]
        return [ticket for ticket in found if ticket.state == "ready"]

    async def approve(self, principal: Principal, number: str) -> Ticket:
        """Approve what somebody else asked for.

        Raises:
            DeniedError, GuardError: Not in charge of the area; or it was asked by oneself, or is
                too old.
        """
        row = await self._ticket(number)
        require(principal, Action.EXPORT, Resource(area=row.area))
        if row.asked_by == principal.actor:
            raise GuardError("own-approval")
        self._refuse_old(row)
        await self._unit.connection.execute(
            update(ExportTicketRow)
            .where(ExportTicketRow.number == number)
            .values(approved_by=principal.actor)
        )
        self._log(principal, "export.approve", number, row.area)
        return _ticket(await self._ticket(number))

    async def fetch(self, principal: Principal, number: str) -> Export | FormExport:
        """Read the rows of a permit, once, by who asked for it.

        Raises:
            DeniedError, GuardError: Not asked by this person; not approved, too old, or used.
        """
        row = await self._own_ticket(principal, number)
        if row.fetched_at is not None:
            raise GuardError("used")
        await self._unit.connection.execute(
            update(ExportTicketRow)
            .where(ExportTicketRow.number == number)
            .values(fetched_at=self._unit.clock.now())
        )
        wanted = Wanted.read(row.kind)
        if wanted.form:
            return await self.make_form(principal, wanted.form, row.area, number=number)
        return await self.make(principal, wanted.kind, row.area, number=number)

    async def files(self, principal: Principal, number: str) -> list[Attachment]:
        """Return the files that came with a form about nobody, to whoever fetched it these hours.

        Raises:
            DeniedError, GuardError: As for `fetch`, but it may be asked again.
        """
        row = await self._own_ticket(principal, number)
        form = Wanted.read(row.kind).form
        return await Attachments(self._unit).of_form(form, row.area) if form else []

    async def _own_ticket(self, principal: Principal, number: str) -> Row[Any]:
        """Return a permit that this person asked for and may use, or has used, these hours."""
        row = await self._ticket(number)
        if row.asked_by != principal.actor:
            raise DeniedError("role")
        self._refuse_old(row)
        if _ticket(row).state == "waiting":
            raise GuardError("approval")
        return row

    async def _ticket(self, number: str) -> Row[Any]:
        query = select(ExportTicketRow.__table__).where(ExportTicketRow.number == number)
        row = (await self._unit.connection.execute(query.with_for_update())).first()
        if row is None:
            raise MissingError
        return row

    def _refuse_old(self, row: Row[Any]) -> None:
        if row.expires_at <= self._unit.clock.now():
            raise GuardError("expired")

    async def _count(self, principal: Principal, wanted: Wanted, scope: str) -> int:
        if wanted.form:
            return await SubmissionLists(self._unit).count(wanted.form, scope)
        if wanted.kind is ExportKind.CASES:  # those that are hidden must not be counted either
            return len(await self._cases(principal, scope, {}))
        kind = wanted.kind
        area = {ExportKind.CHILDREN: ChildRow.area, ExportKind.VISITS: VisitRow.area}[kind]
        query = select(func.count()).where(inside(area, scope))
        if kind is ExportKind.CHILDREN:
            query = query.where(ChildRow.status == Status.ACTIVE.value)
        return (await self._unit.connection.execute(query)).scalar_one()

    def _log(self, by: Principal, act: str, number: str, area: str, **detail: str | int) -> None:
        Audit(self._unit).append(by.actor, act, f"export:{number}", area=area, **detail)

    async def _children(self, scope: str, names: dict[str, str]) -> list[tuple[object, ...]]:
        low, high = span(scope)
        query = (
            seals.files()
            .where(ChildRow.area >= low, ChildRow.area < high)
            .where(ChildRow.status == Status.ACTIVE.value)
            .order_by(ChildRow.area, ChildRow.file_no)
        )
        rows = await self._unit.connection.stream(query)
        return [self._ledger(row, names) async for row in rows if row.wrapped is not None]

    def _ledger(self, row: Row[Any], names: dict[str, str]) -> tuple[object, ...]:
        fields = seals.open_fields(self._unit.vault, row)
        whole = {**fields, "child_types": row.kinds, "focus_flag": row.focus}
        return (
            row.file_no,
            names.get(row.area, row.area),
            fields.get("name", ""),
            fields.get("sex", ""),
            fields.get("birth_date", ""),
            fields.get("id_no", ""),
            " ".join(row.kinds),
            row.risk_level,
            value_of(whole, "caregiver_name") or "",
            value_of(whole, "caregiver_phone") or "",
            fields.get("school_name", ""),
            row.last_visit_on,
            row.next_visit_on,
            *(_cell(whole, name) for name in LATER),
        )

    async def _visits(
        self, scope: str, names: dict[str, str]
    ) -> tuple[list[tuple[object, ...]], list[dict[str, str]]]:
        child_key = aliased(SubjectKeyRow)
        query = (
            select(VisitRow.__table__, SubmissionRow.number, SubmissionRow.at)
            .add_columns(SubmissionRow.subject_id, SubmissionRow.sealed)
            .add_columns(SubjectKeyRow.wrapped.label("told_key"))
            .add_columns(ChildRow.id.label("file"), ChildRow.file_no, ChildRow.label)
            .add_columns(child_key.wrapped)
            .join(SubmissionRow, SubmissionRow.id == VisitRow.submission_id)
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == SubmissionRow.subject_id)
            .join(ChildRow, ChildRow.id == VisitRow.child_id)
            .join(child_key, child_key.subject_id == "child:" + ChildRow.id)
            .where(inside(VisitRow.area, scope))
            .order_by(VisitRow.visited_on, SubmissionRow.number)
        )
        found = (await self._unit.connection.execute(query)).all()
        people = await People(self._unit).names(row.person_id for row in found)
        rows = [self._visit(row, names, people) for row in found]
        return rows, [self._answered(row) for row in found]

    def _visit(
        self, row: Row[Any], names: Mapping[str, str], people: Mapping[str | None, str]
    ) -> tuple[object, ...]:
        return (
            row.number,
            row.visited_on,
            f"{local(row.at):%Y-%m-%d %H:%M}",
            people.get(row.person_id, ""),
            row.file_no,
            seals.open_name(self._unit.vault, row.wrapped, row.file, row.label),
            names.get(row.area, row.area),
            row.mode,
            "yes" if row.child_seen else "no",
            row.severity,
            " ".join(row.triggers),
            row.review,
        )

    def _answered(self, row: Row[Any]) -> dict[str, str]:
        """Open what was answered, by the last part of each path; nothing of a forgotten child."""
        if row.told_key is None:
            return {}
        place = f"submissions:{row.submission_id}"
        values = self._unit.vault.open(row.told_key, row.subject_id, place, row.sealed)
        return {path.rpartition("/")[2]: value for path, value in values.items()}

    async def _cases(
        self, principal: Principal, scope: str, names: dict[str, str]
    ) -> list[tuple[object, ...]]:
        query = select(CaseRow.__table__).where(inside(CaseRow.area, scope))
        rows = await self._unit.connection.execute(query.order_by(CaseRow.opened_at))
        return [
            (
                row.number,
                row.severity,
                " ".join(row.situations),
                row.state,
                names.get(row.area, row.area),
                f"{local(row.opened_at):%Y-%m-%d %H:%M}",
                f"{local(row.police_contacted_at):%Y-%m-%d %H:%M}"
                if row.police_contacted_at
                else "",
                "yes" if row.police_receipted else "no",
                f"{local(row.closed_at):%Y-%m-%d %H:%M}" if row.closed_at else "",
                row.close_reason,
            )
            for row in rows
            if principal.person_id not in row.hidden_from
            and (not row.restricted or principal.role is Role.COUNTY_OFFICER)
        ]

    async def _names(self, scope: str, day: date) -> dict[str, str]:
        from_table: dict[str, str] = {}
        areas = Areas(self._unit)
        for level in _LEVELS:
            from_table |= {area.code: area.name for area in await areas.inside(scope, level, day)}
        return from_table


def _cell(fields: Fields, name: str) -> object:
    value = value_of(fields, name)
    if is_empty(value):
        return ""
    return " ".join(words_of(value)) if name in CODED else str(value)


def _ticket(row: Row[Any]) -> Ticket:
    ready = row.fetched_at is None and (row.rows <= ALONE or bool(row.approved_by))
    state = "used" if row.fetched_at is not None else "ready" if ready else "waiting"
    return Ticket(
        number=row.number,
        what=Wanted.read(row.kind),
        area=row.area,
        rows=row.rows,
        asked_by=row.asked_by,
        state=state,
    )
