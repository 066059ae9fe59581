"""Phones of the stand-in as a test holds them: type, press, wait for words."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PERSON = 1001
"""Who has the phone, where a test needs only one."""
PATIENCE = 20.0
FRESH = 8.0


class SilenceError(AssertionError):
    """What a story expects did not come."""


@dataclass
class PhoneBook:
    """Every phone of one stand-in."""

    address: str
    http: aiohttp.ClientSession
    seen: dict[int, int] = field(default_factory=dict)
    pressed: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http.request(method, f"{self.address}{path}", json=body) as answer:
            assert answer.status < 300, (path, body, answer.status, await answer.text())
            return await answer.json()

    async def add(self, person: int, name: str, title: str = "") -> None:
        await self._call("POST", "/sim/people", {"id": person, "name": name, "title": title})

    async def block(self, person: int) -> None:
        await self._call("POST", f"/sim/people/{person}/block", {})

    async def type(self, person: int, text: str) -> None:
        await self.mark(person)
        await self._call("POST", f"/sim/people/{person}/messages", {"text": text})

    async def send(self, person: int, **what: Any) -> None:
        await self.mark(person)
        await self._call("POST", f"/sim/people/{person}/messages", what)

    async def mark(self, person: int) -> None:
        """Remember what the phone shows now: expectations look at what comes after."""
        self.seen[person] = (await self.show(person))["seq"]

    async def show(self, person: int, after: int = 0) -> Any:
        return await self._call("GET", f"/sim/people/{person}/messages?after={after}")

    async def press(self, person: int, label: str) -> None:
        """Press the newest button whose label contains the words; wait until it is there.

        What came since the person last did something is looked at first, as a person would.
        """
        fresh, end = self.seen.get(person, 0), time.monotonic() + FRESH

        def found(shown: Any) -> tuple[int, str] | None:
            return _button(shown, label, fresh if time.monotonic() < end else -1)

        message, data = await self._until(person, found, label)
        self.pressed.setdefault(person, []).append((message, data))
        await self.press_old(person, message, data)

    async def press_old(self, person: int, message: int, data: str) -> None:
        await self.mark(person)
        body = {"message_id": message, "data": data}
        await self._call("POST", f"/sim/people/{person}/presses", body)

    async def expect(self, person: int, words: str, *, patience: float = PATIENCE) -> str:
        """Wait until something new on the phone holds the words."""
        after = self.seen.get(person, 0)

        def found(shown: Any) -> str | None:
            return next((t for t in _texts(shown, after) if words in t), None)

        return await self._until(person, found, words, patience=patience)

    async def never(self, person: int, words: str) -> None:
        """Check that the phone shows the words nowhere."""
        shown = await self.show(person)
        assert not [t for t in _texts(shown, -1) if words in t], f"{person} sees {words!r}"

    async def gone(self, person: int, words: str) -> None:
        """Wait until the phone shows the words nowhere any more."""

        def found(shown: Any) -> bool | None:
            return None if any(words in text for text in _texts(shown, -1)) else True

        await self._until(person, found, f"end of {words}")

    async def all_texts(self, person: int) -> list[str]:
        return _texts(await self.show(person), -1)

    async def _until(self, person: int, look: Any, words: str, patience: float = PATIENCE) -> Any:
        end = time.monotonic() + patience
        while True:
            shown = await self.show(person)
            found = look(shown)
            if found is not None:
                return found
            if time.monotonic() > end:
                said = [text for text in _texts(shown, -1) if text]
                screen = "\n---\n".join(said[-5:])
                raise SilenceError(f"phone {person}: no {words!r}; it shows:\n{screen}")
            await asyncio.sleep(0.02)


def _texts(shown: Any, after: int) -> list[str]:
    lines = [m.get("text") or "" for m in shown["messages"] if m["seq"] > after]
    lines += [
        m["document"]["name"] for m in shown["messages"] if m["seq"] > after and m.get("document")
    ]
    lines += [notice["text"] or "" for notice in shown["notices"] if notice["seq"] > after]
    return lines


def _button(shown: Any, label: str, after: int) -> tuple[int, str] | None:
    for message in reversed(shown["messages"]):
        if message["seq"] <= after:
            continue
        for row in message.get("buttons") or []:
            for button in row:
                if label in button["text"]:
                    return message["message_id"], button["data"]
    return None
