"""How alike two texts are in meaning, sharply enough that near neighbours count most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAMMA = 2.0
"""Sharpness; learned by leaving phrasings out one by one."""


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring vectors to unit length."""
    length = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    scaled: NDArray[np.float32] = (vectors / length).astype(np.float32)
    return scaled


def centred(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the mean out and make unit length again: all vectors lie in a narrow cone."""
    return unit(vectors - mean)


def alike(units: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compare unit vectors: (n, m) float32, 1 for the same, near 0 for the opposite."""
    found: NDArray[np.float32] = np.exp(GAMMA * (others @ units.T - 1)).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Centred vectors of examples, rounded to a byte a number.

    Args:
        mean: (dimensions,) float32.
        bytes: (n, dimensions) int8.
        scale: What one step of a byte is worth.
    """

    mean: NDArray[np.float32]
    bytes: NDArray[np.int8]
    scale: float

    @staticmethod
    def of(vectors: NDArray[np.float32]) -> Neighbours:
        """Centre and round."""
        mean = vectors.mean(axis=0).astype(np.float32)
        units = centred(vectors, mean)
        scale = float(np.abs(units).max()) / 127
        return Neighbours(mean, np.round(units / scale).astype(np.int8), scale)

    def units(self) -> NDArray[np.float32]:
        """Return the vectors as numbers again: (n, dimensions) float32."""
        return self.bytes.astype(np.float32) * np.float32(self.scale)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Name the arrays for a file."""
        return {"mean": self.mean, "bytes": self.bytes, "scale": np.array(self.scale)}
