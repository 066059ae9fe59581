"""Lets a bench set our processes' clock forward and back: seconds in a file; no system clock."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from kernel.clock import SystemClock

VARIABLE = "BENCH_CLOCK_FILE"


def bend_clock() -> None:
    """Add to every reading of the clock what the file says now, if there is one."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    file, plain = Path(path), SystemClock.now

    def now(self: SystemClock) -> datetime:
        try:
            return plain(self) + timedelta(seconds=float(file.read_text() or 0))
        except (OSError, ValueError):
            return plain(self)

    SystemClock.now = now  # type: ignore[method-assign]
