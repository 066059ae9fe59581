"""Which processes of ours are alive on one database, and which of them leads; it restarts none.

PostgreSQL knows best: each process holds an advisory lock under its own number on a connection of
its own, and the lock goes when the process does, however it ended. SQLite has one process of a
kind, so whoever else left something there is gone.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

    from cases.db.store import Store, Unit

log = logging.getLogger(__name__)

KIND = 0x746F6E67
"""First key of our advisory locks ("tong"); the second is a process's number."""
LEADER = 0
"""The number that no process has: whoever holds this lock leads."""
SIGN_SECONDS = 1.0
"""How often a process looks whether its connection still stands (our default)."""
RETURN_SECONDS = 0.25
"""Pause before it comes back to a server that was away: well under the time between two looks."""


class Presence:
    """One process among the others of its kind."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._alone = store.engine.dialect.name == "sqlite"
        self._missing: set[int] = set()
        self.number = 1 + secrets.randbelow(2**31 - 2)
        self.seen = asyncio.Event()
        self.leads = asyncio.Event()
        if self._alone:
            self.seen.set()
            self.leads.set()

    async def stay(self) -> None:
        """Be seen for ever; after a cut connection, as soon as the server is back."""
        if self._alone:
            return
        engine = create_async_engine(
            self._store.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        told = False
        while True:
            try:
                async with engine.connect() as connection:
                    await self._hold(connection)
            except (exc.OperationalError, exc.InterfaceError, OSError):
                if self.seen.is_set() or not told:
                    log.warning("not seen by the others: the database is away")
                told = True
            finally:
                self.seen.clear()
                self.leads.clear()
            await asyncio.sleep(RETURN_SECONDS)

    async def _hold(self, connection: AsyncConnection) -> None:
        await connection.execute(_BE_SEEN, {"kind": KIND, "number": self.number})
        self.seen.set()
        while True:
            if not self.leads.is_set():
                leads = await connection.execute(_LEAD, {"kind": KIND, "number": LEADER})
                if leads.scalar():
                    self.leads.set()
            else:
                await connection.execute(text("SELECT 1"))
            await asyncio.sleep(SIGN_SECONDS)

    async def gone(self, unit: Unit, others: Collection[int]) -> set[int]:
        """Of other processes, return those that are gone: not seen at this look and the last.

        One look is not enough: whoever was cut off is back within a moment. Looks must be further
        apart than `RETURN_SECONDS`.
        """
        if self._alone or not others:
            self._missing = set()
            return set(others)
        rows = await unit.connection.execute(_LIVING, {"kind": KIND})
        missing = set(others) - set(rows.scalars())
        gone, self._missing = missing & self._missing, missing
        return gone


_BE_SEEN = text("SELECT pg_advisory_lock(:kind, :number)")
_LEAD = text("SELECT pg_try_advisory_lock(:kind, :number)")
_LIVING = text(
    "SELECT CAST(objid AS bigint) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND classid = CAST(:kind AS oid) AND objsubid = 2 AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)
