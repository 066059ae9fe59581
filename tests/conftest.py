"""What tests share: how properties are tried, a clock to set, a vault, empty databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from support import postgresql
from support.clocks import SetClock

from cases.db import migrate
from cases.vault import Vault

# a busy machine is no failure, so no property has a deadline
settings.register_profile("tongban", deadline=None)
settings.load_profile("tongban")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def vault() -> Vault:
    return Vault({1: b"\x01" * 32}, b"\x02" * 32)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "cases.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """A database with every table and nothing in it, to be copied."""
    with postgresql.database() as url:
        migrate.upgrade(url)
        yield url
