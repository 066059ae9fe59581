"""Takes the steps that are due, on the database's own clock; several workers may run it at once.

Each alert is held while its step is taken and carries a fence: a timer that was set in another
state finds it moved and does nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from alerts.ascent import Ascent, Means, candidate
from alerts.ladder import Standing, Step, next_step, restored
from cases.db import monotone
from cases.db.alerting import Alerts
from cases.db.outbox import Outbox
from cases.db.responders import Responders
from cases.db.walls import open_wide

if TYPE_CHECKING:
    from alerts.desk import Desk
    from alerts.ladder import State
    from cases.db.alerting import Alert
    from cases.db.store import Store, Unit

log = logging.getLogger(__name__)

BATCH = 50
STUMBLE_SECONDS = 5.0
"""How long an alert waits whose step failed, so that it does not hold up the others."""


class Timers:
    """The timers of all alerts."""

    def __init__(self, store: Store, desk: Desk) -> None:
        self._store = store
        self._means: Means = desk.means

    async def waiting(self, unit: Unit, now: float) -> bool:
        """Say whether any alert's step is due (a cheap look)."""
        due = await Alerts(unit).next_due()
        return due is not None and due <= now

    async def tick(self) -> int:
        """Take every step that is due now; return how many were taken."""
        taken = 0
        while True:
            async with self._store.unit() as unit:
                await open_wide(unit)
                now = await monotone.advance(unit)
                due = await Alerts(unit).due(now, limit=BATCH)
                for alert in due:
                    await self._attempt(unit, alert, now)
                await unit.commit()
            taken += len(due)
            if len(due) < BATCH:
                return taken

    async def _attempt(self, unit: Unit, alert: Alert, now: float) -> None:
        try:
            async with unit.attempt():
                await self._take(unit, alert, now)
        except Exception as error:  # noqa: BLE001 one alert's bug must not stop the others
            log.error(  # noqa: TRY400 a trace may hold what a row holds
                "step of alert %s failed with %s", alert.number, type(error).__name__
            )
            await Alerts(unit).move(alert, due=now + STUMBLE_SECONDS)

    async def _take(self, unit: Unit, alert: Alert, now: float) -> None:
        acted = alert.state == "acked" and await Alerts(unit).acted(alert)
        standing = Standing(
            state=cast("State", alert.state),
            rung=alert.rung,
            round=alert.round,
            due=alert.due,
            acted=acted,
        )
        step = next_step(standing, restored(alert.policy["ladder"]), now)
        match step.kind:
            case "climb" | "repeat":
                await Ascent(unit, self._means).climb(alert, step, now)
            case "reopen":
                await Ascent(unit, self._means).reopen(alert, step)
            case "follow":
                await self._follow(unit, alert, step, now)
            case _:
                await Alerts(unit).move(alert, state=step.state, due=step.due)
                await Outbox(unit).changed(alert.id, kinds={"status"})

    async def _follow(self, unit: Unit, alert: Alert, step: Step, now: float) -> None:
        """Ask whoever has it in hand, and the worker who reported it.

        Where nobody has it any more (on leave, left, not to be reached) it climbs again.
        """
        ids = {one for one in (alert.acked_by, alert.reporter_id) if one}
        found = await Responders(unit).of(ids)
        holder = found.get(alert.acked_by or "")
        ascent = Ascent(unit, self._means)
        if holder is None or not (holder.active and candidate(holder).reachable):
            again = Step(kind="reopen", state="open", rung=-1, round=alert.round + 1, due=now)
            await ascent.reopen(alert, again)
            return
        staff = [one for one in found.values() if one.role != "guardian"]
        await ascent.follow(alert, step, staff)
