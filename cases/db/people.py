"""The roster: workers and registered guardians, and the chats they write from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, insert, or_, select, update

from cases.access import require_manager
from cases.areas import Level, at_level, span
from cases.db.audit import Audit
from cases.db.conversations import Conversations
from cases.db.dialects import insert_or
from cases.db.people_seals import opened, sealed
from cases.db.prepared import Prepared
from cases.db.rows import (
    ConversationRow,
    DeputyRow,
    DraftRow,
    IdentityRow,
    PersonRow,
    SubjectKeyRow,
)
from cases.db.subjects import Subjects, person_subject
from cases.errors import GuardError
from cases.people import STAFF, Person, Role
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import Select

    from cases.access import Resource
    from cases.db.store import Unit
    from cases.people import Principal

CUT_OFF = "cut-off"
"""Where what was begun waits while its owner has no phone; no channel has such a chat."""
APPROVED_FOR = timedelta(days=90)
"""How long one approval to open files lasts: our default."""

_COLUMNS = (
    PersonRow.id,
    PersonRow.role,
    PersonRow.area,
    PersonRow.formerly,
    PersonRow.post,
    PersonRow.sealed,
    PersonRow.qualified_on,
    PersonRow.trained_on,
    PersonRow.language,
    PersonRow.active,
    PersonRow.on_leave_until,
    PersonRow.approved_until,
    SubjectKeyRow.wrapped,
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be reached."""

    channel: str
    chat: str


class People:
    """The roster, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def expect(self, channel: str, chat: str) -> None:
        """Let the person bound to a chat come with the unit's next statement."""
        _BY_CHAT.expect(self._unit, {"channel": channel, "chat": chat})

    async def by_chat(self, channel: str, chat: str) -> Person | None:
        """Return the person bound to a chat, active or not; None for a chat unknown or unbound."""
        row = await _BY_CHAT.first(self._unit, {"channel": channel, "chat": chat})
        return self._person(row) if row else None

    async def get(self, person_id: str) -> Person | None:
        """Return a person by id."""
        row = await _BY_ID.first(self._unit, {"person": person_id})
        return self._person(row) if row else None

    async def names(self, person_ids: Iterable[str | None]) -> dict[str | None, str]:
        """Return the names of people by id; empty for who stands on no roster any more."""
        found: dict[str | None, str] = {}
        for person_id in set(person_ids) - {None}:
            person = await self.get(str(person_id))
            found[person_id] = person.name if person else ""
        return found

    async def named(self, name: str, area: str, roles: Iterable[Role], on: date) -> Person | None:
        """Return a worker in charge of an area by name; None when there is nobody of that name."""
        for role in roles:
            for person in await self.workers(role, area, on):
                if person.name == name.strip():
                    return person
        return None

    async def workers(self, role: Role, area: str, on: date) -> list[Person]:
        """Return who of a role is responsible for an area on a day: active and not on leave.

        Someone is responsible for their own division and for all inside it; the nearest come
        first.
        """
        above = {at_level(area, level) for level in Level}
        values = {"role": role.value, "above": sorted(above), "day": on}
        rows = await self._unit.connection.execute(_WORKERS, values)
        return [self._person(row) for row in rows]

    async def roster(self, scope: str, role: Role | None = None) -> list[Person]:
        """Return everyone active who works inside an area, by area."""
        query = _roster(scope)
        if role is not None:
            query = query.where(PersonRow.role == role.value)
        return [self._person(row) for row in await self._unit.connection.execute(query)]

    async def may_be_named(self, scope: str, indexes: Iterable[bytes]) -> list[Person]:
        """Return the active workers of an area by their names' indexes, with who has none."""
        query = _roster(scope).where(
            PersonRow.role.in_(sorted(STAFF)),
            PersonRow.name_index.in_(indexes) | PersonRow.name_index.is_(None),
        )
        return [self._person(row) for row in await self._unit.connection.execute(query)]

    async def anyone_by(self, scope: str, moment: datetime) -> bool:
        """Say whether any worker of an area was entered before a moment, still there or not."""
        low, high = span(scope)
        query = (
            select(PersonRow.id)
            .where(PersonRow.area >= low, PersonRow.area < high, PersonRow.since < moment)
            .where(PersonRow.role.in_(sorted(role.value for role in STAFF)))
            .limit(1)
        )
        return (await self._unit.connection.execute(query)).first() is not None

    async def addresses(self, person_id: str) -> list[Address]:
        """Return the chats a person can be reached at."""
        rows = await _ADDRESSES.all(self._unit, {"person": person_id})
        return [Address(row.channel, row.chat) for row in rows]

    async def bound(self, person_id: str) -> bool:
        """Say whether a chat is tied to a person, whether it takes messages or not."""
        query = select(IdentityRow.chat).where(
            IdentityRow.person_id == person_id, IdentityRow.revoked_at.is_(None)
        )
        return (await self._unit.connection.execute(query.limit(1))).first() is not None

    async def add(self, person: Person, by: Principal, child: Resource | None = None) -> Person:
        """Enter someone on the roster (a guardian of a `child`); an empty id gets a new one."""
        require_manager(by, person.area, person.role, child)
        person_id = person.id or new_id()
        wrapped = await Subjects(self._unit).ensure(person_subject(person_id))
        await self._unit.connection.execute(
            insert(PersonRow).values(
                id=person_id,
                role=person.role.value,
                area=person.area,
                post=person.post,
                **sealed(self._unit.vault, wrapped, person_id, person),
                qualified_on=person.qualified_on,
                trained_on=person.trained_on,
                active=person.active,
                on_leave_until=person.on_leave_until,
                approved_until=local_day(self._unit.clock.now()) + APPROVED_FOR,
                language=person.language,
                epoch=1,
                since=self._unit.clock.now(),
            )
        )
        self._log(by, "person.add", person_id, person.area, role=person.role.value)
        added = await self.get(person_id)
        assert added is not None  # noqa: S101 inserted above in the same transaction
        return added

    async def set_language(self, person_id: str, language: str) -> None:
        """Remember the language a person reads."""
        await self._change(person_id, language=language)

    async def approve(self, person_id: str, by: Principal) -> date:
        """Approve that someone opens files, from today on; return the last day.

        Raises:
            GuardError: Nobody approves their own access.

        Source:
            未成年人网络保护条例 第三十六条 (access by approval of the person in charge, on
            record); how long an approval lasts is our default.
        """
        person = await self.managed(person_id, by)
        if by.person_id == person_id:
            raise GuardError("own-approval")
        until = local_day(self._unit.clock.now()) + APPROVED_FOR
        await self._change(person_id, approved_until=until)
        self._log(by, "person.approve", person_id, person.area, until=until.isoformat())
        return until

    async def set_leave(self, person_id: str, until: date | None, by: Principal) -> None:
        """Send a person on leave until a day, or bring them back."""
        await self.managed(person_id, by)
        await self._change(person_id, on_leave_until=until)
        self._log(by, "person.leave", person_id, "", until=until.isoformat() if until else "")

    async def bind(self, person_id: str, channel: str, chat: str) -> None:
        """Tie a chat to a person; what the person had before on this channel is cut.

        What was begun on the old phone waits on the new one; what somebody else had begun in this
        chat waits for their own.
        """
        now = self._unit.clock.now()
        await self._unit.connection.execute(
            update(IdentityRow)
            .where(IdentityRow.person_id == person_id, IdentityRow.channel == channel)
            .where(IdentityRow.chat != chat, IdentityRow.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        fresh = {
            "person_id": person_id,
            "bound_at": now,
            "revoked_at": None,
            "unreachable_since": None,
        }
        await self._unit.connection.execute(
            insert_or(self._unit, IdentityRow)
            .values(channel=channel, chat=chat, **fresh)
            .on_conflict_do_update(index_elements=["channel", "chat"], set_=fresh)
        )
        begun = update(DraftRow).where(
            DraftRow.channel == channel, DraftRow.state.in_(("open", "parked"))
        )
        for whose, there in (
            ((DraftRow.person_id != person_id) & (DraftRow.chat == chat), CUT_OFF),
            ((DraftRow.person_id == person_id) & (DraftRow.chat != chat), chat),
        ):
            await self._unit.connection.execute(
                begun.where(whose).values(chat=there, state="parked")
            )
        self._log(None, "person.bind", person_id, "", channel=channel)

    async def revoke(self, person_id: str, by: Principal) -> int:
        """Cut every chat of a person in one step (a lost phone); return how many there were.

        Whoever holds the phone finds nothing begun on it: that waits for the next one (`bind`).
        """
        await self.managed(person_id, by)
        await self._empty_phone(person_id)
        done = await self._unit.connection.execute(
            update(IdentityRow)
            .where(IdentityRow.person_id == person_id, IdentityRow.revoked_at.is_(None))
            .values(revoked_at=self._unit.clock.now())
        )
        await self._change(person_id, epoch=PersonRow.epoch + 1)
        self._log(by, "person.revoke", person_id, "")
        return done.rowcount

    async def _empty_phone(self, person_id: str) -> None:
        """Take what was begun, and what was talked about, out of a person's chats."""
        theirs = exists().where(
            IdentityRow.person_id == person_id,
            IdentityRow.channel == ConversationRow.channel,
            IdentityRow.chat == ConversationRow.chat,
            IdentityRow.revoked_at.is_(None),
        )
        await Conversations(self._unit).empty(theirs)
        await self._unit.connection.execute(
            update(DraftRow)
            .where(DraftRow.person_id == person_id, DraftRow.state.in_(("open", "parked")))
            .where(DraftRow.chat != "")
            .values(chat=CUT_OFF, state="parked")
        )

    async def leave_roster(self, person_id: str, by: Principal) -> None:
        """Take someone off the roster; use `Staff.hand_over` where there is a successor."""
        person = await self.managed(person_id, by)
        await self.revoke(person_id, by)
        await self._change(person_id, active=False)
        self._log(by, "person.leave_roster", person_id, person.area)

    async def add_deputy(
        self, person_id: str, deputy_id: str, by: Principal, place: int = 0
    ) -> None:
        """Name who stands in for a worker; lower places are asked first.

        Raises:
            MissingError, DeniedError: Nobody has this id; or the worker is not theirs to manage.
        """
        person = await self.managed(person_id, by)
        await self._unit.connection.execute(
            insert_or(self._unit, DeputyRow)
            .values(person_id=person_id, deputy_id=deputy_id, place=place)
            .on_conflict_do_nothing()
        )
        self._log(by, "person.deputy", person_id, person.area, to=f"person:{deputy_id}")

    async def mark_unreachable(self, channel: str, chat: str) -> None:
        """Note that a chat refuses our messages."""
        await self._reach(channel, chat, self._unit.clock.now())

    async def mark_reachable(self, channel: str, chat: str) -> None:
        """Note that a chat takes our messages again."""
        await self._reach(channel, chat, None)

    async def managed(self, person_id: str, by: Principal) -> Person:
        """Return a person whom someone may manage (or who is that someone).

        Raises:
            MissingError, DeniedError: Nobody has this id; or they may not.
        """
        person = await self.get(person_id)
        if person is None:
            raise MissingError
        if by.person_id != person_id:
            require_manager(by, person.area, person.role)
        return person

    async def _reach(self, channel: str, chat: str, since: Any) -> None:  # noqa: ANN401 moment or None
        await self._unit.connection.execute(
            update(IdentityRow)
            .where(IdentityRow.channel == channel, IdentityRow.chat == chat)
            .values(unreachable_since=since)
        )

    async def _change(self, person_id: str, **values: Any) -> None:  # noqa: ANN401 column values
        await self._unit.connection.execute(
            update(PersonRow).where(PersonRow.id == person_id).values(**values)
        )

    def _log(
        self, by: Principal | None, act: str, person_id: str, area: str, **detail: str
    ) -> None:
        actor = by.actor if by else person_id
        Audit(self._unit).append(actor, act, f"person:{person_id}", area=area, **detail)

    def _person(self, row: Any) -> Person:  # noqa: ANN401 a row of `_COLUMNS`
        name, phone = opened(self._unit.vault, row)
        return Person(
            id=row.id,
            role=Role(row.role),
            area=row.area,
            formerly=row.formerly,
            name=name,
            phone=phone,
            post=row.post,
            qualified_on=row.qualified_on,
            trained_on=row.trained_on,
            language=row.language,
            active=row.active,
            on_leave_until=row.on_leave_until,
            approved_until=row.approved_until,
        )


def _people() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).join(
        SubjectKeyRow, SubjectKeyRow.subject_id == "person:" + PersonRow.id
    )


def _roster(scope: str) -> Select[*tuple[Any, ...]]:
    low, high = span(scope)
    return (
        _people()
        .where(PersonRow.area >= low, PersonRow.area < high, PersonRow.active)
        .order_by(PersonRow.area, PersonRow.role, PersonRow.id)
    )


_BY_CHAT = Prepared(
    _people()
    .join(IdentityRow, IdentityRow.person_id == PersonRow.id)
    .where(
        IdentityRow.channel == bindparam("channel"),
        IdentityRow.chat == bindparam("chat"),
        IdentityRow.revoked_at.is_(None),
    )
)
_BY_ID = Prepared(_people().where(PersonRow.id == bindparam("person")))
_WORKERS = (
    _people()
    .where(PersonRow.role == bindparam("role"), PersonRow.active)
    .where(PersonRow.area.in_(bindparam("above", expanding=True)))
    .where(or_(PersonRow.on_leave_until.is_(None), PersonRow.on_leave_until < bindparam("day")))
    .order_by(PersonRow.area.desc(), PersonRow.since, PersonRow.id)
)
_ADDRESSES = Prepared(
    select(IdentityRow.channel, IdentityRow.chat)
    .where(IdentityRow.person_id == bindparam("person"))
    .where(IdentityRow.revoked_at.is_(None), IdentityRow.unreachable_since.is_(None))
    .order_by(IdentityRow.bound_at.desc())
)
