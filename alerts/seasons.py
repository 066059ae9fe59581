"""Rounds of the year (汛期、寒暑假、春节): when one is open and which child belongs; no table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from cases.children import ChildLine

_LEAP = 2000
"""A year that has every day there is, so that 02-29 can be read."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days of every year, or of one year when that stands with them; both ends included."""

    start: date
    end: date
    yearly: bool

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `06-01/08-31` or `2027-02-13/2027-03-06`.

        Raises:
            ValueError: It is neither.
        """
        first, _, last = text.partition("/")
        yearly = len(first) == len("06-01")
        start, end = (date.fromisoformat(f"{_LEAP}-{t}" if yearly else t) for t in (first, last))
        if start > end and not yearly:
            raise ValueError(text)
        return cls(start, end, yearly)

    def opened(self, day: date) -> date | None:
        """Return the first day of the window that holds this day; None when none does."""
        if not self.yearly:
            return self.start if self.start <= day <= self.end else None
        there = (day.month, day.day)
        first, last = (self.start.month, self.start.day), (self.end.month, self.end.day)
        if first <= last:
            year = day.year if first <= there <= last else None
        else:
            year = day.year if there >= first else day.year - 1 if there <= last else None
        return None if year is None else _day_of(year, *first)


def _day_of(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:  # 29 February in a year that has none
        return date(year, 3, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One question about many children, asked while a window is open.

    Args:
        kinds: Only children of one of these kinds; empty: all.
        risks: Only children of these risk levels; empty: all.
        under: Only children younger than so many years.
    """

    name: str
    windows: tuple[Window, ...]
    kinds: frozenset[str] = field(default=frozenset())
    risks: frozenset[str] = field(default=frozenset())
    under: int = 18

    def opened(self, day: date) -> date | None:
        """Return the first day of the round that is open on a day; None when none is."""
        return next(filter(None, (window.opened(day) for window in self.windows)), None)

    def takes(self, child: ChildLine, day: date) -> bool:
        """Say whether a child belongs to the round."""
        age = child.age(day)
        return (
            (not self.kinds or bool(self.kinds & set(child.kinds)))
            and (not self.risks or child.risk_level in self.risks)
            and (age is None or age < self.under)
        )
