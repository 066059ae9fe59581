"""Approval to open files, help asked for by chats nobody knows, and permits to export."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

AREA = sa.String(12).with_variant(sa.String(12, collation="C"), "postgresql")
_CHAT = "nullif(current_setting('tongban.chat', true), '')"
_IN_AREA = (
    "(area >= current_setting('tongban.low', true)"
    " AND area < current_setting('tongban.high', true))"
)


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approved_until", sa.Date(), nullable=True))
    with op.batch_alter_table("matters", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("chat", sa.String(length=64), server_default="", nullable=False)
        )
        batch_op.create_index("ix_matters_chat", ["chat"], unique=False)
    op.create_table(
        "export_tickets",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_export_tickets")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE export_tickets ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY area_of_export_tickets ON export_tickets USING ({_IN_AREA})")
        op.execute(f"CREATE POLICY asker_of_matters ON matters USING (chat = {_CHAT})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY asker_of_matters ON matters")
    op.drop_table("export_tickets")
    with op.batch_alter_table("matters", schema=None) as batch_op:
        batch_op.drop_index("ix_matters_chat")
        batch_op.drop_column("chat")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("approved_until")
