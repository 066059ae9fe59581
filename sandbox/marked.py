"""A text and its entities, counted in UTF-16 code units as Telegram counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SURROGATE = 0x10000

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its entities."""

    text: str
    entities: list[Entity]


def units(text: str) -> int:
    """Count UTF-16 code units, as Telegram counts lengths."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for sign in text if ord(sign) >= SURROGATE)


def in_order(entities: list[Entity]) -> list[Entity]:
    """Sort entities by place, the outer before the inner."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
