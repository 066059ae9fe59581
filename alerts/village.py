"""Notices that reports gather in one village and tells the county; it judges no single report."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.notices import Notice, notify
from cases.areas import Level, level_of
from cases.db.alerting import Alerts
from cases.db.outbox import PROMPT, Outbox
from cases.db.responders import Responders
from cases.db.walls import wide
from kernel.clock import local_day
from kernel.phrases import say

if TYPE_CHECKING:
    from alerts.policy import Policies
    from cases.db.alerting import Alert
    from cases.db.store import Unit

COUNTY_ROLES = ("county_officer",)


async def watch_village(unit: Unit, policies: Policies, alert: Alert) -> int:
    """Tell the county that many reports came from one village; return how many were.

    Once within the days that count, and never at night: each report has come by itself. The
    village is not named in the push: the number of the last report leads to it.
    """
    if not alert.area or level_of(alert.area) < Level.VILLAGE:
        return 0
    rule = policies.cluster
    now = unit.clock.now()
    since = now - timedelta(seconds=rule.seconds)
    async with wide(unit):  # whoever reports does not see every report of the village
        reports = await Alerts(unit).reports_since(alert.area, since)
    told = f"village:{alert.area}:"
    if reports < rule.reports or await Outbox(unit).owed_since(f"n:{told}", since):
        return reports
    days = max(1, round(rule.seconds / 86_400))
    notice = Notice(
        lines=(say("alerts-village", count=reports, days=days, number=alert.number),),
        buttons=((say("alerts-open"), f"alert:{alert.id}"),),
        key=f"{told}{local_day(now)}",
        lane=PROMPT,
        quiet=policies.quiet,
    )
    officers = await Responders(unit).around(alert.area, COUNTY_ROLES)
    for person_id, officer in officers.items():
        if level_of(officer.area) == Level.COUNTY and person_id not in alert.exclude:
            await notify(unit, person_id, notice)
    return reports
