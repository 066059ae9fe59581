"""A row for every table, made from the metadata alone: values that hang together and can be told.

A table added later gets its row by itself. What no type tells (a list in JSON, a link that is no
foreign key) is told by the column's default and by its name.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    insert,
)

LINKS = {
    "child_id": "children",
    "case_id": "cases",
    "draft_id": "drafts",
    "matter_id": "matters",
    "submission_id": "submissions",
    "person_id": "people",
}
"""Columns that lead to another table, with or without a foreign key."""


def rows_of(metadata: MetaData, number: int, **fixed):
    """Return one row for each table, in an order in which they can be written.

    Args:
        metadata: The tables.
        number: Tells this set of rows from others.
        fixed: Values for every column of that name.
    """
    rows = {}
    for table in metadata.sorted_tables:
        rows[table.name] = {
            column.name: _value(column, number, rows, fixed) for column in table.columns
        }
    return rows


def write_rows(connection, metadata: MetaData, rows) -> None:
    """Write what `rows_of` made."""
    for table in metadata.sorted_tables:
        if table.name in rows:
            connection.execute(insert(table), rows[table.name])


def key_of(table, row):
    """Return the conditions that find a row."""
    return [column == row[column.name] for column in table.primary_key]


def _value(column, number, rows, fixed):
    if column.name in fixed:
        return fixed[column.name]
    for foreign in column.foreign_keys:
        target = foreign.column
        if target.table.name in rows:
            return rows[target.table.name][target.name]
    if (told := LINKS.get(column.name)) in rows and "id" in rows[told]:
        return rows[told]["id"]
    return _plain(column, number)


def _plain(column, number):
    kind, name = column.type, f"{column.table.name}.{column.name}"
    kind = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(kind, JSON):
        default = column.default.arg(None) if column.default is not None else {}
        return [f"{number}"] if isinstance(default, list) else {"n": number}
    if isinstance(kind, LargeBinary):
        return f"{number} {name} \0\xff".encode()
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, DateTime):
        return datetime(2026, 11, 23, 8, 0, number, 123456, tzinfo=UTC)
    if isinstance(kind, Date):
        return date(2026, 11, 1) + timedelta(days=number)
    if isinstance(kind, Float):
        return number + 0.25
    if isinstance(kind, Integer):
        return number + 1000
    assert isinstance(kind, String), name
    return f"{number}{column.name}{column.table.name}"[: kind.length]
