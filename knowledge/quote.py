"""The sentence of a clause that answers best; every result is a verbatim part of the clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from knowledge.expand import expanded
from knowledge.expects import asked, holds
from knowledge.lexical import LexicalIndex
from knowledge.parsing.notice import without_number

if TYPE_CHECKING:
    from knowledge.clauses import Clause

SHORT = 130
"""A clause up to this many characters is quoted whole."""
_FITS = 2.0
"""What it is worth that a sentence holds the asked amount, number of days or frequency."""
_CHILD = "娃 孩子"
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?[”」）]?")


def sentences(text: str) -> list[str]:
    """Split at the ends of sentences, each piece verbatim."""
    return [s for piece in _SENTENCE.findall(text) if (s := piece.strip())]


def _telling(question: str) -> dict[str, float]:
    """Return the words of a question without those for a child: all of it is about children."""
    everywhere = expanded(_CHILD)
    return {word: w for word, w in expanded(question).items() if word not in everywhere}


def key_sentence(clause: Clause, question: str) -> str:
    """Choose the sentence that shares most with the question and holds what it asks for."""
    text = without_number(clause.text)
    if len(text) <= SHORT and "\n" not in text:
        return text
    pieces = sentences(text)
    if len(pieces) <= 1:
        return text
    sort = asked(question)
    scores = LexicalIndex(pieces).scores(_telling(question))
    if sort != "plain":
        scores = scores + np.array([_FITS * holds(piece, sort) for piece in pieces])
    return pieces[int(scores.argmax())]
