"""The command tree and how every command ends: 0 done, 2 bad usage, 1 failed with one line."""

from __future__ import annotations

import sys

import typer

from bot.console import (
    answers,
    backup,
    daemon,
    database,
    dialogue_forms,
    directives,
    drill,
    evidence,
    exports,
    imports,
    letters,
)
from handlers.speech import speak
from kernel.errors import TongbanError

cli = typer.Typer(
    name="tongban",
    help="童伴：儿童主任、督导员和家长的聊天助手 (a chat assistant for child-care workers).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
daemon.add(cli)
answers.add(cli)
directives.add(cli)
dialogue_forms.add(cli)
database.add(cli)
imports.add(cli)
exports.add(cli)
evidence.add(cli)
backup.add(cli)
drill.add(cli)
letters.add(cli)


def run() -> None:
    """Run the command line; a foreseen failure is one line on stderr and exit 1."""
    try:
        cli()
    except TongbanError as error:
        typer.echo(f"tongban: {speak(error.reply)}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
