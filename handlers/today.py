"""今天: what is to be done, most urgent first, each with its latest day and one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.child_lists import ChildLists, Wanted
from cases.db.tasks import Tasks
from cases.people import Role
from cases.tasks import TaskKind
from handlers import children, matter_words, menu, sweeps, telling
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
    tasks = await Tasks(room.unit, room.services.policies).today(room.principal)
    rounds = await sweeps.buttons(room) if room.principal.role is Role.CHILD_DIRECTOR else []
    if not tasks and rounds:
        room.replies.append(Send((Line(say("today-rounds")),), tuple(rounds)))
        return
    if not tasks:
        await _nothing(room)
        return
    lines = [Line(say("today-head", count=len(tasks)), "strong")]
    rows, year = [], room.today.year
    for number, task in enumerate(tasks[:SHOWN], 1):
        what = room.speak(say(f"task-{task.kind.value}", late=task.late_days))
        who = await _who(room, task)
        due = f"{task.due_on:%m-%d}" if task.due_on.year == year else task.due_on.isoformat()
        lines.append(Line(say("today-line", number=number, what=what, who=who, due=due)))
        rows.append((Button(f"{number}. {what} {who}", _value(task), durable=True),))
    if len(tasks) > SHOWN:
        lines.append(Line(say("today-more", count=len(tasks) - SHOWN), "small"))
    room.replies.append(Send(tuple(lines), (*rows, *rounds)))


async def _nothing(room: Room) -> None:
    """Say that nothing is due; who has no child on file yet is told what comes first."""
    if room.principal.role is Role.CHILD_DIRECTOR:
        page = await ChildLists(room.unit).page(room.principal, Wanted(), limit=1)
        if not page.lines:
            children.show_none(room)
            return
    menu.show(room, say("today-none"))


async def _who(room: Room, task: Task) -> str:
    if task.child is not None:
        return label(room, task.child)
    if task.case is not None:
        return task.case.number
    if task.draft is not None:
        title = room.services.form(task.draft.form).title
        return f"{title} {await who_is(room, task.draft.child_id)}".strip()
    if task.visit is not None:
        return f"{await who_is(room, task.visit.child_id)} {task.visit.number}"
    if task.matter is not None:
        return (
            f"{await matter_words.who_of(room, task.matter.child_id)} {task.matter.number}".strip()
        )
    if task.person is not None:
        return room.services.masker.worker_name(task.person.name)
    if task.kind in {TaskKind.EXPORT_APPROVE, TaskKind.SUMMARY_DUE}:
        return task.number
    return await telling.place(room, task.area)


_BY_KIND = {
    TaskKind.EXPORT_APPROVE: f"go:{menu.EXPORTS}",
    TaskKind.SUMMARY_DUE: "sum:",
    TaskKind.AREA_ENDED: "assign:",
}
"""What the tasks open that are about nobody."""


def _value(task: Task) -> str:
    if task.draft is not None:
        return f"draft:{task.draft.id}"
    if task.case is not None:
        police = {TaskKind.CASE_POLICE, TaskKind.CASE_RECEIPT}
        return f"{'police' if task.kind in police else 'case'}:{task.case.id}"
    if task.child is not None:
        verb = "risk" if task.kind is TaskKind.RISK_DECIDE else "child"
        return f"{verb}:{task.child.id}"
    if task.visit is not None:
        verb = "again" if task.kind is TaskKind.VISIT_RETURNED else "rv"
        return f"{verb}:{task.visit.number}"
    if task.matter is not None:
        return f"m:{task.matter.number}"
    if (value := _BY_KIND.get(task.kind)) is not None:
        return f"{value}{task.number}" if task.kind is TaskKind.SUMMARY_DUE else value
    return f"who:{task.person.id}" if task.person else f"hireat:{task.area}"
