"""Which procedure words call for, by meaning where no pattern of a guide knows them; no search."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from knowledge import data, ridge, topics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from knowledge.embedding import Embedder

EXAMPLES, WEIGHTS = "guide_examples.toml", "guides.npz"
NONE = "none"
"""Label of what only sounds like a need for a procedure."""
NEEDED = 0.05
"""By so much a procedure must outdo `none` (our default; chosen with each example left out)."""


def examples() -> list[tuple[str, str]]:
    """Return what families say, each with its label: a guide's id, or NONE (as for small talk)."""
    table = tomllib.loads(data.read(EXAMPLES).decode())
    rows = [(name, line) for name, block in table.items() for line in data.lines(block)]
    talk = data.notes()[topics.NOTHING.removeprefix(topics.NOTE)].phrasings
    return rows + [(NONE, line) for line in talk]


def names() -> tuple[str, ...]:
    """Return the labels in the order of the model's columns."""
    return (*data.guides(), NONE)


def train(embedder: Embedder) -> tuple[ridge.Weights, NDArray[np.float32]]:
    """Learn from the examples; return the weights, and each example's scores, itself left out."""
    return ridge.learn(examples(), names(), embedder)


class GuideModel:
    """Scores every procedure against words."""

    def __init__(self, weights: ridge.Weights) -> None:
        self._scorer = ridge.Scorer(examples(), weights)

    def likest(self, text: str, vector: NDArray[np.float32]) -> str:
        """Return the id of the procedure that words call for; empty where none clearly is."""
        scores = self._scorer.scores_of([text], vector[None, :])[0].tolist()
        named = dict(zip(names(), scores, strict=True))
        nothing = named.pop(NONE)
        best = max(named, key=lambda name: named[name])
        return best if named[best] - nothing >= NEEDED else ""


def load(embedder: Embedder) -> GuideModel:
    """Load the shipped weights, or learn anew when examples or the embedding model changed."""
    kept = ridge.shipped(WEIGHTS, examples(), embedder.name)
    return GuideModel(ridge.Weights.of(kept) if kept else train(embedder)[0])
