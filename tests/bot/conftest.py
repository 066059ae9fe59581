"""What tests of the turn loop use: a migrated SQLite file, an ear and a mouth that remember."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support import postgresql
from support.clocks import SetClock
from support.console import Console
from support.desk import Desk
from support.phones import PERSON

from cases.db.store import Store, open_engine
from cases.vault import Vault
from kernel.nursery import Nursery
from sandbox.server import running


@pytest.fixture
def opened(
    sqlite_template: Path, tmp_path: Path, clock: SetClock, vault: Vault
) -> Callable[[], contextlib.AbstractAsyncContextManager[Desk]]:
    """Open the bot; a second time it is a new process on the same database."""
    path = tmp_path / "bot.sqlite"
    shutil.copy(sqlite_template, path)

    @contextlib.asynccontextmanager
    async def open_desk() -> AsyncIterator[Desk]:
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


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """A stand-in with one phone in use; its address."""
    async with running() as address, aiohttp.ClientSession() as http:
        person = {"id": PERSON, "name": "one", "started": True}
        await http.post(f"{address}/sim/people", json=person)
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def console(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Console]:
    """The console on either database."""
    with postgresql.database() if request.param == "postgresql" else nullcontext("") as url:
        yield Console(tmp_path, monkeypatch, capfd, url)
