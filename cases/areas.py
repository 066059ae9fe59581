"""Division codes of 12 digits (statistical code): levels, prefixes, ranges; no names, no table.

2 digits province, 2 city, 2 county, 3 township, 3 village; a higher division ends in zeros.
"""

from __future__ import annotations

from enum import IntEnum

from kernel.errors import InputError
from kernel.phrases import say

CODE_DIGITS = 12
NAME_LENGTH, DUTY_PHONE_LENGTH = 80, 40
"""Characters that the table of divisions keeps."""


class Level(IntEnum):
    """A level of the administration; its value is the digits that name it."""

    PROVINCE = 2
    CITY = 4
    COUNTY = 6
    TOWNSHIP = 9
    VILLAGE = 12


def parse_code(text: str) -> str:
    """Return a 12-digit code; shorter codes of a whole level are filled with zeros.

    Raises:
        InputError: Not 2, 4, 6, 9 or 12 digits.
    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in set(Level)):
        raise InputError(reply=say("cases-area-code"))
    return digits.ljust(CODE_DIGITS, "0")


def level_of(code: str) -> Level:
    """Return the lowest level that a code names."""
    for level, upper in (
        (Level.VILLAGE, Level.TOWNSHIP),
        (Level.TOWNSHIP, Level.COUNTY),
        (Level.COUNTY, Level.CITY),
        (Level.CITY, Level.PROVINCE),
    ):
        if code[upper:level].strip("0"):
            return level
    return Level.PROVINCE


def prefix(code: str, level: Level | None = None) -> str:
    """Return the digits that name the division, or the one above it at `level`."""
    return code[: level or level_of(code)]


def at_level(code: str, level: Level) -> str:
    """Return the 12-digit code of the division at `level` that holds this one."""
    return code[:level].ljust(CODE_DIGITS, "0")


def within(code: str, scope: str) -> bool:
    """Say whether a division lies in another (or is it); an empty code lies nowhere."""
    return bool(code and scope) and code.startswith(prefix(scope))


def span(scope: str) -> tuple[str, str]:
    """Return the half-open range of codes inside a division, in byte order."""
    start = prefix(scope)
    return start, start + ":"
