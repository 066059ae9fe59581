"""`tongban evidence …`: one case handed to police or court as a file, made at the office."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from handlers.speech import speak
from kernel.phrases import say

if TYPE_CHECKING:
    from cases.casebook import CaseCard
    from cases.evidence import Evidence
    from forms.form import Form


def evidence(
    number: Annotated[str, typer.Argument(help="报告编号，如 A-20261123-001")],
    file: Annotated[Path, typer.Argument(help="写到哪个 .zip 文件")],
    by: Annotated[str, typer.Option("--by", help="谁来移交：县级民政工作人员的姓名")],
    as_json: AsJson = False,
) -> None:
    """把一份报告打成移交公安、司法的材料包；含姓名原文，只在单位电脑上做 (hand a case over)."""
    made = asyncio.run(_make(number, file, by))
    if as_json:
        print_json(
            {
                "number": made.number,
                "file": file.name,
                "events": len(made.events),
                "log_rows": len(made.log),
                "files": len(made.files),
                "head": made.head,
            }
        )
        return
    typer.echo(speak(say("cli-evidence-done", number=made.number, name=file.name)))


async def _make(number: str, file: Path, by: str) -> Evidence:
    from bot.console.exports import private_file  # noqa: PLC0415 commands load only what they use
    from bot.wiring import open_store  # noqa: PLC0415
    from cases.db.areas import Areas  # noqa: PLC0415
    from cases.db.audit import Audit  # noqa: PLC0415
    from cases.db.evidence import EvidenceDesk, officer  # noqa: PLC0415
    from cases.evidence import Evidence, write_evidence  # noqa: PLC0415
    from cases.papers import Printing, police_paper  # noqa: PLC0415
    from forms import catalog  # noqa: PLC0415
    from handlers.aftercare import FORM, answers_of  # noqa: PLC0415
    from kernel.clock import local_day  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            person, now = await officer(unit, number, by), unit.clock.now()
            desk = EvidenceDesk(unit, person, speak)
            card = await desk.card(number)
            form = catalog.get(FORM)
            answers = answers_of(form, card, now)
            told = [(item.label, item.value if item.sensitive else item.shown) for item in answers]
            told += _left(form, card, {item.ref for item in answers})
            place = await Areas(unit).path(card.line.area, local_day(now))
            printing = Printing(maker=person.name, day=local_day(now), speak=speak)
            files = await desk.files(card)
            made = Evidence(
                number=card.line.number,
                made_by=person.name,
                made_at=now,
                head=await Audit(unit).head(),
                paper=police_paper(card, place, told, printing),
                events=await desk.events(card),
                log=await desk.log(card, files),
                files=files,
            )
            content = await asyncio.to_thread(write_evidence, made, speak)
            with private_file(file, content):
                await unit.commit()
    finally:
        await store.close()
    return made


def _left(form: Form, card: CaseCard, shown: set[str]) -> list[tuple[str, str]]:
    """Return answers that the form would not ask any more, under their own names: all goes out."""
    asked = {row.name: row.path for row in form.model.defs if row.control is not None}
    return [
        (name, str(value))
        for name, value in card.details.items()
        if value and name in asked and asked[name] not in shown
    ]


def add(cli: typer.Typer) -> None:
    """Hang the command into the tree."""
    cli.command()(evidence)
