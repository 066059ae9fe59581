"""Tells open pages which phones changed; it carries numbers only, never what was said."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Listener:
    """One open page and the phones that changed since it last looked."""

    def __init__(self) -> None:
        self._changed: set[int] = set()
        self._rung = asyncio.Event()
        self.over = False

    def ring(self, person: int) -> None:
        """Note that a phone changed."""
        self._changed.add(person)
        self._rung.set()

    def end(self) -> None:
        """Say that the server closes."""
        self.over = True
        self._rung.set()

    async def wait(self) -> set[int]:
        """Wait for a change; many changes of one phone count once."""
        await self._rung.wait()
        self._rung.clear()
        changed, self._changed = self._changed, set()
        return changed


class Bell:
    """All open pages, and whoever waits for one phone."""

    def __init__(self) -> None:
        self._everything: set[Listener] = set()
        self._of: dict[int, set[Listener]] = {}

    def listen(self) -> Listener:
        """Open a listener to every phone."""
        listener = Listener()
        self._everything.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self._everything.discard(listener)

    @contextmanager
    def one(self, person: int) -> Iterator[Listener]:
        """Listen to one phone for a while."""
        listener = Listener()
        self._of.setdefault(person, set()).add(listener)
        try:
            yield listener
        finally:
            self._of[person].discard(listener)

    def ring(self, person: int) -> None:
        """Tell whoever listens that a phone changed."""
        for listener in (*self._everything, *self._of.get(person, ())):
            listener.ring(person)

    def close(self) -> None:
        """Send everybody away, so that no stream holds up the end of the server."""
        for listeners in (self._everything, *self._of.values()):
            for listener in listeners:
                listener.end()
