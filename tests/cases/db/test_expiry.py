"""What is about no child is erased when its time is over; a child's own goes with its file."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import func, select

from cases.access import Purpose
from cases.casebook import NewCase
from cases.db.attachments import Attachments
from cases.db.audit import Audit
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.expiry import erase_expired
from cases.db.matters import Matters
from cases.db.rights import Rights
from cases.db.rows import AttachmentRow, SubmissionRow
from cases.db.submissions import Submissions
from cases.matters import CALL_BACK, MatterKind, NewMatter
from cases.people import Principal
from cases.policies import load_policies
from cases.submissions import Definition, Submission
from cases.vault import ForgottenError
from cases.workflow import CloseReason

STORY = "左臂有淤青"
KEPT = 1_825  # days, as shipped


@pytest.fixture
def photo():
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, "JPEG")
    return target.getvalue()


async def reported(county, photo, child_id=None):
    """Report something, keep a photo with it, and close it."""
    async with county.store.unit() as unit:
        new = NewCase(
            draft_id="d",
            severity="P2",
            situations=("other",),
            area=county.village,
            child_id=child_id,
            details={"more": STORY},
        )
        opened = await CaseBook(unit).open_case(county.director, new)
        await Attachments(unit).add_to_case(county.director, opened.case_id, photo)
        await CaseBook(unit).close(county.supervisor, opened.case_id, CloseReason.RESOLVED)
        await unit.commit()
    return opened


async def files(county):
    async with county.store.reading() as unit:
        query = select(func.count()).where(AttachmentRow.sealed.is_not(None))
        return (await unit.connection.execute(query)).scalar_one()


async def test_a_closed_report_about_nobody_known_is_erased_but_not_its_number(
    county, policies, clock, photo
):
    opened = await reported(county, photo)
    clock.pass_days(KEPT - 1)
    assert await erase_expired(county.store, policies) == 0
    clock.pass_days(2)
    assert await erase_expired(county.store, policies) == 1
    assert await erase_expired(county.store, policies) == 0
    assert await files(county) == 0
    async with county.store.unit() as unit:
        with pytest.raises(ForgottenError):
            await CaseBook(unit).card(county.officer, opened.case_id)
        lines = await CaseBook(unit).lines(county.officer, only_open=False)
        assert opened.number in {one.number for one in lines}
        assert (await Audit(unit).verify()).ok


async def test_a_report_stays_while_the_file_of_its_child_is_kept_and_goes_with_it(
    county, policies, clock, photo
):
    async with county.store.reading() as unit:
        child = (await Children(unit).mine(county.director))[0]
    opened = await reported(county, photo, child.id)
    clock.pass_days(2 * KEPT)
    assert await erase_expired(county.store, policies) == 0
    async with county.store.unit() as unit:
        assert (await CaseBook(unit).card(county.officer, opened.case_id)).details["more"] == STORY
        await Rights(unit).leave(county.supervisor, child.id, "grown")
        await Rights(unit).forget(county.officer, child.id)
        await unit.commit()
    async with county.store.unit() as unit:
        with pytest.raises(ForgottenError):
            await CaseBook(unit).card(county.officer, opened.case_id)
    assert await files(county) == 0


async def test_an_open_report_is_never_erased(county, policies, clock):
    async with county.store.unit() as unit:
        new = NewCase(draft_id="d", severity="P1", situations=("A1",), area=county.village)
        opened = await CaseBook(unit).open_case(county.director, new)
        await unit.commit()
    clock.pass_days(3 * KEPT)
    assert await erase_expired(county.store, policies) == 0
    async with county.store.unit() as unit:
        assert await CaseBook(unit).card(county.officer, opened.case_id)


async def test_what_a_family_asked_is_erased_after_it_was_answered(county, policies, clock):
    chat = Principal(channel="telegram", chat="31337")
    async with county.store.unit() as unit:
        matters = Matters(unit)
        new = NewMatter(
            kind=MatterKind.HELP, area=county.village, topic=CALL_BACK, words={"about": STORY}
        )
        done = await matters.open(chat, new)
        waiting = await matters.open(chat, new)
        await Attachments(unit).add_to_matter(chat, done.id, b"OggS voice")
        await matters.step(county.supervisor, done.id, "called", "")
        await matters.step(county.supervisor, done.id, "done", STORY)
        await unit.commit()
    clock.pass_days(KEPT + 1)
    assert await erase_expired(county.store, policies) == 1
    assert await files(county) == 0
    async with county.store.unit() as unit:
        with pytest.raises(ForgottenError):
            await Matters(unit).card(county.supervisor, done.number, Purpose.ASSISTANCE)
        card = await Matters(unit).card(county.supervisor, waiting.number, Purpose.ASSISTANCE)
        assert card.words["about"] == STORY
        assert len(await Matters(unit).asked_by(chat)) == 2


async def test_answers_of_a_form_about_nobody_are_deleted_with_their_photos(
    county, policies, clock, photo
):
    async with county.store.unit() as unit:
        draft = await Drafts(unit).begin(
            county.director, Beginning(form="round", version="1", session={})
        )
        await Attachments(unit).add_to_draft(county.director, draft, photo)
        kept = Definition(form="round", version="1", source=b"<x/>")
        filed = Submission(draft_id=draft.id, definition=kept, values={}, area=county.village)
        policy = load_policies().at(county.village, date(2026, 11, 23))
        await Submissions(unit).submit(county.director, filed, policy)
        await unit.commit()
    clock.pass_days(KEPT - 1)
    assert await erase_expired(county.store, policies) == 0
    clock.pass_days(2)
    assert await erase_expired(county.store, policies) == 1
    assert await files(county) == 0
    async with county.store.reading() as unit:
        query = select(func.count()).where(SubmissionRow.draft_id == draft.id)
        assert (await unit.connection.execute(query)).scalar_one() == 0
