"""Hours and days as reminders need them, in Beijing time; it reads no clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from kernel.clock import CHINA, local

if TYPE_CHECKING:
    from alerts.policy import Quiet


def moment(second: float) -> datetime:
    """Return the moment of a second of the database's clock."""
    return datetime.fromtimestamp(second, UTC)


def is_quiet(quiet: Quiet, second: float) -> bool:
    """Say whether a second of the database's clock falls into quiet hours."""
    return _within(quiet, local(moment(second)).time())


def after_quiet(quiet: Quiet, second: float) -> float:
    """Return the second itself, or the end of the quiet hours that it falls into."""
    here = local(moment(second))
    if not _within(quiet, here.time()):
        return second
    end = datetime.combine(here.date(), quiet.end, tzinfo=CHINA)
    if end <= here:
        end += timedelta(days=1)
    return end.timestamp()


def _within(quiet: Quiet, hour: time) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= hour < quiet.end
    return hour >= quiet.start or hour < quiet.end


def last_weekly(second: float, *, weekday: int, at: time) -> datetime:
    """Return the latest moment not after a second that is this weekday (Monday 0) and hour."""
    here = local(moment(second))
    day = here.date() - timedelta(days=(here.weekday() - weekday) % 7)
    found = datetime.combine(day, at, tzinfo=CHINA)
    return found if found <= here else found - timedelta(days=7)


def last_daily(second: float, *, at: time) -> datetime:
    """Return the latest moment not after a second that is this hour."""
    here = local(moment(second))
    found = datetime.combine(here.date(), at, tzinfo=CHINA)
    return found if found <= here else found - timedelta(days=1)
