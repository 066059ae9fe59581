"""After a rotation nothing needs the old master key, whatever was written meanwhile."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cases.children import Change
from cases.db import mail, rotation
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.inbox import Inbox, Incoming
from cases.db.outbox import Outbox, Parcel, Want
from cases.db.questions import Questions
from cases.db.reindexing import INDEXES, Reindexing
from cases.db.rotation import rotate_keys
from cases.db.rows import ChildRow, OfficeAnswerRow, OutboxRow
from cases.db.staff import Staff
from cases.db.store import Store, open_engine
from cases.db.subjects import Subjects
from cases.db.twins import Twins
from cases.vault import Vault, VaultError

ROOT = Path(__file__).parents[3]
OLD, NEW = {1: b"\x01" * 32}, {2: b"\x09" * 32}
CHAT = ("telegram", "101")
WHOLE = (
    ("班车几点", "早上七点"),
    ["天气如何", "食堂开吗"],
    {"text": "信"},
    ["回"],
    {"form": "visit_checkin"},
    ["告", "告", "示"],
)


@pytest.fixture
def opened(url, clock):
    @asynccontextmanager
    async def opened(ring):
        store = Store(open_engine(url, wide=True), Vault(ring, b"\x02" * 32), clock)
        try:
            yield store
        finally:
            await store.close()

    return opened


async def ask(store, who, *words):
    async with store.unit() as unit:
        for one in words:
            await Questions(unit).keep(who, one, "none")
        await unit.commit()


async def fill(county):
    """Leave mail of every kind, with a late copy of a message; return the answer's id."""
    await ask(county.store, county.guardian, "班车几点", "食堂开吗", "天气如何")
    async with county.store.unit() as unit:
        questions, outbox = Questions(unit), Outbox(unit)
        waiting = await questions.waiting(county.officer)
        (bus,) = [one.id for one in waiting if one.question == "班车几点"]
        done = await questions.publish(county.officer, bus, "早上七点", "通知")
        await Inbox(unit).keep([Incoming("telegram", 7, "101", {"text": "信"})])
        dialogue = await Conversations(unit).lock(*CHAT)
        dialogue = replace(dialogue, state={"form": "visit_checkin"})
        await Conversations(unit).save(dialogue)
        await Conversations(unit).owe(dialogue, "1", [{"text": "回"}])
        for word in ("告", "示"):
            sealed = unit.vault.seal_mail(f"outbox:n:{word}", word)
            parcel = Parcel(key=f"n:{word}", lane=1, channel="telegram", chat="101", kind="notice")
            await outbox.put([replace(parcel, sealed=sealed)])
        want = Want(channels=frozenset({"telegram"}), lane=9)
        first = min(offer.id for offer in await outbox.offers(want, 9e12, lock=True))
        (late,) = await outbox.lease([first], owner="w", until=9e12)
        await outbox.keep_copy(late, "77", "mark")
        await unit.commit()
    return done.answer_id


async def read(county, store, answer_id):
    """Return everything that `fill` left, read with the keys of a store."""
    async with store.unit() as unit:
        questions, dialogues = Questions(unit), Conversations(unit)
        (answer,) = await questions.answers([answer_id])
        letter = await Inbox(unit).oldest(*CHAT)
        replies = await dialogues.take_over(await dialogues.owed(), 5)
        parcels = await unit.connection.execute(select(OutboxRow.key, OutboxRow.sealed))
        return (
            (answer.question, answer.text),
            sorted(one.question for one in await questions.waiting(county.officer)),
            letter.payload,
            [reply.payload["text"] for reply in replies],
            (await dialogues.lock(*CHAT)).state,
            sorted(
                store.vault.open_mail(f"outbox:{row.key.partition('~')[0]}", row.sealed)
                for row in parcels
            ),
        )


async def masters(store):
    async with store.reading() as unit:
        return await Subjects(unit).masters()


async def sealed(store):
    async with store.reading() as unit:
        boxes = [
            box
            for table in mail.TABLES
            for box in (await unit.connection.execute(select(table.sealed))).scalars()
        ]
    return sorted(bytes(box) for box in boxes if box is not None)


async def test_everything_reads_without_the_old_key(county, opened):
    answer = await fill(county)
    async with opened(OLD | NEW) as both:
        assert await masters(both) == (1,)
        await rotate_keys(both)
        assert await masters(both) == (2,)
        once = await sealed(both)
        assert len(once) == 9
        await rotate_keys(both)
        assert await sealed(both) == once
    async with opened(NEW) as new:
        assert await read(county, new, answer) == WHOLE
    with pytest.raises(VaultError):
        await read(county, county.store, answer)


async def test_small_pieces_miss_nothing(county, opened, monkeypatch):
    monkeypatch.setattr(rotation, "PIECE", 1)
    answer = await fill(county)
    async with opened(OLD | NEW) as both:
        await rotate_keys(both)
    async with opened(NEW) as new:
        assert await read(county, new, answer) == WHOLE


async def test_what_others_write_and_hold_meanwhile_is_not_lost(county, opened, monkeypatch):
    """A county takes an answer back in between (PostgreSQL); an old process seals afterwards."""
    answer, reseal, beside = await fill(county), mail.Mail.reseal, []

    async def disturbed(self, table, *given, wait):
        if not wait and table.row is OfficeAnswerRow and self._unit.dialect != "sqlite":
            unit = await held.enter()
            await Questions(unit).withdraw(county.officer, answer)
        found = await reseal(self, table, *given, wait=wait)
        if table.row is OfficeAnswerRow and not wait:
            beside.append(found)
            await held.leave()
        return found

    held = Held(county.store)
    monkeypatch.setattr(mail.Mail, "reseal", disturbed)
    async with opened(OLD | NEW) as both:
        await rotate_keys(both)
        monkeypatch.undo()
        assert await masters(both) == (2,)
        assert beside[-1] is None
        await ask(county.store, county.supervisor, "路修好了吗")
        assert await masters(both) == (1, 2)
        await rotate_keys(both)
        assert await masters(both) == (2,)
    async with opened(NEW) as new, new.reading() as unit:
        asked = {one.question for one in await Questions(unit).waiting(county.officer)}
        assert asked == {"天气如何", "食堂开吗", "路修好了吗"}
        (kept,) = await Questions(unit).answers([answer])
        assert kept.text == "早上七点"
        assert kept.state == ("published" if unit.dialect == "sqlite" else "withdrawn")


class Held:
    """A unit of another process that is open while the rotation looks."""

    def __init__(self, store):
        self._store, self._open = store, None

    async def enter(self):
        self._open = self._store.unit()
        self.unit = await self._open.__aenter__()
        return self.unit

    async def leave(self):
        if self._open is not None:
            await self.unit.commit()
            await self._open.__aexit__(None, None, None)
            self._open = None


async def test_a_broken_seal_and_a_lost_key_stop_nothing(county, opened):
    answer = await fill(county)
    await ask(county.store, county.supervisor, "路修好了吗")
    async with opened(OLD | NEW) as both:
        async with both.unit() as unit:
            broken = both.vault.mail_head(1) + b"\0" * 40
            await unit.connection.execute(
                update(OutboxRow).where(OutboxRow.key == "n:示").values(sealed=broken)
            )
            lost = both.vault.mail_head(9) + b"\0" * 40
            await unit.connection.execute(
                update(OutboxRow).where(OutboxRow.key == "n:告").values(sealed=lost)
            )
            await unit.commit()
        await rotate_keys(both)
        assert await masters(both) == (1, 2)
        assert {broken, lost} <= set(await sealed(both))
    async with opened(NEW) as new, new.reading() as unit:
        assert await Subjects(unit).masters() == (2,)
        assert (await Questions(unit).answers([answer]))[0].text == "早上七点"


FIRST_INDEX, NEW_INDEX = b"\x02" * 32, {2: b"\x0a" * 32}
WORKERS = 8
"""Of the sample county, every one with an indexed name."""
KILLED = """
import asyncio, os, signal, sys
from cases.db import rotation
from cases.db.reindexing import Reindexing
from cases.db.store import Store, open_engine
from cases.vault import Vault
from kernel.clock import SystemClock

rotation.PIECE, left, whole = 2, 3, Reindexing.children

async def killed(self, *given, **named):
    global left
    done = await whole(self, *given, **named)
    left -= 1
    if left < 0:  # written, and not committed
        os.kill(os.getpid(), signal.SIGKILL)
    return done

Reindexing.children = killed
vault = Vault({1: b"\\x01" * 32}, b"\\x02" * 32, {2: b"\\x0a" * 32})
store = Store(open_engine(sys.argv[1], wide=True), vault, SystemClock())
asyncio.run(rotation.rotate_keys(store))
"""


@pytest.fixture
def indexed(url, clock):
    """Return a store that knows index keys; the first one is the log's as well."""

    @asynccontextmanager
    async def indexed(first, newer=None):
        store = Store(open_engine(url, wide=True), Vault(OLD, first, newer), clock)
        try:
            yield store
        finally:
            await store.close()

    return indexed


async def files(county):
    """Return what tells every child of the county apart, by the child's id."""
    async with county.store.unit() as unit:
        book = Children(unit)
        mine = await book.mine(county.officer)
        found = [await book.open(county.officer, one.id, "review") for one in mine]
    told = ("name", "birth_date", "id_no")
    return {file.line.id: {name: file.fields.get(name) for name in told} for file in found}


async def found_by(store, county, fields):
    """Return who is found by each child's number, and by its name and birth."""
    async with store.unit() as unit:
        twins = Twins(unit)

        async def alike(asked):
            found = await twins.alike(county.officer, county.township, asked)
            return {twin.child.id for twin in found}

        return {
            child: {
                "number": await alike({"id_no": one["id_no"]}) if one["id_no"] else {child},
                "birth": await alike({key: one[key] for key in ("name", "birth_date")}),
            }
            for child, one in fields.items()
        }


async def named(store, county):
    async with store.reading() as unit:
        found = await Staff(unit).spoken_of(county.code, "问问吴南星")
        return [one.name for one in found]


async def older(store):
    async with store.reading() as unit:
        return await Reindexing(unit).older()


async def heads(store):
    """Return how the marks of all rows begin, by their length."""
    async with store.reading() as unit:
        marks = [
            bytes(mark)
            for column in INDEXES
            for mark in (await unit.connection.execute(select(column))).scalars()
            if mark
        ]
    return {mark[:2] if len(mark) == 18 else b"" for mark in marks}


async def test_an_index_key_is_changed_and_a_kill_in_the_middle_loses_nothing(
    county, indexed, url
):
    await ask(county.store, county.guardian, "班车几点", "食堂开吗")
    fields = await files(county)
    known = await found_by(county.store, county, fields)
    assert all(child in ids for child, by in known.items() for ids in by.values())
    ran = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, url], cwd=ROOT, check=False
    )
    assert ran.returncode == -signal.SIGKILL
    async with indexed(FIRST_INDEX, NEW_INDEX) as both:
        assert await older(both) == len(fields) - 6 + 2 + WORKERS
        assert await named(both, county) == ["吴南星"]
        assert await heads(both) == {b"", b"\x00\x02"}
        assert await found_by(both, county, fields) == known
        await ask(both, county.guardian, "班 车几点")
        async with both.unit() as unit:
            assert [one.asked for one in await Questions(unit).waiting(county.officer)] == [1, 1]
        await rotate_keys(both)
        assert await older(both) == 0
        assert await found_by(both, county, fields) == known
        assert await named(both, county) == ["吴南星"]
    assert await heads(county.store) == {b"\x00\x02"}
    async with indexed(b"\x03" * 32, NEW_INDEX) as new:
        assert await named(new, county) == ["吴南星"]
        assert await found_by(new, county, fields) == known
        await ask(new, county.guardian, "食堂 开吗")
        async with new.unit() as unit:
            assert [one.asked for one in await Questions(unit).waiting(county.officer)] == [1, 1]


async def test_what_an_older_process_indexes_meanwhile_is_found_and_indexed_next_time(
    county, indexed
):
    fields = await files(county)
    child, one = next(iter(fields.items()))
    async with indexed(FIRST_INDEX, NEW_INDEX) as both:
        await rotate_keys(both)
        async with county.store.unit() as unit:
            change = Change(child_id=child, updates={"name": "欧阳晚来"})
            await Children(unit).apply(county.officer, change)
            await unit.commit()
        await ask(county.store, county.guardian, "班车几点")
        await ask(both, county.supervisor, "班车几点")
        assert await older(both) == 2
        async with both.unit() as unit:
            [waiting] = await Questions(unit).waiting(county.officer)
            assert waiting.asked == 2
        named = {child: one | {"name": "欧阳晚来"}}
        assert child in (await found_by(both, county, named))[child]["birth"]
        await rotate_keys(both)
        assert await older(both) == 0
        async with both.unit() as unit:
            done = await Questions(unit).publish(county.officer, waiting.id, "早上七点", "通知")
            assert len(done.chats) == 2


async def test_a_file_that_was_forgotten_or_cannot_be_opened_stops_nothing(county, indexed):
    first, second, *_ = await files(county)
    async with county.store.unit() as unit:
        await Subjects(unit).forget(f"child:{first}")
        broken = update(ChildRow).where(ChildRow.id == second).values(sealed=b"\1" * 40)
        await unit.connection.execute(broken)
        await unit.commit()
    async with indexed(FIRST_INDEX, NEW_INDEX) as both:
        await rotate_keys(both)
        assert await older(both) == 1
        async with both.reading() as unit:
            query = select(ChildRow.id).where(ChildRow.near_index.is_(None))
            assert first in (await unit.connection.execute(query)).scalars().all()
