"""The lists that stood beside a form: an old draft goes on with the lists it began with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "form_files",
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form", "version"],
            ["form_definitions.form", "form_definitions.version"],
            name=op.f("fk_form_files_form"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("form", "version", "name", name=op.f("pk_form_files")),
    )


def downgrade() -> None:
    op.drop_table("form_files")
