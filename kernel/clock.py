"""Time comes from here, so that tests can set it; nothing else in the product reads the clock."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one zone without summer time since 1991; no zone table is needed."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)


def local(moment: datetime) -> datetime:
    """Show a moment in Beijing time."""
    return moment.astimezone(CHINA)


def local_day(moment: datetime) -> date:
    """Return the Beijing calendar day of a moment."""
    return local(moment).date()


def age_on(day: date, born: date) -> int:
    """Return full years of age on a day (民法典 and 未成年人保护法 count full years)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
