"""Access: role, area, relation and action decide, and nothing else opens a door."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases.access import Action, Purpose, Relation, Resource, decide, relations, require
from cases.areas import Level, within
from cases.errors import DeniedError, ReasonNeededError
from cases.people import Principal, Role

PEOPLE = ("p1", "p2", "p3", None)
AREAS = ("990101101201", "990101101202", "990101101000", "990101000000", "990102101201", "")
FOR_EVERYONE = {Action.EMERGENCY_RAISE, Action.HELP_ASK}

principals = st.builds(
    Principal,
    person_id=st.sampled_from(PEOPLE),
    role=st.sampled_from(Role),
    area=st.sampled_from(AREAS),
    channel=st.just("telegram"),
    chat=st.sampled_from(("7", "8")),
    qualified=st.booleans(),
)
some = st.frozensets(st.sampled_from(PEOPLE[:3]), max_size=2)
resources = st.builds(
    Resource,
    area=st.sampled_from(AREAS),
    owner=st.sampled_from(PEOPLE),
    reporter=st.sampled_from((*PEOPLE, "chat:telegram:7")),
    addressees=some,
    guardians=some,
    hidden_from=some,
    restricted=st.booleans(),
    becomes=st.frozensets(st.sampled_from(AREAS[:5]), max_size=2),
)


MOVED_AWAY = Principal(
    person_id="p1", role=Role.CHILD_DIRECTOR, area=AREAS[0], channel="telegram", chat="7"
)


@given(principals, st.sampled_from(Action), resources)
@example(MOVED_AWAY, Action.MATTER_READ, Resource(area=AREAS[1], owner="p1", reporter="p1"))
def test_nobody_passes_without_area_or_a_personal_tie(principal, action, resource):
    if action in FOR_EVERYONE or not decide(principal, action, resource).allowed:
        return
    ties = relations(principal, resource) - {Relation.OWN}
    assert ties
    if not str(action).startswith("case.") and principal.role is not Role.GUARDIAN:
        assert within(resource.area, principal.area) or may_come(principal, action, resource)


def may_come(principal, action, resource):
    """Say whether a child that waits is listed for, or taken in by, who is in charge there."""
    return (
        action in {Action.CHILD_LIST, Action.CHILD_MOVE}
        and principal.role in {Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER}
        and any(within(code, principal.area) for code in resource.becomes)
    )


@given(principals, st.sampled_from(Action), resources)
def test_of_a_child_that_may_come_nothing_is_read_but_its_line(principal, action, resource):
    """A supervisor of a new township assigns who waits; the file opens once that is done."""
    if action in {Action.CHILD_LIST, Action.CHILD_MOVE}:
        return
    decided = decide(principal, action, resource)
    assert decided == decide(principal, action, replace(resource, becomes=frozenset()))


@given(principals, st.sampled_from((Action.STATS_READ, Action.EXPORT)), resources)
def test_whoever_reads_whole_figures_may_see_each_record_behind_them(principal, action, resource):
    """So counts below five may stand on a worker's own screens (cases/statistics.py)."""
    if decide(principal, action, resource).allowed:
        assert decide(principal, Action.CHILD_LIST, resource).allowed
        assert decide(principal, Action.CASE_READ, resource).allowed


@given(principals, st.sampled_from(Action), resources)
def test_whoever_a_report_names_as_involved_is_shut_out(principal, action, resource):
    if principal.person_id in resource.hidden_from and action not in FOR_EVERYONE:
        assert not decide(principal, action, resource).allowed


@given(principals, st.sampled_from(Action), resources)
def test_restricted_cases_stay_hidden_in_the_village_except_from_the_reporter(
    principal, action, resource
):
    if (
        resource.restricted
        and principal.role in {Role.CHILD_DIRECTOR, Role.GUARDIAN}
        and resource.reporter not in {principal.person_id, principal.actor}
        and action not in FOR_EVERYONE
    ):
        assert not decide(principal, action, resource).allowed


@given(principals, resources)
def test_anyone_may_always_raise_an_emergency(principal, resource):
    assert decide(principal, Action.EMERGENCY_RAISE, resource).allowed


@given(principals, resources)
def test_a_director_before_the_first_training_files_nothing(principal, resource):
    if principal.role is Role.CHILD_DIRECTOR and not principal.qualified:
        for action in (Action.VISIT_FILE, Action.CHILD_CHANGE, Action.CHILD_ADD):
            assert not decide(principal, action, resource).allowed


@given(principals, resources)
def test_only_supervisor_or_county_close_a_case(principal, resource):
    if decide(principal, Action.CASE_CLOSE, resource).allowed:
        assert principal.role in {Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER}


@given(principals, resources)
def test_a_guardian_reads_no_child_but_the_own(principal, resource):
    decision = decide(principal, Action.CHILD_READ, resource)
    if principal.role is Role.GUARDIAN and decision.allowed:
        assert principal.person_id in resource.guardians


def test_another_directors_child_opens_only_for_a_purpose():
    me = Principal(person_id="p1", role=Role.CHILD_DIRECTOR, area=AREAS[0], qualified=True)
    others = Resource(area=AREAS[0], owner="p2")
    assert decide(me, Action.CHILD_READ, others).needs_reason
    with pytest.raises(ReasonNeededError):
        require(me, Action.CHILD_READ, others, Purpose.NONE)
    require(me, Action.CHILD_READ, others, Purpose.HANDOVER)
    require(me, Action.CHILD_READ, Resource(area=AREAS[0], owner="p1"))


def test_a_refusal_names_its_reason_in_words_of_ours():
    me = Principal(person_id="p1", role=Role.CHILD_DIRECTOR, area=AREAS[0])
    with pytest.raises(DeniedError) as refused:
        require(me, Action.VISIT_FILE, Resource(area=AREAS[0], owner="p1"))
    assert refused.value.reply.key == "cases-denied-unqualified"


@pytest.mark.parametrize("role", [Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR])
def test_before_the_first_training_nobody_does_field_work_but_anybody_reports(role):
    """民发〔2019〕34号 二-(二) names supervisors and directors alike."""
    me = Principal(person_id="p1", role=role, area=AREAS[0])
    child = Resource(area=AREAS[0], owner="p1", reporter="p1")
    work = (Action.VISIT_FILE, Action.CHILD_ADD, Action.CHILD_CHANGE, Action.FORM_FILE)
    for action in (*work, Action.CHILD_RISK, Action.GUARDIAN_TIE, Action.MATTER_OPEN):
        assert decide(me, action, child).why == "unqualified"
        assert decide(replace(me, qualified=True), action, child).allowed
    for action in (Action.EMERGENCY_RAISE, Action.CASE_ADD, Action.CASE_POLICE):
        assert decide(me, action, child).allowed


def test_nobody_makes_their_own_superior():
    me = Principal(person_id="p1", role=Role.CHILD_SUPERVISOR, area=AREAS[2])
    for role, allowed in (
        (Role.CHILD_DIRECTOR, True),
        (Role.CHILD_SUPERVISOR, False),
        (Role.COUNTY_OFFICER, False),
    ):
        wanted = Resource(area=AREAS[0], managed=role)
        assert decide(me, Action.PEOPLE_MANAGE, wanted).allowed is allowed


@given(st.sampled_from(AREAS[:5]), st.sampled_from(Level))
def test_a_division_lies_within_every_division_above_it(code, level):
    from cases.areas import at_level

    assert within(code, at_level(code, level))
