"""Telegram's sending limits, off unless asked for: buckets overall and per chat."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import too_many

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class _Bucket:
    rate: float
    room: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Take one; 0 when there was room, else the seconds to wait."""
        self.level = min(self.room, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.rate


class Limits:
    """Counts messages against the limits that are switched on."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.overall = 0.0
        self.per_chat = 0.0
        self.burst = 3.0
        self._all: _Bucket | None = None
        self._chats: dict[int, _Bucket] = {}

    def switch(self, *, overall: float, per_chat: float, burst: float) -> None:
        """Set messages a second, overall and per chat; 0 switches a limit off."""
        self.overall, self.per_chat, self.burst = overall, per_chat, max(1.0, burst)
        self._chats.clear()
        self._all = _Bucket(overall, overall, overall, self._now()) if overall else None

    def check(self, chat: int) -> None:
        """Count one message.

        Raises:
            ApiError: The bot is too fast; `retry_after` says how long it must wait.
        """
        wait = 0.0
        if self.per_chat:
            bucket = self._chats.get(chat)
            if bucket is None:
                bucket = _Bucket(self.per_chat, self.burst, self.burst, self._now())
                self._chats[chat] = bucket
            wait = bucket.take(self._now())
        if not wait and self._all is not None:
            wait = self._all.take(self._now())
        if wait:
            raise too_many(math.ceil(wait))
