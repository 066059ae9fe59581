"""Kept files: sealed, and given out only to those who may see the child or the case."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from cases.access import Purpose
from cases.casebook import NewCase
from cases.db.attachments import Attachments
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.matters import Matters
from cases.db.rights import Rights
from cases.db.rows import AttachmentRow
from cases.db.submissions import Submissions
from cases.errors import DeniedError
from cases.matters import CALL_BACK, MatterKind, NewMatter
from cases.people import Principal
from cases.policies import load_policies
from cases.submissions import Definition, Submission
from cases.vault import ForgottenError
from kernel.errors import MissingError

TODAY = date(2026, 11, 23)


@pytest.fixture
def photo():
    target = io.BytesIO()
    Image.new("RGB", (40, 20)).save(target, "JPEG")
    return target.getvalue()


async def test_a_photo_of_a_child_opens_only_for_those_in_charge(county, photo):
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        files = Attachments(unit)
        kept = await files.add_to_child(county.director, child.id, photo)
        assert [a.id for a in await files.of_child(county.director, child.id)] == [kept.id]
        opened = await files.fetch(county.director, kept.id)
        assert opened.media_type == "image/jpeg"
        assert Image.open(io.BytesIO(opened.content)).size == (40, 20)
        for who in (county.next_director, county.other_supervisor):
            with pytest.raises(DeniedError):
                await files.fetch(who, kept.id, Purpose.REVIEW)
        sealed = (await unit.connection.execute(select(AttachmentRow.sealed))).scalar_one()
    assert b"JFIF" not in bytes(sealed)


async def test_a_stranger_adds_to_the_own_report_and_nobody_elses(county, photo):
    stranger = Principal(channel="telegram", chat="31337")
    async with county.store.unit() as unit:
        case = await CaseBook(unit).open_case(
            stranger,
            NewCase(draft_id="d", severity="P1", situations=("A1",), area=county.village),
        )
        files = Attachments(unit)
        kept = await files.add_to_case(stranger, case.number, photo)
        assert await files.fetch(county.supervisor, kept.id)
        assert len(await files.of_case(county.supervisor, case.case_id)) == 1
        other = Principal(channel="telegram", chat="666")
        with pytest.raises(DeniedError):
            await files.add_to_case(other, case.number, photo)


async def test_forgetting_a_child_takes_its_files_along(county, photo):
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        files = Attachments(unit)
        kept = await files.add_to_child(county.director, child.id, photo)
        await Rights(unit).forget(county.officer, child.id)
        with pytest.raises(ForgottenError):
            await files.fetch(county.officer, kept.id, Purpose.AUDIT)


async def test_the_voice_of_a_family_is_heard_by_those_who_work_on_its_request(county):
    chat = Principal(channel="telegram", chat="31337")
    new = NewMatter(kind=MatterKind.HELP, area=county.village, topic=CALL_BACK, words={})
    async with county.store.unit() as unit:
        line = await Matters(unit).open(chat, new)
        files = Attachments(unit)
        kept = await files.add_to_matter(chat, line.id, b"OggS voice")
        listed = await files.of_matter(county.supervisor, line.number, Purpose.ASSISTANCE)
        assert [one.id for one in listed] == [kept.id]
        opened = await files.fetch(county.supervisor, kept.id, Purpose.REVIEW)
        assert opened.content == b"OggS voice"
        assert (await files.fetch(chat, kept.id)).media_type == "audio/ogg"
        for who in (county.other_supervisor, Principal(channel="telegram", chat="666")):
            with pytest.raises(DeniedError):
                await files.fetch(who, kept.id, Purpose.REVIEW)
            with pytest.raises(DeniedError):
                await files.add_to_matter(who, line.id, b"OggS")
        sealed = (await unit.connection.execute(select(AttachmentRow.sealed))).scalar_one()
    assert b"voice" not in bytes(sealed)


async def begun(unit, who):
    return await Drafts(unit).begin(who, Beginning(form="round", version="1", session={}))


async def filed(unit, who, draft, area):
    answers = Submission(
        draft_id=draft.id,
        definition=Definition(form="round", version="1", source=b"<x/>"),
        values={},
        area=area,
    )
    return await Submissions(unit).submit(who, answers, load_policies().at("", TODAY))


async def test_a_photo_of_a_form_about_nobody_opens_for_those_who_may_read_the_form(county, photo):
    async with county.store.unit() as unit:
        draft = await begun(unit, county.director)
        files = Attachments(unit)
        kept = await files.add_to_draft(county.director, draft, photo)
        assert (await files.fetch(county.director, kept.id)).media_type == "image/jpeg"
        with pytest.raises(MissingError):  # before it is filed it is nobody else's
            await files.fetch(county.supervisor, kept.id, Purpose.REVIEW)
        await filed(unit, county.director, draft, county.village)
        for who in (county.director, county.supervisor, county.officer):
            assert await files.fetch(who, kept.id, Purpose.REVIEW)
        for who in (county.next_director, county.other_supervisor):
            with pytest.raises(DeniedError):
                await files.fetch(who, kept.id, Purpose.REVIEW)
        assert [one.id for one in await files.of_form("round", county.village)] == [kept.id]
        assert await files.of_form("round", "990102101000") == []
        assert await files.of_form("other", county.village) == []


@pytest.mark.parametrize("end", ["dropped", "expired"])
async def test_a_draft_that_comes_to_nothing_leaves_no_photo(county, photo, end):
    async with county.store.unit() as unit:
        draft = await begun(unit, county.director)
        kept = await Attachments(unit).add_to_draft(county.director, draft, photo)
        if end == "dropped":
            await Drafts(unit).drop(draft)
        else:
            assert await Drafts(unit).expire(unit.clock.now() + timedelta(days=1)) == 1
        query = select(AttachmentRow.sealed).where(AttachmentRow.id == kept.id)
        assert (await unit.connection.execute(query)).scalar_one() is None


async def test_a_photo_that_was_taken_again_is_erased_when_the_form_is_filed(county, photo):
    async with county.store.unit() as unit:
        draft = await begun(unit, county.director)
        files = Attachments(unit)
        await files.add_to_draft(county.director, draft, photo)
        second = await files.add_to_draft(county.director, draft, photo)
        await filed(unit, county.director, draft, county.village)
        await files.let_go(draft.id, but=[second.id])
        assert [one.id for one in await files.of_form("round", county.village)] == [second.id]


async def test_a_photo_that_opened_a_case_is_as_secret_as_the_case(county, photo):
    async with county.store.unit() as unit:
        draft = await begun(unit, county.director)
        files = Attachments(unit)
        kept = await files.add_to_draft(county.director, draft, photo)
        await filed(unit, county.director, draft, county.village)
        new = NewCase(draft_id=draft.id, severity="P1", situations=("A1",), area=county.village)
        case = await CaseBook(unit).open_case(county.director, new)
        await files.show_in_case(draft.id, case.case_id)
        assert [one.id for one in await files.of_case(county.supervisor, case.case_id)] == [
            kept.id
        ]
        await CaseBook(unit).shut_out(
            county.director, case.case_id, (county.supervisor.person_id,)
        )
        with pytest.raises(DeniedError):
            await files.fetch(county.supervisor, kept.id, Purpose.REVIEW)
        assert await files.fetch(county.officer, kept.id, Purpose.REVIEW)
