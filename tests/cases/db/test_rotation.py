"""After a rotation nothing needs the old master key, whatever was written meanwhile."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from cases.db import mail, rotation
from cases.db.conversations import Conversations
from cases.db.inbox import Inbox, Incoming
from cases.db.outbox import Outbox, Parcel, Want
from cases.db.questions import Questions
from cases.db.rotation import rotate_keys
from cases.db.rows import OfficeAnswerRow, OutboxRow
from cases.db.store import Store, open_engine
from cases.db.subjects import Subjects
from cases.vault import Vault, VaultError

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
