"""Whether words wish for something done here, and which wish they are likest; it does nothing."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from knowledge import danger, data, ridge, topics
from knowledge.wishing import Wishing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from knowledge.embedding import Embedder

EXAMPLES, WEIGHTS = "wish_examples.toml", "wishes.npz"
QUESTION = "?"
"""Label of everything that asks for an answer, or for help at once."""


@cache
def wishes() -> dict[str, tuple[str, ...]]:
    """Return what people type, by wish."""
    table = tomllib.loads(data.read(EXAMPLES).decode())
    return {name: tuple(data.lines(block)) for name, block in table.items()}


def examples() -> list[tuple[str, str]]:
    """Return every example with its label: a wish's name, or QUESTION, cries for help included."""
    rows = [(name, line) for name, lines in wishes().items() for line in lines]
    rows += [(QUESTION, line) for _, line in topics.examples()]
    return rows + [(QUESTION, line) for line, dangerous in danger.examples() if dangerous]


def names() -> tuple[str, ...]:
    """Return the labels in the order of the model's columns."""
    return (*wishes(), QUESTION)


def train(embedder: Embedder) -> tuple[ridge.Weights, NDArray[np.float32]]:
    """Learn from the examples; return the weights, and each example's scores, itself left out."""
    return ridge.learn(examples(), names(), embedder)


class WishModel:
    """Scores every wish against words."""

    def __init__(self, rows: Sequence[tuple[str, str]], weights: ridge.Weights) -> None:
        self._scorer = ridge.Scorer(rows, weights)

    def judge(self, text: str, vector: NDArray[np.float32]) -> Wishing:
        """Score the wishes."""
        scores = self._scorer.scores_of([text], vector[None, :])[0].tolist()
        named = dict(zip(names(), scores, strict=True))
        question = named.pop(QUESTION)
        ordered = sorted(named.items(), key=lambda item: item[1], reverse=True)
        return Wishing(tuple(ordered), question)


def load(embedder: Embedder) -> WishModel:
    """Load the shipped weights, or learn anew when examples or the embedding model changed."""
    rows = examples()
    kept = ridge.shipped(WEIGHTS, rows, embedder.name)
    return WishModel(rows, ridge.Weights.of(kept) if kept else train(embedder)[0])
