"""`tongban paper …`: a child's whole file, or what is signed along it, printed at the office."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from cases.access import Purpose
from handlers.speech import speak
from kernel.clock import local_day
from kernel.errors import InputError, MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from cases.db.store import Unit

_PURPOSES = {
    one.value: one
    for one in Purpose
    if one not in {Purpose.NONE, Purpose.EXPORT, Purpose.GUARDIAN}
}
"""What a paper is printed for: something always; a family's copy is made in the chat."""
_FILE = "C-"
"""What the number of a child's file begins with."""


def _purpose(word: str) -> Purpose:
    """Read a purpose.

    Raises:
        InputError: It is none of those, or empty.
    """
    found = _PURPOSES.get(word)
    if found is None:
        raise InputError(reply=say("cli-paper-why", purposes="、".join(_PURPOSES)))
    return found


def paper(
    number: Annotated[
        str, typer.Argument(help="档案号，如 C-0012；或委托、转介等的编号，如 D-20261201-001")
    ],
    file: Annotated[Path, typer.Argument(help="写到哪个 .docx 文件")],
    by: Annotated[str, typer.Option("--by", help="谁来打印：管这个孩子的工作人员的姓名")],
    purpose: Annotated[
        Purpose,
        typer.Option(
            "--for",
            parser=_purpose,
            metavar="<用途>",
            help=f"做什么用，记入日志: {', '.join(_PURPOSES)}",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """打印孩子的全部档案，或委托书、转介单等，姓名、住址都是原文；只在单位电脑上做 (in clear)."""
    number = number.strip().upper().lstrip("#")
    asyncio.run(_make(number, file, by, purpose))
    if as_json:
        print_json({"number": number, "file": file.name, "for": purpose.value})
        return
    typer.echo(speak(say("cli-paper-done", number=number, name=file.name)))


async def _make(number: str, file: Path, by: str, purpose: Purpose) -> None:
    from bot.console.exports import private_file  # noqa: PLC0415 commands load only what they use
    from bot.wiring import open_store  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            write = _file if number.startswith(_FILE) else _matter
            content = await write(unit, number, by, purpose)
            with private_file(file, content):
                await unit.commit()
    finally:
        await store.close()


async def _file(unit: Unit, number: str, by: str, purpose: Purpose) -> bytes:
    from cases.db.printing import whole_file  # noqa: PLC0415
    from cases.papers import Printing, child_paper  # noqa: PLC0415

    made = await whole_file(unit, number, by, purpose)
    printing = Printing(maker=made.maker, day=local_day(unit.clock.now()), speak=speak)
    return child_paper(made.file, made.events, made.village, printing, made.bases)


async def _matter(unit: Unit, number: str, by: str, purpose: Purpose) -> bytes:
    """Write the paper of a matter that is signed.

    Raises:
        MissingError: Nothing is printed of its kind.
    """
    from cases.db.printing import whole_matter  # noqa: PLC0415
    from cases.papers import Printing, matter_paper  # noqa: PLC0415
    from handlers.matters import PRINTED  # noqa: PLC0415
    from handlers.printing import clear_rows  # noqa: PLC0415

    made = await whole_matter(unit, number, by, purpose)
    if made.card.line.kind not in PRINTED:
        raise MissingError(reply=say("cli-paper-none", number=number))
    printing = Printing(maker=made.maker, day=local_day(unit.clock.now()), speak=speak)
    rows = clear_rows(speak, made.card, made.child, made.village)
    return matter_paper(made.card.line.kind, rows, printing)


def add(cli: typer.Typer) -> None:
    """Hang the command into the tree."""
    cli.command()(paper)
