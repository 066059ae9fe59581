"""Finished forms: once per draft, with their form, counted, and moving the next visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from cases.access import Purpose
from cases.db.children import Children
from cases.db.rows import AuditRow, FormRow, SubmissionRow, VisitRow
from cases.db.submissions import Submissions
from cases.errors import DeniedError
from cases.people import Principal
from cases.submissions import Definition, Submission, Visit

DAY = date(2026, 11, 23)
FORM = Definition(form="visit_checkin", version="1", source=b"<xform/>")


async def child_of(county, who):
    async with county.store.reading() as unit:
        return (await Children(unit).mine(who))[0]


async def submit(county, policies, child, who=None, draft="d1", **visit):
    visit = {"visited_on": DAY, "mode": "home", "child_seen": True} | visit
    submission = Submission(
        draft_id=draft,
        definition=FORM,
        values={"/data/living": "grandparents"},
        area=child.area,
        child_id=child.id,
        visit=Visit(**visit),
    )
    async with county.store.unit() as unit:
        receipt = await Submissions(unit).submit(
            who or county.director, submission, policies.at(child.area, DAY)
        )
        await unit.commit()
    return receipt


async def test_a_visit_is_filed_once_with_a_number_and_the_next_day(county, policies):
    child = await child_of(county, county.director)
    receipt = await submit(county, policies, child)
    assert receipt.number == "V-20261123-001"
    assert receipt.is_new
    assert receipt.next_visit_on == DAY + timedelta(days=30)
    again = await submit(county, policies, child)
    assert again.number == receipt.number
    assert not again.is_new
    async with county.store.reading() as unit:
        for row in (SubmissionRow, VisitRow, FormRow):
            count = await unit.connection.execute(select(func.count()).select_from(row))
            assert count.scalar_one() == 1
        line = await Children(unit).line(county.director, child.id)
        entries = await Children(unit).timeline(county.director, child.id)
    assert line.last_visit_on == DAY
    assert line.next_visit_on == receipt.next_visit_on
    assert (entries[0].kind, entries[0].ref) == ("visit", "V-20261123-001")


async def test_an_agreed_day_counts_unless_it_is_too_late(county, policies):
    child = await child_of(county, county.director)
    soon, late = DAY + timedelta(days=5), DAY + timedelta(days=300)
    first = await submit(county, policies, child, draft="a", next_on=soon)
    second = await submit(county, policies, child, draft="b", next_on=late)
    assert first.next_visit_on == soon
    assert second.next_visit_on == DAY + timedelta(days=30)


async def test_a_visit_filed_after_a_later_one_moves_nothing_and_is_not_the_last(county, policies):
    child = await child_of(county, county.director)
    later = await submit(county, policies, child, draft="a")
    earlier = await submit(
        county, policies, child, draft="b", visited_on=DAY - timedelta(days=9), next_on=DAY
    )
    assert (later.is_earlier, earlier.is_earlier) == (False, True)
    assert earlier.next_visit_on is None
    async with county.store.unit() as unit:
        line = await Children(unit).line(county.director, child.id)
        day, _ = await Submissions(unit).last_of(county.director, FORM.form, child.id)
    assert (line.last_visit_on, line.next_visit_on) == (DAY, later.next_visit_on)
    assert day == DAY


async def test_a_visit_that_met_no_child_does_not_count_as_one(county, policies):
    child = await child_of(county, county.director)
    receipt = await submit(county, policies, child, child_seen=False)
    assert receipt.next_visit_on == DAY + timedelta(days=3)
    async with county.store.reading() as unit:
        line = await Children(unit).line(county.director, child.id)
    assert line.last_visit_on == child.last_visit_on


async def test_an_untrained_director_and_a_stranger_file_no_visit(county, policies):
    child = await child_of(county, county.untrained)
    with pytest.raises(DeniedError):
        await submit(county, policies, child, county.untrained)
    with pytest.raises(DeniedError):
        await submit(county, policies, child, county.director)


async def test_answers_are_read_back_by_those_who_may(county, policies):
    child = await child_of(county, county.director)
    receipt = await submit(county, policies, child)
    async with county.store.unit() as unit:
        submissions = Submissions(unit)
        values = await submissions.answers(county.director, receipt.number)
        assert values == {"/data/living": "grandparents"}
        assert await submissions.answers(county.supervisor, receipt.number, Purpose.REVIEW)
        with pytest.raises(DeniedError):
            await submissions.answers(county.next_director, receipt.number, Purpose.REVIEW)


async def test_anyone_may_ask_for_help_without_an_account(county, policies):
    stranger = Principal(channel="telegram", chat="31337")
    submission = Submission(
        draft_id="h1",
        definition=Definition(form="help_request", version="1", source=b"x"),
        values={"/data/what": "低保怎么办"},
        area=county.village,
        legal_basis="consent",
    )
    async with county.store.unit() as unit:
        receipt = await Submissions(unit).submit(
            stranger, submission, policies.at(county.village, DAY)
        )
    assert receipt.number == "S-20261123-001"


async def keep(store, *definitions):
    kept = []
    for definition in definitions:
        async with store.unit() as unit:
            kept.append(await Submissions(unit).keep_definition(definition))
            await unit.commit()
    return kept


async def test_a_form_is_kept_with_its_lists_once_however_often_it_is_begun(store):
    lists = {"shelves.csv": b"name,label\na,A\n"}
    form = Definition(form="own", version="1", source=b"<xform/>", files=lists)
    assert await keep(store, form, form) == [form, form]
    async with store.reading() as unit:
        assert await Submissions(unit).definition("own", "1") == form
        count = await unit.connection.execute(select(func.count()).select_from(FormRow))
        assert count.scalar_one() == 1


@pytest.mark.parametrize(
    "change",
    [{"source": b"<other/>"}, {"files": {"a.csv": b"c"}}, {"files": {}}, {"version": "9" * 64}],
)
async def test_a_form_changed_under_its_old_version_stands_beside_the_old_one(store, change):
    old = Definition(form="own", version="1", source=b"<xform/>", files={"a.csv": b"b"})
    old = replace(old, version=change.pop("version", "1"))
    new = replace(old, **change or {"source": b"<long/>"})
    (_, kept, again, before) = await keep(store, old, new, new, old)
    assert kept == again == new.marked()
    assert before == old
    assert len(kept.version) <= 64
    async with store.reading() as unit:
        assert await Submissions(unit).definition("own", old.version) == old
        assert await Submissions(unit).definition("own", kept.version) == kept


async def test_answers_stand_with_the_very_form_they_were_given_on(county, policies):
    child = await child_of(county, county.director)
    changed = replace(FORM, source=b"<changed/>")
    await keep(county.store, FORM)
    submission = Submission(draft_id="x", definition=changed, values={}, area=child.area)
    async with county.store.unit() as unit:
        await Submissions(unit).submit(county.director, submission, policies.at(child.area, DAY))
        await unit.commit()
        row = await unit.connection.execute(select(SubmissionRow.form, SubmissionRow.version))
        kept = await Submissions(unit).definition(*row.one())
    assert kept.source == b"<changed/>"


async def test_what_someone_filed_last_is_their_own_logged_and_nobody_elses(county, policies):
    async def say(who, draft, town):
        form = Submission(
            draft_id=draft, definition=FORM, values={"/data/town": town}, area=who.area
        )
        async with county.store.unit() as unit:
            await Submissions(unit).submit(who, form, policies.at(who.area, DAY))
            await unit.commit()

    async def last(who, form="visit_checkin"):
        async with county.store.unit() as unit:
            found = await Submissions(unit).last_by(who, form)
            await unit.commit()
        return found

    await say(county.director, "a", "桥头")
    await say(county.director, "b", "塘口")
    await say(county.supervisor, "c", "石溪")
    assert await last(county.director) == {"/data/town": "塘口"}
    assert await last(county.supervisor) == {"/data/town": "石溪"}
    assert await last(county.director, "another_form") == {}
    assert await last(county.officer) == {}
    async with county.store.reading() as unit:
        acts = select(AuditRow.seq).where(AuditRow.action == "form.read")
        assert len((await unit.connection.execute(acts)).all()) == 2


async def test_what_was_filed_of_a_child_that_is_anothers_now_is_not_read_again(county, policies):
    child = await child_of(county, county.director)
    await submit(county, policies, child)
    moved = replace(county.director, area=county.next_village)
    async with county.store.unit() as unit:
        assert await Submissions(unit).last_by(county.director, "visit_checkin")
        assert await Submissions(unit).last_by(moved, "visit_checkin") == {}
