"""The sentence of a clause that answers best; every result is a verbatim part of the clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from knowledge.expand import expanded
from knowledge.expects import asked, holds
from knowledge.lexical import LexicalIndex
from knowledge.parsing.notice import without_number
from knowledge.segment import normal

if TYPE_CHECKING:
    from knowledge.clauses import Clause

SHORT = 130
"""A clause up to this many characters is quoted whole."""
_FITS = 2.0
"""What it is worth that a sentence holds the asked amount, number of days or frequency."""
HEADING = 14
"""The longest heading that a clause may begin with, with its full stop."""
_HINTED = 0.5
_CHILD = "娃 孩子"
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?[”」）]?")


def sentences(text: str) -> list[str]:
    """Split at the ends of sentences, each piece verbatim."""
    return [s for piece in _SENTENCE.findall(text) if (s := piece.strip())]


def _telling(question: str) -> dict[str, float]:
    """Return the words of a question without those for a child: all of it is about children."""
    everywhere = expanded(_CHILD)
    return {word: w for word, w in expanded(question).items() if word not in everywhere}


def key_sentence(clause: Clause, question: str, hint: str = "") -> str:
    """Choose the sentence that shares most with the question and holds what it asks for.

    Args:
        clause: Whose sentence is wanted.
        question: As it was asked.
        hint: What else is known of the matter (a note's own words); counts half.
    """
    text = without_number(clause.text)
    if len(text) <= SHORT and "\n" not in text:
        return text
    pieces = _bodies(sentences(text))
    if len(pieces) <= 1:
        return pieces[0] if pieces else text
    sort = asked(question)
    index = LexicalIndex(pieces)
    scores = index.scores(_telling(question)) + _HINTED * index.scores(_telling(hint))
    if sort != "plain":
        scores = scores + np.array([_FITS * holds(piece, sort) for piece in pieces])
    if not scores.any():
        scores = np.array([_signs_shared(piece, question, pieces) for piece in pieces])
    return pieces[int(scores.argmax())]


def _bodies(pieces: list[str]) -> list[str]:
    """Leave out the heading that a clause begins with (“密切部门协作。”): it says nothing."""
    is_headed = len(pieces) > 1 and len(pieces[0]) <= HEADING and "，" not in pieces[0]
    return pieces[1:] if is_headed else pieces


def _signs_shared(piece: str, question: str, pieces: list[str]) -> float:
    """Weigh the single characters that a sentence shares with the question, rare ones most."""
    shared = set(piece) & set(normal(question)) - set(_CHILD)
    return sum(1 / sum(sign in other for other in pieces) ** 2 for sign in shared)
