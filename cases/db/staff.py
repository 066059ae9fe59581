"""The life of the roster: hand-over when a worker leaves, approvals, villages without anyone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from cases.access import Action, Purpose, Resource, decide, require, require_manager
from cases.areas import Level, span
from cases.children import Status
from cases.db.alerting import Alerts
from cases.db.areas import Areas
from cases.db.audit import Audit
from cases.db.case_rows import case_resource, find_case
from cases.db.invites import Invites
from cases.db.people import People
from cases.db.people_seals import sealed
from cases.db.rows import CaseRow, ChildRow, DraftRow, PersonRow
from cases.db.staff_names import indexes_in
from cases.db.subjects import Subjects, person_subject
from cases.db.timelines import Note, Timelines
from cases.db.walls import wide
from cases.errors import GuardError
from cases.people import STAFF, Role, principal
from cases.workflow import State
from kernel.clock import local_day
from kernel.errors import MissingError

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from cases.db.store import Unit
    from cases.people import Person, Principal
    from cases.policies import Policy
    from cases.worker_lines import WorkerLine


_STATED = ("name", "phone", "post")
"""What of a worker is stated by whoever keeps the roster."""
NOWHERE = ""
"""Chat of a draft that waits for whoever takes it up."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What went to the successor; the brief per child is the child's own file.

    Args:
        alerts: Ids of the alerts still under way that the successor answers for now.
    """

    children: int
    drafts: int
    open_cases: int
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A village, or children in it, without an active worker."""

    area: str
    name: str
    children: int


class Staff:
    """The roster's life, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def hand_over(self, leaver_id: str, successor_id: str, by: Principal) -> HandedOver:
        """Give a leaver's children, drafts, cases and alerts to a successor of the same role.

        An alert the leaver was told of or has taken on is looked at anew at once.

        The leaver's chats are cut at once; drafts wait with the successor, or with nobody until
        the successor's chat is bound. Those about no child (a new child, own forms, a report
        not yet sent) are work of the post as well; those about a report that the successor may
        not see are left.

        Raises:
            GuardError: The successor has another role or lies outside the leaver's township.
        """
        people = People(self._unit)
        leaver = await people.managed(leaver_id, by)
        successor = await people.managed(successor_id, by)
        if leaver.id == successor.id or leaver.role is not successor.role:
            raise GuardError("successor")
        successor = await self._waiting_too(leaver, successor)
        moved = await self._move_children(leaver, successor, by)
        cases = await self._open_cases(leaver, by)
        alerts = await Alerts(self._unit).hand_over(leaver.id, successor.id)
        drafts = await move_drafts(self._unit, DraftRow.person_id == leaver.id, successor)
        await people.revoke(leaver.id, by)
        await Invites(self._unit).revoke_for(leaver.id)
        await self._unit.connection.execute(
            update(PersonRow).where(PersonRow.id == leaver.id).values(active=False)
        )
        Audit(self._unit).append(
            by.actor,
            "person.handover",
            f"person:{leaver.id}",
            area=leaver.area,
            to=f"person:{successor.id}",
            children=moved,
            alerts=len(alerts),
        )
        return HandedOver(moved, drafts, cases, alerts)

    async def leave(self, leaver_id: str, by: Principal) -> int:
        """Take off the roster someone nobody follows yet; return how many children wait now.

        Their children have no director, which is a task of whoever is in charge, and what was
        begun about them waits for whoever comes.
        """
        leaver = await People(self._unit).managed(leaver_id, by)
        if by.person_id == leaver_id:
            raise GuardError("own-approval")
        query = select(ChildRow.id).where(ChildRow.director_id == leaver_id)
        children = (
            await self._unit.connection.execute(
                query.where(ChildRow.status == Status.ACTIVE.value)
            )
        ).scalars()
        count = await self._give(list(children), None, leaver.area, by)
        await Invites(self._unit).revoke_for(leaver.id)
        await People(self._unit).leave_roster(leaver.id, by)
        return count

    async def adopt(self, director: Person, by: Principal) -> int:
        """Give the children of a village who have no director to its new one.

        What those who left had begun there, about these children or about no child, goes as well.
        """
        require_manager(by, director.area, director.role)
        low, high = span(director.area)
        query = select(ChildRow.id).where(
            ChildRow.area >= low, ChildRow.area < high, ChildRow.director_id.is_(None)
        )
        query = query.where(ChildRow.status == Status.ACTIVE.value)
        children = list((await self._unit.connection.execute(query)).scalars())
        await self._give(children, director.id, director.area, by)
        gone = select(PersonRow.id).where(~PersonRow.active)
        here = gone.where(PersonRow.role == director.role.value)
        here = here.where(PersonRow.area >= low, PersonRow.area < high)
        waits = DraftRow.person_id.in_(gone) | (DraftRow.chat == NOWHERE)
        about_nobody = DraftRow.child_id.is_(None) & DraftRow.person_id.in_(here)
        left = (DraftRow.child_id.in_(children) & waits) | about_nobody
        await move_drafts(self._unit, left, director)
        return len(children)

    async def _give(
        self, children: list[str], director_id: str | None, area: str, by: Principal
    ) -> int:
        await self._unit.connection.execute(
            update(ChildRow).where(ChildRow.id.in_(children)).values(director_id=director_id)
        )
        to = f"person:{director_id}" if director_id else ""
        for child_id in children:
            note = Note(child_id=child_id, kind="handover", by=by.person_id)
            await Timelines(self._unit).note(note)
            thing = f"child:{child_id}"
            Audit(self._unit).append(by.actor, "child.assign", thing, area=area, to=to)
        return len(children)

    async def assign(self, child_id: str, director_id: str, by: Principal) -> None:
        """Make a director responsible for a child."""
        director = await People(self._unit).managed(director_id, by)
        query = select(ChildRow.area, ChildRow.director_id).where(ChildRow.id == child_id)
        child = (await self._unit.connection.execute(query)).first()
        if child is None:
            raise MissingError
        resource = Resource(area=child.area, owner=child.director_id)
        require(by, Action.VISIT_REVIEW, resource, Purpose.HANDOVER)
        if director.role is not Role.CHILD_DIRECTOR or not _covers(director, child.area):
            raise GuardError("successor")
        await self._give([child_id], director_id, child.area, by)

    async def vacancies(self, by: Principal) -> list[Vacancy]:
        """Return villages of one's area without an active director, and how many children wait."""
        require(by, Action.PEOPLE_READ, Resource(area=by.area))
        day = local_day(self._unit.clock.now())
        villages = await Areas(self._unit).inside(by.area, Level.VILLAGE, day)
        roster = await People(self._unit).roster(by.area, Role.CHILD_DIRECTOR)
        staffed = {person.area for person in roster}
        orphaned = await self._without_director(by.area)
        return [
            Vacancy(village.code, village.name, orphaned.get(village.code, 0))
            for village in villages
            if village.code not in staffed or orphaned.get(village.code)
        ]

    async def spoken_of(self, scope: str, text: str) -> list[Person]:
        """Return the active workers of an area whose names stand in a text, in the roster's order.

        They are found by their blind index: nobody else's name is opened, but for the few that
        have none.
        """
        people, indexes = People(self._unit), indexes_in(self._unit.vault, scope, text)
        if indexes is None:
            known = [person for person in await people.roster(scope) if person.role in STAFF]
        else:
            known = await people.may_be_named(scope, indexes)
        return [person for person in known if person.name and person.name in text]

    async def correct(self, person_id: str, worker: WorkerLine, by: Principal) -> None:
        """Put right a worker's name and telephone, and the post where one is given.

        Raises:
            MissingError, DeniedError, InputError: It is no worker; or not theirs to manage; or
                the post is too long.
        """
        person = await People(self._unit).managed(person_id, by)
        if person.role not in STAFF:
            raise MissingError
        stated = replace(
            person, name=worker.name, phone=worker.phone, post=worker.post or person.post
        )
        changed = [one for one in _STATED if getattr(stated, one) != getattr(person, one)]
        wrapped = await Subjects(self._unit).ensure(person_subject(person_id))
        words = sealed(self._unit.vault, wrapped, person_id, stated)
        await self._unit.connection.execute(
            update(PersonRow).where(PersonRow.id == person_id).values(**words, post=stated.post)
        )
        Audit(self._unit).append(
            by.actor,
            "person.correct",
            f"person:{person_id}",
            area=person.area,
            fields=",".join(changed),
        )

    async def renew(self, person_id: str, by: Principal) -> date:
        """Approve for another while that someone opens files; return the last day."""
        return await People(self._unit).approve(person_id, by)

    async def approvals_ending(self, by: Principal, policy: Policy) -> list[Person]:
        """Return workers one manages whose approval to open files is over, or soon will be.

        Somebody's own is among them where nobody else may renew it: the administrator can.
        """
        require(by, Action.PEOPLE_READ, Resource(area=by.area))
        today = local_day(self._unit.clock.now())
        until = today + policy.days("approval_ending")
        people = People(self._unit)
        ending = [
            person
            for person in await people.roster(by.area)
            if person.role in STAFF
            and (person.approved_until is None or person.approved_until <= until)
        ]
        above = await people.workers(Role.COUNTY_OFFICER, by.area, today)
        alone = all(person.id == by.person_id for person in above)
        return [
            person
            for person in ending
            if (alone if person.id == by.person_id else _may_manage(by, person))
        ]

    async def _waiting_too(self, leaver: Person, successor: Person) -> Person:
        """Let a successor of the same village answer for children who wait for their new one."""
        if not leaver.formerly or (leaver.area, "") != (successor.area, successor.formerly):
            return successor
        await self._unit.connection.execute(
            update(PersonRow).where(PersonRow.id == successor.id).values(formerly=leaver.formerly)
        )
        return replace(successor, formerly=leaver.formerly)

    async def _move_children(self, leaver: Person, successor: Person, by: Principal) -> int:
        query = (
            select(ChildRow.id, ChildRow.area)
            .where(ChildRow.director_id == leaver.id)
            .where(ChildRow.status == Status.ACTIVE.value)
        )
        children = (await self._unit.connection.execute(query)).all()
        if any(not _covers(successor, child.area) for child in children):
            raise GuardError("successor")
        await self._unit.connection.execute(
            update(ChildRow)
            .where(ChildRow.director_id == leaver.id)
            .values(director_id=successor.id)
        )
        for child in children:
            note = Note(child_id=child.id, kind="handover", by=by.person_id)
            await Timelines(self._unit).note(note)
        return len(children)

    async def _open_cases(self, leaver: Person, by: Principal) -> int:
        """Count the open cases a leaver reported, but for those that name who asks."""
        query = select(CaseRow.hidden_from).where(
            CaseRow.reporter_id == leaver.id, CaseRow.state != State.CLOSED.value
        )
        found = (await self._unit.connection.execute(query)).scalars()
        return sum(by.person_id not in hidden for hidden in found)

    async def _without_director(self, scope: str) -> dict[str, int]:
        low, high = span(scope)
        query = (
            select(ChildRow.area, func.count())
            .join(PersonRow, PersonRow.id == ChildRow.director_id, isouter=True)
            .where(ChildRow.area >= low, ChildRow.area < high)
            .where(ChildRow.status == Status.ACTIVE.value)
            .where(or_(PersonRow.id.is_(None), ~PersonRow.active))
            .group_by(ChildRow.area)
        )
        rows = await self._unit.connection.execute(query)
        return {row[0]: row[1] for row in rows}


async def move_drafts(unit: Unit, which: ColumnElement[bool], successor: Person | None) -> int:
    """Let a successor go on with what was begun, but for reports they may not see.

    Without one it waits, in no chat, for whoever comes (`Staff.adopt`).
    """
    values = {"state": "parked", "chat": NOWHERE}
    if successor is not None:
        values["person_id"] = successor.id
        if addresses := await People(unit).addresses(successor.id):
            values |= {"channel": addresses[0].channel, "chat": addresses[0].chat}
    query = select(DraftRow.id, DraftRow.case_id).where(which)
    rows = await unit.connection.execute(query.where(DraftRow.state.in_(("open", "parked"))))
    async with wide(unit):  # what the successor may see, whoever hands over
        moved = [row.id for row in rows.all() if await _may_add(unit, successor, row.case_id)]
    await unit.connection.execute(update(DraftRow).where(DraftRow.id.in_(moved)).values(**values))
    return len(moved)


async def _may_add(unit: Unit, person: Person | None, case_id: str | None) -> bool:
    if case_id is None or person is None:
        return case_id is None
    resource = await case_resource(unit, await find_case(unit, case_id))
    return decide(principal(person), Action.CASE_ADD, resource).allowed


def _may_manage(by: Principal, person: Person) -> bool:
    wanted = Resource(area=person.area, managed=person.role)
    return decide(by, Action.PEOPLE_MANAGE, wanted).allowed


def _covers(person: Person, area: str) -> bool:
    low, high = span(person.area)
    return low <= area < high or (area != "" and area == person.formerly)
