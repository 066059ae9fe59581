"""The door to the database: opens one unit of work at a time; holds no query of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import event, exc
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from cases.db import inline_sqlite
from cases.db.prepared import outdate, send
from kernel.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cases.db.prepared import Prepared, Sent
    from cases.vault import Vault
    from kernel.clock import Clock

_READING = "tongban_reading"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)
_WIDE = "-c tongban.low= -c tongban.high=: -c tongban.village=no"


class DatabaseError(UnavailableError):
    """The database did not answer, or is busy; nothing was changed."""


Writer = Callable[["Unit", Sequence[Any]], Awaitable[None]]
"""What `Unit.at_commit` is given: writes items it was handed."""
PASSING = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


class Unit:
    """One transaction: leaving without `commit` undoes everything."""

    def __init__(self, connection: AsyncConnection, vault: Vault, clock: Clock) -> None:
        self.connection = cast("AsyncConnection", _InOrder(connection, self))
        self.vault = vault
        self.clock = clock
        self.dialect = connection.dialect.name
        self.wall: dict[str, str] | None = None
        self.reading = False
        self.put_off: list[Sent] = []
        self.expected: dict[Prepared, Sent] = {}
        self._last: list[tuple[Writer, Any]] = []
        self._driver: Any = None

    async def driver(self) -> Any:  # noqa: ANN401 the driver's own connection
        """Return the driver's connection, in this unit's transaction."""
        if self._driver is None:
            if not self.connection.in_transaction():
                await self.connection.begin()
            connection = self.connection.sync_connection
            assert connection is not None  # noqa: S101 a unit's connection is open
            self._driver = connection.connection.driver_connection
        return self._driver

    async def lost(self, error: BaseException) -> None:
        """Throw the connection away: it was cut."""
        self._driver = None
        await self.connection.invalidate(error)

    def at_commit(self, write: Writer, item: object) -> None:
        """Write this last, so that a lock all writers share (the log's) is held only briefly.

        A writer gets everything it was given in this unit at once, in order.

        A unit that only reads refuses: what must be logged would leave no trace.
        """
        if self.reading:
            message = "a unit that only reads keeps no log"
            raise RuntimeError(message)
        self._last.append((write, item))

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Undo what is done inside when it fails, and keep the rest of the unit."""
        kept = len(self._last)
        await send(self)
        async with self.connection.begin_nested():
            try:
                yield
                await send(self)
            except BaseException:
                del self._last[kept:]
                self.put_off.clear()
                outdate(self, None)
                raise

    async def commit(self) -> None:
        """Make what was done in this unit lasting."""
        while self._last:
            last, self._last = self._last, []
            for write in dict.fromkeys(write for write, _ in last):
                await write(self, [item for its, item in last if its is write])
        outdate(self, None)  # others may change what is not locked any more
        await self._last_step()

    async def _last_step(self) -> None:
        await send(self, commit=True)
        self._driver = None
        await self.connection.commit()


class _InOrder:
    """The connection of a unit, whose statements never overtake what was put off."""

    def __init__(self, connection: AsyncConnection, unit: Unit) -> None:
        self._connection = connection
        self._unit = unit

    async def execute(self, statement: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 as SQLAlchemy's
        if self._unit.put_off:
            await send(self._unit)
        if self._unit.expected and not statement.is_select:
            outdate(self._unit, None)
        return await self._connection.execute(statement, *given, **named)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever else a connection has
        return getattr(self._connection, name)


class Store:
    """The database behind one URL, and the vault that seals what goes in."""

    def __init__(self, engine: AsyncEngine, vault: Vault, clock: Clock) -> None:
        self.engine = engine
        self.vault = vault
        self.clock = clock

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """Open a unit of work; on SQLite it holds the write lock from the start."""
        async with self.connection() as connection:
            yield Unit(connection, self.vault, self.clock)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Unit]:
        """Open a unit that only reads: a snapshot, without the write lock."""
        async with self.connection() as connection:
            await connection.execution_options(**{_READING: True})
            unit = Unit(connection, self.vault, self.clock)
            unit.reading = True
            yield unit

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection; whatever was not committed is undone when it comes back.

        Raises:
            DatabaseError: The database is away or busy; the whole unit may be tried again.
        """
        try:
            connection = await self.engine.connect()
            try:
                yield connection
            finally:
                # undoing must not be cut short by a cancellation, which costs a task of its own
                undo = connection.in_transaction()
                await (connection.__aexit__(None, None, None) if undo else connection.close())
        except PASSING as error:
            raise DatabaseError(type(error).__name__) from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def async_url(url: str) -> str:
    """Return the URL with the asynchronous driver we use (aiosqlite, psycopg)."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    backend = parsed.get_backend_name()
    return parsed.set(drivername=drivers[backend]).render_as_string(hide_password=False)


def open_engine(url: str, *, pool: int = 8, wide: bool = False) -> AsyncEngine:
    """Make the engine: SQLite gets one connection, PostgreSQL a pool.

    `wide` sees past the wall of rows of PostgreSQL without being asked each time (worker and
    console); otherwise nothing is seen until `walls.enclose` says who looks.

    SQLite rules (notes on reliability): WAL, synchronous FULL, BEGIN IMMEDIATE, one connection
    a process, so that a writer never starves and a commit is on disk.
    """
    url = async_url(url)
    if not url.startswith("sqlite"):
        return create_async_engine(
            url,
            pool_size=pool,
            max_overflow=0,
            pool_pre_ping=False,
            connect_args={"options": _WIDE} if wide else {},
        )
    engine = create_async_engine(
        url,
        async_creator=partial(inline_sqlite.connect, make_url(url).database or ":memory:"),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
        pool_reset_on_return=None,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 DBAPI objects
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401
        reading = connection.get_execution_options().get(_READING)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
