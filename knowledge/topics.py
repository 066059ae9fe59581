"""Which clause or note a question is about, learned from everyday phrasings; no search."""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge import data
from knowledge.segment import terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import Embedder

MEANING = 0.7
"""Share of meaning in the likeness of two phrasings; the rest is shared words."""
RIDGE = 1.0
NOTE = "note:"


def examples() -> list[tuple[str, str]]:
    """Return every phrasing with its label: a clause key, or `note:` and a note's id."""
    rows = [(key, line) for key, lines in data.phrasings().items() for line in lines]
    rows += [(NOTE + key, line) for key, note in data.notes().items() for line in note.phrasings]
    return rows


def digest(rows: Sequence[tuple[str, str]], model: str) -> str:
    """Name the examples a model was learned from."""
    joined = "\n".join(f"{label}\t{line}" for label, line in rows)
    named = f"{model}\n{MEANING}\n{RIDGE}\n{joined}".encode()
    return hashlib.blake2b(named, digest_size=16).hexdigest()


class SharedWords:
    """Cosine of tf-idf bags between a question and every phrasing."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [terms(text) for text in texts]
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
        for term, weight in self._weights(terms(text)).items():
            posting = self._postings.get(term)
            if posting is not None:
                found[posting[0]] += weight * posting[1]
        return found

    def _weights(self, bag: Mapping[str, float]) -> dict[str, float]:
        weights = {t: w * self._idf.get(t, math.log(1 + len(self._idf))) for t, w in bag.items()}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {term: weight / norm for term, weight in weights.items()}


@dataclass(frozen=True, slots=True)
class Learned:
    """What training leaves: small enough to ship.

    Args:
        digest: Names the examples and the embedding model.
        mean: (dimensions,) float32, mean of the phrasings' vectors.
        meaning: (dimensions, n_labels) float32, from a centred vector to label scores.
        words: (n_phrasings, n_labels) float32, from shared words to label scores.
    """

    digest: str
    mean: NDArray[np.float32]
    meaning: NDArray[np.float32]
    words: NDArray[np.float32]

    def dump(self) -> bytes:
        """Pack into a compressed file of half-precision numbers."""
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            digest=np.array(self.digest),
            mean=self.mean.astype(np.float16),
            meaning=self.meaning.astype(np.float16),
            words=self.words.astype(np.float16),
        )
        return packed.getvalue()

    @staticmethod
    def parse(packed: bytes) -> Learned:
        """Unpack what `dump` made."""
        with np.load(io.BytesIO(packed)) as kept:
            return Learned(
                str(kept["digest"]),
                *(kept[name].astype(np.float32) for name in ("mean", "meaning", "words")),
            )


def centred(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the mean out and make unit length again: all vectors lie in a narrow cone."""
    moved = vectors - mean
    length = np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    unit: NDArray[np.float32] = (moved / length).astype(np.float32)
    return unit


def train(rows: Sequence[tuple[str, str]], embedder: Embedder) -> Learned:
    """Learn by kernel ridge regression from phrasings to labels."""
    labels = list(dict.fromkeys(label for label, _ in rows))
    texts = [line for _, line in rows]
    vectors = embedder.embed(texts, "query")
    mean = vectors.mean(axis=0)
    unit = centred(vectors, mean)
    shared = SharedWords(texts)
    words = np.stack([shared.likeness(text) for text in texts])
    kernel = MEANING * unit @ unit.T + (1 - MEANING) * words
    target = np.zeros((len(rows), len(labels)), dtype=np.float32)
    target[np.arange(len(rows)), [labels.index(label) for label, _ in rows]] = 1.0
    alpha = np.linalg.solve(kernel + RIDGE * np.eye(len(rows), dtype=np.float32), target)
    return Learned(
        digest(rows, embedder.name),
        mean,
        (MEANING * unit.T @ alpha).astype(np.float32),
        ((1 - MEANING) * alpha).astype(np.float32),
    )


class TopicModel:
    """Scores every clause with phrasings, and every note, against a question."""

    def __init__(self, rows: Sequence[tuple[str, str]], learned: Learned) -> None:
        self.labels = list(dict.fromkeys(label for label, _ in rows))
        self._learned = learned
        self._shared = SharedWords([line for _, line in rows])

    @property
    def mean(self) -> NDArray[np.float32]:
        """Return the mean vector that questions are compared around."""
        return self._learned.mean

    def scores(self, question: str, vector: NDArray[np.float32]) -> dict[str, float]:
        """Score labels; about 1 for a phrasing known word for word, about 0 for a stranger."""
        unit = centred(vector, self._learned.mean)
        found = unit @ self._learned.meaning
        found = found + self._shared.likeness(question) @ self._learned.words
        return dict(zip(self.labels, found.tolist(), strict=True))


WEIGHTS = "topics.npz"


def load(embedder: Embedder) -> TopicModel:
    """Load the shipped weights, or learn anew when phrasings or the embedding model changed."""
    rows = examples()
    try:
        learned = Learned.parse(data.read(WEIGHTS))
    except FileNotFoundError:
        learned = None
    if learned is None or learned.digest != digest(rows, embedder.name):
        learned = train(rows, embedder)
    return TopicModel(rows, learned)
