from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from alerts.errors import HaltedError, NotSentError, RejectedError, UnreachableError, UnsureError
from alerts.gateway import GatewaySender, phone_book
from alerts.heartbeat import heartbeat
from cases.db.people import People
from cases.db.store import DatabaseError
from cases.people import SYSTEM, Person, Role


class Gateway:
    def __init__(self) -> None:
        self.got: list[Any] = []
        self.status = 200
        self.address = ""
        self.says: bytes | None = None

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((await request.json(), request.headers.get("Authorization")))
        if self.says is not None:
            return web.Response(body=self.says)
        return web.json_response({"id": "sms-1"}, status=self.status, headers={"Retry-After": "9"})

    async def ping(self, request: web.Request) -> web.Response:
        self.got.append("ping")
        return web.Response()


class Push:
    html = "<b>P1 紧急报告 A-1 待处理</b>\n1 &lt; 2"
    buttons = ()


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    app = web.Application()
    app.router.add_post("/", gateway.take)
    app.router.add_get("/alive", gateway.ping)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield gateway
    await runner.cleanup()


@pytest.fixture
async def sender(gateway: Gateway) -> AsyncIterator[GatewaySender]:
    async def phone_of(person_id: str) -> str:
        return {"p1": "13000000000"}.get(person_id, "")

    async with aiohttp.ClientSession() as session:
        yield GatewaySender(gateway.address, phone_of, session, token="t")


async def test_a_push_becomes_one_plain_text_to_a_telephone(gateway, sender):
    assert await sender.send("p1", Push(), lane=0) == "sms-1"
    body, bearer = gateway.got[0]
    assert bearer == "Bearer t"
    assert body["to"] == "13000000000"
    assert body["template"] == "alert"
    assert body["text"] == "P1 紧急报告 A-1 待处理\n1 < 2"


async def test_a_repeat_carries_the_same_key(gateway, sender):
    await sender.send("p1", Push(), lane=0)
    await sender.send("p1", Push(), lane=0)
    assert gateway.got[0][0]["id"] == gateway.got[1][0]["id"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, HaltedError), (404, UnreachableError), (400, RejectedError), (503, UnsureError)],
)
async def test_every_refusal_is_known_for_what_it_is(gateway, sender, status: int, kind: type):
    gateway.status = status
    with pytest.raises(kind):
        await sender.send("p1", Push(), lane=0)


@pytest.mark.parametrize(
    "says", [b"OK", b"", b'{"id": ""}', b'{"id": null}', b"[]", b"\xff\xfe", b"<html>sent</html>"]
)
async def test_whatever_a_gateway_says_with_its_yes_it_has_taken_the_push(gateway, sender, says):
    gateway.says = says
    number = await sender.send("p1", Push(), lane=0)
    assert number == gateway.got[0][0]["id"][:24]


async def test_a_telephone_that_cannot_be_looked_up_now_is_looked_up_again(gateway):
    async def phone_of(person_id: str) -> str:
        raise DatabaseError

    async with aiohttp.ClientSession() as session:
        sender = GatewaySender(gateway.address, phone_of, session)
        with pytest.raises(NotSentError):
            await sender.send("p1", Push(), lane=0)
    assert gateway.got == []


async def test_neither_telephone_nor_token_is_carried_to_another_address(gateway, sender):
    async def elsewhere(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(f"{gateway.address}/")

    app = web.Application()
    app.router.add_post("/", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sender._address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with pytest.raises(RejectedError):
        await sender.send("p1", Push(), lane=0)
    await runner.cleanup()
    assert gateway.got == []


async def test_nobody_without_a_telephone_is_called(gateway, sender):
    with pytest.raises(UnreachableError):
        await sender.send("p2", Push(), lane=0)
    assert gateway.got == []


async def test_a_gateway_that_is_not_there_got_nothing():
    async def phone_of(person_id: str) -> str:
        return "1"

    async with aiohttp.ClientSession() as session:
        sender = GatewaySender("http://127.0.0.1:9", phone_of, session)
        with pytest.raises(NotSentError):
            await sender.send("p1", Push(), lane=0)


async def test_the_telephone_comes_from_the_roster(store):
    async with store.unit() as unit:
        person = Person(
            id="",
            role=Role.CHILD_SUPERVISOR,
            area="990101101000",
            name="冯长青",
            phone="13100000000",
        )
        added = await People(unit).add(person, SYSTEM)
        await unit.commit()
    assert await phone_book(store)(added.id) == "13100000000"
    assert await phone_book(store)("nobody") == ""


async def test_a_sign_of_life_gets_out_and_its_failure_harms_nothing(gateway):
    await heartbeat(f"{gateway.address}/alive")()
    assert gateway.got == ["ping"]
    await heartbeat("http://127.0.0.1:9/")()
