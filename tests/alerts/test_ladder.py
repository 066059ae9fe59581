from __future__ import annotations

from dataclasses import replace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from alerts.ladder import (
    ENDED,
    Policy,
    Rung,
    Standing,
    State,
    after_acknowledgement,
    has_next_step,
    next_step,
    restored,
    snapshot,
)
from alerts.policy import Policies

POLICY = Policy(
    severity="P1",
    rungs=(Rung(roles=("a",), seconds=300), Rung(roles=("b",), seconds=600)),
    repeat=120,
    reopen=1800,
    follow=86_400,
    loud=True,
)


def test_an_alert_that_is_not_due_waits():
    step = next_step(Standing(state="open", rung=0, due=10), POLICY, 9)
    assert (step.kind, step.due) == ("wait", 10)


def test_a_rung_whose_time_is_over_gives_way_to_the_next():
    step = next_step(Standing(state="open", rung=0, due=10), POLICY, 10)
    assert (step.kind, step.rung, step.due) == ("climb", 1, 610)


def test_after_the_last_rung_everybody_is_told_again_and_again():
    step = next_step(Standing(state="open", rung=1, round=3, due=10), POLICY, 11)
    assert (step.kind, step.rung, step.round, step.due) == ("repeat", 1, 4, 131)


def test_an_acknowledgement_that_leads_to_nothing_is_taken_back():
    due = after_acknowledgement(POLICY, 0)
    assert due == 1800
    step = next_step(Standing(state="acked", rung=1, due=due), POLICY, 1800)
    assert (step.kind, step.state, step.rung, step.due) == ("reopen", "open", -1, 1800)


def test_an_acknowledgement_that_led_to_work_is_followed_daily():
    step = next_step(Standing(state="acked", rung=1, due=5, acted=True), POLICY, 6)
    assert (step.kind, step.state, step.due) == ("wait", "following", 86_406)
    step = next_step(Standing(state="following", rung=1, due=5), POLICY, 6)
    assert (step.kind, step.state, step.due) == ("follow", "following", 86_406)


def test_work_on_what_is_not_followed_daily_is_waited_for_without_an_end():
    calm = replace(POLICY, follow=None)
    step = next_step(Standing(state="acked", rung=1, due=5, acted=True), calm, 6)
    assert (step.kind, step.state, step.due) == ("wait", "following", None)
    assert has_next_step(Standing(state=step.state, due=step.due), calm)


def test_an_alert_at_its_end_rests():
    for state in ENDED:
        assert next_step(Standing(state=cast(State, state), due=1), POLICY, 2).kind == "rest"


def test_a_kept_policy_is_the_same_when_it_is_read_back(policies: Policies):
    for severity in ("P0", "P1", "P2", "P3"):
        ladder = policies.ladder(severity, "990101101201")
        assert ladder is not None
        assert restored(snapshot(ladder)) == ladder


@given(
    state=st.sampled_from(["open", "acked", "following", "safe", "done"]),
    rung=st.integers(-1, 1),
    due=st.none() | st.floats(0, 1e6),
    now=st.floats(0, 1e6),
    acted=st.booleans(),
)
def test_every_step_leaves_an_alert_that_is_looked_at_again(
    state: State, rung: int, due: float | None, now: float, acted: bool
):
    plain = Policy(severity="P3", rungs=POLICY.rungs, repeat=5)
    for policy in (POLICY, plain, replace(plain, reopen=9), replace(plain, follow=9)):
        step = next_step(Standing(state=state, rung=rung, due=due, acted=acted), policy, now)
        assert has_next_step(Standing(state=step.state, due=step.due), policy)
        if step.kind == "climb":
            assert step.rung == rung + 1
