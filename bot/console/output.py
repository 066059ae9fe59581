"""How commands print: one JSON value with `--json`, plain lines without."""

from __future__ import annotations

import json
from typing import Annotated

import typer

AsJson = Annotated[
    bool, typer.Option("--json", help="打印一个 JSON 值 (one JSON value on stdout).")
]


def print_json(value: object) -> None:
    """Print one JSON value on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))
