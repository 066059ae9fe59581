"""Migrations: up, down and up again on both databases, and the tables equal the models."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect, text

from cases.db import migrate
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
