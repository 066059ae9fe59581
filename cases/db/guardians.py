"""Guardians of a child: registering them, tying them to a second child, and their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from cases.access import Action, require
from cases.db.audit import Audit
from cases.db.children import Children, with_joined
from cases.db.invites import Invitation, Invites
from cases.db.people import People
from cases.db.rows import ChildGuardianRow, DraftRow
from cases.db.twins import Twins
from cases.people import Person, Role
from kernel.errors import MissingError

if TYPE_CHECKING:
    from cases.access import Resource
    from cases.db.store import Unit
    from cases.people import Principal


class Guardians:
    """Who is registered for a child, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def of(self, principal: Principal, child_id: str) -> list[Person]:
        """Return a child's registered guardians."""
        return await self._people((await self._child(principal, child_id)).guardians)

    async def at_home(self, principal: Principal, child_id: str) -> list[Person]:
        """Return guardians of children of the same home who are not tied to this child yet."""
        child = await self._child(principal, child_id)
        found: frozenset[str] = frozenset()
        for other in await Twins(self._unit).household(principal, child_id):
            found |= (await Children(self._unit).resource(other.id)).guardians
        return await self._people(found - child.guardians)

    async def register(self, principal: Principal, child_id: str, name: str) -> str:
        """Enter a guardian of a child on the roster, and return their one-time code."""
        child = await self._child(principal, child_id)
        fresh = Person(id="", role=Role.GUARDIAN, area=child.area, name=name)
        person = await People(self._unit).add(fresh, principal, child)
        await Children(self._unit).tie_guardian(principal, child_id, person.id)
        return await self.invite(principal, child_id, person.id)

    async def share(self, principal: Principal, child_id: str, person_id: str) -> None:
        """Tie a guardian of a child of the same home to this child as well.

        Raises:
            MissingError: They are registered for no child of the home.
        """
        if person_id not in {one.id for one in await self.at_home(principal, child_id)}:
            raise MissingError
        await Children(self._unit).tie_guardian(principal, child_id, person_id)

    async def untie(self, principal: Principal, child_id: str, person_id: str) -> None:
        """Undo that someone is a child's guardian: from now on they see nothing of the child.

        What they had begun about the child is erased; a code not used yet is spoilt where they
        are registered for no other child.

        Raises:
            DeniedError: Not in charge of the child's area.
            MissingError: They are not registered for this child.
        """
        child = await Children(self._unit).resource(child_id)
        require(principal, Action.GUARDIAN_UNTIE, child)
        if person_id not in child.guardians:
            raise MissingError
        files = await with_joined(self._unit, child_id)
        ties = ChildGuardianRow.person_id == person_id
        await self._unit.connection.execute(
            delete(ChildGuardianRow).where(ties, ChildGuardianRow.child_id.in_(files))
        )
        await self._unit.connection.execute(
            update(DraftRow)
            .where(DraftRow.person_id == person_id, DraftRow.child_id.in_(files))
            .where(DraftRow.state.in_(("open", "parked")))
            .values(state="dropped", sealed=None, news=None)
        )
        others = await self._unit.connection.execute(select(ChildGuardianRow).where(ties).limit(1))
        if others.first() is None:
            await Invites(self._unit).revoke_for(person_id)
        Audit(self._unit).append(
            principal.actor,
            "guardian.untie",
            f"child:{child_id}",
            area=child.area,
            person=person_id,
        )

    async def invite(self, principal: Principal, child_id: str, person_id: str) -> str:
        """Make a code for a guardian of a child; older codes are spoilt.

        Raises:
            DeniedError: They are connected already: who moves them to another chat manages people.
            MissingError: They are registered for another child.
        """
        child = await self._child(principal, child_id)
        people = People(self._unit)
        if person_id not in child.guardians:
            raise MissingError
        if await people.bound(person_id):
            await people.managed(person_id, principal)
        invites = Invites(self._unit)
        await invites.revoke_for(person_id)
        guardian = Invitation(
            role=Role.GUARDIAN, area=child.area, person_id=person_id, child=child
        )
        return await invites.make(guardian, principal)

    async def _child(self, principal: Principal, child_id: str) -> Resource:
        child = await Children(self._unit).resource(child_id)
        require(principal, Action.GUARDIAN_TIE, child)
        return child

    async def _people(self, ids: frozenset[str]) -> list[Person]:
        people = People(self._unit)
        found = [await people.get(person_id) for person_id in sorted(ids)]
        return [person for person in found if person is not None and person.active]
