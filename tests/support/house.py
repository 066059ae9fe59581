"""The whole product in a test: stand-in, bot and worker over real HTTP and a real database."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import re
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import psycopg
from support.phones import PhoneBook

from alerts import policy
from bench.support.service import served
from bot import wiring
from bot.bot_process import bot_running
from bot.console.database import prepare_demo
from bot.keys import make_keys
from bot.settings import Settings, read_settings
from bot.wiring import LazyDesk
from bot.worker_process import worker_running
from kernel.clock import CHINA, SystemClock, local, local_day
from kernel.nursery import Nursery
from sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "1:test"
DIRECTOR, SUPERVISOR, COUNTY, GUARDIAN, STRANGER = 1001, 1002, 1003, 1004, 1005
NEIGHBOUR, OTHER_TOWN, OTHER_SUPERVISOR, OTHER_COUNTY, NEWCOMER = 1006, 1007, 1008, 1009, 1010


class LaterClock:
    """A clock that is some time ahead, for parts that are started with it.

    It is none of the machine's, so that timers go by it on a server as well.
    """

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return SystemClock().now() + self._ahead


class House:
    """A running product with four phones."""

    def __init__(self, settings: Settings, phones: PhoneBook) -> None:
        self.settings = settings
        self.phones = phones
        self._parts: dict[str, contextlib.AsyncExitStack] = {}
        self._ahead = timedelta(0)

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

    async def later(self, days: int | str) -> None:
        """Go on some days later; `month` is the second day of the next month."""
        if days == "month":
            today = local_day(LaterClock(self._ahead).now())
            second = (today.replace(day=1) + timedelta(days=31)).replace(day=2)
            days = (second - today).days
        await self._go_on(timedelta(days=int(days)))

    async def until(self, when: str) -> None:
        """Go on at the next such moment in Beijing: `06-01 08:31`, `monday 08:31` or `22:00`."""
        *day, hour = when.split()
        here = local(LaterClock(self._ahead).now())
        there = datetime.combine(here.date(), time.fromisoformat(hour), tzinfo=CHINA)
        while there <= here or (day and day[0] not in {f"{there:%m-%d}", f"{there:%A}".lower()}):
            there += timedelta(days=1)
        await self._go_on(there - here)

    async def _go_on(self, more: timedelta) -> None:
        """End both parts, and begin them again with a clock so far ahead."""
        self._ahead += more
        wiring.SystemClock = partial(LaterClock, self._ahead)
        for part in list(self._parts):
            await self.restart(part)

    async def close(self) -> None:
        for part in list(self._parts):
            await self.stop(part)
        wiring.SystemClock = SystemClock


@contextlib.asynccontextmanager
async def database(folder: Path, *, like: str = "") -> AsyncIterator[str]:
    """Give an empty database: SQLite, or a PostgreSQL one that is dropped afterwards."""
    url = await _new_database(folder, like=like)
    try:
        yield url
    finally:
        if not url.startswith("sqlite"):
            await _drop(url.rpartition("/")[2], os.environ["TONGBAN_TEST_DATABASE_URL"])


async def _new_database(folder: Path, *, like: str = "") -> str:
    server = os.environ.get("TONGBAN_TEST_DATABASE_URL", "")
    if not server:
        return f"sqlite:///{folder / 'tongban.sqlite'}"
    name = f"tongban_test_{uuid.uuid4().hex[:12]}"
    template = f' TEMPLATE "{like}"' if like else ""
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
        await admin.execute(f'CREATE DATABASE "{name}"{template}')
    if not like:
        # the seeded one is dropped when the run ends
        atexit.register(lambda: asyncio.run(_drop(name, server)))
    return f"{server.rsplit('/', 1)[0]}/{name}"


async def _drop(name: str, server: str) -> None:
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@dataclass(frozen=True)
class Ground:
    """The sample county as it is just after seeding: made once a run, copied for each house."""

    url: str
    folder: Path
    people: list[dict[str, Any]]


_GROUNDS: dict[str, Ground] = {}


async def _ground() -> Ground:
    server = os.environ.get("TONGBAN_TEST_DATABASE_URL", "")
    if server not in _GROUNDS:
        folder = Path(tempfile.mkdtemp(prefix="tongban-ground-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        url = await _new_database(folder)
        settings = read_settings(data=folder, database_url=url, bot_token=TOKEN)
        make_keys(settings.keys)
        _GROUNDS[server] = Ground(url, folder, await prepare_demo(settings))
        await asyncio.to_thread(_warm, settings)
    return _GROUNDS[server]


def _warm(settings: Settings) -> None:
    desk = LazyDesk(settings)
    desk.warm()
    desk.close()


@contextlib.asynccontextmanager
async def seeded(folder: Path) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """Give a database of its own with the sample county; keys and index lie in the folder."""
    ground = await _ground()
    shutil.copytree(ground.folder, folder, dirs_exist_ok=True)
    if ground.url.startswith("sqlite"):
        yield f"sqlite:///{folder / 'tongban.sqlite'}", ground.people
        return
    async with database(folder, like=ground.url.rpartition("/")[2]) as url:
        yield url, ground.people


def _awake(folder: Path) -> Path:
    """Write the shipped ladder with quiet hours far from now: a story is true at any hour."""
    shipped = (policy.SHIPPED / "default.toml").read_text(encoding="utf-8")
    begin = local(SystemClock().now()) + timedelta(hours=12)
    end = begin + timedelta(minutes=1)
    moved = re.sub(
        r"(?m)^(\[quiet\].*\n)from = .*\nto = .*$",
        rf'\1from = "{begin:%H:%M}"\nto = "{end:%H:%M}"',
        shipped,
    )
    assert moved != shipped, "the shipped ladder has no quiet hours to move"
    path = folder / "awake.toml"
    path.write_text(moved, encoding="utf-8")
    return path


@contextlib.asynccontextmanager
async def open_house(folder: Path, *, scale: float = 1.0, **given: Any) -> AsyncIterator[House]:
    """Run the product on an empty database with the sample county."""
    async with (
        seeded(folder) as (url, people),
        running() as address,
        aiohttp.ClientSession() as http,
        contextlib.AsyncExitStack() as stack,
    ):
        settings = read_settings(
            data=folder,
            database_url=url,
            bot_token=TOKEN,
            api_base=address,
            ladder_scale=scale,
            **given,
        )
        if settings.ladder is None:
            settings = settings.model_copy(update={"ladder": _awake(folder)})
        seen = stack.enter_context(served(url))
        settings = settings.model_copy(update={"database_url": seen})
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
