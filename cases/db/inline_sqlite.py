"""SQLite without a thread between: statements run in the event loop, waiting for a lock does not.

aiosqlite sends every statement, fetch and close through a thread and back; at four hops a
statement and a dozen statements a turn that was most of a turn's time (docs/adr/0009). A statement
of ours takes some 20 µs, less than one hop. Only waiting for another process's write lock can take
long, so that, and nothing else, is waited for asynchronously.

This stands in for `aiosqlite.Connection` under SQLAlchemy's aiosqlite dialect; it is no general
driver.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LOCK_SECONDS = 10.0
"""How long a unit waits for the write lock (security notes: busy_timeout 10 s)."""
_PATIENCE = 0.05
"""Seconds SQLite itself waits for what is over at once: another process that begins or ends."""
_WAIT = f"PRAGMA busy_timeout={_PATIENCE * 1000:.0f}"
_PAUSES = (0.0005, 0.001, 0.002, 0.004, 0.008)


class InlineCursor:
    """A cursor whose coroutines never wait, except for the write lock."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Open it; there is nothing to wait for."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close it."""
        self._cursor.close()

    @property
    def description(self) -> Any:  # noqa: ANN401 DBAPI
        """Columns of the result, or None."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """Rows that were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Number of the row that was added last."""
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> InlineCursor:
        """Run a statement; BEGIN waits its turn for the lock.

        What a commit that failed left open is undone by the next BEGIN: the pool resets nothing,
        and a connection left in a transaction would refuse every unit until a restart.
        """
        if not statement.startswith("BEGIN"):
            self._cursor.execute(statement, parameters)
            return self
        if self._cursor.connection.in_transaction:
            self._cursor.connection.rollback()
        end, turn = time.monotonic() + LOCK_SECONDS, 0
        while True:
            try:
                self._begin(statement)
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                await asyncio.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)])
                turn += 1
            else:
                return self

    def _begin(self, statement: str) -> None:
        """Try once: SQLite's own waiting would sleep, and everybody in this process with it."""
        self._cursor.execute("PRAGMA busy_timeout=0")
        try:
            self._cursor.execute(statement)
        finally:
            self._cursor.execute(_WAIT)

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> InlineCursor:
        """Run a statement for many rows."""
        self._cursor.executemany(statement, rows)
        return self

    async def fetchone(self) -> Any:  # noqa: ANN401 DBAPI
        """Return the next row."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return some rows."""
        return self._cursor.fetchmany(self.arraysize if size is None else size)

    async def fetchall(self) -> list[Any]:
        """Return all rows."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Close it."""
        self._cursor.close()


class InlineConnection:
    """A connection whose coroutines never wait, except for the write lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            message = "no active connection"
            raise ValueError(message)
        return self._connection

    @property
    def isolation_level(self) -> str | None:
        """Always None: transactions are begun by name."""
        return self._open.isolation_level

    def cursor(self) -> InlineCursor:
        """Open a cursor."""
        return InlineCursor(self._open.cursor())

    async def create_function(
        self,
        name: str,
        arguments: int,
        function: Callable[..., Any],
        *,
        deterministic: bool = False,
    ) -> None:
        """Give SQL a function (the dialect adds `regexp`)."""
        self._open.create_function(name, arguments, function, deterministic=deterministic)

    async def commit(self) -> None:
        """Put the transaction on disk."""
        self._open.commit()

    async def rollback(self) -> None:
        """Undo the transaction."""
        self._open.rollback()

    async def close(self) -> None:
        """Close it; a second time changes nothing."""
        self.stop()

    def stop(self) -> None:
        """Close it at once."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


async def connect(path: str) -> InlineConnection:
    """Open a database file; `:memory:` works too."""
    connection = sqlite3.connect(
        path,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    return InlineConnection(connection)
