"""Tables of questions left open, of the county's own answers and of votes; no behaviour."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.db.columns import Area, Id, Moment, Row


class OfficeAnswerRow(Row):
    """What a county's office answered, with its source; never the words of a directive."""

    __tablename__ = "office_answers"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    area: Mapped[str] = mapped_column(Area)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Moment)
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="published")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (Index("ix_office_answers_area", "area", "state"),)


class UnansweredRow(Row):
    """A question without an answer, or with a bad one; redacted before it is kept."""

    __tablename__ = "unanswered"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    area: Mapped[str] = mapped_column(Area, default="")
    role: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(12), default="", server_default="")
    likeness: Mapped[bytes] = mapped_column(LargeBinary, default=b"", server_default="")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="open")
    answer_id: Mapped[str | None] = mapped_column(ForeignKey("office_answers.id"))
    __table_args__ = (
        Index("ix_unanswered_open", "state", "at"),
        Index("ix_unanswered_chat", "channel", "chat", "at"),
    )


class VoteRow(Row):
    """Whether an answer helped; who said so is not kept."""

    __tablename__ = "answer_votes"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    area: Mapped[str] = mapped_column(Area, default="")
    role: Mapped[str] = mapped_column(String(24))
    topic: Mapped[str] = mapped_column(String(80))
    vote: Mapped[str] = mapped_column(String(4))
    reason: Mapped[str] = mapped_column(String(12), default="")
