"""Figures that may leave the house: small counts are hidden, and cannot be worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from typing import TypeVar

    Key = TypeVar("Key", bound=Hashable)

THRESHOLD = 5
"""Counts of 1 to 4 point at persons; 0 does not (our default, as usual in statistics)."""


def suppress(counts: Mapping[Key, int], threshold: int = THRESHOLD) -> dict[Key, int | None]:
    """Hide counts below the threshold; None stands for hidden.

    When exactly one count is hidden, it could be worked out from the total: the next smallest
    is hidden too.
    """
    hidden = {key for key, count in counts.items() if 0 < count < threshold}
    if len(hidden) == 1:
        rest = sorted((count, str(key)) for key, count in counts.items() if count >= threshold)
        hidden |= {key for key, count in counts.items() if rest and (count, str(key)) == rest[0]}
    return {key: None if key in hidden else count for key, count in counts.items()}


def share(part: int, whole: int) -> int | None:
    """Return a percentage; None when the whole is too small to be told."""
    return round(100 * part / whole) if whole >= THRESHOLD else None
