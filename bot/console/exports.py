"""`tongban export …`: ledger, visits and cases as a file; numbered, logged, to be destroyed."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from cases.db.exports import Exports
from cases.exports import ExportKind, FormExport
from handlers.speech import speak
from kernel.errors import InputError, MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cases.db.store import Unit
    from cases.exports import Export


def export(
    kind: Annotated[ExportKind, typer.Argument(help="children、visits、cases 或 form")],
    file: Annotated[Path, typer.Argument(help="以 .xlsx 或 .csv 结尾")],
    form: Annotated[str, typer.Option("--form", help="kind 是 form 时：哪一张表（form_id）")] = "",
    files: Annotated[
        Path | None, typer.Option("--files", help="kind 是 form 时：照片和文件写进这个文件夹")
    ] = None,
    area: Annotated[str, typer.Option("--area", help="只导出这个区划里的（区划代码）")] = "",
    as_json: AsJson = False,
) -> None:
    """导出台账、走访记录、个案清单、某张表的全部回答；每次导出有编号并记入日志 (exports)."""
    if (kind is ExportKind.FORM) != bool(form):
        raise InputError(reply=say("cli-export-form"))
    if files is not None and not form:
        raise InputError(reply=say("cli-export-form"))
    if files is not None:
        files.mkdir(mode=0o700, parents=True, exist_ok=True)
    made, written = asyncio.run(_make(kind, file, area, form, files))
    count = len(made.submissions if isinstance(made, FormExport) else made.rows)
    if as_json:
        print_json(
            {
                "kind": kind.value,
                "file": file.name,
                "number": made.number,
                "rows": count,
                "destroy_by": made.destroy_by.isoformat(),
                **({} if files is None else {"files": written}),
            }
        )
        return
    until = made.destroy_by.isoformat()
    typer.echo(
        speak(say("cli-export-done", count=count, name=file.name, number=made.number, until=until))
    )
    if files is not None:
        typer.echo(speak(say("cli-export-files", count=written, name=files.name)))


async def _make(
    kind: ExportKind, file: Path, area: str, form: str, files: Path | None
) -> tuple[Export | FormExport, int]:
    from bot.wiring import open_store  # noqa: PLC0415 commands load only what they use
    from cases.areas import parse_code  # noqa: PLC0415
    from handlers.results import write_file  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            scope = parse_code(area) if area else ""
            made = await _read(unit, kind, scope, form)
            content = write_file(made, file.name, speak)
            with contextlib.ExitStack() as open_files:
                open_files.enter_context(private_file(file, content))
                beside = await _files(unit, form, scope, files) if files else []
                for each, kept in beside:
                    open_files.enter_context(private_file(each, kept))
                await unit.commit()
    finally:
        await store.close()
    return made, len(beside)


async def _files(unit: Unit, form: str, scope: str, folder: Path) -> list[tuple[Path, bytes]]:
    """Open what came with a form about nobody, each with its place, named as in the sheet."""
    from cases.db.attachments import Attachments  # noqa: PLC0415
    from cases.people import SYSTEM  # noqa: PLC0415
    from cases.pictures import ending  # noqa: PLC0415
    from handlers.files import short  # noqa: PLC0415

    book = Attachments(unit)
    found = [(one, await book.fetch(SYSTEM, one.id)) for one in await book.of_form(form, scope)]
    return [
        (folder / f"{short(one.id)}.{ending(file.media_type)}", file.content)
        for one, file in found
    ]


async def _read(unit: Unit, kind: ExportKind, scope: str, form: str) -> Export | FormExport:
    """Read a list, or what a form gathered.

    Raises:
        MissingError: Nobody has filed that form; says which were.
    """
    from cases.db.submission_lists import SubmissionLists  # noqa: PLC0415
    from cases.people import SYSTEM  # noqa: PLC0415

    if not form:
        return await Exports(unit).make(SYSTEM, kind, scope)
    try:
        return await Exports(unit).make_form(SYSTEM, form, scope)
    except MissingError as error:
        there = "、".join(await SubmissionLists(unit).forms(scope)) or "—"
        raise MissingError(reply=say("cli-export-no-form", name=form, there=there)) from error


@contextlib.contextmanager
def private_file(file: Path, content: bytes) -> Iterator[None]:
    """Write a file that only its owner may read, which has its name once the block has ended well.

    What goes out stands in the log first: where the log could not be written, there is no file.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        yield
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def add(cli: typer.Typer) -> None:
    """Hang the command into the tree."""
    cli.command()(export)
