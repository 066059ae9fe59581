"""Which question that an office answered asks nearly the same, by meaning; no answer is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from knowledge import querymap
from knowledge.likeness import centred
from knowledge.sameness import deciding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import Embedder

ENOUGH = 0.8
"""Likeness from which an earlier question is shown: our default, one in a hundred is off."""
KEPT = 1000
"""Vectors of earlier questions kept in memory."""


class Recall:
    """Remembers the vectors of questions that offices answered; safe to lose."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._mean = querymap.load(embedder.name, embedder.dimensions).near.mean
        self._kept: dict[str, NDArray[np.float32]] = {}

    def nearest(self, question: str, vector: NDArray[np.float32], known: Sequence[str]) -> str:
        """Return the known question that asks nearly the same; empty when none does.

        Args:
            question: As it was asked.
            vector: Its query vector, (dimensions,) float32.
            known: Questions that were answered.
        """
        rivals = [one for one in known if deciding(one) == deciding(question)]
        if not rivals:
            return ""
        self._learn(rivals)
        likeness = np.stack([self._kept[one] for one in rivals]) @ centred(vector, self._mean)
        best = int(likeness.argmax())
        return rivals[best] if likeness[best] >= ENOUGH else ""

    def _learn(self, questions: Sequence[str]) -> None:
        if len(self._kept) > KEPT:
            self._kept.clear()
        new = [one for one in dict.fromkeys(questions) if one not in self._kept]
        if new:
            units = centred(self._embedder.embed(new, "query"), self._mean)
            self._kept |= dict(zip(new, units, strict=True))
