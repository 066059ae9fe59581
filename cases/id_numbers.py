"""Citizen ID numbers (GB 11643): the check digit, and the birth date and sex they state."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from kernel.errors import InputError
from kernel.phrases import say

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_LENGTH = 18


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What a valid number states."""

    number: str
    born: date
    sex: str


def read_id_number(text: str) -> IdFacts:
    """Check a number as typed (full-width signs and spaces are forgiven).

    Raises:
        InputError: It is not 18 characters, its date is none, or its check digit is wrong;
            the sentence says which.
    """
    number = "".join(unicodedata.normalize("NFKC", text).upper().split())
    body = number[:-1]
    if len(number) != _LENGTH or not (body.isascii() and body.isdigit()):
        raise InputError(reply=say("cases-id-length"))
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InputError(reply=say("cases-id-date")) from None
    if number[-1] != check_digit(body):
        raise InputError(reply=say("cases-id-check"))
    return IdFacts(number, born, "male" if int(number[16]) % 2 else "female")


def check_digit(body: str) -> str:
    """Return the 18th character for the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]
