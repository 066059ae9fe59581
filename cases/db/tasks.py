"""今天: what is due for someone, read from children, cases and drafts; nothing is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select

from cases.access import Action, Resource, require
from cases.areas import span
from cases.children import Status
from cases.db import child_seals
from cases.db.areas import inside
from cases.db.casebook import CaseBook
from cases.db.drafts import Drafts
from cases.db.exports import Exports
from cases.db.matters import Matters
from cases.db.reviews import Reviews, counted
from cases.db.rows import CaseRow, ChildRow, MatterRow, VisitRow
from cases.db.staff import Staff
from cases.db.successions import Successions
from cases.db.trainings import Trainings
from cases.matters import MatterKind
from cases.people import Role
from cases.tasks import (
    Task,
    TaskKind,
    access_task,
    approval_task,
    case_task,
    draft_task,
    ended_task,
    export_task,
    in_order,
    matter_task,
    review_task,
    risk_task,
    stale_task,
    summary_task,
    training_task,
    vacancy_task,
    visit_task,
)
from cases.workflow import State
from kernel.clock import local_day

if TYPE_CHECKING:
    from datetime import date

    from cases.children import ChildLine
    from cases.db.store import Unit
    from cases.people import Principal
    from cases.policies import Policies, Policy

_SHOWN = 60
_STALE_SHOWN = 5
_REVIEWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class VillageFigures:
    """One village as a supervisor sees it at a glance; counts only, no person."""

    area: str
    children: int
    overdue: int
    never_visited: int
    open_cases: int


class Tasks:
    """What is to be done, seen from one unit of work."""

    def __init__(self, unit: Unit, policies: Policies) -> None:
        self._unit = unit
        self._policies = policies

    async def today(self, principal: Principal, limit: int = _SHOWN) -> list[Task]:
        """Return what someone has to do, the most urgent first."""
        if principal.role is Role.GUARDIAN:
            return []
        day = local_day(self._unit.clock.now())
        policy = self._policies.at(principal.area, day)
        tasks = await self._cases(principal, day, policy, limit)
        tasks += await self._matters(principal, day, policy)
        if principal.role is Role.CHILD_DIRECTOR:
            tasks += await self._visits(principal, day, policy, limit)
            tasks += await self._stale(principal, day, policy)
            returned = await Reviews(self._unit).returned_to(principal)
            tasks += [review_task(one, TaskKind.VISIT_RETURNED, day) for one in returned]
            tasks += await self._summary(principal, day, policy)
        else:
            tasks += await self._managing(principal, day, policy)
        parked = await Drafts(self._unit).parked(principal.channel, principal.chat)
        tasks += [draft_task(draft, local_day(draft.changed_at), day, policy) for draft in parked]
        return in_order(tasks)[:limit]

    async def overview(self, principal: Principal) -> list[VillageFigures]:
        """Return the figures of every village inside one's area, by code."""
        require(principal, Action.STATS_READ, Resource(area=principal.area))
        day = local_day(self._unit.clock.now())
        low, high = span(principal.area)
        late = and_(ChildRow.next_visit_on < day, ChildRow.last_visit_on.is_not(None))
        query = (
            select(
                ChildRow.area,
                func.count(),
                func.count().filter(late),
                func.count().filter(ChildRow.last_visit_on.is_(None)),
            )
            .where(ChildRow.area >= low, ChildRow.area < high)
            .where(ChildRow.status == Status.ACTIVE.value)
            .group_by(ChildRow.area)
            .order_by(ChildRow.area)
        )
        rows = (await self._unit.connection.execute(query)).all()
        cases = await self._open_cases(principal)
        return [VillageFigures(row[0], *row[1:], cases.get(row[0], 0)) for row in rows]

    async def _cases(
        self, principal: Principal, day: date, policy: Policy, limit: int
    ) -> list[Task]:
        book = CaseBook(self._unit)
        cases = await book.lines(principal, limit=limit)
        worked = await book.worked_on([case.id for case in cases])
        return [
            case_task(case, local_day(case.opened_at), worked.get(case.id), day, policy)
            for case in cases
        ]

    async def _visits(
        self, principal: Principal, day: date, policy: Policy, limit: int
    ) -> list[Task]:
        found = (
            visit_task(child, day, policy)
            for child in await self._due(principal, day + policy.days("visit_soon"), limit)
        )
        return [task for task in found if task is not None]

    async def _matters(self, principal: Principal, day: date, policy: Policy) -> list[Task]:
        until = day + max(policy.days("delegation_expiry"), policy.days("visit_soon"))
        waiting = await Matters(self._unit).waiting(principal, until)
        found = (matter_task(matter, day, policy) for matter in waiting)
        return [task for task in found if task is not None]

    async def _managing(self, principal: Principal, day: date, policy: Policy) -> list[Task]:
        staff, matters = Staff(self._unit), Matters(self._unit)
        reviews = Reviews(self._unit)
        referrals = await matters.listed(principal, MatterKind.REFERRAL)
        return [
            *(risk_task(child, day) for child, _, _ in await reviews.proposed(principal)),
            *(
                review_task(one, TaskKind.VISIT_REVIEW, day)
                for one in (await reviews.waiting(principal))[:_REVIEWS_SHOWN]
            ),
            *(approval_task(one, day) for one in referrals if one.state == "proposed"),
            *(ended_task(area, day) for area in await self._ended(principal)),
            *(vacancy_task(one.area, day) for one in await staff.vacancies(principal)),
            *(
                training_task(one, day, policy)
                for one in await Trainings(self._unit).due(principal, policy)
            ),
            *(access_task(one, day) for one in await staff.approvals_ending(principal, policy)),
            *(
                export_task(one.number, day)
                for one in await Exports(self._unit).waiting(principal)
            ),
        ]

    async def _stale(self, principal: Principal, day: date, policy: Policy) -> list[Task]:
        before = self._unit.clock.now() - policy.days("file_stale")
        query = (
            child_seals.lines()
            .add_columns(ChildRow.changed_at)
            .where(ChildRow.director_id == principal.person_id)
            .where(ChildRow.status == Status.ACTIVE.value, ChildRow.changed_at < before)
            .order_by(ChildRow.changed_at)
            .limit(_STALE_SHOWN)
        )
        rows = await self._unit.connection.execute(query)
        vault = self._unit.vault
        return [
            stale_task(child_seals.child_line(vault, r), local_day(r.changed_at), day, policy)
            for r in rows
        ]

    async def _ended(self, principal: Principal) -> list[str]:
        """Return the villages whose code has ended and whose children one may assign."""
        waiting = await Successions(self._unit).stranded(principal)
        return sorted({one.child.area for one in waiting})

    async def _summary(self, principal: Principal, day: date, policy: Policy) -> list[Task]:
        """Return last month's summary, if the village had visits then and none was sent."""
        until = day.replace(day=1)
        month = (until - timedelta(days=1)).replace(day=1)
        task = summary_task(month, day, policy)
        if task is None or not principal.qualified:
            return []
        visited = exists().where(
            inside(VisitRow.area, principal.area),
            VisitRow.visited_on >= month,
            VisitRow.visited_on < until,
            counted(),
        )
        sent = exists().where(
            inside(MatterRow.area, principal.area),
            MatterRow.kind == MatterKind.SUMMARY.value,
            MatterRow.topic == task.number,
        )
        missing = await self._unit.connection.execute(select(and_(visited, ~sent)))
        return [task] if missing.scalar() else []

    async def _due(self, principal: Principal, until: date, limit: int) -> list[ChildLine]:
        query = (
            child_seals.lines()
            .where(ChildRow.director_id == principal.person_id)
            .where(ChildRow.status == Status.ACTIVE.value, ChildRow.next_visit_on <= until)
            .order_by(ChildRow.next_visit_on, ChildRow.id)
            .limit(limit)
        )
        rows = await self._unit.connection.execute(query)
        return [child_seals.child_line(self._unit.vault, row) for row in rows]

    async def _open_cases(self, principal: Principal) -> Counter[str]:
        """Count open cases by village; drills and those that name the reader do not count."""
        low, high = span(principal.area)
        query = (
            select(CaseRow.area, CaseRow.hidden_from)
            .where(CaseRow.area >= low, CaseRow.area < high, ~CaseRow.drill)
            .where(CaseRow.state != State.CLOSED.value)
        )
        rows = await self._unit.connection.execute(query)
        return Counter(row.area for row in rows if principal.person_id not in row.hidden_from)
