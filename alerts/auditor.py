"""Looks every minute whether each open alert has a next step, and mends the one that has none."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from alerts.ladder import Standing, has_next_step, restored
from cases.db import monotone
from cases.db.alerting import Alerts
from cases.db.outbox import Outbox
from cases.db.responders import Responders
from cases.db.walls import open_wide

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from alerts.ladder import State
    from cases.db.alerting import Alert
    from cases.db.store import Store, Unit

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
LATE_SECONDS = 120.0
"""A step this long overdue means that no timer runs: our default."""
KEEP_SENT = timedelta(days=90)
"""How long a message that was sent stays in the outbox: our default."""
ALERTING = ("P0", "P1", "P2")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the auditor found.

    Args:
        live: Alerts not at their end.
        mended: Alerts that had no next step and have one now.
        late: Alerts whose step is overdue: no timer runs.
        forgotten: Open cases that should have an alert and have none.
    """

    live: int
    mended: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Say whether nothing was wrong."""
        return not (self.mended or self.late or self.forgotten)


class Auditor:
    """The minute's look.

    Args:
        store: The database.
        alive: Called after a look that found nothing wrong: a sign of life to an outside
            address, whose silence raises the alarm elsewhere (dead man's switch).
    """

    def __init__(self, store: Store, alive: Callable[[], Awaitable[None]] | None = None) -> None:
        self._store = store
        self._alive = alive
        self.last: Findings | None = None

    async def look(self) -> Findings:
        """Look once."""
        async with self._store.unit() as unit:
            await open_wide(unit)
            now = await monotone.advance(unit)
            alerts, outbox = Alerts(unit), Outbox(unit)
            live = await alerts.live()
            mended = [alert for alert in live if not _goes_on(alert)]
            for alert in mended:
                await alerts.move(alert, due=now)
            for alert in await _unheard(unit, live, now):
                await alerts.move(alert, due=now)
            overdue = [a for a in live if a.due is not None and a.due < now - LATE_SECONDS]
            forgotten = await alerts.forgotten_cases(ALERTING)
            await outbox.tidy(now, unit.clock.now() - KEEP_SENT)
            await unit.commit()
        found = Findings(
            len(live),
            tuple(alert.number for alert in mended),
            tuple(alert.number for alert in overdue),
            tuple(forgotten),
        )
        self.last = found
        await self._tell(found)
        return found

    async def _tell(self, found: Findings) -> None:
        if not found.well:
            log.error(
                "auditor: %d mended, %d late, %d cases without alert",
                len(found.mended),
                len(found.late),
                len(found.forgotten),
            )
        elif self._alive is not None:
            await self._alive()


async def _unheard(unit: Unit, live: Sequence[Alert], now: float) -> list[Alert]:
    """Return open alerts below the ladder's end that nobody told can read: gone, on leave."""
    climbing = [
        alert
        for alert in live
        if alert.state == "open"
        and alert.rung < alert.policy["rungs"] - 1
        and alert.due is not None
        and alert.due > now
    ]
    told = await Alerts(unit).recipients([alert.id for alert in climbing])
    people = await Responders(unit).of({one.person_id for one in told})
    heard = {
        one.alert_id
        for one in told
        if one.state != "unreachable"
        and (person := people.get(one.person_id)) is not None
        and person.active
        and person.addresses
        and not person.away
    }
    return [alert for alert in climbing if alert.id not in heard]


def _goes_on(alert: Alert) -> bool:
    standing = Standing(state=cast("State", alert.state), due=alert.due)
    return has_next_step(standing, restored(alert.policy["ladder"]))
