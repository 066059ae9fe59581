"""Summaries of a week and a month in counts: who visited, what waits; it names no child.

What people read is worded by the conversations; figures that leave the house go through
`cases.db.indicators`, which hides small counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, select

from cases.access import Action, Resource, require
from cases.areas import span
from cases.children import Status
from cases.db.areas import inside
from cases.db.casebook import CaseBook
from cases.db.people import People
from cases.db.reviews import Reviews, counted
from cases.db.rows import ChildRow, MatterRow, VisitRow
from cases.db.staff import Staff
from cases.db.tasks import Tasks
from cases.db.trainings import Trainings
from cases.people import Role
from kernel.clock import CHINA, local_day

if TYPE_CHECKING:
    from cases.db.store import Unit
    from cases.db.tasks import VillageFigures
    from cases.people import Person, Principal
    from cases.policies import Policies

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFigures:
    """One director as a supervisor sees them: `visits` of the last seven days."""

    person: Person
    children: int
    overdue: int
    never: int
    visits: int
    last_visit_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDigest:
    """A week of an area; `matters_late` are open matters past their day."""

    since: date
    until: date
    visits: int
    children_seen: int
    overdue: int
    never_visited: int
    reviews_waiting: int
    cases_opened: int
    cases_open: int
    police_missing: int
    matters_late: int
    vacancies: int
    training_due: int
    villages: tuple[VillageFigures, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """A month of a director's own children, or of an area (附件3-1): the draft of a summary."""

    children: int
    visits: int
    seen: int
    not_visited: int
    cases: int
    delegations: int
    referrals: int
    benefits: int
    next_month_due: int


class Digests:
    """Summaries, seen from one unit of work."""

    def __init__(self, unit: Unit, policies: Policies) -> None:
        self._unit = unit
        self._policies = policies

    async def workers(self, principal: Principal) -> list[WorkerFigures]:
        """Return the directors of one's area, those with the most overdue visits first."""
        require(principal, Action.STATS_READ, Resource(area=principal.area))
        day = local_day(self._unit.clock.now())
        roster = await People(self._unit).roster(principal.area, Role.CHILD_DIRECTOR)
        children = await self._by_director(principal.area, day)
        visits = await self._by_visitor(principal.area, day - _WEEK)
        figures = []
        for person in roster:
            count, overdue, never = children.get(person.id, (0, 0, 0))
            made, last = visits.get(person.id, (0, None))
            figures.append(
                WorkerFigures(
                    person=person,
                    children=count,
                    overdue=overdue,
                    never=never,
                    visits=made,
                    last_visit_on=last,
                )
            )
        return sorted(figures, key=lambda one: (-one.overdue, -one.never, one.visits))

    async def week(self, principal: Principal) -> WeekDigest:
        """Return the last seven days of one's area."""
        require(principal, Action.STATS_READ, Resource(area=principal.area))
        until = local_day(self._unit.clock.now())
        since = until - _WEEK
        policy = self._policies.at(principal.area, until)
        villages = await Tasks(self._unit, self._policies).overview(principal)
        visits, seen = await self._visits(inside(VisitRow.area, principal.area), since, until)
        cases = [c for c in await CaseBook(self._unit).lines(principal) if not c.drill]
        staff = Staff(self._unit)
        return WeekDigest(
            since=since,
            until=until,
            visits=visits,
            children_seen=seen,
            overdue=sum(one.overdue for one in villages),
            never_visited=sum(one.never_visited for one in villages),
            reviews_waiting=len(await Reviews(self._unit).waiting(principal)),
            cases_opened=await self._cases(principal, since, until),
            cases_open=len(cases),
            police_missing=sum(one.needs_police for one in cases),
            matters_late=await self._late(principal.area, until),
            vacancies=len(await staff.vacancies(principal)),
            training_due=len(await Trainings(self._unit).due(principal, policy)),
            villages=tuple(villages),
        )

    async def month(self, principal: Principal, first: date) -> MonthFigures:
        """Return a month: of a director's own children, of the area for all others."""
        require(principal, Action.CHILD_LIST, Resource(area=principal.area))
        until = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        own = principal.role is Role.CHILD_DIRECTOR
        mine = ChildRow.director_id == principal.person_id if own else _children_in(principal.area)
        rows = await self._children(mine)
        done = (
            VisitRow.person_id == principal.person_id
            if own
            else inside(VisitRow.area, principal.area)
        )
        visits, seen = await self._visits(done, first, until)
        matters = await self._matters(mine, first, until)
        due_by = until + timedelta(days=31)
        return MonthFigures(
            children=len(rows),
            visits=visits,
            seen=seen,
            not_visited=sum(
                row.last_visit_on is None or row.last_visit_on < first for row in rows
            ),
            cases=await self._cases(principal, first, until),
            delegations=matters["delegation"],
            referrals=matters["referral"],
            benefits=matters["benefit"],
            next_month_due=sum(
                row.next_visit_on is not None and row.next_visit_on <= due_by for row in rows
            ),
        )

    async def _by_director(self, area: str, day: date) -> dict[str, tuple[int, int, int]]:
        late = and_(ChildRow.next_visit_on < day, ChildRow.last_visit_on.is_not(None))
        query = (
            select(
                ChildRow.director_id,
                func.count(),
                func.count().filter(late),
                func.count().filter(ChildRow.last_visit_on.is_(None)),
            )
            .where(_children_in(area), ChildRow.director_id.is_not(None))
            .where(ChildRow.status == Status.ACTIVE.value)
            .group_by(ChildRow.director_id)
        )
        rows = await self._unit.connection.execute(query)
        return {row[0] or "": (row[1], row[2], row[3]) for row in rows}

    async def _by_visitor(self, area: str, since: date) -> dict[str, tuple[int, date | None]]:
        query = (
            select(
                VisitRow.person_id,
                func.count().filter(VisitRow.visited_on >= since),
                func.max(VisitRow.visited_on),
            )
            .where(inside(VisitRow.area, area), counted())
            .group_by(VisitRow.person_id)
        )
        rows = await self._unit.connection.execute(query)
        return {row[0]: (row[1], row[2]) for row in rows}

    async def _children(self, mine: ColumnElement[bool]) -> list[Any]:
        query = select(ChildRow.last_visit_on, ChildRow.next_visit_on)
        query = query.where(mine, ChildRow.status == Status.ACTIVE.value)
        return list((await self._unit.connection.execute(query)).all())

    async def _visits(
        self, mine: ColumnElement[bool], since: date, until: date
    ) -> tuple[int, int]:
        query = select(VisitRow.child_id, VisitRow.child_seen).where(
            mine, VisitRow.visited_on >= since, VisitRow.visited_on <= until, counted()
        )
        rows = (await self._unit.connection.execute(query)).all()
        return len(rows), len({row.child_id for row in rows if row.child_seen})

    async def _cases(self, principal: Principal, since: date, until: date) -> int:
        start, end = _moments(since, until)
        lines = await CaseBook(self._unit).lines(principal, only_open=False)
        return sum(start <= one.opened_at < end and not one.drill for one in lines)

    async def _matters(self, mine: ColumnElement[bool], since: date, until: date) -> Counter[str]:
        start, end = _moments(since, until)
        query = (
            select(MatterRow.kind, func.count())
            .join(ChildRow, ChildRow.id == MatterRow.child_id)
            .where(mine, MatterRow.opened_at >= start, MatterRow.opened_at < end)
            .group_by(MatterRow.kind)
        )
        rows = await self._unit.connection.execute(query)
        return Counter({row[0]: row[1] for row in rows})

    async def _late(self, area: str, day: date) -> int:
        low, high = span(area)
        query = select(func.count()).where(
            MatterRow.area >= low, MatterRow.area < high, MatterRow.is_open, MatterRow.due_on < day
        )
        return (await self._unit.connection.execute(query)).scalar_one()


def _children_in(area: str) -> ColumnElement[bool]:
    low, high = span(area)
    return and_(ChildRow.area >= low, ChildRow.area < high)


def _moments(since: date, until: date) -> tuple[datetime, datetime]:
    start = datetime.combine(since, datetime.min.time(), CHINA)
    return start, datetime.combine(until + timedelta(days=1), datetime.min.time(), CHINA)
