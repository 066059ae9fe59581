"""Which clause or note a question is about, learned from everyday phrasings; no search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge import data, ridge
from knowledge.calibrate import Calibration, fit, signals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import Embedder

NOTE = "note:"
NOTHING = "note:offtopic"


def examples() -> list[tuple[str, str]]:
    """Return every phrasing with its label: a clause key, or `note:` and a note's id."""
    rows = [(key, line) for key, lines in data.phrasings().items() for line in lines]
    rows += [(NOTE + key, line) for key, note in data.notes().items() for line in note.phrasings]
    return rows


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a model in order, and which of them are what.

    Args:
        names: Clause keys, and `note:` with a note's id.
        clauses: Columns of clauses.
        notes: Columns of notes that refer or decline.
        nothing: Column of talk that is not ours.
    """

    names: tuple[str, ...]
    clauses: tuple[int, ...]
    notes: tuple[int, ...]
    nothing: int

    @staticmethod
    def of(rows: Sequence[tuple[str, str]]) -> Labels:
        """Gather the labels of examples in order of appearance."""
        names = tuple(dict.fromkeys(label for label, _ in rows))
        ours = [i for i, name in enumerate(names) if name != NOTHING]
        return Labels(
            names,
            tuple(i for i in ours if not names[i].startswith(NOTE)),
            tuple(i for i in ours if names[i].startswith(NOTE)),
            names.index(NOTHING),
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """What training leaves: small enough to ship.

    Args:
        weights: From phrasings to labels.
        calibration: From scores to chances.
    """

    weights: ridge.Weights
    calibration: Calibration

    def dump(self) -> bytes:
        """Pack into a compressed file."""
        signal = {
            "signal_mean": self.calibration.mean,
            "signal_spread": self.calibration.spread,
            "signal_weights": self.calibration.weights,
        }
        return ridge.pack({**self.weights.arrays(), **signal})

    @staticmethod
    def of(kept: Mapping[str, Any]) -> Learned:
        """Take them from a file's arrays."""
        signal = ("signal_mean", "signal_spread", "signal_weights")
        return Learned(ridge.Weights.of(kept), Calibration(*(kept[name] for name in signal)))


def train(
    rows: Sequence[tuple[str, str]], embedder: Embedder, strangers: Sequence[str] = ()
) -> Learned:
    """Learn from phrasings to labels, then calibrate refusal.

    The calibration uses scores with each phrasing left out, so that it sees questions as the
    model will meet them; `strangers` are questions that are none of ours.
    """
    labels = Labels.of(rows)
    weights, left_out = ridge.learn(rows, labels.names, embedder)
    column = np.array([labels.names.index(label) for label, _ in rows])
    strange = ridge.Scorer(rows, weights).scores_of(strangers, embedder.embed(strangers, "query"))
    kinds = np.where(np.isin(column, labels.clauses), 0, np.where(column == labels.nothing, 2, 1))
    texts = [line for _, line in rows]
    measured = signals(np.vstack([left_out, strange]), labels, [*texts, *strangers])
    classes = np.concatenate([kinds, np.full(len(strangers), 2)])
    return Learned(weights, fit(measured, classes))


@dataclass(frozen=True, slots=True)
class Judged:
    """What the model says of one question.

    Args:
        scores: By label; about 1 for a phrasing known word for word, about 0 for a stranger.
        answer: Chance that a clause answers it.
        note: Chance that it is something the directives do not set.
        nothing: Chance that it is none of ours.
    """

    scores: dict[str, float]
    answer: float
    note: float
    nothing: float


class TopicModel:
    """Scores every clause with phrasings, and every note, against a question."""

    def __init__(self, rows: Sequence[tuple[str, str]], learned: Learned) -> None:
        self.labels = Labels.of(rows)
        self._calibration = learned.calibration
        self._scorer = ridge.Scorer(rows, learned.weights)

    def judge(self, question: str, vector: NDArray[np.float32]) -> Judged:
        """Score the labels for one question and say what sort of answer is likely."""
        scores = self._scorer.scores_of([question], vector[None, :])
        measured = signals(scores, self.labels, [question])
        chances = self._calibration.chances(measured)[0].tolist()
        return Judged(dict(zip(self.labels.names, scores[0].tolist(), strict=True)), *chances)


WEIGHTS = "topics.npz"


def load(embedder: Embedder) -> TopicModel:
    """Load the shipped weights, or learn anew when phrasings or the embedding model changed."""
    rows = examples()
    kept = ridge.shipped(WEIGHTS, rows, embedder.name)
    return TopicModel(rows, Learned.of(kept) if kept else train(rows, embedder))
