"""Files that belong to a matter: the voice of a family that asks to be called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_BEFORE = (
    "EXISTS (SELECT 1 FROM children c WHERE c.id = attachments.child_id)"
    " OR EXISTS (SELECT 1 FROM cases c WHERE c.id = attachments.case_id)"
)
_OF_MATTERS = "EXISTS (SELECT 1 FROM matters m WHERE m.id = attachments.matter_id)"


def upgrade() -> None:
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.add_column(sa.Column("matter_id", sa.String(length=20), nullable=True))
        batch_op.create_index("ix_attachments_matter_id", ["matter_id"], unique=False)
        batch_op.create_foreign_key("fk_attachments_matter_id", "matters", ["matter_id"], ["id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"ALTER POLICY area_of_attachments ON attachments USING ({_BEFORE} OR {_OF_MATTERS})"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER POLICY area_of_attachments ON attachments USING ({_BEFORE})")
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.drop_constraint("fk_attachments_matter_id", type_="foreignkey")
        batch_op.drop_index("ix_attachments_matter_id")
        batch_op.drop_column("matter_id")
