"""Committed replies arrive: after a restart, through an outage, and in order."""

from __future__ import annotations

import asyncio

import pytest
from support.desk import answered_once

from bot import delivery
from bot.delivery import LaterError
from cases.db.conversations import Conversations


async def test_replies_that_were_committed_but_not_delivered_arrive_after_a_restart(opened):
    async with opened() as first:
        await first.start()
        first.mouth.trouble = [LaterError(99.0)]
        await first.says(1, "一")
        await first.until(lambda: first.mouth.tries == 1)
        await first.says(2, "二")
        await first.until(lambda: first.talk.heard == ["一", "二"])
    async with opened() as second:
        await second.start()
        await second.hears("听到 一", "听到 二")
        assert second.talk.heard == []


async def test_what_an_ended_process_owed_comes_before_anything_newer(opened):
    async with opened() as first:
        await first.says(1, "一")
        await first.until(lambda: first.talk.heard == ["一"])
    async with opened() as second:
        second.talk.heard.clear()
        await second.start()
        await second.says(2, "二")
        await second.until(lambda: "听到 二" in second.mouth.texts())
        texts = second.mouth.texts()
        assert texts.index("听到 二") == len(texts) - 1


async def test_a_delivered_reply_is_not_sent_again_after_a_restart(opened):
    await answered_once(opened)
    async with opened() as second:
        await second.start()
        await second.says(2, "二")
        await second.hears("听到 二")


async def test_a_channel_that_wants_it_later_gets_it_later_in_order(desk):
    desk.mouth.trouble = [LaterError(0.01), LaterError(0.01), LaterError(0.01)]
    await desk.gets(desk.message(1, "一"), desk.message(2, "二"))
    await desk.hears("听到 一", "听到 二")
    assert desk.mouth.tries == 5


async def test_a_mouth_that_fails_in_an_unforeseen_way_does_not_silence_the_chat(desk):
    desk.mouth.trouble = [ValueError("boom")]
    await desk.gets(desk.message(1, "一"), desk.message(2, "二"))
    await desk.until(lambda: "听到 二" in desk.mouth.texts())


async def test_what_one_unit_writes_no_other_writes(desk):
    await desk.gets(desk.message(1, "一"), desk.message(2, "二", "88"))
    await desk.hears("听到 一")
    await desk.hears("听到 二", chat="88")
    async with desk.store.reading() as unit:
        chats = {owed.key[1] for owed in await Conversations(unit).owed()}
    assert chats == {"77", "88"}, "no receipt is on disk yet"
    async with desk.store.unit() as unit, desk.deliverer.receipts(unit, chat="77"):
        assert desk.deliverer._unwritten(None).taken[0][1] == "88"
        assert len(desk.deliverer._unwritten(None).taken) == 1
        await unit.commit()
    async with desk.store.reading() as unit:
        assert [owed.key[1] for owed in await Conversations(unit).owed()] == ["88"]


async def test_receipts_whose_unit_fails_are_written_by_the_next(desk):
    await desk.start()
    await desk.says(1, "一")
    await desk.hears("听到 一")

    async def fails() -> None:
        async with desk.store.unit() as unit, desk.deliverer.receipts(unit):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()

    async def owed() -> int:
        async with desk.store.reading() as unit:
            return len(await Conversations(unit).owed())

    async with asyncio.timeout(5):
        while await owed():
            await asyncio.sleep(0.02)


async def flooded(desk, count, trouble):
    """Say more in one chat than is held while its channel has trouble; return the words."""
    await desk.start()
    desk.mouth.trouble = [trouble]
    words = [str(number) for number in range(1, count + 1)]
    for number, word in enumerate(words, start=1):
        await desk.says(number, word)
    return words


async def test_what_a_flood_leaves_in_the_database_comes_in_order(desk, monkeypatch):
    monkeypatch.setattr(delivery, "MOST_HELD", 3)
    words = await flooded(desk, 20, LaterError(0.3))
    await desk.until(lambda: desk.talk.heard == words)
    held = [due for queue in desk.deliverer._queues.values() for due in queue]
    assert len(held) <= delivery.MOST_HELD
    await desk.says(99, "别", "88")
    await desk.hears("听到 别", chat="88")
    await desk.hears(*(f"听到 {word}" for word in words))
    assert not desk.deliverer._left


async def test_the_sweep_leaves_alone_what_a_flood_left(desk, monkeypatch):
    monkeypatch.setattr(delivery, "MOST_HELD", 2)
    monkeypatch.setattr(delivery, "SWEEP_SECONDS", 0.05)
    words = await flooded(desk, 8, LaterError(0.5))
    await desk.hears(*(f"听到 {word}" for word in words))
    await asyncio.sleep(0.2)
    await desk.hears(*(f"听到 {word}" for word in words))
