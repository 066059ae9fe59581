"""BM25 in memory over words and bigrams; it is rebuilt from the texts whenever they change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from knowledge.segment import terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

K1 = 1.2
B = 0.75


class LexicalIndex:
    """Scores every text of a fixed list against a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [terms(text) for text in texts]
        lengths = np.array([sum(bag.values()) for bag in bags] or [1.0], dtype=np.float32)
        norms = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1e-9))
        self.size = len(texts)
        gathered: dict[str, tuple[list[int], list[float]]] = {}
        for row, bag in enumerate(bags):
            for term, count in bag.items():
                rows, counts = gathered.setdefault(term, ([], []))
                rows.append(row)
                counts.append(count)
        self._postings: dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]] = {}
        for term, (rows, counts) in gathered.items():
            at = np.array(rows, dtype=np.int32)
            tf = np.array(counts, dtype=np.float32)
            idf = _rarity(self.size, len(rows))
            self._postings[term] = at, (idf * tf * (K1 + 1) / (tf + norms[at])).astype(np.float32)

    def coverage(self, bag: Mapping[str, float]) -> NDArray[np.float32]:
        """Say how much of a question's terms each text has, rare terms counting more.

        Returns:
            shares: (n_texts,) float32, 0 to 1; unlike BM25 it does not care how long a text is.
        """
        shares = np.zeros(self.size, dtype=np.float32)
        known = [posting[0] for term in bag if (posting := self._postings.get(term)) is not None]
        weights = [_rarity(self.size, len(rows)) for rows in known]
        for rows, weight in zip(known, weights, strict=True):
            shares[rows] += weight
        return shares / np.float32(max(sum(weights), 1e-9))

    def scores(self, bag: Mapping[str, float]) -> NDArray[np.float32]:
        """Score all texts against a bag of terms.

        Returns:
            scores: (n_texts,) float32, 0 and up, higher is nearer.
        """
        scores = np.zeros(self.size, dtype=np.float32)
        for term, weight in bag.items():
            posting = self._postings.get(term)
            if posting is not None:
                scores[posting[0]] += min(weight, 2.0) * posting[1]
        return scores


def _rarity(texts: int, holding: int) -> float:
    """Return the inverse document frequency of a term that some of the texts hold."""
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))
