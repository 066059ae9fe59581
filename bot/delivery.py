"""Carries committed replies to the channel, in order for each person; it decides no words."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from cases.db.conversations import Conversations, ReplyKey, StoredReply
from kernel.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from cases.db.store import Store, Unit
    from kernel.nursery import Nursery

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.05
"""How long receipts wait for a unit that commits anyway, before they get one of their own."""
ORPHAN_AGE = timedelta(seconds=15)
"""A committed reply older than this was left by a process that died (our default)."""
SWEEP_SECONDS = 5.0
UNKNOWN_TRIES = 8
"""Tries of a reply that fails in a way nobody foresaw; then the next one has its turn."""
Asked = tuple[str, str, int, str]
"""Channel, chat, prompt number and the channel's number of the message that asks it."""
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
class Receipts:
    """What the channel took, to be written down together."""

    taken: tuple[ReplyKey, ...]
    asked: dict[str, Asked]


class Deliverer:
    """One queue for each conversation; receipts are written together."""

    def __init__(self, store: Store, mouth: Mouth, nursery: Nursery) -> None:
        self._store = store
        self._mouth = mouth
        self._nursery = nursery
        self._queues: dict[str, deque[StoredReply]] = {}
        self._prompts: dict[str, tuple[int, str]] = {}
        self._under_way: set[ReplyKey] = set()
        self._taken: dict[ReplyKey, None] = {}
        self._asked: dict[str, Asked] = {}
        self._writing: set[str] = set()
        self._flush = asyncio.Event()

    def start(self) -> None:
        """Begin to write receipts and to look for replies that a dead process left."""
        self._nursery.start(self._write_receipts(), name="receipts")
        self._nursery.start(self._sweep(), name="orphaned replies")

    def push(self, replies: Iterable[StoredReply], *, prompt_message: str = "") -> None:
        """Deliver replies of one committed turn."""
        for reply in replies:
            if reply.key in self._under_way:
                continue
            self._under_way.add(reply.key)
            if prompt_message and reply.chat not in self._prompts:
                self._prompts[reply.chat] = (0, prompt_message)
            queue = self._queues.get(reply.chat)
            if queue is None:
                queue = self._queues[reply.chat] = deque()
                queue.append(reply)
                self._nursery.start(self._speak(reply.chat, queue), name="replies")
            else:
                queue.append(reply)

    async def _speak(self, chat: str, queue: deque[StoredReply]) -> None:
        while queue:
            reply = queue[0]
            await self._insist(chat, reply)
            queue.popleft()
            self._taken[reply.key] = None
            self._flush.set()
        del self._queues[chat]

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
        target = payload.get("message") or self._prompts.get(chat, (0, ""))[1]
        if payload["do"] == "edit" and not target:
            if not payload.get("buttons"):
                return
            payload = {**payload, "do": "send", "prompt": True}
        message = await self._mouth.deliver(chat, payload, target)
        if message and (
            payload.get("prompt") or (payload["do"] == "edit" and payload.get("buttons"))
        ):
            self._prompts[chat] = (reply.prompt_no, message)
            self._asked[chat] = (reply.channel, chat, reply.prompt_no, message)

    @asynccontextmanager
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

    async def resume(self) -> None:
        """Deliver what a process that ended still owed, before anything newer."""
        async with self._store.reading() as unit:
            self.push(await Conversations(unit).owed())

    async def _sweep(self) -> None:
        """Deliver what was committed but not taken for long: its process has ended."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            before = self._store.clock.now() - ORPHAN_AGE
            try:
                async with self._store.reading() as unit:
                    self.push(await Conversations(unit).owed(before=before))
            except UnavailableError:
                log.warning("orphaned replies could not be read")
