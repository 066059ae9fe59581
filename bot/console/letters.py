"""`tongban letters`: what could not be delivered, and sending it once more; none of its words."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from handlers.speech import speak
from kernel.phrases import say

if TYPE_CHECKING:
    from cases.db.letters import DeadLetter

_MOST = 1000
"""Messages looked at in one go (our default)."""


def letters(
    again: Annotated[bool, typer.Option("--again", help="把它们再送一次")] = False,
    days: Annotated[int, typer.Option(min=1, help="看最近几天的")] = 30,
    as_json: AsJson = False,
) -> None:
    """没送到的消息：列出来，修好联系方式后再送一次 (what could not be delivered)."""
    dead, sent = asyncio.run(_letters(timedelta(days=days), again=again))
    if as_json:
        print_json({"dead": [_plain(one) for one in dead], "again": sent})
        return
    for one in dead:
        typer.echo(speak(say("cli-letters-line", **_plain(one))))
    key = "cli-letters-again" if again else "cli-letters-count"
    typer.echo(speak(say(key, count=sent if again else len(dead))))


def _plain(one: DeadLetter) -> dict[str, str | int]:
    told = {**asdict(one), "made_at": f"{one.made_at:%Y-%m-%d %H:%M}"}
    return {name: told[name] for name in ("id", "kind", "ref", "error", "attempts", "made_at")}


async def _letters(since: timedelta, *, again: bool) -> tuple[list[DeadLetter], int]:
    from bot.wiring import open_store  # noqa: PLC0415 commands that need no database stay light
    from cases.db import monotone  # noqa: PLC0415
    from cases.db.letters import Letters  # noqa: PLC0415
    from cases.db.walls import open_wide  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            await open_wide(unit)
            book = Letters(unit)
            dead = await book.dead(since=unit.clock.now() - since, limit=_MOST)
            if not again:
                return dead, 0
            sent = await book.send_again([one.id for one in dead], await monotone.advance(unit))
            await unit.commit()
            return dead, sent
    finally:
        await store.close()


def add(cli: typer.Typer) -> None:
    """Hang the command into the tree."""
    cli.command()(letters)
