"""A bot without a network: what a channel stores goes in, what it would send comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from support.clocks import SetClock

from bot.channels.telegram import TelegramEar, incoming
from bot.delivery import Deliverer
from bot.presenting import Seals
from bot.turns import Outcome, TurnLoop
from cases.db.presence import Presence
from cases.db.store import Store, Unit
from kernel.nursery import Nursery
from kernel.words import Button, Edit, Press, Reply, Send, Text, Toast, plain

CHAT = "77"


class Mouth:
    """Remembers what was delivered; `trouble` is raised first, one after another."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.trouble: list[Exception] = []
        self.tries = 0

    async def deliver(self, chat: str, payload: dict[str, Any], message: str) -> str:
        self.tries += 1
        if self.trouble:
            raise self.trouble.pop(0)
        self.said.append((chat, payload))
        return message if payload["do"] == "edit" else str(500 + len(self.said))

    def texts(self, chat: str = CHAT) -> list[str]:
        return [p.get("html") or p.get("text") or "" for who, p in self.said if who == chat]

    def buttons(self) -> list[tuple[str, str]]:
        """The newest question's buttons: label and data."""
        for _, payload in reversed(self.said):
            if payload.get("buttons"):
                return [tuple(button) for row in payload["buttons"] for button in row]
        return []


class Talk:
    """A small conversation: counts, echoes, asks a question, and fails when told to."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.secret = "what a person wrote"
        self.fails: dict[str, int] = {}
        self.pause: Callable[[str], Awaitable[None]] | None = None

    def expect(self, unit: Unit, channel: str, chat: str) -> None:
        """It looks at nothing but what it is told."""

    async def __call__(
        self, unit: Any, turn: Any, state: dict[str, Any], found: object | None
    ) -> Outcome:
        word = turn.said.text if isinstance(turn.said, Text) else getattr(turn.said, "value", "")
        if self.fails.get(word, 0):
            self.fails[word] -= 1
            raise RuntimeError(self.secret)
        if self.pause is not None:
            await self.pause(word)
        self.heard.append(word)
        count = state.get("count", 0) + 1
        return Outcome(tuple(self._replies(turn, word)), {**state, "count": count}, "zh-CN")

    def _replies(self, turn: Any, word: str) -> list[Reply]:
        question = Send(plain("问题"), ((Button("甲", "a"), Button("乙", "b")),), prompt=True)
        if isinstance(turn.said, Press):
            if turn.said.again:
                return []
            if turn.said.stale:
                return [Toast("已失效"), question]
            return [Edit(plain(f"答 {word}"), message=turn.message), question]
        return [question] if word == "问" else [Send(plain(f"听到 {word}"))]


def message(number: int, text: str, chat: str = CHAT) -> dict[str, Any]:
    who = {"id": int(chat), "type": "private"}
    return {
        "update_id": number,
        "message": {"message_id": number, "chat": who, "from": who, "text": text},
    }


def press(number: int, data: str, chat: str = CHAT) -> dict[str, Any]:
    where = {"id": int(chat), "type": "private"}
    query = {"id": str(number), "data": data, "message": {"message_id": 500, "chat": where}}
    return {"update_id": number, "callback_query": query}


class Desk:
    """One bot without a network: what a channel stores goes in, what it would send comes out."""

    def __init__(self, store: Store, clock: SetClock, nursery: Nursery) -> None:
        self.store, self.clock, self.nursery = store, clock, nursery
        self.seals = Seals(store.vault.sign)
        self.mouth, self.talk = Mouth(), Talk()
        self.presence = Presence(store)
        self.deliverer = Deliverer(store, self.mouth, nursery, self.presence)
        self.ear = TelegramEar(self.seals)
        self.loop = TurnLoop(store, self.ear, self.talk, self.seals, self.deliverer, nursery)

    async def start(self) -> None:
        self.nursery.start(self.presence.stay(), name="presence")
        await self.presence.seen.wait()
        self.deliverer.start()
        await self.deliverer.resume()
        await self.loop.resume()
        self.loop.start()

    async def says(self, number: int, text: str, chat: str = CHAT) -> None:
        await self.loop.keep([incoming(message(number, text, chat))])

    async def presses(self, number: int, data: str, chat: str = CHAT) -> None:
        await self.loop.keep([incoming(press(number, data, chat))])

    async def gets(self, *updates: dict[str, Any]) -> None:
        """Store updates together, as one poll brings them."""
        await self.loop.keep([incoming(update) for update in updates])

    message = staticmethod(message)
    press = staticmethod(press)

    async def until(self, found: Callable[[], bool]) -> None:
        await until(found)

    async def hears(self, *texts: str, chat: str = CHAT) -> None:
        """Wait until these are the texts that were delivered."""
        await until(lambda: len(self.mouth.texts(chat)) >= len(texts))
        assert tuple(self.mouth.texts(chat)) == texts


async def until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not found():
            await asyncio.sleep(0.005)


async def answered_once(opened: Callable[[], AbstractAsyncContextManager[Desk]]) -> None:
    """Let a process answer its first update, write its receipt, and end."""
    async with opened() as desk:
        await desk.start()
        await desk.says(1, "一")
        await desk.hears("听到 一")
        await desk.deliverer.flush()
