"""A drill: begun and ended as a report is, and how long each rung took; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alerts.raising import Raise
from cases.areas import Level, at_level
from cases.casebook import NewCase
from cases.db.alerting import Alerts
from cases.db.casebook import CaseBook
from cases.errors import GuardError
from cases.people import SYSTEM
from cases.workflow import CloseReason
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Line

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.desk import Desk
    from alerts.views import AlertView
    from cases.db.store import Unit
    from cases.people import Principal
    from kernel.phrases import Phrase


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


async def begin_drill(
    unit: Unit, desk: Desk, by: Principal, draft_id: str, severity: str, area: str
) -> AlertView:
    """Raise a drill as a report is raised: case, alert and pushes in the caller's transaction.

    The message that shows a reporter how far an alert got shows it to whoever began it in a chat.
    """
    new = NewCase(draft_id=draft_id, severity=severity, situations=(), area=area, drill=True)
    opened = await CaseBook(unit).open_case(by, new)
    return await desk.raise_alert(
        unit,
        Raise(
            case_id=opened.case_id,
            number=opened.number,
            severity=severity,
            area=area,
            reporter_id=by.person_id if by.chat else None,
            channel=by.channel,
            chat=by.chat,
            drill=True,
        ),
    )


def house(area: str) -> Principal:
    """Return the product itself as who may end a drill in an area."""
    return replace(SYSTEM, area=at_level(area, Level.COUNTY))


async def end_drill(unit: Unit, desk: Desk, by: Principal, alert_id: str, case_id: str) -> None:
    """Close what a drill opened: every copy says that it is over."""
    await desk.finish(unit, alert_id)
    try:
        async with unit.attempt():
            await CaseBook(unit).close(by, case_id, CloseReason.DRILL)
    except GuardError:
        pass  # somebody closed it already, as one would a real case


def report_lines(report: DrillReport) -> tuple[Line, ...]:
    """Say how long each rung took, to whoever began the drill."""
    lines = [Line(say("drill-head", number=report.number), "strong")]
    lines += [Line(step) for one in report.timings for step in steps(one, told=False, digits=0)]
    if report.acked is not None:
        lines.append(Line(say("drill-acked", seconds=f"{report.acked:.0f}"), "strong"))
    else:
        lines.append(Line(say("drill-open")))
    if report.unreached:
        lines.append(Line(say("drill-unreached", count=report.unreached), "strong"))
    return tuple(lines)


def steps(one: Timing, *, told: bool = True, digits: int = 1) -> list[Phrase]:
    """Say what came to one person, and after how many seconds; `told` is when it was begun."""
    moments = (
        ("told", one.told if told else None),
        ("sent", one.sent),
        ("opened", one.opened),
        ("acked", one.acked),
    )
    return [
        say(
            "cli-drill-step",
            rung=one.rung + 1,
            role=one.role,
            step=step,
            seconds=f"{at:.{digits}f}",
        )
        for step, at in moments
        if at is not None
    ]
