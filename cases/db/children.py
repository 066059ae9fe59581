"""The children's files: lists, opening, changing; each is decided, and logged when opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from cases.access import Action, Purpose, Resource, require
from cases.areas import span
from cases.children import (
    Change,
    ChildFile,
    ChildLine,
    Fields,
    Status,
    TimelineEntry,
    column_values,
    tidy_fields,
)
from cases.db import child_seals as seals
from cases.db.audit import Audit
from cases.db.case_rows import unseen_refs
from cases.db.dialects import insert_or
from cases.db.numbers import file_number
from cases.db.people import People
from cases.db.prepared import Prepared
from cases.db.rows import ChildGuardianRow, ChildRow
from cases.db.subjects import Subjects, child_subject
from cases.db.timelines import Note, Timelines
from cases.errors import ConflictError
from cases.people import Role
from cases.pinyin import matches
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row

    from cases.db.store import Unit
    from cases.people import Principal
    from cases.policies import Policy

_PAGE = 200
_SEARCHED = 20_000


class Children:
    """The files, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def mine(
        self, principal: Principal, *, limit: int = _PAGE, after: str = ""
    ) -> list[ChildLine]:
        """Return the children someone is responsible for, the soonest visit first.

        A director's own; for supervisors and the county all of the area, in pages by id.
        """
        require(principal, Action.CHILD_LIST, Resource(area=principal.area))
        query = seals.lines().where(ChildRow.status == Status.ACTIVE.value)
        if principal.role is Role.CHILD_DIRECTOR:
            query = query.where(ChildRow.director_id == principal.person_id)
            query = query.order_by(ChildRow.next_visit_on, ChildRow.id)
        else:
            low, high = span(principal.area)
            query = query.where(ChildRow.area >= low, ChildRow.area < high, ChildRow.id > after)
            query = query.order_by(ChildRow.id)
        rows = await self._unit.connection.execute(query.limit(limit))
        return [seals.child_line(self._unit.vault, row) for row in rows]

    async def find(self, principal: Principal, text: str, limit: int = 20) -> list[ChildLine]:
        """Find children of one's own area by name, pinyin, initials or file number."""
        require(principal, Action.CHILD_LIST, Resource(area=principal.area))
        query = (
            seals.lines()
            .where(seals.within_reach(principal))
            .where(ChildRow.status == Status.ACTIVE.value)
            .order_by(ChildRow.area, ChildRow.id)
            .limit(_SEARCHED)
        )
        vault = self._unit.vault
        number = text.strip().upper().lstrip("#")
        found = []
        for row in await self._unit.connection.execute(query):
            name, _, spelled = seals.open_label(vault, row)
            if row.file_no == number or matches(text, name, spelled):
                found.append(seals.child_line(vault, row))
                if len(found) == limit:
                    break
        return found

    async def line(self, principal: Principal, child_id: str) -> ChildLine:
        """Return one child as lists show it."""
        row = await self._row(child_id)
        require(principal, Action.CHILD_LIST, seals.child_resource(row))
        return seals.child_line(self._unit.vault, row)

    async def open(
        self, principal: Principal, child_id: str, purpose: Purpose | str = Purpose.NONE
    ) -> ChildFile:
        """Open a file for a purpose; the opening stands in the log.

        Raises:
            MissingError: No such child.
            DeniedError, ReasonNeededError: The decision function.
            ForgottenError: The child's key was erased.
        """
        row = await self._row(child_id)
        resource = seals.child_resource(row, await self._guardians(child_id))
        require(principal, Action.CHILD_READ, resource, Purpose(purpose))
        file = seals.child_file(self._unit.vault, row)
        self._log(principal, "child.read", row, purpose=str(purpose))
        return file

    async def add(
        self, principal: Principal, area: str, fields: Fields, policy: Policy
    ) -> ChildLine:
        """Begin a file; gaps are allowed. The village's director becomes responsible."""
        require(principal, Action.CHILD_ADD, Resource(area=area))
        fields = tidy_fields(fields)
        day = local_day(self._unit.clock.now())
        child_id, now = new_id(), self._unit.clock.now()
        wrapped = await Subjects(self._unit).ensure(child_subject(child_id))
        vault = self._unit.vault
        await self._unit.connection.execute(
            insert(ChildRow).values(
                id=child_id,
                file_no=await file_number(self._unit),
                area=area,
                director_id=await self._responsible(principal, area, day),
                next_visit_on=day + policy.days("visit_first"),
                **seals.indexes(vault, fields, area),
                label=seals.seal_label(vault, wrapped, child_id, fields),
                sealed=seals.seal_fields(vault, wrapped, child_id, fields),
                made_at=now,
                changed_at=now,
                **column_values(fields, defaults=True),
            )
        )
        row = await self._row(child_id)
        await Timelines(self._unit).note(
            Note(child_id=child_id, kind="added", by=principal.person_id)
        )
        self._log(principal, "child.add", row)
        return seals.child_line(vault, row)

    async def apply(self, principal: Principal, change: Change) -> tuple[str, ...]:
        """Write new values into a file, keeping what stood there before; return what changed.

        When others wrote meanwhile, changes of different fields are joined.

        Raises:
            ConflictError: The same fields were changed since `expected_version`.
        """
        row = await self._row(change.child_id, lock=True)
        require(principal, Action.CHILD_CHANGE, seals.child_resource(row))
        fields = seals.open_fields(self._unit.vault, row) | _shown(row)
        after = fields | tidy_fields(change.updates)
        changes = {
            name: (fields.get(name), value)
            for name, value in after.items()
            if fields.get(name) != value
        }
        await self._refuse_conflict(row, change, frozenset(changes))
        if not changes:
            return ()
        await self._write(row, after)
        await Timelines(self._unit).note(
            Note(
                child_id=row.id,
                kind="changed",
                by=principal.person_id,
                ref=change.source,
                version=row.version + 1,
                changes=changes,
            )
        )
        names = tuple(sorted(changes))
        self._log(
            principal, "child.change", row, fields=",".join(names)[:200], source=change.source
        )
        return names

    async def timeline(
        self,
        principal: Principal,
        child_id: str,
        purpose: Purpose | str = Purpose.NONE,
        limit: int = 50,
    ) -> list[TimelineEntry]:
        """Return what happened with a child, the latest first; access as for opening the file."""
        row = await self._row(child_id)
        resource = seals.child_resource(row, await self._guardians(child_id))
        require(principal, Action.CHILD_READ, resource, Purpose(purpose))
        entries = await Timelines(self._unit).latest(child_id, row.wrapped, limit)
        hidden = await unseen_refs(self._unit, principal, {entry.ref for entry in entries})
        return [entry for entry in entries if entry.ref not in hidden]

    async def newer(
        self, principal: Principal, child_id: str, version: int
    ) -> tuple[int, dict[str, tuple[str | None, datetime]]]:
        """Return the file's version now, and who changed which fields when since a version."""
        row = await self._row(child_id)
        require(principal, Action.CHILD_LIST, seals.child_resource(row))
        if row.version == version:
            return row.version, {}
        found = await Timelines(self._unit).touched_since(row.id, row.wrapped, version)
        return row.version, found

    async def changed_after(
        self, principal: Principal, child_id: str, moment: datetime, *, but: str = ""
    ) -> frozenset[str]:
        """Return the fields of a file that were changed after a moment.

        Args:
            principal: Who asks.
            child_id: Whose file.
            moment: When a form was begun.
            but: Number of the submission whose own changes do not count.
        """
        row = await self._row(child_id)
        require(principal, Action.CHILD_LIST, seals.child_resource(row))
        if row.changed_at <= moment:
            return frozenset()
        return await Timelines(self._unit).changed_after(row.id, row.wrapped, moment, but)

    async def visited(self, child_id: str, visited_on: date, *, seen: bool, next_on: date) -> None:
        """Move the dates of a child after a visit; only a visit that saw the child counts."""
        dates = {"child": child_id, "last": visited_on, "next": next_on}
        await (_SEEN if seen else _PLANNED).later(self._unit, [dates])

    async def plan_visit(self, child_id: str, next_on: date) -> None:
        """Set the latest day of the next visit."""
        await _PLANNED.later(self._unit, [{"child": child_id, "next": next_on}])

    async def resource(self, child_id: str) -> Resource:
        """Return what decisions need to know of a child, its guardians too."""
        return seals.child_resource(await self._row(child_id), await self._guardians(child_id))

    async def tie_guardian(
        self, principal: Principal, child_id: str, person_id: str, relation: str = ""
    ) -> None:
        """Register someone as a child's guardian: the child's own data opens to them.

        Raises:
            DeniedError: It is neither the own child nor one of the office's area.
            MissingError: No such child, or nobody of the families has this id.
        """
        row = await self._row(child_id, lock=True)
        tied = await self._guardians(child_id)
        require(principal, Action.GUARDIAN_TIE, seals.child_resource(row, tied))
        person = await People(self._unit).get(person_id)
        if person is None or person.role is not Role.GUARDIAN or not person.active:
            raise MissingError
        if person_id in tied:
            return
        await self._unit.connection.execute(
            insert_or(self._unit, ChildGuardianRow)
            .values(
                child_id=child_id,
                person_id=person_id,
                relation=relation,
                since=self._unit.clock.now(),
            )
            .on_conflict_do_nothing()
        )
        self._log(principal, "guardian.tie", row, person=person_id)

    async def _row(self, child_id: str, *, lock: bool = False) -> Row[Any]:
        statement = _LOCK if lock else _FILE
        row: Row[Any] | None = await statement.first(self._unit, {"child": child_id})
        if row is None:
            raise MissingError
        return row

    async def _guardians(self, child_id: str) -> frozenset[str]:
        rows = await _GUARDIANS.all(self._unit, {"child": child_id})
        return frozenset(row.person_id for row in rows)

    async def _responsible(self, principal: Principal, area: str, day: date) -> str | None:
        if principal.role is Role.CHILD_DIRECTOR:
            return principal.person_id
        directors = await People(self._unit).workers(Role.CHILD_DIRECTOR, area, day)
        return directors[0].id if directors else None

    async def _refuse_conflict(self, row: Row[Any], change: Change, names: frozenset[str]) -> None:
        if change.expected_version is None or change.expected_version == row.version:
            return
        since = change.expected_version
        touched = await Timelines(self._unit).changed_since(row.id, row.wrapped, since)
        if both := touched & names:
            raise ConflictError(tuple(sorted(both)))

    async def _write(self, row: Row[Any], fields: Fields) -> None:
        vault = self._unit.vault
        await self._unit.connection.execute(
            update(ChildRow)
            .where(ChildRow.id == row.id)
            .values(
                label=seals.seal_label(vault, row.wrapped, row.id, fields),
                sealed=seals.seal_fields(vault, row.wrapped, row.id, fields),
                **seals.indexes(vault, fields, row.area),
                version=row.version + 1,
                changed_at=self._unit.clock.now(),
                **column_values(fields),
            )
        )

    def _log(self, by: Principal, act: str, row: Row[Any], **detail: str) -> None:
        Audit(self._unit).append(by.actor, act, f"child:{row.id}", area=row.area, **detail)


def _shown(row: Row[Any]) -> Fields:
    return {
        "child_types": list(row.kinds),
        "risk_level": row.risk_level,
        "focus_flag": row.focus,
    }


_ONE = seals.files().where(ChildRow.id == bindparam("child"))
_FILE = Prepared(_ONE)
_LOCK = Prepared(_ONE.with_for_update(of=ChildRow))
_OF = update(ChildRow).where(ChildRow.id == bindparam("child"))
_PLANNED = Prepared(_OF.values(next_visit_on=bindparam("next")))
_SEEN = Prepared(_OF.values(next_visit_on=bindparam("next"), last_visit_on=bindparam("last")))
_GUARDIANS = Prepared(
    select(ChildGuardianRow.person_id).where(ChildGuardianRow.child_id == bindparam("child"))
)


async def with_joined(unit: Unit, child_id: str) -> list[str]:
    """Return the ids of a file and of every file that was joined to it."""
    joined = select(ChildRow.id).where(ChildRow.merged_into == child_id)
    return [child_id, *(await unit.connection.execute(joined)).scalars()]
