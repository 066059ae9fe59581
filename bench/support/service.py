"""The database role the service runs as in a bench: owns nothing, so row-level security binds it.

The owner of the tables passes the second wall unseen: figures taken as the owner leave it out.
"""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import make_url

from cases.db import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def served(url: str) -> Iterator[str]:
    """Give the URL by which the service reaches a database whose tables stand.

    On PostgreSQL it names a role of its own, dropped afterwards; SQLite has no roles.
    """
    parsed = make_url(url or "sqlite://")
    if parsed.get_backend_name() == "sqlite":
        yield url
        return
    role = f"bench_{uuid.uuid4().hex[:12]}"
    owner = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN NOBYPASSRLS")
    try:
        migrate.grant_service(url, role)
        yield parsed.set(username=role).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(owner, autocommit=True) as admin:
            admin.execute(f"DROP OWNED BY {role}")
            admin.execute(f"DROP ROLE {role}")
