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
NEEDED, BESIDE = 0.05, 0.25
"""By so much a procedure must outdo `none` where no clause answers, and beside one that does (our
defaults; chosen with each example left out, and on our own questions)."""


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

    def likest(self, text: str, vector: NDArray[np.float32], least: float = NEEDED) -> str:
        """Return the id of the procedure that words call for; empty where none clearly is.

        Args:
            text: What was said.
            vector: Its query vector.
            least: By how much the procedure must outdo `none`.
        """
        best, lead = self.best(text, vector)
        return best if lead >= least else ""

    def best(self, text: str, vector: NDArray[np.float32]) -> tuple[str, float]:
        """Return the likest procedure, and by how much it outdoes `none` (about -1 to 1)."""
        scores = self._scorer.scores_of([text], vector[None, :])[0].tolist()
        named = dict(zip(names(), scores, strict=True))
        nothing = named.pop(NONE)
        found = max(named, key=lambda name: named[name])
        return found, named[found] - nothing


def load(embedder: Embedder) -> GuideModel:
    """Load the shipped weights, or learn anew when examples or the embedding model changed."""
    kept = ridge.shipped(WEIGHTS, examples(), embedder.name)
    return GuideModel(ridge.Weights.of(kept) if kept else train(embedder)[0])
