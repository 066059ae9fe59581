"""Tables of people, areas, keys and the log; they hold no behaviour."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.areas import DUTY_PHONE_LENGTH, NAME_LENGTH
from cases.db.columns import Area, Id, Moment, Number, Row, Subject
from cases.people import POST_LENGTH


class AreaRow(Row):
    """A division of the 12-digit statistical code; codes change yearly, so with validity."""

    __tablename__ = "areas"
    code: Mapped[str] = mapped_column(Area, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    duty_phone: Mapped[str] = mapped_column(String(DUTY_PHONE_LENGTH), default="")


class AreaChangeRow(Row):
    """A code that became another from a day on; several rows of one code: it was split."""

    __tablename__ = "area_changes"
    code: Mapped[str] = mapped_column(Area, primary_key=True)
    successor: Mapped[str] = mapped_column(Area, primary_key=True, index=True)
    day: Mapped[date]
    applied_on: Mapped[date | None]


class PersonRow(Row):
    """A worker of the real-name roster (二-(三)) or a guardian who registered."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[str] = mapped_column(String(24))
    area: Mapped[str] = mapped_column(Area, index=True)
    formerly: Mapped[str] = mapped_column(Area, default="", server_default="")
    post: Mapped[str] = mapped_column(String(POST_LENGTH), default="")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    qualified_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    on_leave_until: Mapped[date | None]
    approved_until: Mapped[date | None]
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
    made_by: Mapped[str] = mapped_column(Subject, default="")
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
    subject_id: Mapped[str] = mapped_column(Subject, primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)


class AuditRow(Row):
    """One act, chained to the one before; holds no personal data."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(Subject)
    action: Mapped[str] = mapped_column(String(48))
    object: Mapped[str] = mapped_column(String(80), index=True)
    area: Mapped[str] = mapped_column(Area, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHeadRow(Row):
    """Where the log ends (one row): its lock orders the writers, its mac shows a cut tail."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Number)
    last: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class AuditAnchorRow(Row):
    """The head at some moment, kept to be published elsewhere."""

    __tablename__ = "audit_anchors"
    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    mac: Mapped[bytes] = mapped_column(LargeBinary)


class NumberRow(Row):
    """The last number given out in a series (`A-20261123`)."""

    __tablename__ = "numbers"
    series: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int] = mapped_column(Number)
