"""`tongban directives …`: the documents that answers rest on."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.console.output import AsJson, print_json
from bot.settings import read_settings

directives_cli = typer.Typer(help="文件和条款 (directives and clauses).", no_args_is_help=True)


@directives_cli.command("list")
def list_directives(as_json: AsJson = False) -> None:
    """列出可以引用的文件 (documents that are cited)."""
    from knowledge.store import MemoryStore  # noqa: PLC0415 commands load only what they use

    rows = [
        {
            "document": one.document,
            "title": one.title,
            "issuer": one.issuer,
            "issued": one.issued,
            "status": one.status,
            "clauses": len(one.clauses),
        }
        for one in MemoryStore().directives()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['document']}  {row['clauses']:>3}  《{row['title']}》")


@directives_cli.command()
def show(
    document: Annotated[str, typer.Argument(help="文号或简称，如 民发〔2019〕34号")],
    clause: Annotated[str, typer.Argument(help="条款，如 附件3-5")],
    as_json: AsJson = False,
) -> None:
    """显示一条原文 (a clause, verbatim)."""
    from knowledge.errors import NoSuchClauseError  # noqa: PLC0415
    from knowledge.store import MemoryStore, find_clause  # noqa: PLC0415

    found = find_clause(MemoryStore().directives(), f"{document}#{clause}")
    if found is None:
        raise NoSuchClauseError
    directive, one = found
    if as_json:
        value = {"document": one.document, "clause": one.clause, "text": one.text}
        print_json({**value, "title": directive.title, "path": list(one.path)})
    else:
        typer.echo(one.text)


@directives_cli.command()
def index() -> None:
    """安装时算好检索用的向量，启动就不用等 (compute the vectors once, at installation)."""
    from bot.wiring import SHIPPED_VECTORS, open_desk  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        open_desk(read_settings(data=Path(folder))).close()
        SHIPPED_VECTORS.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(folder) / "knowledge" / "vectors.bin", SHIPPED_VECTORS)


def add(cli: typer.Typer) -> None:
    """Hang the commands into the tree."""
    cli.add_typer(directives_cli, name="directives")
