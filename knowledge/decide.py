"""Answer, refer or refuse: the decision over what a search found, as a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from knowledge import data
from knowledge.expects import asked, holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.search import Found

NOTHING = "offtopic"
FLOOR = 0.22
"""Below this score nothing was found."""
NOTE_LEAD = 0.0
"""How far a note must lie above the best clause to be taken."""
_NOTES_OF_SORT = {
    "amount": ("child-amount", "worker-pay", "centre-money", "budget-amount", "school-money"),
    "days": ("time-limit", "report-hours", "update-period"),
    "frequency": ("visit-frequency", "update-period", "parent-contact"),
    "papers": ("papers", "hukou-papers", "delegation-form"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question.

    Args:
        kind: `decline` is a refusal with a reason.
        note: Id of the note to use; empty for an answer and a plain refusal.
        confidence: 0..1.
    """

    kind: Literal["answer", "referral", "decline", "refusal"]
    note: str = ""
    confidence: float = 0.0


def decide(question: str, found: Found, text_of: Callable[[str], str]) -> Decision:
    """Choose between the best clause, the best note and nothing at all."""
    notes = dict(found.notes)
    best_clause = found.hits[0].score if found.hits else 0.0
    nothing = notes.pop(NOTHING, 0.0)
    note, best_note = max(notes.items(), key=lambda item: item[1], default=("", 0.0))
    best = max(best_clause, best_note)
    confidence = max(0.0, min(1.0, best))
    if best < FLOOR or nothing > best:
        return Decision("refusal", confidence=confidence)
    if best_note > best_clause + NOTE_LEAD:
        return Decision(_kind(note), note, confidence)
    sort = asked(question)
    if sort != "plain" and found.hits and not holds(text_of(found.hits[0].key), sort):
        fitting = max(_NOTES_OF_SORT[sort], key=lambda n: notes.get(n, 0.0))
        return Decision("referral", fitting, confidence)
    return Decision("answer", confidence=confidence)


def _kind(note: str) -> Literal["referral", "decline"]:
    return "decline" if data.notes()[note].kind == "decline" else "referral"
