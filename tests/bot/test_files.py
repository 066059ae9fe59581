"""Papers go out and photos come in through the Bot API, byte for byte."""

from __future__ import annotations

import aiohttp
import pytest
from support.phones import PERSON

from bot.channels.telegram import TelegramEar, TelegramFiles, TelegramMouth, open_bot
from bot.presenting import Presenter, Seals
from kernel.errors import InputError, UnavailableError
from kernel.words import Paper

CONTENT = b"PK\x03\x04 a paper " + bytes(range(256))


@pytest.fixture
async def bot(address):
    bot = open_bot("1:test", address)
    yield bot
    await bot.session.close()


async def call(address: str, verb: str, path: str, **body):
    async with aiohttp.ClientSession() as http:
        answer = await http.request(verb, f"{address}{path}", json=body or None)
        return await answer.json() if "json" in answer.content_type else await answer.read()


async def test_a_paper_arrives_byte_for_byte(bot, address):
    presenter = Presenter(Seals(lambda text: text), str(PERSON), 1, "zh-CN")
    payload = presenter.payloads([Paper("台账.xlsx", CONTENT, "a <caption>")])[0]
    await TelegramMouth(bot).deliver(str(PERSON), payload, "")
    shown = await call(address, "GET", f"/sim/people/{PERSON}/messages?after=0")
    message = shown["messages"][-1]
    assert message["document"]["name"] == "台账.xlsx"
    assert message["text"] == "a <caption>"
    assert await call(address, "GET", message["document"]["url"]) == CONTENT


async def test_a_photo_is_fetched(bot, address):
    await call(address, "POST", f"/sim/people/{PERSON}/messages", photo=True)
    updates = await bot.get_updates(timeout=0)
    assert TelegramEar(Seals(lambda text: text))
    handle = updates[-1].message.photo[-1].file_id
    assert (await TelegramFiles(bot).fetch(handle)).startswith(b"\x89PNG")


async def test_a_file_telegram_has_lost_asks_for_another(bot):
    with pytest.raises(InputError) as error:
        await TelegramFiles(bot).fetch("nobody-knows-me")
    assert error.value.reply.key == "file-lost"


async def test_an_outage_asks_to_send_it_again(bot, address):
    await call(address, "POST", f"/sim/people/{PERSON}/messages", photo=True)
    handle = (await bot.get_updates(timeout=0))[-1].message.photo[-1].file_id
    await call(address, "POST", "/sim/faults", method="getFile", kind="500", times=1)
    with pytest.raises(UnavailableError) as error:
        await TelegramFiles(bot).fetch(handle)
    assert error.value.reply.key == "file-later"
