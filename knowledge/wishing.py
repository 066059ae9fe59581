"""What a look for wishes found in words, as a value; it is learned and looked for elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

NEAR = 0.4
"""Share of the first wish's score that others need (our default)."""


@dataclass(frozen=True, slots=True)
class Wishing:
    """How much words are like each wish, and like a question.

    Args:
        scores: By a wish's name (handlers/wishes.toml), the likest first.
        question: About 1 for a known question, about 0 for what is none.
    """

    scores: tuple[tuple[str, float], ...] = ()
    question: float = 0.0

    @property
    def nearest(self) -> float:
        """Return by how much the likest of all wishes outdoes a question."""
        return self.scores[0][1] - self.question if self.scores else -1.0

    def lead(self, allowed: frozenset[str]) -> float:
        """Return by how much the likest of these wishes outdoes a question (about -1 to 1)."""
        best = [score for name, score in self.scores if name in allowed]
        return best[0] - self.question if best else -1.0

    def likest(self, allowed: frozenset[str], most: int) -> tuple[str, ...]:
        """Return the likest of these wishes, none that is far less so than the first."""
        found = [(name, score) for name, score in self.scores if name in allowed]
        least = NEAR * found[0][1] if found else 0.0
        return tuple(name for name, score in found[:most] if score >= least)


NO_WISH = Wishing()
