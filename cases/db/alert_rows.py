"""Tables of alerts, of what the courier owes, and of its clock; they hold no behaviour."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.db.columns import Area, Id, Moment, Number, Row


class AlertRow(Row):
    """A push that someone must acknowledge, and its place on the ladder.

    `state` goes open -> acked -> following -> done; `due` is the moment of the next step on the
    database's own clock; `fence` rises with each change, so that a stale timer does nothing.
    """

    __tablename__ = "alerts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    severity: Mapped[str] = mapped_column(String(2))
    situations: Mapped[list[str]] = mapped_column(JSON, default=list)
    area: Mapped[str] = mapped_column(Area)
    state: Mapped[str] = mapped_column(String(12), default="open")
    rung: Mapped[int] = mapped_column(default=-1)
    round: Mapped[int] = mapped_column(default=0)
    due: Mapped[float | None] = mapped_column(Float(53))
    fence: Mapped[int] = mapped_column(default=0)
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    exclude: Mapped[list[str]] = mapped_column(JSON, default=list)
    reporter_id: Mapped[str | None] = mapped_column(Id)
    channel: Mapped[str] = mapped_column(String(16), default="")
    chat: Mapped[str] = mapped_column(String(40), default="")
    drill: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    acked_by: Mapped[str | None] = mapped_column(Id)
    acked_at: Mapped[datetime | None] = mapped_column(Moment)
    plan: Mapped[str] = mapped_column(String(24), default="")
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_alerts_state_due", "state", "due"),)


class AlertRecipientRow(Row):
    """One person an alert was meant for, and how far it got with them."""

    __tablename__ = "alert_recipients"
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[str] = mapped_column(String(24), default="")
    deputy_for: Mapped[str | None] = mapped_column(Id)
    rung: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="queued")
    queued_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    acked_at: Mapped[datetime | None] = mapped_column(Moment)


class DeputyRow(Row):
    """Who stands in for a worker who is on leave or cannot be reached."""

    __tablename__ = "deputies"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    deputy_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    place: Mapped[int] = mapped_column(default=0)


class OutboxRow(Row):
    """A message the courier owes someone; no personal data, text is rendered when it leaves.

    A row that was sent becomes ready again when what it shows has changed: it is then edited.
    `revision` counts what was asked for, so that a change during a send is not lost.
    """

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
    revision: Mapped[int] = mapped_column(default=1)
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
        Index("ix_outbox_state_lane_not_before_id", "state", "lane", "not_before", "id"),
        Index("ix_outbox_ref", "ref"),
    )


class ChatHaltRow(Row):
    """A chat the channel asked us to leave alone for a while (429), for all workers."""

    __tablename__ = "chat_halts"
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    chat: Mapped[str] = mapped_column(String(40), primary_key=True)
    until: Mapped[float] = mapped_column(Float(53))


class BeatRow(Row):
    """The last sign of life of a worker or of the auditor, on the database's own clock."""

    __tablename__ = "beats"
    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    seen: Mapped[float] = mapped_column(Float(53))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ClockRow(Row):
    """The database's own clock that never runs backwards (one row)."""

    __tablename__ = "clock"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[float] = mapped_column(Float(53))
    skew: Mapped[float] = mapped_column(Float(53))
