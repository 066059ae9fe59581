"""How fast one bot may speak, as buckets that refill; it sends nothing and sleeps nowhere.

Telegram bears about 30 messages a second in all and 1 a second in a chat, in bursts a few more;
the true limits are not published, so a 429 is obeyed for its chat and nothing else stops.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.db.outbox import BULK, EMERGENCY, PROMPT, ROUTINE

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What one bot token bears, shared by all that send with it.

    Args:
        overall: Messages a second in all (Telegram's FAQ: about 30).
        reserve: Of these, left to replies in dialogues, which the channel sends itself.
        bulk: At most so many a second are routine or broadcasts: half the budget, our default.
        per_chat: Messages a second in one chat (Telegram's FAQ: 1).
        burst: So many at once in one chat, our default; an emergency may take as many on credit.
    """

    overall: float = 30.0
    reserve: float = 10.0
    bulk: float = 15.0
    per_chat: float = 1.0
    burst: float = 3.0


HEADROOM = 5.0
"""Ordinary messages leave this much of the overall budget to the next emergency: our default."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float

    def now(self, rate: float, capacity: float, moment: float) -> float:
        """Refill up to a moment and return the level."""
        self.level = min(capacity, self.level + rate * max(0.0, moment - self.at))
        self.at = moment
        return self.level


class Pacer:
    """Says whether a message may leave now, and takes its share.

    Args:
        pace: What the token bears.
        clock: Seconds that never run backwards.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._share = 1.0
        now = clock()
        self._overall = _Bucket(pace.overall, now)
        self._calm = _Bucket(pace.overall - pace.reserve, now)
        self._bulk = _Bucket(pace.bulk, now)
        self._chats: dict[str, _Bucket] = {}
        self._halts: dict[str, float] = {}

    def share_with(self, senders: int) -> None:
        """Take only this worker's part of the budget; the other workers take theirs."""
        self._share = 1.0 / max(1, senders)

    def lane_with_room(self) -> int:
        """Return the last lane of which something may leave now; -1 when nothing may."""
        room = -1
        for lane in (EMERGENCY, PROMPT, BULK):
            if self._has_room(lane):
                room = lane
        return room

    def take(self, chat: str, lane: int) -> bool:
        """Take the share of one message if it may leave now."""
        if self.wait(chat, lane) > 0:
            return False
        self._overall.level -= 1
        if lane > EMERGENCY:
            self._calm.level -= 1
        if lane >= ROUTINE:
            self._bulk.level -= 1
        self._chat(chat).level -= 1
        return True

    def wait(self, chat: str, lane: int) -> float:
        """Return the seconds until such a message may leave; zero for now."""
        halted = self._halts.get(chat, 0.0) - self._clock()
        if halted <= 0 and not self._has_room(lane):
            return max(0.01, 1.0 / (self._pace.overall * self._share))
        return self._chat_wait(chat, lane)

    def halt(self, chat: str, seconds: float) -> None:
        """Leave one chat alone for a while (429)."""
        self._halts[chat] = max(self._halts.get(chat, 0.0), self._clock() + seconds)

    def busy(self) -> frozenset[str]:
        """Return the chats that may not be written to now by an ordinary message."""
        now = self._clock()
        self._halts = {chat: until for chat, until in self._halts.items() if until > now}
        rate, burst = self._pace.per_chat, self._pace.burst
        levels = {chat: bucket.now(rate, burst, now) for chat, bucket in self._chats.items()}
        for chat, level in levels.items():
            if level >= burst:
                del self._chats[chat]
        full = {chat for chat, level in levels.items() if level < 1.0}
        return frozenset(full | set(self._halts))

    def shut(self) -> frozenset[str]:
        """Return the chats that even an emergency must wait for now: their credit is used up."""
        return frozenset(chat for chat in self.busy() if self._chat_wait(chat, EMERGENCY) > 0)

    def _chat_wait(self, chat: str, lane: int) -> float:
        now = self._clock()
        halted = self._halts.get(chat, 0.0) - now
        if halted > 0:
            return halted
        credit = self._pace.burst if lane == EMERGENCY else 0.0
        level = self._chat(chat).now(self._pace.per_chat, self._pace.burst, now)
        return max(0.0, (1.0 - credit - level) / self._pace.per_chat)

    def _has_room(self, lane: int) -> bool:
        now, pace, share = self._clock(), self._pace, self._share
        level = self._overall.now(pace.overall * share, max(2.0, pace.overall * share), now)
        if lane == EMERGENCY:
            return level >= 1.0
        calm = (pace.overall - pace.reserve) * share
        if level < 1.0 + min(HEADROOM, calm / 4) or self._calm.now(calm, max(1.0, calm), now) < 1:
            return False
        bulk = pace.bulk * share
        return lane < ROUTINE or self._bulk.now(bulk, max(1.0, bulk), now) >= 1.0

    def _chat(self, chat: str) -> _Bucket:
        return self._chats.setdefault(chat, _Bucket(self._pace.burst, self._clock()))
