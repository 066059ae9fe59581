"""The inbox: every update of a channel is a row before it is confirmed; it handles none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, literal, select, update

from cases.db.prepared import Prepared, add_once
from cases.db.rows import InboxRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cases.db.store import Unit

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update as it came: `update_id` is the key against duplicates."""

    channel: str
    update_id: int
    chat: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Waiting:
    """One update that waits to be handled.

    Args:
        taken: It was stored as handled by the very unit that handles it.
    """

    channel: str
    update_id: int
    chat: str
    payload: Payload
    received_at: datetime
    attempts: int
    taken: bool = False


class Inbox:
    """The updates of all channels."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def keep(self, updates: Sequence[Incoming]) -> None:
        """Store updates; one that is already there is left as it is."""
        now = self._unit.clock.now()
        rows = [
            {
                "channel": update.channel,
                "update_id": update.update_id,
                "chat": update.chat,
                "sealed": self._unit.vault.seal_mail(_place(update), update.payload),
                "received_at": now,
                "attempts": 0,
                "dead": "",
            }
            for update in updates
        ]
        await add_once(self._unit, InboxRow, rows)

    async def take(self, update: Incoming) -> Waiting | None:
        """Store an update as handled, without its words: this unit answers it now.

        Returns:
            None: it is there already, or an older one of its conversation waits.
        """
        now = self._unit.clock.now()
        values = {"ch": update.channel, "ct": update.chat, "no": update.update_id, "now": now}
        if not await _TAKE.run(self._unit, values):
            return None
        return Waiting(
            update.channel, update.update_id, update.chat, update.payload, now, 0, taken=True
        )

    async def waiting_chats(self) -> list[tuple[str, str]]:
        """Return the conversations that have something to handle."""
        query = select(InboxRow.channel, InboxRow.chat).where(InboxRow.done_at.is_(None))
        rows = await self._unit.connection.execute(query.distinct())
        return [(row.channel, row.chat) for row in rows]

    async def oldest(self, channel: str, chat: str) -> Waiting | None:
        """Return the oldest update of a conversation that is not handled."""
        row = await _OLDEST.first(self._unit, {"ch": channel, "ct": chat})
        if row is None:
            return None
        key = Incoming(channel, row.update_id, chat, {})
        payload = self._unit.vault.open_mail(_place(key), row.sealed)
        return Waiting(channel, row.update_id, chat, payload, row.received_at, row.attempts)

    async def done(self, waiting: Waiting, *, dead: str = "") -> None:
        """Mark an update handled and empty it; its key stays as the duplicate ledger."""
        if waiting.taken:
            return
        statement = _DEAD if dead else _DONE
        values = {"at": self._unit.clock.now(), "why": dead, **_here(waiting)}
        await statement.later(self._unit, [values])

    async def failed(self, waiting: Waiting) -> int:
        """Count one failed try; return how many there were."""
        await _FAILED.run(self._unit, _here(waiting))
        return waiting.attempts + 1


def _place(update: Incoming) -> str:
    return f"inbox:{update.channel}:{update.update_id}"


def _here(waiting: Waiting) -> dict[str, Any]:
    return {"ch": waiting.channel, "no": waiting.update_id}


_OLDEST = Prepared(
    select(InboxRow.update_id, InboxRow.sealed, InboxRow.received_at, InboxRow.attempts)
    .where(
        InboxRow.channel == bindparam("ch"),
        InboxRow.chat == bindparam("ct"),
        InboxRow.done_at.is_(None),
    )
    .order_by(InboxRow.update_id)
    .limit(1)
)
_OLDER = exists().where(
    InboxRow.channel == bindparam("ch"),
    InboxRow.chat == bindparam("ct"),
    InboxRow.done_at.is_(None),
    InboxRow.update_id < bindparam("no"),
)
_TAKEN: dict[str, Any] = {
    "channel": bindparam("ch", type_=InboxRow.channel.type),
    "update_id": bindparam("no", type_=InboxRow.update_id.type),
    "chat": bindparam("ct", type_=InboxRow.chat.type),
    "received_at": bindparam("now", type_=InboxRow.received_at.type),
    "done_at": bindparam("now", type_=InboxRow.done_at.type),
    "attempts": literal(0),
    "dead": literal(""),
}
_TAKE = Prepared(
    lambda sql: (
        sql.insert(InboxRow)
        .from_select([*_TAKEN], select(*_TAKEN.values()).where(~_OLDER), include_defaults=False)
        .on_conflict_do_nothing()
    )
)
_HERE = update(InboxRow).where(
    InboxRow.channel == bindparam("ch"), InboxRow.update_id == bindparam("no")
)
_ENDED = _HERE.values(done_at=bindparam("at"), dead=bindparam("why"))
_DEAD = Prepared(_ENDED)
_DONE = Prepared(_ENDED.values(sealed=None))
_FAILED = Prepared(_HERE.values(attempts=InboxRow.attempts + 1))
