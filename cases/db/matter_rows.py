"""Tables of matters, trainings, attachments and exports; they hold no behaviour."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.db.columns import Area, Id, Moment, Row, Subject


class MatterRow(Row):
    """A delegation, referral, benefit, conference, request, consent, centre or organisation."""

    __tablename__ = "matters"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[str] = mapped_column(String(20))
    is_open: Mapped[bool] = mapped_column(default=True)
    area: Mapped[str] = mapped_column(Area)
    child_id: Mapped[str | None] = mapped_column(ForeignKey("children.id"), index=True)
    opened_by: Mapped[str | None] = mapped_column(Id)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_on: Mapped[date | None]
    subject_id: Mapped[str] = mapped_column(Subject)
    chat: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (Index("ix_matters_area", "area", "is_open", "due_on"),)


class BulletinRow(Row):
    """A policy in plain words, told to many (附件1-8, 附件2-6); the words sealed."""

    __tablename__ = "bulletins"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    area: Mapped[str] = mapped_column(Area, index=True)
    audience: Mapped[str] = mapped_column(String(16))
    made_by: Mapped[str] = mapped_column(Id)
    made_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    subject_id: Mapped[str] = mapped_column(Subject)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class BulletinReaderRow(Row):
    """Somebody a bulletin is for, and when it was first opened."""

    __tablename__ = "bulletin_readers"
    number: Mapped[str] = mapped_column(ForeignKey("bulletins.number"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class ExportTicketRow(Row):
    """A permit to export, good once and for a day; what is exported is read when it is fetched."""

    __tablename__ = "export_tickets"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(72))
    area: Mapped[str] = mapped_column(Area)
    rows: Mapped[int]
    asked_by: Mapped[str] = mapped_column(Subject)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    approved_by: Mapped[str] = mapped_column(Subject, default="", server_default="")
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class MatterStepRow(Row):
    """One step of a matter; the note sealed."""

    __tablename__ = "matter_steps"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    matter_id: Mapped[str] = mapped_column(ForeignKey("matters.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class TrainingRow(Row):
    """A training someone took (二-(二)); `passed` the first time opens the field work."""

    __tablename__ = "trainings"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    held_on: Mapped[date]
    topic: Mapped[str] = mapped_column(String(40), default="")
    passed: Mapped[bool]
    noted_by: Mapped[str] = mapped_column(Subject)
    noted_at: Mapped[datetime] = mapped_column(Moment)


class AttachmentRow(Row):
    """A file of a child, a case, a matter or a draft, sealed; type sniffed, pictures re-encoded.

    `draft_id` stands where a form is about no child and no case; its submission has the same.
    """

    __tablename__ = "attachments"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    child_id: Mapped[str | None] = mapped_column(ForeignKey("children.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    matter_id: Mapped[str | None] = mapped_column(ForeignKey("matters.id"), index=True)
    draft_id: Mapped[str | None] = mapped_column(Id, index=True)
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    added_by: Mapped[str] = mapped_column(Subject)
    added_at: Mapped[datetime] = mapped_column(Moment)
    subject_id: Mapped[str] = mapped_column(Subject)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
