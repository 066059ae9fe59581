"""Pages of children by what they have in common; a list shows no file and needs no purpose."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, cast, func, select

from cases.access import Action, Resource, require
from cases.areas import span
from cases.children import Status, names_in
from cases.db import child_seals as seals
from cases.db.rows import ChildGuardianRow, ChildRow, SubjectKeyRow
from cases.people import Role
from kernel.clock import local_day

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Select

    from cases.children import ChildLine
    from cases.db.store import Unit
    from cases.people import Principal


_AT_ONCE = 100
"""Labels opened before anybody else gets a turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which children to list; nothing chosen means all.

    Args:
        unchanged_since: Files that nobody has touched since then.
        grown: Who is of age and still on the ledger.
        left: Who left the ledger and is not erased yet, instead of who stands on it.
    """

    kind: str = ""
    risk: str = ""
    overdue: bool = False
    never: bool = False
    focus: bool = False
    unchanged_since: datetime | None = None
    grown: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and whether others follow."""

    lines: tuple[ChildLine, ...]
    more: bool


class ChildLists:
    """Lists of children, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def page(
        self, principal: Principal, wanted: Wanted, *, start: int = 0, limit: int = 8
    ) -> Page:
        """Return a page: a director's own children, or all of a manager's area."""
        require(principal, Action.CHILD_LIST, Resource(area=principal.area))
        query = self._chosen(seals.lines(), wanted)
        if principal.role is Role.CHILD_DIRECTOR:
            query = query.where(ChildRow.director_id == principal.person_id)
        else:
            low, high = span(principal.area)
            query = query.where(ChildRow.area >= low, ChildRow.area < high)
        order = ChildRow.left_on.desc() if wanted.left else ChildRow.next_visit_on
        query = query.order_by(order, ChildRow.id)
        if wanted.grown:
            grown = await self._grown(query)
            return Page(tuple(grown[start : start + limit]), len(grown) > start + limit)
        rows = (await self._unit.connection.execute(query.offset(start).limit(limit + 1))).all()
        lines = tuple(seals.child_line(self._unit.vault, row) for row in rows[:limit])
        return Page(lines, len(rows) > limit)

    async def grown(self, principal: Principal) -> int:
        """Return how many of one's area are of age and still on the ledger (减员)."""
        require(principal, Action.CHILD_LIST, Resource(area=principal.area))
        low, high = span(principal.area)
        query = seals.lines().where(ChildRow.area >= low, ChildRow.area < high)
        return len(await self._grown(query.where(ChildRow.status == Status.ACTIVE.value)))

    async def _grown(self, query: Select[*tuple[Any, ...]]) -> list[ChildLine]:
        """Open the labels one by one: days of birth are sealed; others get their turn between."""
        today, found = local_day(self._unit.clock.now()), []
        for number, row in enumerate((await self._unit.connection.execute(query)).all()):
            line = seals.child_line(self._unit.vault, row)
            if line.grown(today):
                found.append(line)
            if number % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)
        return found

    async def count_of(self, principal: Principal, director_id: str) -> int:
        """Return how many children of one's area a director is responsible for."""
        require(principal, Action.CHILD_LIST, Resource(area=principal.area))
        low, high = span(principal.area)
        query = select(func.count()).where(
            ChildRow.director_id == director_id, ChildRow.status == Status.ACTIVE.value
        )
        query = query.where(ChildRow.area >= low, ChildRow.area < high)
        return (await self._unit.connection.execute(query)).scalar_one()

    async def names(self, principal: Principal, area: str, limit: int) -> list[str]:
        """Return the names of children and of the grown-ups in their files, to be masked in notes.

        They leave this function for nothing else; children whose visit is due come first.
        """
        require(principal, Action.CHILD_LIST, Resource(area=area))
        low, high = span(area)
        query = seals.files().where(ChildRow.area >= low, ChildRow.area < high)
        query = query.order_by(ChildRow.next_visit_on, ChildRow.id).limit(limit)
        vault, found = self._unit.vault, set[str]()
        for row in await self._unit.connection.execute(query):
            if row.wrapped is not None:
                found |= set(names_in(seals.open_fields(vault, row)))
        return sorted(found)

    async def guardians(self, principal: Principal, child_id: str) -> list[str]:
        """Return the registered guardians of a child that someone is responsible for, by id."""
        query = seals.lines().where(ChildRow.id == child_id)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            return []
        require(principal, Action.CHILD_LIST, seals.child_resource(row))
        ties = select(ChildGuardianRow.person_id).where(ChildGuardianRow.child_id == child_id)
        return list((await self._unit.connection.execute(ties)).scalars())

    def _chosen(self, query: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
        day = local_day(self._unit.clock.now())
        status = Status.LEFT if wanted.left else Status.ACTIVE
        query = query.where(ChildRow.status == status.value)
        if wanted.left:
            query = query.where(SubjectKeyRow.wrapped.is_not(None))
        if wanted.kind:
            query = query.where(cast(ChildRow.kinds, String).like(f'%"{wanted.kind}"%'))
        if wanted.risk:
            query = query.where(ChildRow.risk_level == wanted.risk)
        if wanted.overdue:
            query = query.where(ChildRow.next_visit_on < day)
        if wanted.never:
            query = query.where(ChildRow.last_visit_on.is_(None))
        if wanted.focus:
            query = query.where(ChildRow.focus)
        if wanted.unchanged_since is not None:
            query = query.where(ChildRow.changed_at < wanted.unchanged_since)
        return query
