"""Migrations: up, down and up again on both databases, and the tables equal the models."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import create_engine, inspect, select, text
from support.rows import key_of, rows_of, write_rows

from cases.db import migrate
from cases.db.rows import Row
from cases.db.store import async_url


def sync(url):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def test_the_tables_equal_the_models(url):
    migrate.check(url)


def test_down_and_up_again_ends_where_it_began(url):
    migrate.downgrade(url, "base")
    assert migrate.current(url) is None
    engine = sync(url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate.upgrade(url)
    migrate.check(url)


def test_an_old_database_is_told_apart(url):
    migrate.downgrade(url, "0001")
    with pytest.raises(migrate.SchemaError, match="revision 0001"):
        migrate.check(url)


def test_a_table_that_differs_from_its_model_is_noticed(url):
    engine = sync(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE cases DROP COLUMN close_reason"))
    engine.dispose()
    with pytest.raises(migrate.SchemaError, match="close_reason"):
        migrate.check(url)


def test_upgrading_what_is_upgraded_does_nothing(url):
    before = migrate.current(url)
    migrate.upgrade(url)
    assert migrate.current(url) == before


def test_urls_get_their_asynchronous_driver():
    assert async_url("sqlite:///x.db") == "sqlite+aiosqlite:///x.db"
    assert async_url("postgresql://a@b/c") == "postgresql+psycopg://a@b/c"


def test_the_data_in_place_survives_every_step_down_and_up(county, url):
    """Only what a step back has no place for is lost; children, keys and the log stay."""
    kept = ("children", "people", "subject_keys", "audit", "areas")

    def count():
        engine = sync(url)
        with engine.connect() as connection:
            found = {
                t: connection.execute(text(f"SELECT count(*) FROM {t}")).scalar() for t in kept
            }
        engine.dispose()
        return found

    before = count()
    assert before["children"] == 24
    for revision in ("0007", "0006", "0005", "0004", "0003", "0002"):
        migrate.downgrade(url, revision)
        assert count() == before
    migrate.upgrade(url)
    migrate.check(url)
    assert count() == before


GONE = {"0017": {("attachments", 1)}, "0016": {("export_tickets", 1)}}
"""Rows that a step down cannot keep, by the revision it leaves: table and number of the row."""


def filled(url):
    """Write two rows into every table; return them by number."""
    made = {number: rows_of(Row.metadata, number) for number in (1, 2)}
    made[1]["attachments"] |= {"child_id": None, "case_id": None, "matter_id": None}
    made[2]["attachments"] |= {"draft_id": None}
    made[1]["export_tickets"] |= {"kind": "form:a_form_with_a_long_name"}
    made[2]["export_tickets"] |= {"kind": "children"}
    engine = sync(url)
    with engine.begin() as connection:
        for rows in made.values():
            write_rows(connection, Row.metadata, rows)
    engine.dispose()
    return made


def columns(engine):
    """Return the columns that a database has of those we know, by table."""
    seen = inspect(engine)
    return {
        name: {column["name"] for column in seen.get_columns(name)} & set(table.columns.keys())
        for name, table in Row.metadata.tables.items()
        if seen.has_table(name)
    }


def policies(engine):
    """Return the rules of the wall of rows (PostgreSQL)."""
    if engine.dialect.name != "postgresql":
        return set()
    query = "SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies"
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(text(query))}


def differing(engine, made, kept, gone):
    """Return the values that are not what they were, of the columns that were never away."""
    found = []
    with engine.connect() as connection:
        for name, names in kept.items():
            table = Row.metadata.tables[name]
            for number, rows in made.items():
                asked = [table.c[column] for column in sorted(names)]
                query = select(*asked).where(*key_of(table, rows[name]))
                row = connection.execute(query).first()
                if row is None:
                    found += [(name, number)] if (name, number) not in gone else []
                    continue
                now = row._asdict()
                found += [(name, number, n) for n in names if _plain(now[n]) != rows[name][n]]
    return found


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def test_a_row_in_every_table_survives_every_step_down_and_up(url):
    """What a step down has no place for is lost; all else is what it was, after every way back."""
    made, engine, gone = filled(url), sync(url), set()
    kept, wall = columns(engine), policies(engine)
    assert set(kept) == set(Row.metadata.tables)
    assert not differing(engine, made, kept, gone)
    steps = [script.revision for script in migrate._scripts().walk_revisions()]
    for leaving, revision in pairwise(steps):
        gone |= GONE.get(leaving, set())
        migrate.downgrade(url, revision)
        there = columns(engine)
        kept = {name: names & there[name] for name, names in kept.items() if name in there}
        assert not differing(engine, made, kept, gone), f"down to {revision}"
        migrate.upgrade(url)
        migrate.check(url)
        assert not differing(engine, made, kept, gone), f"up from {revision}"
        assert policies(engine) == wall
    assert {"people", "areas", "audit", "subject_keys"} <= set(kept)
    engine.dispose()
