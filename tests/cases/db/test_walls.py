"""Row-level security: plain SQL that tries to get past the wall sees nothing (PostgreSQL)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import create_engine, delete, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from support.reports import report_of
from support.rows import LINKS, key_of, rows_of, write_rows

from bench.support.service import served
from cases.access import Purpose
from cases.casebook import NewCase
from cases.db import migrate, walls
from cases.db.areas import Area, Areas
from cases.db.attachments import Attachments
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.drafts import Beginning, Drafts
from cases.db.moves import Moves
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rights import Rights
from cases.db.rows import Row
from cases.db.staff import Staff
from cases.db.store import Store, open_engine
from cases.db.submission_lists import SubmissionLists
from cases.db.submissions import Submissions
from cases.db.successions import Successions
from cases.db.twins import Likeness, Twins
from cases.people import STAFF, Person, Principal, Role
from cases.policies import load_policies
from cases.submissions import Definition, Submission, Visit
from cases.workflow import CloseReason
from handlers.room import Room

# SQLite has no row-level security: cases.access is the only wall there.
pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
GUARDED = ("children", "child_events", "cases", "visits", "submissions", "matters")


@pytest.fixture
async def service(county, url, vault, clock):
    """The same database as the service sees it: a role that owns nothing."""
    with served(url) as seen:
        store = Store(open_engine(seen), vault, clock)
        yield store
        await store.close()


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


async def test_another_areas_rows_cannot_be_changed_or_moved(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.supervisor)
        statement = "UPDATE children SET focus = true WHERE area >= '990101102'"
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


async def test_the_history_of_a_child_that_moved_is_seen_where_it_lives_now(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.director)
        child = (await Children(unit).mine(county.director))[0]
        report = report_of(child, draft_id="c", hidden_from=(county.officer.person_id,))
        await CaseBook(unit).open_case(county.director, report)
        kept = Definition(form="visit_checkin", version="1", source=b"<x/>")
        filed = Submission(
            draft_id="d",
            definition=kept,
            values={"/data/a": "b"},
            area=county.village,
            child_id=child.id,
            visit=Visit(visited_on=date(2026, 11, 23)),
        )
        policy = load_policies().at("", date(2026, 11, 23))
        number = (await Submissions(unit).submit(county.director, filed, policy)).number
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.other_supervisor)
        before = [await count(unit, table) for table in ("visits", "submissions", "cases")]
        assert before == [0, 0, 0]
    async with service.unit() as unit:
        await walls.enclose(unit, county.officer)
        assert await count(unit, "cases") == 0
        await Moves(unit).move(county.officer, child.id, county.other_town_village)
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.other_supervisor)
        after = [await count(unit, table) for table in ("visits", "submissions", "cases")]
        assert after == [1, 1, 1]  # what is open went along, hidden from who decided or not
        assert await Submissions(unit).answers(county.other_supervisor, number, Purpose.REVIEW)
        await walls.enclose(unit, county.director)
        assert await count(unit) == 6
        assert await count(unit, "cases") == 1  # one's own report


async def test_the_history_of_a_code_is_seen_by_who_is_in_charge_of_its_successor(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.director)
        report = NewCase(draft_id="c", severity="P2", situations=("A4",), area=county.village)
        await CaseBook(unit).open_case(county.director, report)
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.supervisor)
        number = (await CaseBook(unit).lines(county.supervisor))[0].number
        await CaseBook(unit).close(county.supervisor, number, CloseReason.FALSE_ALARM)
        await unit.commit()
    async with service.unit() as unit:
        await walls.open_wide(unit)
        day = date(2026, 11, 23)
        fresh = Area(code="990101102301", name="柳湾新村", valid_from=day)
        await Areas(unit).put([fresh])
        await Successions(unit).note(county.village, fresh.code, day)
        assert (await Successions(unit).follow()).children == 7
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.other_supervisor)
        assert (await CaseBook(unit).card(county.other_supervisor, number)).line.area == (
            county.village
        )
        assert await count(unit) == 18
        await walls.enclose(unit, county.supervisor)
        assert await count(unit) == 6


async def test_a_child_that_waits_for_its_new_village_is_behind_the_wall_of_its_director(
    service, county
):
    east = "990101101301"
    moved = replace(county.director, area=east, formerly=county.village)
    other = replace(moved, person_id=county.next_director.person_id)
    both = ("UPDATE children SET focus = true", "UPDATE visits SET severity = 'P3'")
    async with service.unit() as unit:
        await walls.enclose(unit, moved)
        assert await count(unit) == 7
        for statement in both:
            await unit.connection.execute(text(statement))
        away = text("UPDATE children SET area = :area WHERE file_no = 'C-0001'")
        taken = text("UPDATE children SET director_id = :who WHERE file_no = 'C-0001'")
        refused = ((away, {"area": county.next_village}), (taken, {"who": other.person_id}))
        for statement, values in refused:
            with pytest.raises(ProgrammingError, match="row-level security"):
                async with unit.connection.begin_nested():
                    await unit.connection.execute(statement, values)
        await walls.enclose(unit, other)
        for table in ("children", "child_events", "visits", "cases", "matters"):
            assert await count(unit, table) == 0


async def test_behind_the_wall_a_waiting_child_is_assigned_and_not_read(service, county):
    boss, away, day = county.other_supervisor, "990101102301", date(2026, 11, 23)
    async with service.unit() as unit:
        await walls.open_wide(unit)
        known = await Areas(unit).get(county.village, day)
        await Areas(unit).put([replace(known, valid_to=day)])
        await Areas(unit).put([Area(code=away, name="柳湾新村", valid_from=day)])
        for code in (away, "990101101301"):
            await Successions(unit).note(county.village, code, day)
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, boss)
        waiting = await Successions(unit).stranded(boss)
        assert len(waiting) == 7
        assert await count(unit) == 11  # plain SQL sees none of them
        for table in ("child_events", "visits"):
            query = text(f"SELECT count(*) FROM {table} WHERE child_id = :child")
            found = await unit.connection.execute(query, {"child": waiting[0].child.id})
            assert found.scalar_one() == 0
        taken = text("UPDATE children SET area = :area WHERE area = :was")
        done = await unit.connection.execute(taken, {"area": away, "was": county.village})
        assert done.rowcount == 0
        await Moves(unit).move(boss, waiting[0].child.id, away)
        assert await count(unit) == 12
        assert len(await Successions(unit).stranded(boss)) == 6


async def test_the_form_of_a_case_behind_the_wall_stays_behind_it_in_a_sheet(service, county):
    """Whoever a report names as involved finds neither the case nor the answers of its form."""
    involved = county.supervisor
    async with service.unit() as unit:
        await walls.enclose(unit, county.director)
        report = NewCase(
            draft_id="c",
            severity="P1",
            situations=("A4",),
            area=county.village,
            hidden_from=(involved.person_id,),
        )
        case = await CaseBook(unit).open_case(county.director, report)
        kept = Definition(form="emergency_report", version="1", source=b"<x/>")
        filed = Submission(
            draft_id="d",
            definition=kept,
            values={"/data/suspect": "x"},
            area=county.village,
            case_id=case.case_id,
        )
        policy = load_policies().at("", date(2026, 11, 23))
        await Submissions(unit).submit(county.director, filed, policy)
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, involved)
        lists = SubmissionLists(unit)
        assert await lists.read(involved, "emergency_report", involved.area) == []
        await walls.enclose(unit, county.officer)
        assert len(await lists.read(county.officer, "emergency_report", county.code)) == 1


async def test_the_log_can_only_grow(service):
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        async with service.unit() as unit:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await unit.connection.execute(text(statement))


async def test_ties_visits_and_merges_are_written_behind_the_wall(service, county):
    policy = load_policies().at("", date(2026, 11, 23))
    async with service.unit() as unit:
        await walls.enclose(unit, county.director)
        keep, drop, *_ = await Children(unit).mine(county.director)
        await Children(unit).tie_guardian(county.director, drop.id, county.guardian.person_id)
        kept = Definition(form="visit_checkin", version="1", source=b"<x/>")
        visit = Visit(visited_on=date(2026, 11, 23), child_seen=True)
        filed = Submission(
            draft_id="d",
            definition=kept,
            values={},
            area=county.village,
            child_id=drop.id,
            visit=visit,
        )
        receipt = await Submissions(unit).submit(county.director, filed, policy)
        await walls.enclose(unit, county.supervisor)
        await Reviews(unit).accept(county.supervisor, receipt.number)
        await Twins(unit).merge(county.supervisor, keep.id, drop.id)
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.guardian)
        assert (await Children(unit).open(county.guardian, keep.id, Purpose.GUARDIAN)).fields
        case = NewCase(
            draft_id="e",
            severity="P1",
            situations=("A1",),
            area=county.village,
            child_id=keep.id,
        )
        assert (await CaseBook(unit).open_case(county.guardian, case)).is_new
        await unit.commit()


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


OUTSIDE = {
    "alembic_version": "where the tables stand",
    "alert_recipients": "ids only; the wall itself reads it to let in who was pushed a case",
    "alerts": "codes and ids only; raised, and climbed, in the turn of whoever reports",
    "answer_votes": "nobody's",
    "area_changes": "public codes",
    "areas": "public names",
    "audit": "append only",
    "audit_anchors": "append only",
    "audit_head": "one row, whose lock orders the writers",
    "beats": "signs of life of processes",
    "bulletin_readers": "ids only",
    "bulletins": "sealed, meant for many",
    "chat_halts": "chats the channel asked to leave alone",
    "clock": "one row",
    "conversations": "sealed; looked up before anybody knows who speaks",
    "deputies": "ids only; needed to know who may be told",
    "directive_clauses": "public texts",
    "directive_state": "one row",
    "directives": "public texts",
    "drafts": "sealed; one's own chat, and handed over with a post",
    "form_definitions": "forms",
    "form_files": "lists of forms",
    "identities": "the roster is needed to know who acts",
    "inbox": "sealed; kept before anybody knows who speaks",
    "invite_tries": "counts only",
    "invites": "hashes only",
    "numbers": "counters",
    "office_answers": "sealed, meant for everybody",
    "outbox": "sealed; pushes to people of every area",
    "people": "the roster is needed to know who acts",
    "replies": "sealed; delivered to every chat",
    "subject_keys": "wrapped keys only",
    "trainings": "roster",
    "unanswered": "sealed, redacted; seen by the office above",
}
"""Tables that row-level security leaves open, each with the reason."""
READ_BY_ALL = {"child_guardians": "ids only, and the wall itself reads it"}
FAR = "990202101201"
"""A village of another county."""
TABLES = {table.name: table for table in Row.metadata.sorted_tables}


async def walled(unit):
    rows = await unit.connection.execute(
        text("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
    )
    return set(rows.scalars())


async def test_every_table_is_behind_the_wall_or_known_not_to_be(service):
    """A new table must be put behind the wall, or named above with its reason."""
    async with service.unit() as unit:
        behind = await walled(unit)
    assert not behind & set(OUTSIDE)
    assert set(TABLES) - behind == set(OUTSIDE) - {"alembic_version"}


async def test_what_a_turn_reads_ahead_of_its_wall_is_behind_none(service):
    async with service.unit() as unit:
        Conversations(unit).expect("telegram", "101")
        Room.expect(unit, "telegram", "101")
        ahead = set().union(*(reading.tables for reading in unit.expected))
    assert ahead == {"conversations", "drafts", "identities", "people", "subject_keys"}
    assert ahead <= set(OUTSIDE)


@pytest.fixture
def places(county, url):
    """Rows for every table in a village, in one of another township, and in another county."""
    made = {
        number: rows_of(Row.metadata, number, area=area)
        for number, area in enumerate((county.village, county.other_town_village, FAR), 1)
    }
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for rows in made.values():
            write_rows(connection, Row.metadata, rows)
        tie = {"person_id": county.guardian.person_id, "child_id": made[1]["children"]["id"]}
        connection.execute(insert(TABLES["child_guardians"]), made[1]["child_guardians"] | tie)
    engine.dispose()
    return made


def lookers(county):
    """Return who looks, and which of the places they may see; a family sees some of the first."""
    far = Principal(person_id="far", role=Role.COUNTY_OFFICER, area="990202000000")
    return (
        (county.director, {1}),
        (county.next_director, set()),
        (county.supervisor, {1}),
        (county.other_supervisor, {2}),
        (county.officer, {1, 2}),
        (far, {3}),
        (Principal(channel="telegram", chat="nobody"), set()),
        (county.guardian, {1}),
    )


async def done(unit, statement):
    """Return how many rows a statement touches, and why it is refused; nothing of it is kept."""
    point = await unit.connection.begin_nested()
    try:
        result = await unit.connection.execute(statement)
    except ProgrammingError as error:
        return 0, str(error.orig)
    else:
        return result.rowcount, ""
    finally:
        await point.rollback()


async def test_plain_sql_reads_and_changes_no_row_outside_ones_area(service, county, places):
    async with service.unit() as unit:
        for who, mine in lookers(county):
            await walls.enclose(unit, who)
            for name in sorted(await walled(unit)):
                table, seen = TABLES[name], set()
                for number, rows in places.items():
                    here = key_of(table, rows[name])
                    found = await unit.connection.execute(select(table).where(*here))
                    seen |= {number} if found.first() else set()
                    if number not in mine:
                        same = {column: column for column in table.columns}
                        for change in (update(table).values(same), delete(table)):
                            assert (await done(unit, change.where(*here)))[0] == 0, (who, name)
                if name in READ_BY_ALL:
                    continue
                assert seen <= mine, (who.role, name)
                assert seen == mine or who.role is Role.GUARDIAN, (who.role, name)


def moved(table, rows):
    """Return what makes a row one of another place: its area, and what it hangs on."""
    links = {
        column.name: rows[column.name]
        for column in table.columns
        if column.name == "area" or column.foreign_keys or column.name in LINKS
    }
    return {name: value for name, value in links.items() if value is not None}


async def test_no_row_is_moved_out_of_ones_area_or_written_into_another(service, county, places):
    found = lookers(county)
    workers = [(who, mine) for who, mine in found if who.role in STAFF and len(mine) == 1]
    assert len(workers) == 4
    async with service.unit() as unit:
        for who, mine in workers:
            await walls.enclose(unit, who)
            [own] = mine
            for name in sorted(await walled(unit)):
                table = TABLES[name]
                for other in set(places) - mine:
                    there = moved(table, places[other][name])
                    out = update(table).where(*key_of(table, places[own][name])).values(there)
                    new = rows_of(Row.metadata, 4)[name] | there
                    for statement in (out, insert(table).values(new)):
                        _, why = await done(unit, statement)
                        assert "row-level security" in why, (who.role, name, statement)


@pytest.mark.parametrize("name", ["children", "visits", "child_guardians", "export_tickets"])
async def test_a_family_changes_nothing_of_what_it_reads(service, county, places, name):
    table = TABLES[name]
    own = places[1][name]
    if name == "child_guardians":
        own = own | {"person_id": county.guardian.person_id}
    async with service.unit() as unit:
        await walls.enclose(unit, county.guardian)
        same = {column: column for column in table.columns}
        changed, _ = await done(unit, update(table).where(*key_of(table, own)).values(same))
        assert changed == 0
        assert (await done(unit, delete(table).where(*key_of(table, own))))[0] == 0
        new = rows_of(Row.metadata, 4)[name] | moved(table, places[1][name])
        if name == "child_guardians":
            new |= {"child_id": places[2]["children"]["id"], "person_id": own["person_id"]}
        assert "row-level security" in (await done(unit, insert(table).values(new)))[1]


@pytest.mark.parametrize("name", sorted(migrate.NEVER_DELETED))
async def test_the_service_deletes_nothing_of_the_record(service, county, places, name):
    async with service.unit() as unit:
        await walls.open_wide(unit)
        _, why = await done(unit, delete(TABLES[name]))
    assert "permission denied" in why


@pytest.fixture
async def hidden(service, county):
    """Return a child of the director with an open case that names the supervisor as involved."""
    async with service.unit() as unit:
        await walls.enclose(unit, county.director)
        child = (await Children(unit).mine(county.director))[0]
        report = report_of(
            child, draft_id="h", severity="P1", hidden_from=(county.supervisor.person_id,)
        )
        case = await CaseBook(unit).open_case(county.director, report)
        begun = Beginning(form="f", version="1", case_id=case.case_id, session={})
        await Drafts(unit).begin(county.director, begun)
        await unit.commit()
    return child, case


async def test_a_case_hidden_from_who_joins_two_files_goes_along(service, county, hidden):
    child, case = hidden
    async with service.unit() as unit:
        await walls.enclose(unit, county.supervisor)
        keep = (await Children(unit).mine(county.next_director))[0]
        await Twins(unit).merge(county.supervisor, keep.id, child.id)
        await walls.enclose(unit, county.officer)
        card = await CaseBook(unit).card(county.officer, case.number)
        assert card.line.child_id == keep.id


@pytest.mark.usefixtures("hidden")
async def test_a_case_hidden_from_who_hands_over_stops_nothing(service, county):
    async with service.unit() as unit:
        await walls.enclose(unit, county.supervisor)
        fresh = Person(id="", role=Role.CHILD_DIRECTOR, area=county.village, name="夏至")
        comer = await People(unit).add(fresh, county.supervisor)
        over = await Staff(unit).hand_over(county.director.person_id, comer.id, county.supervisor)
        assert (over.children, over.drafts, over.open_cases) == (7, 1, 0)


async def test_erasing_a_child_erases_the_reports_that_the_officer_may_not_see(
    service, county, clock
):
    async with service.unit() as unit:
        await walls.enclose(unit, county.director)
        child = (await Children(unit).mine(county.director))[0]
        report = report_of(child, draft_id="h", hidden_from=(county.officer.person_id,))
        case = await CaseBook(unit).open_case(county.director, report)
        await walls.enclose(unit, county.supervisor)
        await CaseBook(unit).close(county.supervisor, case.number, CloseReason.SAFE_AT_HOME)
        await Rights(unit).leave(county.supervisor, child.id, "grown")
        await unit.commit()
    async with service.unit() as unit:
        await walls.enclose(unit, county.officer)
        await Rights(unit).forget(county.officer, child.id)
        await walls.open_wide(unit)
        query = text("SELECT wrapped FROM subject_keys WHERE subject_id = :case")
        found = await unit.connection.execute(query, {"case": f"case:{case.case_id}"})
        assert found.scalar_one() is None
