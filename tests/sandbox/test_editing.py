"""A bot changes or removes what it sent; an edit that changes nothing is an error."""

from __future__ import annotations

import pytest

WANG = 1001


async def test_an_edit_replaces_the_text_in_place_and_says_so(kit, wang):
    sent = await kit.bot.send_message(
        chat_id=WANG, text="旧", reply_markup=kit.keys([("好", "a")])
    )
    edited = await kit.bot.edit_message_text(text="新", chat_id=WANG, message_id=sent.message_id)
    [shown] = await wang.shown()
    assert (shown["text"], shown["edited"], shown["buttons"]) == ("新", True, [])
    assert shown["message_id"] == edited.message_id == sent.message_id


async def test_an_edit_that_changes_nothing_is_refused(kit, wang):
    keys = kit.keys([("好", "a")])
    sent = await kit.bot.send_message(
        chat_id=WANG, text="<b>旧</b>", parse_mode="HTML", reply_markup=keys
    )
    with pytest.raises(
        kit.Bad, match=r"(?i)message is not modified: specified new message content"
    ):
        await kit.bot.edit_message_text(
            text=" <b>旧</b> ",
            chat_id=WANG,
            message_id=sent.message_id,
            parse_mode="HTML",
            reply_markup=keys,
        )


async def test_changing_only_the_buttons_counts_as_a_change_and_not_as_edited(kit, wang):
    sent = await kit.bot.send_message(
        chat_id=WANG, text="选", reply_markup=kit.keys([("好", "a")])
    )
    keys = kit.keys([("好 ✓", "a")])
    await kit.bot.edit_message_reply_markup(
        chat_id=WANG, message_id=sent.message_id, reply_markup=keys
    )
    [shown] = await wang.shown()
    assert shown["buttons"] == [[{"text": "好 ✓", "data": "a"}]]
    assert not shown["edited"]
    with pytest.raises(kit.Bad, match=r"(?i)not modified"):
        await kit.bot.edit_message_reply_markup(
            chat_id=WANG, message_id=sent.message_id, reply_markup=keys
        )


async def test_only_messages_of_the_bot_can_be_edited(kit, wang):
    said = await wang.says("我的话")
    with pytest.raises(kit.Bad, match=r"(?i)message can't be edited"):
        await kit.bot.edit_message_text(text="x", chat_id=WANG, message_id=said["message_id"])
    with pytest.raises(kit.Bad, match=r"(?i)message to edit not found"):
        await kit.bot.edit_message_text(text="x", chat_id=WANG, message_id=99999)


async def test_a_message_in_another_chat_is_not_found(kit, wang, add):
    await add(1002)
    sent = await kit.bot.send_message(chat_id=WANG, text="x")
    with pytest.raises(kit.Bad, match=r"(?i)message to edit not found"):
        await kit.bot.edit_message_text(text="y", chat_id=1002, message_id=sent.message_id)


async def test_a_message_with_a_lasting_keyboard_cannot_be_edited(kit, wang):
    sent = await kit.bot.send_message(chat_id=WANG, text="x", reply_markup=kit.lasting(["今天"]))
    with pytest.raises(kit.Bad, match=r"(?i)message can't be edited"):
        await kit.bot.edit_message_text(text="y", chat_id=WANG, message_id=sent.message_id)


async def test_a_photo_has_a_caption_to_edit_and_no_text(kit, wang, picture):
    sent = await kit.bot.send_photo(chat_id=WANG, photo=kit.file(picture), caption="旧")
    await kit.bot.edit_message_caption(chat_id=WANG, message_id=sent.message_id, caption="新")
    assert (await wang.shown())[0]["text"] == "新"
    with pytest.raises(kit.Bad, match=r"(?i)there is no text in the message to edit"):
        await kit.bot.edit_message_text(text="y", chat_id=WANG, message_id=sent.message_id)
    text = await kit.bot.send_message(chat_id=WANG, text="x")
    with pytest.raises(kit.Bad, match=r"(?i)there is no caption in the message to edit"):
        await kit.bot.edit_message_caption(chat_id=WANG, message_id=text.message_id, caption="y")


async def test_a_failed_edit_changes_nothing(kit, wang):
    sent = await kit.bot.send_message(chat_id=WANG, text="旧")
    before = await wang.phone()
    with pytest.raises(kit.Bad):
        await kit.bot.edit_message_text(
            text="<b>坏", chat_id=WANG, message_id=sent.message_id, parse_mode="HTML"
        )
    assert await wang.phone() == before


async def test_a_deleted_message_vanishes_and_cannot_be_deleted_twice(kit, wang):
    sent = await kit.bot.send_message(chat_id=WANG, text="x")
    seen = (await wang.phone())["seq"]
    await kit.bot.delete_message(chat_id=WANG, message_id=sent.message_id)
    phone = await wang.phone(seen)
    assert (phone["messages"], phone["deleted"]) == ([], [sent.message_id])
    assert await wang.shown() == []
    with pytest.raises(kit.Bad, match=r"(?i)message to delete not found"):
        await kit.bot.delete_message(chat_id=WANG, message_id=sent.message_id)


async def test_several_messages_are_deleted_at_once_and_gone_ones_passed_over(kit, wang):
    said = await wang.says("我的密码")
    sent = await kit.bot.send_message(chat_id=WANG, text="x")
    numbers = [said["message_id"], sent.message_id, 99999]
    assert await kit.bot.delete_messages(chat_id=WANG, message_ids=numbers)
    assert await wang.shown() == []


async def test_a_pinned_message_is_marked_and_an_unknown_one_refused(kit, wang):
    sent = await kit.bot.send_message(chat_id=WANG, text="要紧")
    assert await kit.bot.pin_chat_message(chat_id=WANG, message_id=sent.message_id)
    assert (await wang.shown())[0]["pinned"]
    assert (await kit.bot.get_chat(WANG)).pinned_message.message_id == sent.message_id
    with pytest.raises(kit.Bad, match=r"(?i)message to pin not found"):
        await kit.bot.pin_chat_message(chat_id=WANG, message_id=99999)


async def test_edits_to_a_blocked_chat_are_forbidden(kit, wang):
    sent = await kit.bot.send_message(chat_id=WANG, text="x")
    await wang.does("block")
    with pytest.raises(kit.Forbidden):
        await kit.bot.edit_message_text(text="y", chat_id=WANG, message_id=sent.message_id)
