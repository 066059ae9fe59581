"""Delegations, referrals, benefits, conferences and requests: each goes its way and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.access import Purpose
from cases.db.children import Children
from cases.db.matters import Matters
from cases.db.rights import Rights
from cases.db.submissions import Submissions
from cases.db.tasks import Tasks
from cases.errors import DeniedError, GuardError
from cases.matters import WAYS, MatterKind, NewMatter
from cases.tasks import TaskKind
from kernel.errors import RuleError

DAY = date(2026, 11, 23)


async def child_of(county, who=None):
    async with county.store.reading() as unit:
        return (await Children(unit).mine(who or county.director))[0]


async def begin(county, kind, who=None, **values):
    child = await child_of(county)
    values = {"area": county.village, "child_id": child.id} | values
    async with county.store.unit() as unit:
        line = await Matters(unit).open(who or county.director, NewMatter(kind=kind, **values))
        await unit.commit()
    return line


async def step(county, line, to, who=None, note="", **more):
    async with county.store.unit() as unit:
        moved = await Matters(unit).step(who or county.director, line.id, to, note, **more)
        await unit.commit()
    return moved


@pytest.mark.parametrize("kind", MatterKind)
def test_every_way_ends_somewhere_and_every_state_can_be_reached(kind):
    way = WAYS[kind]
    reached, edge = {way.start}, {way.start}
    while edge:
        edge = {after for state in edge for after in way.steps.get(state, ())} - reached
        reached |= edge
    assert way.ends <= reached
    assert set(way.steps) <= reached
    assert way.managed | way.written <= reached


async def test_a_referral_waits_for_approval_then_for_its_answer(county, policies):
    line = await begin(county, MatterKind.REFERRAL, topic="education", words={"why": "辍学三周"})
    assert line.number == "R-20261123-001"

    async def kinds(who):
        async with county.store.reading() as unit:
            return [task.kind for task in await Tasks(unit, policies).today(who)]

    assert TaskKind.MATTER_APPROVE in await kinds(county.supervisor)
    with pytest.raises(GuardError) as refused:
        await step(county, line, "approved")
    assert refused.value.why == "manager"
    await step(county, line, "approved", county.supervisor)
    await step(county, line, "sent", county.supervisor, due_on=DAY - timedelta(days=1))
    assert TaskKind.REFERRAL_UNANSWERED in await kinds(county.director)
    with pytest.raises(GuardError) as refused:
        await step(county, line, "declined")
    assert refused.value.why == "reason"
    await step(county, line, "answered", note="学校已接回")
    closed = await step(county, line, "closed")
    assert not closed.is_open
    async with county.store.unit() as unit:
        card = await Matters(unit).card(county.director, line.number)
    assert card.words == {"why": "辍学三周"}
    assert [s.state for s in card.steps] == [
        "proposed",
        "approved",
        "sent",
        "answered",
        "closed",
    ]
    assert card.steps[3].note == "学校已接回"
    assert "辍学" not in repr(card)


async def test_whom_the_law_bars_is_entrusted_with_no_child(county):
    with pytest.raises(RuleError) as refused:
        await begin(county, MatterKind.DELEGATION, words={"addiction": "yes"})
    assert refused.value.source == "《未成年人保护法》第二十二条"


async def test_a_delegation_is_called_to_mind_thirty_days_before_its_end(county, policies, clock):
    end = DAY + timedelta(days=45)
    line = await begin(county, MatterKind.DELEGATION, due_on=end, words={"delegate": "李寿松"})
    await step(county, line, "signed")

    async def expiring():
        async with county.store.reading() as unit:
            tasks = await Tasks(unit, policies).today(county.director)
        return [t.due_on for t in tasks if t.kind is TaskKind.DELEGATION_EXPIRING]

    assert await expiring() == []
    clock.pass_days(15)
    assert await expiring() == [end]
    await step(county, line, "ended")
    assert await expiring() == []


async def test_a_refused_request_of_a_guardian_has_its_reason_in_writing(county):
    line = await begin(county, MatterKind.REQUEST, county.guardian, topic="delete")
    with pytest.raises(DeniedError):
        await step(county, line, "granted", county.guardian)
    with pytest.raises(GuardError):
        await step(county, line, "refused", county.supervisor)
    await step(county, line, "refused", county.supervisor, "法定保存期未满")
    async with county.store.unit() as unit:
        card = await Matters(unit).card(county.guardian, line.id, Purpose.GUARDIAN)
    assert card.steps[-1].note == "法定保存期未满"


async def test_matters_of_another_area_stay_closed(county):
    line = await begin(county, MatterKind.BENEFIT, topic="dibao")
    for who in (county.next_director, county.other_supervisor):
        with pytest.raises(DeniedError):
            await step(county, line, "collecting", who)
        async with county.store.unit() as unit:
            with pytest.raises(DeniedError):
                await Matters(unit).card(who, line.id, Purpose.REVIEW)
    async with county.store.reading() as unit:
        assert await Matters(unit).listed(county.other_supervisor, MatterKind.BENEFIT) == []
        assert len(await Matters(unit).listed(county.officer, MatterKind.BENEFIT)) == 1


@pytest.mark.parametrize(
    ("kind", "values", "why"),
    [
        (MatterKind.BENEFIT, {"topic": "lottery"}, "topic"),
        (MatterKind.REFERRAL, {"child_id": None, "topic": "police"}, "child"),
        (MatterKind.CONFERENCE, {}, "opener"),
    ],
)
async def test_what_cannot_be_opened_so_is_refused(county, kind, values, why):
    with pytest.raises(GuardError) as refused:
        await begin(county, kind, **values)
    assert refused.value.why == why


async def test_a_childrens_centre_belongs_to_an_area_and_to_no_child(county):
    line = await begin(county, MatterKind.CENTRE, child_id=None, words={"rooms": "2"})
    async with county.store.unit() as unit:
        matters = Matters(unit)
        await matters.amend(county.director, line.id, {"safety_checked": "yes"})
        card = await matters.card(county.director, line.id)
    assert card.words == {"rooms": "2", "safety_checked": "yes"}


async def due_kinds(county, policies, who):
    async with county.store.reading() as unit:
        found = await Tasks(unit, policies).today(who)
    return [task.kind for task in found if task.matter is not None]


async def test_a_referral_is_unanswered_only_while_an_office_has_it(county, policies):
    late = {"topic": "education", "due_on": DAY - timedelta(days=1)}
    line = await begin(county, MatterKind.REFERRAL, **late)
    assert await due_kinds(county, policies, county.director) == []
    await step(county, line, "approved", county.supervisor)
    assert await due_kinds(county, policies, county.director) == [TaskKind.MATTER_DUE]
    await step(county, line, "sent", county.supervisor)
    assert await due_kinds(county, policies, county.director) == [TaskKind.REFERRAL_UNANSWERED]
    await step(county, line, "declined", note="材料不齐")
    assert await due_kinds(county, policies, county.director) == [TaskKind.MATTER_DUE]
    await step(county, line, "sent")
    await step(county, line, "answered")
    assert await due_kinds(county, policies, county.director) == []


async def test_a_delegation_that_was_renewed_or_whose_child_left_asks_for_nothing(
    county, policies
):
    soon = {"due_on": DAY + timedelta(days=5)}
    old = await begin(county, MatterKind.DELEGATION, **soon)
    await step(county, old, "signed")
    expiring = [TaskKind.DELEGATION_EXPIRING]
    assert await due_kinds(county, policies, county.director) == expiring
    new = await begin(county, MatterKind.DELEGATION, due_on=DAY + timedelta(days=200))
    assert await due_kinds(county, policies, county.director) == expiring
    await step(county, new, "signed")
    assert await due_kinds(county, policies, county.director) == []
    await step(county, new, "ended")
    assert await due_kinds(county, policies, county.supervisor) == expiring
    async with county.store.unit() as unit:
        await Rights(unit).leave(county.supervisor, old.child_id, "moved")
        await unit.commit()
    for who in (county.director, county.supervisor, county.officer):
        assert await due_kinds(county, policies, who) == []


async def test_only_the_family_or_who_is_in_charge_takes_a_consent_back(county):
    async with county.store.unit() as unit:
        mine = (await Rights(unit).children_of(county.guardian))[0]
        book = Matters(unit)
        new = NewMatter(kind=MatterKind.CONSENT, area="", child_id=mine.id, topic="charity")
        line = await book.open(county.guardian, new)
        assert [one.number for one in await book.consents(county.director, mine.id)] == [
            line.number
        ]
        bases = await Submissions(unit).bases(county.director, mine.id)
        assert [(one.name, one.count, one.refs) for one in bases] == [
            ("consent", 1, (line.number,))
        ]
        stranger = replace(county.guardian, person_id="another", area="")
        for who in (county.next_director, county.other_supervisor, stranger):
            with pytest.raises(DeniedError):
                await book.step(who, line.id, "withdrawn")
        await book.step(county.guardian, line.id, "withdrawn")
        assert await book.consents(county.director, mine.id) == []
        assert await Submissions(unit).bases(county.director, mine.id) == []
        with pytest.raises(GuardError):
            await book.step(county.guardian, line.id, "withdrawn")
        other = await begin_for_guardian(book, county, mine.id)
        with pytest.raises(DeniedError):  # of all matters, a family takes back its consents only
            await book.step(county.guardian, other.id, "granted")


async def begin_for_guardian(book, county, child_id):
    new = NewMatter(kind=MatterKind.REQUEST, area="", child_id=child_id, topic="copy")
    return await book.open(county.guardian, new)
