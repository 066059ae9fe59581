"""Reminders of the day, the week and the month, each once to each person; never of an emergency.

A round is known by its day, and every notice of it by day and person: a worker that dies in the
middle, or two workers at once, repeat nothing. The texts hold counts only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

from alerts.hours import is_quiet, last_daily, last_weekly
from alerts.notices import Notice, notify
from alerts.reminding import daily_lines, monthly_lines, vacant_lines, weekly_lines
from alerts.sweeping import sweep_notice
from cases.db import monotone
from cases.db.beats import Beats
from cases.db.people import People
from cases.db.responders import Responders
from cases.db.walls import open_wide
from cases.people import STAFF, principal
from kernel.clock import local, local_day

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from alerts.policy import Policies as Ladders
    from cases.db.store import Store, Unit
    from cases.people import Person
    from cases.policies import Policies
    from kernel.phrases import Words

EVERY_SECONDS = 30.0
MORNING = time(8, 30)
"""When reminders and digests go out, in Beijing time: our default."""
MONDAY = 0
LATEST = timedelta(hours=10)
"""A round of a day that could not begin for so long is left out: tomorrow has its own."""
DIGESTS_LATEST = timedelta(days=2, hours=10)
"""How late the figures of a week or month are worth sending, till Wednesday: our default."""
CHUNK = 25

Lines = tuple["Words", ...]


@dataclass(frozen=True, slots=True)
class _Round:
    """One kind of round, the moment it last fell due, and how long after that it may begin."""

    name: str
    at: datetime
    notice: Callable[[Unit, Person], Awaitable[Notice | None]]
    latest: timedelta = LATEST

    @property
    def key(self) -> str:
        """Return what this round is called, once."""
        return f"{self.name}:{local(self.at).date().isoformat()}"


class Rounds:
    """All rounds.

    Args:
        store: The database.
        policies: The work policy of the case record (visit frequencies).
        ladders: Cadence of reminders, and the rounds of the year.
    """

    def __init__(self, store: Store, policies: Policies, ladders: Ladders) -> None:
        self._store = store
        self._policies = policies
        self._ladders = ladders

    async def look(self) -> int:
        """Make every round that fell due and was not made yet; return how many notices are new.

        None begins in quiet hours: what they would delay until the morning counts that morning.
        """
        async with self._store.reading() as unit:
            now = await monotone.read(unit)
            made = await Beats(unit).details("round")
            present = unit.clock.now()
        if is_quiet(self._ladders.quiet, now):
            return 0
        owed = 0
        for one in self._falling_due(now):
            if made.get(f"round:{one.name}") == one.key or present - one.at > one.latest:
                continue
            owed += await self._make(one)
            await self._done(one, now)
        return owed

    async def _make(self, one: _Round) -> int:
        async with self._store.reading() as unit:
            ids = await Responders(unit).everyone(sorted(role.value for role in STAFF))
        owed = 0
        for start in range(0, len(ids), CHUNK):
            async with self._store.unit() as unit:
                await open_wide(unit)
                owed += await self._tell(unit, one, ids[start : start + CHUNK])
                await unit.commit()
        return owed

    async def _tell(self, unit: Unit, one: _Round, ids: Sequence[str]) -> int:
        owed = 0
        for person_id in ids:
            person = await People(unit).get(person_id)
            if person is None or not person.on_duty(local_day(unit.clock.now())):
                continue
            notice = await one.notice(unit, person)
            if notice is not None:
                key = notice.key or one.key
                owed += await notify(unit, person_id, replace(notice, key=key))
        return owed

    async def _done(self, one: _Round, now: float) -> None:
        async with self._store.unit() as unit:
            await Beats(unit).beat(f"round:{one.name}", "round", now, {"key": one.key})
            await unit.commit()

    def _falling_due(self, now: float) -> list[_Round]:
        """Return the last of each kind of round."""
        day = last_daily(now, at=MORNING)
        week = last_weekly(now, weekday=MONDAY, at=MORNING)
        month = local(day).replace(day=1)
        policies, ladders = self._policies, self._ladders

        async def daily(unit: Unit, person: Person) -> Notice | None:
            monday = day == week
            chats = await People(unit).addresses(person.id)
            here = (chats[0].channel, chats[0].chat) if chats else ("", "")
            who = principal(person, *here)
            lines = await daily_lines(unit, policies, ladders, who, monday=monday)
            return _notice(lines)

        async def weekly(unit: Unit, person: Person) -> Notice | None:
            return _notice(await weekly_lines(unit, policies, ladders, principal(person), week))

        async def monthly(unit: Unit, person: Person) -> Notice | None:
            return _notice(await monthly_lines(unit, principal(person), month))

        async def vacant(unit: Unit, person: Person) -> Notice | None:
            lines, mark = await vacant_lines(unit, principal(person))
            return _notice(lines, key=f"vacant:{local(day):%Y-%m}:{mark}")

        async def sweep(unit: Unit, person: Person) -> Notice | None:
            return await sweep_notice(unit, ladders, principal(person), monday=day == week)

        return [
            _Round("daily", day, daily),
            _Round("weekly", week, weekly, DIGESTS_LATEST),
            _Round("monthly", month, monthly, DIGESTS_LATEST),
            _Round("vacant", day, vacant),
            _Round("sweep", day, sweep),
        ]


def _notice(lines: Lines, *, key: str = "") -> Notice | None:
    return Notice(lines=lines, key=key) if lines else None
