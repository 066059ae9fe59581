"""Ordered troubles: each does what its name says, as often as asked, and no more."""

from __future__ import annotations

import asyncio

import pytest

WANG = 1001


async def test_429_says_how_long_to_wait_and_sends_nothing(kit, wang, fault):
    await fault("sendMessage", "429", seconds=7)
    with pytest.raises(kit.TooFast) as refused:
        await kit.bot.send_message(chat_id=WANG, text="x")
    assert kit.wait_of(refused.value) == 7
    assert await wang.shown() == []
    await kit.bot.send_message(chat_id=WANG, text="x")


@pytest.mark.parametrize("kind", ["500", "502"])
async def test_a_server_error_sends_nothing_and_counts_down(kit, wang, fault, kind):
    await fault("sendMessage", kind, times=2)
    for _ in range(2):
        with pytest.raises(kit.Server):
            await kit.bot.send_message(chat_id=WANG, text="x")
    await kit.bot.send_message(chat_id=WANG, text="y")
    assert [one["text"] for one in await wang.shown()] == ["y"]


async def test_drop_sends_and_then_breaks_the_connection(kit, wang, fault):
    await fault("sendMessage", "drop")
    with pytest.raises(kit.Network):
        await kit.bot.send_message(chat_id=WANG, text="到了没有")
    assert [one["text"] for one in await wang.shown()] == ["到了没有"]


async def test_drop_before_breaks_the_connection_and_sends_nothing(kit, wang, fault):
    await fault("sendMessage", "drop_before")
    with pytest.raises(kit.Network):
        await kit.bot.send_message(chat_id=WANG, text="没到")
    assert await wang.shown() == []


async def test_delay_holds_the_message_back(aio, wang, fault, until, calls):
    await fault("sendMessage", "delay", seconds=1)
    sending = asyncio.ensure_future(aio.bot.send_message(WANG, "慢"))
    await until(lambda: calls("sendMessage"))
    assert await wang.shown() == []
    await sending
    assert len(await wang.shown()) == 1


async def test_delay_after_shows_the_message_before_the_answer(aio, wang, fault, until):
    await fault("sendMessage", "delay_after", seconds=1.5)
    sending = asyncio.ensure_future(aio.bot.send_message(WANG, "先到"))
    await until(wang.shown)
    assert not sending.done()
    await sending


async def test_duplicate_sends_twice(aio, wang, fault):
    await fault("sendMessage", "duplicate")
    await aio.bot.send_message(WANG, "两遍")
    assert [one["text"] for one in await wang.shown()] == ["两遍", "两遍"]


async def test_403_and_400_can_be_ordered(kit, wang, fault):
    await fault("sendMessage", "403")
    with pytest.raises(kit.Forbidden):
        await kit.bot.send_message(chat_id=WANG, text="x")
    await fault("sendMessage", "400", description="Bad Request: PEER_FLOOD")
    with pytest.raises(kit.Bad, match=r"(?i)peer_flood"):
        await kit.bot.send_message(chat_id=WANG, text="x")


async def test_a_fault_for_one_chat_leaves_the_others_alone(kit, wang, add, fault):
    await add(1002)
    await fault("sendMessage", "429", chat=1002, times=None)
    await kit.bot.send_message(chat_id=WANG, text="x")
    with pytest.raises(kit.TooFast):
        await kit.bot.send_message(chat_id=1002, text="x")


async def test_an_outage_cuts_everything_until_it_is_over(aio, wang, fault, until):
    await fault("*", "outage", seconds=1.2)
    with pytest.raises(aio.Network):
        await aio.bot.get_me()
    with pytest.raises(aio.Network):
        await aio.bot.send_message(WANG, "x")

    async def back():
        try:
            return await aio.bot.send_message(WANG, "回来了")
        except aio.Network:
            return None

    await until(back)
    assert [one["text"] for one in await wang.shown()] == ["回来了"]


async def test_a_polled_update_can_come_twice_though_confirmed(kit, wang, fault):
    await fault("getUpdates", "duplicate")
    await wang.says("一")
    [first] = await kit.bot.get_updates()
    [again] = await kit.bot.get_updates(offset=first.update_id + 1)
    assert again.update_id == first.update_id
    assert len(await kit.bot.get_updates(offset=first.update_id + 1)) == 0


async def test_polled_updates_can_come_out_of_order(kit, wang, fault):
    await fault("getUpdates", "reorder")
    await wang.says("一")
    await wang.says("二")
    assert [one.message.text for one in await kit.bot.get_updates()] == ["二", "一"]


async def test_a_lost_poll_keeps_its_updates(kit, wang, fault):
    await fault("getUpdates", "drop")
    await wang.says("一")
    with pytest.raises(kit.Network):
        await kit.bot.get_updates()
    assert len(await kit.bot.get_updates()) == 1


async def test_a_pushed_update_can_come_twice(aio, wang, hooked, fault, until):
    await fault("webhook", "duplicate")
    await aio.bot.set_webhook(hooked.url)
    await wang.says("一")
    await wang.says("二")
    await until(lambda: len(hooked.got) == 3)
    assert [one["message"]["text"] for one in hooked.got] == ["一", "一", "二"]


async def test_a_lost_answer_of_the_webhook_brings_the_update_again(
    aio, wang, hooked, fault, until
):
    await fault("webhook", "drop")
    await aio.bot.set_webhook(hooked.url)
    await wang.says("一")
    await until(lambda: len(hooked.got) == 2)
    assert hooked.got[0] == hooked.got[1]


async def test_a_broken_connection_to_the_webhook_is_tried_again(aio, wang, hooked, fault, until):
    await fault("webhook", "drop_before", times=2)
    await aio.bot.set_webhook(hooked.url)
    await wang.says("一")
    await until(lambda: len(hooked.got) == 1)


async def test_pushed_updates_of_different_people_can_be_reordered(
    aio, wang, add, hooked, fault, until
):
    other = await add(1002)
    await fault("webhook", "reorder", chat=WANG, seconds=5)
    await aio.bot.set_webhook(hooked.url)
    await wang.says("先写")
    await other.says("后写")
    await until(lambda: len(hooked.got) == 2)
    assert [one["message"]["text"] for one in hooked.got] == ["后写", "先写"]


async def test_faults_are_listed_and_cleared(aio, wang, fault, http):
    await fault("sendMessage", "500", times=9)
    async with http.get("/sim/faults") as answer:
        [listed] = await answer.json()
    assert (listed["method"], listed["times"]) == ("sendmessage", 9)
    async with http.delete("/sim/faults") as answer:
        assert answer.status == 200
    await aio.bot.send_message(WANG, "x")


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "nonsense"},
        {"kind": "500", "times": 0},
        {"kind": "500", "seconds": -1},
        {"kind": "500", "chat": "x"},
        {"kind": "reorder", "method": "sendMessage"},
        {"kind": "500", "method": 5},
    ],
)
async def test_an_impossible_fault_gets_one_clear_sentence(http, wish):
    async with http.post("/sim/faults", json=wish) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"].endswith(".")


async def test_telegrams_own_limits_can_be_switched_on(kit, wang, add, http):
    await add(1002)
    async with http.post("/sim/limits", json={"per_chat": 0.5, "burst": 2}) as answer:
        assert answer.status == 200
    await kit.bot.send_message(chat_id=WANG, text="一")
    await kit.bot.send_message(chat_id=WANG, text="二")
    with pytest.raises(kit.TooFast) as refused:
        await kit.bot.send_message(chat_id=WANG, text="三")
    assert 1 <= kit.wait_of(refused.value) <= 2
    await kit.bot.send_message(chat_id=1002, text="别人")
