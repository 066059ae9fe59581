"""Chinese numerals of headings and article numbers; it knows nothing of documents."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
NUMERAL = "零〇一二三四五六七八九十百千"
_VALUES = {**{sign: value for value, sign in enumerate(DIGITS)}, "〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def to_number(numeral: str) -> int:
    """Read a Chinese numeral below ten thousand; 0 when it is none."""
    total = digit = 0
    for sign in numeral:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        elif sign in _VALUES:
            digit = _VALUES[sign]
        else:
            return 0
    return total + digit


def to_numeral(number: int) -> str:
    """Write a number below ten thousand as a Chinese numeral: 110 is 一百一十."""
    text, zero = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + sign
        zero = digit == 0
    return text.removeprefix("一") if text.startswith("一十") else text or "零"
