"""警报演练: a county begins a marked drill, watches it, and reads how long each rung took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.drill import begin_drill, drill_report, end_drill, report_lines
from cases.access import Action, Resource, require
from cases.areas import Level
from cases.db.alerting import Alerts
from cases.db.areas import Areas
from handlers import menu, telling
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from cases.db.alerting import Alert
    from handlers.room import Room

SEVERITY = "P1"
"""What is practised: it goes up the ladder, and its times are hours at most (our default)."""

_KEY = "drill"


async def show(room: Room) -> None:
    """Ask for which township the drill is."""
    _require(room, room.principal.area)
    towns = await Areas(room.unit).inside(room.principal.area, Level.TOWNSHIP, room.today)
    buttons = [Button(town.name, f"drill:{town.code}", durable=True) for town in towns]
    lines = (Line(say("drill-where"), "strong"), Line(say("drill-how"), "small"))
    room.replies.append(Send(lines, menu.in_rows(buttons)))


async def ask(room: Room, area: str) -> None:
    """Ask whether to begin: people's phones will ring."""
    _require(room, area)
    place = await telling.place(room, area)
    button = Button(say("drill-begin"), f"drillgo:{area}", durable=True)
    room.replies.append(Send((Line(say("drill-sure", place=place)),), ((button,),)))


async def begin(room: Room, area: str) -> None:
    """Raise the drill as a report is raised, in this very transaction.

    The message that shows a reporter how far an alert got shows it here, too.
    """
    _require(room, area)
    if (running := await _running(room)) is not None:
        await show_times(room, running)
        return
    draft_id = f"drill:{room.turn.turn_id}"
    desk = room.services.alerts
    view = await begin_drill(room.unit, desk, room.principal, draft_id, SEVERITY, area)
    room.state[_KEY] = view.alert_id
    line = Line(say("drill-begun", number=view.number))
    room.replies.append(Send((line,), (_rows(view.alert_id),)))


async def _running(room: Room) -> str | None:
    """Return the drill this person has begun and not ended: a second tap begins no other."""
    alert_id = str(room.state.get(_KEY) or "")
    alert = await Alerts(room.unit).get(alert_id) if alert_id else None
    return alert_id if alert is not None and alert.state != "done" else None


def _rows(alert_id: str) -> tuple[Button, ...]:
    return (
        Button(say("drill-times"), f"drilltime:{alert_id}", durable=True),
        Button(say("drill-end"), f"drillend:{alert_id}", durable=True),
    )


async def show_times(room: Room, alert_id: str) -> None:
    """Show the times so far, rung by rung."""
    alert = await _alert(room, alert_id)
    rows = () if alert.state == "done" else (_rows(alert_id),)
    room.replies.append(Send(await _lines(room, alert_id), rows))


async def end(room: Room, alert_id: str) -> None:
    """End the drill: every copy says that it is over; show the times."""
    alert = await _alert(room, alert_id)
    if alert.state != "done":
        desk = room.services.alerts
        await end_drill(room.unit, desk, room.principal, alert_id, alert.case_id)
    lines = (*await _lines(room, alert_id), Line(say("drill-over")))
    room.replies.append(Send(lines))


async def _lines(room: Room, alert_id: str) -> tuple[Line, ...]:
    return report_lines(await drill_report(room.unit, alert_id))


async def _alert(room: Room, alert_id: str) -> Alert:
    """Return a drill of one's area; a real alert is none.

    Raises:
        MissingError: There is none.
    """
    alert = await Alerts(room.unit).get(alert_id, lock=True)
    if alert is None or not alert.drill:
        raise MissingError
    _require(room, alert.area)
    return alert


def _require(room: Room, area: str) -> None:
    require(room.principal, Action.DRILL_HOLD, Resource(area=area))


VERBS = {"drill": ask, "drillgo": begin, "drilltime": show_times, "drillend": end}
