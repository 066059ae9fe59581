"""Which clauses and notes come nearest to a question: meaning, words, phrasings, role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge import querymap
from knowledge.expand import expanded
from knowledge.lexical import LexicalIndex
from knowledge.topics import NOTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.clauses import Clause, Directive
    from knowledge.embedding import Embedder
    from knowledge.topics import Judged, TopicModel
    from knowledge.vectors import VectorIndex

CANDIDATES = 60
"""Entries taken from each leg of the search."""
DENSE_WEIGHT = 0.1
LEXICAL_WEIGHT = 0.02
ROLE_WEIGHT = 0.02
_OFFICE = {
    "guardian": "附件3",
    "child_director": "附件3",
    "supervisor": "附件2",
    "county": "附件1",
}
_ALIASES = {"child_supervisor": "supervisor", "county_officer": "county"}
OF_WORKERS = frozenset(
    {"worker-pay", "training-detail", "update-period", "system-account", "work-rules"}
)
OTHERS_AFFAIRS = 0.5
"""What is left of the score of a note about workers' own affairs when a family asks."""
_WORKERS = re.compile("主任|督导|干部|工作人员|社工|志愿|你们|培训|台账|系统|走访|上门|入户")


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause in force with its directive."""

    directive: Directive
    clause: Clause

    @property
    def passage(self) -> str:
        """Return what is embedded and searched: headings give a short clause its sense."""
        title = self.directive.title if self.directive.kind == "law" else ""
        return " ".join(part for part in (title, *self.clause.path, self.clause.text) if part)


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found.

    Args:
        key: Clause key.
        score: Higher is nearer; about 1 for a phrasing known word for word.
        topic: The part of the score learned from phrasings; 0 for clauses without any.
        dense: Cosine of question and clause.
        lexical: BM25 of question and clause.
    """

    key: str
    score: float
    topic: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought.

    Args:
        hits: Clauses, best first.
        notes: Notes with their score, best first.
        judged: What the learned model says of the question.
    """

    hits: tuple[Hit, ...]
    notes: tuple[tuple[str, float], ...]
    judged: Judged


class Searcher:
    """Searches one fixed set of entries; a change of the store makes a new one."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        vectors: VectorIndex,
        topics: TopicModel,
        embedder: Embedder,
    ) -> None:
        self.entries = {entry.clause.key: entry for entry in entries}
        self._rows = {entry.clause.key: row for row, entry in enumerate(entries)}
        self._keys = [entry.clause.key for entry in entries]
        self._lexical = LexicalIndex([entry.passage for entry in entries])
        self._vectors = vectors
        self._topics = topics
        self._embedder = embedder
        self._turn = querymap.load(embedder.name, embedder.dimensions)

    def close(self) -> None:
        """Let go of the index."""
        self._vectors.close()

    def embed(self, question: str) -> NDArray[np.float32]:
        """Return a question's vector: (dimensions,) float32."""
        vector: NDArray[np.float32] = self._embedder.embed([question], "query")[0]
        return vector

    def search(
        self, question: str, vector: NDArray[np.float32], *, role: str = "guardian"
    ) -> Found:
        """Find what comes nearest to a question and its vector."""
        judged = self._topics.judge(question, vector)
        topics = judged.scores
        dense = dict(self._vectors.search(self._turn.questions(vector[None, :])[0], CANDIDATES))
        lexical = self._lexical.scores(expanded(question))
        words = _best(lexical, CANDIDATES)
        keys = {self._keys[row] for row in words} | {k for k in dense if k in self.entries}
        keys |= {key for key in topics if key in self.entries}
        floor = min(dense.values(), default=0.0)
        middle = float(np.mean(list(dense.values()))) if dense else 0.0
        top = max(float(lexical.max(initial=0.0)), 8.0)
        hits = []
        for key in keys:
            words_score = float(lexical[self._rows[key]])
            near = dense.get(key, floor)
            score = topics.get(key, 0.0) + DENSE_WEIGHT * (near - middle)
            score += LEXICAL_WEIGHT * words_score / top + ROLE_WEIGHT * prior(key, role)
            hits.append(Hit(key, score, topics.get(key, 0.0), near, words_score))
        hits.sort(key=lambda hit: (-hit.score, hit.key))
        return Found(tuple(hits[:CANDIDATES]), _notes(topics, question, role), judged)


def prior(key: str, role: str) -> float:
    """Say how likely somebody of a role is to ask about a clause: 1 for their own duties."""
    office = _OFFICE.get(_ALIASES.get(role, role), "")
    return 1.0 if office and key.partition("#")[2].startswith(office) else 0.0


def _notes(topics: Mapping[str, float], question: str, role: str) -> tuple[tuple[str, float], ...]:
    """Sort the notes; a family that names no worker hardly asks about workers' affairs."""
    family = role == "guardian" and not _WORKERS.search(question)
    named = [
        (note, score * OTHERS_AFFAIRS if family and note in OF_WORKERS else score)
        for key, score in topics.items()
        if (note := key.removeprefix(NOTE)) != key
    ]
    return tuple(sorted(named, key=lambda note: -note[1]))


def _best(scores: NDArray[np.float32], k: int) -> list[int]:
    rows = np.flatnonzero(scores > 0)
    if len(rows) > k:
        rows = rows[np.argpartition(-scores[rows], k - 1)[:k]]
    return [int(row) for row in rows]
