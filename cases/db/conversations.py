"""Where each dialogue stands, and the replies it owes; it knows no form and no channel."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, not_, select, update
from sqlalchemy.orm import aliased

from cases.areas import span
from cases.db.prepared import Prepared, add, add_once
from cases.db.rows import ConversationRow, IdentityRow, PersonRow, ReplyRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement, Row

    from cases.db.store import Unit

State = dict[str, Any]
MOST_OWED = 1_000
"""Replies that one look takes up; what is left comes with the next."""
ReplyKey = tuple[str, str, str, int]
"""Channel, chat, turn and place within the turn."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's dialogue.

    Args:
        revision: Counts turns.
        prompt_no: Number of the question now open; its buttons carry it.
        prompt_message: The channel's number of the newest message that asked something.
        speaker: The process that last had something to say here (`Presence.number`).
        state: JSON object that the handlers keep.
    """

    channel: str
    chat: str
    revision: int = 0
    prompt_no: int = 0
    prompt_message: str = ""
    speaker: int = 0
    state: State = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A committed reply that the channel has yet to take."""

    channel: str
    chat: str
    turn_id: str
    place: int
    prompt_no: int
    payload: dict[str, Any] = field(repr=False)

    @property
    def key(self) -> ReplyKey:
        """What tells it apart."""
        return self.channel, self.chat, self.turn_id, self.place

    @property
    def order(self) -> tuple[int, int]:
        """Its place among the replies of its conversation: turns go by their updates' numbers."""
        return int(self.turn_id), self.place


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply that waits, and the process that is to deliver it."""

    id: int
    owner: int
    key: ReplyKey


class Conversations:
    """The dialogues of all persons."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def lock(self, channel: str, chat: str) -> Conversation:
        """Return the conversation and hold it until the unit ends; a new one is begun."""
        conversation = await self.hold(channel, chat)
        if conversation is None:
            await self.begin(channel, chat)
            return await self.lock(channel, chat)
        return conversation

    def expect(self, channel: str, chat: str) -> None:
        """Let the conversation be held and come with the unit's next statement, before it."""
        _LOCK.expect(self._unit, {"ch": channel, "ct": chat})

    async def hold(self, channel: str, chat: str) -> Conversation | None:
        """Return the conversation and hold it until the unit ends; None if there is none."""
        row = await _LOCK.first(self._unit, {"ch": channel, "ct": chat})
        if row is None:
            return None
        state = self._unit.vault.open_mail(_place(channel, chat), row.sealed) if row.sealed else {}
        return Conversation(
            channel, chat, row.revision, row.prompt_no, row.prompt_message, row.speaker, state
        )

    async def begin(self, channel: str, chat: str) -> None:
        """Begin the conversation, unless it has begun."""
        values = {
            "channel": channel,
            "chat": chat,
            "revision": 0,
            "prompt_no": 0,
            "prompt_message": "",
            "speaker": 0,
            "changed_at": self._unit.clock.now(),
        }
        await add_once(self._unit, ConversationRow, [values])

    async def save(self, conversation: Conversation) -> None:
        """Keep the new state; the revision goes up by one."""
        place = _place(conversation.channel, conversation.chat)
        await _SAVE.later(
            self._unit,
            [
                {
                    "ch": conversation.channel,
                    "ct": conversation.chat,
                    "rev": conversation.revision + 1,
                    "no": conversation.prompt_no,
                    "who": conversation.speaker,
                    "box": self._unit.vault.seal_mail(place, conversation.state),
                    "at": self._unit.clock.now(),
                }
            ],
        )

    async def empty(self, which: ColumnElement[bool]) -> None:
        """Empty dialogues: they stand nowhere, and nothing of what was talked about is left."""
        emptied = update(ConversationRow).where(which).values(sealed=None)
        await self._unit.connection.execute(emptied)

    async def empty_naming(self, ids: Collection[str], scope: str) -> None:
        """Empty the dialogues of people of an area that name any of these ids."""
        low, high = span(scope)
        query = (
            select(ConversationRow.channel, ConversationRow.chat, ConversationRow.sealed)
            .join(
                IdentityRow,
                and_(
                    IdentityRow.channel == ConversationRow.channel,
                    IdentityRow.chat == ConversationRow.chat,
                ),
            )
            .join(PersonRow, PersonRow.id == IdentityRow.person_id)
            .where(PersonRow.area >= low, PersonRow.area < high)
            .where(ConversationRow.sealed.is_not(None))
        )
        for row in (await self._unit.connection.execute(query)).all():
            place = _place(row.channel, row.chat)
            said = json.dumps(self._unit.vault.open_mail(place, row.sealed))
            if any(one in said for one in ids):
                await self.empty(
                    and_(ConversationRow.channel == row.channel, ConversationRow.chat == row.chat)
                )

    async def owe(
        self, conversation: Conversation, turn_id: str, replies: Sequence[dict[str, Any]]
    ) -> list[StoredReply]:
        """Store the replies of a turn, in order, for its speaker to deliver."""
        now = self._unit.clock.now()
        rows = [
            {
                "channel": conversation.channel,
                "chat": conversation.chat,
                "turn_id": turn_id,
                "place": place,
                "prompt_no": conversation.prompt_no,
                "state": "ready",
                "owner": conversation.speaker,
                "sealed": self._unit.vault.seal_mail(
                    f"reply:{conversation.channel}:{conversation.chat}", payload
                ),
                "made_at": now,
            }
            for place, payload in enumerate(replies)
        ]
        await add(self._unit, ReplyRow, rows)
        return [
            StoredReply(
                conversation.channel,
                conversation.chat,
                turn_id,
                place,
                conversation.prompt_no,
                payload,
            )
            for place, payload in enumerate(replies)
        ]

    async def owed(self, *, owner: int = 0, but: Collection[str] = ()) -> list[Owed]:
        """Return what no channel took yet, without the words, oldest first.

        Args:
            owner: A process that knows what it owes these chats,
            but: which are left out.
        """
        query = select(
            ReplyRow.id,
            ReplyRow.owner,
            ReplyRow.channel,
            ReplyRow.chat,
            ReplyRow.turn_id,
            ReplyRow.place,
        ).where(ReplyRow.state == "ready")
        if but:
            query = query.where(not_(and_(ReplyRow.owner == owner, ReplyRow.chat.in_(but))))
        rows = await self._unit.connection.execute(query.order_by(ReplyRow.id).limit(MOST_OWED))
        return [
            Owed(row.id, row.owner, (row.channel, row.chat, row.turn_id, row.place))
            for row in rows
        ]

    async def take_over(self, owed: Collection[Owed], owner: int) -> list[StoredReply]:
        """Make replies this process's own, unless another was faster; oldest first."""
        statement = (
            update(ReplyRow)
            .where(
                ReplyRow.id.in_([one.id for one in owed]),
                ReplyRow.owner.in_({one.owner for one in owed}),
                ReplyRow.state == "ready",
            )
            .values(owner=owner)
            .returning(*_REPLY)
        )
        rows = sorted(await self._unit.connection.execute(statement), key=lambda row: row.id)
        return self._opened(rows)

    async def next_owed(self, chat: str, owner: int, most: int) -> list[StoredReply]:
        """Return the oldest replies that a process owes one chat."""
        query = (
            select(*_REPLY)
            .where(ReplyRow.state == "ready", ReplyRow.chat == chat, ReplyRow.owner == owner)
            .order_by(ReplyRow.id)
            .limit(most)
        )
        return self._opened(await self._unit.connection.execute(query))

    def _opened(self, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[StoredReply]:
        return [
            StoredReply(
                row.channel,
                row.chat,
                row.turn_id,
                row.place,
                row.prompt_no,
                self._unit.vault.open_mail(f"reply:{row.channel}:{row.chat}", row.sealed),
            )
            for row in rows
            if row.sealed
        ]

    async def heard_out(self, reply: StoredReply, owner: int) -> str | None:
        """Say whether nobody else still has something older to say in this chat.

        Returns:
            The channel's number of the newest message that asked something (may be empty), or
            None as long as another process owes an older reply.
        """
        where = {"ch": reply.channel, "ct": reply.chat}
        values = where | {"turn": reply.turn_id, "me": owner}
        if await _OTHERS_OLDER.first(self._unit, values) is not None:
            return None
        row = await _ASKED.first(self._unit, where)
        return "" if row is None else str(row.prompt_message)

    async def delivered(
        self, keys: Sequence[ReplyKey], prompts: Sequence[tuple[str, str, str]]
    ) -> None:
        """Empty replies that the channel took; note which messages ask the newest questions.

        Rows are locked in one order by all bots: two that write receipts of the same chats would
        otherwise wait for each other.

        Args:
            keys: Replies that were taken (or can never be).
            prompts: Channel, chat and the channel's number of the message.
        """
        if keys:
            rows = [
                {"ch": channel, "ct": chat, "turn": turn_id, "at": place}
                for channel, chat, turn_id, place in sorted(keys)
            ]
            await _TAKEN.later(self._unit, rows)
        if prompts:
            await _PROMPTED.later(
                self._unit,
                [
                    {"ch": channel, "ct": chat, "msg": message}
                    for channel, chat, message in sorted(prompts)
                ],
            )


def _place(channel: str, chat: str) -> str:
    return f"conversation:{channel}:{chat}"


_REPLY = (
    ReplyRow.id,
    ReplyRow.channel,
    ReplyRow.chat,
    ReplyRow.turn_id,
    ReplyRow.place,
    ReplyRow.prompt_no,
    ReplyRow.sealed,
)
_HERE = (ConversationRow.channel == bindparam("ch"), ConversationRow.chat == bindparam("ct"))
_LOCK = Prepared(
    select(
        ConversationRow.revision,
        ConversationRow.prompt_no,
        ConversationRow.prompt_message,
        ConversationRow.speaker,
        ConversationRow.sealed,
    )
    .where(*_HERE)
    .with_for_update()
)
_SAVE = Prepared(
    update(ConversationRow)
    .where(*_HERE)
    .values(
        revision=bindparam("rev"),
        prompt_no=bindparam("no"),
        speaker=bindparam("who"),
        sealed=bindparam("box"),
        changed_at=bindparam("at"),
    )
)
_MINE = aliased(ReplyRow)
_OTHERS_OLDER = Prepared(
    select(ReplyRow.id)
    .where(
        ReplyRow.channel == bindparam("ch"),
        ReplyRow.chat == bindparam("ct"),
        ReplyRow.state == "ready",
        ReplyRow.owner != bindparam("me"),
        ReplyRow.id
        < select(func.min(_MINE.id))
        .where(
            _MINE.channel == bindparam("ch"),
            _MINE.chat == bindparam("ct"),
            _MINE.turn_id == bindparam("turn"),
        )
        .scalar_subquery(),
    )
    .limit(1)
)
_ASKED = Prepared(select(ConversationRow.prompt_message).where(*_HERE))
_TAKEN = Prepared(
    update(ReplyRow)
    .where(
        ReplyRow.channel == bindparam("ch"),
        ReplyRow.chat == bindparam("ct"),
        ReplyRow.turn_id == bindparam("turn"),
        ReplyRow.place == bindparam("at"),
    )
    .values(state="sent", sealed=None)
)
_PROMPTED = Prepared(update(ConversationRow).where(*_HERE).values(prompt_message=bindparam("msg")))
