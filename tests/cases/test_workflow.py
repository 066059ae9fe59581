"""The life of a case: which step may follow, who may take it, what closing asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import GuardError
from cases.people import Role
from cases.workflow import CloseReason, Closing, State, advance, is_restricted, may_close

states = st.sampled_from(State)


@given(states, states, st.sampled_from(Role))
def test_no_step_ever_moves_a_case_back(now, step, role):
    order = list(State)
    try:
        after = advance(now, step, role)
    except GuardError:
        return
    assert order.index(after) >= order.index(now)
    assert now is not State.CLOSED


@given(states, states)
def test_a_director_never_confirms_safety_or_plans(now, step):
    late = {State.SAFETY_CONFIRMED, State.ASSESSMENT, State.PLAN, State.FOLLOWUP}
    if step in late and now is not State.CLOSED:
        with pytest.raises(GuardError):
            advance(now, step, Role.CHILD_DIRECTOR)


@pytest.mark.parametrize(
    ("severity", "police", "reason", "role", "why"),
    [
        ("P1", True, CloseReason.RESOLVED, Role.CHILD_SUPERVISOR, ""),
        ("P1", False, CloseReason.RESOLVED, Role.CHILD_SUPERVISOR, "police"),
        ("P0", False, CloseReason.TRANSFERRED, Role.COUNTY_OFFICER, "police"),
        ("P0", False, CloseReason.FALSE_ALARM, Role.COUNTY_OFFICER, ""),
        ("P2", False, CloseReason.RESOLVED, Role.CHILD_SUPERVISOR, ""),
        ("P2", True, CloseReason.RESOLVED, Role.CHILD_DIRECTOR, "manager"),
    ],
)
def test_closing_needs_someone_in_charge_and_the_police(severity, police, reason, role, why):
    closing = Closing(severity, State.ALERT_SENT, police, reason)
    if not why:
        may_close(closing, role)
        return
    with pytest.raises(GuardError) as refused:
        may_close(closing, role)
    assert refused.value.why == why


def test_a_closed_case_stays_closed():
    with pytest.raises(GuardError):
        may_close(Closing("P3", State.CLOSED, True, CloseReason.RESOLVED), Role.COUNTY_OFFICER)


def test_the_three_situations_of_the_body_are_restricted():
    assert is_restricted(("A1", "N2"))
    assert not is_restricted(("A5", "N4"))
