"""Who is told next and when, as pure decisions; it knows no person, no clock and no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["open", "acked", "following", "safe", "done"]
ENDED = frozenset({"safe", "done"})
"""States in which nothing more is due: safety is confirmed, or the case is closed."""
Kind = Literal["wait", "climb", "repeat", "reopen", "follow", "rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder.

    Args:
        roles: Who is told, by role.
        seconds: How long they have before the next rung.
        duty: Name of a duty list that is told too.
        deputies: Tell the deputies of everybody told so far.
        remind: Tell those of the rungs below once more.
        second: Use the second channel (SMS, voice) as well.
    """

    roles: tuple[str, ...] = ()
    seconds: float
    duty: str = ""
    deputies: bool = False
    remind: bool = False
    second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The ladder of one severity.

    Args:
        repeat: Seconds between repeats once the ladder has ended.
        reopen: Seconds in which an acknowledged alert must see some action.
        follow: Seconds between follow-ups until safety is confirmed; None asks for none.
        quiet: The push waits for the end of quiet hours.
        loud: At the ladder's end the reporter gets a message with telephone numbers, repeatedly.
    """

    severity: str
    rungs: tuple[Rung, ...]
    repeat: float
    reopen: float | None = None
    follow: float | None = None
    quiet: bool = False
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an alert stands on its ladder.

    Args:
        due: Moment of the next step, on the database's clock.
        acted: Something was done after it was acknowledged.
    """

    state: State
    rung: int = -1
    round: int = 0
    due: float | None = None
    acted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do now, and where that leaves the alert.

    Args:
        kind: `climb` tells the next rung; `repeat` tells everybody again and the reporter loudly;
            `reopen` takes an acknowledgement back that led to nothing; `follow` asks how the
            child is; `wait` and `rest` do nothing.
    """

    kind: Kind
    state: State
    rung: int
    round: int
    due: float | None = field(default=None)


def next_step(alert: Standing, policy: Policy, now: float) -> Step:
    """Decide what is due for an alert; an alert that is not due waits.

    Source:
        附件3-5 and 未成年人保护法 第十一条 ask for a report at once; the times of the rungs
        stand in the policy, each with its source.
    """
    if alert.state in ENDED:
        return _stay(alert, "rest", None)
    if alert.due is not None and alert.due > now:
        return _stay(alert, "wait", alert.due)
    match alert.state:
        case "open":
            return _climb(alert, policy, now)
        case "acked" if not alert.acted and policy.reopen is not None:
            return Step(kind="reopen", state="open", rung=-1, round=alert.round + 1, due=now)
        case "acked":
            return Step(
                kind="wait",
                state="following",
                rung=alert.rung,
                round=alert.round,
                due=None if policy.follow is None else now + policy.follow,
            )
        case _ if policy.follow is None:
            return _stay(alert, "rest", None)
        case _:
            return _stay(alert, "follow", now + policy.follow)


def after_acknowledgement(policy: Policy, now: float) -> float | None:
    """Return when an acknowledged alert must be looked at again."""
    return None if policy.reopen is None else now + policy.reopen


def has_next_step(alert: Standing, policy: Policy) -> bool:
    """Say whether the alert will be looked at again, as it must while it is not done."""
    if alert.due is not None or alert.state in ENDED:
        return True
    return (alert.state == "acked" and policy.reopen is None) or (
        alert.state == "following" and policy.follow is None
    )


def _climb(alert: Standing, policy: Policy, now: float) -> Step:
    above = alert.rung + 1
    if above < len(policy.rungs):
        return Step(
            kind="climb",
            state="open",
            rung=above,
            round=alert.round,
            due=now + policy.rungs[above].seconds,
        )
    return Step(
        kind="repeat",
        state="open",
        rung=len(policy.rungs) - 1,
        round=alert.round + 1,
        due=now + policy.repeat,
    )


def _stay(alert: Standing, kind: Kind, due: float | None) -> Step:
    return Step(kind=kind, state=alert.state, rung=alert.rung, round=alert.round, due=due)


def snapshot(policy: Policy) -> dict[str, Any]:
    """Return the policy as JSON, kept with the alert: later edits change no running alert."""
    return {
        "severity": policy.severity,
        "repeat": policy.repeat,
        "reopen": policy.reopen,
        "follow": policy.follow,
        "quiet": policy.quiet,
        "loud": policy.loud,
        "rungs": [
            {
                "roles": list(rung.roles),
                "seconds": rung.seconds,
                "duty": rung.duty,
                "deputies": rung.deputies,
                "remind": rung.remind,
                "second": rung.second,
            }
            for rung in policy.rungs
        ],
    }


def restored(kept: dict[str, Any]) -> Policy:
    """Return the policy that was kept with an alert."""
    rungs = tuple(Rung(**{**rung, "roles": tuple(rung["roles"])}) for rung in kept["rungs"])
    return Policy(**{**kept, "rungs": rungs})
