"""The answer to a question as a value: kind, citations, whom to ask; it is worded elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from knowledge.wishing import NO_WISH, Wishing

if TYPE_CHECKING:
    from kernel.phrases import Words
    from knowledge.clauses import Clause, Directive, Status
    from knowledge.danger import Danger

Kind = Literal["answer", "referral", "refusal", "emergency"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause quoted in an answer.

    Args:
        document: Document number or short title.
        clause: Clause id.
        quote: Verbatim part of `text`.
        title: Title of the document.
        status: Its force.
        date: When it was issued, as exactly as its text says.
        path: Headings above the clause.
        text: The whole clause, verbatim.
    """

    document: str
    clause: str
    quote: str
    title: str
    status: Status
    date: str
    path: tuple[str, ...]
    text: str

    @property
    def key(self) -> str:
        """Return the key of the clause."""
        return f"{self.document}#{self.clause}"

    @property
    def duties_of(self) -> str:
        """Return whose duties the annex lists that the clause stands in; its text names nobody."""
        annex, _, heading = next(iter(self.path), "").partition(" ")
        return heading if annex.startswith("附件") else ""

    @property
    def label(self) -> str:
        """Return the clause as people cite it: articles of laws as 第…条."""
        number, _, inserted = self.clause.partition("-")
        if not number.isdigit():
            return self.clause
        return f"第{number}条之{inserted}" if inserted else f"第{number}条"


def cite(directive: Directive, clause: Clause, quote: str) -> Citation:
    """Cite a clause; the quote must stand in it."""
    return Citation(
        document=directive.document,
        clause=clause.clause,
        quote=quote if quote in clause.text else clause.text,
        title=directive.title,
        status=directive.status,
        date=directive.issued,
        path=clause.path,
        text=clause.text,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one question.

    Args:
        kind: Answered from a clause; not set there, ask someone; nothing found; danger first.
        text: The finished text in the service's language.
        lines: The same, paragraph by paragraph, unrendered: phrases of ours, verbatim data, and
            clauses where their line stands.
        citations: Best first, at most three.
        refer_to: Offices and numbers to turn to.
        key_sentence: Verbatim sentence that answers best; empty without a citation.
        follow_ups: Label and question of what people ask next.
        next_steps: What can be done now, in sentences.
        danger: What the words say about danger.
        guide: Id of the procedure that is part of the answer.
        like: The known question that asks nearly the same.
        wishing: How much the words are like something that can be done here.
        topic: Key of the clause, note or guide answered from, for follow-up questions.
        confidence: 0..1, how sure the search was that it found the right place.
        ms: Milliseconds it took.
    """

    kind: Kind
    text: str
    lines: tuple[Words | Citation, ...]
    danger: Danger
    citations: tuple[Citation, ...] = ()
    refer_to: tuple[str, ...] = ()
    key_sentence: str = ""
    guide: str = ""
    like: str = ""
    follow_ups: tuple[tuple[str, str], ...] = ()
    next_steps: tuple[Words, ...] = ()
    wishing: Wishing = NO_WISH
    topic: str = ""
    confidence: float = 0.0
    ms: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the shape that `tongban ask --json` prints."""
        return {
            "kind": self.kind,
            "text": self.text,
            "citations": [
                {"document": c.document, "clause": c.clause, "quote": c.quote}
                for c in self.citations
            ],
            "refer_to": list(self.refer_to),
            "ms": round(self.ms, 3),
        }
