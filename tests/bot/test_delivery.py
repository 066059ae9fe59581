"""Committed replies arrive: after a restart, through an outage, and in order."""

from __future__ import annotations

from bot.delivery import LaterError


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
    async with opened() as first:
        await first.start()
        await first.says(1, "一")
        await first.hears("听到 一")
        await first.deliverer.flush()
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
