"""The rounds of the year at work: who is still to be asked about, and the notice of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from alerts.notices import Notice
from cases.db.children import Children
from cases.db.submissions import Submissions
from cases.people import Role
from kernel.clock import local_day
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import date

    from alerts.policy import Policies
    from alerts.seasons import Sweep
    from cases.children import ChildLine
    from cases.db.store import Unit
    from cases.people import Principal

SETTLED = ("fine", "problem")
"""Answers after which a child is not asked about again in this round."""
MOST = 400
"""Children of one director that a round looks at: our default."""


def round_of(sweep: Sweep, first: date) -> str:
    """Return what one round is called, once: `flood-20270601`."""
    return f"{sweep.name}-{first:%Y%m%d}"


def mark_of(round_id: str, child_id: str, answer: str) -> str:
    """Return the key of one answer: the same tap twice is one answer."""
    return hashlib.sha256(f"{round_id}:{child_id}:{answer}".encode()).hexdigest()[:20]


async def asked_about(unit: Unit, sweep: Sweep, who: Principal) -> list[ChildLine]:
    """Return every child of a director that belongs to the round."""
    day = local_day(unit.clock.now())
    children = await Children(unit).mine(who, limit=MOST)
    return [child for child in children if sweep.takes(child, day)]


async def answered(
    unit: Unit, round_id: str, children: list[ChildLine], answers: tuple[str, ...] = SETTLED
) -> dict[str, str]:
    """Return which answer each child already has."""
    keys = {
        mark_of(round_id, c.id, answer): (c.id, answer) for c in children for answer in answers
    }
    filed = await Submissions(unit).filed(list(keys))
    return {keys[key][0]: keys[key][1] for key in filed}


async def sweep_notice(
    unit: Unit, policies: Policies, who: Principal, *, monday: bool
) -> Notice | None:
    """Return the notice of the rounds that begin today, or on Mondays of those not done yet."""
    if who.role is not Role.CHILD_DIRECTOR:
        return None
    day = local_day(unit.clock.now())
    lines, buttons = [], []
    for sweep in policies.sweeps(who.area):
        first = sweep.opened(day)
        if first is None or not (monday or first == day):
            continue
        children = await asked_about(unit, sweep, who)
        left = len(children) - len(await answered(unit, round_of(sweep, first), children))
        if left:
            lines.append(say("alerts-sweep", sweep=sweep.name, count=left))
            buttons.append((say("alerts-sweep-begin", sweep=sweep.name), f"sweep:{sweep.name}"))
    return Notice(lines=tuple(lines), buttons=tuple(buttons)) if lines else None
