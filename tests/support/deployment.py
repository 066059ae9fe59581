"""What the files of deploy/ may rely on: our settings, our commands, the ports and the figures."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main
import yaml
from typer.core import TyperGroup

from bot.console.app import cli
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"TONGBAN_{name.upper()}": field for name, field in Settings.model_fields.items()}
TREE = typer.main.get_command(cli)


def read(name: str) -> str:
    """Return a file of deploy/."""
    return (DEPLOY / name).read_text(encoding="utf-8")


def read_yaml(name: str) -> Any:
    """Return what a YAML file of deploy/ holds."""
    return yaml.safe_load(read(name))


def values_in(text: str) -> dict[str, str]:
    """Return the settings that lines `NAME=value` give."""
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def unknown(names: Iterable[str]) -> set[str]:
    """Return the names that look like settings of ours and are none."""
    return {name for name in names if name.startswith("TONGBAN_")} - set(SETTINGS)


def parse(line: str | Sequence[str]) -> None:
    """Read what stands behind `tongban` as the console does, and run nothing.

    Raises:
        ValueError: There is no such command, option or argument.
    """
    words = shlex.split(line) if isinstance(line, str) else [str(word) for word in line]
    command, name = TREE, "tongban"
    try:
        while isinstance(command, TyperGroup):
            name, *words = words
            command = command.commands[name]
        command.make_context(name, words).close()
    except Exception as error:
        raise ValueError(line) from error
