"""One running stand-in a test, driven by both Telegram libraries over real HTTP."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field
from typing import Any

import aiogram
import aiogram.exceptions as aio_errors
import aiogram.types as aio_types
import aiohttp
import pytest
import telegram
import telegram.error as ptb_errors
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from sandbox.server import running
from sandbox.settings import Settings

TOKEN = "123456:AAHabcdefghijklmnopqrstuvwxyz012345"
WANG = 1001


@dataclass
class Aiogram:
    bot: Any
    name = "aiogram"
    Bad = aio_errors.TelegramBadRequest
    Forbidden = aio_errors.TelegramForbiddenError
    Conflict = aio_errors.TelegramConflictError
    TooFast = aio_errors.TelegramRetryAfter
    Network = aio_errors.TelegramNetworkError
    Server = aio_errors.TelegramServerError
    Unauthorized = aio_errors.TelegramUnauthorizedError

    def keys(self, *rows):
        button = aio_types.InlineKeyboardButton
        made = [[button(text=label, callback_data=data) for label, data in row] for row in rows]
        return aio_types.InlineKeyboardMarkup(inline_keyboard=made)

    def lasting(self, *rows, **more):
        button = aio_types.KeyboardButton
        made = [[button(text=label) for label in row] for row in rows]
        return aio_types.ReplyKeyboardMarkup(keyboard=made, **more)

    def no_lasting(self):
        return aio_types.ReplyKeyboardRemove()

    def file(self, body, name="a.bin"):
        return aio_types.BufferedInputFile(body, name)

    def photos(self, *bodies):
        return [aio_types.InputMediaPhoto(media=self.file(body, "a.png")) for body in bodies]

    async def download(self, file_id):
        found = await self.bot.get_file(file_id)
        return (await self.bot.download_file(found.file_path)).read()

    def wait_of(self, error):
        return error.retry_after


@dataclass
class Ptb:
    bot: Any
    name = "python-telegram-bot"
    Bad = ptb_errors.BadRequest
    Forbidden = ptb_errors.Forbidden
    Conflict = ptb_errors.Conflict
    TooFast = ptb_errors.RetryAfter
    Network = ptb_errors.NetworkError
    Server = ptb_errors.TelegramError
    Unauthorized = ptb_errors.InvalidToken

    def keys(self, *rows):
        button = telegram.InlineKeyboardButton
        made = [[button(label, callback_data=data) for label, data in row] for row in rows]
        return telegram.InlineKeyboardMarkup(made)

    def lasting(self, *rows, **more):
        return telegram.ReplyKeyboardMarkup(rows, **more)

    def no_lasting(self):
        return telegram.ReplyKeyboardRemove()

    def file(self, body, name="a.bin"):
        return telegram.InputFile(body, filename=name)

    def photos(self, *bodies):
        return [telegram.InputMediaPhoto(body, filename="a.png") for body in bodies]

    async def download(self, file_id):
        return bytes(await (await self.bot.get_file(file_id)).download_as_bytearray())

    def wait_of(self, error):
        return error.retry_after.total_seconds()


@dataclass
class Person:
    """A person's thumb: everything goes through `/sim`."""

    http: aiohttp.ClientSession
    number: int

    @property
    def path(self):
        return f"/sim/people/{self.number}"

    async def post(self, what, body=None):
        async with self.http.post(f"{self.path}/{what}", json=body or {}) as answer:
            return answer.status, await answer.json()

    async def does(self, what, body=None):
        status, told = await self.post(what, body)
        assert status < 300, told
        return told

    async def says(self, text):
        return await self.does("messages", {"text": text})

    async def sends(self, **luggage):
        return await self.does("messages", luggage)

    async def presses(self, message_id, label):
        return await self.does("presses", {"message_id": message_id, "label": label})

    async def phone(self, after=0):
        async with self.http.get(f"{self.path}/messages?after={after}") as answer:
            return await answer.json()

    async def shown(self, after=0):
        return (await self.phone(after))["messages"]


@dataclass
class Hooked:
    """A bot's webhook that writes down what arrives and answers as it is told."""

    url: str
    got: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    now_in: int = 0
    most_in: int = 0
    gate: asyncio.Event | None = None

    async def take(self, request):
        update = await request.json()
        self.got.append(update)
        self.headers.append(request.headers)
        self.now_in += 1
        self.most_in = max(self.most_in, self.now_in)
        if self.gate is not None:
            await self.gate.wait()
        self.now_in -= 1
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture(autouse=True)
def _newer_times_of_ptb(monkeypatch):
    """PTB warns at every duration unless its newer type is asked for."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


async def _until(true, seconds=10.0):
    for _ in range(int(seconds / 0.01)):
        found = true()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def until():
    return _until


@pytest.fixture
def settings():
    return Settings(first_retry=0.05, longest_retry=0.2, longest_poll=5)


@pytest.fixture
async def base(settings):
    async with running(settings) as address:
        yield address


@pytest.fixture
async def http(base):
    async with aiohttp.ClientSession(base) as session:
        yield session


@pytest.fixture
async def aio(base):
    server = TelegramAPIServer.from_base(base)
    async with aiogram.Bot(TOKEN, session=AiohttpSession(api=server)) as bot:
        yield Aiogram(bot)


@pytest.fixture
async def ptb(base):
    request = HTTPXRequest(connection_pool_size=32, read_timeout=20)
    bot = ExtBot(TOKEN, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request)
    async with bot:
        yield Ptb(bot)


@pytest.fixture(params=["aio", "ptb"], ids=["aiogram", "ptb"])
def kit(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def add(http):
    async def add_person(number, **more):
        wish = {"id": number, "name": f"人{number}", "started": True, **more}
        async with http.post("/sim/people", json=wish) as answer:
            assert answer.status == 201
        return Person(http, number)

    return add_person


@pytest.fixture
async def wang(add):
    return await add(WANG, name="王秀兰", title="柳沟村儿童主任")


@pytest.fixture
async def hooked():
    held = Hooked("")
    app = web.Application()
    app.router.add_post("/hook", held.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    held.url = f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
    yield held
    if held.gate is not None:
        held.gate.set()
    await runner.cleanup()


@pytest.fixture
def raw(base, http):
    """Call a Bot API method without any library."""

    async def call(method, *, token=TOKEN, **sent):
        async with http.post(f"/bot{token}/{method}", **sent) as answer:
            return answer.status, await answer.json()

    return call


@pytest.fixture
def fault(http):
    async def order(method, kind, **more):
        wish = {"method": method, "kind": kind, **more}
        async with http.post("/sim/faults", json=wish) as answer:
            return answer.status, await answer.json()

    return order


@pytest.fixture
def calls(http):
    async def listed(method="", after=0):
        async with http.get(f"/sim/calls?after={after}&method={method}") as answer:
            return await answer.json()

    return listed


@pytest.fixture(scope="session")
def picture():
    from sandbox.luggage import sample_photo

    return sample_photo()
