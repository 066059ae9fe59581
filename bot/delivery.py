"""Carries committed replies to the channel, in order for each person; it decides no words.

Each reply has one process that delivers it. Where several share a database (PostgreSQL), what a
process owes is left to it as long as it lives, and a turn that follows another process's turn
waits until that one has spoken.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cases.db.conversations import Conversations, Owed, ReplyKey, StoredReply
from kernel.errors import UnavailableError
from kernel.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from cases.db.presence import Presence
    from cases.db.store import Store, Unit
    from kernel.nursery import Nursery

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.05
"""How long receipts wait for a unit that commits anyway, before they get one of their own."""
SWEEP_SECONDS = 2.0
"""How often we look for replies that nobody delivers (our default); two looks must agree."""
OTHERS_SECONDS = 0.05
"""How often we look whether another process has said what goes before."""
MOST_HELD = 40
"""Replies to one chat that wait in memory (our default); what a flood brings on top waits in the
database, where it is anyway."""
UNKNOWN_TRIES = 8
"""Tries of a reply that fails in a way nobody foresaw; then the next one has its turn."""
Asked = tuple[str, str, str]
"""Channel, chat and the channel's number of the newest message that asked something."""
_BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Mouth(Protocol):
    """The side of a channel that speaks."""

    async def deliver(self, chat: str, payload: dict[str, Any], message: str) -> str:
        """Send one reply; return the channel's number of the message, or nothing.

        Args:
            chat: The person's private chat.
            payload: JSON of `bot.presenting.Presenter.payloads`.
            message: The message that an edit is for.

        Raises:
            LaterError: Try again after `seconds`.
        """
        ...


class LaterError(UnavailableError):
    """The channel wants the reply later, or did not answer."""

    def __init__(self, seconds: float | None = None) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Due:
    """A reply whose turn it is to be delivered; `behind`: after what another process owes."""

    reply: StoredReply
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the channel took, to be written down together."""

    taken: tuple[ReplyKey, ...]
    asked: dict[str, Asked]


class Deliverer:
    """One queue for each conversation; receipts are written together."""

    def __init__(self, store: Store, mouth: Mouth, nursery: Nursery, presence: Presence) -> None:
        self._store = store
        self._mouth = mouth
        self._nursery = nursery
        self._presence = presence
        self._queues: dict[str, deque[Due]] = {}
        self._left: dict[str, int] = {}  # chats, and how many replies a flood left in the database
        self._prompts: dict[str, str] = {}
        self._astray: set[ReplyKey] = set()
        self._under_way: set[ReplyKey] = set()
        self._taken: dict[ReplyKey, None] = {}
        self._asked: dict[str, Asked] = {}
        self._writing: set[str] = set()
        self._flush = asyncio.Event()
        self._silent = asyncio.Event()
        self._silent.set()

    def start(self) -> None:
        """Begin to write receipts and to look for replies that a dead process left."""
        self._nursery.start(self._write_receipts(), name="receipts")
        self._nursery.start(self._sweep(), name="orphaned replies")

    @property
    def number(self) -> int:
        """Whose replies are ours to deliver."""
        return self._presence.number

    def push(
        self, replies: Iterable[StoredReply], *, prompt_message: str = "", behind: bool = False
    ) -> None:
        """Deliver replies of one committed turn.

        Args:
            replies: Of one turn, or taken over.
            prompt_message: The message that asked last, as the conversation knows it.
            behind: Another process spoke in this conversation before: it has its say first.
        """
        for reply in replies:
            if reply.key in self._under_way:
                continue
            if prompt_message and reply.chat not in self._prompts:
                self._prompts[reply.chat] = prompt_message
            self._enqueue(Due(reply, behind))
            behind = False

    def _enqueue(self, due: Due) -> None:
        chat = due.reply.chat
        queue = self._queues.get(chat)
        if chat in self._left or (queue is not None and len(queue) >= MOST_HELD):
            self._left[chat] = self._left.get(chat, 0) + 1
            return
        self._under_way.add(due.reply.key)
        if queue is None:
            self._queues[chat] = deque([due])
            self._silent.clear()
            self._nursery.start(self._speak(chat, self._queues[chat]), name="replies")
            return
        # what was taken over may be older than what waits already
        later = sum(1 for one in queue if one.reply.order > due.reply.order)
        queue.insert(len(queue) - later, due)

    async def _speak(self, chat: str, queue: deque[Due]) -> None:
        while queue or await self._take_up(chat, queue):
            first = queue[0]
            if first.behind:
                await self._let_others_speak(first.reply)
                # what an ended process owed may meanwhile have come to stand before it
                queue[queue.index(first)] = Due(first.reply)
                continue
            reply = queue.popleft().reply
            await self._insist(chat, reply)
            self._taken[reply.key] = None
            self._flush.set()
        del self._queues[chat]
        if not self._queues:
            self._silent.set()

    async def _take_up(self, chat: str, queue: deque[Due]) -> bool:
        """Read on in what was left in the database; say whether there was any."""
        while chat in self._left:
            left = self._left[chat]
            await self.flush()
            try:
                async with self._store.reading() as unit:
                    replies = await Conversations(unit).next_owed(chat, self.number, MOST_HELD)
            except UnavailableError:
                await asyncio.sleep(_BACKOFF[0])
                continue
            new = [reply for reply in replies if reply.key not in self._under_way]
            # what was committed while we looked may not be among them
            if len(replies) < MOST_HELD and self._left[chat] == left:
                del self._left[chat]
            self._under_way.update(reply.key for reply in new)
            # another process may have spoken in between
            queue.extend(Due(reply, behind=True) for reply in new)
            if queue:
                return True
            await asyncio.sleep(FLUSH_SECONDS)
        return False

    async def _let_others_speak(self, reply: StoredReply) -> None:
        """Wait until no other process owes this chat anything older."""
        while True:
            with contextlib.suppress(UnavailableError):
                async with self._store.reading() as unit:
                    asked = await Conversations(unit).heard_out(reply, self.number)
                if asked is not None:
                    # our own newest question is not on disk yet: nobody can have spoken since
                    ours = self._asked.get(reply.chat)
                    self._prompts[reply.chat] = ours[2] if ours else asked
                    return
            await asyncio.sleep(OTHERS_SECONDS)

    async def _insist(self, chat: str, reply: StoredReply) -> None:
        """Deliver one reply; wait out an outage, since the words are already committed."""
        attempt = 0
        while True:
            try:
                await self._deliver(chat, reply)
            except LaterError as later:
                pause = later.seconds or _BACKOFF[min(attempt, len(_BACKOFF) - 1)]
                attempt += 1
                await asyncio.sleep(pause)
            except Exception as error:  # noqa: BLE001 one reply must not silence a whole chat
                attempt += 1
                log.warning("a reply failed: %s, try %d", type(error).__name__, attempt)
                if attempt >= UNKNOWN_TRIES:
                    return
                await asyncio.sleep(_BACKOFF[min(attempt, len(_BACKOFF) - 1)])
            else:
                return

    async def _deliver(self, chat: str, reply: StoredReply) -> None:
        payload = reply.payload
        target = payload.get("message") or self._prompts.get(chat, "")
        if payload["do"] == "edit" and not target:
            if not payload.get("buttons"):
                return
            payload = {**payload, "do": "send", "prompt": True}
        message = await self._mouth.deliver(chat, payload, target)
        if message and (
            payload.get("prompt") or (payload["do"] == "edit" and payload.get("buttons"))
        ):
            self._prompts[chat] = message
            self._asked[chat] = (reply.channel, chat, message)

    @contextlib.asynccontextmanager
    async def receipts(self, unit: Unit, *, chat: str | None = None) -> AsyncIterator[None]:
        """Write what the channel took, from one chat or all, into a unit that commits inside.

        What one unit is writing no other writes: two that lock the same rows in another order
        would wait for each other.
        """
        receipts = self._unwritten(chat)
        chats = {key[1] for key in receipts.taken} | receipts.asked.keys()
        self._writing |= chats
        try:
            await Conversations(unit).delivered(receipts.taken, list(receipts.asked.values()))
            yield
            self._forget(receipts)
        except BaseException:
            self._flush.set()  # whoever left them to this unit does not come again
            raise
        finally:
            self._writing -= chats

    def _unwritten(self, chat: str | None) -> Receipts:
        def free(one: str) -> bool:
            return one not in self._writing and chat in (None, one)

        taken = tuple(key for key in self._taken if free(key[1]))
        return Receipts(taken, {one: asked for one, asked in self._asked.items() if free(one)})

    def _forget(self, receipts: Receipts) -> None:
        """Forget receipts that are on disk now."""
        for key in receipts.taken:
            self._taken.pop(key, None)
        for chat, asked in receipts.asked.items():
            if self._asked.get(chat) == asked:
                del self._asked[chat]
        self._under_way.difference_update(receipts.taken)

    async def _write_receipts(self) -> None:
        while True:
            await self._flush.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            self._flush.clear()
            await self.flush()

    async def flush(self) -> None:
        """Write down what the channel took, if no other unit did so."""
        if not self._taken:
            return
        try:
            async with self._store.unit() as unit, self.receipts(unit):
                await unit.commit()
        except UnavailableError:
            await asyncio.sleep(_BACKOFF[0])
            self._flush.set()

    async def land(self, seconds: float) -> None:
        """Go on until everything is delivered, or for so long; then write the receipts."""
        await until(self._silent, seconds)
        with contextlib.suppress(UnavailableError):
            await self.flush()

    async def resume(self) -> None:
        """Deliver what a process that ended still owed, before anything newer."""
        owed = await self._forsaken()
        if not owed:
            return
        async with self._store.unit() as unit:
            replies = await Conversations(unit).take_over(owed, self.number)
            await unit.commit()
        self.push(replies)

    async def _forsaken(self) -> list[Owed]:
        """Return replies whose process has ended, and our own that we do not know of.

        The latter were committed although the database's answer did not reach us.
        """
        async with self._store.reading() as unit:
            owed = await Conversations(unit).owed(owner=self.number, but=self._left.keys())
            others = {one.owner for one in owed} - {self.number}
            gone = await self._presence.gone(unit, others)
        unknown = {one.key for one in owed if one.owner == self.number} - self._under_way
        astray, self._astray = unknown & self._astray, unknown
        return [one for one in owed if one.owner in gone or one.key in astray]

    async def _sweep(self) -> None:
        """Look again and again for replies that nobody delivers."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.resume()
            except UnavailableError:
                log.warning("orphaned replies could not be read")
