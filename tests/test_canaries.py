"""Planted words are looked for wherever something could leave, in each mode of the chat."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from support.house import COUNTY, DIRECTOR, GUARDIAN, SUPERVISOR, open_house

from bench.support.ports import free_port
from bot.monitoring import monitored
from bot.wiring import open_store
from cases.children import Change
from cases.db import backups
from cases.db.children import Children
from cases.db.people import People
from cases.id_numbers import check_digit
from cases.masking import mask_name
from cases.people import principal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from support.house import House

CHILD, CAREGIVER, PHONE = "欧阳金丝雀", "司徒金翅鸟", "19912345678"
_BODY = "99010120180215003"
ID_NO = _BODY + check_digit(_BODY)
STORY = "夜里屋顶漏雨没有人修"
PLACE = "磨坊后面蓝门那一家"
FATHER, MOTHER, GRANDMOTHER = "诸葛金丝猴", "慕容金钱豹", "尉迟金雕"
FATHER_PHONE, WORK_PLACE, JOB = "19987654321", "岭南金钱巷", "金箔匠"
_PARENT = "99010119800215001"
PARENT_ID = _PARENT + check_digit(_PARENT)
ACCOUNT, CERTIFICATE, ILLNESS = "6222990012340987", "99010120180215003342", "金针菇过敏症"
OF_THE_FILE = {
    "father_name": FATHER,
    "father_phone": FATHER_PHONE,
    "father_work_place": WORK_PLACE,
    "father_job": JOB,
    "mother_name": MOTHER,
    "mother_id_no": PARENT_ID,
    "grandmother_name": GRANDMOTHER,
    "hukou_address": WORK_PLACE,
    "disability_cert_no": CERTIFICATE,
    "illness": ILLNESS,
    "bank_account": ACCOUNT,
    "improper_note": STORY,
    "delegation_reason": STORY,
    "focus_note": STORY,
}
PLANTED = frozenset(OF_THE_FILE.values())
NEVER = (CHILD, CAREGIVER, PHONE, ID_NO, STORY, PLACE, *PLANTED)
MODES = ("masked", "coded", "full")


class Model:
    """A model that keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heard = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(json.dumps(await request.json(), ensure_ascii=False))
        self.heard.set()
        return web.json_response({"error": {"message": "not today"}}, status=400)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        finally:
            await runner.cleanup()


async def plant(house: House) -> None:
    """Write the words into every field of the director's first child."""
    store = open_store(house.settings)
    async with store.unit() as unit:
        director = await People(unit).by_chat("telegram", str(DIRECTOR))
        assert director is not None
        me = principal(director)
        children = await Children(unit).mine(me)
        updates = {
            "name": CHILD,
            "id_no": ID_NO,
            "birth_date": "2018-02-15",
            "current_address": PLACE,
            "actual_caregiver": {
                "name": CAREGIVER,
                "relation": "grandmother",
                "phone": PHONE,
                "id_no": PARENT_ID,
            },
            "notes": STORY,
            **OF_THE_FILE,
        }
        await Children(unit).apply(
            me, Change(child_id=children[0].id, updates=updates, source="canary")
        )
        await unit.commit()
    await store.close()


async def walk(house: House) -> None:
    """Look at the child, report an emergency about it, visit it, and ask with its name."""
    phones = house.phones
    await phones.type(DIRECTOR, f"找 {CHILD}")
    await phones.press(DIRECTOR, "岁")
    await phones.press(DIRECTOR, "整份档案")
    await phones.expect(DIRECTOR, "【父母和祖辈】")
    await phones.press(DIRECTOR, "更正、补充档案")
    for label in ("父母、祖辈", "选好了", "原来写错了", "爸爸", "选好了", "姓名", "电话"):
        await phones.press(DIRECTOR, label)
    await phones.press(DIRECTOR, "选好了")
    await phones.press(DIRECTOR, "不改：")
    await phones.press(DIRECTOR, "不改：")
    await phones.expect(DIRECTOR, "请核对")
    await phones.type(DIRECTOR, f"找 {CHILD}")
    await phones.press(DIRECTOR, "岁")
    await phones.press(DIRECTOR, "全部记录")
    await phones.expect(DIRECTOR, "最近的记录")
    await phones.type(DIRECTOR, "紧急报告")
    for label in ("不安全", "一个人住", "岁"):
        await phones.press(DIRECTOR, label)
    await phones.expect(DIRECTOR, "报告已存好")
    await phones.press(SUPERVISOR, "打开")
    await phones.expect(SUPERVISOR, "脱离监护单独居住")
    await phones.type(GUARDIAN, f"我要出去打工，娃{CHILD}的电话{PHONE}，走之前要办什么手续？")
    await phones.expect(GUARDIAN, "附件3-3")
    await phones.type(COUNTY, "统计")
    await phones.expect(COUNTY, "走访覆盖")


@pytest.mark.parametrize("mode", MODES)
async def test_planted_words_are_found_only_where_the_mode_allows(
    mode: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = Model()
    given = {"chat_mode": mode, "full_mode_acknowledged_by": "县民政局" if mode == "full" else ""}
    async with (
        model.serving() as url,
        open_house(tmp_path, model_url=url, model_name="small", **given) as house,
    ):
        await plant(house)
        await walk(house)
        await asyncio.wait_for(model.heard.wait(), 10)
        phones = house.phones
        async with phones.http.get(f"{phones.address}/sim/calls") as answer:
            calls = await answer.json()
        figures = await figures_of(house)
        kept = backups.copy_database(house.settings.url, tmp_path / "copy").read_bytes()
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("tongban.sqlite*"))
    sent = {call["n"]: json.dumps(call["params"], ensure_ascii=False) for call in calls}
    pushes = "\n".join(text for text in sent.values() if "待处理" in text)
    assert "A-" in pushes
    quiet = {"log": caplog.text, "figures": figures, "push": pushes, "model": str(model.asked)}
    for where, text in quiet.items():
        for word in NEVER:
            assert word not in text, (where, word)
            assert word.encode("unicode_escape").decode() not in text, (where, word)
    for where, content in (("database", stored), ("backup", kept)):
        for word in NEVER:
            assert word.encode() not in content, (where, word)
            assert word.encode("utf-16-le") not in content, (where, word)
    screens = "\n".join(sent.values())
    masked = {mask_name(name) for name in (CHILD, CAREGIVER, FATHER, MOTHER)}
    allowed = {"masked": masked, "coded": set(), "full": {CHILD, CAREGIVER, FATHER, STORY}}[mode]
    looked_for = {CHILD, mask_name(CHILD), CAREGIVER, mask_name(CAREGIVER), PHONE, ID_NO, STORY}
    looked_for |= {*PLANTED, mask_name(FATHER), mask_name(MOTHER)}
    shown = {word for word in looked_for if word in screens}
    assert allowed <= shown
    if mode != "full":
        assert shown == allowed


async def figures_of(house: House) -> str:
    """Return what the monitor tells."""
    port = free_port()
    settings = house.settings.model_copy(update={"monitor_port": port})
    async with (
        monitored(settings, "bot") as address,
        house.phones.http.get(f"{address}/metrics") as answer,
    ):
        told = await answer.text()
    assert "tongban_" in told
    return told
