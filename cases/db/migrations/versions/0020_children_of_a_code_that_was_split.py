"""The code a worker was placed from, whose children are theirs until each of them is assigned.

When a village is split its director goes to one of what it became, and the children wait for the
county. Until then they stay open to the very director who answers for them, and to nobody else.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_LOW = "current_setting('tongban.low', true)"
_HIGH = "current_setting('tongban.high', true)"
_PERSON = "nullif(current_setting('tongban.person', true), '')"
_FORMERLY = "nullif(current_setting('tongban.formerly', true), '')"
_IN_AREA = f"({{0}}.area >= {_LOW} AND {{0}}.area < {_HIGH})"
_WAITING = f"({{0}}.director_id = {_PERSON} AND {{0}}.area = {_FORMERLY})"
_GUARDIAN = (
    "EXISTS (SELECT 1 FROM child_guardians g"  # noqa: S608 constants of this file only
    f" WHERE g.child_id = children.id AND g.person_id = {_PERSON})"
)
_TIES = {"INSERT": "WITH CHECK", "UPDATE": "USING", "DELETE": "USING"}


def _open_to(mine: str, visit: str) -> None:
    """Say whose children are written, given what is so beside those of the own area."""
    here = _IN_AREA.format("children")
    op.execute(
        f"ALTER POLICY area_of_children ON children USING ({here} OR {_GUARDIAN}{mine})"
        f" WITH CHECK ({here}{mine})"
    )
    op.execute(
        f"ALTER POLICY area_of_visits ON visits WITH CHECK ({_IN_AREA.format('visits')}{visit})"
    )
    tie = (
        "EXISTS (SELECT 1 FROM children WHERE children.id = child_guardians.child_id"  # noqa: S608 constants only
        f" AND ({here}{mine}))"
    )
    for verb, clause in _TIES.items():
        policy = f"{verb.lower()}_child_guardians"
        op.execute(f"ALTER POLICY {policy} ON child_guardians {clause} ({tie})")


def upgrade() -> None:
    with op.batch_alter_table("people") as batch_op:
        batch_op.add_column(
            sa.Column("formerly", sa.String(12), nullable=False, server_default="")
        )
    if op.get_bind().dialect.name == "postgresql":
        waiting = _WAITING.format("c")
        visited = f"EXISTS (SELECT 1 FROM children c WHERE c.id = visits.child_id AND {waiting})"  # noqa: S608 constants only
        _open_to(
            f" OR {_WAITING.format('children')}", f" OR (visits.area = {_FORMERLY} AND {visited})"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _open_to("", "")
    with op.batch_alter_table("people") as batch_op:
        batch_op.drop_column("formerly")
