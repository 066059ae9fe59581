"""The PostgreSQL server that tests make their databases on; it makes none itself."""

from __future__ import annotations

import os

import psycopg
import pytest
from sqlalchemy.engine import make_url

SERVER = os.environ.get(
    "TONGBAN_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
)


def needed() -> None:
    """Skip the test where the server does not take a connection, and say which server."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        where = make_url(SERVER)
        pytest.skip(f"PostgreSQL takes no connection at {where.host}:{where.port}")
