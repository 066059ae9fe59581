"""Pushed updates: in order, one at a time in each lane, again until they are taken."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

WANG = 1001


def texts(hooked):
    return [one["message"]["text"] for one in hooked.got if "message" in one]


async def test_updates_are_pushed_with_the_secret(kit, wang, hooked, until):
    await kit.bot.set_webhook(hooked.url, secret_token="Secret_1-2")
    await wang.says("您好")
    await until(lambda: hooked.got)
    assert hooked.got[0]["message"]["text"] == "您好"
    assert hooked.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "Secret_1-2"
    assert hooked.headers[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize("secret", ["有汉字", "a b", "a+b", "x" * 257])
async def test_a_secret_outside_telegrams_rules_is_refused(kit, hooked, secret):
    with pytest.raises(kit.Bad, match=r"(?i)secret token"):
        await kit.bot.set_webhook(hooked.url, secret_token=secret)


async def test_an_address_that_is_none_is_refused(raw):
    status, told = await raw("setWebhook", json={"url": "ftp://example.org"})
    assert (status, told["description"].startswith("Bad Request: bad webhook")) == (400, True)


async def test_what_waited_is_delivered_when_the_hook_is_set(kit, wang, hooked, until):
    await wang.says("早先")
    await kit.bot.set_webhook(hooked.url)
    await until(lambda: texts(hooked) == ["早先"])


async def test_what_waited_can_be_dropped(kit, wang, hooked, until):
    await wang.says("早先")
    await kit.bot.set_webhook(hooked.url, drop_pending_updates=True)
    await wang.says("后来")
    await until(lambda: hooked.got)
    assert texts(hooked) == ["后来"]


async def test_an_update_not_taken_comes_again_under_the_same_number(kit, wang, hooked, until):
    hooked.answers += [web.Response(status=500), web.Response(status=503)]
    await kit.bot.set_webhook(hooked.url)
    await wang.says("一")
    await wang.says("二")
    await until(lambda: len(hooked.got) == 4)
    assert texts(hooked) == ["一", "一", "一", "二"]
    assert len({one["update_id"] for one in hooked.got[:3]}) == 1


async def test_the_trouble_shows_in_the_webhook_info(kit, wang, hooked, until):
    hooked.answers += [web.Response(status=500)]
    await kit.bot.set_webhook(hooked.url, max_connections=7)
    await wang.says("一")
    await until(lambda: len(hooked.got) == 2)
    info = await kit.bot.get_webhook_info()
    assert (info.url, info.max_connections) == (hooked.url, 7)
    assert "500" in info.last_error_message


async def test_retry_after_of_the_bot_is_honoured(aio, wang, add, hooked, until):
    other = await add(1002)
    hooked.answers += [web.Response(status=503, headers={"Retry-After": "600"})]
    await aio.bot.set_webhook(hooked.url)
    await wang.says("一")
    await until(lambda: len(hooked.got) == 1)
    await other.says("甲")
    await until(lambda: len(hooked.got) == 2)
    assert texts(hooked) == ["一", "甲"]
    assert (await aio.bot.get_webhook_info()).pending_update_count == 1


async def test_one_chat_waits_for_itself_and_not_for_others(aio, wang, add, hooked, until):
    hooked.gate = asyncio.Event()
    other = await add(1002)
    await aio.bot.set_webhook(hooked.url)
    await wang.says("一")
    await wang.says("二")
    await other.says("甲")
    await until(lambda: len(hooked.got) == 2)
    assert sorted(texts(hooked)) == ["一", "甲"]
    hooked.gate.set()
    await until(lambda: len(hooked.got) == 3)


async def test_a_press_overtakes_a_waiting_text(aio, wang, hooked, until):
    sent = await aio.bot.send_message(WANG, "选", reply_markup=aio.keys([("好", "a")]))
    hooked.gate = asyncio.Event()
    await aio.bot.set_webhook(hooked.url)
    await wang.says("一")
    await wang.presses(sent.message_id, "好")
    await until(lambda: len(hooked.got) == 2)
    assert {next(iter(one.keys() - {"update_id"})) for one in hooked.got} == {
        "message",
        "callback_query",
    }


async def test_no_more_connections_than_allowed_are_used(aio, add, hooked, until):
    hooked.gate = asyncio.Event()
    people = [await add(number) for number in range(2000, 2006)]
    await aio.bot.set_webhook(hooked.url, max_connections=2)
    for person in people:
        await person.says("x")
    await until(lambda: hooked.now_in == 2)
    hooked.gate.set()
    await until(lambda: len(hooked.got) == 6)
    assert hooked.most_in == 2


async def test_a_dead_bot_loses_nothing(aio, wang, hooked, until, http):
    await aio.bot.set_webhook("http://127.0.0.1:9/hook")
    await wang.says("还在")

    async def failed():
        return (await aio.bot.get_webhook_info()).last_error_message

    await until(failed)
    assert (await aio.bot.get_webhook_info()).pending_update_count == 1
    await aio.bot.set_webhook(hooked.url)
    await until(lambda: texts(hooked) == ["还在"])


async def test_an_answer_that_names_a_method_is_carried_out(aio, wang, hooked, until):
    reply = {"method": "sendMessage", "chat_id": WANG, "text": "当场回答"}
    hooked.answers += [web.json_response(reply)]
    await aio.bot.set_webhook(hooked.url)
    await wang.says("一")

    async def answered():
        return [one["text"] for one in await wang.shown() if one["from"] == "bot"]

    assert await until(answered) == ["当场回答"]


async def test_a_closed_connection_is_opened_again(aio, wang, hooked, until):
    await aio.bot.set_webhook(hooked.url)
    for text in ("一", "二"):
        closing = web.Response()
        closing.force_close()
        hooked.answers.append(closing)
        await wang.says(text)
        await until(lambda text=text: text in texts(hooked))
    assert texts(hooked) == ["一", "二"]
