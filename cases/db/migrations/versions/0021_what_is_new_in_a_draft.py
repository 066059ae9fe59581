"""What is new in a draft since it was written down whole, and which writing-down it is.

A draft that was begun before has neither: the next answer writes it down whole.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    with op.batch_alter_table("drafts") as batch_op:
        batch_op.add_column(sa.Column("news", sa.LargeBinary()))
        batch_op.add_column(sa.Column("mark", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    # What stands in `news` cannot be laid over `sealed` without the keys: such a draft goes back
    # to where it was last written down whole.
    with op.batch_alter_table("drafts") as batch_op:
        batch_op.drop_column("mark")
        batch_op.drop_column("news")
