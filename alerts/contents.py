"""What a message shows at the moment it leaves, loaded from the alert; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts import messages
from alerts.ascent import ROUNDUP, SHOWN
from alerts.notices import read_notice
from alerts.views import view_alerts
from cases.db.alerting import Alerts
from cases.db.responders import Responders
from kernel.words import Edit, Send

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from alerts.messages import Body
    from alerts.sender import Present
    from alerts.views import AlertView
    from cases.db.alerting import Alert
    from cases.db.outbox import Leased
    from cases.db.store import Unit

_WORDED: Mapping[str, Callable[..., Body]] = {
    "alert": messages.push,
    "loud": messages.loud,
    "follow": messages.follow,
}
"""How each kind of row is worded, once or `again`."""


@dataclass(frozen=True, slots=True)
class Dressing:
    """How replies become messages.

    Args:
        present: Dresses a reply for a chat in a language.
        language: Of people who chose none.
        worker_name: Writes a worker's name as the chat's mode allows.
    """

    present: Present
    language: str = "zh-CN"
    worker_name: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Content:
    """What to show, in which language."""

    reply: Send | Edit
    language: str


async def load_contents(
    unit: Unit, rows: Sequence[Leased], dressing: Dressing
) -> Mapping[int, Content | None]:
    """Return what each row shows now; None when there is nothing left to say.

    Args:
        unit: The unit in which the rows were leased.
        rows: Leased rows.
        dressing: How names are written, and the language of people who chose none.
    """
    refs = {row.ref for row in rows if row.kind in SHOWN}
    views = await view_alerts(unit, refs, dressing.worker_name)
    people = await Responders(unit).of({row.person_id for row in rows if row.person_id})
    waiting = await _waiting(unit, {row.ref for row in rows if row.kind == ROUNDUP})
    contents: dict[int, Content | None] = {}
    for row in rows:
        body = _roundup(waiting, row) if row.kind == ROUNDUP else _body(unit, row, views)
        known = people.get(row.person_id or "")
        spoken = known.language if known else dressing.language
        contents[row.id] = None if body is None else Content(_reply(row, body), spoken)
    return contents


def _reply(row: Leased, body: Body) -> Send | Edit:
    lines, buttons = body
    if row.message:
        return Edit(lines, buttons, message=row.message)
    return Send(lines, buttons)


async def _waiting(unit: Unit, person_ids: Collection[str]) -> dict[str, list[Alert]]:
    alerts = Alerts(unit)
    return {person_id: await alerts.waiting_with(person_id) for person_id in person_ids}


def _roundup(waiting: Mapping[str, list[Alert]], row: Leased) -> Body | None:
    alerts = waiting[row.ref]
    return messages.roundup(alerts, brief=row.chat == row.person_id) if alerts else None


def _body(unit: Unit, row: Leased, views: Mapping[str, AlertView]) -> Body | None:
    again = row.unsure > 0 and not row.message
    if row.kind == "notice":
        return read_notice(unit.vault, row, again=again)
    view = views.get(row.ref)
    if view is None:
        return None
    if row.kind == "status":
        return messages.status(view, again=again)
    if row.person_id in view.exclude and not _own(row, view):
        return messages.elsewhere(view) if row.message else None
    if not row.message and _is_over(row.kind, view):
        return None
    again = again or (row.kind == "alert" and bool(row.args.get("again")))
    return _WORDED[row.kind](view, again=again)


def _own(row: Leased, view: AlertView) -> bool:
    """Say whether somebody is told of their own report: they are excluded from its pushes only."""
    return row.person_id == view.reporter_id and row.kind in {"loud", "follow"}


def _is_over(kind: str, view: AlertView) -> bool:
    """Say whether a message that has not left yet has become needless."""
    if kind == "follow":
        return view.stage in {"safe", "done"}
    return view.closed
