"""The tables, as SQLAlchemy models; they hold no behaviour.

Nothing that names or describes a person stands here in clear: names, telephone and ID numbers,
addresses and free text live in `sealed` columns (cases.vault). What is in clear is what queries
need: area codes, dates, severities, states and opaque ids. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from cases.db.alert_rows import (
    AlertRecipientRow,
    AlertRow,
    BeatRow,
    ChatHaltRow,
    ClockRow,
    DeputyRow,
    OutboxRow,
)
from cases.db.columns import Area, Id, Moment, Number, Row
from cases.db.directive_rows import DirectiveClauseRow, DirectiveRow, DirectiveStateRow
from cases.db.matter_rows import (
    AttachmentRow,
    BulletinReaderRow,
    BulletinRow,
    ExportTicketRow,
    MatterRow,
    MatterStepRow,
    TrainingRow,
)
from cases.db.people_rows import (
    AreaChangeRow,
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
from cases.db.question_rows import OfficeAnswerRow, UnansweredRow, VoteRow
from cases.db.record_rows import (
    CaseEventRow,
    CaseRow,
    ChildEventRow,
    ChildGuardianRow,
    ChildRow,
    DraftRow,
    FormFileRow,
    FormRow,
    SubmissionRow,
    VisitRow,
)

__all__ = [
    "AlertRecipientRow",
    "AlertRow",
    "Area",
    "AreaChangeRow",
    "AreaRow",
    "AttachmentRow",
    "AuditAnchorRow",
    "AuditHeadRow",
    "AuditRow",
    "BeatRow",
    "BulletinReaderRow",
    "BulletinRow",
    "CaseEventRow",
    "CaseRow",
    "ChatHaltRow",
    "ChildEventRow",
    "ChildGuardianRow",
    "ChildRow",
    "ClockRow",
    "ConversationRow",
    "DeputyRow",
    "DirectiveClauseRow",
    "DirectiveRow",
    "DirectiveStateRow",
    "DraftRow",
    "ExportTicketRow",
    "FormFileRow",
    "FormRow",
    "Id",
    "IdentityRow",
    "InboxRow",
    "InviteRow",
    "InviteTryRow",
    "MatterRow",
    "MatterStepRow",
    "Moment",
    "Number",
    "NumberRow",
    "OfficeAnswerRow",
    "OutboxRow",
    "PersonRow",
    "ReplyRow",
    "Row",
    "SubjectKeyRow",
    "SubmissionRow",
    "TrainingRow",
    "UnansweredRow",
    "VisitRow",
    "VoteRow",
]


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
    speaker: Mapped[int] = mapped_column(Number, default=0, server_default="0")
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
    owner: Mapped[int] = mapped_column(Number, default=0, server_default="0")
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
