"""The processes of a deployment: bot, worker, and both under one parent."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import uvloop

from bot.logs import set_up_logs
from kernel.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.settings import Settings

log = logging.getLogger(__name__)

RESTART_SECONDS = 0.5
"""Pause before a dead process is started again (our default)."""
STOP_SECONDS = 10.0


def freeze_start() -> None:
    """Leave what start-up made out of garbage collection (measured: about a third less CPU).

    A running form is a ring of objects that only the collector frees, and it lives long enough
    to be old: old ones are looked at every few hundred visits, or they fill the memory.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 5, 5)


async def until_told() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def _run(settings: Settings, part: Callable[[Settings, Nursery], Awaitable[None]]) -> None:
    set_up_logs(settings.log_level)

    async def whole() -> None:
        async with Nursery() as nursery:
            await part(settings, nursery)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(whole())


def run_bot(settings: Settings) -> None:
    """Receive, answer, until told to stop."""
    from bot.bot_process import bot_process  # noqa: PLC0415 each process loads only its own

    _run(settings, bot_process)


def run_worker(settings: Settings) -> None:
    """Push alerts and watch timers, until told to stop."""
    from bot.worker_process import worker_process  # noqa: PLC0415

    _run(settings, worker_process)


class Child:
    """A process of ours that is started again whenever it dies."""

    def __init__(self, arguments: list[str], environment: dict[str, str] | None = None) -> None:
        self._arguments = arguments
        self._environment = environment
        self.process = self._start()
        self._restart_at = 0.0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._arguments, env=self._environment)  # noqa: S603 our own command

    def tend(self) -> None:
        """Start it again if it has died."""
        if self.process.poll() is None:
            return
        if not self._restart_at:
            log.warning("process ended with %s, starting it again", self.process.returncode)
            self._restart_at = time.monotonic() + RESTART_SECONDS
        elif time.monotonic() >= self._restart_at:
            self._restart_at = 0.0
            self.process = self._start()

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def tongban(*arguments: str) -> list[str]:
    """Return the command line of one of our own commands in a process of its own."""
    return [sys.executable, "-m", "bot", *arguments]


def tend(children: list[Child], stopped: Callable[[], bool]) -> None:
    """Keep children alive until told to stop, then end them."""
    try:
        while not stopped():
            for child in children:
                child.tend()
            time.sleep(0.1)
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                child.stop()


class StopSignal:
    """Remembers that SIGTERM or SIGINT came."""

    def __init__(self) -> None:
        self.came = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: object) -> None:
        self.came = True

    def __call__(self) -> bool:
        """Say whether it came."""
        return self.came


def run_all(settings: Settings) -> None:
    """Run bot and worker as two processes; each is started again when it dies."""
    set_up_logs(settings.log_level)
    stop = StopSignal()
    tend([Child(tongban("run", "bot")), Child(tongban("run", "worker"))], stop)
