"""Brings a database to the newest tables and says whether it is there; needs no file on disk."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, exc, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from cases.db.rows import Row
from cases.db.store import DatabaseError
from kernel.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_LOCK = 0x70676274
"""Advisory lock on PostgreSQL: one process migrates, the others wait."""

_OPTIONS: dict[str, Any] = {
    "target_metadata": Row.metadata,
    "render_as_batch": True,
    "compare_type": True,
    "transaction_per_migration": False,
}

NEVER_DELETED = frozenset(
    {
        *("people", "subject_keys", "children", "child_events", "visits"),
        *("cases", "case_events", "matters", "matter_steps", "attachments"),
    }
)
"""What a service keeps for ever: what is to be forgotten loses its key, or its sealed words."""


class Standing(Enum):
    """Where a database's tables stand against this version's."""

    AWAY = auto()
    """It does not answer."""
    OLD = auto()
    """Migrations are missing, or all of them."""
    READY = auto()
    """It has them, and maybe those of a newer version."""


class SchemaError(UnavailableError):
    """The database is not at the newest revision, or its tables differ from the models."""

    key = "cli-database-old"


def upgrade(url: str, to: str = "head") -> None:
    """Run the migrations that are missing, in one transaction."""
    _run(url, lambda scripts, at: scripts._upgrade_revs(to, at))  # noqa: SLF001 Alembic's own way


def downgrade(url: str, to: str) -> None:
    """Run migrations backwards to a revision (`base`: to nothing)."""
    _run(url, lambda scripts, at: scripts._downgrade_revs(to, at))  # noqa: SLF001 Alembic's own way


def check(url: str) -> None:
    """Check that the head is reached and that tables equal the models.

    Raises:
        SchemaError: Saying what is missing.
    """
    with _connection(url) as connection:
        context = MigrationContext.configure(connection, opts=_OPTIONS)
        head, now = _scripts().get_current_head(), context.get_current_revision()
        if head != now:
            message = f"revision {now}, expected {head}"
            raise SchemaError(message)
        if differences := compare_metadata(context, Row.metadata):
            message = "; ".join(str(difference)[:200] for difference in differences[:5])
            raise SchemaError(message)


def current(url: str) -> str | None:
    """Return the revision a database stands at."""
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def standing(url: str) -> Standing:
    """Say whether a database answers and has the tables this version needs."""
    try:
        at = current(url)
    except DatabaseError:
        return Standing.AWAY
    scripts = _scripts()
    older = {script.revision for script in scripts.walk_revisions()} - {scripts.get_current_head()}
    return Standing.OLD if at is None or at in older else Standing.READY


def shown(url: str) -> str:
    """Return where a database is, without the password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return parsed.database or ""
    return f"{parsed.host or 'localhost'}:{parsed.port or 5432}/{parsed.database or ''}"


def grant_service(url: str, role: str) -> None:
    """Let a database role that owns nothing run the service (PostgreSQL).

    Row-level security binds it, and of the log it may only append.
    """
    with _connection(url) as connection:
        name = connection.dialect.identifier_preparer.quote(role)
        for statement in (
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"REVOKE UPDATE, DELETE ON audit, audit_anchors FROM {name}",
            f"REVOKE DELETE ON audit_head, {', '.join(sorted(NEVER_DELETED))} FROM {name}",
            f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}",
        ):
            connection.execute(text(statement))
        connection.commit()


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _run(url: str, steps: Any) -> None:  # noqa: ANN401 Alembic's callback
    scripts = _scripts()
    with (
        _connection(url) as connection,
        EnvironmentContext(
            Config(), scripts, fn=lambda at, _context: steps(scripts, at)
        ) as environment,
    ):
        environment.configure(connection=connection, **_OPTIONS)
        environment.run_migrations()
        connection.commit()


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    sync = make_url(url)
    backend = sync.get_backend_name()
    sync = sync.set(drivername={"postgresql": "postgresql+psycopg"}.get(backend, backend))
    engine = create_engine(sync, poolclass=NullPool)
    if backend == "sqlite":
        _prepare_sqlite(engine)
    try:
        with engine.connect() as connection:
            if backend == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = '10s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    except exc.OperationalError as error:
        raise DatabaseError(type(error).__name__) from error
    finally:
        engine.dispose()


def _prepare_sqlite(engine: Any) -> None:  # noqa: ANN401 SQLAlchemy's engine
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:  # noqa: ANN401 DBAPI objects
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout=10000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401 DBAPI objects
        connection.exec_driver_sql("BEGIN IMMEDIATE")
