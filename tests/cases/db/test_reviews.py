"""A visit is accepted or returned, a level of risk decided: by a named person, on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.db.children import Children
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rights import Rights
from cases.db.staff import Staff
from cases.db.submissions import Submissions
from cases.db.tasks import Tasks
from cases.errors import DeniedError, GuardError
from cases.people import Person, Role, principal
from cases.submissions import Definition, Submission, Visit
from cases.tasks import TaskKind

DAY = date(2026, 11, 23)


async def visit(unit, county, policies):
    child = (await Children(unit).mine(county.director))[0]
    submission = Submission(
        draft_id="d",
        definition=Definition(form="visit_checkin", version="1", source=b""),
        values={},
        area=child.area,
        child_id=child.id,
        visit=Visit(visited_on=DAY, child_seen=True, severity="P3"),
    )
    receipt = await Submissions(unit).submit(
        county.director, submission, policies.at(child.area, DAY)
    )
    return child, receipt.number


async def kinds(unit, policies, who):
    return {task.kind for task in await Tasks(unit, policies).today(who)}


async def test_a_returned_visit_comes_back_with_the_marked_questions_only(county, policies):
    async with county.store.unit() as unit:
        child, number = await visit(unit, county, policies)
        reviews = Reviews(unit)
        assert TaskKind.VISIT_REVIEW in await kinds(unit, policies, county.supervisor)
        with pytest.raises(GuardError):
            await reviews.give_back(county.supervisor, number, ())
        await reviews.give_back(county.supervisor, number, ["/data/health"], "药名没写")
        assert await reviews.waiting(county.supervisor) == []
        back = await reviews.returned_to(county.director)
        assert [(line.number, line.ask_again) for line in back] == [(number, ("/data/health",))]
        assert TaskKind.VISIT_RETURNED in await kinds(unit, policies, county.director)
        entries = await Children(unit).timeline(county.director, child.id)
        assert (entries[0].kind, entries[0].changes) == ("returned", {"note": (None, "药名没写")})


async def test_a_visit_returned_to_who_left_is_asked_of_whoever_took_the_child_over(
    county, policies
):
    async with county.store.unit() as unit:
        _, number = await visit(unit, county, policies)
        await Reviews(unit).give_back(county.supervisor, number, ["/data/health"])
        fresh = Person(id="", role=Role.CHILD_DIRECTOR, area=county.village, name="孙小雪")
        heir = principal(await People(unit).add(fresh, county.supervisor))
        assert await Reviews(unit).returned_to(heir) == []
        await Staff(unit).hand_over(county.director.person_id, heir.person_id, county.supervisor)
        assert [one.number for one in await Reviews(unit).returned_to(heir)] == [number]


async def test_nothing_is_asked_again_of_a_child_who_has_left(county, policies):
    async with county.store.unit() as unit:
        child, number = await visit(unit, county, policies)
        await Reviews(unit).give_back(county.supervisor, number, ["/data/health"])
        await Rights(unit).leave(county.supervisor, child.id, "moved")
        assert await Reviews(unit).returned_to(county.director) == []


async def test_a_visit_is_accepted_only_by_whoever_is_in_charge(county, policies):
    async with county.store.unit() as unit:
        _, number = await visit(unit, county, policies)
        reviews = Reviews(unit)
        for who in (county.director, county.other_supervisor):
            with pytest.raises(DeniedError):
                await reviews.accept(who, number)
        await reviews.accept(county.supervisor, number)
        assert await reviews.waiting(county.officer) == []


async def test_a_proposed_level_changes_nothing_until_a_person_decides(county, policies):
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        reviews = Reviews(unit)
        await reviews.propose_risk(child.id, "red", "V3-alone")
        assert (await Children(unit).line(county.director, child.id)).risk_level == "yellow"
        proposed = await reviews.proposed(county.supervisor)
        assert [(line.id, level, rule) for line, level, rule in proposed] == [
            (child.id, "red", "V3-alone")
        ]
        assert TaskKind.RISK_DECIDE in await kinds(unit, policies, county.supervisor)
        with pytest.raises(DeniedError):
            await reviews.decide_risk(
                county.next_director, child.id, "red", policies.at(county.village, DAY)
            )
        await reviews.decide_risk(
            county.supervisor, child.id, "blue", policies.at(county.village, DAY)
        )
        line = await Children(unit).line(county.director, child.id)
        assert line.risk_level == "blue"
        assert await reviews.proposed(county.supervisor) == []


async def test_a_graver_level_brings_the_next_visit_forward(county, policies):
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[-1]
        assert child.next_visit_on > DAY + timedelta(days=7)
        await Reviews(unit).decide_risk(
            county.supervisor, child.id, "red", policies.at(county.village, DAY)
        )
        line = await Children(unit).line(county.director, child.id)
    assert line.next_visit_on == DAY


async def test_a_rule_proposes_more_care_or_a_first_level_never_less(county, policies):
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        reviews, policy = Reviews(unit), policies.at(county.village, DAY)
        for level in ("green", "blue", "yellow"):
            await reviews.propose_risk(child.id, level, "rule_none")
            assert await reviews.proposed(county.supervisor) == []
        await reviews.propose_risk(child.id, policy.risk_of("P1"), "rule_alone")
        await reviews.propose_risk(child.id, policy.risk_of("P2"), "rule_contact")
        (proposed,) = await reviews.proposed(county.supervisor)
        assert proposed[1:] == ("red", "rule_alone")
