"""Questions that wait for the county, its answers, and whether answers helped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

AREA = sa.String(12).with_variant(sa.String(12, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "office_answers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_answers")),
    )
    op.create_index("ix_office_answers_area", "office_answers", ["area", "state"])
    op.create_table(
        "answer_votes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("vote", sa.String(length=4), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_votes")),
    )
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reason", sa.String(length=12), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("likeness", sa.LargeBinary(), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("answer_id", sa.String(length=20), nullable=True))
        batch_op.create_foreign_key(
            "fk_unanswered_answer_id", "office_answers", ["answer_id"], ["id"]
        )
        batch_op.create_index("ix_unanswered_open", ["state", "at"])
        batch_op.create_index("ix_unanswered_chat", ["channel", "chat", "at"])


def downgrade() -> None:
    with op.batch_alter_table("unanswered", schema=None) as batch_op:
        batch_op.drop_index("ix_unanswered_chat")
        batch_op.drop_index("ix_unanswered_open")
        batch_op.drop_constraint("fk_unanswered_answer_id", type_="foreignkey")
        batch_op.drop_column("answer_id")
        batch_op.drop_column("likeness")
        batch_op.drop_column("reason")
    op.drop_table("answer_votes")
    op.drop_index("ix_office_answers_area", table_name="office_answers")
    op.drop_table("office_answers")
