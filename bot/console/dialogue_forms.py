"""`tongban forms …`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.console.output import AsJson, print_json
from kernel.clock import SystemClock, local
from kernel.errors import InputError
from kernel.phrases import say

forms_cli = typer.Typer(help="对话表单 (dialogue forms).", no_args_is_help=True)


def _load(name: str) -> Any:  # noqa: ANN401 forms.form.Form, imported when a command needs it
    from forms import catalog  # noqa: PLC0415 pyxform is slow to import
    from forms.form import load  # noqa: PLC0415

    if name in catalog.names():
        return catalog.get(name)
    path = Path(name)
    if not path.is_file():
        raise InputError(reply=say("forms-no-such-form", name=name))
    return load(path)


@forms_cli.command("list")
def list_forms(as_json: AsJson = False) -> None:
    """列出现有的表单 (the catalog)."""
    from forms import catalog  # noqa: PLC0415

    rows = [
        {"name": name, "title": (form := catalog.get(name)).title, "version": form.version}
        for name in catalog.names()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['name']:<20} {row['version']:<12} {row['title']}")


@forms_cli.command()
def check(file: Annotated[Path, typer.Argument(help="表单文件")], as_json: AsJson = False) -> None:
    """检查一个表单文件，指出每个问题在哪一格 (name sheet, row and column of every problem)."""
    from forms.check import check as find_problems  # noqa: PLC0415

    if not file.is_file():
        raise InputError(reply=say("forms-no-such-form", name=str(file)))
    problems = find_problems(file)
    if as_json:
        print_json({"file": file.name, "problems": [problem.to_json() for problem in problems]})
    else:
        for problem in problems:
            typer.echo(str(problem))
    if any(problem.fatal for problem in problems):
        raise InputError(reply=say("forms-has-problems", count=len(problems)))
    if not as_json:
        typer.echo("OK")


@forms_cli.command()
def show(name: str, as_json: AsJson = False) -> None:
    """显示一个表单的题目、选项和规则 (questions, choices, rules)."""
    from forms.show import show as describe  # noqa: PLC0415

    description = describe(_load(name))
    if as_json:
        print_json(description)
    else:
        typer.echo(json.dumps(description, ensure_ascii=False, indent=2))


@forms_cli.command()
def play(
    form: Annotated[str, typer.Argument(help="目录里的表名，或 .xml/.xlsx/.xls/.csv/.md 文件")],
    answers: Annotated[Path | None, typer.Option(help="答案文件 (JSON)")] = None,
    as_json: AsJson = False,
) -> None:
    """在终端里填一份表，或用答案文件填完 (fill a form in)."""
    from forms.play import play as fill  # noqa: PLC0415

    given = None
    if answers is not None:
        try:
            given = json.loads(answers.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(reply=say("forms-bad-answers", name=answers.name)) from error
    result = fill(_load(form), given, now=local(SystemClock().now()))
    if as_json:
        print_json(result)
    else:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.add_typer(forms_cli, name="forms")
