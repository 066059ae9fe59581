"""Several bots on one PostgreSQL: every update answered once, every reply said once, in order."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import text
from support import postgresql
from support.clocks import SetClock
from support.desk import Desk, Mouth, Talk, message, until

from bot import delivery, turns
from bot.channels.telegram import incoming
from bot.delivery import LaterError
from bot.turns import Aside, Outcome
from cases.db import presence
from cases.db.conversations import Conversations
from cases.db.presence import Presence
from cases.db.store import Store, open_engine
from cases.vault import Vault
from kernel.errors import InputError
from kernel.nursery import Nursery
from kernel.phrases import say
from kernel.words import Edit, Text, plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

LOOK = 0.3
"""Seconds between two looks here: longer than a process that was cut off is away."""


REFUSAL = say("error-unexpected", reference="X")


@dataclass
class Screen:
    """What the people's phones show, whoever sent it: text, and which message it stands in."""

    said: list[tuple[str, str]] = field(default_factory=list)
    number: int = 500

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.said]


class SlowMouth(Mouth):
    """Speaks to the common screen, and only once its hand is off its mouth."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.screen = screen
        self.free = asyncio.Event()
        self.free.set()

    async def deliver(self, chat: str, payload: dict[str, Any], message: str) -> str:
        self.tries += 1
        await self.free.wait()
        if self.trouble:
            raise self.trouble.pop(0)
        if payload["do"] == "send":
            self.screen.number += 1
            message = str(self.screen.number)
        self.screen.said.append((str(payload.get("html")), message))
        return message


class Finding(Talk):
    """Also edits the open question when told, and says what was found for it."""

    searching: asyncio.Event | None = None

    async def __call__(
        self, unit: Any, turn: Any, state: dict[str, Any], found: object | None
    ) -> Outcome:
        word = turn.said.text if isinstance(turn.said, Text) else ""
        if word == "改":
            return Outcome((Edit(plain("改好"), message=""),), state, "zh-CN")
        if word == "坏":
            raise InputError(reply=REFUSAL)
        if word.startswith("查"):
            if found is None:
                raise Aside(lambda: self.search(word))
            return Outcome((Edit(plain(f"{word}：{found}"), message="1"),), state, "zh-CN")
        return await super().__call__(unit, turn, state, found)

    async def search(self, word: str) -> str:
        if self.searching is not None:
            await self.searching.wait()
        return f"找到{word[1:]}"


class Bot(Desk):
    """One of the bots; `die` is kill -9: nothing more is written, and its connections close."""

    async def die(self) -> None:
        await self.nursery.close()
        await self.store.close()

    async def at_once(self, number: int, words: str) -> bool:
        return await self.loop.at_once(incoming(message(number, words)))


@pytest.fixture
def url(postgres_template: str) -> Iterator[str]:
    with postgresql.database(postgres_template) as url:
        yield url


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
async def start(
    url: str, screen: Screen, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[], Any]]:
    """Start one more bot."""
    monkeypatch.setattr(delivery, "SWEEP_SECONDS", LOOK)
    monkeypatch.setattr(turns, "FORGOTTEN_SECONDS", LOOK)
    monkeypatch.setattr(presence, "RETURN_SECONDS", LOOK / 10)
    async with contextlib.AsyncExitStack() as stack:

        async def start_one() -> Bot:
            store = Store(open_engine(url), Vault({1: b"\x01" * 32}, b"\x02" * 32), clock)
            stack.push_async_callback(store.close)
            bot = Bot(store, clock, await stack.enter_async_context(Nursery()))
            bot.mouth, bot.talk = SlowMouth(screen), Finding()
            bot.deliverer._mouth, bot.loop._respond = bot.mouth, bot.talk
            await bot.start()
            return bot

        yield start_one


async def looks(times: int = 4) -> None:
    await asyncio.sleep(times * LOOK)


async def test_a_reply_waits_for_what_another_bot_has_still_to_say(start, screen):
    one, two = await start(), await start()
    one.mouth.free.clear()
    assert await one.at_once(1, "一")
    assert await two.at_once(2, "二")
    assert await one.at_once(3, "三")
    assert await two.at_once(4, "四")
    await looks(1)
    assert screen.texts == []
    one.mouth.free.set()
    await until(lambda: len(screen.said) == 4)
    assert screen.texts == ["听到 一", "听到 二", "听到 三", "听到 四"]


async def test_two_bots_that_take_turns_say_everything_in_order(start, screen):
    bots = [await start(), await start(), await start()]
    for number in range(1, 31):
        assert await bots[number * 7 % 3].at_once(number, str(number))
    await until(lambda: len(screen.said) >= 30)
    assert screen.texts == [f"听到 {number}" for number in range(1, 31)]


async def test_a_bot_that_starts_leaves_alone_what_a_living_one_is_about_to_say(start, screen):
    one = await start()
    one.mouth.free.clear()
    await one.says(1, "一")
    await until(lambda: one.mouth.tries == 1)
    two = await start()
    await looks()
    assert two.mouth.tries == 0
    one.mouth.free.set()
    await until(lambda: screen.texts == ["听到 一"])
    await looks()
    assert screen.texts == ["听到 一"]


async def test_an_outage_of_the_channel_makes_nobody_else_speak(start, screen):
    one, two = await start(), await start()
    one.mouth.trouble = [LaterError(LOOK) for _ in range(6)]
    await one.says(1, "一")
    await until(lambda: screen.texts == ["听到 一"])
    await looks()
    assert two.mouth.tries == 0
    assert screen.texts == ["听到 一"]


async def test_what_an_ended_bot_owed_is_said_once_by_one_of_the_others(start, screen):
    one = await start()
    one.mouth.free.clear()
    await one.says(1, "一")
    await one.says(2, "二")
    await until(lambda: one.talk.heard == ["一", "二"])
    await one.die()
    two, _three = await start(), await start()
    assert await two.at_once(3, "三")
    await until(lambda: len(screen.said) == 3)
    await looks()
    assert screen.texts == ["听到 一", "听到 二", "听到 三"]


async def test_an_update_whose_bot_ended_is_answered_by_another(start, screen):
    one, two = await start(), await start()
    one.talk.pause = lambda _word: asyncio.sleep(99)
    await one.says(1, "一")
    await asyncio.sleep(LOOK)
    await one.die()
    await until(lambda: screen.texts == ["听到 一"])
    assert two.talk.heard == ["一"]


async def test_a_new_conversation_that_two_bots_begin_at_once_is_one(start, screen):
    one, two = await start(), await start()

    async def bring(bot, number, text):
        if not await bot.at_once(number, text):
            await bot.says(number, text)

    for first in range(1, 9, 2):
        said = (one, first, f"第{first}"), (two, first + 1, f"第{first + 1}")
        await asyncio.gather(*(bring(*given) for given in said))
        await bring(two, first, f"第{first}")  # it comes again, elsewhere
    await until(lambda: len(screen.said) == 8)
    await looks()
    assert sorted(screen.texts) == [f"听到 第{number}" for number in range(1, 9)]
    assert sorted([*one.talk.heard, *two.talk.heard]) == [f"第{number}" for number in range(1, 9)]


async def test_an_edit_goes_to_the_question_another_bot_asked_last(start, screen):
    one, two = await start(), await start()
    assert await one.at_once(1, "问")
    await until(lambda: len(screen.said) == 1)
    assert await two.at_once(2, "问")
    assert await one.at_once(3, "改")
    await until(lambda: len(screen.said) == 3)
    assert screen.said[1:] == [("问题", "502"), ("改好", "502")]


async def test_what_was_found_for_one_question_never_answers_another(start, screen):
    one, two = await start(), await start()
    one.talk.searching = asyncio.Event()
    await one.says(1, "查甲")
    await until(lambda: bool(one.loop._active))
    await two.says(2, "查乙")
    await until(lambda: "查甲：找到甲" in screen.texts)
    await two.says(3, "查丙")
    one.talk.searching.set()
    await until(lambda: len(screen.said) == 3)
    await looks()
    assert screen.texts == ["查甲：找到甲", "查乙：找到乙", "查丙：找到丙"]


async def test_a_refusal_is_said_for_the_update_it_is_about(start, screen):
    one, two = await start(), await start()
    await asyncio.gather(
        one.says(1, "坏"), two.says(2, "二"), one.says(3, "坏"), two.says(4, "四")
    )
    await until(lambda: len(screen.said) == 4)
    await looks()
    refused = [text for text in screen.texts if "编号 X" in text]
    assert len(refused) == 2
    assert sorted(set(screen.texts) - set(refused)) == ["听到 二", "听到 四"]


async def test_a_bot_that_is_told_to_stop_says_what_it_has_begun(start, screen):
    one = await start()
    one.talk.pause = lambda _word: asyncio.sleep(LOOK)
    one.mouth.free.clear()
    await one.says(1, "一")
    asyncio.get_running_loop().call_later(2 * LOOK, one.mouth.free.set)
    await one.loop.land(4.0)
    await one.deliverer.land(4.0)
    await one.die()
    assert screen.texts == ["听到 一"]
    await start()
    await looks()
    assert screen.texts == ["听到 一"]


async def test_bots_that_write_receipts_of_the_same_chats_do_not_wait_for_each_other(start):
    one, two = await start(), await start()
    chats = [f"{number:04d}" for number in range(300)]
    async with one.store.unit() as unit:
        for chat in chats:
            await Conversations(unit).lock("telegram", chat)
        await unit.commit()

    async def write(bot: Bot, order: list[str]) -> None:
        async with bot.store.unit() as unit:
            prompts = [("telegram", chat, "5") for chat in order]
            await Conversations(unit).delivered([], prompts)
            await unit.commit()

    for _ in range(10):
        await asyncio.gather(write(one, chats), write(two, chats[::-1]))


async def test_an_outage_of_the_database_is_told_once(start, url, caplog):
    one = await start()
    with psycopg.connect(postgresql.SERVER, autocommit=True) as admin:
        name = url.rpartition("/")[2]
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        await asyncio.sleep(1 + 4 * LOOK)
        assert not one.presence.seen.is_set()
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await asyncio.wait_for(one.presence.seen.wait(), 5)
    told = [line for line in caplog.messages if line.startswith("not seen by the others")]
    assert len(told) == 1


async def test_one_process_leads_and_the_next_when_it_ends(start):
    one, two = await start(), await start()
    await asyncio.wait_for(one.presence.leads.wait(), 5)
    await looks()
    assert not two.presence.leads.is_set()
    await one.die()
    await asyncio.wait_for(two.presence.leads.wait(), 5)


async def test_whoever_is_cut_off_for_a_moment_is_not_taken_for_gone(start, url):
    one, two = await start(), await start()

    async def gone() -> set[int]:
        async with two.store.reading() as unit:
            return await two.presence.gone(unit, {one.presence.number})

    assert await gone() == set()
    with psycopg.connect(url, autocommit=True) as admin:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        admin.execute(f"{cut} AND objid = {one.presence.number}::oid")
    assert await gone() == set()
    await asyncio.sleep(1 + LOOK)
    await asyncio.wait_for(one.presence.seen.wait(), 5)
    assert await gone() == set()
    await one.die()
    await looks(1)
    assert await gone() == set(), "one look is not enough"
    assert await gone() == {one.presence.number}


async def test_alone_on_a_file_everybody_else_is_gone(desk):
    other = Presence(desk.store)
    async with desk.store.reading() as unit:
        assert await desk.presence.gone(unit, {other.number}) == {other.number}
        assert (await unit.connection.execute(text("SELECT 1"))).scalar() == 1
    assert desk.presence.leads.is_set()
