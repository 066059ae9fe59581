"""A learned turn of question vectors towards the articles that answer them; no search here."""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from knowledge import data
from knowledge.likeness import Neighbours, alike, centred, unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

WEIGHTS = "querymap.npz"
EPOCHS = 40
TEMPERATURE = 0.04
PULL = 3e-5
"""How strongly the map is held to the identity."""
RATE = 2e-4
BATCH = 64
RIDGE = 1.0
PULLED = 0.3
"""Weight of what questions like it were answered by."""


@dataclass(frozen=True, slots=True)
class QueryMap:
    """A linear turn for all questions, and a pull towards what questions like it were answered by.

    Args:
        model: Name of the embedding model it was learned for.
        passage_mean: (dimensions,) float32.
        turn: (dimensions, dimensions) float32, applied from the right.
        near: Vectors of the questions learned from; their mean is that of questions.
        answers: (n_questions, dimensions) float32, what likeness to each question adds.
        asked: How many questions passages of a law answered.
    """

    model: str
    passage_mean: NDArray[np.float32]
    turn: NDArray[np.float32]
    near: Neighbours
    answers: NDArray[np.float32]
    asked: Mapping[str, float] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Name what passages are centred by, so that an index of another map is not reused."""
        return hashlib.blake2b(self.passage_mean.tobytes(), digest_size=8).hexdigest()

    def questions(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map question vectors: (n, dimensions) float32, unit length."""
        asked = centred(vectors, self.near.mean)
        turned = unit(asked @ self.turn)
        if not len(self.answers):
            return turned
        return unit(turned + PULLED * unit(alike(self.near.units(), asked) @ self.answers))

    def passages(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Centre passage vectors: (n, dimensions) float32, unit length."""
        return centred(vectors, self.passage_mean)

    def dump(self) -> bytes:
        """Pack into a compressed file; large arrays in half precision."""
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            model=np.array(self.model),
            passage_mean=self.passage_mean,
            turn=self.turn.astype(np.float16),
            answers=self.answers.astype(np.float16),
            mean=self.near.mean,
            bytes=self.near.bytes,
            scale=np.array(self.near.scale),
            laws=np.array(list(self.asked), dtype=str),
            asked=np.array(list(self.asked.values()), dtype=np.float32),
        )
        return packed.getvalue()

    @staticmethod
    def parse(packed: bytes) -> QueryMap:
        """Unpack what `dump` made."""
        with np.load(io.BytesIO(packed)) as kept:
            return QueryMap(
                str(kept["model"]),
                kept["passage_mean"],
                kept["turn"].astype(np.float32),
                Neighbours(kept["mean"], kept["bytes"], float(kept["scale"])),
                kept["answers"].astype(np.float32),
                dict(zip(kept["laws"].tolist(), kept["asked"].tolist(), strict=True)),
            )


@cache
def load(model: str, dimensions: int) -> QueryMap:
    """Load the shipped map, or the identity for another embedding model."""
    shipped = QueryMap.parse(data.read(WEIGHTS))
    if shipped.model == model:
        return shipped
    zero, none = np.zeros(dimensions, dtype=np.float32), np.zeros((0, dimensions))
    same = np.eye(dimensions, dtype=np.float32)
    near = Neighbours(zero, none.astype(np.int8), 1.0)
    return QueryMap(model, zero, same, near, none.astype(np.float32))


def learn(
    model: str,
    questions: NDArray[np.float32],
    passages: NDArray[np.float32],
    relevant: Sequence[Sequence[int]],
    laws: Sequence[str],
) -> QueryMap:
    """Learn by softmax over all passages, with Adam, held towards the identity.

    Args:
        model: Name of the embedding model.
        questions: (n_questions, dimensions) float32.
        passages: (n_passages, dimensions) float32.
        relevant: Rows of `passages` that answer each question.
        laws: Whose article each passage is.
    """
    known = np.array([row for row, found in enumerate(relevant) if found])
    near, passage_mean = Neighbours.of(questions[known]), passages.mean(axis=0)
    asked, held = centred(questions, near.mean), centred(passages, passage_mean)
    same = np.eye(asked.shape[1], dtype=np.float32)
    turn, first, second = same.copy(), np.zeros_like(same), np.zeros_like(same)
    order = known.copy()
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
    units = near.units()
    wanted = np.stack([held[list(relevant[row])].mean(axis=0) for row in known])
    kernel = alike(units, units) + RIDGE * np.eye(len(known), dtype=np.float32)
    answers = np.linalg.solve(kernel, wanted).astype(np.float32)
    return QueryMap(model, passage_mean, turn, near, answers, _asked(relevant, laws))


def _asked(relevant: Sequence[Sequence[int]], laws: Sequence[str]) -> dict[str, float]:
    """Count the questions each law answered; one that several articles answer is shared out."""
    counts: dict[str, float] = defaultdict(float)
    for rows in relevant:
        for row in rows:
            counts[laws[row]] += 1 / len(rows)
    return dict(sorted(counts.items()))


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
