"""Bulletins: a policy in plain words to many, and who has opened it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

AREA = sa.String(12).with_variant(sa.String(12, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "bulletins",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("area", AREA, nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bulletins")),
    )
    op.create_index(op.f("ix_bulletins_area"), "bulletins", ["area"])
    op.create_table(
        "bulletin_readers",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["bulletins.number"], name=op.f("fk_bulletin_readers_number")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_bulletin_readers_person_id")
        ),
        sa.PrimaryKeyConstraint("number", "person_id", name=op.f("pk_bulletin_readers")),
    )


def downgrade() -> None:
    op.drop_table("bulletin_readers")
    op.drop_index(op.f("ix_bulletins_area"), table_name="bulletins")
    op.drop_table("bulletins")
