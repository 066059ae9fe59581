"""Exports of what a form gathered: the kind names the form."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("export_tickets") as batch_op:
        batch_op.alter_column("kind", type_=sa.String(length=72), existing_nullable=False)


def downgrade() -> None:
    op.execute("DELETE FROM export_tickets WHERE kind LIKE 'form:%'")
    with op.batch_alter_table("export_tickets") as batch_op:
        batch_op.alter_column("kind", type_=sa.String(length=16), existing_nullable=False)
