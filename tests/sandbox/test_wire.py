"""Requests in every dress, and the answers' numbers."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox.settings import Settings

TOKEN = "123456:AAHabcdefghijklmnopqrstuvwxyz012345"
WANG = 1001


@pytest.mark.parametrize("method", ["sendMessage", "sendmessage", "SENDMESSAGE"])
async def test_method_names_are_case_insensitive(raw, wang, method):
    status, told = await raw(method, json={"chat_id": WANG, "text": "x"})
    assert (status, told["ok"]) == (200, True)


async def test_parameters_come_as_query_form_json_or_multipart(raw, http, wang):
    form = aiohttp.FormData({"chat_id": str(WANG), "text": "三"}, default_to_multipart=True)
    await raw("sendMessage", params={"chat_id": WANG, "text": "零"})
    await raw("sendMessage", data={"chat_id": WANG, "text": "一"})
    await raw("sendMessage", json={"chat_id": WANG, "text": "二"})
    await raw("sendMessage", data=form)
    async with http.get(f"/bot{TOKEN}/sendMessage?chat_id={WANG}&text=四") as answer:
        assert answer.status == 200
    assert [one["text"] for one in await wang.shown()] == ["零", "一", "二", "三", "四"]


async def test_an_unknown_method_is_404(raw):
    status, told = await raw("sendTelepathy")
    assert (status, told["error_code"]) == (404, 404)
    assert told["description"] == "Not Found: method not found"


@pytest.mark.parametrize("body", ["{", "[1]", '"x"'])
async def test_a_body_that_is_no_json_object_is_refused(raw, body):
    headers = {"Content-Type": "application/json"}
    status, told = await raw("sendMessage", data=body, headers=headers)
    assert (status, told["ok"]) == (400, False)


@pytest.mark.parametrize("chat", ["", "x", "@someone", None])
async def test_a_chat_that_is_none_is_refused(raw, chat):
    status, _ = await raw("sendMessage", json={"chat_id": chat, "text": "x"})
    assert status == 400


@pytest.mark.parametrize(
    "markup", ["{", "[]", '"x"', '{"inline_keyboard": 5}', '{"keyboard": [5]}']
)
async def test_a_keyboard_that_is_none_is_refused(raw, wang, markup):
    sent = {"chat_id": WANG, "text": "x", "reply_markup": markup}
    status, told = await raw("sendMessage", data=sent)
    assert (status, told["ok"]) == (400, False)
    assert await wang.shown() == []


async def test_an_unknown_parse_mode_is_refused(raw, wang):
    sent = {"chat_id": WANG, "text": "x", "parse_mode": "Fancy"}
    status, told = await raw("sendMessage", json=sent)
    assert (status, "unsupported parse_mode" in told["description"]) == (400, True)


async def test_a_429_names_its_wait_in_body_and_header(http, wang, fault):
    await fault("sendMessage", "429", seconds=3)
    async with http.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": WANG}) as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "3"
        assert await answer.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 3",
            "parameters": {"retry_after": 3},
        }


class TestWithOneToken:
    @pytest.fixture
    def settings(self):
        return Settings(token=TOKEN)

    async def test_only_that_token_is_let_in(self, kit, raw):
        assert (await kit.bot.get_me()).id == 123456
        status, told = await raw("getMe", token="123456:wrong")
        assert (status, told["description"]) == (401, "Unauthorized")


async def test_what_is_no_token_at_all_is_not_found(raw):
    status, _ = await raw("getMe", token="nonsense")
    assert status == 404
