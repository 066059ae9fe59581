"""Updates wait for the bot; the offset confirms them, and there is one poller."""

from __future__ import annotations

import asyncio

import pytest

WANG = 1001


async def test_what_a_person_sends_arrives_in_every_kind(kit, wang):
    await wang.says("/start 邀请码")
    await wang.sends(photo=True, caption="家里")
    await wang.sends(voice=True)
    await wang.sends(location={"latitude": 30.1, "longitude": 107.2})
    await wang.sends(contact={"phone_number": "13800000000", "first_name": "奶奶"})
    text, photo, voice, place, contact = [one.message for one in await kit.bot.get_updates()]
    assert text.text == "/start 邀请码"
    assert (text.entities[0].type, text.entities[0].length) == ("bot_command", 6)
    assert photo.caption == "家里"
    assert (await kit.download(photo.photo[-1].file_id)).startswith(b"\x89PNG")
    assert voice.voice.file_size > 1000
    assert place.location.longitude == 107.2
    assert contact.contact.phone_number == "13800000000"


async def test_an_update_comes_again_until_its_offset_is_confirmed(kit, wang):
    await wang.says("一")
    await wang.says("二")
    first = await kit.bot.get_updates()
    assert [one.message.text for one in first] == ["一", "二"]
    assert [one.update_id for one in await kit.bot.get_updates()] == [
        one.update_id for one in first
    ]
    [rest] = await kit.bot.get_updates(offset=first[0].update_id + 1)
    assert rest.message.text == "二"
    assert len(await kit.bot.get_updates(offset=first[1].update_id + 1)) == 0


async def test_a_negative_offset_keeps_only_the_newest(kit, wang):
    for text in "一二三":
        await wang.says(text)
    [newest] = await kit.bot.get_updates(offset=-1)
    assert newest.message.text == "三"
    assert len(await kit.bot.get_updates()) == 1


async def test_the_limit_is_kept(kit, wang):
    for text in "一二三":
        await wang.says(text)
    assert len(await kit.bot.get_updates(limit=2)) == 2


async def test_a_waiting_request_is_woken_by_a_message(kit, wang, until, calls):
    waiting = asyncio.ensure_future(kit.bot.get_updates(timeout=5))
    await until(lambda: calls("getUpdates"))
    await wang.says("醒醒")
    [update] = await waiting
    assert update.message.text == "醒醒"


async def test_an_empty_wait_ends_empty(kit, wang):
    assert len(await kit.bot.get_updates(timeout=1)) == 0


async def test_the_newer_of_two_pollers_wins(kit, raw, wang, until, calls):
    older = asyncio.ensure_future(kit.bot.get_updates(timeout=5))
    await until(lambda: calls("getUpdates"))
    newer = asyncio.ensure_future(raw("getUpdates", json={"timeout": 5}))
    with pytest.raises(kit.Conflict, match="terminated by other getUpdates request"):
        await older
    await wang.says("给新的")
    _, told = await newer
    assert told["result"][0]["message"]["text"] == "给新的"


async def test_polling_and_a_webhook_exclude_each_other(kit, wang, hooked, until, calls):
    waiting = asyncio.ensure_future(kit.bot.get_updates(timeout=5))
    await until(lambda: calls("getUpdates"))
    await kit.bot.set_webhook(hooked.url)
    with pytest.raises(kit.Conflict, match="terminated by setWebhook request"):
        await waiting
    with pytest.raises(kit.Conflict, match="while webhook is active"):
        await kit.bot.get_updates()
    await kit.bot.delete_webhook()
    assert len(await kit.bot.get_updates()) == 0


async def test_unwanted_kinds_are_not_kept_and_the_wish_is_remembered(kit, wang):
    await kit.bot.get_updates(allowed_updates=["callback_query"])
    await wang.says("不要")
    sent = await kit.bot.send_message(
        chat_id=WANG, text="选", reply_markup=kit.keys([("好", "a")])
    )
    await wang.presses(sent.message_id, "好")
    [update] = await kit.bot.get_updates()
    assert update.callback_query.data == "a"


async def test_blocking_and_unblocking_are_told(kit, wang):
    await wang.does("block")
    await wang.does("block")
    await wang.does("unblock")
    gone, back = [one.my_chat_member for one in await kit.bot.get_updates()]
    assert (gone.old_chat_member.status, gone.new_chat_member.status) == ("member", "kicked")
    assert back.new_chat_member.status == "member"


async def test_an_edited_text_is_told(kit, wang, http):
    said = await wang.says("错字")
    async with http.patch(
        f"{wang.path}/messages/{said['message_id']}", json={"text": "改好"}
    ) as answer:
        assert answer.status == 200
    _, edited = await kit.bot.get_updates()
    assert edited.edited_message.text == "改好"
    assert edited.edited_message.edit_date


async def test_a_hostile_update_can_be_queued_as_it_stands(raw, http):
    wish = {"kind": "message", "body": {"message_id": "坏", "chat": None}, "lane": 5}
    async with http.post("/sim/updates", json=wish) as answer:
        assert answer.status == 201
    _, told = await raw("getUpdates")
    assert told["result"][0]["message"] == {"message_id": "坏", "chat": None}
