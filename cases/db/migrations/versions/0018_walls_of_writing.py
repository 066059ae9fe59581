"""What may be read through a personal tie may not be written: a child, its visits, its ties."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"

_IN_AREA = (
    "({table}.area >= current_setting('tongban.low', true)"
    " AND {table}.area < current_setting('tongban.high', true))"
)
_CHILD_IN_AREA = (
    "EXISTS (SELECT 1 FROM children c"  # noqa: S608 constants of this file only
    f" WHERE c.id = child_guardians.child_id AND {_IN_AREA.format(table='c')})"
)
_READING = text("SELECT qual FROM pg_policies WHERE policyname = :policy")
_READ_BY_A_TIE = ("children", "visits")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _READ_BY_A_TIE:
        allowed = _IN_AREA.format(table=table)
        op.execute(f"ALTER POLICY area_of_{table} ON {table} WITH CHECK ({allowed})")
    op.execute("ALTER TABLE child_guardians ENABLE ROW LEVEL SECURITY")
    # the wall of the children reads the ties, so reading them may not ask for a child
    op.execute("CREATE POLICY seen_child_guardians ON child_guardians FOR SELECT USING (true)")
    for verb, clause in (("INSERT", "WITH CHECK"), ("UPDATE", "USING"), ("DELETE", "USING")):
        op.execute(
            f"CREATE POLICY {verb.lower()}_child_guardians ON child_guardians"
            f" FOR {verb} {clause} ({_CHILD_IN_AREA})"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for verb in ("seen", "insert", "update", "delete"):
        op.execute(f"DROP POLICY {verb}_child_guardians ON child_guardians")
    op.execute("ALTER TABLE child_guardians DISABLE ROW LEVEL SECURITY")
    for table in _READ_BY_A_TIE:
        # a policy cannot be left without the check it was given, so it says what it would mean
        policy = {"policy": f"area_of_{table}"}
        reading = op.get_bind().scalar(_READING, policy)
        op.execute(f"ALTER POLICY area_of_{table} ON {table} WITH CHECK ({reading})")
