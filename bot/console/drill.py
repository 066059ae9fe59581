"""`tongban drill`: a marked exercise through the real path, with the times of every rung."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from handlers.speech import speak
from kernel.errors import InputError, UnavailableError
from kernel.phrases import say

if TYPE_CHECKING:
    from alerts.desk import Desk
    from alerts.drill import DrillReport
    from cases.db.store import Store

LOOK_SECONDS = 0.5


class DrillError(UnavailableError):
    """The exercise could not be held, or nobody took it in hand."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise under way."""

    alert_id: str
    case_id: str
    area: str


def drill(
    area: Annotated[str, typer.Argument(help="行政区划代码，到县、乡镇或村")],
    severity: Annotated[str, typer.Option(help="P0、P1、P2 或 P3")] = "P1",
    minutes: Annotated[float, typer.Option(help="最多等几分钟")] = 30.0,
    as_json: AsJson = False,
) -> None:
    """演练：发一条标明【演练】的警报，走真实的路，报告每一级用了多久 (a marked exercise)."""
    report, code = asyncio.run(_drill(area, severity.upper(), minutes, quiet=as_json))
    if as_json:
        print_json(_as_json(report, code))
    if report.acked is None:
        raise DrillError(reply=say("cli-drill-nobody", number=report.number))


async def _drill(
    area: str, severity: str, minutes: float, *, quiet: bool
) -> tuple[DrillReport, str]:
    from alerts.desk import Desk  # noqa: PLC0415 commands that need no database stay light
    from bot.wiring import open_ladders, open_store, second_channel  # noqa: PLC0415
    from cases.areas import Level, level_of, parse_code  # noqa: PLC0415

    settings = read_settings()
    code = parse_code(area)
    if level_of(code) < Level.COUNTY:
        raise InputError(reply=say("cli-drill-area"))
    store = open_store(settings)
    try:
        desk = Desk(open_ladders(settings), second=second_channel(settings))
        exercise = await begin(store, desk, code, severity)
        try:
            report = await _watch(store, exercise, minutes * 60, quiet=quiet)
        finally:
            await end(store, desk, exercise)
    finally:
        await store.close()
    return report, code


async def begin(store: Store, desk: Desk, area: str, severity: str) -> Exercise:
    """Raise the exercise as a report is raised: case, alert and pushes in one transaction.

    Raises:
        DrillError: No worker is alive to push anything.
        InputError: No such severity.
    """
    from alerts.drill import begin_drill  # noqa: PLC0415
    from alerts.health import figures  # noqa: PLC0415
    from alerts.policy import SEVERITIES  # noqa: PLC0415
    from cases.db.beats import ALIVE_SECONDS  # noqa: PLC0415
    from cases.db.walls import open_wide  # noqa: PLC0415
    from cases.people import SYSTEM  # noqa: PLC0415
    from kernel.ids import new_id  # noqa: PLC0415

    if severity not in SEVERITIES:
        raise InputError(reply=say("cli-drill-severity", severities="、".join(SEVERITIES)))
    async with store.unit() as unit:
        await open_wide(unit)
        if (await figures(unit))["tongban_worker_silence_seconds"] > ALIVE_SECONDS:
            raise DrillError(reply=say("cli-drill-no-worker"))
        view = await begin_drill(unit, desk, SYSTEM, new_id(), severity, area)
        await unit.commit()
    return Exercise(view.alert_id, view.case_id, area)


async def end(store: Store, desk: Desk, exercise: Exercise) -> None:
    """Close what the exercise opened: every copy says that it is over."""
    from alerts.drill import end_drill, house  # noqa: PLC0415
    from cases.db.walls import open_wide  # noqa: PLC0415

    closer = house(exercise.area)
    async with store.unit() as unit:
        await open_wide(unit)
        await end_drill(unit, desk, closer, exercise.alert_id, exercise.case_id)
        await unit.commit()


async def report_of(store: Store, exercise: Exercise) -> DrillReport:
    """Return the times so far."""
    from alerts.drill import drill_report  # noqa: PLC0415
    from cases.db.walls import open_wide  # noqa: PLC0415

    async with store.reading() as unit:
        await open_wide(unit)
        return await drill_report(unit, exercise.alert_id)


async def _watch(store: Store, exercise: Exercise, seconds: float, *, quiet: bool) -> DrillReport:
    """Print each step as it happens; stop when somebody has it in hand, or time is up."""
    deadline = time.monotonic() + seconds
    shown: set[str] = set()
    while True:
        report = await report_of(store, exercise)
        if not quiet:
            for line in _lines(report):
                if line not in shown:
                    shown.add(line)
                    typer.echo(line)
        if report.acked is not None or time.monotonic() >= deadline:
            return report
        await asyncio.sleep(LOOK_SECONDS)


def _lines(report: DrillReport) -> list[str]:
    from alerts.drill import steps  # noqa: PLC0415

    lines = [speak(say("cli-drill-begun", number=report.number))]
    for one in report.timings:
        lines += [speak(phrase) for phrase in steps(one)]
    if report.acked is not None:
        lines.append(speak(say("cli-drill-acked", seconds=_second(report.acked))))
    return lines


def _second(seconds: float) -> str:
    return f"{seconds:.1f}"


def _as_json(report: DrillReport, area: str) -> dict[str, Any]:
    rungs = [asdict(one) for one in report.timings]
    for rung in rungs:
        del rung["person_id"]
    return {
        "number": report.number,
        "area": area,
        "drill": report.drill,
        "acked": report.acked,
        "unreached": report.unreached,
        "rungs": rungs,
    }


def add(cli: typer.Typer) -> None:
    """Hang the command into the tree."""
    cli.command()(drill)
