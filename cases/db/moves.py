"""A child that moves within the county: the file goes to another village with all that is open.

Visits, forms and closed reports keep the village they were of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select, update

from cases.access import Action, Resource, require
from cases.areas import Level, at_level, level_of, within
from cases.children import Status
from cases.db import child_seals as seals
from cases.db.alerting import Alerts
from cases.db.areas import Areas
from cases.db.audit import Audit
from cases.db.people import People
from cases.db.rows import (
    AlertRow,
    CaseRow,
    ChildGuardianRow,
    ChildRow,
    DraftRow,
    MatterRow,
    PersonRow,
)
from cases.db.staff import move_drafts
from cases.db.timelines import VILLAGES, Note, Timelines
from cases.db.walls import wide
from cases.errors import GuardError
from cases.people import SYSTEM, Role
from cases.workflow import State
from kernel.clock import local_day
from kernel.errors import MissingError

if TYPE_CHECKING:
    from sqlalchemy import Row

    from cases.db.store import Unit
    from cases.people import Person, Principal


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that went to another village.

    Args:
        earlier: Id of the director who answered for the child before.
        director: Id of who does now; None where the village has nobody.
    """

    file_no: str
    area: str
    earlier: str | None
    director: str | None


class Moves:
    """Files going from village to village, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def move(self, by: Principal, child_id: str, village: str) -> Moved:
        """Give a file to another village of the county, to the director it has.

        What is open goes along: reports and their alerts, what runs along the child, begun forms,
        and guardians who have no other child in the old village.

        A child that waits under a code that was split comes from a village of nobody: whoever is
        in charge of one that it became takes it there.

        Raises:
            DeniedError: Not in charge of both villages: then the county decides.
            GuardError: It is no village of this county, or the child is not on the ledger.
        """
        row = await self._row(child_id)
        await self._check(by, row, village)
        director = await self._director(village)
        values: dict[str, Any] = {
            "area": village,
            "director_id": director.id if director else None,
        }
        if at_level(village, Level.TOWNSHIP) != at_level(row.area, Level.TOWNSHIP):
            fields = seals.open_fields(self._unit.vault, row)
            values["near_index"] = seals.indexes(self._unit.vault, fields, village)["near_index"]
        moved = update(ChildRow).where(ChildRow.id == child_id).values(**values)
        near = by == SYSTEM or within(row.area, by.area)
        if near:  # the second wall sees to it as well
            await self._unit.connection.execute(moved)
        async with wide(self._unit):  # also what is hidden from who decides goes along
            if not near:
                await self._unit.connection.execute(moved)
            joined = update(ChildRow).where(ChildRow.merged_into == child_id)
            await self._unit.connection.execute(joined.values(area=village))
            await self._open_work(child_id, village)
            await self._guardians(child_id, row.area, village)
        here = select(PersonRow.id).where(
            PersonRow.role == Role.CHILD_DIRECTOR.value, PersonRow.area == row.area
        )
        theirs = DraftRow.child_id == child_id
        await move_drafts(self._unit, theirs & DraftRow.person_id.in_(here), director)
        await note_move(self._unit, by, child_id, (row.area, village))
        to = f"person:{director.id}" if director else ""
        detail = {"was": row.area, "to": to}
        Audit(self._unit).append(
            by.actor, "child.move", f"child:{child_id}", area=village, **detail
        )
        return Moved(row.file_no, village, row.director_id, director.id if director else None)

    async def _row(self, child_id: str) -> Row[Any]:
        query = seals.files().where(ChildRow.id == child_id).with_for_update(of=ChildRow)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            async with wide(self._unit):  # it may wait between areas; whose it is is asked next
                row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        return row

    async def _check(self, by: Principal, row: Row[Any], village: str) -> None:
        day = local_day(self._unit.clock.now())
        areas = Areas(self._unit)
        became = (await areas.became([row.area], day)).get(row.area, ())
        if by != SYSTEM:
            child = seals.child_resource(row, becomes=frozenset(became))
            require(by, Action.CHILD_MOVE, child)
            require(by, Action.CHILD_MOVE, Resource(area=village))
        if row.status != Status.ACTIVE.value or row.wrapped is None:
            raise GuardError("off-ledger")
        ours = by == SYSTEM or within(row.area, by.area)
        here = at_level(row.area, Level.COUNTY) == at_level(village, Level.COUNTY)
        there = (ours and here) or village in became
        is_another = level_of(village) is Level.VILLAGE and village != row.area
        if await areas.get(village, day) is None or not (there and is_another):
            raise GuardError("village")

    async def _director(self, village: str) -> Person | None:
        """Return who answers for a village: somebody on duty, else who is only away."""
        day = local_day(self._unit.clock.now())
        found = await People(self._unit).roster(village, Role.CHILD_DIRECTOR)
        found.sort(key=lambda person: not person.on_duty(day))
        return found[0] if found else None

    async def _open_work(self, child_id: str, village: str) -> None:
        execute = self._unit.connection.execute
        open_case = (CaseRow.child_id == child_id) & (CaseRow.state != State.CLOSED.value)
        ids = list((await execute(select(CaseRow.id).where(open_case))).scalars())
        await execute(update(CaseRow).where(CaseRow.id.in_(ids)).values(area=village))
        await Alerts(self._unit).relocate(AlertRow.case_id.in_(ids), village)
        running = update(MatterRow).where(MatterRow.child_id == child_id, MatterRow.is_open)
        await execute(running.values(area=village))

    async def _guardians(self, child_id: str, old: str, village: str) -> None:
        tied = select(ChildGuardianRow.person_id).where(ChildGuardianRow.child_id == child_id)
        stays = exists().where(
            ChildGuardianRow.person_id == PersonRow.id,
            ChildGuardianRow.child_id == ChildRow.id,
            ChildRow.area == old,
            ChildRow.status == Status.ACTIVE.value,
        )
        family = (PersonRow.role == Role.GUARDIAN.value) & (PersonRow.area == old)
        await self._unit.connection.execute(
            update(PersonRow).where(family, PersonRow.id.in_(tied), ~stays).values(area=village)
        )


async def note_move(unit: Unit, by: Principal, child_id: str, areas: tuple[str, str]) -> None:
    """Note on a child's timeline from which village to which the file went."""
    day = local_day(unit.clock.now())
    old, new = [await Areas(unit).path(code, day) for code in areas]
    note = Note(child_id=child_id, kind="moved", by=by.person_id, changes={VILLAGES: (old, new)})
    await Timelines(unit).note(note)
