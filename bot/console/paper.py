"""`tongban paper …`: a child's whole file to be printed, made at the office only."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from cases.access import Purpose
from handlers.speech import speak
from kernel.errors import InputError
from kernel.phrases import say

if TYPE_CHECKING:
    from cases.db.printing import WholeFile


def paper(
    number: Annotated[str, typer.Argument(help="档案号，如 C-0012")],
    file: Annotated[Path, typer.Argument(help="写到哪个 .docx 文件")],
    by: Annotated[str, typer.Option("--by", help="谁来打印：管这个孩子的工作人员的姓名")],
    purpose: Annotated[Purpose, typer.Option("--for", help="做什么用，记入日志")],
    as_json: AsJson = False,
) -> None:
    """打印一个孩子的全部档案，姓名、住址都是原文；只在单位电脑上做 (a child's whole file)."""
    if purpose is Purpose.NONE:
        raise InputError(reply=say("cli-paper-why"))
    made = asyncio.run(_make(number, file, by, purpose))
    if as_json:
        print_json({"number": made.file.line.file_no, "file": file.name, "for": purpose.value})
        return
    typer.echo(speak(say("cli-paper-done", number=made.file.line.file_no, name=file.name)))


async def _make(number: str, file: Path, by: str, purpose: Purpose) -> WholeFile:
    from bot.console.exports import private_file  # noqa: PLC0415 commands load only what they use
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.db.printing import whole_file  # noqa: PLC0415
    from cases.papers import Printing, child_paper  # noqa: PLC0415
    from kernel.clock import local_day  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            made = await whole_file(unit, number, by, purpose)
            day = local_day(unit.clock.now())
            printing = Printing(maker=made.maker, day=day, speak=speak)
            content = child_paper(made.file, made.events, made.village, printing, made.bases)
            with private_file(file, content):
                await unit.commit()
    finally:
        await store.close()
    return made


def add(cli: typer.Typer) -> None:
    """Hang the command into the tree."""
    cli.command()(paper)
