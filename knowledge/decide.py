"""Answer, refer or refuse: the decision over what a search found, as a pure function."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from knowledge import data
from knowledge.danger import judge
from knowledge.expects import asked, holds
from knowledge.topics import NOTE, NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.danger import Danger
    from knowledge.expects import Sort
    from knowledge.search import Found
    from knowledge.wishing import Wishing

ANSWER_CHANCE = 0.18
"""From this chance on a clause is quoted: a wrong quote costs more than a question passed on."""
KNOWN_QUESTION, SURE_DANGER = 0.36, 0.65
"""A question scored this high is known; danger scored this high rings all the same."""
WISHED = -0.3
"""Words that outdo a question by this much as a wish are one (our default)."""
NEED, FAINT_DANGER = 0.2, 0.45
"""Words that call for a procedure by this much, and whose danger scores less, are asked about: of
1,327 cries for help, each left out, none is both (our defaults)."""
_NOTES_OF_SORT: dict[Sort, tuple[str, ...]] = {
    "local": (
        "phones",
        "my-case",
        "work-rules",
        "centre-money",
        "training-detail",
        "other-benefits",
    ),
    "amount": ("child-amount", "worker-pay", "centre-money", "budget-amount", "school-money"),
    "days": ("time-limit", "report-hours", "update-period"),
    "frequency": ("visit-frequency", "update-period", "parent-contact"),
    "count": ("staffing", "centre-money", "risk-levels", "work-rules", "training-detail"),
    "penalty": ("report-hours", "discipline", "liability", "work-rules"),
    "papers": ("papers", "hukou-papers", "delegation-form"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question.

    Args:
        kind: `decline` is a refusal with a reason.
        note: Id of the note to use; empty for an answer and a plain refusal.
        confidence: 0..1.
        clause: Key of the clause that says what the note says is not said otherwise; or empty.
    """

    kind: Literal["answer", "referral", "decline", "refusal"]
    note: str = ""
    confidence: float = 0.0
    clause: str = ""


def weighed(danger: Danger, found: Found) -> Danger:
    """Ask back instead of ringing where the words are a question that is well known.

    That nothing of ours is asked says nothing of danger: whoever tells of harm asks no question.
    """
    notes = (score for key, score in found.notes if key != NOTHING.removeprefix(NOTE))
    ours = max((*(hit.topic for hit in found.hits[:1]), *notes), default=0.0)
    if danger.level == "certain" and danger.score < SURE_DANGER and ours >= KNOWN_QUESTION:
        return dataclasses.replace(danger, level="unsure")
    return danger


def calmed(words: str, danger: Danger, wishing: Wishing) -> Danger:
    """Step down where a worker wishes for something done here, and no word of it alarms.

    这几天我不在，让老陈看着 is only near to danger in meaning. Of 1,110 cries for help, each left
    out, and 190 that nothing was learned from none is as near to a wish (-0.3, -0.5 at most).
    """
    if wishing.nearest <= WISHED or judge(words).level != "none":
        return danger
    return dataclasses.replace(danger, level="unsure" if danger.level == "certain" else "none")


def needy(words: str, danger: Danger, lead: float) -> Danger:
    """Step down to asking where a family's words call for a procedure and hardly alarm.

    Args:
        words: What was said.
        danger: What words and meaning say of danger.
        lead: By how much a procedure outdoes none (knowledge.guide_model).
    """
    faint = danger.level == "certain" and danger.score < FAINT_DANGER
    if not faint or lead < NEED or judge(words).level == "certain":
        return danger
    return dataclasses.replace(danger, level="unsure")


def decide(question: str, found: Found, text_of: Callable[[str], str]) -> Decision:
    """Choose between the best clause, the best note and nothing at all."""
    judged = found.judged
    notes = {key: score for key, score in found.notes if key != NOTHING.removeprefix(NOTE)}
    note = max(notes, key=lambda key: notes[key])
    if judged.answer >= ANSWER_CHANCE and found.hits:
        sort = asked(question)
        if holds(text_of(found.hits[0].key), sort):
            return Decision("answer", confidence=judged.answer)
        fitting = max(_NOTES_OF_SORT[sort], key=lambda key: notes[key])
        return Decision("referral", fitting, 1 - judged.nothing)
    if judged.note >= judged.nothing or notes[note] >= KNOWN_QUESTION:
        return Decision(_kind(note), note, judged.note, _said_near(note, question, text_of))
    return Decision("refusal", confidence=judged.nothing)


def _said_near(note: str, question: str, text_of: Callable[[str], str]) -> str:
    """Return the clause beside a note that says how often, where just that is asked.

    培训多久一次 is near the note on how long a course takes; its clause says 每年至少轮训一次.
    """
    near = data.notes()[note].near
    often = asked(question) == "frequency" and note not in _NOTES_OF_SORT["frequency"]
    return near[0] if often and near and holds(text_of(near[0]), "frequency") else ""


def _kind(note: str) -> Literal["referral", "decline"]:
    return "decline" if data.notes()[note].kind == "decline" else "referral"
