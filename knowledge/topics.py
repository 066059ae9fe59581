"""Which clause or note a question is about, learned from everyday phrasings; no search."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge import data
from knowledge.calibrate import Calibration, fit, signals
from knowledge.likeness import GAMMA, Neighbours, alike, centred
from knowledge.segment import normal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import Embedder

MEANING = 0.8
"""Share of meaning in the likeness of two phrasings; the rest is shared words."""
RIDGE = 0.2
NOTE = "note:"
NOTHING = "note:offtopic"
_GRAMS = ((1, 0.5), (2, 1.0), (3, 1.0))


def examples() -> list[tuple[str, str]]:
    """Return every phrasing with its label: a clause key, or `note:` and a note's id."""
    rows = [(key, line) for key, lines in data.phrasings().items() for line in lines]
    rows += [(NOTE + key, line) for key, note in data.notes().items() for line in note.phrasings]
    return rows


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
class Labels:
    """The labels of a model in order, and which of them are what.

    Args:
        names: Clause keys, and `note:` with a note's id.
        clauses: Columns of clauses.
        notes: Columns of notes that refer or decline.
        nothing: Column of talk that is not ours.
    """

    names: tuple[str, ...]
    clauses: tuple[int, ...]
    notes: tuple[int, ...]
    nothing: int

    @staticmethod
    def of(rows: Sequence[tuple[str, str]]) -> Labels:
        """Gather the labels of examples in order of appearance."""
        names = tuple(dict.fromkeys(label for label, _ in rows))
        ours = [i for i, name in enumerate(names) if name != NOTHING]
        return Labels(
            names,
            tuple(i for i in ours if not names[i].startswith(NOTE)),
            tuple(i for i in ours if names[i].startswith(NOTE)),
            names.index(NOTHING),
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """What training leaves: small enough to ship.

    Args:
        digest: Names the examples and the embedding model.
        near: The phrasings' vectors.
        alpha: (n_phrasings, n_labels) float32, what likeness to each phrasing says of each label.
        calibration: From scores to chances.
    """

    digest: str
    near: Neighbours
    alpha: NDArray[np.float32]
    calibration: Calibration

    def dump(self) -> bytes:
        """Pack into a compressed file; the large array in half precision."""
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            digest=np.array(self.digest),
            mean=self.near.mean,
            bytes=self.near.bytes,
            scale=np.array(self.near.scale),
            alpha=self.alpha.astype(np.float16),
            signal_mean=self.calibration.mean,
            signal_spread=self.calibration.spread,
            signal_weights=self.calibration.weights,
        )
        return packed.getvalue()

    @staticmethod
    def parse(packed: bytes) -> Learned:
        """Unpack what `dump` made."""
        with np.load(io.BytesIO(packed)) as kept:
            signal = ("signal_mean", "signal_spread", "signal_weights")
            return Learned(
                str(kept["digest"]),
                Neighbours(kept["mean"], kept["bytes"], float(kept["scale"])),
                kept["alpha"].astype(np.float32),
                Calibration(*(kept[name] for name in signal)),
            )


def train(
    rows: Sequence[tuple[str, str]], embedder: Embedder, strangers: Sequence[str] = ()
) -> Learned:
    """Learn by kernel ridge regression from phrasings to labels, then calibrate refusal.

    The calibration uses scores with each phrasing left out, so that it sees questions as the
    model will meet them; `strangers` are questions that are none of ours.
    """
    labels = Labels.of(rows)
    texts = [line for _, line in rows]
    near = Neighbours.of(embedder.embed(texts, "query"))
    units = near.units()
    shared = SharedWords(texts)
    words = np.stack([shared.likeness(text) for text in texts])
    kernel = MEANING * alike(units, units) + (1 - MEANING) * words
    column = np.array([labels.names.index(label) for label, _ in rows])
    target = np.eye(len(labels.names), dtype=np.float32)[column]
    inverse = np.linalg.inv(kernel + RIDGE * np.eye(len(rows), dtype=np.float32))
    alpha = (inverse @ target).astype(np.float32)
    # left-one-out predictions of ridge regression in closed form
    left_out = target - alpha / np.diag(inverse)[:, None]
    zero = np.zeros(1, dtype=np.float32)
    learned = Learned(digest(rows, embedder.name), near, alpha, Calibration(zero, zero, zero))
    strange = TopicModel(rows, learned).scores_of(strangers, embedder.embed(strangers, "query"))
    kinds = np.where(np.isin(column, labels.clauses), 0, np.where(column == labels.nothing, 2, 1))
    measured = signals(np.vstack([left_out, strange]), labels, [*texts, *strangers])
    classes = np.concatenate([kinds, np.full(len(strangers), 2)])
    return dataclasses.replace(learned, calibration=fit(measured, classes))


@dataclass(frozen=True, slots=True)
class Judged:
    """What the model says of one question.

    Args:
        scores: By label; about 1 for a phrasing known word for word, about 0 for a stranger.
        answer: Chance that a clause answers it.
        note: Chance that it is something the directives do not set.
        nothing: Chance that it is none of ours.
    """

    scores: dict[str, float]
    answer: float
    note: float
    nothing: float


class TopicModel:
    """Scores every clause with phrasings, and every note, against a question."""

    def __init__(self, rows: Sequence[tuple[str, str]], learned: Learned) -> None:
        self.labels = Labels.of(rows)
        self._learned = learned
        self._units = learned.near.units()
        self._shared = SharedWords([line for _, line in rows])

    def judge(self, question: str, vector: NDArray[np.float32]) -> Judged:
        """Score the labels for one question and say what sort of answer is likely."""
        scores = self.scores_of([question], vector[None, :])
        measured = signals(scores, self.labels, [question])
        chances = self._learned.calibration.chances(measured)[0].tolist()
        return Judged(dict(zip(self.labels.names, scores[0].tolist(), strict=True)), *chances)

    def scores_of(
        self, questions: Sequence[str], vectors: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Score labels: (n_questions, n_labels) float32."""
        if not questions:
            return np.zeros((0, len(self.labels.names)), dtype=np.float32)
        words = np.stack([self._shared.likeness(question) for question in questions])
        meaning = alike(self._units, centred(vectors, self._learned.near.mean))
        found: NDArray[np.float32] = (MEANING * meaning + (1 - MEANING) * words) @ (
            self._learned.alpha
        )
        return found


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
