"""The rounds of the year at work: who is still to be asked about, and the notice of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.notices import Notice
from cases.db.children import Children
from cases.db.submissions import Submissions
from cases.people import Role
from kernel.clock import local_day
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from alerts.policy import Policies
    from alerts.seasons import Sweep
    from cases.children import ChildLine
    from cases.db.store import Unit
    from cases.people import Principal
    from kernel.phrases import Words

FORM = "season_sweep"
SIGNS = {"y": "fine", "n": "problem", "u": "unreached"}
"""What may be answered, each with its letter in keys and buttons."""
SETTLED = frozenset({"fine", "problem"})
"""Answers after which a child is not asked about again in this round."""
MOST = 400
"""Children that are looked at together: our default."""
_HEAD = 16
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer about a child in a round, which may be put right: the `nth`, from 0."""

    answer: str
    nth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a round has got in an area.

    Args:
        over: Its last day has passed.
        left: How many each village has not settled.
    """

    sweep: Sweep
    over: bool
    children: int
    settled: int
    problems: int
    unreached: int
    left: Mapping[str, int] = field(default_factory=dict)


def round_of(sweep: Sweep, first: date) -> str:
    """Return what one round is called, once: `flood-20270601`."""
    return f"{sweep.name}-{first:%Y%m%d}"


def mark_of(round_id: str, child_id: str, given: Answer) -> str:
    """Return the key of one answer, at most 20 characters; each answer has its own."""
    sign = next(sign for sign, answer in SIGNS.items() if answer == given.answer)
    return f"{_head(round_id, child_id)}{sign}{given.nth}"


def _head(round_id: str, child_id: str) -> str:
    return hashlib.sha256(f"{round_id}:{child_id}".encode()).hexdigest()[:_HEAD]


async def asked_about(unit: Unit, sweep: Sweep, who: Principal) -> list[ChildLine]:
    """Return every child of a director that belongs to the round."""
    day = local_day(unit.clock.now())
    children = await Children(unit).mine(who, limit=MOST)
    return [child for child in children if sweep.takes(child, day)]


async def answered(unit: Unit, round_id: str, children: Sequence[ChildLine]) -> dict[str, Answer]:
    """Return the last answer about each child that has one in this round."""
    found: dict[str, Answer] = {}
    for child_id, mark in await Submissions(unit).marks(FORM, [child.id for child in children]):
        head, sign, nth = mark[:_HEAD], mark[_HEAD : _HEAD + 1], mark[_HEAD + 1 :]
        if head != _head(round_id, child_id) or sign not in SIGNS or not nth.isdecimal():
            continue  # of another round
        if child_id not in found or found[child_id].nth < int(nth):
            found[child_id] = Answer(SIGNS[sign], int(nth))
    return found


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
        given = await answered(unit, round_of(sweep, first), children)
        left = sum(_is_left(given, child) for child in children)
        if left:
            lines.append(say("alerts-sweep", sweep=sweep.name, count=left))
            buttons.append((say("alerts-sweep-begin", sweep=sweep.name), f"sweep:{sweep.name}"))
    return Notice(lines=tuple(lines), buttons=tuple(buttons)) if lines else None


def _is_left(given: Mapping[str, Answer], child: ChildLine) -> bool:
    return child.id not in given or given[child.id].answer not in SETTLED


async def progress(unit: Unit, policies: Policies, who: Principal) -> list[Progress]:
    """Return how far the rounds have got in an area that are open, or ended within a week."""
    today = local_day(unit.clock.now())
    opened = [
        (sweep, first)
        for sweep in policies.sweeps(who.area)
        if (first := sweep.opened(today) or sweep.opened(today - _WEEK)) is not None
    ]
    if not opened:
        return []
    children = await _all_of(unit, who)
    found = []
    for sweep, first in opened:
        own = [child for child in children if sweep.takes(child, today)]
        given: dict[str, Answer] = {}
        for start in range(0, len(own), MOST):
            given |= await answered(unit, round_of(sweep, first), own[start : start + MOST])
        counts = Counter(one.answer for one in given.values())
        if own:
            found.append(
                Progress(
                    sweep=sweep,
                    over=sweep.opened(today) is None,
                    children=len(own),
                    settled=sum(counts[answer] for answer in SETTLED),
                    problems=counts["problem"],
                    unreached=counts["unreached"],
                    left=Counter(child.area for child in own if _is_left(given, child)),
                )
            )
    return found


async def _all_of(unit: Unit, who: Principal) -> list[ChildLine]:
    found: list[ChildLine] = []
    while True:
        after = found[-1].id if found else ""
        some = await Children(unit).mine(who, limit=MOST, after=after)
        found += some
        if len(some) < MOST:
            return found


def progress_line(one: Progress) -> Words:
    """Say how far a round has got."""
    return say(
        "alerts-sweep-progress",
        sweep=one.sweep.name,
        over="yes" if one.over else "no",
        children=one.children,
        settled=one.settled,
        problems=one.problems,
        unreached=one.unreached,
    )
