"""The webhook lets nobody in without the secret and confirms only what is on disk."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.webhook import BODY_LIMIT, SECRET_HEADER, webhook_app
from cases.db.store import DatabaseError
from kernel.nursery import Nursery

SECRET = "a-secret"
GOOD = {SECRET_HEADER: SECRET}


class Broken:
    """A turn loop whose storage is down."""

    async def at_once(self, _update) -> None:
        return None

    async def keep(self, _updates) -> None:
        raise DatabaseError


@contextlib.asynccontextmanager
async def door(loop):
    async with Nursery() as nursery:
        app = webhook_app(loop, nursery, path="/telegram", secret=SECRET)
        async with TestClient(TestServer(app)) as client:
            yield client


async def knock(loop, body, headers=GOOD) -> tuple[int, dict[str, str]]:
    async with door(loop) as client:
        answer = await client.post("/telegram", data=body, headers=headers)
        return answer.status, dict(answer.headers)


async def told(loop, update) -> object:
    """Bring an update; return the call to the Bot API that came back, or None."""
    async with door(loop) as client:
        answer = await client.post("/telegram", data=json.dumps(update), headers=GOOD)
        assert answer.status == 200
        text = await answer.text()
        return json.loads(text) if text else None


async def test_an_update_with_the_secret_is_kept_and_answered(desk):
    status, _ = await knock(desk.loop, json.dumps(desk.message(1, "一")))
    assert status == 200
    await desk.hears("听到 一")


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}])
async def test_without_the_secret_nothing_is_kept(desk, headers):
    status, _ = await knock(desk.loop, json.dumps(desk.message(1, "一")), headers)
    assert status == 403
    await desk.says(2, "二")
    await desk.hears("听到 二")


async def test_a_secret_of_bytes_that_are_no_text_is_refused_like_any_other(desk):
    async with door(desk.loop) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: ".encode()
        writer.write(head + b"a\xff\xfe\r\nContent-Length: 2\r\n\r\n{}")
        assert b" 403 " in await reader.readline()
        writer.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"update_id": "1"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 99999999999999999999}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_a_malformed_body_is_refused_for_good(desk, body):
    status, _ = await knock(desk.loop, body)
    assert status == 400


async def test_a_body_that_is_too_large_is_refused(desk):
    status, _ = await knock(desk.loop, io.BytesIO(b"x" * (BODY_LIMIT + 1)))
    assert status == 413


async def test_while_storage_is_down_the_sender_is_asked_to_come_again():
    update = {"update_id": 1, "message": {"text": "一"}}
    status, headers = await knock(Broken(), json.dumps(update))
    assert status == 503
    assert int(headers["Retry-After"]) > 0


def test_a_webhook_without_a_secret_is_not_opened():
    with pytest.raises(ValueError, match="secret"):
        webhook_app(Broken(), Nursery(), path="/telegram", secret="")


async def test_the_waiting_sign_of_a_press_ends_with_the_answer_to_its_update(desk):
    assert await told(desk.loop, desk.message(1, "问")) is None
    await desk.hears("问题")
    data = desk.mouth.buttons()[0][1]
    press = desk.press(2, data)
    call = await told(desk.loop, press)
    query = press["callback_query"]["id"]
    assert call == {"method": "answerCallbackQuery", "callback_query_id": query}
    await desk.hears("问题", "答 a", "问题")
    assert "toast" not in [payload["do"] for _, payload in desk.mouth.said]
    assert await told(desk.loop, press) == call, "come again: answered again, and not done again"
    await desk.hears("问题", "答 a", "问题")


async def test_words_in_the_answer_to_a_press_are_owed_like_all_words(desk):
    await desk.says(1, "问")
    await desk.hears("问题")
    old = desk.mouth.buttons()[1][1]
    await desk.says(2, "问")
    await desk.hears("问题", "问题")
    assert await told(desk.loop, desk.press(3, old)) is None
    await desk.until(lambda: "toast" in [payload["do"] for _, payload in desk.mouth.said])
