"""Sentences made from patterns, many of each kind and always the same ones; for learning only."""

from __future__ import annotations

import random
import re
import tomllib
from typing import TYPE_CHECKING

from knowledge import data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = "danger_patterns.toml"
MADE = {
    "danger": 480,
    "near": 400,
    "everyday": 600,
    "alone": 250,
    "family": 450,
    "over": 200,
    "again": 150,
    "shown": 100,
}
"""How many of each kind: more of them changed nothing on questions that were set apart."""
_SEED = 34
_HARM = frozenset({"danger", "alone", "again"})
_PLACE = re.compile(r"\{(\w+)\}")


def sentences() -> list[tuple[str, bool]]:
    """Return sentences with whether a child is in danger in them."""
    table = tomllib.loads(data.read(FILE).decode())
    words = {name: line.split() for name, line in table["words"].items()}
    drawn = random.Random(_SEED)  # noqa: S311 the same ones every time, no secret
    return [
        (line, kind in _HARM)
        for kind, count in MADE.items()
        for line in _some(data.lines(table["patterns"][kind]), words, drawn, count)
    ]


def _some(
    patterns: Sequence[str], words: Mapping[str, list[str]], drawn: random.Random, count: int
) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < count:
        filled = _PLACE.sub(lambda place: drawn.choice(words[place[1]]), drawn.choice(patterns))
        made[filled] = None
    return list(made)
