"""Keeps directives in the database, as plain rows; what a clause means is not known here.

Unlike the record it is used from threads that search, and from the console, so it is synchronous
and opens a connection of its own for each short transaction.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, delete, event, exc, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from cases.db.directive_rows import DirectiveClauseRow, DirectiveRow, DirectiveStateRow
from cases.db.store import DatabaseError
from kernel.clock import SystemClock
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine

_DIRECTIVES: Any = DirectiveRow.__table__
_CLAUSES: Any = DirectiveClauseRow.__table__
_STATE: Any = DirectiveStateRow.__table__
FIELDS = (
    "document",
    "title",
    "issuer",
    "issued",
    "effective_from",
    "effective_to",
    "status",
    "kind",
    "source",
    "repeals",
    "doubts",
)
"""What is kept of a directive beside its clauses."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A directive as it is kept: fields by name, and (clause, path, text) in order."""

    fields: Mapping[str, Any]
    clauses: tuple[tuple[str, tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class State:
    """How often the directives changed, and the shipped ones that were taken over."""

    generation: int = 0
    shipped: tuple[str, ...] = ()


class DirectiveTable:
    """Reads and writes directives, each act in one transaction."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._engine = _engine(url)

    def ready(self) -> bool:
        """Say whether the tables are there; a database that does not exist is not made."""
        if self._url.get_backend_name() == "sqlite" and not _exists(self._url.database):
            return False
        with self._reading() as connection:
            return inspect(connection).has_table(_STATE.name)

    def state(self) -> State:
        """Return how often the directives changed, and the shipped ones taken over."""
        with self._reading() as connection:
            return _state(connection)

    def all(self) -> list[Kept]:
        """Return all directives in the order they were added, and clauses in theirs."""
        with self._reading() as connection:
            clauses: dict[str, list[tuple[str, tuple[str, ...], str]]] = {}
            ordered = select(_CLAUSES).order_by(_CLAUSES.c.directive_id, _CLAUSES.c.place)
            for row in connection.execute(ordered):
                found = clauses.setdefault(row.directive_id, [])
                found.append((row.clause, tuple(row.path), row.text))
            rows = connection.execute(select(_DIRECTIVES).order_by(_DIRECTIVES.c.added_at)).all()
        return [
            Kept({name: getattr(row, name) for name in FIELDS}, tuple(clauses.get(row.id, ())))
            for row in rows
        ]

    def save(self, directives: Sequence[Kept], shipped: Sequence[str] = ()) -> None:
        """Store directives, all or none; the same document of the same date is replaced."""
        with self._writing() as connection:
            for one in directives:
                self._put(connection, one)
            _changed(connection, shipped)

    def remove(self, document: str, issued: str = "") -> int:
        """Remove all versions of a document, or that of one date; return how many."""
        named = _DIRECTIVES.c.document == document
        chosen = named & (_DIRECTIVES.c.issued == issued) if issued else named
        with self._writing() as connection:
            gone = connection.execute(delete(_DIRECTIVES).where(chosen)).rowcount
            if gone:
                _changed(connection)
        return int(gone)

    def touch(self) -> None:
        """Count a change, so that every process builds its index anew."""
        with self._writing() as connection:
            _changed(connection)

    def _put(self, connection: Connection, one: Kept) -> None:
        same = (_DIRECTIVES.c.document == one.fields["document"]) & (
            _DIRECTIVES.c.issued == one.fields["issued"]
        )
        connection.execute(delete(_DIRECTIVES).where(same))
        number = new_id()
        values = {**one.fields, "repeals": list(one.fields["repeals"])}
        values["doubts"] = list(one.fields["doubts"])
        connection.execute(
            insert(_DIRECTIVES).values(id=number, added_at=SystemClock().now(), **values)
        )
        rows = [
            {
                "directive_id": number,
                "place": at,
                "clause": clause,
                "path": list(path),
                "text": text,
            }
            for at, (clause, path, text) in enumerate(one.clauses)
        ]
        connection.execute(insert(_CLAUSES), rows)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except (exc.OperationalError, exc.InterfaceError) as error:
            raise DatabaseError(type(error).__name__) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._reading() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()


def _state(connection: Connection) -> State:
    row = connection.execute(select(_STATE).where(_STATE.c.id == 1)).first()
    return State(row.generation, tuple(row.shipped)) if row else State()


def _changed(connection: Connection, shipped: Sequence[str] = ()) -> None:
    state = _state(connection)
    over = list(dict.fromkeys((*state.shipped, *shipped)))
    connection.execute(delete(_STATE))
    values = {"id": 1, "generation": state.generation + 1, "shipped": over}
    connection.execute(insert(_STATE).values(values))


def _exists(database: str | None) -> bool:
    return bool(database) and Path(str(database)).exists()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    driver = {"postgresql": "postgresql+psycopg"}.get(backend, backend)
    engine = create_engine(parsed.set(drivername=driver), poolclass=NullPool)
    if backend == "sqlite":

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 DBAPI objects
            connection.isolation_level = None
            for pragma in ("busy_timeout=10000", "foreign_keys=ON", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")

    return engine
