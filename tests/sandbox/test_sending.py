"""A bot sends; the phone shows it, or the stand-in refuses as Telegram does."""

from __future__ import annotations

import pytest

WANG = 1001


async def test_the_bot_learns_who_it_is_from_its_token(kit):
    me = await kit.bot.get_me()
    assert (me.id, me.is_bot, me.username) == (123456, True, "tongban_bot")


async def test_a_text_appears_on_the_phone_with_its_number(kit, wang):
    sent = await kit.bot.send_message(chat_id=WANG, text="您好")
    [shown] = await wang.shown()
    assert (shown["text"], shown["from"]) == ("您好", "bot")
    assert shown["message_id"] == sent.message_id
    assert sent.chat.id == WANG
    assert sent.chat.type == "private"


async def test_html_becomes_entities_counted_in_utf16(kit, wang):
    html = "😀<b>粗</b> &lt;名&gt; <blockquote expandable>引用</blockquote>"
    await kit.bot.send_message(chat_id=WANG, text=html, parse_mode="HTML")
    [shown] = await wang.shown()
    assert shown["text"] == "😀粗 <名> 引用"
    assert shown["entities"] == [
        {"type": "bold", "offset": 2, "length": 1},
        {"type": "expandable_blockquote", "offset": 8, "length": 2},
    ]


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<b>开", 'can\'t find end tag corresponding to start tag "b"'),
        ("<p>段</p>", 'unsupported start tag "p" at byte offset 0'),
        ("儿<b>x</i>", 'unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("a</b>", "unexpected end tag at byte offset 1"),
        ("1 < 2", 'unsupported start tag "" at byte offset 2'),
        ("1 <2", "unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'tag "span" must have class "tg-spoiler"'),
    ],
)
async def test_broken_html_is_refused_and_shows_nothing(kit, wang, html, complaint):
    with pytest.raises(kit.Bad) as refused:
        await kit.bot.send_message(chat_id=WANG, text=html, parse_mode="HTML")
    assert complaint in str(refused.value).lower()
    assert await wang.shown() == []


@pytest.mark.parametrize("text", ["<b></b>", "  \n ", "<i> </i>"])
async def test_a_text_empty_after_parsing_is_refused(kit, wang, text):
    with pytest.raises(kit.Bad, match=r"(?i)message text is empty"):
        await kit.bot.send_message(chat_id=WANG, text=text, parse_mode="HTML")


async def test_4096_characters_pass_and_one_more_does_not(kit, wang):
    await kit.bot.send_message(chat_id=WANG, text=f"<b>{'字' * 4096}</b>", parse_mode="HTML")
    with pytest.raises(kit.Bad, match=r"(?i)message is too long"):
        await kit.bot.send_message(chat_id=WANG, text="字" * 4097)
    [shown] = await wang.shown()
    assert len(shown["text"]) == 4096


async def test_a_bot_cannot_write_to_someone_who_never_wrote(kit, add):
    silent = await add(1002, started=False)
    with pytest.raises(kit.Bad, match=r"(?i)chat not found"):
        await kit.bot.send_message(chat_id=1002, text="您好")
    await silent.says("/start")
    await kit.bot.send_message(chat_id=1002, text="您好")


async def test_an_unknown_chat_is_not_found(kit, wang):
    with pytest.raises(kit.Bad, match=r"(?i)chat not found"):
        await kit.bot.send_message(chat_id=999, text="您好")


async def test_a_blocked_bot_is_forbidden_until_unblocked(kit, wang):
    await wang.does("block")
    with pytest.raises(kit.Forbidden, match="bot was blocked by the user"):
        await kit.bot.send_message(chat_id=WANG, text="您好")
    await wang.does("unblock")
    await kit.bot.send_message(chat_id=WANG, text="您好")


async def test_a_deactivated_person_cannot_be_reached(kit, wang):
    await wang.does("deactivate")
    with pytest.raises(kit.Forbidden, match="user is deactivated"):
        await kit.bot.send_message(chat_id=WANG, text="您好")


async def test_21_chinese_characters_of_button_data_fit_and_22_do_not(kit, wang):
    await kit.bot.send_message(chat_id=WANG, text="选", reply_markup=kit.keys([("好", "字" * 21)]))
    too_much = kit.keys([("好", "字" * 22)])
    with pytest.raises(kit.Bad, match=r"(?i)button_data_invalid"):
        await kit.bot.send_message(chat_id=WANG, text="选", reply_markup=too_much)


async def test_more_than_100_buttons_or_8_in_a_row_are_refused(kit, wang):
    many = kit.keys(*[[("好", str(n))] for n in range(101)])
    wide = kit.keys([("好", str(n)) for n in range(9)])
    for keys in (many, wide):
        with pytest.raises(kit.Bad, match=r"(?i)reply markup is too long"):
            await kit.bot.send_message(chat_id=WANG, text="选", reply_markup=keys)


async def test_a_button_without_an_action_is_refused(raw, wang):
    keys = {"inline_keyboard": [[{"text": "好"}]]}
    status, told = await raw(
        "sendMessage", json={"chat_id": WANG, "text": "x", "reply_markup": keys}
    )
    assert status == told["error_code"] == 400
    assert "Text buttons are unallowed in the inline keyboard" in told["description"]


async def test_the_lasting_keyboard_stays_until_removed(kit, wang):
    keys = kit.lasting(["今天", "我的孩子"], ["紧急报告"], resize_keyboard=True)
    await kit.bot.send_message(chat_id=WANG, text="您好", reply_markup=keys)
    await kit.bot.send_message(chat_id=WANG, text="还在")
    rows = (await wang.phone())["keyboard"]["rows"]
    assert [[key["text"] for key in row] for row in rows] == [["今天", "我的孩子"], ["紧急报告"]]
    await kit.bot.send_message(chat_id=WANG, text="没了", reply_markup=kit.no_lasting())
    assert (await wang.phone())["keyboard"] is None


async def test_a_reply_points_at_its_message_or_is_refused(kit, wang):
    said = await wang.says("问题")
    sent = await kit.bot.send_message(
        chat_id=WANG, text="答", reply_parameters=_reply(kit, said["message_id"])
    )
    assert sent.reply_to_message.text == "问题"
    with pytest.raises(kit.Bad, match=r"(?i)message to be replied not found"):
        await kit.bot.send_message(chat_id=WANG, text="答", reply_parameters=_reply(kit, 99999))


def _reply(kit, number):
    import aiogram.types
    import telegram

    library = aiogram.types if kit.name == "aiogram" else telegram
    return library.ReplyParameters(message_id=number)


async def test_typing_shows_and_ends_with_the_next_message(kit, wang):
    await kit.bot.send_chat_action(chat_id=WANG, action="typing")
    assert (await wang.phone())["action"] == "typing"
    await kit.bot.send_message(chat_id=WANG, text="好了")
    assert (await wang.phone())["action"] is None


async def test_a_draft_streams_and_gives_way_to_the_message(kit, wang):
    await kit.bot.send_message_draft(chat_id=WANG, draft_id=7, text="正在想")
    assert (await wang.phone())["draft"]["text"] == "正在想"
    assert await wang.shown() == []
    await kit.bot.send_message(chat_id=WANG, text="想好了")
    assert (await wang.phone())["draft"] is None


async def test_a_place_is_sent_and_a_place_off_the_globe_is_not(kit, wang):
    await kit.bot.send_location(chat_id=WANG, latitude=29.5, longitude=106.5)
    assert (await wang.shown())[0]["location"] == {"latitude": 29.5, "longitude": 106.5}
    with pytest.raises(kit.Bad):
        await kit.bot.send_location(chat_id=WANG, latitude=129.5, longitude=106.5)


async def test_commands_and_the_menu_button_are_remembered(kit, wang):
    await kit.bot.set_my_commands([_command(kit, "start", "开始")])
    [command] = await kit.bot.get_my_commands()
    assert (command.command, command.description) == ("start", "开始")
    assert (await wang.phone())["commands"] == [{"command": "start", "description": "开始"}]
    assert await kit.bot.set_chat_menu_button(chat_id=WANG)


def _command(kit, name, description):
    import aiogram.types
    import telegram

    library = aiogram.types if kit.name == "aiogram" else telegram
    return library.BotCommand(command=name, description=description)


async def test_a_chat_and_its_members_can_be_asked_for(kit, wang):
    chat = await kit.bot.get_chat(WANG)
    assert (chat.first_name, chat.type) == ("王秀兰", "private")
    member = await kit.bot.get_chat_member(WANG, WANG)
    assert member.status == "member"
    with pytest.raises(kit.Bad):
        await kit.bot.get_chat_member(WANG, 555)


async def test_message_numbers_never_repeat_between_chats(kit, wang, add):
    await add(1002)
    numbers = [
        (await kit.bot.send_message(chat_id=chat, text="x")).message_id
        for chat in (WANG, 1002, WANG, 1002)
    ]
    assert numbers == sorted(set(numbers))
