"""The yearly indicators of an area (四-(四)): coverage, delay, response; counts only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from cases.access import Action, Resource, require
from cases.areas import span
from cases.children import Status
from cases.db.areas import inside
from cases.db.reviews import counted
from cases.db.rows import AlertRow, CaseRow, ChildRow, VisitRow
from cases.statistics import share, suppress, told
from cases.workflow import State
from kernel.clock import local_day

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Row

    from cases.db.store import Unit
    from cases.people import Principal

    _Case = Row[str, str, str, bool, datetime, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """What the county reports; None stands for a count too small to be told.

    Args:
        coverage: Per cent of the children on the ledger seen at least once in the period.
        on_time: Per cent of children with no visit overdue today.
        reasons: Why the closed ones were closed.
        ack_minutes: Median minutes from an alert to its acknowledgement.

    Reports that name the reader are in no figure: a figure would tell that there is one.
    """

    children: int | None
    kinds: dict[str, int | None]
    risk_levels: dict[str, int | None]
    visits: int | None
    coverage: int | None
    on_time: int | None
    cases: dict[str, int | None]
    closed: int | None
    reasons: dict[str, int | None]
    police_receipts: int | None
    ack_minutes: int | None


class Figures:
    """Figures of an area, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def of_area(self, principal: Principal, since: date, until: date) -> Indicators:
        """Return the indicators of one's area for a period, the last day included."""
        require(principal, Action.STATS_READ, Resource(area=principal.area))
        day = local_day(self._unit.clock.now())
        children = select(ChildRow.kinds, ChildRow.risk_level, ChildRow.next_visit_on).where(
            _listed(principal.area)
        )
        rows = (await self._unit.connection.execute(children)).all()
        kinds = Counter(kind for row in rows for kind in row.kinds)
        timely = sum(row.next_visit_on is not None and row.next_visit_on >= day for row in rows)
        visits, seen = await self._visits(principal.area, since, until)
        cases = await self._cases(principal, since, until)
        closed = [one for one in cases if one.state == State.CLOSED.value]
        return Indicators(
            children=told(len(rows)),
            kinds=suppress(kinds),
            risk_levels=suppress(Counter(row.risk_level for row in rows)),
            visits=told(visits),
            coverage=share(seen, len(rows)),
            on_time=share(timely, len(rows)),
            cases=suppress(Counter(one.severity for one in cases)),
            closed=told(len(closed)),
            reasons=suppress(Counter(one.close_reason for one in closed)),
            police_receipts=share(sum(one.police_receipted for one in cases), len(cases)),
            ack_minutes=await self._ack_minutes(principal, since, until),
        )

    async def _visits(self, scope: str, since: date, until: date) -> tuple[int, int]:
        """Return the visits, and how many children of today's ledger were seen in them."""
        seen = func.count(VisitRow.child_id.distinct()).filter(
            VisitRow.child_seen & _listed(scope)
        )
        query = (
            select(func.count(), seen)
            .outerjoin(ChildRow, ChildRow.id == VisitRow.child_id)
            .where(
                inside(VisitRow.area, scope),
                VisitRow.visited_on >= since,
                VisitRow.visited_on <= until,
                counted(),
            )
        )
        row = (await self._unit.connection.execute(query)).one()
        return row[0], row[1]

    async def _cases(self, who: Principal, since: date, until: date) -> list[_Case]:
        query = select(
            CaseRow.severity,
            CaseRow.state,
            CaseRow.close_reason,
            CaseRow.police_receipted,
            CaseRow.opened_at,
            CaseRow.hidden_from,
        ).where(inside(CaseRow.area, who.area), ~CaseRow.drill)
        rows = await self._unit.connection.execute(query)
        return [
            row
            for row in rows
            if _within(row.opened_at, since, until) and who.person_id not in row.hidden_from
        ]

    async def _ack_minutes(self, who: Principal, since: date, until: date) -> int | None:
        query = (
            select(AlertRow.made_at, AlertRow.acked_at, CaseRow.hidden_from)
            .join(CaseRow, CaseRow.id == AlertRow.case_id)
            .where(inside(AlertRow.area, who.area), ~AlertRow.drill)
        )
        rows = (await self._unit.connection.execute(query)).all()
        minutes = [
            (row.acked_at - row.made_at).total_seconds() / 60
            for row in rows
            if row.acked_at is not None
            and _within(row.made_at, since, until)
            and who.person_id not in row.hidden_from
        ]
        return round(median(minutes)) if told(len(minutes)) else None


def _listed(scope: str) -> ColumnElement[bool]:
    """Choose the children on the ledger of an area."""
    low, high = span(scope)
    return and_(ChildRow.area >= low, ChildRow.area < high, ChildRow.status == Status.ACTIVE.value)


def _within(moment: datetime, since: date, until: date) -> bool:
    return since <= local_day(moment) <= until
