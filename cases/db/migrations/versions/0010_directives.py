"""Directives and their clauses: the truth that every index is built from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "directives",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("issued", sa.String(length=10), nullable=False),
        sa.Column("effective_from", sa.String(length=10), nullable=False),
        sa.Column("effective_to", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("repeals", sa.JSON(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directives")),
        sa.UniqueConstraint("document", "issued", name=op.f("uq_directives_document_issued")),
    )
    op.create_table(
        "directive_clauses",
        sa.Column("directive_id", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["directive_id"],
            ["directives.id"],
            name=op.f("fk_directive_clauses_directive_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("directive_id", "place", name=op.f("pk_directive_clauses")),
        sa.UniqueConstraint(
            "directive_id", "clause", name=op.f("uq_directive_clauses_directive_id_clause")
        ),
    )
    op.create_index("ix_directive_clauses_clause", "directive_clauses", ["clause"], unique=False)
    op.create_table(
        "directive_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_state")),
    )


def downgrade() -> None:
    op.drop_table("directive_state")
    op.drop_index("ix_directive_clauses_clause", table_name="directive_clauses")
    op.drop_table("directive_clauses")
    op.drop_table("directives")
