"""How likely a clause, a note or nothing answers a question: learned from signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.expects import asked, names_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.topics import Labels

CLASSES = ("answer", "note", "nothing")
_STEPS, _RATE, _SHRINK = 3_000, 0.5, 1e-3
_LONG = 40


@dataclass(frozen=True, slots=True)
class Calibration:
    """Multinomial logistic regression over standardised signals.

    Args:
        mean: (n_signals,) float32.
        spread: (n_signals,) float32.
        weights: (n_signals + 1, 3) float32, the last row is the intercept.
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    weights: NDArray[np.float32]

    def chances(self, signals: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, 3) chances of `CLASSES` for (n, n_signals) signals."""
        return _chances(_standard(signals, self.mean, self.spread), self.weights)


def signals(
    scores: NDArray[np.float32], labels: Labels, questions: Sequence[str]
) -> NDArray[np.float32]:
    """Measure what the refusal is decided on.

    Args:
        scores: (n_questions, n_labels) float32, label scores.
        labels: Which columns are clauses, notes, and nothing at all.
        questions: As typed.

    Returns:
        signals: (n_questions, 9) float32.
    """
    clauses = np.sort(scores[:, labels.clauses], axis=1)
    notes = np.sort(scores[:, labels.notes], axis=1)
    measured = np.column_stack(
        [
            clauses[:, -1],
            clauses[:, -1] - clauses[:, -2],
            clauses[:, -3:].sum(axis=1),
            notes[:, -1],
            notes[:, -1] - notes[:, -2],
            scores[:, labels.nothing],
            [float(asked(question) != "plain") for question in questions],
            [float(names_number(question)) for question in questions],
            [min(len(question), _LONG) / _LONG for question in questions],
        ]
    )
    return measured.astype(np.float32)


def fit(measured: NDArray[np.float32], classes: NDArray[np.int64]) -> Calibration:
    """Fit by plain gradient descent: a few thousand rows of nine numbers."""
    mean, spread = measured.mean(axis=0), measured.std(axis=0) + 1e-6
    rows = _standard(measured, mean, spread)
    target = np.eye(len(CLASSES), dtype=np.float32)[classes]
    weights = np.zeros((rows.shape[1], len(CLASSES)), dtype=np.float32)
    for _ in range(_STEPS):
        gap = _chances(rows, weights) - target
        weights -= _RATE * (rows.T @ gap / len(rows) + _SHRINK * weights)
    return Calibration(mean, spread, weights)


def _standard(
    measured: NDArray[np.float32], mean: NDArray[np.float32], spread: NDArray[np.float32]
) -> NDArray[np.float32]:
    rows = (measured - mean) / spread
    return np.column_stack([rows, np.ones(len(rows))]).astype(np.float32)


def _chances(rows: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(rows @ weights - (rows @ weights).max(axis=1, keepdims=True))
    chances: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
    return chances
