"""A database that breaks under the whole product: nothing said is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING

import psycopg
import pytest
from support import postgresql
from support.house import DIRECTOR, SUPERVISOR, open_house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.house import House

HARDLY_ANY = 8 * 1024
"""Bytes a file may have while the disk is "full": the database and its log are larger by far."""
CUT_EVERY = 0.2
OUTAGE = 2.0


@pytest.fixture
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    postgresql.needed()
    monkeypatch.setenv("TONGBAN_TEST_DATABASE_URL", postgresql.SERVER)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    # a server's files are not this process's: only SQLite feels its limit
    monkeypatch.delenv("TONGBAN_TEST_DATABASE_URL", raising=False)
    found = Disk()
    yield found
    found.free()


class Disk:
    """A disk that is full for this process: no file may grow, as on a full partition."""

    def __init__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (HARDLY_ANY, self._before[1]))

    def free(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


async def cut_connections(admin: psycopg.AsyncConnection, house: House) -> int:
    """Cut every connection of the product's database; say how many there were."""
    name = house.settings.database_url.rpartition("/")[2]
    end_all = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = %s AND pid <> pg_backend_pid()"
    )
    return (await (await admin.execute(end_all, (name,))).fetchone())[0]


async def keep_cutting(admin: psycopg.AsyncConnection, house: House) -> None:
    while True:
        await cut_connections(admin, house)
        await asyncio.sleep(CUT_EVERY)


async def report(house: House) -> None:
    phones = house.phones
    await phones.type(DIRECTOR, "紧急报告")
    await phones.press(DIRECTOR, "不安全")
    await phones.press(DIRECTOR, "找不到了")
    await phones.press(DIRECTOR, "岁")


async def is_told_once(house: House) -> None:
    phones = house.phones
    await phones.expect(DIRECTOR, "报告已存好")
    await phones.expect(SUPERVISOR, "待处理")
    await asyncio.sleep(1)
    shown = await phones.all_texts(SUPERVISOR)
    pushes = [text for text in shown if "待处理" in text and "再次提醒" not in text]
    assert len(pushes) == 1, shown


async def test_connections_that_are_cut_lose_no_report(
    on_postgresql: None, tmp_path: Path
) -> None:
    async with (
        open_house(tmp_path) as house,
        await psycopg.AsyncConnection.connect(postgresql.SERVER, autocommit=True) as admin,
    ):
        assert await cut_connections(admin, house) > 0
        cutting = asyncio.create_task(keep_cutting(admin, house))
        try:
            await report(house)
            await house.phones.expect(DIRECTOR, "报告已存好")
        finally:
            cutting.cancel()
        await is_told_once(house)


async def test_a_disk_that_is_full_is_waited_out(tmp_path: Path, disk: Disk) -> None:
    async with open_house(tmp_path) as house:
        disk.fill()
        await house.phones.type(DIRECTOR, "紧急报告")
        await asyncio.sleep(OUTAGE)
        await house.phones.never(DIRECTOR, "先打110")
        disk.free()
        await house.phones.expect(DIRECTOR, "先打110")
        await house.phones.press(DIRECTOR, "不安全")
        disk.fill()
        await asyncio.sleep(OUTAGE)
        disk.free()
        await house.phones.press(DIRECTOR, "找不到了")
        await house.phones.press(DIRECTOR, "岁")
        await is_told_once(house)
