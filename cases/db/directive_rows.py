"""Tables of the directives: public documents and their clauses; no person stands in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases.db.columns import Id, Moment, Row


class DirectiveRow(Row):
    """One version of a document."""

    __tablename__ = "directives"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    document: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(400))
    issuer: Mapped[str] = mapped_column(String(400), default="")
    issued: Mapped[str] = mapped_column(String(10), default="")
    effective_from: Mapped[str] = mapped_column(String(10), default="")
    effective_to: Mapped[str] = mapped_column(String(10), default="")
    status: Mapped[str] = mapped_column(String(16), default="in_force")
    kind: Mapped[str] = mapped_column(String(8), default="notice")
    source: Mapped[str] = mapped_column(String(255), default="")
    repeals: Mapped[list[str]] = mapped_column(JSON, default=list)
    doubts: Mapped[list[str]] = mapped_column(JSON, default=list)
    added_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("document", "issued"),)


class DirectiveClauseRow(Row):
    """One clause, verbatim."""

    __tablename__ = "directive_clauses"
    directive_id: Mapped[str] = mapped_column(
        Id, ForeignKey("directives.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clause: Mapped[str] = mapped_column(String(40))
    path: Mapped[list[str]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        UniqueConstraint("directive_id", "clause"),
        Index("ix_directive_clauses_clause", "clause"),
    )


class DirectiveStateRow(Row):
    """How often the directives changed, and which shipped ones were taken over into the table."""

    __tablename__ = "directive_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[list[str]] = mapped_column(JSON, default=list)
