"""What people read of an alert, as neutral lines and buttons; it loads and sends nothing.

A push holds a case number and a severity, never a name or a fact: it shows on a locked screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from alerts.views import AlertView, Reached
    from cases.db.alerting import Alert
    from kernel.phrases import Phrase

Lines = tuple[Line, ...]
Buttons = tuple[tuple[Button, ...], ...]
Body = tuple[Lines, Buttons]

URGENT = frozenset({"P0", "P1"})
NAMED = 8
"""Alerts that a roundup names one by one, so that it fits a small screen: our default."""


def open_value(alert_id: str) -> str:
    """Return the durable value of the button that opens an alert."""
    return f"alert:{alert_id}"


def push(alert: AlertView, *, again: bool) -> Body:
    """Say that an alert waits; once somebody has it, say who.

    Args:
        alert: What can be shown.
        again: An earlier copy was sent, or may have been: this one must not look new.
    """
    if alert.closed:
        return (*_drill(alert), Line(_in_hand(alert))), _button(alert)
    key = "alerts-push-again" if again else "alerts-push"
    head = Line(say(key, severity=alert.severity, number=alert.number), "strong")
    return (*_drill(alert), head, Line(say("alerts-push-how"))), _button(alert)


def roundup(alerts: Sequence[Alert], *, brief: bool = False) -> Body:
    """Remind of everything that somebody has not answered, the gravest and oldest first.

    Like a push it holds numbers and severities only; `brief`, for an SMS or a call, how many.
    """
    if brief:
        return (Line(say("alerts-roundup", count=len(alerts)), "strong"),), ()
    first = sorted(alerts, key=lambda one: (one.drill, one.severity, one.made_at))[:NAMED]
    lines = [Line(say("alerts-roundup", count=len(alerts)), "strong")]
    lines += [Line(_one_of_many(one)) for one in first]
    if len(alerts) > len(first):
        lines.append(Line(say("alerts-roundup-more", count=len(alerts) - len(first)), "small"))
    lines.append(Line(say("alerts-push-how")))
    rows = tuple(
        (Button(say("alerts-open-one", number=one.number), open_value(one.id), durable=True),)
        for one in first
    )
    return tuple(lines), rows


def _one_of_many(alert: Alert) -> Phrase:
    return say(
        "alerts-roundup-one",
        severity=alert.severity,
        number=alert.number,
        time=f"{local(alert.made_at):%m-%d %H:%M}",
        drill="yes" if alert.drill else "no",
    )


def status(alert: AlertView, *, again: bool) -> Body:
    """Tell the reporter how far the alert got, in one message that is edited."""
    lines = [Line(say("alerts-status", number=alert.number, stage=alert.stage), "strong")]
    if again:
        lines.insert(0, Line(say("alerts-again")))
    lines += [
        Line(_progress(one, alert.made_at, names=alert.reporter_is_staff))
        for one in alert.recipients
    ]
    if alert.closed:
        lines.append(Line(_in_hand(alert, names=alert.reporter_is_staff)))
    elif not alert.recipients:
        lines.append(Line(say("alerts-status-nobody")))
    elif alert.round:
        lines.append(Line(say("alerts-status-round", count=alert.round)))
    if alert.severity in URGENT and alert.stage not in {"safe", "done"}:
        lines.append(Line(say("alerts-status-police"), "strong"))
    return (*_drill(alert), *lines), ()


def loud(alert: AlertView, *, again: bool) -> Body:
    """Tell the reporter that nobody has answered, and which telephones to call."""
    if alert.closed:
        return (*_drill(alert), Line(_in_hand(alert, names=alert.reporter_is_staff))), ()
    lines = [Line(say("alerts-loud", number=alert.number), "strong")]
    if again or alert.round > 1:
        lines.insert(0, Line(say("alerts-again")))
    lines.append(Line(say("alerts-loud-call"), "strong"))
    if alert.phones:
        lines.append(Line(say("alerts-loud-phones", phones="、".join(alert.phones)), "strong"))
    return (*_drill(alert), *lines), ()


def elsewhere(alert: AlertView) -> Body:
    """Say to whom a report was taken from again that others have it; nothing can be opened."""
    return (*_drill(alert), Line(say("alerts-elsewhere", number=alert.number))), ()


def follow(alert: AlertView, *, again: bool) -> Body:
    """Ask whoever has it in hand how the child is today."""
    if alert.stage in {"safe", "done"}:
        return (*_drill(alert), Line(_in_hand(alert))), _button(alert)
    lines = [Line(say("alerts-follow", number=alert.number), "strong")]
    if again:
        lines.insert(0, Line(say("alerts-again")))
    return (*_drill(alert), *lines), _button(alert)


def clock_time(moment: datetime, began: datetime) -> str:
    """Show a moment in Beijing time, with its day if that is not the one on which it began."""
    here = local(moment)
    return f"{here:%H:%M}" if here.date() == local(began).date() else f"{here:%m-%d %H:%M}"


def _progress(one: Reached, began: datetime, *, names: bool) -> Phrase:
    return say(
        "alerts-progress",
        role=one.role,
        name=one.name if names else "",
        state=one.state,
        time=clock_time(one.at, began),
        deputy="yes" if one.deputy_for else "no",
    )


def _in_hand(alert: AlertView, *, names: bool = True) -> Phrase:
    if alert.acked_at is None:
        return say(
            "alerts-in-hand-nobody",
            severity=alert.severity,
            number=alert.number,
            stage=alert.stage,
        )
    return say(
        "alerts-in-hand",
        severity=alert.severity,
        number=alert.number,
        stage=alert.stage,
        role=alert.acked_role,
        name=alert.acked_name if names else "",
        time=clock_time(alert.acked_at, alert.made_at),
        plan=alert.plan or "none",
    )


def _drill(alert: AlertView) -> Lines:
    return (Line(say("alerts-drill"), "strong"),) if alert.drill else ()


def _button(alert: AlertView) -> Buttons:
    return ((Button(say("alerts-open"), open_value(alert.alert_id), durable=True),),)
