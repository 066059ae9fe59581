"""The command tree and how every command ends: 0 done, 2 bad usage, 1 failed with one line."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Never

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
    paper,
)
from bot.logs import set_up_logs, without_values
from bot.settings import SettingsError, read_settings
from handlers.speech import speak
from kernel.errors import TongbanError, UnavailableError
from kernel.ids import new_reference
from kernel.phrases import say

if TYPE_CHECKING:
    from kernel.phrases import Phrase

log = logging.getLogger(__name__)

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
paper.add(cli)
backup.add(cli)
drill.add(cli)
letters.add(cli)


def run() -> None:
    """Run the command line; a failure is one line on stderr and exit 1.

    One that nobody foresaw is that line with a number, and where it happened in the log.
    """
    try:
        cli()
    except TongbanError as error:
        vague = error.reply == say(UnavailableError.key)
        _end((_database_trouble() if vague else None) or error.reply)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if reply := _foreseeable(error):
            _end(reply)
        reference = new_reference()
        set_up_logs("INFO")
        log.exception("command failed %s", reference, exc_info=without_values(error))
        _end(say("cli-unexpected", reference=reference))


def _foreseeable(error: Exception) -> Phrase | None:
    """Return what an operator can mend: a file, or the database."""
    if isinstance(error, OSError) and error.filename:
        return say("cli-file-trouble", name=str(error.filename))
    return _database_trouble()


def _end(reply: Phrase) -> Never:
    typer.echo(f"tongban: {speak(reply)}", err=True)
    sys.exit(1)


def _database_trouble() -> Phrase | None:
    """Say what ails the database, if it does: most that fails without a reason of its own."""
    from bot.readiness import why_not  # noqa: PLC0415 commands that succeed stay light

    try:
        return why_not(read_settings())
    except SettingsError:
        return None
