"""Cleaning and cutting of text from and for people; it knows nothing of what the text means."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 2_000
"""Characters kept of one message (our default)."""

_BIDI = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SENTENCE_END = re.compile(r"(?<=[。！？!?\n；;])")


def clean(text: str, *, limit: int = MAX_TEXT) -> str:
    """Normalise to NFC and drop control, surrogate, unassigned and direction characters.

    Line breaks stay. The result has at most `limit` characters.
    """
    kept = (
        c
        for c in _BIDI.sub(
            "", unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
        )
        if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn", "Cf"}
    )
    return "".join(kept).strip()[:limit].rstrip()


def unspaced(text: str) -> str:
    """Return words without what stands between Chinese characters to fill a cell: 王　芳, 王芳."""
    return " ".join(_BETWEEN.sub("", text).split())


def split_text(text: str, limit: int = 3_900) -> list[str]:
    """Cut text into pieces of at most `limit` characters, at sentence ends where there are any."""
    pieces: list[str] = []
    piece = ""
    for sentence in _SENTENCE_END.split(text):
        rest = sentence
        if len(piece) + len(rest) > limit and piece:
            pieces.append(piece)
            piece = ""
        while len(rest) > limit:
            pieces.append(rest[:limit])
            rest = rest[limit:]
        piece += rest
    if piece or not pieces:
        pieces.append(piece)
    return pieces
