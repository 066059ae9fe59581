"""A person presses; the bot answers once, in time, with a note or a pop-up."""

from __future__ import annotations

import pytest

from sandbox.settings import Settings

WANG = 1001


async def _pressed(kit, wang, label="好", data="visit:1"):
    sent = await kit.bot.send_message(
        chat_id=WANG, text="选", reply_markup=kit.keys([(label, data)])
    )
    await wang.presses(sent.message_id, label)
    return (await kit.bot.get_updates())[-1].callback_query


async def test_a_press_by_label_carries_the_buttons_data(kit, wang):
    query = await _pressed(kit, wang)
    assert (query.data, query.from_user.id, query.message.text) == ("visit:1", WANG, "选")


async def test_a_note_appears_on_the_phone(kit, wang):
    query = await _pressed(kit, wang)
    assert await kit.bot.answer_callback_query(query.id, text="收到")
    [notice] = (await wang.phone())["notices"]
    assert (notice["text"], notice["alert"]) == ("收到", False)
    assert notice["callback_id"] == query.id


async def test_a_popup_is_told_apart_from_a_note(kit, wang):
    query = await _pressed(kit, wang)
    await kit.bot.answer_callback_query(query.id, text="请先选孩子", show_alert=True)
    assert (await wang.phone())["notices"][0]["alert"]


async def test_a_press_is_answered_only_once(kit, wang):
    query = await _pressed(kit, wang)
    await kit.bot.answer_callback_query(query.id)
    with pytest.raises(
        kit.Bad, match=r"(?i)query is too old and response timeout expired or query"
    ):
        await kit.bot.answer_callback_query(query.id)


async def test_an_unknown_press_cannot_be_answered(kit, wang):
    with pytest.raises(kit.Bad, match=r"(?i)query is too old"):
        await kit.bot.answer_callback_query("12345")


async def test_a_note_over_200_characters_is_refused_and_can_still_be_given(kit, wang):
    query = await _pressed(kit, wang)
    with pytest.raises(kit.Bad, match=r"(?i)message_too_long"):
        await kit.bot.answer_callback_query(query.id, text="字" * 201)
    await kit.bot.answer_callback_query(query.id, text="字" * 200)


class TestAfterTheLifeOfAPress:
    @pytest.fixture
    def settings(self):
        return Settings(callback_life=0.05)

    async def test_its_answer_is_too_old_and_its_update_is_gone(self, aio, wang, http, until):
        sent = await aio.bot.send_message(WANG, "选", reply_markup=aio.keys([("好", "a")]))
        told = await wang.presses(sent.message_id, "好")

        async def gone():
            return not await aio.bot.get_updates()

        await until(gone)
        with pytest.raises(aio.Bad, match="query is too old"):
            await aio.bot.answer_callback_query(told["callback_id"])


async def test_a_forged_press_arrives_as_it_was_forged(aio, wang):
    sent = await aio.bot.send_message(WANG, "没有按钮")
    await wang.does("presses", {"message_id": sent.message_id, "data": "伪造"})
    [update] = await aio.bot.get_updates()
    assert update.callback_query.data == "伪造"


async def test_a_press_on_a_vanished_message_says_so(kit, wang):
    sent = await kit.bot.send_message(
        chat_id=WANG, text="选", reply_markup=kit.keys([("好", "a")])
    )
    await kit.bot.delete_message(chat_id=WANG, message_id=sent.message_id)
    await wang.does("presses", {"message_id": sent.message_id, "data": "a"})
    [update] = await kit.bot.get_updates()
    message = update.callback_query.message
    assert message.message_id == sent.message_id
    assert getattr(message, "text", None) is None
    assert getattr(message.date, "year", 1970) == 1970
    assert getattr(message.date, "second", message.date) == 0


@pytest.mark.parametrize(
    ("press", "status", "code"),
    [
        ({"message_id": 1, "label": "没有"}, 404, "no_button"),
        ({"message_id": 99, "data": "a"}, 404, "no_message"),
        ({"message_id": 1, "data": "字" * 22}, 400, "bad_data"),
        ({"message_id": 1, "data": ""}, 400, "bad_data"),
        ({"data": "a"}, 400, "no_message"),
        ({}, 400, "no_button"),
    ],
)
async def test_an_impossible_press_gets_one_clear_sentence(aio, wang, press, status, code):
    await aio.bot.send_message(WANG, "选", reply_markup=aio.keys([("好", "a")]))
    got, told = await wang.post("presses", press)
    assert (got, told["code"]) == (status, code)
    assert told["error"].endswith(".")
    assert await aio.bot.get_updates() == []


async def test_a_key_of_the_lasting_keyboard_sends_its_text(kit, wang):
    await kit.bot.send_message(chat_id=WANG, text="您好", reply_markup=kit.lasting(["今天"]))
    await wang.does("presses", {"label": "今天"})
    [update] = await kit.bot.get_updates()
    assert update.message.text == "今天"


async def test_a_key_can_ask_for_the_telephone_or_the_place(raw, wang, aio):
    keys = [
        [{"text": "电话", "request_contact": True}, {"text": "位置", "request_location": True}]
    ]
    markup = {"keyboard": keys, "one_time_keyboard": False}
    await raw("sendMessage", json={"chat_id": WANG, "text": "x", "reply_markup": markup})
    await wang.does("presses", {"label": "电话"})
    await wang.does("presses", {"label": "位置"})
    phone, place = await aio.bot.get_updates()
    assert phone.message.contact.user_id == WANG
    assert place.message.location.latitude == pytest.approx(29.5647)


async def test_a_one_time_keyboard_leaves_after_one_press(kit, wang):
    keys = kit.lasting(["好"], one_time_keyboard=True)
    await kit.bot.send_message(chat_id=WANG, text="x", reply_markup=keys)
    await wang.does("presses", {"label": "好"})
    assert (await wang.phone())["keyboard"] is None
