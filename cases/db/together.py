"""One transaction of SQLite for units that wait for it at the same time, and one commit for all.

Each unit is a savepoint: what fails undoes itself alone. `commit` returns when the transaction is
on disk, as that of any other unit; if that fails, it fails for all of them (docs/adr/0017).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cases.db.prepared import send
from cases.db.store import PASSING, DatabaseError, Unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from cases.db.store import Store
    from kernel.nursery import Nursery

log = logging.getLogger(__name__)

MOST = 8
"""Units of one transaction (our default): the worker waits for the write lock meanwhile."""
MOST_SECONDS = 0.05
"""How long a transaction takes in another unit (our default)."""
PAUSE_SECONDS = 0.002
"""How long the write lock is left to others before the next one (our default); what turns bring
with them, like talk with the channel, goes on meanwhile."""


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(eq=False, slots=True)
class _Member:
    """A unit that waits for its turn; then `left` says whether it is to be kept."""

    turn: asyncio.Future[Joined] = field(default_factory=_future)
    left: asyncio.Future[bool] = field(default_factory=_future)
    lasting: asyncio.Future[None] = field(default_factory=_future)


class Joined(Unit):
    """A unit within a transaction that others share; it can do nothing after its commit."""

    def __init__(self, whole: Unit, connection: AsyncConnection, member: _Member) -> None:
        super().__init__(connection, whole.vault, whole.clock)
        self._member = member

    async def _last_step(self) -> None:
        await send(self)
        del self.connection
        self._driver = None
        self._member.left.set_result(True)
        await self._member.lasting


class Together:
    """Lends units that share their transaction with those that wait at the same time."""

    def __init__(self, store: Store, nursery: Nursery) -> None:
        self._store = store
        self._nursery = nursery
        self._queue: deque[_Member] = deque()
        self._lending = False

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """Open a unit of work, as `Store.unit` does.

        Raises:
            DatabaseError: The database is away or busy; the whole unit may be tried again.
        """
        member = _Member()
        self._queue.append(member)
        if not self._lending:
            self._lending = True
            self._nursery.start(self._lend(), name="shared transactions")
        try:
            yield await member.turn
        except PASSING as error:
            raise DatabaseError(type(error).__name__) from error
        finally:
            if not member.left.done():
                member.left.set_result(False)

    async def _lend(self) -> None:
        try:
            while self._queue:
                await self._transaction()
                await asyncio.sleep(PAUSE_SECONDS if self._queue else 0)
        finally:
            self._lending = False

    async def _transaction(self) -> None:
        kept: list[_Member] = []
        try:
            async with self._store.connection() as connection:
                whole = Unit(connection, self._store.vault, self._store.clock)
                cursor = (await whole.driver()).cursor()
                end = time.monotonic() + MOST_SECONDS
                while self._queue and len(kept) < MOST and time.monotonic() < end:
                    await cursor.execute("SAVEPOINT joined")
                    member = self._queue.popleft()
                    if member.turn.done():
                        continue  # whoever waited was cancelled
                    member.turn.set_result(Joined(whole, connection, member))
                    if await member.left:
                        kept.append(member)
                    else:
                        await cursor.execute("ROLLBACK TO joined")
                    await cursor.execute("RELEASE joined")
                await whole.commit()
        except Exception as error:  # noqa: BLE001 whoever waits must hear of it, whatever it is
            log.warning("a shared transaction failed: %s", type(error).__name__)
            waiting, self._queue = self._queue, deque()
            _fail([*(one.lasting for one in kept), *(one.turn for one in waiting)])
        else:
            for member in kept:
                if not member.lasting.done():
                    member.lasting.set_result(None)


def _fail(futures: list[asyncio.Future[Any]]) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(DatabaseError("shared transaction"))
