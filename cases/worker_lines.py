"""A worker as people type one in a line: 刘大海 13800001111 督导员; it knows no roster."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from cases.sheets import find_place

if TYPE_CHECKING:
    from collections.abc import Mapping

_PHONE = re.compile(r"(?<!\d)\d(?:[ -]?\d){6,14}(?!\d)")
_GAPS = re.compile(r"[\s,、;。:/|]+")
"""What parts words; NFKC has made half-width signs of the full-width ones."""
_LABELS = re.compile("(?:姓名|名字|电话|手机号?码?|职务|name|phone|post)(?:是|:)?")


class WorkerLine(NamedTuple):
    """What stood in the line; the telephone is digits, the post may be empty."""

    name: str
    phone: str
    post: str


def read_worker(text: str) -> WorkerLine | None:
    """Read a line in any order of telephone and words; the first word is the name.

    Returns:
        None: there is no telephone in it, or no name.
    """
    plain = unicodedata.normalize("NFKC", text)
    phone = _PHONE.search(plain)
    if phone is None:
        return None
    rest = _LABELS.sub(" ", f"{plain[: phone.start()]} {plain[phone.end() :]}")
    name, *post = _GAPS.sub(" ", rest).split() or [""]
    digits = re.sub(r"\D", "", phone[0])
    return WorkerLine(name, digits, " ".join(post)) if name else None


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
