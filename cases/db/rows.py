"""The tables, as SQLAlchemy models; they hold no behaviour.

Nothing that names or describes a person stands here in clear: names, telephone and ID numbers,
addresses and free text live in `sealed` columns (cases.vault). What is in clear is what queries
need: area codes, dates, severities, states and opaque ids. Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python on both databases (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store UTC; refuse a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "naive moment"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return it aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = String(20)
Area = String(12)
Number = BigInteger().with_variant(Integer, "sqlite")


class Row(DeclarativeBase):
    """Base of all rows."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# --- people and areas -----------------------------------------------------------------------


class AreaRow(Row):
    """A division of the 12-digit statistical code; codes change yearly, so with validity."""

    __tablename__ = "areas"
    code: Mapped[str] = mapped_column(Area, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(80))
    duty_phone: Mapped[str] = mapped_column(String(40), default="")


class PersonRow(Row):
    """A worker of the real-name roster (二-(三)) or a guardian who registered."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[str] = mapped_column(String(24))
    area: Mapped[str] = mapped_column(Area, index=True)
    post: Mapped[str] = mapped_column(String(40), default="")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    qualified_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    on_leave_until: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(8), default="zh-CN")
    epoch: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime] = mapped_column(Moment)


class IdentityRow(Row):
    """A person's address on a channel, bound by an invite."""

    __tablename__ = "identities"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    bound_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    unreachable_since: Mapped[datetime | None] = mapped_column(Moment)


class InviteRow(Row):
    """A one-time code; only its hash is kept."""

    __tablename__ = "invites"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(24))
    area: Mapped[str] = mapped_column(Area)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    made_by: Mapped[str] = mapped_column(String(40), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class InviteTryRow(Row):
    """Wrong codes tried from one chat, so that nobody can guess (at most five)."""

    __tablename__ = "invite_tries"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(40), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(Moment)


# --- the vault and the log ------------------------------------------------------------------


class SubjectKeyRow(Row):
    """The wrapped key of one subject (a child, a case, a person); NULL once forgotten."""

    __tablename__ = "subject_keys"
    subject_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)


class AuditRow(Row):
    """One act, chained to the one before; holds no personal data."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(48))
    action: Mapped[str] = mapped_column(String(48))
    object: Mapped[str] = mapped_column(String(80), index=True)
    area: Mapped[str] = mapped_column(Area, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


# --- children, forms, visits, cases ---------------------------------------------------------


class ChildRow(Row):
    """One child one file (附件3-2)."""

    __tablename__ = "children"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    file_no: Mapped[str] = mapped_column(String(24), unique=True)
    area: Mapped[str] = mapped_column(Area)
    director_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    risk_level: Mapped[str] = mapped_column(String(12), default="unassessed")
    focus: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(12), default="active")
    last_visit_on: Mapped[date | None]
    next_visit_on: Mapped[date | None]
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_children_area_status", "area", "status"),)


class ChildEventRow(Row):
    """One line of a child's timeline: a visit, a change, a case."""

    __tablename__ = "child_events"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(24))
    ref: Mapped[str] = mapped_column(String(40), default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class FormRow(Row):
    """A form's definition, kept with each version that was ever answered."""

    __tablename__ = "form_definitions"
    form: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    definition: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(Moment)


class DraftRow(Row):
    """An unfinished dialogue, per person, form and child."""

    __tablename__ = "drafts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[str | None] = mapped_column(Id, index=True)
    form: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    child_id: Mapped[str | None] = mapped_column(Id)
    case_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(12), default="open")
    tried: Mapped[bool] = mapped_column(default=False)
    subject_id: Mapped[str] = mapped_column(String(48))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    began_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_drafts_channel_chat_state", "channel", "chat", "state"),)


class SubmissionRow(Row):
    """A finished form: what was answered, on which form and version, by whom."""

    __tablename__ = "submissions"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[str] = mapped_column(Id, unique=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    form: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    child_id: Mapped[str | None] = mapped_column(Id, index=True)
    case_id: Mapped[str | None] = mapped_column(Id, index=True)
    person_id: Mapped[str | None] = mapped_column(Id)
    area: Mapped[str] = mapped_column(Area, index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    subject_id: Mapped[str] = mapped_column(String(48))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    legal_basis: Mapped[str] = mapped_column(String(24), default="statutory_duty")


class VisitRow(Row):
    """A visit check-in: the part of a submission that is counted (附件3-4, 附件2-4)."""

    __tablename__ = "visits"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), unique=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"), index=True)
    person_id: Mapped[str] = mapped_column(Id)
    area: Mapped[str] = mapped_column(Area, index=True)
    visited_on: Mapped[date]
    mode: Mapped[str] = mapped_column(String(16), default="")
    child_seen: Mapped[bool] = mapped_column(default=False)
    severity: Mapped[str] = mapped_column(String(2), default="P4")
    triggers: Mapped[list[str]] = mapped_column(JSON, default=list)


class CaseRow(Row):
    """An emergency report and what became of it (附件3-5)."""

    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    draft_id: Mapped[str | None] = mapped_column(Id, unique=True)
    severity: Mapped[str] = mapped_column(String(2))
    situations: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(24), default="alert_sent")
    child_id: Mapped[str | None] = mapped_column(Id, index=True)
    area: Mapped[str] = mapped_column(Area, index=True)
    reporter_id: Mapped[str | None] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(16), default="")
    chat: Mapped[str] = mapped_column(String(40), default="")
    restricted: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    police_contacted_at: Mapped[datetime | None] = mapped_column(Moment)
    police_outcome: Mapped[str] = mapped_column(String(16), default="")
    subject_id: Mapped[str] = mapped_column(String(48))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(Id)
    close_reason: Mapped[str] = mapped_column(String(24), default="")
    version: Mapped[int] = mapped_column(default=1)


class CaseEventRow(Row):
    """One step of a case: a state, who, when; words sealed."""

    __tablename__ = "case_events"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(24), default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


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
