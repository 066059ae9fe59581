"""Row-level security: plain SQL that tries to get past the wall sees nothing (PostgreSQL)."""

from __future__ import annotations

import io
from datetime import date
from secrets import token_hex

import psycopg
import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from cases.access import Purpose
from cases.casebook import NewCase
from cases.db import migrate, walls
from cases.db.attachments import Attachments
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.rows import Row
from cases.db.store import Store, open_engine
from cases.db.submissions import Submissions
from cases.db.twins import Likeness, Twins
from cases.policies import load_policies
from cases.submissions import Definition, Submission

# SQLite has no row-level security: cases.access is the only wall there.
pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
GUARDED = ("children", "child_events", "cases", "visits", "submissions", "matters")


@pytest.fixture
async def service(county, url, vault, clock):
    """The same database as the service sees it: a role that owns nothing."""
    role = f"service_{token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN NOBYPASSRLS")
    migrate.grant_service(url, role)
    seen = make_url(url).set(username=role).render_as_string(hide_password=False)
    store = Store(open_engine(seen), vault, clock)
    yield store
    await store.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")


async def count(unit, table="children"):
    return (await unit.connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()


async def test_without_a_name_nothing_is_seen(service):
    async with service.unit() as unit:
        for table in GUARDED:
            assert await count(unit, table) == 0


@pytest.mark.parametrize(("low", "high"), [("", ""), ("%", "%"), ("9", ""), ("z", "~")])
async def test_odd_ranges_open_nothing(service, low, high):
    async with service.unit() as unit:
        await unit.connection.execute(
            text(
                "SELECT set_config('tongban.low', :a, true), set_config('tongban.high', :b, true)"
            ),
            {"a": low, "b": high},
        )
        assert await count(unit) == 0


async def test_everyone_sees_the_own_area_and_a_guardian_the_own_child(service, county):
    expected = {
        county.director: 7,
        county.next_director: 6,
        county.supervisor: 13,
        county.officer: 24,
        county.guardian: 1,
    }
    async with service.unit() as unit:
        for principal, children in expected.items():
            await walls.enclose(unit, principal)
            assert await count(unit) == children
            assert await count(unit, "child_events") >= children


async def test_another_areas_rows_cannot_be_changed_added_or_removed(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.supervisor)
        for statement in (
            "UPDATE children SET focus = true WHERE area >= '990101102'",
            "DELETE FROM children WHERE area >= '990101102'",
        ):
            assert (await unit.connection.execute(text(statement))).rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            await unit.connection.execute(
                text("UPDATE children SET area = '990101102201' WHERE file_no = 'C-0001'")
            )


async def test_the_name_does_not_leak_into_the_next_transaction(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.officer)
        assert await count(unit) == 24
        await unit.commit()
        assert await count(unit) == 0
    async with service.unit() as unit:
        assert await count(unit) == 0


async def test_the_involved_and_the_village_see_no_hidden_case(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.guardian)
        case = NewCase(
            draft_id="d",
            severity="P1",
            situations=("N1",),
            area=county.village,
            hidden_from=(county.supervisor.person_id,),
        )
        await CaseBook(unit).open_case(county.guardian, case)
        await unit.commit()
    seen = {}
    async with service.unit() as unit:
        for name in ("director", "supervisor", "officer", "guardian"):
            await walls.enclose(unit, getattr(county, name))
            seen[name] = await count(unit, "cases")
    assert seen == {"director": 0, "supervisor": 0, "officer": 1, "guardian": 1}


async def test_a_photo_of_a_form_about_nobody_is_behind_the_wall_too(service, county):
    photo = io.BytesIO()
    Image.new("RGB", (4, 4)).save(photo, "JPEG")
    who, seen = county.director, {}
    async with service.unit() as unit:
        await walls.enclose(unit, who)
        draft = await Drafts(unit).begin(who, Beginning(form="round", version="1", session={}))
        await Attachments(unit).add_to_draft(who, draft, photo.getvalue())
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.supervisor)
        assert await count(unit, "attachments") == 0
    async with service.unit() as unit:
        await walls.enclose(unit, who)
        kept = Definition(form="round", version="1", source=b"<x/>")
        filed = Submission(draft_id=draft.id, definition=kept, values={}, area=county.village)
        await Submissions(unit).submit(who, filed, load_policies().at("", date(2026, 11, 23)))
        await unit.commit()
    async with service.unit() as unit:
        for name in ("director", "next_director", "supervisor", "other_supervisor", "guardian"):
            await walls.enclose(unit, getattr(county, name))
            seen[name] = await count(unit, "attachments")
    others = {"next_director": 0, "other_supervisor": 0, "guardian": 0}
    assert seen == {"director": 1, "supervisor": 1} | others


async def test_the_log_can_only_grow(service):
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        async with service.unit() as unit:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await unit.connection.execute(text(statement))


async def test_the_daily_work_goes_on_behind_the_wall(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.director)
        child = (await Children(unit).mine(county.director))[0]
        assert (await Children(unit).open(county.director, child.id, Purpose.VISIT)).fields
        number = (await Children(unit).open(county.director, child.id)).fields["id_no"]
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.other_supervisor)
        twins = await Twins(unit).alike(
            county.other_supervisor, county.other_supervisor.area, {"id_no": number}
        )
        assert [twin.likeness for twin in twins] == [Likeness.SAME_ID]
        assert await count(unit) == 11


async def test_every_table_of_the_record_is_behind_the_wall_or_known_not_to_be(service):
    """A new table must be put behind the wall, or named here with its reason."""
    without = {
        "areas": "public names",
        "people": "the roster is needed to know who acts",
        "identities": "the roster is needed to know who acts",
        "invites": "hashes only",
        "invite_tries": "counts only",
        "trainings": "roster",
        "subject_keys": "wrapped keys only",
        "audit": "append only",
        "audit_head": "append only",
        "audit_anchors": "append only",
        "numbers": "counters",
        "child_guardians": "ids only",
        "form_definitions": "forms",
        "form_files": "lists of forms",
        "drafts": "one's own chat, sealed",
        "unanswered": "sealed, redacted",
        "office_answers": "sealed, meant for everybody",
        "answer_votes": "nobody's",
        "bulletins": "sealed, meant for many",
        "bulletin_readers": "ids only",
    }
    async with service.unit() as unit:
        rows = await unit.connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
        )
        walled = set(rows.scalars())
    ours = {
        mapper.local_table.name
        for mapper in Row.registry.mappers
        if mapper.class_.__module__.split(".")[-1] in {"people_rows", "record_rows", "matter_rows"}
    }
    assert ours - walled <= set(without)
