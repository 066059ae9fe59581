"""Tables of the record: children, drafts, submissions, visits, cases; no behaviour."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.db.columns import Area, Id, Moment, Row, Subject


class ChildRow(Row):
    """One child one file (附件3-2)."""

    __tablename__ = "children"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    file_no: Mapped[str] = mapped_column(String(24), unique=True)
    area: Mapped[str] = mapped_column(Area)
    director_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    risk_level: Mapped[str] = mapped_column(String(12), default="unassessed")
    focus: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(12), default="active")
    last_visit_on: Mapped[date | None]
    next_visit_on: Mapped[date | None]
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    twin_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    near_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    household: Mapped[str | None] = mapped_column(Id, index=True)
    merged_into: Mapped[str | None] = mapped_column(Id, index=True)
    left_on: Mapped[date | None]
    left_reason: Mapped[str] = mapped_column(String(16), default="", server_default="")
    risk_proposed: Mapped[str] = mapped_column(String(12), default="", server_default="")
    risk_proposal: Mapped[str] = mapped_column(String(40), default="", server_default="")
    label: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_children_director", "director_id", "status", "next_visit_on"),
        Index("ix_children_area", "area", "status", "next_visit_on"),
        Index(
            "ix_children_risk_proposed",
            "area",
            sqlite_where=risk_proposed != "",
            postgresql_where=risk_proposed != "",
        ),
    )


class ChildGuardianRow(Row):
    """A registered guardian of a child: the tie that opens the child's own data to them."""

    __tablename__ = "child_guardians"
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(String(24), default="")
    since: Mapped[datetime] = mapped_column(Moment)


class ChildEventRow(Row):
    """One line of a child's timeline: a visit, a change, a case."""

    __tablename__ = "child_events"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(24))
    ref: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (Index("ix_child_events_child", "child_id", "at"),)


class FormRow(Row):
    """A form's definition, kept with each version that was ever answered."""

    __tablename__ = "form_definitions"
    form: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    definition: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(Moment)


class FormFileRow(Row):
    """A list that stood beside a form's definition when it was kept."""

    __tablename__ = "form_files"
    form: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        ForeignKeyConstraint(
            ["form", "version"],
            ["form_definitions.form", "form_definitions.version"],
            ondelete="CASCADE",
        ),
    )


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
    subject_id: Mapped[str] = mapped_column(Subject)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    news: Mapped[bytes | None] = mapped_column(LargeBinary)
    mark: Mapped[str] = mapped_column(Id, default="", server_default="")
    began_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_drafts_chat", "channel", "chat", "state"),
        Index(
            "uq_drafts_open",
            "channel",
            "chat",
            unique=True,
            sqlite_where=state == "open",
            postgresql_where=state == "open",
        ),
    )


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
    subject_id: Mapped[str] = mapped_column(Subject)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    legal_basis: Mapped[str] = mapped_column(String(24), default="statutory_duty")


class VisitRow(Row):
    """A visit check-in: the part of a submission that is counted (附件3-4, 附件2-4)."""

    __tablename__ = "visits"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), unique=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"), index=True)
    person_id: Mapped[str] = mapped_column(Id)
    area: Mapped[str] = mapped_column(Area)
    visited_on: Mapped[date]
    mode: Mapped[str] = mapped_column(String(16), default="")
    child_seen: Mapped[bool] = mapped_column(default=False)
    severity: Mapped[str] = mapped_column(String(2), default="P4")
    review: Mapped[str] = mapped_column(String(12), default="", server_default="")
    reviewed_by: Mapped[str | None] = mapped_column(Id)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    ask_again: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    triggers: Mapped[list[str]] = mapped_column(JSON, default=list)
    __table_args__ = (
        Index("ix_visits_area", "area", "visited_on"),
        Index(
            "ix_visits_returned",
            "person_id",
            sqlite_where=review == "returned",
            postgresql_where=review == "returned",
        ),
    )


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
    area: Mapped[str] = mapped_column(Area)
    reporter_id: Mapped[str | None] = mapped_column(Id, index=True)
    channel: Mapped[str] = mapped_column(String(16), default="")
    chat: Mapped[str] = mapped_column(String(40), default="")
    restricted: Mapped[bool] = mapped_column(default=False)
    drill: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    police_contacted_at: Mapped[datetime | None] = mapped_column(Moment)
    police_outcome: Mapped[str] = mapped_column(String(16), default="")
    police_receipted: Mapped[bool] = mapped_column(default=False)
    hidden_from: Mapped[list[str]] = mapped_column(JSON, default=list)
    subject_id: Mapped[str] = mapped_column(Subject)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(Id)
    close_reason: Mapped[str] = mapped_column(String(24), default="")
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (Index("ix_cases_area", "area", "state"),)


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
