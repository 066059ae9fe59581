"""`tongban forms …`: list, check, show and play dialogue forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.console.output import AsJson, print_json
from handlers.speech import speak
from kernel.clock import SystemClock, local
from kernel.errors import InputError
from kernel.phrases import say

if TYPE_CHECKING:
    from forms.definition import Control, TextTemplate
    from forms.engine import Context
    from forms.errors import Problem
    from forms.form import Form

forms_cli = typer.Typer(help="对话表单 (dialogue forms).", no_args_is_help=True)


def _load(name: str) -> Form:
    """Return a form of the catalog, or one read from a file.

    Raises:
        InputError: There is no such form or file, or it cannot be run.
    """
    from forms import catalog  # noqa: PLC0415 pyxform is slow to import
    from forms.form import load  # noqa: PLC0415

    if name in catalog.names():
        return catalog.get(name)
    path = Path(name)
    if not path.is_file():
        raise InputError(reply=say("cli-no-form", name=name))
    return load(path)


@forms_cli.command("list")
def list_forms(as_json: AsJson = False) -> None:
    """列出现有的表单 (the catalog)."""
    from forms import catalog  # noqa: PLC0415

    forms = {name: catalog.get(name) for name in catalog.names()}
    rows = [
        {"name": name, "title": form.title, "version": form.version}
        for name, form in forms.items()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['name']:<20} {row['version']:<12} {row['title']}")


@forms_cli.command()
def check(file: Annotated[Path, typer.Argument(help="表单文件")], as_json: AsJson = False) -> None:
    """检查一个表单文件，指出每个问题在哪一格 (sheet, row and column of every problem)."""
    from forms import catalog  # noqa: PLC0415 pyxform is slow to import
    from forms.check import check as problems_of  # noqa: PLC0415
    from handlers.fields import misfit  # noqa: PLC0415
    from handlers.form_context import HOST_LISTS  # noqa: PLC0415

    path = catalog.path_of(str(file)) if str(file) in catalog.names() else file
    if not path.is_file():
        raise InputError(reply=say("cli-no-form", name=str(file)))
    problems = problems_of(path, HOST_LISTS, misfit)
    broken = sum(problem.fatal for problem in problems)
    if as_json:
        rows = [_problem(problem) for problem in problems]
        print_json({"file": file.name, "ok": not broken, "problems": rows})
    else:
        for problem in problems:
            typer.echo(" ".join(filter(None, (_cell(problem), speak(problem.sentence)))))
    if broken:
        raise InputError(reply=say("cli-form-broken", count=broken))
    if not as_json:
        typer.echo(speak(say("cli-form-noted" if problems else "cli-form-good")))


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "ref": problem.ref,
        "sentence": speak(problem.sentence),
        "fatal": problem.fatal,
    }


def _cell(problem: Problem) -> str:
    place = "!".join(filter(None, (problem.sheet or problem.ref, problem.column)))
    return f"{place}:{problem.row}" if problem.row else place


@forms_cli.command()
def show(
    name: Annotated[str, typer.Argument(help="目录里的表名，或表单文件")], as_json: AsJson = False
) -> None:
    """显示一个表单的题目、选项和规则的依据 (questions, choices, sources)."""
    form = _load(name)
    questions = [row for control in form.model.body for row in _questions(form, control)]
    shown = {
        "form": form.id,
        "version": form.version,
        "title": form.title,
        "languages": list(form.languages),
        "questions": questions,
        "sources": dict(form.source_rows),
    }
    if as_json:
        print_json(shown)
        return
    typer.echo(f"{form.title} ({form.id} {form.version})")
    for row in questions:
        typer.echo(f"  {row['ref']:<40} {row['type']:<16} {row['label']}")


def _questions(form: Form, control: Control) -> list[dict[str, Any]]:
    from forms.question import kind_of  # noqa: PLC0415

    rows = [row for child in control.children for row in _questions(form, child)]
    if control.node is None or control.tag in {"group", "repeat"}:
        return rows
    node = control.node
    fixed = control.items.fixed if control.items is not None else ()
    return [
        {
            "ref": node.path,
            "type": kind_of(node),
            "label": _text(form, control.label),
            "choices": [[value, _text(form, text)] for value, text in fixed],
            "source": node.bind.source,
        },
        *rows,
    ]


def _text(form: Form, template: TextTemplate | None) -> str:
    if template is None:
        return ""
    if template.itext:
        texts = form.model.itext.get(form.model.default_language, {})
        template = texts.get(template.itext, template)
    return "".join(part if isinstance(part, str) else "…" for part in template.parts)


@forms_cli.command()
def play(
    form: Annotated[str, typer.Argument(help="目录里的表名，或 .xml/.xlsx/.xls/.csv/.md 文件")],
    answers: Annotated[Path | None, typer.Option(help="答案文件 (JSON)")] = None,
    as_json: AsJson = False,
) -> None:
    """在终端里填一份表，或用答案文件填完 (fill a form in)."""
    from forms.engine import Context  # noqa: PLC0415
    from forms.play import play as fill  # noqa: PLC0415

    loaded, context = _load(form), Context(now=local(SystemClock().now()))
    given = _answers(answers) if answers is not None else _ask(loaded, context)
    result = fill(loaded, given, context, speak)
    if as_json:
        print_json(result)
    else:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))


def _answers(file: Path) -> dict[str, Any]:
    try:
        given = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(reply=say("cli-bad-answers", name=file.name)) from error
    if not isinstance(given, dict):
        raise InputError(reply=say("cli-bad-answers", name=file.name))
    return given


def _ask(form: Form, context: Context) -> dict[str, str]:
    """Ask every question in the terminal; return what was answered, by path."""
    from forms import engine  # noqa: PLC0415
    from forms.errors import InvalidAnswer  # noqa: PLC0415
    from forms.reading import readings  # noqa: PLC0415

    session = engine.begin(form, context)
    given: dict[str, str] = {}
    while (question := (step := engine.current(form, session, context)).question) is not None:
        for note in step.notes:
            typer.echo(note)
        typer.echo(f"[{question.number}/{question.total}] {question.label} {question.hint}")
        for number, (_, label) in enumerate(question.choices, 1):
            typer.echo(f"  {number}. {label}")
        text = typer.prompt(">", default="", show_default=False)
        try:
            found = readings(question, text, context.now.date()) if text.strip() else ("",)
            value = engine.first_taken(form, session, found, context)
            session = engine.answer(form, session, value, context).session
        except InvalidAnswer as error:
            typer.echo(speak(error.reply))
            continue
        given[question.ref] = value
    return given


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.add_typer(forms_cli, name="forms")
