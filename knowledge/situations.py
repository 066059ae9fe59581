"""Which situations words may speak of, by patterns and examples; not whether there is danger."""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from knowledge import danger, data

MIXED = "several"
"""Block of the examples that is of all kinds, and says nothing of a kind."""
NEAREST, PATTERN, SECOND = 8, 0.8, 0.4
"""Examples that have a say, and what the first and every other pattern adds to theirs: chosen
with each of 949 examples left out (right in three: 0.89; by patterns alone 0.28)."""
_LENGTHS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class _Known:
    """The examples: the code of each, its length, and which of them hold a piece of words."""

    codes: tuple[str, ...]
    lengths: tuple[float, ...]
    holding: dict[str, tuple[int, ...]]

    def weight(self, piece: str) -> float:
        """Return how much a piece says: a rare one more."""
        return math.log((len(self.codes) + 1) / (len(self.holding.get(piece, ())) + 1))


def likeliest(text: str, most: int = 3) -> tuple[str, ...]:
    """Return the situation codes that words are most like (A1..A6, N1..N9), likeliest first."""
    known, pieces = _known(), _pieces(text)
    alike: dict[int, float] = defaultdict(float)
    for piece in pieces:
        for row in known.holding.get(piece, ()):
            alike[row] += known.weight(piece)
    length = sum(map(known.weight, pieces))
    scaled = {
        row: shared / math.sqrt(known.lengths[row] * length) for row, shared in alike.items()
    }
    scores: dict[str, float] = defaultdict(float)
    for row in sorted(scaled, key=scaled.__getitem__, reverse=True)[:NEAREST]:
        scores[known.codes[row]] += scaled[row]
    for place, code in enumerate(danger.signs(text)[1]):
        scores[code] += SECOND if place else PATTERN
    return tuple(sorted(scores, key=scores.__getitem__, reverse=True)[:most])


def _pieces(text: str) -> frozenset[str]:
    words = danger.bare(text)
    return frozenset(words[i : i + n] for n in _LENGTHS for i in range(len(words) - n + 1))


@cache
def _known() -> _Known:
    table = tomllib.loads(data.read("danger_examples.toml").decode())["danger"]
    rows = [(k, _pieces(x)) for k, b in table.items() if k != MIXED for x in data.lines(b)]
    holding: dict[str, list[int]] = defaultdict(list)
    for row, (_, pieces) in enumerate(rows):
        for piece in pieces:
            holding[piece].append(row)
    fixed = {piece: tuple(found) for piece, found in holding.items()}
    known = _Known(tuple(code for code, _ in rows), (), fixed)
    lengths = tuple(sum(map(known.weight, pieces)) for _, pieces in rows)
    return _Known(known.codes, lengths, fixed)
