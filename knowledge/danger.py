"""Whether words speak of a child in danger: by words at once, by meaning where asked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from knowledge import data
from knowledge.segment import normal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from knowledge.wordweights import WordWeights

Level = Literal["none", "unsure", "certain"]
WEIGHTS = "danger.npz"
REMOVED = "·"
"""Stands where a harmless word was, so that its neighbours do not grow together."""
CERTAIN, UNSURE = 0.27, 0.17
"""Scores with meaning from which danger is certain, and from which it is asked about (our
default). docs/quality.md has what limits near them caught and rang for, measured before the last
few examples were added."""
CERTAIN_WORDS, UNSURE_WORDS = 0.5, 0.33
"""The same by words alone, which are less to go by."""
OUTRIGHT = 0.7
"""From here on words need no second look. Between `CERTAIN_WORDS` and this, with each example
left out, meaning cleared 65 of the 5,956 calm ones and 3 of the 1,096 dangers there were when it
was chosen (`knowledge.train`)."""


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

    @property
    def outright(self) -> bool:
        """Say whether it is as good as shouted: by words or by meaning, nobody looks twice."""
        return self.level == "certain" and self.score >= OUTRIGHT


NONE = Danger("none")


@dataclass(frozen=True, slots=True)
class _Pattern:
    codes: tuple[str, ...]
    sure: bool
    words: re.Pattern[str]


@cache
def _patterns() -> tuple[tuple[_Pattern, ...], re.Pattern[str], re.Pattern[str]]:
    table = tomllib.loads(data.read("danger.toml").decode())
    child = table["child"]
    patterns = tuple(
        _Pattern(tuple(row["codes"]), row["strength"] == "sure", _about(row["words"], child))
        for row in table["pattern"]
    )
    return patterns, re.compile("|".join(table["calm"])), re.compile(child)


def _about(words: str, child: str) -> re.Pattern[str]:
    """Read a pattern; `CHILD` in it stands for every word for a child."""
    return re.compile(words.replace("CHILD", f"(?:{child})"))


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile(tomllib.loads(data.read("danger.toml").decode())["harmless"])


def bare(text: str) -> str:
    """Take out everyday words that only share a sign with danger: 打针, 抽血, 摸底."""
    return _harmless().sub(REMOVED, normal(text))


@cache
def _told() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    table = tomllib.loads(data.read("danger.toml").decode())
    over = "|".join(f"(?:{words})" for words in table["over"])
    pairs = ((over, table["still"]), (table["ending"], table["again"]))
    return tuple((re.compile(told), re.compile(unless)) for told, unless in pairs)


def is_over(text: str) -> bool:
    """Say whether words tell of what is over, ended well, was only shown, or was said in jest.

    Of 1,937 cries for help none does; where it goes on (又, 今晚, 找不到), nothing is over.
    """
    words = normal(text)
    return any(told.search(words) and not unless.search(words) for told, unless in _told())


@cache
def _signs() -> tuple[dict[str, re.Pattern[str]], re.Pattern[str], re.Pattern[str]]:
    """Read the words of grave danger by situation, of what has ended well, and of a usual day."""
    table = tomllib.loads(data.read("danger_signs.toml").decode())
    grave = {code: re.compile("|".join(rows)) for code, rows in table["grave"].items()}
    return grave, re.compile("|".join(table["mended"])), re.compile("|".join(table["homely"]))


@cache
def _weights() -> tuple[dict[str, WordWeights], NDArray[np.float32], NDArray[np.float32]]:
    from knowledge import wordweights  # noqa: PLC0415 numpy is not wanted at import

    weights, near = wordweights.parse(data.read(WEIGHTS))
    return weights, near.mean, near.units()


def signs(text: str) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return what the patterns say: marks for the score, and situation codes, likeliest first."""
    words = bare(text)
    patterns, calm, child = _patterns()
    found = [p for p in patterns if p.words.search(words)]
    sure = any(p.sure for p in found)
    asks = bool(calm.search(words))
    grave, mended, homely = _signs()
    graves = [code for code, pattern in grave.items() if pattern.search(words)]
    ended = bool(mended.search(words)) and not _told()[1][1].search(words)
    marks = (
        *(sure, bool(found), asks, bool(child.search(words)), sure and not asks),
        *(bool(graves), len(graves) > 1, bool(graves) and not ended, bool(graves) and not asks),
        *(ended, is_over(text), bool(homely.search(words))),
    )
    found.sort(key=lambda p: not p.sure)
    codes = dict.fromkeys(code for p in found if p.sure for code in p.codes)
    codes |= dict.fromkeys(graves) | dict.fromkeys(code for p in found for code in p.codes)
    return tuple(float(mark) for mark in marks), tuple(codes)


def judge(text: str) -> Danger:
    """Judge any words that a person sent, by the words alone; about a millisecond."""
    if not normal(text):
        return NONE
    marks, codes = signs(text)
    score = _weights()[0]["words"].score(bare(text), marks)
    return _danger(text, score, codes, (CERTAIN_WORDS, UNSURE_WORDS))


def judge_meaning(text: str, vector: NDArray[np.float32]) -> Danger:
    """Judge by words and meaning together; `vector` is the text's query vector."""
    if not normal(text):
        return NONE
    from knowledge.likeness import alike, centred  # noqa: PLC0415 keeps this module light

    marks, codes = signs(text)
    weights, mean, units = _weights()
    likeness = alike(units, centred(vector[None, :], mean))[0]
    score = weights["full"].score(bare(text), marks, likeness)
    return _danger(text, score, codes, (CERTAIN, UNSURE))


def _danger(
    text: str, score: float, codes: tuple[str, ...], limits: tuple[float, float]
) -> Danger:
    certain, unsure = limits
    if score < unsure:
        return Danger("none", (), max(score, 0.0))
    level: Level = "certain" if score >= certain and not is_over(text) else "unsure"
    return Danger(level, codes, min(score, 1.0))


def examples() -> list[tuple[str, bool]]:
    """Return what people say in danger, and what only sounds like it."""
    table = tomllib.loads(data.read("danger_examples.toml").decode())
    rows = [(line, True) for block in table["danger"].values() for line in data.lines(block)]
    return rows + [(line, False) for line in data.lines(table["calm"]["lines"])]
