"""The worker's loop: looks often and cheaply, then lets courier, timers and auditor act."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING

from alerts.auditor import EVERY_SECONDS
from cases.db import monotone
from cases.db.beats import Beats
from cases.db.store import DatabaseError
from kernel.waiting import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from alerts.auditor import Auditor
    from alerts.courier import Courier
    from alerts.timers import Timers
    from cases.db.store import Store

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
"""How often the outbox is looked at when nothing wakes the worker: our default."""
BEAT_SECONDS = 5.0
"""How often a worker gives a sign of life: our default."""
STUMBLE_SECONDS = 1.0
LAND_SECONDS = 10.0

Chore = tuple[float, "Callable[[], Awaitable[object]]"]
"""Seconds between runs, and what to do."""


class Worker:
    """One worker process."""

    def __init__(
        self, store: Store, courier: Courier, timers: Timers, chores: Sequence[Chore]
    ) -> None:
        self._store = store
        self._courier = courier
        self._timers = timers
        self._chores = [(every, do) for every, do in chores]
        self._next = [0.0 for _ in chores]

    async def round(self) -> None:
        """Look once, and do what there is to do."""
        async with self._store.reading() as unit:
            now = await monotone.read(unit)
            late = await self._timers.waiting(unit, now)
            owed = await self._courier.waiting(unit, now)
        if late:
            await self._timers.tick()
        if owed or late:
            await self._courier.carry()
        await self._do_chores()

    async def _do_chores(self) -> None:
        for place, (every, do) in enumerate(self._chores):
            if time.monotonic() >= self._next[place]:
                self._next[place] = time.monotonic() + every
                await do()

    async def beat(self) -> None:
        """Give a sign of life, and share the token's pace with the other workers."""
        async with self._store.unit() as unit:
            now = await monotone.advance(unit)
            living = await Beats(unit).beat(self._courier.name, "worker", now)
            await unit.commit()
        self._courier.share_with(living)


async def work(
    store: Store,
    courier: Courier,
    timers: Timers,
    auditor: Auditor,
    stop: asyncio.Event,
    *,
    chores: Sequence[Chore] = (),
) -> None:
    """Run until `stop` is set; then wait for what is under way, and write its receipts.

    Args:
        store: The database.
        courier: Sends what is owed.
        timers: Take the steps that are due.
        auditor: Looks every minute.
        stop: Set to end.
        chores: Further work to be done every so many seconds (digests, reminders).
    """
    worker = Worker(store, courier, timers, [])
    every = [(BEAT_SECONDS, worker.beat), (EVERY_SECONDS, auditor.look), *chores]
    worker = Worker(store, courier, timers, every)
    while not stop.is_set():
        pause = POLL_SECONDS
        courier.wake.clear()
        try:
            await worker.round()
        except DatabaseError:
            log.warning("the database is away; the worker tries again")
            pause = STUMBLE_SECONDS
        except Exception as error:  # noqa: BLE001 the worker outlives every failure
            log.error("the worker stumbled over %s", type(error).__name__)  # noqa: TRY400 no traces
            pause = STUMBLE_SECONDS
        await until(courier.wake, pause)
    with contextlib.suppress(TimeoutError, DatabaseError):
        async with asyncio.timeout(LAND_SECONDS):
            await courier.land()
