"""Statements of every turn, compiled once for a database and handed to its driver as they stand.

SQLAlchemy writes the SQL and knows the types; asking it anew for each run of the same statement
(cache key, parameters, cursor, result) cost ten times what SQLite needs for the statement itself
(docs/adr/0010). What is built for one occasion stays with `unit.connection.execute`.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from sqlalchemy import Table, bindparam, exc, insert, literal, null
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql import ColumnElement
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    from cases.db.columns import Row
    from cases.db.store import Unit

    Change = Callable[[Any], Any]

P = ParamSpec("P")
Values = dict[str, Any]


class Prepared:
    """One statement with named parameters (`bindparam`), for both databases.

    Its errors are SQLAlchemy's, as those of any other statement; a connection that turns out to
    be cut is thrown away.

    Args:
        statement: The statement, or a function that makes it of the dialect's module
            (`sqlite.insert` and `postgresql.insert` differ).
    """

    def __init__(self, statement: Any) -> None:  # noqa: ANN401 select, insert, update and delete
        self._statement = statement
        self._ready: dict[str, _Compiled] = {}

    async def all(self, unit: Unit, values: Mapping[str, Any]) -> list[Any]:
        """Return the rows as named tuples."""
        ready, cursor = await self._execute(unit, values)
        return ready.rows(cursor.description, await cursor.fetchall())

    async def first(self, unit: Unit, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 a row
        """Return the first row as a named tuple, or None."""
        rows = await self.all(unit, values)
        return rows[0] if rows else None

    async def run(self, unit: Unit, values: Mapping[str, Any]) -> int:
        """Change rows; return how many."""
        _, cursor = await self._execute(unit, values)
        return int(cursor.rowcount)

    async def later(self, unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
        """Change rows once for each set of values, at the latest before the next statement.

        On PostgreSQL it travels with the next statement of the unit, or with its commit, and
        costs no way there and back of its own; an error shows there.
        """
        ready = self._for(unit)
        outdate(unit, ready.changes)
        for values in rows:
            statement = Sent(ready, ready.parameters(values))
            if unit.dialect == "sqlite":
                await send(unit, [statement])
            else:
                unit.put_off.append(statement)

    def expect(self, unit: Unit, values: Mapping[str, Any]) -> None:
        """Say that these rows will be asked for in this unit.

        On PostgreSQL they come with the next statement, and are there when they are asked for:
        one way there and back less. Other values, or a change of a table that the rows are of,
        make them be looked up when they are asked for, as ever. Not for rows behind a wall: they
        would be those of whoever acted before (`cases.db.walls`).
        """
        if unit.dialect != "sqlite":
            ready = self._for(unit)
            unit.expected[self] = Sent(ready, ready.parameters(values))
            unit.put_off.append(unit.expected[self])

    @cached_property
    def tables(self) -> frozenset[str]:
        """Names of the tables it reads."""
        parts = visitors.iterate(self._statement)
        return frozenset(part.name for part in parts if isinstance(part, Table))

    async def _execute(self, unit: Unit, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        ready = self._for(unit)
        statement = Sent(ready, ready.parameters(values))
        expected = unit.expected.pop(self, None)
        if expected is not None and expected.values == statement.values:
            if expected.cursor is None:
                await send(unit)
            return ready, expected.cursor
        outdate(unit, ready.changes)
        await send(unit, [statement])
        return ready, statement.cursor

    def _for(self, unit: Unit) -> _Compiled:
        ready = self._ready.get(unit.dialect)
        if ready is None:
            statement = self._statement
            if callable(statement):
                statement = statement(_DIALECTS[unit.dialect])
            ready = _Compiled(statement, unit.connection.dialect)
            self._ready[unit.dialect] = ready
        return ready


@dataclass(eq=False, slots=True)
class Sent:
    """A statement with its values, on its way; then the driver's cursor over what came of it."""

    ready: _Compiled
    values: Any
    cursor: Any = None

    async def run(self, raw: Any) -> None:  # noqa: ANN401 the driver's connection
        """Hand it to the driver."""
        cursor = raw.cursor()
        await cursor.execute(self.ready.sql, self.values)
        self.cursor = cursor


async def send(unit: Unit, statements: Sequence[Sent] = (), *, commit: bool = False) -> None:
    """Send what was put off and these statements; several go together (PostgreSQL's pipeline).

    With `commit` the commit goes along; PostgreSQL skips it when a statement before it failed.
    """
    sent, unit.put_off = [*unit.put_off, *statements], []
    if not sent:
        return
    last = sent[-1].ready
    raw = await unit.driver()
    try:
        if len(sent) == 1 and not commit:
            await sent[0].run(raw)
            return
        async with raw.pipeline():
            for one in sent:
                await one.run(raw)
            if commit:
                await raw.commit()
    except last.error as error:
        raise await _wrapped(unit, last, error, raw) from error


def outdate(unit: Unit, table: str | None) -> None:
    """Forget rows that came ahead of a change of their table (None: of any)."""
    for reading in [one for one in unit.expected if table is None or table in one.tables]:
        del unit.expected[reading]


def prepared(build: Callable[P, Any]) -> Callable[P, Prepared]:
    """Make a function that builds a statement return it prepared, once for the same arguments.

    For statements that differ in how long their lists are, in a lock, in a column.
    """

    @cache
    def made(*given: P.args, **named: P.kwargs) -> Prepared:
        return Prepared(build(*given, **named))

    return cast("Callable[P, Prepared]", made)


def size(values: Collection[Any]) -> int:
    """Return how many places a list gets: the next power of two, so that sizes stay few."""
    return 1 << (len(values) - 1).bit_length() if values else 0


def slots(name: str, count: int) -> list[Any]:
    """Return the places of a list, for `in_`; nothing is in a list without places."""
    return [bindparam(f"{name}_{place}") for place in range(count)] or [null()]


def constants(*values: str) -> list[Any]:
    """Return values that never change, for `in_`; nothing is among no values."""
    return [literal(value) for value in values] or [null()]


def filled(name: str, values: Collection[Any]) -> Values:
    """Return the values of a list for its places; the last one fills what is left over."""
    given = sorted(values)
    return {f"{name}_{n}": given[min(n, len(given) - 1)] for n in range(size(given))}


async def add(unit: Unit, row: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that name the same columns, when `Prepared.later` does."""
    if rows:
        await _insert(row, tuple(rows[0])).later(unit, rows)


async def add_once(
    unit: Unit, row: type[Row], rows: Sequence[Mapping[str, Any]], *, key: str = ""
) -> None:
    """Add rows like `add`, but none that is there already (by `key`, or by any key)."""
    if rows:
        await _insert_once(row, tuple(rows[0]), key).later(unit, rows)


@prepared
def _insert(row: type[Row], names: tuple[str, ...]) -> Any:  # noqa: ANN401 SQL
    return insert(row).values(_columns(row, names)).inline()


@prepared
def _insert_once(row: type[Row], names: tuple[str, ...], key: str) -> Any:  # noqa: ANN401 SQL
    known = {"index_elements": [key]} if key else {}
    values = _columns(row, names)
    return lambda sql: sql.insert(row).values(values).on_conflict_do_nothing(**known)


def _columns(row: type[Row], names: Iterable[str]) -> Values:
    """Return what stands in each column; one that nobody names gets its own default."""
    values: Values = {name: bindparam(name) for name in names}
    for column in row.__table__.columns:
        default: Any = column.default
        if column.key not in values and default is not None:
            values[column.key] = default.arg(None) if default.is_callable else default.arg
    return values


_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}


class _Compiled:
    """The SQL for one database, and what its types do to values on the way in and out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:  # noqa: ANN401
        compiled: SQLCompiler = statement.compile(dialect=dialect)
        assert dialect.dbapi is not None  # noqa: S101 an engine's dialect has its driver
        self.error: type[Exception] = dialect.dbapi.Error
        self.changes: str = statement.table.name if statement.is_dml else ""
        self.sql = str(compiled)
        if compiled.insert_prefetch or compiled.update_prefetch:
            message = f"columns with a default need a value: {compiled.insert_prefetch}"
            raise TypeError(message)
        if compiled.post_compile_params:
            message = "a list needs `slots` or `constants`"
            raise TypeError(message)
        given = compiled.construct_params(_check=False)
        into = {name: _into(bind.type, dialect) for name, bind in compiled.binds.items()}
        self._open = {name: into[name] for name in given if compiled.binds[name].required}
        self._fixed = {
            name: into[name](value) for name, value in given.items() if name not in self._open
        }
        self._order: Sequence[str] | None = compiled.positiontup
        columns: Sequence[ColumnElement[Any]] = list(getattr(statement, "exported_columns", ()))
        names = [column.key or "" for column in columns]
        self._row: Any = namedtuple("Row", names)  # type: ignore[misc]
        self._kinds = [column.type.dialect_impl(dialect) for column in columns]
        self._changes: list[tuple[int, Change]] | None = None
        self._dialect = dialect

    def parameters(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 a tuple or a dict
        """Return what the driver takes; a value that was not given is a `KeyError`."""
        named = self._fixed | {name: into(values[name]) for name, into in self._open.items()}
        return named if self._order is None else [named[name] for name in self._order]

    def rows(self, description: Any, rows: Sequence[Sequence[Any]]) -> list[Any]:  # noqa: ANN401
        """Return the driver's rows as named tuples of Python's values."""
        if self._changes is None:
            self._changes = self._out_of(description)
        made = []
        for row in rows:
            values = list(row)
            for at, change in self._changes:
                values[at] = change(values[at])
            made.append(self._row(*values))
        return made

    def _out_of(self, description: Any) -> list[tuple[int, Change]]:  # noqa: ANN401 DBAPI
        """Return what is to be done to which column; some types ask what the driver calls them."""
        changes = [
            kind.result_processor(self._dialect, column[1])
            for kind, column in zip(self._kinds, description, strict=True)
        ]
        return [(at, change) for at, change in enumerate(changes) if change is not None]


def _same(value: Any) -> Any:  # noqa: ANN401
    return value


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _same


async def _wrapped(unit: Unit, ready: _Compiled, error: Exception, raw: Any) -> Exception:  # noqa: ANN401
    """Return SQLAlchemy's error for a driver's, without the values that were handed over."""
    dialect = unit.connection.dialect
    gone = dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]
    if gone:
        await unit.lost(error)
    return exc.DBAPIError.instance(
        ready.sql,
        None,
        error,
        ready.error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=dialect,
    )
