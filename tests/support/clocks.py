"""A clock for tests, which knows no time but what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class SetClock:
    """A clock that stands until it is moved; no two looks at it are quite the same."""

    moment: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def pass_days(self, days: float) -> None:
        self.moment += timedelta(days=days)
