"""The turn loop: one update, one transaction; it knows neither Telegram nor any conversation."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from bot.logs import without_values
from bot.presenting import Presenter, Seals, prompt_values
from cases.db.conversations import Conversation, Conversations
from cases.db.inbox import Inbox, Incoming, Waiting
from cases.db.store import DatabaseError
from cases.db.together import Together
from kernel.errors import TongbanError, UnavailableError
from kernel.ids import new_reference
from kernel.phrases import say
from kernel.waiting import until
from kernel.words import Edit, Press, Send, Toast, plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.delivery import Deliverer
    from cases.db.store import Store, Unit
    from kernel.nursery import Nursery
    from kernel.words import Reply, Turn

log = logging.getLogger(__name__)

TRIES = 3
"""Tries before an update counts as poison and must not block its chat (our default)."""
FORGOTTEN_SECONDS = 5.0
"""How often we look for updates whose process has ended (our default); two looks must agree."""
MOST_UNSTORED = 40
"""Updates that may wait for their turn before they are stored: as many as Telegram's default
number of connections to a webhook."""
_BUSY_PAUSE = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)
_POISON_PAUSE = 0.3
_ALL = 1_000_000
"""More than can wait: stops when the inbox has no more."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn comes to: replies, the dialogue's new state, the person's language.

    Args:
        later: Work that may follow once the turn is committed; the turn is whole without it.
        stale: An old button brought it up.
    """

    replies: tuple[Reply, ...]
    state: dict[str, Any]
    language: str
    later: tuple[Callable[[Store], Awaitable[None]], ...] = ()
    stale: bool = False


@dataclass(slots=True)
class Attempt:
    """One try at the oldest update of a conversation, with what is known of that very one.

    Args:
        update_id: Which one it turned out to be.
        found: What slow work found for it.
        refuse: Why it is refused.
        fresh: The update that is not stored yet.
        hush: No reply ends the waiting sign of the button that was pressed: whoever brought the
            update is to do it.
    """

    update_id: int | None = None
    found: object | None = None
    refuse: TongbanError | None = None
    fresh: Incoming | None = None
    hush: bool = False

    def meets(self, waiting: Waiting) -> bool:
        """Say whether this is the one it was about; another process may have answered that."""
        if self.update_id is None:
            self.update_id = waiting.update_id
        return self.update_id == waiting.update_id


class Aside(Exception):  # noqa: N818 not an error: the turn starts again with the result
    """Slow work (a search, a model) that must not hold the transaction open."""

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        super().__init__("slow work")
        self.work = work


class Ear(Protocol):
    """The side of a channel that listens: reads stored updates."""

    def turn(self, waiting: Waiting, conversation: Conversation) -> Turn | None:
        """Read an update; None when it is nothing a person said."""
        ...

    def answer(self, waiting: Waiting) -> dict[str, Any] | None:
        """Return the payload that ends the waiting sign of a pressed button."""
        ...


class Respond(Protocol):
    """The conversations: they may raise `Aside` once."""

    def expect(self, unit: Unit, channel: str, chat: str) -> None:
        """Let what every turn of a chat asks for come with the unit's next statement."""
        ...

    async def __call__(
        self, unit: Unit, turn: Turn, state: dict[str, Any], found: object | None
    ) -> Outcome:
        """Answer one turn within its transaction."""
        ...


class TurnLoop:
    """Handles what waits in the inbox: in order for each person, side by side for many."""

    def __init__(  # noqa: PLR0913 the composition root names each part once
        self,
        store: Store,
        ear: Ear,
        respond: Respond,
        seals: Seals,
        deliverer: Deliverer,
        nursery: Nursery,
        *,
        parallel: int = 8,
    ) -> None:
        self._store = store
        self._ear = ear
        self._respond = respond
        self._seals = seals
        self._deliverer = deliverer
        self._nursery = nursery
        alone = store.engine.dialect.name != "sqlite"
        self._unit = store.unit if alone else Together(store, nursery).unit
        self._places = asyncio.Semaphore(parallel)
        self._active: dict[Key, int] = {}
        self._unstored = 0
        self._left: set[Key] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def resume(self) -> None:
        """Take up what waited when the last process ended."""
        for key in await self._waiting():
            self.wake(*key, updates=_ALL)

    def start(self) -> None:
        """Begin to look for what a process beside this one left when it ended."""
        self._nursery.start(self._sweep(), name="forgotten updates")

    async def _waiting(self) -> set[Key]:
        async with self._store.reading() as unit:
            return set(await Inbox(unit).waiting_chats()) - self._active.keys()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(FORGOTTEN_SECONDS)
            with contextlib.suppress(UnavailableError):
                waiting = await self._waiting()
                for key in waiting & self._left:
                    self.wake(*key, updates=_ALL)
                self._left = waiting

    async def land(self, seconds: float) -> None:
        """Go on until nobody waits for an answer, or for so long."""
        await until(self._idle, seconds)

    async def keep(self, updates: Sequence[Incoming]) -> None:
        """Store updates durably, then wake their conversations.

        Raises:
            DatabaseError: Nothing was stored; the channel must keep the updates.
        """
        async with self._store.unit() as unit:
            await Inbox(unit).keep(updates)
            async with self._deliverer.receipts(unit):
                await unit.commit()
        for incoming in updates:
            self.wake(incoming.channel, incoming.chat)

    async def at_once(self, update: Incoming) -> Attempt | None:
        """Store an update and answer it in the same transaction: one commit instead of two.

        Only while the conversation is idle and not too many wait for their turn like this: what
        is not stored yet must not wait long.

        Returns:
            None: nothing was stored, the update has to be kept by itself (others wait, the turn
            needs slow work, or it failed).
        """
        key = (update.channel, update.chat)
        if key in self._active or self._unstored >= MOST_UNSTORED:
            return None
        self._begin(key, 0)
        self._unstored += 1
        attempt = Attempt(fresh=update)
        try:
            answered = await self._turn(key, attempt)
        except Exception:  # noqa: BLE001 whatever it is, the usual way meets it again and deals with it
            return None
        else:
            return attempt if answered else None
        finally:
            self._unstored -= 1
            if self._active[key]:
                self._nursery.start(self._drain(key), name="turns")
            else:
                self._end(key)

    def wake(self, channel: str, chat: str, *, updates: int = 1) -> None:
        """Say that so many updates wait in a conversation; counting saves a look in vain."""
        key = (channel, chat)
        if key in self._active:
            self._active[key] += updates
            return
        self._begin(key, updates)
        self._nursery.start(self._drain(key), name="turns")

    def _begin(self, key: Key, updates: int) -> None:
        self._active[key] = updates
        self._idle.clear()

    def _end(self, key: Key) -> None:
        del self._active[key]
        if not self._active:
            self._idle.set()

    async def _drain(self, key: Key) -> None:
        busy = 0
        while (expected := self._active[key]) > 0:
            try:
                there_was_one = await self._one(key)
                busy = 0
                # what was announced while we looked is not in `expected` and is looked for again
                self._active[key] -= 1 if there_was_one else expected
            except Exception as error:  # noqa: BLE001 a conversation must never stop for good
                log.warning("turn postponed: %s", type(error).__name__)
                await asyncio.sleep(_BUSY_PAUSE[min(busy, len(_BUSY_PAUSE) - 1)])
                busy += 1
        self._end(key)

    async def _one(self, key: Key) -> bool:
        """Handle the oldest update of a conversation; say whether there was one."""
        attempt = Attempt()
        try:
            return await self._answered(key, attempt)
        except DatabaseError:
            raise
        except Exception as error:
            reference = new_reference()
            log.exception("turn failed %s", reference, exc_info=without_values(error))
        there_was_one = await self._stumble(key, attempt, reference)
        await asyncio.sleep(_POISON_PAUSE)
        return there_was_one

    async def _answered(self, key: Key, attempt: Attempt) -> bool:
        """Answer, with slow work between two tries; a refusal is an answer too."""
        try:
            try:
                return await self._turn(key, attempt)
            except Aside as aside:
                attempt.found = await aside.work()
                return await self._turn(key, attempt)
        except DatabaseError:
            raise
        except TongbanError as error:
            log.info("turn refused: %s", type(error).__name__)
            attempt.refuse = error
            return await self._turn(key, attempt)

    async def _turn(self, key: Key, attempt: Attempt) -> bool:
        answered = await self._held(key, attempt)
        if answered is None:
            async with self._places, self._store.unit() as unit:
                await Conversations(unit).begin(*key)
                await unit.commit()
            answered = await self._held(key, attempt)
        return bool(answered)

    async def _held(self, key: Key, attempt: Attempt) -> bool | None:
        """Handle one update while nobody else does in this conversation; None if it is a new one.

        What is read first goes to the database in one way there and back. So a conversation that
        is new is begun by a unit of its own: there was nothing to hold before what waits was read.
        """
        async with self._places, self._unit() as unit:
            conversations = Conversations(unit)
            conversations.expect(*key)
            self._respond.expect(unit, *key)
            waiting = await self._waits(unit, key, attempt)
            conversation = await conversations.hold(*key)
            if conversation is None:
                return None
            if waiting is None:
                return await self._left_to_others(unit, key, attempt)
            if not attempt.meets(waiting):
                return True
            turn = self._ear.turn(waiting, conversation)
            if turn is None:
                await Inbox(unit).done(waiting)
                await unit.commit()
                return True
            refuse = attempt.refuse
            if refuse is None:
                outcome = await self._respond(unit, turn, conversation.state, attempt.found)
            else:
                language = str(conversation.state.get("language", "zh-CN"))
                outcome = Outcome((Send(plain(refuse.reply)),), conversation.state, language)
            if isinstance(turn.said, Press):
                outcome = _pressed(outcome, turn.said)
            attempt.hush = waiting.taken and not _toasts(outcome)
            await self._commit(unit, conversation, waiting, outcome, hushed=attempt.hush)
        for work in outcome.later:
            self._nursery.start(self._follow(work), name="after a turn")
        return True

    async def _waits(self, unit: Unit, key: Key, attempt: Attempt) -> Waiting | None:
        """Return what is to be answered now: what was just brought, if nothing older waits."""
        inbox = Inbox(unit)
        fresh = attempt.fresh
        return await (inbox.oldest(*key) if fresh is None else inbox.take(fresh))

    async def _left_to_others(self, unit: Unit, key: Key, attempt: Attempt) -> bool:
        """Say whether what was brought needs nothing more: it came before, and was answered.

        Otherwise another process left an older one, which goes first.
        """
        if attempt.fresh is not None:
            attempt.hush = await Inbox(unit).oldest(*key) is None
            self._active[key] += not attempt.hush
        return attempt.hush

    async def _follow(self, work: Callable[[Store], Awaitable[None]]) -> None:
        await work(self._store)

    async def _commit(
        self,
        unit: Unit,
        conversation: Conversation,
        waiting: Waiting,
        outcome: Outcome,
        *,
        hushed: bool = False,
        dead: str = "",
    ) -> None:
        new, before = _next(conversation, outcome), conversation.speaker
        presenter = Presenter(self._seals, new.chat, new.prompt_no, outcome.language)
        payloads = presenter.payloads(outcome.replies)
        answer = None if hushed else self._ear.answer(waiting)
        if answer is not None:
            payloads = _answered(payloads, answer)
        if payloads:
            new = replace(new, speaker=self._deliverer.number)
        conversations = Conversations(unit)
        await conversations.save(new)
        turn_id = str(waiting.update_id)
        replies = await conversations.owe(new, turn_id, payloads) if payloads else []
        await Inbox(unit).done(waiting, dead=dead)
        # only this chat's receipts: others' rows may be locked by turns that wait for this one
        async with self._deliverer.receipts(unit, chat=new.chat):
            await unit.commit()
        behind = before not in (0, self._deliverer.number)
        asked = conversation.prompt_message
        self._deliverer.push(replies, prompt_message=asked, behind=behind)

    async def _stumble(self, key: Key, attempt: Attempt, reference: str) -> bool:
        """Count a failure; after the last try keep the update aside and tell the person."""
        async with self._places, self._store.unit() as unit:
            conversation = await Conversations(unit).lock(*key)
            waiting = await Inbox(unit).oldest(*key)
            if waiting is None:
                return False
            if not attempt.meets(waiting):
                return True
            tries = await Inbox(unit).failed(waiting)
            if tries < TRIES:
                await unit.commit()
                self._active[key] += 1
            else:
                apology = Send(plain(say("error-unexpected", reference=reference)))
                language = str(conversation.state.get("language", "zh-CN"))
                log.error("update kept aside %s after %d tries", reference, tries)
                outcome = Outcome((apology,), conversation.state, language)
                await self._commit(unit, conversation, waiting, outcome, dead=reference)
        return True


def _pressed(outcome: Outcome, press: Press) -> Outcome:
    """Note which button it was."""
    pressed = {"pressed": press.token} if press.token else {}
    return replace(outcome, stale=press.stale, state={**outcome.state, **pressed})


def _next(conversation: Conversation, outcome: Outcome) -> Conversation:
    """Return the conversation after a turn; a new question gets a new number.

    What an old button brings up again is the same question and keeps its number: whoever has
    answered its first copy meanwhile is not told that this one is old too, and so for ever.
    """
    state = outcome.state
    toggles = any(isinstance(r, Edit) and r.same_prompt for r in outcome.replies)
    values = prompt_values(outcome.replies)
    asks = any(isinstance(r, Send) and r.prompt for r in outcome.replies)
    if toggles or (outcome.stale and values == conversation.state.get("buttons")):
        return replace(conversation, state={**state, "buttons": values})
    if asks or values:
        number = conversation.prompt_no + 1
        return replace(conversation, prompt_no=number, state={**state, "buttons": values})
    return replace(conversation, state=state)


def _toasts(outcome: Outcome) -> bool:
    """Say whether there is something to read in the answer to a press."""
    return any(isinstance(reply, Toast) for reply in outcome.replies)


def _answered(payloads: list[dict[str, Any]], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Put the query's number into the toast, or answer it silently; the answer goes first."""
    toasts = [payload for payload in payloads if payload["do"] == "toast"]
    rest = [payload for payload in payloads if payload["do"] != "toast"]
    first = {**answer, **toasts[0]} if toasts else {**answer, "do": "toast", "text": ""}
    return [first, *rest]
