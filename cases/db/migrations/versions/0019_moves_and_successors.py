"""Codes of divisions that were changed, and rows of history seen by who answers for them now.

The history of a child is seen by whoever sees the child; that of a division that got another
code, by whoever is in charge of its successor.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_AREA = sa.String(12).with_variant(sa.String(12, collation="C"), "postgresql")
_LOW = "current_setting('tongban.low', true)"
_HIGH = "current_setting('tongban.high', true)"
_PERSON = "nullif(current_setting('tongban.person', true), '')"
_CHAT = "nullif(current_setting('tongban.chat', true), '')"
_IN_AREA = f"(area >= {_LOW} AND area < {_HIGH})"
_WORKER = f"{_HIGH} <> ''"  # a family has no area behind the wall
_REPORTER = (
    f"(reporter_id = {_PERSON} OR (reporter_id IS NULL AND channel || ':' || chat = {_CHAT}))"
)
_GUARDIAN = (
    "EXISTS (SELECT 1 FROM child_guardians g"  # noqa: S608 constants of this file only
    f" WHERE g.child_id = {{child}} AND g.person_id = {_PERSON})"
)
_ADDRESSEE = (
    "EXISTS (SELECT 1 FROM alert_recipients r"  # noqa: S608 constants of this file only
    " JOIN alerts a ON a.id = r.alert_id"
    f" WHERE a.case_id = cases.id AND r.person_id = {_PERSON})"
)
_BEFORE = {
    "visits": f"{_IN_AREA} OR person_id = {_PERSON}",
    "submissions": f"{_IN_AREA} OR person_id = {_PERSON}"  # noqa: S608 constants only
    f" OR {_GUARDIAN.format(child='submissions.child_id')}"
    " OR EXISTS (SELECT 1 FROM drafts d WHERE d.id = submissions.draft_id"
    f" AND d.channel || ':' || d.chat = {_CHAT})",
    "matters": f"{_IN_AREA} OR opened_by = {_PERSON}"
    f" OR {_GUARDIAN.format(child='matters.child_id')}",
    "cases": f"{_IN_AREA} OR {_REPORTER} OR {_ADDRESSEE}",
}


def _now(table: str) -> str:
    return (
        f" OR ({_WORKER} AND (EXISTS (SELECT 1 FROM children c"  # noqa: S608 constants only
        f" WHERE c.id = {table}.child_id)"
        f" OR EXISTS (SELECT 1 FROM area_changes s WHERE s.code = {table}.area"
        f" AND s.applied_on IS NOT NULL AND s.successor >= {_LOW} AND s.successor < {_HIGH})))"
    )


def upgrade() -> None:
    op.create_table(
        "area_changes",
        sa.Column("code", _AREA, nullable=False),
        sa.Column("successor", _AREA, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", "successor", name=op.f("pk_area_changes")),
    )
    with op.batch_alter_table("area_changes") as batch_op:
        batch_op.create_index("ix_area_changes_successor", ["successor"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table, allowed in _BEFORE.items():
            op.execute(f"ALTER POLICY area_of_{table} ON {table} USING ({allowed}{_now(table)})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, allowed in _BEFORE.items():
            op.execute(f"ALTER POLICY area_of_{table} ON {table} USING ({allowed})")
    op.drop_table("area_changes")
