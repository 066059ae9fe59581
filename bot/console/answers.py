"""`tongban ask` and `tongban evaluate`: questions to the directives, no case data near."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings
from handlers.speech import speak
from kernel.errors import InputError
from kernel.phrases import say

if TYPE_CHECKING:
    from knowledge.answer import Answer
    from knowledge.claims import Checked

QUESTION_LIMIT = 500
"""Characters of one question (our default)."""


def _desk() -> Any:  # noqa: ANN401 knowledge.desk.Desk, imported when a command needs it
    from bot.wiring import open_desk  # noqa: PLC0415 the index is slow to import

    return open_desk(read_settings())


def ask(
    question: Annotated[str | None, typer.Argument(help="问题，用平常的话说")] = None,
    role: Annotated[
        str, typer.Option(help="谁在问：child_director、guardian 或 supervisor")
    ] = "guardian",
    batch: Annotated[
        Path | None, typer.Option(help="一批问题 (JSONL: id, role, question)")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """按文件条款回答一个问题，查不到就直说 (answer with clauses, or say there is none)."""
    if (question is None) == (batch is None):
        raise typer.BadParameter(speak(say("cli-ask-one")))
    if batch is not None:
        _ask_batch(batch, role)
        return
    asked = str(question)[:QUESTION_LIMIT]
    answer = _with_summary(asked, _desk().ask(asked, role=role))
    if as_json:
        print_json(answer.to_json())
    else:
        typer.echo(answer.to_json()["text"])


def _with_summary(question: str, answer: Answer) -> Answer:
    """Add the model's checked summary, where a model is set."""
    from bot.wiring import open_model  # noqa: PLC0415
    from knowledge import claims  # noqa: PLC0415
    from knowledge.redact import redact  # noqa: PLC0415

    model = open_model(read_settings())
    if model is None or answer.kind != "answer":
        return answer

    async def summary() -> Checked:
        try:
            return await model.claims(redact(question), answer.citations)
        finally:
            await model.close()

    checked = asyncio.run(summary())
    if not checked.claims:
        return answer
    spoken = (speak(line) for line in claims.lines(checked.claims))
    return dataclasses.replace(answer, text="\n".join((answer.text, *spoken)))


def _ask_batch(batch: Path, role: str) -> None:
    lines = _lines_of(batch)
    desk = _desk()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question, asker = str(row["question"]), str(row.get("role") or role)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(reply=say("cli-bad-line", name=batch.name, line=number)) from error
        answer = desk.ask(question[:QUESTION_LIMIT], role=asker)
        print_json({"id": row.get("id"), **answer.to_json()})


def _lines_of(file: Path) -> list[str]:
    """Return the lines of a text file; Windows' mark at its beginning is none of its words."""
    try:
        # not splitlines: it also cuts at signs that may stand inside a JSON string
        return file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(reply=say("cli-no-file", name=file.name)) from error
    except UnicodeDecodeError as error:
        raise InputError(reply=say("cli-not-utf8", name=file.name)) from error


evaluate_cli = typer.Typer(help="量一量回答和检索的好坏 (measure).", no_args_is_help=True)


@evaluate_cli.command()
def answers(file: Path, as_json: AsJson = False) -> None:
    """用一批带标准答案的问题量回答 (answers against a labelled set)."""
    from knowledge import evaluate  # noqa: PLC0415

    _print(evaluate.answers(file, _desk()), as_json=as_json)


@evaluate_cli.command()
def retrieval(
    corpus: Annotated[Path, typer.Option(help="条文 (jsonl.gz)")],
    queries: Annotated[Path, typer.Option(help="问题 (jsonl)")],
    rankings: Annotated[Path | None, typer.Option(help="把排名写到这个文件")] = None,
    as_json: AsJson = False,
) -> None:
    """在一批条文上量检索 (recall, MRR, speed)."""
    from knowledge import evaluate  # noqa: PLC0415

    _print(evaluate.retrieval(corpus, queries, rankings), as_json=as_json)


def _print(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        typer.echo(f"{name:<24} {value}")


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.command()(ask)
    cli.add_typer(evaluate_cli, name="evaluate")
