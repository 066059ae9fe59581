"""Codes of divisions that change: what is open moves to the new code, history keeps the old.

One code that becomes one other is followed by itself. Who goes where when a code is split is for
people to say: the children wait until the county has assigned each of them (`cases.db.moves`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, or_, select, update

from cases.access import Action, Resource, decide, require, require_manager
from cases.areas import Level, at_level, span
from cases.children import Status
from cases.db import child_seals as seals
from cases.db.alerting import Alerts
from cases.db.areas import Areas
from cases.db.audit import Audit
from cases.db.dialects import insert_or
from cases.db.moves import note_move
from cases.db.people import People
from cases.db.rows import (
    AlertRow,
    AreaChangeRow,
    AreaRow,
    CaseRow,
    ChildRow,
    ExportTicketRow,
    InviteRow,
    MatterRow,
    OfficeAnswerRow,
    PersonRow,
    UnansweredRow,
)
from cases.db.walls import open_wide, wide
from cases.errors import GuardError
from cases.people import STAFF, SYSTEM, Role
from cases.workflow import State
from kernel.clock import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import ColumnElement, Row

    from cases.children import ChildLine
    from cases.db.store import Store, Unit
    from cases.people import Person, Principal

_LISTED = 200
_DIGITS = 12
"""Of a whole division code."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What went over to new codes."""

    children: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Stranded:
    """A child whose village's code has ended, and the villages it may belong to now."""

    child: ChildLine
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A worker whose division was split, and what it became."""

    person: Person
    choices: tuple[str, ...]


class Successions:
    """Changes of codes, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def note(self, code: str, successor: str, day: date) -> bool:
        """Note that a code becomes another from a day on; say whether that is new."""
        known = await self._unit.connection.execute(
            insert_or(self._unit, AreaChangeRow)
            .values(code=code, successor=successor, day=day, applied_on=None)
            .on_conflict_do_nothing()
            .returning(AreaChangeRow.code)
        )
        return known.first() is not None

    async def follow(self) -> Followed:
        """Move what is open under a code that has become one other by today."""
        today = local_day(self._unit.clock.now())
        single = select(AreaChangeRow.code).group_by(AreaChangeRow.code).having(func.count() == 1)
        query = (
            select(AreaChangeRow.code, AreaChangeRow.successor)
            .where(AreaChangeRow.day <= today, AreaChangeRow.applied_on.is_(None))
            .where(AreaChangeRow.code.in_(single))
            .order_by(AreaChangeRow.day, AreaChangeRow.code)
        )
        children = people = 0
        for row in (await self._unit.connection.execute(query)).all():
            children += await self._children(row.code, row.successor)
            people += await self._people(row.code, row.successor)
            await self._open_work(row.code, row.successor)
            await self._applied(row.code, row.successor, today)
        return Followed(children, people)

    async def renamed(self, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return which codes, whole or their first digits, are others by today, and which."""
        whole = {code.ljust(_DIGITS, "0"): code for code in codes}
        found = await self._became(whole)
        return {whole[code]: became for code, became in sorted(found.items())}

    async def stranded(self, principal: Principal) -> list[Stranded]:
        """Return children under a code that has ended, for people to assign.

        The county's: all of its area. Whoever else is in charge of a place that such a code
        became sees those that may come there, and gives each of them to a village of their own.
        """
        day = local_day(self._unit.clock.now())
        if principal == SYSTEM:
            return await self._ended(and_(ChildRow.area >= "", ChildRow.area < ":"), day)
        require(principal, Action.CHILD_MOVE, Resource(area=principal.area))
        coming = await Areas(self._unit).to_become(principal.area, day)
        which: ColumnElement[bool] = ChildRow.area.in_(coming)
        if principal.role is Role.COUNTY_OFFICER:
            low, high = span(principal.area)
            which |= and_(ChildRow.area >= low, ChildRow.area < high)
        elif not coming:
            return []
        async with wide(self._unit):  # those that may come stand in no area of theirs yet
            found = await self._ended(which, day)
        return [one for one in found if self._may_assign(principal, one)]

    async def _ended(self, which: ColumnElement[bool], day: date) -> list[Stranded]:
        known = exists().where(AreaRow.code == ChildRow.area, AreaRow.valid_from <= day)
        holds = or_(AreaRow.valid_to.is_(None), AreaRow.valid_to > day)
        query = (
            seals.lines()
            .where(which, ChildRow.status == Status.ACTIVE.value, known)
            .where(
                ~exists().where(AreaRow.code == ChildRow.area, AreaRow.valid_from <= day, holds)
            )
            .order_by(ChildRow.area, ChildRow.file_no)
            .limit(_LISTED)
        )
        rows = (await self._unit.connection.execute(query)).all()
        choices = await self._became(row.area for row in rows)
        vault = self._unit.vault
        return [Stranded(seals.child_line(vault, row), choices.get(row.area, ())) for row in rows]

    def _may_assign(self, principal: Principal, one: Stranded) -> bool:
        child = Resource(
            area=one.child.area, owner=one.child.director_id, becomes=frozenset(one.choices)
        )
        return decide(principal, Action.CHILD_MOVE, child).allowed

    async def _became(self, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
        today = local_day(self._unit.clock.now())
        return await Areas(self._unit).became(codes, today)

    async def unplaced(self, principal: Principal) -> list[Unplaced]:
        """Return workers of one's area whose code was split, for people to place."""
        roster = [p for p in await People(self._unit).roster(principal.area) if p.role in STAFF]
        choices = await self._became(person.area for person in roster)
        return [Unplaced(p, choices[p.area]) for p in roster if p.area in choices]

    async def place(self, by: Principal, person_id: str, area: str) -> None:
        """Give a worker of a code that was split to one of what it became.

        A director's own children stay open to them until each has been assigned.

        Raises:
            DeniedError: Not in charge of the worker, before or after.
            GuardError: The worker's code did not become this one.
        """
        person = await People(self._unit).managed(person_id, by)
        require_manager(by, area, person.role)
        if area not in (await self._became([person.area])).get(person.area, ()):
            raise GuardError("village")
        await self._unit.connection.execute(
            update(PersonRow)
            .where(PersonRow.id == person_id)
            .values(area=area, formerly=person.area)
        )
        self._log(by, "person.move", f"person:{person_id}", person.area, area)

    async def _children(self, code: str, successor: str) -> int:
        execute = self._unit.connection.execute
        query = seals.files().where(ChildRow.area == code).with_for_update(of=ChildRow)
        rows = (await execute(query.order_by(ChildRow.id))).all()
        for row in rows:
            values = {"area": successor, **self._nearby(row, successor)}
            await execute(update(ChildRow).where(ChildRow.id == row.id).values(**values))
            if row.wrapped is not None:
                await note_move(self._unit, SYSTEM, row.id, (code, successor))
            self._log(SYSTEM, "child.move", f"child:{row.id}", code, successor)
        return sum(row.status == Status.ACTIVE.value for row in rows)

    def _nearby(self, row: Row[Any], successor: str) -> dict[str, bytes | None]:
        """Return the index of a name nearby anew where the township is another one."""
        same = at_level(row.area, Level.TOWNSHIP) == at_level(successor, Level.TOWNSHIP)
        if same or row.wrapped is None:
            return {}
        fields = seals.open_fields(self._unit.vault, row)
        return {"near_index": seals.indexes(self._unit.vault, fields, successor)["near_index"]}

    async def _people(self, code: str, successor: str) -> int:
        query = select(PersonRow.id).where(PersonRow.area == code, PersonRow.active)
        ids = (await self._unit.connection.execute(query)).scalars().all()
        for person_id in ids:
            self._log(SYSTEM, "person.move", f"person:{person_id}", code, successor)
        moved: dict[str, Any] = {"area": successor}
        if at_level(code, Level.COUNTY) != at_level(successor, Level.COUNTY):
            moved["name_index"] = None  # it stands for a name of that county
        for table, values in ((PersonRow, moved), (InviteRow, {"area": successor})):
            await self._unit.connection.execute(
                update(table).where(table.area == code).values(**values)
            )
        return len(ids)

    async def _open_work(self, code: str, successor: str) -> None:
        here = {"area": successor}
        for statement in (
            update(CaseRow).where(CaseRow.area == code, CaseRow.state != State.CLOSED.value),
            update(MatterRow).where(MatterRow.area == code, MatterRow.is_open),
            update(ExportTicketRow).where(
                ExportTicketRow.area == code, ExportTicketRow.fetched_at.is_(None)
            ),
            update(OfficeAnswerRow).where(OfficeAnswerRow.area == code),
            update(UnansweredRow).where(UnansweredRow.area == code),
        ):
            await self._unit.connection.execute(statement.values(**here))
        await Alerts(self._unit).relocate(AlertRow.area == code, successor)

    async def _applied(self, code: str, successor: str, today: date) -> None:
        """Note that a change is done; what became this code before has become its successor."""
        execute = self._unit.connection.execute
        this = (AreaChangeRow.code == code) & (AreaChangeRow.successor == successor)
        await execute(update(AreaChangeRow).where(this).values(applied_on=today))
        named = select(AreaChangeRow.code).where(AreaChangeRow.successor == successor)
        before = AreaChangeRow.successor == code
        await execute(delete(AreaChangeRow).where(before, AreaChangeRow.code.in_(named)))
        await execute(update(AreaChangeRow).where(before).values(successor=successor))

    def _log(self, by: Principal, act: str, thing: str, code: str, successor: str) -> None:
        Audit(self._unit).append(by.actor, act, thing, area=successor, was=code)


async def follow_codes(store: Store) -> Followed:
    """Move what is open under codes that change today; a chore of the worker."""
    async with store.unit() as unit:
        await open_wide(unit)
        followed = await Successions(unit).follow()
        await unit.commit()
    return followed
