"""The door to the database: opens one unit of work at a time; holds no query of its own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cases.vault import Vault
    from kernel.clock import Clock

_READING = "tongban_reading"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)


class Unit:
    """One transaction: leaving without `commit` undoes everything."""

    def __init__(self, connection: AsyncConnection, vault: Vault, clock: Clock) -> None:
        self.connection = connection
        self.vault = vault
        self.clock = clock
        self.dialect = connection.dialect.name

    async def commit(self) -> None:
        """Make what was done in this unit lasting."""
        await self.connection.commit()


class Store:
    """The database behind one URL, and the vault that seals what goes in."""

    def __init__(self, engine: AsyncEngine, vault: Vault, clock: Clock) -> None:
        self.engine = engine
        self.vault = vault
        self.clock = clock

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """Open a unit of work; on SQLite it holds the write lock from the start."""
        async with self.engine.connect() as connection:
            try:
                yield Unit(connection, self.vault, self.clock)
            finally:
                if connection.in_transaction():
                    await connection.rollback()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        """Open a unit that only reads: a snapshot, without the write lock."""
        async with self.engine.connect() as connection:
            await connection.execution_options(**{_READING: True})
            try:
                yield Unit(connection, self.vault, self.clock)
            finally:
                if connection.in_transaction():
                    await connection.rollback()

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def async_url(url: str) -> str:
    """Return the URL with the asynchronous driver we use (aiosqlite, psycopg)."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    backend = parsed.get_backend_name()
    return parsed.set(drivername=drivers[backend]).render_as_string(hide_password=False)


def open_engine(url: str, *, pool: int = 8) -> AsyncEngine:
    """Make the engine: SQLite gets one connection, PostgreSQL a pool.

    SQLite rules (notes on reliability): WAL, synchronous FULL, BEGIN IMMEDIATE, one connection
    a process, so that a writer never starves and a commit is on disk.
    """
    url = async_url(url)
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=pool, max_overflow=0, pool_pre_ping=False)
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0, pool_timeout=60
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 DBAPI objects
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401
        reading = connection.get_execution_options().get(_READING)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
