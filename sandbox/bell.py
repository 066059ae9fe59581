"""Tells open pages which phones changed; it carries numbers only, never what was said."""

from __future__ import annotations

import asyncio


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
    """All open pages."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def listen(self) -> Listener:
        """Open a listener."""
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    def ring(self, person: int) -> None:
        """Tell every page that a phone changed."""
        for listener in self._listeners:
            listener.ring(person)

    def close(self) -> None:
        """Send every page away, so that no stream holds up the end of the server."""
        for listener in self._listeners:
            listener.end()
