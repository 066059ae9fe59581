"""今天: what is to be done, most urgent first, each with its latest day and one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.tasks import Tasks
from cases.tasks import TaskKind
from handlers import menu
from handlers.form_context import label, who_is
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from cases.tasks import Task
    from handlers.room import Room

SHOWN = 8
"""Tasks on one screen: workers read a short list, not a long one (our default)."""


async def show(room: Room) -> None:
    """Show what is to be done today."""
    derived = await Tasks(room.unit, room.services.policies).today(room.principal)
    # a task is shown where a tap leads to what it asks for
    tasks = [task for task in derived if task.child or task.case or task.draft]
    if not tasks:
        menu.show(room, say("today-none"))
        return
    lines = [Line(say("today-head", count=len(tasks)), "strong")]
    rows = []
    for number, task in enumerate(tasks[:SHOWN], 1):
        what, who = room.speak(say(f"task-{task.kind.value}")), await _who(room, task)
        due = task.due_on.strftime("%m-%d")
        lines.append(Line(say("today-line", number=number, what=what, who=who, due=due)))
        rows.append((Button(f"{number}. {what} {who}", _value(task), durable=True),))
    if len(tasks) > SHOWN:
        lines.append(Line(say("today-more", count=len(tasks) - SHOWN), "small"))
    room.replies.append(Send(tuple(lines), tuple(rows)))


async def _who(room: Room, task: Task) -> str:
    if task.child is not None:
        return label(room, task.child)
    if task.case is not None:
        return task.case.number
    if task.draft is not None:
        title = room.services.form(task.draft.form).title
        return f"{title} {await who_is(room, task.draft.child_id)}".strip()
    return ""


def _value(task: Task) -> str:
    if task.draft is not None:
        return f"draft:{task.draft.id}"
    if task.case is not None:
        police = {TaskKind.CASE_POLICE, TaskKind.CASE_RECEIPT}
        return f"{'police' if task.kind in police else 'case'}:{task.case.id}"
    return f"child:{task.child.id}" if task.child else "calm:"
