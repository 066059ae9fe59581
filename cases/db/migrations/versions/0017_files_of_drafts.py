"""Files that answer a form about no child and no case belong to its draft, then its submission."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_PERSON = "nullif(current_setting('tongban.person', true), '')"
_CHAT = "nullif(current_setting('tongban.chat', true), '')"
_BEFORE = (
    "EXISTS (SELECT 1 FROM children c WHERE c.id = attachments.child_id)"
    " OR EXISTS (SELECT 1 FROM cases c WHERE c.id = attachments.case_id)"
    " OR EXISTS (SELECT 1 FROM matters m WHERE m.id = attachments.matter_id)"
)
_OF_DRAFTS = (
    "attachments.case_id IS NULL"  # noqa: S608 constants of this file only
    " AND (EXISTS (SELECT 1 FROM submissions s WHERE s.draft_id = attachments.draft_id)"
    " OR EXISTS (SELECT 1 FROM drafts d WHERE d.id = attachments.draft_id"
    f" AND (d.person_id = {_PERSON} OR d.channel || ':' || d.chat = {_CHAT})))"
)


def upgrade() -> None:
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.add_column(sa.Column("draft_id", sa.String(length=20), nullable=True))
        batch_op.create_index("ix_attachments_draft_id", ["draft_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"ALTER POLICY area_of_attachments ON attachments USING ({_BEFORE} OR {_OF_DRAFTS})"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER POLICY area_of_attachments ON attachments USING ({_BEFORE})")
    op.execute("DELETE FROM attachments WHERE draft_id IS NOT NULL")
    with op.batch_alter_table("attachments") as batch_op:
        batch_op.drop_index("ix_attachments_draft_id")
        batch_op.drop_column("draft_id")
