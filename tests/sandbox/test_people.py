"""The person's side: what a phone shows, what a person can do, and one sentence when not."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json

import aiohttp
import pytest

from sandbox.server import running
from sandbox.settings import Settings

WANG = 1001


async def test_the_server_says_when_it_is_ready(http):
    async with http.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ready": True})


async def test_people_are_added_listed_and_renamed_without_losing_the_chat(http, add, aio):
    one = await add(5, name="旧名", title="儿童主任")
    await one.says("还在")
    await add(5, name="新名")
    async with http.get("/sim/people") as answer:
        [listed] = await answer.json()
    assert (listed["name"], listed["title"]) == ("新名", "儿童主任")
    assert len(await one.shown()) == 1
    assert (await aio.bot.get_chat(5)).first_name == "新名"


async def test_a_person_without_an_id_gets_the_next_one(http, add):
    await add(40)
    async with http.post("/sim/people", json={"name": "新来的"}) as answer:
        assert (await answer.json())["id"] == 41


@pytest.mark.parametrize("number", [0, -5, "x", 1.5, True, 2**60])
async def test_an_impossible_id_is_refused(http, number):
    async with http.post("/sim/people", json={"id": number, "name": "x"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "bad_id")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({}, "empty"),
        ({"text": "   "}, "empty"),
        ({"text": 5}, "empty"),
        ({"text": "字" * 4097}, "too_long"),
        ({"photo": "不是base64"}, "bad_file"),
        ({"photo": base64.b64encode(b"no picture").decode()}, "bad_file"),
        ({"voice": {"base64": ""}}, "bad_file"),
        ({"photo": {"file_id": "none"}}, "no_file"),
        ({"photo": True, "caption": "字" * 1025}, "too_long"),
        ({"location": {"latitude": 91, "longitude": 0}}, "bad_place"),
        ({"location": "村里"}, "bad_place"),
        ({"contact": {"phone_number": 139}}, "bad_contact"),
        ({"text": "x", "reply_to": 77}, "no_message"),
    ],
)
async def test_an_impossible_message_gets_one_sentence_and_sends_nothing(wang, aio, wish, code):
    status, told = await wang.post("messages", wish)
    assert status in {400, 404}
    assert told["code"] == code
    assert told["error"].endswith(".")
    assert await wang.shown() == []
    assert await aio.bot.get_updates() == []


async def test_wrong_json_unknown_people_and_unknown_paths_are_told_in_json(http, wang):
    async with http.post(f"{wang.path}/messages", data="{") as answer:
        assert (await answer.json())["code"] == "not_json"
    async with http.get("/sim/people/77/messages") as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "no_person")
    async with http.get("/sim/people/x/messages") as answer:
        assert answer.status == 404
    async with http.get("/sim/nothing") as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "http")
    async with http.get(f"{wang.path}/messages?after=x") as answer:
        assert (await answer.json())["code"] == "bad_number"


async def test_a_data_url_can_be_sent_as_a_photo(wang, picture, aio):
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    await wang.sends(photo=url)
    [update] = await aio.bot.get_updates()
    assert await aio.download(update.message.photo[-1].file_id) == picture


async def test_after_returns_what_is_new_or_changed_and_nothing_else(wang, aio):
    first = await aio.bot.send_message(WANG, "一")
    await aio.bot.send_message(WANG, "二")
    seen = (await wang.phone())["seq"]
    assert await wang.shown(seen) == []
    await aio.bot.edit_message_text("一改", chat_id=WANG, message_id=first.message_id)
    await aio.bot.send_message(WANG, "三")
    assert [one["text"] for one in await wang.shown(seen)] == ["一改", "三"]
    assert [one["text"] for one in await wang.shown()] == ["一改", "二", "三"]


async def test_the_last_message_number_is_a_safe_after(wang, aio):
    await aio.bot.send_message(WANG, "一")
    second = await aio.bot.send_message(WANG, "二")
    await aio.bot.send_message(WANG, "三")
    assert [one["text"] for one in await wang.shown(second.message_id)][-1] == "三"


async def test_phones_do_not_see_each_others_messages(wang, add, aio):
    other = await add(1002)
    await aio.bot.send_message(WANG, "给王")
    assert await other.shown() == []


async def test_someone_who_blocked_the_bot_cannot_write_to_it(wang):
    await wang.does("block")
    status, told = await wang.post("messages", {"text": "x"})
    assert (status, told["code"]) == (409, "blocked")


async def test_every_call_is_in_the_book_with_its_time_and_outcome(wang, aio, calls, raw):
    await aio.bot.send_message(WANG, "x", reply_markup=aio.keys([("好", "a")]))
    await raw("sendMessage", json={"chat_id": 9, "text": "y"})
    sent, refused = await calls("sendMessage")
    assert sent["params"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "好"
    assert (sent["ok"], sent["chat_id"], sent["code"]) == (True, WANG, 200)
    assert sent["at"] <= sent["answered_at"]
    assert (refused["ok"], refused["code"]) == (False, 400)
    assert "chat not found" in refused["description"]
    assert [one["n"] for one in await calls(after=sent["n"])] == [refused["n"]]


class TestWithSmallMemory:
    @pytest.fixture
    def settings(self):
        return Settings(keep_calls=3, keep_messages=2)

    async def test_only_the_newest_calls_and_messages_are_kept(self, wang, aio, calls):
        for number in range(5):
            await aio.bot.send_message(WANG, str(number))
        assert [one["n"] for one in await calls()] == [3, 4, 5]
        assert [one["n"] for one in await calls(after=4)] == [5]
        assert [one["text"] for one in await wang.shown()] == ["3", "4"]


async def test_the_stream_names_the_phones_that_changed(http, wang, aio):
    async with http.get("/sim/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert "hello" in await _event(stream)
        await aio.bot.send_message(WANG, "x")
        assert json.loads((await _event(stream)).partition("data: ")[2]) == [WANG]


async def _event(stream):
    async with asyncio.timeout(5):
        return (await stream.content.readuntil(b"\n\n")).decode()


async def test_a_file_that_is_no_picture_is_never_shown_as_a_page(wang, http):
    html = base64.b64encode(b"<script>alert(1)</script>").decode()
    await wang.sends(document={"base64": html, "name": "x.html", "type": "text/html"})
    [shown] = await wang.shown()
    async with http.get(shown["document"]["url"]) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_page_and_its_parts_are_served_with_a_strict_policy(http):
    for path in ("/", "/page/app.js", "/page/phone.css", "/page/icon.svg"):
        async with http.get(path) as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    async with http.get("/page/../server.py") as answer:
        assert answer.status == 404


async def test_a_look_waits_for_something_new_and_no_longer_than_it_may(http, wang, aio):
    where = f"/sim/people/{WANG}/messages"

    async def look(after, wait):
        async with http.get(where, params={"after": after, "wait": wait}) as answer:
            return await answer.json()

    seen = (await look(0, 0))["seq"]
    waiting = asyncio.create_task(look(seen, 30))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await aio.bot.send_message(WANG, "终于")
    async with asyncio.timeout(5):
        shown = await waiting
    assert [one["text"] for one in shown["messages"]] == ["终于"]
    assert (await look(seen, 30))["seq"] == shown["seq"], "what is there already is shown at once"
    assert (await look(shown["seq"], 1))["messages"] == []


async def test_a_look_that_waits_does_not_hold_up_the_end():
    now = asyncio.get_running_loop().time
    async with aiohttp.ClientSession() as session:
        async with running() as address:
            async with session.post(f"{address}/sim/people", json={"id": 5, "name": "五"}):
                pass
            url = f"{address}/sim/people/5/messages?after=1000&wait=50"
            waiting = asyncio.create_task(session.get(url))
            await asyncio.sleep(0.05)
            began = now()
        assert now() - began < 5
        with contextlib.suppress(aiohttp.ClientError):
            (await waiting).close()
