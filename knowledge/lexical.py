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
            idf = math.log(1 + (self.size - len(rows) + 0.5) / (len(rows) + 0.5))
            self._postings[term] = at, (idf * tf * (K1 + 1) / (tf + norms[at])).astype(np.float32)

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
