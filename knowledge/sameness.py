"""Whether two questions ask the same in nearly the same words; it weighs no meaning."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

ENOUGH = 0.8
"""Share of pairs of characters two questions have in common: our default, nearly all."""
_FILLERS = re.compile(r"请问一?下?|想问一?下?|你好|您好|[吗呢啊呀吧哦嘛的了]")
_NOT_WORDS = re.compile(r"[\W_]+")
_DECIDING = re.compile(r"\d+|[〇零一二三四五六七八九十百千万两半]+|[不没无未非别男女]")
"""Signs that turn a question into another one, however alike the rest is."""


def core(question: str) -> str:
    """Return a question without punctuation, greetings and particles."""
    shown = _NOT_WORDS.sub("", unicodedata.normalize("NFKC", question).lower())
    return _FILLERS.sub("", shown) or shown


def same(question: str, other: str) -> bool:
    """Say whether both ask the same."""
    one, two = core(question), core(other)
    if not one or not two:
        return False
    if one == two:
        return True
    if deciding(question) != deciding(other):
        return False
    return _shared(_pairs(one), _pairs(two)) >= ENOUGH


def deciding(question: str) -> Counter[str]:
    """Return the signs of a question that turn it into another one, with how often they stand."""
    return Counter(_DECIDING.findall(core(question)))


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def _shared(one: Counter[str], two: Counter[str]) -> float:
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 0.0
