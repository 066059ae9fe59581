"""Ranks the articles of any corpus for a question: mapped meaning first, then words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.lexical import LexicalIndex
from knowledge.segment import terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.querymap import QueryMap

WORDS_WEIGHT = 0.07
RRF = np.float32(60)
_ONE = np.float32(1)


@dataclass(frozen=True, slots=True)
class Ranker:
    """A corpus ready to be ranked.

    Args:
        raw: (n_passages, dimensions) float32 as embedded.
        mapped: The same, centred for the query map.
        words: BM25 over the same passages.
        turn: The query map.
    """

    raw: NDArray[np.float32]
    mapped: NDArray[np.float32]
    words: LexicalIndex
    turn: QueryMap

    @staticmethod
    def over(texts: Sequence[str], vectors: NDArray[np.float32], turn: QueryMap) -> Ranker:
        """Build a ranker over texts and their passage vectors."""
        return Ranker(vectors, turn.passages(vectors), LexicalIndex(texts), turn)

    def rank(self, question: str, vector: NDArray[np.float32], k: int) -> list[int]:
        """Return the rows of the best `k` passages, best first."""
        words = self.words.scores(terms(question))
        scores = self.mapped @ self.turn.questions(vector[None, :])[0]
        return best(scores + WORDS_WEIGHT * words / max(float(words.max(initial=0)), 1e-9), k)

    def baselines(
        self, question: str, vector: NDArray[np.float32], k: int
    ) -> Mapping[str, list[int]]:
        """Rank by words, by plain meaning, and by reciprocal-rank fusion of the two."""
        words, meaning = self.words.scores(terms(question)), self.raw @ vector
        fused = _ONE / (RRF + _places(words)) + _ONE / (RRF + _places(meaning))
        return {"bm25": best(words, k), "dense": best(meaning, k), "rrf": best(fused, k)}


def best(scores: NDArray[np.float32], k: int) -> list[int]:
    """Return the rows of the highest scores, highest first."""
    k = min(k, len(scores))
    rows = np.argpartition(-scores, k - 1)[:k]
    ordered: list[int] = rows[np.argsort(-scores[rows], kind="stable")].tolist()
    return ordered


def _places(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    places = np.empty(len(scores), dtype=np.float32)
    places[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return places
