"""Databases on the PostgreSQL server of the tests, each dropped when its test is over."""

from __future__ import annotations

import os
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def database(like: str = "") -> Iterator[str]:
    """Make an empty database, or a copy of the one at an address, and lend its address."""
    needed()
    name = f"tongban_test_{token_hex(6)}"
    template = f' TEMPLATE "{name_in(like)}"' if like else ""
    administer(f'CREATE DATABASE "{name}"{template}')
    try:
        yield f"{SERVER.rpartition('/')[0]}/{name}"
    finally:
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def name_in(url: str) -> str:
    """Return the name of the database at an address."""
    return url.rpartition("/")[2]


def administer(statement: str) -> None:
    """Run one statement on the server itself."""
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)
