"""Row-level security on PostgreSQL: the second wall behind cases.access (SQLite has none)."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_LOW = "current_setting('tongban.low', true)"
_HIGH = "current_setting('tongban.high', true)"
_PERSON = "nullif(current_setting('tongban.person', true), '')"
_CHAT = "nullif(current_setting('tongban.chat', true), '')"
_IN_AREA = f"(area >= {_LOW} AND area < {_HIGH})"
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

_ALLOWED = {
    "children": f"{_IN_AREA} OR {_GUARDIAN.format(child='children.id')}",
    "visits": f"{_IN_AREA} OR person_id = {_PERSON}",
    "submissions": f"{_IN_AREA} OR person_id = {_PERSON}"  # noqa: S608 constants only
    f" OR {_GUARDIAN.format(child='submissions.child_id')}"
    " OR EXISTS (SELECT 1 FROM drafts d WHERE d.id = submissions.draft_id"
    f" AND d.channel || ':' || d.chat = {_CHAT})",
    "matters": f"{_IN_AREA} OR opened_by = {_PERSON}"
    f" OR {_GUARDIAN.format(child='matters.child_id')}",
    "cases": f"{_IN_AREA} OR {_REPORTER} OR {_ADDRESSEE}",
    "child_events": "EXISTS (SELECT 1 FROM children c WHERE c.id = child_events.child_id)",
    "case_events": "EXISTS (SELECT 1 FROM cases c WHERE c.id = case_events.case_id)",
    "matter_steps": "EXISTS (SELECT 1 FROM matters m WHERE m.id = matter_steps.matter_id)",
    "attachments": "EXISTS (SELECT 1 FROM children c WHERE c.id = attachments.child_id)"
    " OR EXISTS (SELECT 1 FROM cases c WHERE c.id = attachments.case_id)",
}
_NOT_INVOLVED = f"NOT (hidden_from::jsonb ? coalesce({_PERSON}, ''))"
_NOT_RESTRICTED = (
    f"NOT restricted OR current_setting('tongban.village', true) = 'no' OR {_REPORTER}"
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, allowed in _ALLOWED.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY area_of_{table} ON {table} USING ({allowed})")
    for name, rule in (("involved", _NOT_INVOLVED), ("restricted", _NOT_RESTRICTED)):
        op.execute(f"CREATE POLICY {name}_cases ON cases AS RESTRICTIVE USING ({rule})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in ("involved", "restricted"):
        op.execute(f"DROP POLICY {name}_cases ON cases")
    for table in _ALLOWED:
        op.execute(f"DROP POLICY area_of_{table} ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
