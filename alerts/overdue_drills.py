"""Ends the drills that nobody ended, as whoever began them would have; it begins none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from alerts.drill import drill_report, end_drill, house, report_lines
from alerts.notices import Notice, notify
from cases.db.alerting import Alerts
from cases.db.walls import open_wide
from kernel.phrases import say

if TYPE_CHECKING:
    from alerts.desk import Desk
    from cases.db.store import Store, Unit

log = logging.getLogger(__name__)

EVERY_SECONDS = 600.0
"""How often drills are looked through for those that nobody ended: our default."""


class OverdueDrills:
    """The drills that have run for longer than the policy lets them."""

    def __init__(self, store: Store, desk: Desk) -> None:
        self._store = store
        self._desk = desk

    async def look(self) -> int:
        """End each drill whose time is over, in a transaction of its own; return how many."""
        async with self._store.reading() as unit:
            await open_wide(unit)
            before = unit.clock.now() - self._desk.means.policies.drill_ends
            over = await Alerts(unit).drills_since_before(before)
        ended = 0
        for alert_id in over:
            try:
                async with self._store.unit() as unit:
                    await open_wide(unit)
                    ended += await self._end(unit, alert_id)
                    await unit.commit()
            except Exception as error:  # noqa: BLE001 one drill's bug must not keep the others
                log.error("ending a drill failed with %s", type(error).__name__)  # noqa: TRY400 no traces
        return ended

    async def _end(self, unit: Unit, alert_id: str) -> bool:
        """End a drill unless somebody has just done so, and tell whoever began it the times."""
        alert = await Alerts(unit).get(alert_id, lock=True)
        if alert is None or alert.state == "done":
            return False
        await end_drill(unit, self._desk, house(alert.area), alert_id, alert.case_id)
        if alert.reporter_id is not None:
            lines = [line.text for line in report_lines(await drill_report(unit, alert_id))]
            notice = Notice(
                lines=(*lines, say("drill-over-itself")),
                key=f"drill-over:{alert_id}",
                quiet=self._desk.means.policies.quiet,
            )
            await notify(unit, alert.reporter_id, notice)
        return True
