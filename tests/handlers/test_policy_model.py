"""A model in the chat: the card at once, then only what a clause proves; no name goes out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web
from support.house import GUARDIAN, open_house

from bot.settings import SettingsError, read_settings
from bot.wiring import open_model

QUOTE = "负责指导监护人和受委托监护人签订委托监护确认书"
TRUE = {"text": "儿童主任会指导您和受托人签委托监护确认书", "cite": "C1", "quote": QUOTE}
LIE = {"text": "签了委托监护确认书一定能领到补助", "cite": "C1", "quote": QUOTE}


async def test_the_card_comes_first_and_a_proven_summary_after_it(tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(await request.text())
        said = json.dumps({"enough": True, "claims": [LIE, TRUE]}, ensure_ascii=False)
        delta = {"index": 0, "delta": {"content": said}, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(f"data: {json.dumps({**chunk, 'choices': [delta]})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        url = f"http://127.0.0.1:{port}/v1"
        async with open_house(tmp_path, model_url=url, model_name="small") as house:
            phones = house.phones
            await phones.type(GUARDIAN, "我要出去打工，娃王小明留给奶奶带，走之前要办什么手续？")
            await phones.expect(GUARDIAN, "附件3-3")
            await phones.expect(GUARDIAN, TRUE["text"])
            await phones.never(GUARDIAN, "一定能领到")
            await phones.type(GUARDIAN, "那一个月补助多少钱？")
            await phones.expect(GUARDIAN, "没有规定")
    finally:
        await runner.cleanup()
    assert len(asked) == 1
    words = json.loads(json.loads(asked[0])["messages"][1]["content"])["question"]
    assert "王小明" not in words
    assert "打工" in words


def test_without_a_setting_there_is_no_model(tmp_path: Path) -> None:
    assert open_model(read_settings(data=tmp_path)) is None


def test_an_address_that_others_can_read_along_is_refused(tmp_path: Path) -> None:
    for url in ("http://models.example.org/v1", "ftp://models", "models"):
        with pytest.raises(SettingsError, match="MODEL_URL"):
            read_settings(data=tmp_path, model_url=url, model_name="m")
    read_settings(data=tmp_path, model_url="https://models.example.org/v1", model_name="m")
    read_settings(data=tmp_path, model_url="http://ollama:11434/v1", model_name="m")
