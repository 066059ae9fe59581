"""Functions on text and truth of the ODK library; plain functions of their arguments."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import uuid as uuids
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import regex as patterns

from forms.xpath.values import text_of, to_bool, to_text

if TYPE_CHECKING:
    from forms.xpath.env import Env
    from forms.xpath.values import Value, XNode


def string(_env: Env, node: XNode, value: Value | None = None) -> str:
    """`string(value?)`."""
    return text_of(node) if value is None else to_text(value)


def _all_texts(values: tuple[Value, ...]) -> list[str]:
    texts: list[str] = []
    for value in values:
        if isinstance(value, list):
            texts.extend(text_of(node) for node in value)
        else:
            texts.append(to_text(value))
    return texts


def concat(*values: Value) -> str:
    """`concat(…)`, which takes every node of a node-set."""
    return "".join(_all_texts(values))


def join(separator: str, *values: Value) -> str:
    """`join(separator, …)`."""
    return separator.join(_all_texts(values))


def substr(text: str, start: float, end: float | None = None) -> str:
    """`substr(text, start, end?)`: positions from 0; negative ones count from the end."""
    if start != start or (end is not None and end != end):  # noqa: PLR0124 not-a-number
        return ""
    length = len(text)
    start, end = _within(start, length), length if end is None else _within(end, length)
    first = max(0, int(start) + length if start < 0 else int(start))
    last = int(end) + length if end < 0 else int(end)
    return text[first : max(first, min(last, length))]


def _within(place: float, length: int) -> float:
    """Bring a position, maybe infinite, near a text."""
    return min(max(place, -length - 2.0), length + 2.0)


def substring(text: str, start: float, length: float | None = None) -> str:
    """`substring(text, start, length?)` of XPath: positions from 1."""
    if start != start or (length is not None and length != length):  # noqa: PLR0124 not-a-number
        return ""
    first = _half_up(start)
    last = len(text) + 1.0 if length is None else first + _half_up(length)
    if last != last:  # noqa: PLR0124 minus infinity and infinity
        return ""
    size = len(text)
    return text[int(max(_within(first, size) - 1, 0)) : int(max(_within(last, size) - 1, 0))]


def _half_up(number: float) -> float:
    return number if math.isinf(number) else (number + 0.5) // 1


def substring_before(text: str, part: str) -> str:
    """`substring-before(text, part)`."""
    head, found, _ = text.partition(part) if part else ("", "", "")
    return head if found else ""


def substring_after(text: str, part: str) -> str:
    """`substring-after(text, part)`."""
    return text.partition(part)[2] if part else text


def translate(text: str, old: str, new: str) -> str:
    """`translate(text, old, new)`; the first occurrence in `old` counts."""
    table: dict[int, str | None] = {}
    for position, letter in enumerate(old):
        table.setdefault(ord(letter), new[position] if position < len(new) else None)
    return text.translate(table)


def string_length(_env: Env, node: XNode, text: str | None = None) -> float:
    """`string-length(text?)`."""
    return float(len(text_of(node) if text is None else text))


def normalize_space(_env: Env, node: XNode, text: str | None = None) -> str:
    """`normalize-space(text?)`."""
    return " ".join((text_of(node) if text is None else text).split())


def contains(text: str, part: str) -> bool:
    """`contains(text, part)`."""
    return part in text


def starts_with(text: str, part: str) -> bool:
    """`starts-with(text, part)`."""
    return text.startswith(part)


def ends_with(text: str, part: str) -> bool:
    """`ends-with(text, part)`."""
    return text.endswith(part)


def uuid(env: Env, _node: XNode, length: float | None = None) -> str:
    """`uuid(length?)`, from the session's own chance so that a replay gives the same."""
    if length is None:
        return str(uuids.UUID(int=_bits(env, 16), version=4))
    count = int(min(length, _LONGEST)) if math.isfinite(length) else 0
    letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(letters[int(env.world.chance() * len(letters))] for _ in range(count))


def _bits(env: Env, count: int) -> int:
    return int.from_bytes(bytes(int(env.world.chance() * 256) for _ in range(count)), "big")


_DIGESTS = {
    "MD5": lambda raw: hashlib.md5(raw, usedforsecurity=False).digest(),
    "SHA-1": lambda raw: hashlib.sha1(raw, usedforsecurity=False).digest(),
    "SHA-256": lambda raw: hashlib.sha256(raw).digest(),
    "SHA-384": lambda raw: hashlib.sha384(raw).digest(),
    "SHA-512": lambda raw: hashlib.sha512(raw).digest(),
    "CRC32": lambda raw: zlib.crc32(raw).to_bytes(4, "big"),
}


def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    """`digest(text, algorithm, encoding?)`; empty for an unknown algorithm."""
    if not (method := _DIGESTS.get(algorithm.upper())):
        return ""
    raw = method(text.encode())
    return raw.hex() if encoding.lower() == "hex" else base64.b64encode(raw).decode()


def base64_decode(text: str) -> str:
    """`base64-decode(text)`; empty when it is not text in base64."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


_LONGEST = 1_000
"""Characters of the longest `uuid(n)` and of the longest regular expression (our limit)."""

_PATIENCE = 0.1
"""Seconds one match may take (our default): an expression that backtracks for ever says no."""


@lru_cache(maxsize=512)
def pattern(expression: str) -> patterns.Pattern[str] | None:
    """Return a regular expression ready to run; None when it is none."""
    if len(expression) > _LONGEST:
        return None
    try:
        return patterns.compile(expression, patterns.ASCII)
    except (patterns.error, RecursionError):
        return None


def regex(text: str, expression: str) -> bool:
    """`regex(text, expression)`: true when it matches anywhere; anchors are the form's."""
    ready = pattern(expression)
    try:
        return bool(ready and ready.search(text, timeout=_PATIENCE))
    except TimeoutError:
        return False


def itext(env: Env, _node: XNode, key: str) -> str:
    """`jr:itext(id)`."""
    return env.world.itext(key)


def boolean_from_string(value: Value) -> bool:
    """`boolean-from-string(text)`: only `true` and `1` are true."""
    return to_text(value).strip() in {"true", "1"}


def negate(value: bool) -> bool:  # noqa: FBT001 its one argument is what it negates
    """`not(value)`."""
    return not to_bool(value)


def yes() -> bool:
    """Return true: `true()`."""
    return True


def no() -> bool:
    """Return false: `false()`."""
    return False


def coalesce(first: str, second: str) -> str:
    """`coalesce(first, second)`."""
    return first or second


def version(env: Env, _node: XNode) -> str:
    """`version()` of the form."""
    return env.world.fact("version")


def fact(env: Env, _node: XNode, name: str) -> str:
    """`property(name)` of the device."""
    return env.world.fact(name)
