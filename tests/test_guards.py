"""What people and strangers may throw at the bot, over HTTP: nothing breaks, nothing leaks out."""

from __future__ import annotations

import asyncio
import io
import random
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select
from support.house import COUNTY, DIRECTOR, GUARDIAN, SUPERVISOR, House, open_house

from bench.support.malformed import malformed_updates
from bench.support.ports import free_port
from bot.channels.webhook import SECRET_HEADER
from bot.wiring import open_store
from cases.db.rows import CaseRow, InboxRow

SECRET = "a-secret-of-this-test"
NASTY = (
    "<b>陈小明</b>",
    "<a href='tg://user?id=1'>点</a> & <i>",
    "\u202e三张\u202c\u2066x\u2069",
    "孩\u200b子\ufeff在\u2060家",
    "\ud800坏的",
    "a\x00b\x07c",
    "Z̸̢̛͇a̷l̵g̶o̷" * 30,
    "👨‍👩‍👧‍👦" * 50,
    "*_`[](){}~>#+-=|.!",
    "{ $number } { 1 + 1 } %s {0}",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE people; --",
    "长" * 9_000,
)


@pytest.fixture
async def house(tmp_path: Path):
    port = free_port()
    async with open_house(
        tmp_path,
        receive="webhook",
        webhook_url=f"http://127.0.0.1:{port}/telegram",
        webhook_port=port,
        webhook_secret=SECRET,
        questions_per_hour=3,
    ) as house:
        yield house


async def knock(house: House, body: Any, secret: str = SECRET) -> int:
    """Post something to the bot's webhook, as anybody in the world could."""
    address = house.settings.webhook_url
    async with aiohttp.ClientSession() as http:
        kind = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        async with http.post(address, headers={SECRET_HEADER: secret}, **kind) as answer:
            return answer.status


def message(number: int, text: str, chat: int = DIRECTOR, **more: Any) -> dict[str, Any]:
    who = {"id": chat, "type": "private", "first_name": "x", "is_bot": False}
    body = {"message_id": number, "date": 1, "chat": who, "from": who, "text": text, **more}
    return {"update_id": number, "message": body}


def press(number: int, data: str, chat: int = DIRECTOR) -> dict[str, Any]:
    who = {"id": chat, "type": "private", "first_name": "x", "is_bot": False}
    under = {"message_id": 1, "date": 1, "chat": who}
    query = {"id": str(number), "from": who, "message": under, "data": data, "chat_instance": "1"}
    return {"update_id": number, "callback_query": query}


async def count(house: House, query: Any) -> int:
    store = open_store(house.settings)
    try:
        async with store.reading() as unit:
            return int((await unit.connection.execute(query)).scalar_one())
    finally:
        await store.close()


async def handled(house: House) -> int:
    """Wait until nothing waits; return how many updates were put aside as poison."""
    waiting = select(func.count()).where(InboxRow.done_at.is_(None))
    async with asyncio.timeout(180):
        while await count(house, waiting):
            await asyncio.sleep(0.05)
    return await count(house, select(func.count()).where(InboxRow.dead != ""))


async def test_nobody_gets_in_without_the_secret_and_nothing_counts_twice(house: House) -> None:
    assert await knock(house, message(900_001, "今天"), secret="guess") == 403
    assert await knock(house, message(900_002, "今天"), secret="") == 403
    for _ in range(3):
        assert await knock(house, message(900_003, "帮助")) == 200
    assert await handled(house) == 0
    kept = select(func.count()).where(InboxRow.update_id.in_((900_001, 900_002, 900_003)))
    assert await count(house, kept) == 1
    await house.phones.expect(DIRECTOR, "随时点“紧急报告”")
    texts = [t for t in await house.phones.all_texts(DIRECTOR) if "随时点“紧急报告”" in t]
    assert len(texts) == 1


async def test_a_button_of_somebody_else_or_a_made_up_one_does_nothing(house: House) -> None:
    await house.phones.type(SUPERVISOR, "我的孩子")
    await house.phones.expect(SUPERVISOR, "点一个打开")
    shown = (await house.phones.show(SUPERVISOR))["messages"]
    data = [b["data"] for m in shown for row in m.get("buttons") or [] for b in row]
    stolen = next(one for one in data if "child:" in one)
    forged = [stolen, "d:aaaa:child:1", "d::sos:", "p:0:0:0", "x" * 64, "", "d:aaaa:nosuch:1"]
    for place, one in enumerate(forged):
        assert await knock(house, press(910_000 + place, one, GUARDIAN)) == 200
    assert await handled(house) == 0
    await house.phones.never(GUARDIAN, "随访")
    assert not [t for t in await house.phones.all_texts(GUARDIAN) if "档案" in t]


async def test_hostile_text_is_answered_and_shown_as_it_was_written(house: House) -> None:
    for place, words in enumerate(NASTY):
        text = words.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        assert await knock(house, message(920_000 + place, text)) == 200
    assert await handled(house) == 0
    calls = await house.phones._call("GET", "/sim/calls?method=sendMessage")
    refused = [c for c in calls if c["code"] != 200]
    assert refused == [], "every reply is well-formed and short enough"


async def test_what_is_no_update_or_too_big_is_turned_away(house: House) -> None:
    for body in (b"", b"[]", b"null", b"{", b'{"update_id": "1"}', b'{"update_id": -1}', b"\xff"):
        assert await knock(house, body) == 400
    assert await knock(house, b'{"update_id": 1, "x": "' + b"x" * 1_100_000 + b'"}') == 413
    deep = b'{"update_id": 1, "message": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    assert await knock(house, deep) in {200, 400}
    assert await handled(house) == 0


async def test_files_of_a_wrong_type_are_answered(house: House) -> None:
    odd = {"file_id": "nowhere", "file_unique_id": "n", "file_size": 10**12, "mime_type": "x/y"}
    kinds: list[dict[str, Any]] = [
        {"document": {**odd, "file_name": "../../etc/passwd"}},
        {"photo": [odd]},
        {"photo": []},
        {"voice": "no object"},
        {"location": {"latitude": "north", "longitude": None}},
        {"contact": {"phone_number": "1" * 5_000}},
        {"sticker": {}},
    ]
    for place, kind in enumerate(kinds):
        update = message(930_000 + place, "")
        del update["message"]["text"]
        update["message"] |= kind
        assert await knock(house, update) == 200
    assert await handled(house) == 0


async def test_two_hundred_malformed_updates_harm_nothing(house: House) -> None:
    dice = random.Random(7)
    for update in malformed_updates(dice, 200, chat=DIRECTOR, first=940_000):
        assert await knock(house, update) in {200, 400, 413}
    assert await handled(house) == 0
    await house.phones.type(DIRECTOR, "帮助")
    # two hundred replies go out before this one
    await house.phones.expect(DIRECTOR, "随时点“紧急报告”", patience=180)


async def test_the_public_may_ask_so_much_an_hour_but_cry_for_help_always(house: House) -> None:
    phones = house.phones
    for _ in range(3):
        await phones.type(GUARDIAN, "出去打工娃交给奶奶要办什么")
        await phones.expect(GUARDIAN, "监护")
    await phones.type(GUARDIAN, "孤儿的补助找谁申请")
    await phones.expect(GUARDIAN, "分钟再问")
    await phones.type(GUARDIAN, "娃不见了")
    await phones.expect(GUARDIAN, "先打110")
    await phones.type(DIRECTOR, "儿童主任做什么")
    await phones.expect(DIRECTOR, "儿童主任")


async def report(house: House, last: str) -> None:
    phones = house.phones
    await phones.type(DIRECTOR, "紧急报告")
    await phones.press(DIRECTOR, "不安全")
    await phones.press(DIRECTOR, "一个人住")
    await phones.press(DIRECTOR, "陈")
    await phones.expect(DIRECTOR, last)
    await phones.press(DIRECTOR, "取消")
    await phones.press(DIRECTOR, "确定放弃")
    await phones.expect(DIRECTOR, "不会撤回")


async def test_the_same_report_twice_is_one_alert_and_never_a_refusal(house: House) -> None:
    await report(house, "报告已存好")
    await report(house, "刚才已经报过")
    assert await count(house, select(func.count()).select_from(CaseRow)) == 1
    pushes = [t for t in await house.phones.all_texts(COUNTY) if "待处理" in t]
    assert len(pushes) <= 1


async def test_whoever_blocks_the_bot_is_passed_over_at_once(house: House) -> None:
    await report(house, "报告已存好")
    await house.phones.expect(SUPERVISOR, "待处理")
    await house.phones._call("POST", f"/sim/people/{SUPERVISOR}/block", {})
    await house.phones.expect(DIRECTOR, "联系不上")
