"""Whether somebody's words speak of a child in danger; quick, and without a model."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

from knowledge import data
from knowledge.segment import normal

Level = Literal["none", "unsure", "certain"]


@dataclass(frozen=True, slots=True)
class Danger:
    """What the words say about danger.

    Args:
        level: `certain` goes to the emergency screen; `unsure` asks one question.
        codes: Situations it may be (A1..A6, N1..N9), likeliest first.
        score: 0..1.
    """

    level: Level
    codes: tuple[str, ...] = ()
    score: float = 0.0


NONE = Danger("none")


@dataclass(frozen=True, slots=True)
class _Pattern:
    codes: tuple[str, ...]
    sure: bool
    words: re.Pattern[str]


@cache
def _patterns() -> tuple[tuple[_Pattern, ...], re.Pattern[str], re.Pattern[str]]:
    table = tomllib.loads(data.read("danger.toml").decode())
    patterns = tuple(
        _Pattern(tuple(row["codes"]), row["strength"] == "sure", re.compile(row["words"]))
        for row in table["pattern"]
    )
    return patterns, re.compile("|".join(table["calm"])), re.compile(table["child"])


def judge(text: str) -> Danger:
    """Judge any words that a person sent; a few hundred microseconds."""
    words = normal(text)
    if not words:
        return NONE
    patterns, calm, child = _patterns()
    found = [p for p in patterns if p.words.search(words)]
    if not found:
        return NONE
    codes = tuple(dict.fromkeys(code for p in found for code in p.codes))
    sure = any(p.sure for p in found)
    if sure and not calm.search(words):
        return Danger("certain", codes, 0.9)
    if sure or child.search(words):
        return Danger("unsure", codes, 0.5)
    return Danger("none", codes, 0.2)
