"""The whole product in a test: stand-in, bot and worker over real HTTP and a real database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from typing import TYPE_CHECKING, Any

import aiohttp
from support.phones import PhoneBook

from bot.bot_process import bot_running
from bot.console.database import prepare_demo
from bot.settings import Settings, make_keys, read_settings
from bot.worker_process import worker_running
from kernel.nursery import Nursery
from sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TOKEN = "1:test"
DIRECTOR, SUPERVISOR, COUNTY, GUARDIAN, STRANGER = 1001, 1002, 1003, 1004, 1005


class House:
    """A running product with four phones."""

    def __init__(self, settings: Settings, phones: PhoneBook) -> None:
        self.settings = settings
        self.phones = phones
        self._parts: dict[str, contextlib.AsyncExitStack] = {}

    async def start(self, part: str) -> None:
        """Start `bot` or `worker`."""
        stack = contextlib.AsyncExitStack()
        nursery = await stack.enter_async_context(Nursery())
        run = bot_running if part == "bot" else worker_running
        await stack.enter_async_context(run(self.settings, nursery))
        self._parts[part] = stack

    async def stop(self, part: str) -> None:
        """End `bot` or `worker`."""
        if part in self._parts:
            await self._parts.pop(part).aclose()

    async def restart(self, part: str) -> None:
        """End a part and start it again, as a new process would: from the database alone."""
        await self.stop(part)
        await self.start(part)

    async def close(self) -> None:
        for part in list(self._parts):
            await self.stop(part)


@contextlib.asynccontextmanager
async def database(folder: Path) -> AsyncIterator[str]:
    """Give an empty database: SQLite, or a PostgreSQL one that is dropped afterwards."""
    server = os.environ.get("TONGBAN_TEST_DATABASE_URL", "")
    if not server:
        yield f"sqlite:///{folder / 'tongban.sqlite'}"
        return
    import psycopg

    name = f"tongban_test_{uuid.uuid4().hex[:12]}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
        await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.asynccontextmanager
async def open_house(folder: Path, *, scale: float = 1.0, **given: Any) -> AsyncIterator[House]:
    """Run the product on an empty database with the sample county."""
    async with (
        database(folder) as url,
        running() as address,
        aiohttp.ClientSession() as http,
    ):
        settings = read_settings(
            data=folder,
            database_url=url,
            bot_token=TOKEN,
            api_base=address,
            ladder_scale=scale,
            **given,
        )
        make_keys(settings.keys)
        people = await prepare_demo(settings)
        phones = PhoneBook(address, http)
        house = House(settings, phones)
        try:
            await house.start("bot")
            await house.start("worker")
            for person in people:
                await phones.add(person["id"], person["name"], person["title"])
                await phones.type(person["id"], person["start"])
                await phones.expect(person["id"], "您好")
            await phones.add(STRANGER, "路人")
            await phones.type(STRANGER, "/start")
            await phones.expect(STRANGER, "您好")
            await asyncio.gather(*(phones.mark(person["id"]) for person in people))
            yield house
        finally:
            await house.close()
