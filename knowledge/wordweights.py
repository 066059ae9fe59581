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
MEANING, PIECES, MARKS = 4.5, 2.0, 1.2
"""How much each kind of feature may weigh."""
RIDGE = 2.0
FREQUENT = 40
"""Pieces that more than one text in so many has are counted by a product of matrices."""
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


def learn(
    examples: Examples, *, measured: bool = True
) -> tuple[WordWeights, NDArray[np.float32] | None]:
    """Learn by weighted ridge regression.

    Args:
        examples: What is learned from.
        measured: Whether the examples' own scores are wanted: they need the whole inverse, which
            takes three times as long (3 minutes for 13,600 examples on one free core).

    Returns:
        The weights, and each example's score with that example left out: (n,) float32, or None.
    """
    found = [buckets(text) for text in examples.texts]
    marks = np.column_stack([examples.marks, np.ones(len(found), dtype=np.float32)])
    kernel = shared(found)
    kernel *= np.float32(PIECES**2)
    kernel += np.float32(MARKS**2) * marks @ marks.T
    if examples.likeness.size:
        kernel += np.float32(MEANING**2) * examples.likeness
    target = examples.wanted.astype(np.float32)
    weight = np.where(examples.wanted, (target == 0).sum() / target.sum() / 2, 1.0)
    kernel[np.diag_indices(len(found))] += (RIDGE / weight).astype(np.float32)
    left_out = None
    if measured:
        inverse = np.linalg.inv(kernel)
        alpha = (inverse @ target).astype(np.float32)
        left_out = (target - alpha / np.diag(inverse)).astype(np.float32)
    else:
        alpha = np.linalg.solve(kernel, target).astype(np.float32)
    pieces = np.zeros(BUCKETS, dtype=np.float32)
    for row, share in zip(found, alpha, strict=True):
        pieces[row] += share / np.sqrt(len(row))
    learned = WordWeights(
        np.float32(PIECES**2) * pieces,
        (MARKS**2 * marks.T @ alpha).astype(np.float32),
        (MEANING**2 * alpha if examples.likeness.size else alpha[:0]).astype(np.float32),
    )
    return learned, left_out


def shared(found: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
    """Return the cosine of every two texts over their pieces: (n, n) float32.

    Args:
        found: The pieces of each text, as `buckets` returns them.
    """
    count = len(found)
    holding: list[list[int]] = [[] for _ in range(BUCKETS)]
    for row, pieces in enumerate(found):
        for piece in pieces.tolist():
            holding[piece].append(row)
    frequent = [rows for rows in holding if len(rows) > count // FREQUENT]
    common = np.zeros((count, len(frequent)), dtype=np.float32)
    for column, rows in enumerate(frequent):
        common[rows, column] = 1
    kernel = common @ common.T
    for rows in holding:
        if 0 < len(rows) <= count // FREQUENT:
            at = np.array(rows)
            kernel[np.ix_(at, at)] += 1
    length = np.sqrt(np.array([len(pieces) for pieces in found], dtype=np.float32))
    kernel /= length[:, None]
    kernel /= length[None, :]
    return kernel


def dump(weights: dict[str, WordWeights], near: Neighbours, digest: str) -> bytes:
    """Pack several sets of weights and the examples' vectors into one compressed file.

    Args:
        weights: By name.
        near: The examples' vectors.
        digest: Names what they were learned from.
    """
    packed = io.BytesIO()
    arrays = {**near.arrays(), "digest": np.array(digest)}
    for name, kept in weights.items():
        arrays[f"{name}.pieces"] = kept.pieces.astype(np.float16)
        arrays[f"{name}.marks"] = kept.marks.astype(np.float16)
        arrays[f"{name}.alpha"] = kept.alpha.astype(np.float16)
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]  # its stub knows no ** of arrays
    return packed.getvalue()


def digest_of(packed: bytes) -> str:
    """Say what the weights that `dump` packed were learned from."""
    with np.load(io.BytesIO(packed)) as kept:
        return str(kept["digest"]) if "digest" in kept.files else ""


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
