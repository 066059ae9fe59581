"""A directive and its clauses as values; this module neither reads files nor searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["in_force", "replaced", "partly_replaced", "pending", "expired", "unknown"]


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest part of a directive that is cited.

    Args:
        document: Document number or short title: `民发〔2019〕34号`, `义务教育法`.
        clause: Id within the document: `一-(一)`, `附件3-5`; for laws the article, `13`, `17-1`.
        text: Verbatim, page breaks repaired; paragraphs separated by line breaks.
        path: Headings above it, outermost first.
        order: Position within the document, from 0.
    """

    document: str
    clause: str
    text: str
    path: tuple[str, ...] = ()
    order: int = 0

    @property
    def key(self) -> str:
        """Return the id that is unique over all documents."""
        return f"{self.document}#{self.clause}"


@dataclass(frozen=True, slots=True)
class Directive:
    """A document with its clauses.

    Args:
        document: Document number, or the short title of a law.
        title: Full title.
        issuer: Who issued it; empty when the text does not say.
        issued: ISO date, or only a year where the text gives no more.
        effective_from: ISO date; empty when the text does not say.
        effective_to: ISO date of the last day in force; empty while in force.
        status: What is known of its force.
        replaced_by: Document that replaced it.
        clauses: In order.
        source: Name of the file it was read from.
        repeals: What it says it replaces: documents or titles, `TITLE#CLAUSE` for a part.
        doubts: What its parser was unsure of (`knowledge-doubt-*`), kept to be looked at.
        kind: A law is cited by article, a notice by numbered parts.
    """

    document: str
    title: str
    issuer: str = ""
    issued: str = ""
    effective_from: str = ""
    effective_to: str = ""
    status: Status = "in_force"
    replaced_by: str = ""
    clauses: tuple[Clause, ...] = ()
    source: str = ""
    kind: Literal["law", "notice"] = "notice"
    repeals: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def starts(self) -> str:
        """Return the day this version is in force from: an amended law keeps its first day."""
        return max(self.effective_from, self.issued)

    def clause(self, clause_id: str) -> Clause | None:
        """Find a clause by id."""
        return next((c for c in self.clauses if c.clause == clause_id), None)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser made of a text, and what it was unsure of (`knowledge-doubt-*`)."""

    directive: Directive
    doubts: tuple[str, ...] = ()
