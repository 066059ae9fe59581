"""One-time codes that tie a chat to a worker; only a hash of a code is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from cases.access import require_manager
from cases.db.audit import Audit
from cases.db.dialects import insert_or
from cases.db.people import People
from cases.db.rows import InviteRow, InviteTryRow
from cases.people import SYSTEM, Person, Role
from kernel.ids import new_code
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Row

    from cases.access import Resource
    from cases.db.store import Unit
    from cases.people import Principal
    from kernel.phrases import Phrase

MAX_TRIES = 5
_TRY_WINDOW = timedelta(hours=1)
VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom to invite: someone on the roster (`person_id`), or someone new.

    Args:
        valid_for: How long the code is good.
        child: Whose guardian is invited; the guardian must be tied to the child already.
    """

    role: Role
    area: str
    person_id: str = ""
    name: str = ""
    phone: str = ""
    valid_for: timedelta = VALID_FOR
    child: Resource | None = None

    @property
    def of_child(self) -> bool:
        """Say whether a guardian of the child is invited."""
        return self.child is not None and self.person_id in self.child.guardians


@dataclass(frozen=True, slots=True)
class Bound:
    """What came of a code: the person, or why not (so that the try is counted and kept)."""

    person: Person | None
    why: str = ""

    @property
    def reply(self) -> Phrase:
        """Return the sentence for whoever tried."""
        return say(f"cases-invite-{self.why or 'done'}")


class Invites:
    """Codes, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def make(self, invitation: Invitation, by: Principal) -> str:
        """Make a code; whoever invites must be in charge of the area.

        Raises:
            DeniedError: The inviter may not manage people there.
        """
        child = invitation.child if invitation.of_child else None
        require_manager(by, invitation.area, invitation.role, child)
        if invitation.person_id and child is None:
            await People(self._unit).managed(invitation.person_id, by)
        code, now = new_code(), self._unit.clock.now()
        person_id = invitation.person_id
        if not person_id and invitation.name:
            person = await People(self._unit).add(_newcomer(invitation), by)
            person_id = person.id
        await self._unit.connection.execute(
            insert(InviteRow).values(
                code_hash=_hash(code),
                role=invitation.role.value,
                area=invitation.area,
                person_id=person_id or None,
                made_by=by.actor,
                made_at=now,
                expires_at=now + invitation.valid_for,
            )
        )
        Audit(self._unit).append(
            by.actor,
            "invite.make",
            f"person:{person_id}" if person_id else "invite",
            area=invitation.area,
            role=invitation.role.value,
        )
        return code

    async def bind(self, code: str, channel: str, chat: str) -> Bound:
        """Tie a chat to whom the code was made for; never raises for a wrong code."""
        if await self._tries(channel, chat) >= MAX_TRIES:
            return Bound(None, "tries")
        now = self._unit.clock.now()
        query = select(InviteRow.__table__).where(InviteRow.code_hash == _hash(code))
        row = (await self._unit.connection.execute(query.with_for_update())).first()
        why = _refusal(row, now)
        if row is None or why:
            await self._count_try(channel, chat)
            return Bound(None, why)
        people = People(self._unit)
        holder = await people.by_chat(channel, chat)
        if holder is not None and holder.id != row.person_id:
            return Bound(None, "bound")
        await self._unit.connection.execute(
            update(InviteRow).where(InviteRow.code_hash == row.code_hash).values(used_at=now)
        )
        person = await self._invited(row)
        await people.bind(person.id, channel, chat)
        return Bound(person)

    async def revoke_for(self, person_id: str) -> None:
        """Spoil every unused code of a person."""
        await self._unit.connection.execute(
            update(InviteRow)
            .where(InviteRow.person_id == person_id, InviteRow.used_at.is_(None))
            .values(revoked_at=self._unit.clock.now())
        )

    async def _invited(self, row: Row[Any]) -> Person:
        people = People(self._unit)
        person = await people.get(row.person_id) if row.person_id else None
        if person is None:
            invitation = Invitation(role=Role(row.role), area=row.area)
            person = await people.add(_newcomer(invitation), SYSTEM)
        return person

    async def _tries(self, channel: str, chat: str) -> int:
        query = select(InviteTryRow.tries).where(
            InviteTryRow.channel == channel,
            InviteTryRow.chat == chat,
            InviteTryRow.last_at > self._unit.clock.now() - _TRY_WINDOW,
        )
        return (await self._unit.connection.execute(query)).scalar() or 0

    async def _count_try(self, channel: str, chat: str) -> None:
        tries = await self._tries(channel, chat) + 1
        values = {"tries": tries, "last_at": self._unit.clock.now()}
        await self._unit.connection.execute(
            insert_or(self._unit, InviteTryRow)
            .values(channel=channel, chat=chat, **values)
            .on_conflict_do_update(index_elements=["channel", "chat"], set_=values)
        )


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def _refusal(row: Row[Any] | None, now: datetime) -> str:
    if row is None:
        return "wrong"
    if row.used_at is not None:
        return "used"
    return "expired" if row.revoked_at is not None or row.expires_at <= now else ""


def _newcomer(invitation: Invitation) -> Person:
    return Person(
        id="",
        role=invitation.role,
        area=invitation.area,
        name=invitation.name,
        phone=invitation.phone,
    )
