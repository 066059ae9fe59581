"""The tables, as SQLAlchemy models; they hold no behaviour.

Nothing that names or describes a person stands here in clear: names, telephone and ID numbers,
addresses and free text live in `sealed` columns (cases.vault). What is in clear is what queries
need: area codes, dates, severities, states and opaque ids. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 SQLAlchemy reads annotations at run time
from typing import Any

from sqlalchemy import (
    JSON,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from cases.db.columns import Area, Id, Moment, Number, Row
from cases.db.people_rows import (
    AreaRow,
    AuditAnchorRow,
    AuditHeadRow,
    AuditRow,
    IdentityRow,
    InviteRow,
    InviteTryRow,
    NumberRow,
    PersonRow,
    SubjectKeyRow,
)
from cases.db.record_rows import (
    CaseEventRow,
    CaseRow,
    ChildEventRow,
    ChildRow,
    DraftRow,
    FormRow,
    SubmissionRow,
    VisitRow,
)

__all__ = [
    "AlertRecipientRow",
    "AlertRow",
    "Area",
    "AreaRow",
    "AuditAnchorRow",
    "AuditHeadRow",
    "AuditRow",
    "CaseEventRow",
    "CaseRow",
    "ChildEventRow",
    "ChildRow",
    "ClockRow",
    "ConversationRow",
    "DraftRow",
    "FormRow",
    "Id",
    "IdentityRow",
    "InboxRow",
    "InviteRow",
    "InviteTryRow",
    "Moment",
    "Number",
    "NumberRow",
    "OutboxRow",
    "PersonRow",
    "ReplyRow",
    "Row",
    "SubjectKeyRow",
    "SubmissionRow",
    "UnansweredRow",
    "VisitRow",
]


# --- alerts ---------------------------------------------------------------------------------


class AlertRow(Row):
    """A push that someone must acknowledge, and its place on the ladder."""

    __tablename__ = "alerts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    severity: Mapped[str] = mapped_column(String(2))
    area: Mapped[str] = mapped_column(Area)
    state: Mapped[str] = mapped_column(String(12), default="open")
    rung: Mapped[int] = mapped_column(default=-1)
    round: Mapped[int] = mapped_column(default=0)
    due: Mapped[float | None] = mapped_column(Float(53))
    fence: Mapped[int] = mapped_column(default=0)
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    exclude: Mapped[list[str]] = mapped_column(JSON, default=list)
    drill: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    acked_by: Mapped[str | None] = mapped_column(Id)
    acked_at: Mapped[datetime | None] = mapped_column(Moment)
    plan: Mapped[str] = mapped_column(String(24), default="")
    __table_args__ = (Index("ix_alerts_state_due", "state", "due"),)


class AlertRecipientRow(Row):
    """One person an alert was meant for, and how far it got with them."""

    __tablename__ = "alert_recipients"
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    rung: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="queued")
    queued_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    acked_at: Mapped[datetime | None] = mapped_column(Moment)


class OutboxRow(Row):
    """A message the courier owes someone; no personal data, text is rendered when it leaves."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    lane: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(24))
    ref: Mapped[str] = mapped_column(String(40), default="")
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="ready")
    not_before: Mapped[float] = mapped_column(Float(53), default=0.0)
    attempts: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[float | None] = mapped_column(Float(53))
    owner: Mapped[str] = mapped_column(String(48), default="")
    message: Mapped[str] = mapped_column(String(24), default="")
    shown: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[str] = mapped_column(String(48), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_outbox_state_lane_id", "state", "lane", "id"),
        Index("ix_outbox_ref", "ref"),
    )


class ClockRow(Row):
    """The database's own clock that never runs backwards (one row)."""

    __tablename__ = "clock"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[float] = mapped_column(Float(53))
    skew: Mapped[float] = mapped_column(Float(53))


# --- the way of a message -------------------------------------------------------------------


class InboxRow(Row):
    """One update of a channel, kept before it is confirmed; its key is the duplicate ledger."""

    __tablename__ = "inbox"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    update_id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    chat: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    dead: Mapped[str] = mapped_column(String(48), default="")
    __table_args__ = (
        Index(
            "ix_inbox_waiting",
            "channel",
            "chat",
            "update_id",
            sqlite_where=done_at.is_(None),
            postgresql_where=done_at.is_(None),
        ),
    )


class ConversationRow(Row):
    """Where one person's dialogue stands; its lock is the order of turns."""

    __tablename__ = "conversations"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(40), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    prompt_no: Mapped[int] = mapped_column(default=0)
    prompt_message: Mapped[str] = mapped_column(String(24), default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class ReplyRow(Row):
    """A reply that a turn committed; emptied once the channel has taken it."""

    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(40))
    turn_id: Mapped[str] = mapped_column(String(40))
    place: Mapped[int]
    prompt_no: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(8), default="ready")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("channel", "chat", "turn_id", "place"),
        Index(
            "ix_replies_waiting",
            "id",
            sqlite_where=state == "ready",
            postgresql_where=state == "ready",
        ),
    )


class UnansweredRow(Row):
    """A question nothing was found for; redacted before it is kept."""

    __tablename__ = "unanswered"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    area: Mapped[str] = mapped_column(Area, default="")
    role: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="open")
