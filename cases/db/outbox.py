"""Messages that are owed: put, leased, receipted, changed; it knows no text and no network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Float,
    Integer,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from cases.db.columns import Moment
from cases.db.prepared import Prepared, add_once, constants, filled, prepared, size, slots
from cases.db.rows import AlertRow, ChatHaltRow, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from cases.db.store import Unit

EMERGENCY, PROMPT, ROUTINE, BULK = 0, 1, 5, 9
"""Lanes: pushes of alerts; status, receipts, edits; reminders; broadcasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something to put into the outbox.

    Args:
        key: Says what it is, once: a second parcel of the same key is not put.
        ref: The alert it belongs to.
        not_before: Second of the database's clock before which it may not leave.
    """

    key: str
    lane: int
    channel: str
    chat: str = field(repr=False)
    kind: str
    person_id: str | None = None
    ref: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    sealed: bytes | None = field(default=None, repr=False)
    not_before: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A row that this worker may send now; `owner` fences everybody else off."""

    id: int
    key: str
    lane: int
    channel: str
    chat: str = field(repr=False)
    kind: str
    person_id: str | None
    ref: str
    args: dict[str, Any]
    sealed: bytes | None = field(repr=False)
    revision: int
    attempts: int
    unsure: int
    owner: str
    message: str
    shown: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What a worker could send now.

    Args:
        channels: Channels it has a sender for.
        lane: The last lane that has room.
        skip: Chats that are not to be written to now; emergencies pass.
        shut: Chats that not even an emergency may be written to now; if their rows were offered,
            they would crowd out the emergencies of everybody else.
        limit: How many at most.
    """

    channels: frozenset[str]
    lane: int
    skip: frozenset[str] = field(default=frozenset(), repr=False)
    shut: frozenset[str] = field(default=frozenset(), repr=False)
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A row that could leave now."""

    id: int
    lane: int
    channel: str
    chat: str = field(repr=False)
    state: str


_LEASED = [getattr(OutboxRow, name) for name in Leased.__slots__]


class Outbox:
    """The messages of one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def put(self, parcels: Sequence[Parcel]) -> None:
        """Owe messages; those whose key is known already are left as they are."""
        now = self._unit.clock.now()
        values = [
            {name: getattr(one, name) for name in Parcel.__slots__} | {"made_at": now}
            for one in parcels
        ]
        await add_once(self._unit, OutboxRow, values, key="key")

    async def offers(self, want: Want, now: float, *, lock: bool) -> list[Offer]:
        """Return what could leave now, emergencies first; `lock` holds it until the unit ends."""
        values = {"now": now, "lane": want.lane, "most": want.limit}
        values |= filled("channel", want.channels)
        values |= filled("skip", want.skip) | filled("shut", want.shut)
        statement = _offers(size(want.channels), size(want.skip), size(want.shut), lock)
        rows = await statement.all(self._unit, values)
        return [Offer(**row._asdict()) for row in rows]

    async def lease(self, ids: Collection[int], *, owner: str, until: float) -> list[Leased]:
        """Take rows; one whose lease ran out may have been sent by a worker that died."""
        if not ids:
            return []
        values = {"by": owner, "until": until, **filled("id", ids)}
        rows = await _lease(size(ids)).all(self._unit, values)
        leased = [Leased(**row._asdict()) for row in rows]
        return sorted(leased, key=lambda one: (one.lane, one.id))

    async def sent(self, row: Leased, message: str, shown: str) -> bool:
        """Write the receipt; a row that was changed meanwhile is ready once more.

        Returns:
            False when the lease had run out and someone else has the row.
        """
        key = {"row": row.id, "by": row.owner, "was": row.revision}
        what = {"msg": message, "mark": shown, "now": self._unit.clock.now()}
        return await _SENT.run(self._unit, key | what) > 0

    async def again(
        self, row: Leased, *, not_before: float, unsure: bool = False, error: str = ""
    ) -> bool:
        """Give a row back for a later try; `unsure`: this one may have arrived."""
        return await self._finish(
            row,
            state="ready",
            not_before=not_before,
            unsure=OutboxRow.unsure + int(unsure),
            error=error,
        )

    async def afresh(self, row: Leased) -> bool:
        """Send a message anew whose copy to edit is gone."""
        return await self._finish(row, state="ready", message="", shown="")

    async def end(self, row: Leased, state: str, *, error: str = "") -> bool:
        """Close a row: `dead` with the kind of error, or `cancelled`."""
        return await self._finish(row, state=state, error=error, sealed=None)

    async def _finish(self, row: Leased, **values: Any) -> bool:  # noqa: ANN401 columns
        statement = (
            update(OutboxRow)
            .where(
                OutboxRow.id == row.id, OutboxRow.owner == row.owner, OutboxRow.state == "leased"
            )
            .values(lease_until=None, owner="", **values)
            .returning(OutboxRow.id)
        )
        return (await self._unit.connection.execute(statement)).first() is not None

    async def keep_copy(self, row: Leased, message: str, shown: str) -> None:
        """Keep a copy that arrived after its lease had run out, so that it is edited too."""
        values = {name: getattr(row, name) for name in Parcel.__slots__ if name != "not_before"}
        values |= {"key": f"{row.key}~{message}", "message": message, "shown": shown}
        now = self._unit.clock.now()
        await self._unit.connection.execute(
            insert(OutboxRow).values(**values, state="sent", made_at=now, sent_at=now)
        )
        copy = and_(OutboxRow.key == values["key"], OutboxRow.ref != "")
        await self._unit.connection.execute(_touched(copy))

    async def owed_since(self, beginning: str, moment: datetime) -> bool:
        """Say whether anything was owed since a moment whose key begins like this."""
        query = select(OutboxRow.id).where(
            OutboxRow.key.startswith(beginning, autoescape=True), OutboxRow.made_at >= moment
        )
        return (await self._unit.connection.execute(query.limit(1))).first() is not None

    async def unsent(self, ref: str) -> frozenset[tuple[str, str, str]]:
        """Return kind, channel and chat of what is owed under a reference and has not left yet."""
        rows = await _UNSENT.all(self._unit, {"ref": ref})
        return frozenset((row.kind, row.channel, row.chat) for row in rows)

    async def changed(self, ref: str, *, kinds: Collection[str]) -> None:
        """Ask for what these messages show now: those that were sent will be edited."""
        values = {"ref": ref, **filled("kind", kinds)}
        await _changed(size(kinds)).later(self._unit, [values])

    async def newest_changed(self, ref: str, *, kinds: Collection[str]) -> None:
        """Ask so for the newest message of each kind in each chat; older ones stay as they are."""
        values = {"ref": ref, **filled("kind", kinds)}
        await _newest_changed(size(kinds)).later(self._unit, [values])

    async def cancel(self, ref: str, *, kinds: Collection[str]) -> None:
        """Cancel what has not left yet; a first try that may have arrived is cancelled too."""
        await self._unit.connection.execute(
            update(OutboxRow)
            .where(
                OutboxRow.ref == ref,
                OutboxRow.kind.in_(sorted(kinds)),
                OutboxRow.state == "ready",
                OutboxRow.message == "",
            )
            .values(state="cancelled")
        )

    async def halt(self, channel: str, chat: str, until: float) -> None:
        """Leave a chat alone until then, for all workers (429)."""
        key = and_(ChatHaltRow.channel == channel, ChatHaltRow.chat == chat)
        there = await self._unit.connection.execute(
            update(ChatHaltRow).where(key).values(until=until).returning(ChatHaltRow.until)
        )
        if there.first() is None:
            values = {"channel": channel, "chat": chat, "until": until}
            await self._unit.connection.execute(insert(ChatHaltRow).values(values))

    async def tidy(self, now: float, sent_before: datetime) -> None:
        """Drop halts that are over, and messages that left long ago.

        Dead ones stay, and what shows an alert that is not over: it still has to tell the end.
        """
        going_on = select(AlertRow.id).where(AlertRow.state != "done")
        await self._unit.connection.execute(delete(ChatHaltRow).where(ChatHaltRow.until < now))
        await self._unit.connection.execute(
            delete(OutboxRow).where(
                OutboxRow.state.in_(("sent", "cancelled")),
                OutboxRow.made_at < sent_before,
                OutboxRow.ref.not_in(going_on),
            )
        )


def _free(now: Any) -> Any:  # noqa: ANN401 SQL
    """Return the condition that a row may be leased at a moment."""
    return or_(
        and_(OutboxRow.state == "ready", OutboxRow.not_before <= now),
        and_(OutboxRow.state == "leased", OutboxRow.lease_until < now),
    )


@prepared
def _offers(channels: int, skip: int, shut: int, lock: bool) -> Any:  # noqa: ANN401, FBT001 SQL
    now = bindparam("now", type_=Float)
    halted = exists().where(
        ChatHaltRow.channel == OutboxRow.channel,
        ChatHaltRow.chat == OutboxRow.chat,
        ChatHaltRow.until > now,
    )
    wanted = and_(
        _free(now),
        ~halted,
        OutboxRow.lane <= bindparam("lane"),
        OutboxRow.channel.in_(slots("channel", channels)),
    )
    if skip:
        calm = OutboxRow.chat.not_in(slots("skip", skip))
        wanted = and_(wanted, or_(OutboxRow.lane == EMERGENCY, calm))
    if shut:
        wanted = and_(wanted, OutboxRow.chat.not_in(slots("shut", shut)))
    statement = (
        select(OutboxRow.id, OutboxRow.lane, OutboxRow.channel, OutboxRow.chat, OutboxRow.state)
        .where(wanted)
        .order_by(OutboxRow.lane, OutboxRow.not_before, OutboxRow.id)
        .limit(bindparam("most", type_=Integer))
    )
    return statement.with_for_update(skip_locked=True) if lock else statement


@prepared
def _lease(count: int) -> Any:  # noqa: ANN401 SQL
    maybe_sent = and_(OutboxRow.state == "leased", OutboxRow.message == "")
    return (
        update(OutboxRow)
        .where(OutboxRow.id.in_(slots("id", count)))
        .values(
            unsure=OutboxRow.unsure + case((maybe_sent, 1), else_=0),
            attempts=OutboxRow.attempts + 1,
            state="leased",
            owner=bindparam("by"),
            lease_until=bindparam("until"),
        )
        .returning(*_LEASED)
    )


def _touched(condition: Any) -> Any:  # noqa: ANN401 SQL
    was_sent = OutboxRow.state == "sent"
    return (
        update(OutboxRow)
        .where(condition, OutboxRow.state.in_(constants("ready", "leased", "sent")))
        .values(
            revision=OutboxRow.revision + 1,
            state=case((was_sent, "ready"), else_=OutboxRow.state),
            lane=case((was_sent, PROMPT), else_=OutboxRow.lane),
            not_before=case((was_sent, 0.0), else_=OutboxRow.not_before),
            attempts=case((was_sent, 0), else_=OutboxRow.attempts),
        )
    )


@prepared
def _changed(kinds: int) -> Any:  # noqa: ANN401 SQL
    of_kind = OutboxRow.kind.in_(slots("kind", kinds))
    return _touched(and_(OutboxRow.ref == bindparam("ref"), of_kind))


@prepared
def _newest_changed(kinds: int) -> Any:  # noqa: ANN401 SQL
    of_kind = OutboxRow.kind.in_(slots("kind", kinds))
    newest = (
        select(func.max(OutboxRow.id))
        .where(OutboxRow.ref == bindparam("ref"), of_kind, OutboxRow.state != "cancelled")
        .group_by(OutboxRow.kind, OutboxRow.channel, OutboxRow.chat)
    )
    return _touched(OutboxRow.id.in_(newest))


_UNSENT = Prepared(
    select(OutboxRow.kind, OutboxRow.channel, OutboxRow.chat).where(
        OutboxRow.ref == bindparam("ref"),
        OutboxRow.state.in_(constants("ready", "leased")),
        OutboxRow.message == "",
    )
)
_SENT = Prepared(
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"), OutboxRow.owner == bindparam("by"))
    .where(OutboxRow.state == "leased")
    .values(
        state=case((OutboxRow.revision == bindparam("was"), "sent"), else_="ready"),
        message=bindparam("msg"),
        shown=bindparam("mark"),
        attempts=0,
        unsure=0,
        error="",
        sent_at=func.coalesce(OutboxRow.sent_at, bindparam("now", type_=Moment)),
        lease_until=None,
        owner="",
    )
)
