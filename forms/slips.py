"""The slips people make in expressions, and what to write instead; it parses nothing."""

from __future__ import annotations

import re
from typing import NamedTuple

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER_OF_PARTS = re.compile(r"(?P<function>[\w:-]+)\(\) takes (?P<least>\d+) to (?P<most>\d+)")
_PLAIN = str.maketrans("“”‘’　、。·", "\"\"'' ,.*")
_WORDS = (
    (re.compile(r"&&"), "and"),
    (re.compile(r"\|\|"), "or"),
    (re.compile(r"==+"), "="),
    (re.compile(r"<>"), "!="),
    (re.compile(r"=>"), ">="),
    (re.compile(r"=<"), "<="),
    (re.compile(r"\b(?:AND|And)\b"), "and"),
    (re.compile(r"\b(?:OR|Or)\b"), "or"),
    (re.compile(r"[≥]"), ">="),
    (re.compile(r"[≤]"), "<="),
    (re.compile(r"[≠]"), "!="),
    (re.compile(r"[×]"), "*"),
    (re.compile(r"[÷]"), "div"),
    (re.compile(r"%"), "mod"),
)
"""What a keyboard or another language offers, and the standard's word for it."""


class Slip(NamedTuple):
    """A slip: the message's key and what it names."""

    key: str
    args: dict[str, str]


def find_slip(source: str, reason: str) -> Slip | None:
    """Say what was probably meant by an expression that is none.

    Args:
        source: The expression as written.
        reason: The parser's words.
    """
    if found := _NUMBER_OF_PARTS.match(reason):
        exact = found["least"] == found["most"]
        return Slip("forms-slip-parts" if exact else "forms-slip-between", found.groupdict())
    bare = _QUOTED.sub(" ", source)
    if wide := next((char for char in bare if _plain(char) != char), None):
        return Slip("forms-slip-wide", {"wrong": wide, "right": _plain(wide)})
    for wrong, right in _WORDS:
        if found := wrong.search(bare):
            return Slip("forms-slip-write", {"wrong": found[0], "right": right})
    if "'" in bare or '"' in bare:
        return Slip("forms-slip-quote", {})
    if bare.count("(") != bare.count(")") or bare.count("[") != bare.count("]"):
        return Slip("forms-slip-bracket", {})
    return None


def _plain(char: str) -> str:
    """Return the half-width form of a full-width character, or the character itself."""
    if "！" <= char <= "～":
        return chr(ord(char) - 0xFEE0)
    return char.translate(_PLAIN)
