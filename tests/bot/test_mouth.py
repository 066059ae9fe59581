"""The mouth against the stand-in: trouble is told apart from refusal."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from support.phones import PERSON

from bot.channels.telegram import TelegramMouth, open_bot
from bot.delivery import LaterError


@pytest.fixture
async def mouth(address):
    bot = open_bot("1:test", address)
    yield TelegramMouth(bot)
    await bot.session.close()


async def order(address: str, **fault) -> None:
    async with aiohttp.ClientSession() as http:
        await http.post(f"{address}/sim/faults", json=fault)


async def texts(address: str) -> list[str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{address}/sim/people/{PERSON}/messages?after=0") as answer,
    ):
        return [one["text"] for one in (await answer.json())["messages"]]


async def test_a_reply_is_sent_and_its_number_returned(mouth, address):
    number = await mouth.deliver(str(PERSON), {"do": "send", "html": "<b>好</b>"}, "")
    assert number.isdigit()
    assert await texts(address) == ["好"]


async def test_429_says_how_long_to_wait(mouth, address):
    await order(address, method="sendMessage", kind="429", seconds=3)
    with pytest.raises(LaterError) as later:
        await mouth.deliver(str(PERSON), {"do": "send", "html": "好"}, "")
    assert later.value.seconds == 3


@pytest.mark.parametrize("kind", ["500", "502", "drop", "drop_before"])
async def test_a_failing_network_or_server_means_later(mouth, address, kind):
    await order(address, method="sendMessage", kind=kind)
    with pytest.raises(LaterError):
        await mouth.deliver(str(PERSON), {"do": "send", "html": "好"}, "")


async def test_a_person_who_blocked_the_bot_is_not_written_to_again(mouth, address):
    await order(address, method="sendMessage", kind="403")
    assert await mouth.deliver(str(PERSON), {"do": "send", "html": "好"}, "") == ""


async def test_a_question_that_can_no_longer_be_edited_is_asked_anew(mouth, address):
    payload = {"do": "edit", "html": "问", "buttons": [[["甲", "p:x:1:0"]]]}
    number = await mouth.deliver(str(PERSON), payload, "999999")
    assert number not in {"", "999999"}
    assert await texts(address) == ["问"]


async def test_an_edit_that_changes_nothing_is_fine(mouth):
    number = await mouth.deliver(str(PERSON), {"do": "send", "html": "好"}, "")
    assert await mouth.deliver(str(PERSON), {"do": "edit", "html": "好"}, number) == number


async def test_a_gateways_page_instead_of_an_answer_means_later():
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<html>Bad Gateway</html>", status=502, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    bot = open_bot("1:test", f"http://{host}:{port}")
    try:
        with pytest.raises(LaterError):
            await TelegramMouth(bot).deliver(str(PERSON), {"do": "send", "html": "好"}, "")
    finally:
        await bot.session.close()
        await runner.cleanup()
