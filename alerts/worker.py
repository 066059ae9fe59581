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
from kernel.nursery import Nursery
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


class Chores:
    """What is to be done every so often, one after another."""

    def __init__(self, chores: Sequence[Chore]) -> None:
        self._chores = chores
        self._next = [0.0 for _ in chores]

    async def do(self) -> None:
        """Do what is due."""
        for place, (every, do) in enumerate(self._chores):
            if time.monotonic() >= self._next[place]:
                self._next[place] = time.monotonic() + every
                await do()


class Worker:
    """One worker process."""

    def __init__(self, store: Store, courier: Courier, timers: Timers, auditor: Auditor) -> None:
        self._store = store
        self._courier = courier
        self._timers = timers
        self._own = Chores([(BEAT_SECONDS, self.beat), (EVERY_SECONDS, auditor.look)])

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
        await self._own.do()

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
        chores: Further work to be done every so many seconds (digests, reminders). However long
            it takes, no emergency and no step of a ladder waits for it.
    """
    worker, further = Worker(store, courier, timers, auditor), Chores(chores)
    async with Nursery() as nursery:
        nursery.start(_without_end(further.do), name="chores")
        while not stop.is_set():
            courier.wake.clear()
            well = await _outlived(worker.round)
            await until(courier.wake, POLL_SECONDS if well else STUMBLE_SECONDS)
    with contextlib.suppress(TimeoutError, DatabaseError):
        async with asyncio.timeout(LAND_SECONDS):
            await courier.land()


async def _without_end(do: Callable[[], Awaitable[object]]) -> None:
    while True:
        await _outlived(do)
        await asyncio.sleep(STUMBLE_SECONDS)


async def _outlived(do: Callable[[], Awaitable[object]]) -> bool:
    """Do something that the worker outlives, whatever comes of it; say whether it went well."""
    try:
        await do()
    except DatabaseError:
        log.warning("the database is away; the worker tries again")
        return False
    except Exception as error:  # noqa: BLE001 the worker outlives every failure
        log.error("the worker stumbled over %s", type(error).__name__)  # noqa: TRY400 no traces
        return False
    return True
