"""What tests of the turn loop use: a migrated SQLite file, an ear and a mouth that remember."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from support.desk import Desk, SetClock

from cases.db import migrate
from cases.db.store import Store, open_engine
from cases.vault import Vault
from kernel.nursery import Nursery


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bot") / "empty.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def opened(
    empty_database: Path, tmp_path: Path, clock: SetClock
) -> Callable[[], contextlib.AbstractAsyncContextManager[Desk]]:
    """Open the bot; a second time it is a new process on the same database."""
    path = tmp_path / "bot.sqlite"
    shutil.copy(empty_database, path)

    @contextlib.asynccontextmanager
    async def open_desk() -> AsyncIterator[Desk]:
        vault = Vault({1: b"\x01" * 32}, b"\x02" * 32)
        store = Store(open_engine(f"sqlite:///{path}"), vault, clock)
        async with Nursery() as nursery:
            yield Desk(store, clock, nursery)
        await store.close()

    return open_desk


@pytest.fixture
async def desk(opened: Any) -> AsyncIterator[Desk]:
    async with opened() as desk:
        await desk.start()
        yield desk
