"""Words and bigrams of Chinese text for lexical search; it knows nothing of meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from knowledge import data

if TYPE_CHECKING:
    from rjieba import Jieba

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+")
_STOP = frozenset(
    "的了吗呢吧啊呀嘛么是就都也还又着过把被给在有和与及或等对为以中上下我你他她它们个"
)
_DOMAIN_WORD_FREQUENCY = 20_000


def normal(text: str) -> str:
    """Fold widths and case and drop every space: the form in which texts are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


@cache
def _jieba() -> Jieba:
    from rjieba import Jieba  # noqa: PLC0415 its dictionary takes a quarter of a second

    cutter = Jieba()
    for word in data.domain_words():
        cutter.add_word(word, _DOMAIN_WORD_FREQUENCY, "n")
    return cutter


def words(text: str) -> list[str]:
    """Cut into words in search mode, single function words left out."""
    return [w for w in _jieba().cut_for_search(normal(text)) if w not in _STOP and w.isalnum()]


def bigrams(text: str) -> list[str]:
    """Return the character pairs of each run of Chinese, and Latin or digit runs whole."""
    pairs: list[str] = []
    for run in _RUN.findall(normal(text)):
        if len(run) > 1 and run[0] > "z":
            pairs += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            pairs.append(run)
    return pairs


def terms(text: str) -> dict[str, float]:
    """Count words, and character pairs at half weight, as one bag."""
    bag: dict[str, float] = {}
    for word in words(text):
        bag[word] = bag.get(word, 0.0) + 1.0
    for pair in bigrams(text):
        key = f"~{pair}"
        bag[key] = bag.get(key, 0.0) + 0.5
    return bag
