"""Nearest vectors: the port, and exact search in memory; Chroma stands in `chroma.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class VectorIndex(Protocol):
    """Finds the entries whose vectors are nearest."""

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to `k` keys with their cosine, nearest first."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class ExactIndex:
    """Compares with every vector: exact, and quick enough below thirty thousand."""

    def __init__(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        self._keys = list(keys)
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to `k` keys with their cosine, nearest first."""
        if not self._keys:
            return []
        scores = self._vectors @ vector
        k = min(k, len(self._keys))
        best = np.argpartition(-scores, k - 1)[:k]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(self._keys[i], float(scores[i])) for i in best]

    def close(self) -> None:
        """Nothing is held."""
