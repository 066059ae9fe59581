"""Ranks the articles of any corpus for a question: mapped meaning, words, and whose law it is."""

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

WORDS_WEIGHT, COVERED_WEIGHT, LAW_WEIGHT, ASKED_WEIGHT = 0.05, 0.15, 0.05, 0.015
"""What BM25, the share of a question's terms, the law's best article and how often people ask of
the law add to a likeness of -1 to 1: chosen on the five folds of the questions we have."""
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
        laws: Whose article each passage is.
        prior: (n_passages,) float32, what being asked of often adds: the same for each question.
    """

    raw: NDArray[np.float32]
    mapped: NDArray[np.float32]
    words: LexicalIndex
    turn: QueryMap
    laws: Laws
    prior: NDArray[np.float32]

    @staticmethod
    def over(texts: Sequence[str], vectors: NDArray[np.float32], turn: QueryMap) -> Ranker:
        """Build a ranker over texts, each beginning with its law, and their passage vectors."""
        laws = Laws.of([law_of(text) for text in texts])
        return Ranker.of(vectors, turn, LexicalIndex(texts), laws)

    @staticmethod
    def of(
        vectors: NDArray[np.float32], turn: QueryMap, words: LexicalIndex, laws: Laws
    ) -> Ranker:
        """Make a ranker of its parts; a map may change while words and laws stay."""
        prior = ASKED_WEIGHT * laws.asked(turn.asked)
        return Ranker(vectors, turn.passages(vectors), words, turn, laws, prior)

    def rank(self, question: str, vector: NDArray[np.float32], k: int) -> list[int]:
        """Return the rows of the best `k` passages, best first."""
        bag = terms(question)
        words = self.words.scores(bag)
        scores = self.mapped @ self.turn.questions(vector[None, :])[0]
        scores += WORDS_WEIGHT * words / max(float(words.max(initial=0)), 1e-9)
        scores += COVERED_WEIGHT * self.words.coverage(bag)
        scores += LAW_WEIGHT * self.laws.best(scores)
        return best(scores + self.prior, k)

    def baselines(
        self, question: str, vector: NDArray[np.float32], k: int
    ) -> Mapping[str, list[int]]:
        """Rank by words, by plain meaning, and by reciprocal-rank fusion of the two."""
        words, meaning = self.words.scores(terms(question)), self.raw @ vector
        fused = _ONE / (RRF + _places(words)) + _ONE / (RRF + _places(meaning))
        return {"bm25": best(words, k), "dense": best(meaning, k), "rrf": best(fused, k)}


@dataclass(frozen=True, slots=True)
class Laws:
    """Which law each passage belongs to.

    Args:
        names: Each law once.
        of_passage: (n_passages,) number of the law.
        sizes: (n_laws,) passages of each.
    """

    names: tuple[str, ...]
    of_passage: NDArray[np.intp]
    sizes: NDArray[np.intp]

    @staticmethod
    def of(laws: Sequence[str]) -> Laws:
        """Give every law of a corpus a number."""
        names, numbers, sizes = np.unique(
            np.array(laws, dtype=str), return_inverse=True, return_counts=True
        )
        return Laws(tuple(names.tolist()), numbers.reshape(-1), sizes)

    def best(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return for each passage the score of its law's best one: (n_passages,) float32."""
        highest = np.full(len(self.names), -np.inf, dtype=np.float32)
        np.maximum.at(highest, self.of_passage, scores)
        return highest[self.of_passage]

    def asked(self, counts: Mapping[str, float]) -> NDArray[np.float32]:
        """Return the logarithm of how often a passage of each one's law is asked for.

        Args:
            counts: Questions that passages of a law answered.
        """
        found = np.array([counts.get(name, 0.0) for name in self.names])
        odds: NDArray[np.float32] = np.log((found + 0.5) / (self.sizes + 5)).astype(np.float32)
        return odds[self.of_passage]


def law_of(text: str) -> str:
    """Return the law that a passage begins with."""
    return text.partition(" ")[0]


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
