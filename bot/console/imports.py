"""`tongban import …`: sheets people already have, checked whole before a row is written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from cases.headings import NoHeadingError
from handlers.speech import speak
from kernel.errors import InputError, MissingError
from kernel.phrases import called, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from cases.db.store import Store, Unit
    from cases.db.successions import Followed
    from cases.headings import Sheet
    from cases.people import Principal
    from cases.sheet_cells import Problem
    from cases.sheet_people import Checked

    Taking = Callable[[Store, Sheet, bool], Awaitable["Report"]]

import_cli = typer.Typer(help="录入现成的表格 (take in sheets).", no_args_is_help=True)
SHOWN = 50
"""Problems printed at once; all of them stand in `--json`."""

SheetFile = Annotated[Path, typer.Argument(help=".xlsx、.xls 或 .csv，列名不用照模板")]
AreaOption = Annotated[str, typer.Option("--area", help="只录入这个区划里的（区划代码）")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 (preview)")]

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one sheet; `taken` counts the rows written.

    Args:
        followed: What moved to codes that a table of divisions says others became.
        to_assign: Children under a code that has ended, whom people must assign.
        notes: What else must be changed by hand.
        left: Why nobody looked for rows in it: it is hidden, or names no columns.
    """

    title: str
    good: int
    columns: Mapping[str, str]
    unknown: Sequence[str]
    problems: Sequence[Problem] = field(default=())
    refused: str = ""
    taken: int = 0
    followed: Followed | None = None
    to_assign: int = 0
    notes: Sequence[str] = ()
    left: str = ""

    @property
    def failed(self) -> bool:
        """Say whether the sheet was not taken in because something is wrong with it."""
        return bool(self.problems or self.refused)

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "sheet": self.title,
            "rows": self.good,
            "columns": dict(self.columns),
            "unknown_columns": list(self.unknown),
            "problems": [{"cell": p.cell, "message": speak(p.message)} for p in self.problems],
            "refused": self.refused,
            "left": self.left,
            "imported": self.taken,
        } | ({} if self.followed is None else self._followed(self.followed))

    def _followed(self, followed: Followed) -> dict[str, Any]:
        moved = {"moved_children": followed.children, "moved_people": followed.people}
        return {**moved, "to_assign": self.to_assign, "notes": list(self.notes)}


class NotTakenError(InputError):
    """A sheet has mistakes; nothing of it was taken in."""


@import_cli.command()
def children(
    file: SheetFile, area: AreaOption = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """录入儿童台账：先整张检查，有一处不对就一行都不写 (children)."""

    async def take(store: Store, sheet: Sheet, write: bool) -> Report:
        from bot.wiring import open_policies  # noqa: PLC0415 commands load only what they use
        from cases.db.imports import Imports  # noqa: PLC0415
        from cases.people import SYSTEM  # noqa: PLC0415

        async with store.unit() as unit:
            imports = Imports(unit, open_policies(read_settings()))
            preview = await imports.preview(SYSTEM, sheet, _code(area))
            taken = 0
            if write and not preview.problems and preview.children:
                taken = (await imports.take_in(SYSTEM, preview, _code(area))).count
                await unit.commit()
        return Report(
            sheet.title,
            len(preview.children),
            preview.columns,
            preview.unknown_columns,
            preview.problems,
            taken=taken,
        )

    _run(file, take, write=not dry_run, as_json=as_json)


@import_cli.command()
def workers(
    file: SheetFile, area: AreaOption = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """录入工作人员名册（实名制）；之后用 tongban invite 发邀请码 (roster)."""

    async def take(store: Store, sheet: Sheet, write: bool) -> Report:
        from cases.db.intake import Intake  # noqa: PLC0415
        from cases.people import SYSTEM  # noqa: PLC0415

        async with store.unit() as unit:
            book = Intake(unit)
            checked = await book.check_workers(SYSTEM, sheet, _code(area))
            taken = await _written(unit, checked, book.take_workers) if write else 0
        return _report(sheet, checked, taken)

    _run(file, take, write=not dry_run, as_json=as_json)


@import_cli.command()
def areas(file: SheetFile, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """录入区划代码表；改名、新设、改代码（“改为”列）从当天起算，旧名保留 (divisions)."""

    async def take(store: Store, sheet: Sheet, write: bool) -> Report:
        from bot.old_codes import old_codes  # noqa: PLC0415
        from bot.wiring import open_ladders, open_policies  # noqa: PLC0415
        from cases.db.intake import Intake  # noqa: PLC0415
        from cases.db.successions import Successions  # noqa: PLC0415
        from cases.people import SYSTEM  # noqa: PLC0415
        from kernel.clock import local_day  # noqa: PLC0415

        async with store.unit() as unit:
            day = local_day(unit.clock.now())
            checked = await Intake(unit).check_areas(sheet, day)
            report = _report(sheet, checked, 0)
            if write and not checked.problems and checked.good:
                taken = await Intake(unit).take_areas(SYSTEM, checked, day)
                book = Successions(unit)
                followed = await book.follow()
                waiting = len(await book.stranded(SYSTEM))
                settings = read_settings()
                notes = await old_codes(unit, open_policies(settings), open_ladders(settings))
                await unit.commit()
                report = replace(
                    report, taken=taken, followed=followed, to_assign=waiting, notes=notes
                )
        return report

    _run(file, take, write=not dry_run, as_json=as_json)


@import_cli.command()
def moves(
    file: SheetFile, area: AreaOption = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """录入换了村的孩子（“档案号”“现在的村”）：拆分的村逐个分配，也用于搬家 (moves)."""

    async def take(store: Store, sheet: Sheet, write: bool) -> Report:
        from cases.db.intake import Intake  # noqa: PLC0415

        async with store.unit() as unit:
            book = Intake(unit)
            checked = await book.check_moves(sheet, _code(area))
            taken = await _written(unit, checked, book.take_moves) if write else 0
        return _report(sheet, checked, taken)

    _run(file, take, write=not dry_run, as_json=as_json)


async def _written(
    unit: Unit, checked: Checked[One], take: Callable[[Principal, Checked[One]], Awaitable[int]]
) -> int:
    """Write a sheet without problems; return how many rows that were."""
    from cases.people import SYSTEM  # noqa: PLC0415

    if checked.problems or not checked.good:
        return 0
    taken = await take(SYSTEM, checked)
    await unit.commit()
    return taken


def _report(sheet: Sheet, checked: Any, taken: int) -> Report:  # noqa: ANN401 Checked of any row
    return Report(
        sheet.title,
        len(checked.good),
        checked.columns,
        checked.unknown_columns,
        checked.problems,
        taken=taken,
    )


def _code(area: str) -> str:
    from cases.areas import parse_code  # noqa: PLC0415

    return parse_code(area) if area else ""


def _run(file: Path, take: Taking, *, write: bool, as_json: bool) -> None:
    reports = asyncio.run(_all(file, take, write=write))
    if as_json:
        print_json({"file": file.name, "sheets": [one.as_json() for one in reports]})
    else:
        for one in reports:
            _print(one, written=write)
    if any(one.failed for one in reports):
        count = sum(len(one.problems) + bool(one.refused) for one in reports)
        some = any(one.taken for one in reports)
        key = "cases-import-refused-some" if some else "cases-import-refused"
        raise NotTakenError(reply=say(key, count=count))


async def _all(file: Path, take: Taking, *, write: bool) -> list[Report]:
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.workbooks import read_workbook  # noqa: PLC0415

    try:
        content = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise MissingError(reply=say("cli-no-file", name=file.name)) from error
    sheets = [sheet for sheet in read_workbook(content, file.name) if sheet.rows]
    store = open_store(read_settings())
    try:
        reports = [await _one(store, sheet, take, write=write) for sheet in sheets]
    finally:
        await store.close()
    if reports and all(one.left for one in reports):
        return [replace(one, refused=one.left, left="") for one in reports]
    return reports


async def _one(store: Store, sheet: Sheet, take: Taking, *, write: bool) -> Report:
    """Take in one sheet; one that cannot be read does not keep the others out."""
    if sheet.hidden:
        return Report(sheet.title, 0, {}, (), left=speak(say("cases-import-hidden")))
    try:
        report: Report = await take(store, sheet, write)
    except NoHeadingError as error:
        return Report(sheet.title, 0, {}, (), left=speak(error.reply))
    except InputError as error:
        return Report(sheet.title, 0, {}, (), refused=speak(error.reply))
    return report


def _print(report: Report, *, written: bool) -> None:
    if report.left:
        typer.echo(speak(say("cases-import-left", sheet=report.title, why=report.left)))
        return
    of_areas = "code" in report.columns
    columns = "、".join(
        f"{letter} {_called('place' if of_areas and name == 'name' else name)}"
        for name, letter in report.columns.items()
    )
    typer.echo(speak(say("cli-import-sheet", sheet=report.title, columns=columns)))
    if report.unknown:
        names = "、".join(report.unknown)
        typer.echo(speak(say("cli-import-unknown", columns=names)))
    for problem in report.problems[:SHOWN]:
        typer.echo(f"  {problem.cell}  {speak(problem.message)}")
    if len(report.problems) > SHOWN:
        typer.echo(speak(say("cli-import-more", count=len(report.problems) - SHOWN)))
    if report.refused:
        typer.echo(f"  {report.refused}")
    elif not report.problems:
        key = "cli-import-done" if written else "cli-import-good"
        typer.echo(speak(say(key, count=report.taken if written else report.good)))
    _print_followed(report)


def _print_followed(report: Report) -> None:
    if (moved := report.followed) is not None and (moved.children or moved.people):
        words = say("cli-import-followed", children=moved.children, people=moved.people)
        typer.echo(speak(words))
    if report.to_assign:
        typer.echo(speak(say("cli-import-assign", count=report.to_assign)))
    for note in report.notes:
        typer.echo(note)


def _called(name: str) -> str:
    return called(f"column-{name}", speak) or speak(say(f"field-{name}"))


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.add_typer(import_cli, name="import")
