"""Several bots at once: who spoke last in a conversation, and who is to deliver a reply."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.add_column(sa.Column("speaker", NUMBER, server_default="0", nullable=False))
    with op.batch_alter_table("replies") as batch_op:
        batch_op.add_column(sa.Column("owner", NUMBER, server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("replies") as batch_op:
        batch_op.drop_column("owner")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_column("speaker")
