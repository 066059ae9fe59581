"""A phone of the stand-in as a bench holds it: a mirror that is kept up to date over HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.support.house import House

LOOK_SECONDS = 5
"""How long one look waits for something new."""
T = TypeVar("T")
Message = dict[str, Any]


class SilenceError(Exception):
    """What a person waits for does not come."""


@dataclass(slots=True)
class Phone:
    """What one phone shows now."""

    house: House
    person: int
    patience: float = 120.0
    seq: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    on_act: Callable[[], None] = lambda: None

    async def look(self, wait: int = 0) -> None:
        """See what is new; with `wait`, the stand-in answers as soon as something is."""
        where = f"/sim/people/{self.person}/messages?after={self.seq}&wait={wait}"
        shown = await self.house.call("GET", where)
        self.seq = shown["seq"]
        for message in shown["messages"]:
            self.messages[message["message_id"]] = message
        self.notices += [
            f"{one['message_id']} answered {one['text']!r}" for one in shown["notices"]
        ]
        for gone in shown["deleted"]:
            self.messages.pop(gone, None)

    def newest_first(self) -> Iterator[Message]:
        for number in sorted(self.messages, reverse=True):
            if self.messages[number]["from"] == "bot":
                yield self.messages[number]

    async def type(self, text: str) -> None:
        await self._act("messages", {"text": text})

    async def press(self, message: int, data: str) -> None:
        await self._act("presses", {"message_id": message, "data": data})

    async def _act(self, what: str, body: Message) -> None:
        taken = await self.house.call("POST", f"/sim/people/{self.person}/{what}", body)
        self.acts.append(f"{body} -> {taken}")
        self.on_act()

    async def until(
        self, find: Callable[[], T | None], what: str, *, patience: float | None = None
    ) -> T:
        """Look again and again until something is found.

        Raises:
            SilenceError: It did not come in time; says what the phone shows.
        """
        end = time.monotonic() + (self.patience if patience is None else patience)
        await self.look()
        while True:
            if (found := find()) is not None:
                return found
            if time.monotonic() > end:
                raise SilenceError(f"{self.person} waits for {what}; sees:\n{self.screen()}")
            await self.look(LOOK_SECONDS)

    def screen(self, lines: int = 5) -> str:
        newest = sorted(self.messages)[-lines:]
        return "\n".join(
            f"  [{n} {self.messages[n]['from']}] {self.messages[n]['text'][:160]!r} "
            f"{[b['text'] for b in buttons(self.messages[n])][:8]}"
            for n in newest
        ) + "".join(f"\n  did {act}" for act in [*self.acts[-3:], *self.notices[-2:]])


def buttons(message: Message) -> list[dict[str, str]]:
    return [button for row in message.get("buttons") or [] for button in row]


def pick(message: Message, words: str) -> str | None:
    """Return the data of the button with these words."""
    return next((b.get("data", "") for b in buttons(message) if words in b["text"]), None)
