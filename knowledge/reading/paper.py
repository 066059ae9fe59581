"""What a file holds once it is read: text, and what a person looking at it would not see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "html", "docx", "pdf", "ofd", "image"]

MAX_CHARACTERS = 2_000_000
"""Of one document; the longest law, 民法典, has 110,000 (our default)."""
MAX_PAGES = 300
MAX_SCANNED = 30
"""Pages recognised in one file: each takes some ten seconds (our default)."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of a file.

    Args:
        text: Paragraphs separated by line breaks.
        hidden: Pieces that are in the file but that nobody reading it sees.
        remarks: Comments, which no reader of the finished document sees either, but which
            ordinary files have.
        pages: Number of pages; 0 where the format has none.
        scanned: Pages whose text was recognised from a picture.
        sure: Lowest mean confidence of a recognised page, 1 where nothing was recognised.
        doubts: What the reader left out or took for granted, as words for a sentence.
    """

    text: str
    hidden: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    pages: int = 0
    scanned: int = 0
    sure: float = 1.0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line.

    Args:
        text: As printed.
        left: Distance of its first character from the left edge.
        right: Distance of the end of its last character from the left edge.
        top: Distance from the upper edge.
        size: Height of its characters, in the same unit.
    """

    text: str
    left: float
    right: float
    top: float
    size: float
