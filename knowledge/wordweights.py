"""Linear scores over pieces of words, marks and meaning, learned from examples; no model."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.likeness import Neighbours
from knowledge.segment import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BUCKETS = 8_192
MEANING, PIECES, MARKS = 4.5, 2.0, 0.7
"""How much each kind of feature may weigh."""
RIDGE = 2.0
_LENGTHS = (1, 2, 3, 4)
_EDGE = "^"


def buckets(text: str) -> NDArray[np.int64]:
    """Return the hashed pieces of a text, one to four characters, each once."""
    signs = _EDGE + normal(text) + _EDGE
    pieces = {signs[i : i + n] for n in _LENGTHS for i in range(len(signs) - n + 1)}
    return np.array(sorted({zlib.crc32(p.encode()) % BUCKETS for p in pieces}), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class WordWeights:
    """A linear score.

    Args:
        pieces: (BUCKETS,) float32.
        marks: (n_marks + 1,) float32, the last is the intercept.
        alpha: (n_examples,) float32, what likeness to each example says; empty when words are
            all there is.
    """

    pieces: NDArray[np.float32]
    marks: NDArray[np.float32]
    alpha: NDArray[np.float32]

    def score(
        self, text: str, marks: Sequence[float], likeness: NDArray[np.float32] | None = None
    ) -> float:
        """Score a text: about 1 for the class learned, about 0 for the rest."""
        found = buckets(text)
        total = float(self.pieces[found].sum()) / float(np.sqrt(len(found)))
        total += float(self.marks[:-1] @ np.asarray(marks, dtype=np.float32) + self.marks[-1])
        if likeness is not None and self.alpha.size:
            total += float(likeness @ self.alpha)
        return total


@dataclass(frozen=True, slots=True)
class Examples:
    """What is learned from.

    Args:
        texts: As people say it.
        marks: (n, n_marks) float32.
        likeness: (n, n) float32 of one example to another; (0, 0) to learn from words only.
        wanted: (n,) bool.
    """

    texts: Sequence[str]
    marks: NDArray[np.float32]
    likeness: NDArray[np.float32]
    wanted: NDArray[np.bool_]


def learn(examples: Examples) -> tuple[WordWeights, NDArray[np.float32]]:
    """Learn by weighted ridge regression.

    Returns:
        The weights, and each example's score with that example left out: (n,) float32.
    """
    count = len(examples.texts)
    rows = np.zeros((count, BUCKETS), dtype=np.float32)
    for row, text in enumerate(examples.texts):
        found = buckets(text)
        rows[row, found] = 1 / np.sqrt(len(found))
    marks = np.column_stack([examples.marks, np.ones(count, dtype=np.float32)])
    kernel = PIECES**2 * rows @ rows.T + MARKS**2 * marks @ marks.T
    if examples.likeness.size:
        kernel += MEANING**2 * examples.likeness
    target = examples.wanted.astype(np.float32)
    weight = np.where(examples.wanted, (target == 0).sum() / target.sum() / 2, 1.0)
    inverse = np.linalg.inv(kernel + RIDGE * np.diag(1 / weight))
    alpha = (inverse @ target).astype(np.float32)
    left_out = (target - alpha / np.diag(inverse)).astype(np.float32)
    learned = WordWeights(
        (PIECES**2 * rows.T @ alpha).astype(np.float32),
        (MARKS**2 * marks.T @ alpha).astype(np.float32),
        (MEANING**2 * alpha if examples.likeness.size else alpha[:0]).astype(np.float32),
    )
    return learned, left_out


def dump(weights: dict[str, WordWeights], near: Neighbours) -> bytes:
    """Pack several sets of weights and the examples' vectors into one compressed file."""
    packed = io.BytesIO()
    arrays = dict(near.arrays())
    for name, kept in weights.items():
        arrays[f"{name}.pieces"] = kept.pieces.astype(np.float16)
        arrays[f"{name}.marks"] = kept.marks.astype(np.float16)
        arrays[f"{name}.alpha"] = kept.alpha.astype(np.float16)
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]  # its stub knows no ** of arrays
    return packed.getvalue()


def parse(packed: bytes) -> tuple[dict[str, WordWeights], Neighbours]:
    """Unpack what `dump` made."""
    with np.load(io.BytesIO(packed)) as kept:
        near = Neighbours(kept["mean"], kept["bytes"], float(kept["scale"]))
        names = dict.fromkeys(name.partition(".")[0] for name in kept.files if "." in name)
        parts = ("pieces", "marks", "alpha")
        return {
            name: WordWeights(*(kept[f"{name}.{part}"].astype(np.float32) for part in parts))
            for name in names
        }, near
