"""A learned turn of question vectors towards the articles that answer them; no search here."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge import data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WEIGHTS = "querymap.npz"
_ARRAYS = ("question_mean", "passage_mean", "turn")
EPOCHS = 20
TEMPERATURE = 0.05
PULL = 3e-5
"""How strongly the map is held to the identity."""
RATE = 2e-4
BATCH = 64


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring vectors to unit length."""
    length = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    scaled: NDArray[np.float32] = (vectors / length).astype(np.float32)
    return scaled


@dataclass(frozen=True, slots=True)
class QueryMap:
    """Means to take out, and the map of what is left.

    Args:
        model: Name of the embedding model it was learned for.
        question_mean: (dimensions,) float32.
        passage_mean: (dimensions,) float32.
        turn: (dimensions, dimensions) float32, applied from the right.
    """

    model: str
    question_mean: NDArray[np.float32]
    passage_mean: NDArray[np.float32]
    turn: NDArray[np.float32]

    @property
    def mark(self) -> str:
        """Name what passages are centred by, so that an index of another map is not reused."""
        return hashlib.blake2b(self.passage_mean.tobytes(), digest_size=8).hexdigest()

    def questions(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map question vectors: (..., dimensions) float32, unit length."""
        return unit(unit(vectors - self.question_mean) @ self.turn)

    def passages(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Centre passage vectors: (..., dimensions) float32, unit length."""
        return unit(vectors - self.passage_mean)

    def dump(self) -> bytes:
        """Pack into a compressed file of half-precision numbers."""
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            model=np.array(self.model),
            question_mean=self.question_mean.astype(np.float16),
            passage_mean=self.passage_mean.astype(np.float16),
            turn=self.turn.astype(np.float16),
        )
        return packed.getvalue()

    @staticmethod
    def parse(packed: bytes) -> QueryMap:
        """Unpack what `dump` made."""
        with np.load(io.BytesIO(packed)) as kept:
            arrays = (
                kept[n].astype(np.float32) for n in ("question_mean", "passage_mean", "turn")
            )
            question_mean, passage_mean, turn = arrays
            return QueryMap(str(kept["model"]), question_mean, passage_mean, turn)


def load(model: str, dimensions: int) -> QueryMap:
    """Load the shipped map, or the identity for another embedding model."""
    shipped = QueryMap.parse(data.read(WEIGHTS))
    if shipped.model == model:
        return shipped
    zero = np.zeros(dimensions, dtype=np.float32)
    return QueryMap(model, zero, zero, np.eye(dimensions, dtype=np.float32))


def learn(
    model: str,
    questions: NDArray[np.float32],
    passages: NDArray[np.float32],
    relevant: Sequence[Sequence[int]],
) -> QueryMap:
    """Learn by softmax over all passages, with Adam, held towards the identity.

    Args:
        model: Name of the embedding model.
        questions: (n_questions, dimensions) float32.
        passages: (n_passages, dimensions) float32.
        relevant: Rows of `passages` that answer each question.
    """
    question_mean, passage_mean = questions.mean(axis=0), passages.mean(axis=0)
    asked, held = unit(questions - question_mean), unit(passages - passage_mean)
    same = np.eye(asked.shape[1], dtype=np.float32)
    turn, first, second = same.copy(), np.zeros_like(same), np.zeros_like(same)
    order = np.array([row for row, found in enumerate(relevant) if found])
    shuffle = np.random.default_rng(0).shuffle
    step = 0
    for _ in range(EPOCHS):
        shuffle(order)
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            slope = _slope(asked[rows], held, [relevant[row] for row in rows], turn)
            slope += PULL * len(same) * (turn - same)
            step += 1
            first = 0.9 * first + 0.1 * slope
            second = 0.999 * second + 0.001 * slope * slope
            move = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
            turn = (turn - RATE * move).astype(np.float32)
    return QueryMap(model, question_mean, passage_mean, turn)


def _slope(
    asked: NDArray[np.float32],
    held: NDArray[np.float32],
    relevant: Sequence[Sequence[int]],
    turn: NDArray[np.float32],
) -> NDArray[np.float32]:
    scores = asked @ turn @ held.T / TEMPERATURE
    gap = np.exp(scores - scores.max(axis=1, keepdims=True))
    gap /= gap.sum(axis=1, keepdims=True)
    for row, found in enumerate(relevant):
        gap[row, list(found)] -= 1 / len(found)
    slope: NDArray[np.float32] = asked.T @ (gap @ held) / TEMPERATURE / len(asked)
    return slope
