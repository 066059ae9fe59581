"""What a drill showed: how long each rung took from the alarm to each person; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.db.alerting import Alerts
from kernel.errors import MissingError

if TYPE_CHECKING:
    from datetime import datetime

    from cases.db.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One person on one rung, in seconds from the alarm; None where it did not come to that."""

    rung: int
    role: str
    person_id: str
    told: float
    sent: float | None
    opened: float | None
    acked: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillReport:
    """The times of one exercise (or of one real alert).

    Args:
        acked: Seconds until somebody had it in hand; None: nobody yet.
        unreached: How many could not be reached.
    """

    number: str
    drill: bool
    acked: float | None
    unreached: int
    timings: tuple[Timing, ...]


async def drill_report(unit: Unit, alert_id: str) -> DrillReport:
    """Return the times of an alert, rung by rung."""
    alerts = Alerts(unit)
    alert = await alerts.get(alert_id)
    if alert is None:
        raise MissingError
    start = alert.made_at
    recipients = await alerts.recipients([alert_id])

    def since(moment: datetime | None) -> float | None:
        return None if moment is None else round((moment - start).total_seconds(), 3)

    timings = tuple(
        Timing(
            rung=one.rung,
            role=one.role,
            person_id=one.person_id,
            told=since(one.queued_at) or 0.0,
            sent=since(one.sent_at),
            opened=since(one.opened_at),
            acked=since(one.acked_at),
        )
        for one in recipients
    )
    return DrillReport(
        number=alert.number,
        drill=alert.drill,
        acked=since(alert.acked_at),
        unreached=sum(one.state == "unreachable" for one in recipients),
        timings=timings,
    )
