"""The PostgreSQL server that tests make their databases on; it makes none itself."""

from __future__ import annotations

import os

import psycopg
import pytest
from sqlalchemy.engine import make_url

GIVEN = os.environ.get("TONGBAN_TEST_DATABASE_URL")
SERVER = GIVEN or "postgresql://postgres@127.0.0.1:5432/postgres"


def needed() -> None:
    """Skip the test where the usual server takes no connection; one that was named must."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        if GIVEN:
            raise
        where = make_url(SERVER)
        pytest.skip(f"PostgreSQL takes no connection at {where.host}:{where.port}")
