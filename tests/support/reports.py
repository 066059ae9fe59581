"""Reports about a child, as tests open them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.casebook import NewCase

if TYPE_CHECKING:
    from cases.children import ChildLine


def report_of(
    child: ChildLine,
    *,
    draft_id: str = "d",
    severity: str = "P2",
    situations: tuple[str, ...] = ("A4",),
    hidden_from: tuple[str | None, ...] = (),
) -> NewCase:
    """Return a report about a child, where it lives."""
    return NewCase(
        draft_id=draft_id,
        severity=severity,
        situations=situations,
        area=child.area,
        child_id=child.id,
        hidden_from=tuple(one for one in hidden_from if one),
    )
