"""Units that share one transaction of SQLite: undone alone, and on disk together."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event

from cases.db import inline_sqlite, together
from cases.db.conversations import Conversations
from cases.db.inbox import Inbox, Incoming
from cases.db.inline_sqlite import InlineConnection
from cases.db.store import DatabaseError, Store, open_engine
from cases.db.together import MOST, Together
from kernel.nursery import Nursery


@pytest.fixture
async def store(sqlite_template, tmp_path, vault, clock) -> AsyncIterator[Store]:
    path = tmp_path / "cases.db"
    shutil.copy(sqlite_template, path)
    opened = Store(open_engine(f"sqlite:///{path}"), vault, clock)
    yield opened
    await opened.close()


@pytest.fixture
async def shared(store) -> AsyncIterator[Together]:
    async with Nursery() as nursery:
        yield Together(store, nursery)


@pytest.fixture
def commits(store) -> list[str]:
    seen: list[str] = []
    event.listen(store.engine.sync_engine, "commit", lambda _: seen.append("commit"))
    return seen


async def turn(shared: Together, number: int, *, fails: type[Exception] | None = None) -> None:
    """Do what a turn does, for a person of its own."""
    async with shared.unit() as unit:
        await Conversations(unit).lock("c", str(number))
        await Inbox(unit).take(Incoming("c", number, str(number), {}))
        await asyncio.sleep(0)
        if fails is not None:
            raise fails
        await unit.commit()


async def stored(store) -> list[int]:
    async with store.reading() as unit:
        found = await unit.connection.exec_driver_sql("select update_id from inbox order by 1")
        return [row[0] for row in found]


async def outcomes(*work) -> list[object]:
    async with asyncio.timeout(20):
        return await asyncio.gather(*work, return_exceptions=True)


async def test_those_that_wait_at_the_same_time_share_one_commit(store, shared, commits):
    assert await outcomes(*(turn(shared, n) for n in range(MOST))) == [None] * MOST
    assert len(commits) == 1
    assert await stored(store) == list(range(MOST))


async def test_no_more_than_so_many_share_one(store, shared, commits, monkeypatch):
    monkeypatch.setattr(together, "MOST_SECONDS", 60.0)
    await outcomes(*(turn(shared, n) for n in range(2 * MOST + 1)))
    assert len(commits) == 3
    assert len(await stored(store)) == 2 * MOST + 1


async def test_none_is_taken_in_after_so_long(shared, commits, monkeypatch):
    monkeypatch.setattr(together, "MOST_SECONDS", 0.02)

    async def slow(number: int) -> None:
        async with shared.unit() as unit:
            time.sleep(0.03)
            await Inbox(unit).take(Incoming("c", number, str(number), {}))
            await unit.commit()

    assert await outcomes(*(slow(n) for n in range(3))) == [None] * 3
    assert len(commits) == 3


async def test_one_that_fails_is_undone_alone(store, shared, commits):
    fates = [None, ValueError, None, sqlite3.OperationalError]
    found = await outcomes(*(turn(shared, n, fails=fate) for n, fate in enumerate(fates)))
    assert [type(one) for one in found if one] == [ValueError, sqlite3.OperationalError]
    assert len(commits) == 1
    assert await stored(store) == [0, 2]


async def test_a_commit_that_fails_fails_for_all_and_the_next_ones_are_kept(
    store, shared, monkeypatch
):
    def full(_connection: InlineConnection) -> None:
        message = "database or disk is full"
        raise sqlite3.OperationalError(message)

    monkeypatch.setattr(InlineConnection, "commit", full)
    found = await outcomes(*(turn(shared, n) for n in range(3)))
    assert {type(one) for one in found} == {DatabaseError}
    monkeypatch.undo()
    assert await stored(store) == []
    assert await outcomes(turn(shared, 1)) == [None]
    assert await stored(store) == [1]


async def test_a_transaction_that_the_database_gave_up_fails_for_all_in_it(store, shared):
    async def gives_up() -> None:
        async with shared.unit() as unit:
            await unit.connection.exec_driver_sql("ROLLBACK")  # as SQLite does on a full disk
            raise ValueError

    found = await outcomes(turn(shared, 1), gives_up(), turn(shared, 2))
    assert [type(one) for one in found] == [DatabaseError, ValueError, DatabaseError]
    assert await outcomes(turn(shared, 3)) == [None]
    assert await stored(store) == [3]


async def test_a_busy_database_refuses_all_who_wait(store, shared, monkeypatch):
    monkeypatch.setattr(inline_sqlite, "LOCK_SECONDS", 0.05)
    other = sqlite3.connect(store.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    found = await outcomes(*(turn(shared, n) for n in range(3)))
    assert {type(one) for one in found} == {DatabaseError}
    other.execute("ROLLBACK")
    other.close()
    assert await outcomes(turn(shared, 7)) == [None]
    assert await stored(store) == [7]


async def test_whoever_is_cancelled_holds_up_nobody(store, shared):
    first = asyncio.create_task(turn(shared, 1))
    gone = asyncio.create_task(turn(shared, 2))
    last = asyncio.create_task(turn(shared, 3))
    await asyncio.sleep(0)
    gone.cancel()
    found = await outcomes(first, gone, last)
    assert [type(one) for one in found] == [type(None), asyncio.CancelledError, type(None)]
    assert await stored(store) == [1, 3]


async def test_one_cancelled_in_the_middle_of_its_turn_is_undone(store, shared):
    begun = asyncio.Event()

    async def waits() -> None:
        async with shared.unit() as unit:
            await Inbox(unit).take(Incoming("c", 2, "2", {}))
            begun.set()
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(waits()), asyncio.create_task(turn(shared, 3))]
    await begun.wait()
    tasks[0].cancel()
    await outcomes(*tasks)
    assert await stored(store) == [3]


async def test_after_its_commit_a_unit_writes_nothing_into_the_next_one(shared):
    async with shared.unit() as unit:
        await unit.commit()
        with pytest.raises(AttributeError):
            await Inbox(unit).oldest("c", "1")


@pytest.mark.parametrize("whose", ["this process", "another process"])
async def test_another_writer_has_its_turn_between(store, shared, whose):
    going = True
    other = store
    if whose == "another process":
        other = Store(open_engine(str(store.engine.url)), store.vault, store.clock)

    async def without_pause(person: int) -> int:
        done = 0
        while going:
            await turn(shared, person * 10_000 + done)
            done += 1
        return done

    busy = [asyncio.create_task(without_pause(person)) for person in range(1, 20)]
    await asyncio.sleep(0.05)
    waited = []
    async with asyncio.timeout(20):
        for number in range(20):
            began = time.monotonic()
            async with other.unit() as unit:
                await Inbox(unit).keep([Incoming("c", number, "x", {})])
                await unit.commit()
            waited.append(time.monotonic() - began)
            await asyncio.sleep(0.01)
    going = False
    assert all(await outcomes(*busy))
    assert set(range(20)) <= set(await stored(store))
    assert sorted(waited)[10] < 0.5, waited
    await other.close()
