"""The webhook lets nobody in without the secret and confirms only what is on disk."""

from __future__ import annotations

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

    async def at_once(self, _update) -> bool:
        return False

    async def keep(self, _updates) -> None:
        raise DatabaseError


async def knock(loop, body, headers=GOOD) -> tuple[int, dict[str, str]]:
    async with Nursery() as nursery:
        app = webhook_app(loop, nursery, path="/telegram", secret=SECRET)
        async with TestClient(TestServer(app)) as client:
            answer = await client.post("/telegram", data=body, headers=headers)
            return answer.status, dict(answer.headers)


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
