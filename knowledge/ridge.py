"""Learns labels of short texts by meaning and shared words (kernel ridge); knows no label."""

from __future__ import annotations

import hashlib
import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge import data
from knowledge.likeness import GAMMA, Neighbours, alike, centred
from knowledge.segment import normal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import Embedder

MEANING = 0.8
"""Share of meaning in the likeness of two phrasings; the rest is shared words."""
RIDGE = 0.2
_GRAMS = ((1, 0.5), (2, 1.0), (3, 1.0))


def digest(rows: Sequence[tuple[str, str]], model: str) -> str:
    """Name the examples a model was learned from."""
    joined = "\n".join(f"{label}\t{line}" for label, line in rows)
    named = f"{model}\n{MEANING}\n{RIDGE}\n{GAMMA}\n{joined}".encode()
    return hashlib.blake2b(named, digest_size=16).hexdigest()


def grams(text: str) -> dict[str, float]:
    """Count the one to three character pieces of a phrasing, punctuation left out."""
    signs = re.sub(r"[^\w]", "", normal(text))
    bag: dict[str, float] = {}
    for length, weight in _GRAMS:
        for at in range(len(signs) - length + 1):
            piece = signs[at : at + length]
            bag[piece] = bag.get(piece, 0.0) + weight
    return bag


class SharedWords:
    """Cosine of tf-idf bags between a question and every phrasing."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [grams(text) for text in texts]
        frequency: dict[str, int] = {}
        for bag in bags:
            for term in bag:
                frequency[term] = frequency.get(term, 0) + 1
        self._idf = {t: math.log((1 + len(bags)) / (1 + n)) + 0.1 for t, n in frequency.items()}
        gathered: dict[str, tuple[list[int], list[float]]] = {}
        for row, bag in enumerate(bags):
            for term, weight in self._weights(bag).items():
                rows, weights = gathered.setdefault(term, ([], []))
                rows.append(row)
                weights.append(weight)
        self._size = len(bags)
        self._postings = {
            term: (np.array(rows, dtype=np.int32), np.array(weights, dtype=np.float32))
            for term, (rows, weights) in gathered.items()
        }

    def likeness(self, text: str) -> NDArray[np.float32]:
        """Return the cosine to every phrasing: (n_phrasings,) float32, 0..1."""
        found = np.zeros(self._size, dtype=np.float32)
        for term, weight in self._weights(grams(text)).items():
            posting = self._postings.get(term)
            if posting is not None:
                found[posting[0]] += weight * posting[1]
        return found

    def _weights(self, bag: Mapping[str, float]) -> dict[str, float]:
        weights = {t: w * self._idf[t] for t, w in bag.items() if t in self._idf}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {term: weight / norm for term, weight in weights.items()}


@dataclass(frozen=True, slots=True)
class Weights:
    """What learning leaves: small enough to ship.

    Args:
        digest: Names the examples and the embedding model.
        near: The examples' vectors.
        alpha: (n_examples, n_labels) float32, what likeness to each example says of each label.
    """

    digest: str
    near: Neighbours
    alpha: NDArray[np.float32]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Name the arrays for a file; the large one in half precision."""
        packed = {"digest": np.array(self.digest), "alpha": self.alpha.astype(np.float16)}
        return {**packed, **self.near.arrays()}

    @staticmethod
    def of(kept: Mapping[str, Any]) -> Weights:
        """Take them from a file's arrays."""
        near = Neighbours(kept["mean"], kept["bytes"], float(kept["scale"]))
        return Weights(str(kept["digest"]), near, kept["alpha"].astype(np.float32))


def pack(arrays: Mapping[str, Any]) -> bytes:
    """Pack named arrays into a compressed file."""
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    return packed.getvalue()


def shipped(file: str, rows: Sequence[tuple[str, str]], model: str) -> dict[str, Any] | None:
    """Read the arrays of a shipped file if they were learned from just these examples."""
    try:
        with np.load(io.BytesIO(data.read(file))) as opened:
            kept = dict(opened)
    except FileNotFoundError:
        return None
    return kept if str(kept["digest"]) == digest(rows, model) else None


def learn(
    rows: Sequence[tuple[str, str]], names: Sequence[str], embedder: Embedder
) -> tuple[Weights, NDArray[np.float32]]:
    """Learn from examples, `(label, text)`, whose labels stand in `names`.

    Returns:
        The weights, and the scores of every example with itself left out: (n, n_labels).
    """
    texts = [text for _, text in rows]
    near = Neighbours.of(embedder.embed(texts, "query"))
    units = near.units()
    shared = SharedWords(texts)
    words = np.stack([shared.likeness(text) for text in texts])
    kernel = MEANING * alike(units, units) + (1 - MEANING) * words
    places = {name: place for place, name in enumerate(names)}
    column = np.array([places[label] for label, _ in rows])
    target = np.eye(len(names), dtype=np.float32)[column]
    inverse = np.linalg.inv(kernel + RIDGE * np.eye(len(rows), dtype=np.float32))
    alpha = (inverse @ target).astype(np.float32)
    # left-one-out predictions of ridge regression in closed form
    left_out = target - alpha / np.diag(inverse)[:, None]
    return Weights(digest(rows, embedder.name), near, alpha), left_out


class Scorer:
    """Scores labels for texts."""

    def __init__(self, rows: Sequence[tuple[str, str]], weights: Weights) -> None:
        self._weights = weights
        self._units = weights.near.units()
        self._shared = SharedWords([text for _, text in rows])

    def scores_of(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score labels: (n_texts, n_labels) float32."""
        if not texts:
            return np.zeros((0, self._weights.alpha.shape[1]), dtype=np.float32)
        words = np.stack([self._shared.likeness(text) for text in texts])
        meaning = alike(self._units, centred(vectors, self._weights.near.mean))
        found: NDArray[np.float32] = (MEANING * meaning + (1 - MEANING) * words) @ (
            self._weights.alpha
        )
        return found
