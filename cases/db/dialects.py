"""The one statement whose spelling differs between our two databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from cases.db.rows import Row
    from cases.db.store import Unit


def insert_or(unit: Unit, row: type[Row]) -> Any:  # noqa: ANN401 two classes of one shape
    """Begin an insert that may say what to do `on_conflict`."""
    if unit.dialect == "postgresql":
        return postgresql.insert(row)
    return sqlite.insert(row)
