"""Lets a bench set our processes' clock forward and back: seconds in a file; no system clock."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "BENCH_CLOCK_FILE"


@dataclass(frozen=True, slots=True)
class TurnedClock:
    """The file that says by how many seconds the clock is wrong."""

    file: Path

    def turn(self, seconds: int) -> None:
        """Let the clock jump there; a reader sees the old or the new figure, never half of one."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.file)

    @classmethod
    @contextlib.contextmanager
    def made(cls) -> Iterator[TurnedClock]:
        with tempfile.TemporaryDirectory(prefix="tongban-clock-") as folder:
            clock = cls(Path(folder) / "seconds")
            clock.turn(0)
            yield clock


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
