"""The timelines of children: one line for each visit, change and case; changed values sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cases.children import TimelineEntry
from cases.db.prepared import add
from cases.db.rows import ChildEventRow, ChildRow, SubjectKeyRow
from cases.db.subjects import Subjects, child_subject
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Row

    from cases.db.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A new line: `ref` numbers the visit or case; `version` is the file's after a change."""

    child_id: str
    kind: str
    by: str | None
    ref: str = ""
    version: int | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict, repr=False)


MATTER_STATE = "matter_state"
"""Name under which a matter's line tells how far it got."""
VILLAGES = "villages"
"""Name under which the line of a move tells from where to where."""


class Timelines:
    """The timelines; whoever calls has decided that it may."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def note(self, note: Note) -> None:
        """Add a line."""
        event_id, sealed = new_id(), None
        if note.changes:
            subject = child_subject(note.child_id)
            wrapped = await Subjects(self._unit).key(subject)
            sealed = self._unit.vault.seal(
                wrapped, subject, f"child_events:{event_id}", dict(note.changes)
            )
        line = {
            "id": event_id,
            "child_id": note.child_id,
            "at": self._unit.clock.now(),
            "by": note.by,
            "kind": note.kind,
            "ref": note.ref,
            "version": note.version,
            "sealed": sealed,
        }
        await add(self._unit, ChildEventRow, [line])

    async def latest(
        self, child_id: str, wrapped: bytes | None, limit: int
    ) -> list[TimelineEntry]:
        """Return the last lines, the latest first, with those of files joined to this one."""
        keys = {child_id: wrapped} | await self._joined(child_id)
        query = (
            select(ChildEventRow.__table__)
            .where(ChildEventRow.child_id.in_(keys))
            .order_by(ChildEventRow.at.desc(), ChildEventRow.id.desc())
            .limit(limit)
        )
        rows = await self._unit.connection.execute(query)
        return [self._entry(keys[row.child_id], row) for row in rows]

    async def _joined(self, child_id: str) -> dict[str, bytes | None]:
        query = (
            select(ChildRow.id, SubjectKeyRow.wrapped)
            .join(SubjectKeyRow, SubjectKeyRow.subject_id == "child:" + ChildRow.id)
            .where(ChildRow.merged_into == child_id)
        )
        rows = await self._unit.connection.execute(query)
        return {row.id: row.wrapped for row in rows}

    async def changed_since(
        self, child_id: str, wrapped: bytes | None, version: int
    ) -> frozenset[str]:
        """Return the fields that were changed after a version of the file."""
        return frozenset(await self.touched_since(child_id, wrapped, version))

    async def touched_since(
        self, child_id: str, wrapped: bytes | None, version: int
    ) -> dict[str, tuple[str | None, datetime]]:
        """Return who changed which fields last, and when, after a version of the file."""
        query = (
            select(ChildEventRow.__table__)
            .where(ChildEventRow.child_id == child_id, ChildEventRow.version > version)
            .order_by(ChildEventRow.version)
        )
        rows = await self._unit.connection.execute(query)
        return {
            name: (row.by, row.at) for row in rows for name in self._entry(wrapped, row).changes
        }

    async def changed_after(
        self, child_id: str, wrapped: bytes | None, moment: datetime, but: str
    ) -> frozenset[str]:
        """Return the fields of the file that were changed after a moment, not by one source."""
        query = select(ChildEventRow.__table__).where(
            ChildEventRow.child_id == child_id,
            ChildEventRow.version.is_not(None),
            ChildEventRow.at > moment,
            ChildEventRow.ref != but,
        )
        rows = await self._unit.connection.execute(query)
        return frozenset(name for row in rows for name in self._entry(wrapped, row).changes)

    def _entry(self, wrapped: bytes | None, row: Row[Any]) -> TimelineEntry:
        changes: dict[str, Any] = {}
        if row.sealed is not None and wrapped is not None:
            subject = child_subject(row.child_id)
            changes = self._unit.vault.open(wrapped, subject, f"child_events:{row.id}", row.sealed)
        return TimelineEntry(
            at=row.at,
            by=row.by,
            kind=row.kind,
            ref=row.ref,
            changes={name: (old, new) for name, (old, new) in changes.items()},
        )
