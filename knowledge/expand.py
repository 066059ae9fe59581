"""From everyday to official words before lexical search; the question as typed is kept too."""

from __future__ import annotations

from functools import cache

from knowledge import data
from knowledge.segment import normal, terms

EXPANDED = 0.6
"""Weight of a word that only the thesaurus brought in."""


@cache
def _official(words: str) -> dict[str, float]:
    return terms(words)


def expanded(question: str) -> dict[str, float]:
    """Return the question's bag of terms, with official words at a lower weight."""
    text = normal(question)
    bag = terms(question)
    for everyday, official in data.thesaurus():
        if any(word in text for word in everyday):
            for term, count in _official(official).items():
                bag[term] = max(bag.get(term, 0.0), EXPANDED * count)
    return bag
