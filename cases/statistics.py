"""Figures that may leave the house: small counts are hidden, and cannot be worked out again.

The rule: whoever is told a figure and may not open each record behind it gets no count below the
threshold. On a worker's own screens (本周情况, 人员, a form's figures beside its rows) counts stay
whole, because who sees them may open each of those records (`tests/cases/test_access.py`).
"""

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


def told(count: int) -> int | None:
    """Return a count that stands by itself; None when it is too small to be told."""
    return suppress({"": count})[""]


def shown(count: int | None) -> str:
    """Write a count as it is told."""
    return f"<{THRESHOLD}" if count is None else str(count)


def shown_share(per_cent: int | None) -> str:
    """Write a percentage as it is told."""
    return "—" if per_cent is None else f"{per_cent}%"


def share(part: int, whole: int, threshold: int = THRESHOLD) -> int | None:
    """Return a percentage; None when it tells of too few.

    Beside the whole a percentage is a count again: 4 % of 24 can only be one. It is hidden when
    each count it may stand for, or each that is left of the whole, is too small to be told.
    """
    if whole < threshold:
        return None
    per_cent = _per_cent(part, whole)
    few = 0 < per_cent < _per_cent(threshold, whole)
    all_but_few = _per_cent(whole - threshold, whole) < per_cent < _per_cent(whole, whole)
    return None if few or all_but_few else per_cent


def _per_cent(part: int, whole: int) -> int:
    return round(100 * part / whole)
