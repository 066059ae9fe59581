"""What people decide: visits reviewed, levels of risk, children who leave the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("children", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("left_reason", sa.String(length=16), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("risk_proposed", sa.String(length=12), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("risk_proposal", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.create_index(
            "ix_children_risk_proposed",
            ["area"],
            unique=False,
            sqlite_where=sa.text("risk_proposed != ''"),
            postgresql_where=sa.text("risk_proposed != ''"),
        )

    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("review", sa.String(length=12), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("reviewed_by", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ask_again", sa.JSON(), server_default="[]", nullable=False))
        batch_op.create_index(
            "ix_visits_returned",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("review = 'returned'"),
            postgresql_where=sa.text("review = 'returned'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_visits_returned",
            sqlite_where=sa.text("review = 'returned'"),
            postgresql_where=sa.text("review = 'returned'"),
        )
        batch_op.drop_column("ask_again")
        batch_op.drop_column("reviewed_at")
        batch_op.drop_column("reviewed_by")
        batch_op.drop_column("review")

    with op.batch_alter_table("children", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_children_risk_proposed",
            sqlite_where=sa.text("risk_proposed != ''"),
            postgresql_where=sa.text("risk_proposed != ''"),
        )
        batch_op.drop_column("risk_proposal")
        batch_op.drop_column("risk_proposed")
        batch_op.drop_column("left_reason")
        batch_op.drop_column("left_on")
