"""Identifiers: random, sortable by time, and telling nothing of a person."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def new_id() -> str:
    """Return 20 characters: 9 of time in milliseconds, 11 random (55 bits)."""
    return _base32(time.time_ns() // 1_000_000, 9) + _base32(secrets.randbits(55), 11)


def new_reference() -> str:
    """Return a short number that a person can read out on the telephone: `R-7K2M9`."""
    return "R-" + _base32(secrets.randbits(25), 5).upper()


def new_code() -> str:
    """Return an unguessable one-time code, 112 bits, safe in a deep link of 64 characters."""
    return _base32(secrets.randbits(115), 23)
