"""What a named person decides after the form: a visit accepted or returned, a level of risk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import aliased

from cases.access import Action, Resource, require
from cases.areas import span
from cases.children import Status
from cases.db import child_seals as seals
from cases.db.audit import Audit
from cases.db.prepared import constants, prepared
from cases.db.rows import ChildRow, PersonRow, SubmissionRow, VisitRow
from cases.db.timelines import Note, Timelines
from cases.errors import GuardError
from cases.people import Role
from cases.policies import RISK_LEVELS
from cases.submissions import VisitLine
from kernel.clock import local_day
from kernel.errors import MissingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select, Update

    from cases.children import ChildLine
    from cases.db.store import Unit
    from cases.people import Principal
    from cases.policies import Policy

_WINDOW = timedelta(days=60)
_LISTED = 50
ACCEPTED, RETURNED = "accepted", "returned"


class Reviews:
    """Decisions about visits and risk, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def waiting(self, principal: Principal) -> list[VisitLine]:
        """Return visits to children of one's area that nobody has looked at, the gravest first."""
        require(principal, Action.VISIT_REVIEW, Resource(area=principal.area))
        low, high = span(principal.area)
        since = local_day(self._unit.clock.now()) - _WINDOW
        query = (
            _visits()
            .join(ChildRow, ChildRow.id == VisitRow.child_id)
            .where(ChildRow.area >= low, ChildRow.area < high, VisitRow.visited_on >= since)
            .where(VisitRow.review == "")
            .order_by(VisitRow.severity, VisitRow.visited_on)
            .limit(_LISTED)
        )
        return [_line(row) for row in await self._unit.connection.execute(query)]

    async def returned_to(self, principal: Principal) -> list[VisitLine]:
        """Return someone's visits that came back and were not filed anew since.

        Those of a colleague who has left, or out of whose village the child has moved, are for
        whoever took the child over; of a child who left the ledger nothing is asked again.
        """
        me = principal.person_id
        elsewhere = (PersonRow.role == Role.CHILD_DIRECTOR.value) & (
            PersonRow.area != ChildRow.area
        )
        gone = exists().where(PersonRow.id == VisitRow.person_id, ~PersonRow.active | elsewhere)
        mine = and_(VisitRow.person_id == me, seals.within_reach(principal))
        later = aliased(SubmissionRow)
        answered = exists().where(
            later.child_id == VisitRow.child_id,
            later.form == SubmissionRow.form,
            later.at > VisitRow.reviewed_at,
        )
        query = (
            _visits()
            .join(ChildRow, ChildRow.id == VisitRow.child_id)
            .where(VisitRow.review == RETURNED, ChildRow.status == Status.ACTIVE.value)
            .where(or_(mine, and_(ChildRow.director_id == me, gone)))
            .where(~answered)
            .order_by(VisitRow.visited_on)
        )
        return [_line(row) for row in await self._unit.connection.execute(query)]

    async def accept(self, principal: Principal, number: str) -> None:
        """Accept a visit."""
        await self._decide(principal, number, ACCEPTED, (), "")

    async def give_back(
        self, principal: Principal, number: str, questions: Sequence[str], note: str = ""
    ) -> None:
        """Return a visit, marking only the questions to ask again.

        Raises:
            GuardError: No question is marked.
        """
        if not questions:
            raise GuardError("reason")
        await self._decide(principal, number, RETURNED, tuple(questions), note)

    async def propose_risk(self, child_id: str, level: str, rule: str) -> None:
        """Note the level that a form's rule proposes; it changes nothing until decided.

        More care than now is proposed, or a first level, never less: that is for people.
        """
        if level not in RISK_LEVELS:
            raise GuardError("topic")
        calmer = RISK_LEVELS[RISK_LEVELS.index(level) + 1 :]
        proposal = {"child": child_id, "level": level, "rule": rule[:40]}
        await _proposing(calmer).later(self._unit, [proposal])

    async def proposed(self, principal: Principal) -> list[tuple[ChildLine, str, str]]:
        """Return children of one's area with a proposed level and the rule behind it."""
        require(principal, Action.CHILD_LIST, Resource(area=principal.area))
        low, high = span(principal.area)
        query = (
            seals.lines()
            .add_columns(ChildRow.risk_proposed, ChildRow.risk_proposal)
            .where(ChildRow.area >= low, ChildRow.area < high, ChildRow.risk_proposed != "")
            .where(ChildRow.status == Status.ACTIVE.value)
            .order_by(ChildRow.id)
            .limit(_LISTED)
        )
        rows = await self._unit.connection.execute(query)
        vault = self._unit.vault
        return [(seals.child_line(vault, r), r.risk_proposed, r.risk_proposal) for r in rows]

    async def decide_risk(
        self, principal: Principal, child_id: str, level: str, policy: Policy
    ) -> None:
        """Set a child's level of risk: the decision of this person, whatever was proposed.

        Source:
            《个人信息保护法》第二十四条 (no decision of weight by a machine alone).
        """
        if level not in RISK_LEVELS:
            raise GuardError("topic")
        row = await self._child(child_id)
        require(principal, Action.CHILD_RISK, seals.child_resource(row))
        day = local_day(self._unit.clock.now())
        latest = policy.next_visit(row.last_visit_on or day, level)
        due = min(row.next_visit_on or latest, max(latest, day))
        await self._unit.connection.execute(
            update(ChildRow)
            .where(ChildRow.id == child_id)
            .values(
                risk_level=level,
                risk_proposed="",
                risk_proposal="",
                next_visit_on=due,
                version=ChildRow.version + 1,
            )
        )
        note = Note(
            child_id=child_id,
            kind="risk",
            by=principal.person_id,
            changes={"risk_level": (row.risk_level, level)},
        )
        await Timelines(self._unit).note(note)
        Audit(self._unit).append(
            principal.actor, "child.risk", f"child:{child_id}", area=row.area, level=level
        )

    async def _decide(
        self,
        principal: Principal,
        number: str,
        review: str,
        questions: tuple[str, ...],
        note: str,
    ) -> None:
        row = (
            await self._unit.connection.execute(_visits().where(SubmissionRow.number == number))
        ).first()
        if row is None:
            raise MissingError
        child = await self._child(row.child_id)
        require(principal, Action.VISIT_REVIEW, Resource(area=child.area))
        await self._unit.connection.execute(
            update(VisitRow)
            .where(VisitRow.id == row.id)
            .values(
                review=review,
                ask_again=list(questions),
                reviewed_by=principal.person_id,
                reviewed_at=self._unit.clock.now(),
            )
        )
        changes = {"note": (None, note)} if note else {}
        line = Note(
            child_id=row.child_id,
            kind=review,
            by=principal.person_id,
            ref=number,
            changes=changes,
        )
        await Timelines(self._unit).note(line)
        Audit(self._unit).append(
            principal.actor, f"visit.{review}", f"submission:{number}", area=row.area
        )

    async def _child(self, child_id: str) -> Row[Any]:
        query = seals.lines().where(ChildRow.id == child_id).with_for_update(of=ChildRow)
        row = (await self._unit.connection.execute(query)).first()
        if row is None:
            raise MissingError
        return row


@prepared
def _proposing(calmer: tuple[str, ...]) -> Update:
    return (
        update(ChildRow)
        .where(ChildRow.id == bindparam("child"))
        .where(ChildRow.risk_level.in_(constants(*calmer)))
        .where(ChildRow.risk_proposed.in_(constants("", *calmer)))
        .values(risk_proposed=bindparam("level"), risk_proposal=bindparam("rule"))
    )


def counted() -> ColumnElement[bool]:
    """Choose the visits that count: one that was returned is counted when it is filed anew."""
    return VisitRow.review != RETURNED


def _visits() -> Select[*tuple[Any, ...]]:
    return select(VisitRow.__table__, SubmissionRow.number, SubmissionRow.draft_id).join(
        SubmissionRow, SubmissionRow.id == VisitRow.submission_id
    )


def _line(row: Row[Any]) -> VisitLine:
    return VisitLine(
        number=row.number,
        draft_id=row.draft_id,
        child_id=row.child_id,
        person_id=row.person_id,
        area=row.area,
        visited_on=row.visited_on,
        severity=row.severity,
        child_seen=row.child_seen,
        review=row.review,
        ask_again=tuple(row.ask_again),
    )
