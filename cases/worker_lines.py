"""A worker as people type one in a line: 刘大海 13800001111 督导员; it knows no roster."""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from cases.sheets import find_place

if TYPE_CHECKING:
    from collections.abc import Mapping

_PHONE = re.compile(r"(?<![\d+])(?:\+?86[ -]?(?=1))?(\d(?:[ -]?\d){6,14})(?!\d)")
_GAPS = re.compile(r"[\s,、;。:/|]+")
"""What parts words; NFKC has made half-width signs of the full-width ones."""
_LABELS = re.compile(
    "(?:姓名|名字|(?:联系)?(?:电话|手机)(?:号码|号)?|职务|(?:name|phone|post)(?![a-z]))[是叫为:]?"
)
_FAMILY_NAME, _GIVEN_NAME = re.compile("[一-鿿]"), re.compile("[一-鿿]{1,2}")
_CAPITAL = re.compile("[A-Z][A-Za-z'.-]*")
_LATIN_PARTS = 3
"""Words of a name in Latin letters, at most (our default)."""


class WorkerLine(NamedTuple):
    """What stood in the line; the telephone is digits, the post may be empty."""

    name: str
    phone: str
    post: str


def read_worker(text: str) -> WorkerLine | None:
    """Read a line in any order of telephone and words; the name comes first of them.

    A name may stand in parts: 王 芳, 孙/小雪, Sun Xiaoxue. Of two telephones the first is taken,
    and the post, which is kept in clear, holds neither.

    Returns:
        None: there is no telephone in it, or no name.
    """
    plain = unicodedata.normalize("NFKC", text)
    phone = _PHONE.search(plain)
    if phone is None:
        return None
    before, after = _words(plain[: phone.start()]), _words(plain[phone.end() :])
    named, others = (before, after) if before else (after, [])
    length = _name_length(named)
    name = ("" if _FAMILY_NAME.match(named[0]) else " ").join(named[:length]) if named else ""
    digits = re.sub(r"\D", "", phone[1])
    return WorkerLine(name, digits, " ".join(named[length:] + others)) if name else None


def _words(text: str) -> list[str]:
    return _GAPS.sub(" ", _LABELS.sub(" ", _PHONE.sub(" ", text))).split()


def _name_length(words: list[str]) -> int:
    """Return how many of the first words are the name; one Chinese character alone is none."""
    if len(words) > 1 and _FAMILY_NAME.fullmatch(words[0]) and _GIVEN_NAME.fullmatch(words[1]):
        return 2
    latin = list(takewhile(_CAPITAL.fullmatch, words[:_LATIN_PARTS]))
    return max(1, len(latin))


def split_place(text: str, places: Mapping[str, str]) -> tuple[str, str]:
    """Part a line that begins with a place: 柳湾村 孙小雪 …; 石溪镇柳湾村 孙小雪 …; 柳湾 孙小雪 ….

    Args:
        text: As typed.
        places: Codes by the names that people write.

    Returns:
        The place's code, empty when it is none of these or two of them; and the rest.
    """
    text = unicodedata.normalize("NFKC", text)
    first, *after = _GAPS.split(text, maxsplit=1)
    place = find_place(text, places) or find_place(first, places)
    rest = text
    for name in sorted(places, key=len, reverse=True):
        rest = rest.replace(name, " ")
    return place, "".join(after) if rest == text else rest
