"""Rounds of the year (汛期、寒暑假、春节): one yes/no about each child, each tap saved at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.sweeping import answered, asked_about, mark_of, round_of
from cases.db.children import Children
from cases.db.submissions import Submissions
from cases.submissions import Submission
from handlers.form_context import definition_of, label
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Send

if TYPE_CHECKING:
    from datetime import date

    from alerts.seasons import Sweep
    from cases.children import ChildLine
    from handlers.room import Room

FORM = "season_sweep"
PAGE = 8
"""Children on one screen: our default."""
_TAPS = {"y": "fine", "n": "problem", "u": "unreached"}


async def begin(room: Room, name: str) -> None:
    """Show the children of a round that are still to be asked about."""
    sweep, first = _open(room, name)
    room.replies.append(await _page(room, sweep, first))


async def tap(room: Room, argument: str) -> None:
    """Keep one answer and show what is left; a problem leads to a visit."""
    name, _, rest = argument.partition(":")
    child_id, _, sign = rest.partition(":")
    sweep, first = _open(room, name)
    if sign not in _TAPS:
        raise MissingError
    child = await Children(room.unit).line(room.principal, child_id)
    answer = _TAPS[sign]
    await _keep(room, round_of(sweep, first), child, answer)
    if answer != "fine":
        policy = room.services.policies.at(child.area, room.today)
        soon = (
            room.today
            if answer == "problem"
            else policy.next_visit(room.today, child.risk_level, seen=False)
        )
        if child.next_visit_on is None or child.next_visit_on > soon:
            await Children(room.unit).plan_visit(child.id, soon)
    page = await _page(room, sweep, first)
    room.replies.append(Edit(page.lines, page.buttons, message=room.turn.message))
    if answer == "problem":
        lines = (Line(say("sweep-visit", who=label(room, child))),)
        visit = Button(say("child-visit"), f"visit:{child.id}", durable=True)
        room.replies.append(Send(lines, ((visit,),)))


def _open(room: Room, name: str) -> tuple[Sweep, date]:
    """Return the rule and the first day of the round that is open.

    Raises:
        MissingError: No round of this name is open here today.
    """
    for sweep in room.services.alerts.means.policies.sweeps(room.principal.area):
        first = sweep.opened(room.today)
        if sweep.name == name and first is not None:
            return sweep, first
    raise MissingError(reply=say("sweep-over"))


async def _page(room: Room, sweep: Sweep, first: date) -> Send:
    children = await asked_about(room.unit, sweep, room.principal)
    done = await answered(room.unit, round_of(sweep, first), children)
    left = [child for child in children if child.id not in done]
    problems = sum(answer == "problem" for answer in done.values())
    lines = [Line(say("sweep-head", sweep=sweep.name, done=len(done), of=len(children)), "strong")]
    if left:
        lines.append(Line(say("sweep-ask", sweep=sweep.name)))
    else:
        lines.append(Line(say("sweep-done", problems=problems)))
    rows = tuple(_row(room, sweep, child) for child in left[:PAGE])
    return Send(tuple(lines), rows)


def _row(room: Room, sweep: Sweep, child: ChildLine) -> tuple[Button, ...]:
    def button(words: str, sign: str) -> Button:
        return Button(words, f"sw:{sweep.name}:{child.id}:{sign}", durable=True)

    return (
        button(f"{label(room, child)} ✓ {room.speak(say('sweep-fine'))}", "y"),
        button(f"⚠ {room.speak(say('sweep-problem'))}", "n"),
        button(room.speak(say("sweep-unreached")), "u"),
    )


async def _keep(room: Room, round_id: str, child: ChildLine, answer: str) -> None:
    form = room.services.form(FORM)
    submission = Submission(
        draft_id=mark_of(round_id, child.id, answer),
        definition=definition_of(form),
        values={"/data/round": round_id, "/data/answer": answer},
        area=child.area,
        child_id=child.id,
    )
    policy = room.services.policies.at(child.area, room.today)
    await Submissions(room.unit).submit(room.principal, submission, policy)


VERBS = {"sweep": begin, "sw": tap}
