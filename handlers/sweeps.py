"""Rounds of the year (汛期、寒暑假、春节): one yes/no about each child, each tap saved at once.

The children of a page stand where they are until the next page is asked for: a second tap on the
same spot is about the same child, and an answer can be put right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.sweeping import SETTLED, SIGNS, Answer, answered, asked_about, mark_of, round_of
from cases.db.children import Children
from cases.db.submissions import Submissions
from cases.submissions import Submission
from handlers.form_context import definition_of, label
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Edit, Line, Send

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from alerts.seasons import Sweep
    from cases.children import ChildLine
    from handlers.room import Room

FORM = "season_sweep"
PAGE = 8
"""Children on one screen: our default."""
_KEY = "sweep"
"""Of the conversation's state: round and children of the page that is open."""


@dataclass(frozen=True, slots=True)
class _Round:
    """An open round of one director: its children, and what was answered about them."""

    sweep: Sweep
    id: str
    children: Mapping[str, ChildLine]
    given: Mapping[str, Answer]

    def answer(self, child_id: str) -> str:
        return self.given[child_id].answer if child_id in self.given else ""

    def count(self, answer: str) -> int:
        return sum(self.answer(child_id) == answer for child_id in self.children)

    def waiting(self, shown: list[str]) -> list[str]:
        """Return who comes after the children shown: first who was not asked about at all."""
        left = [one for one in self.children if self.answer(one) not in SETTLED]
        others = [one for one in left if one not in shown]
        return sorted(others, key=lambda one: one in self.given)


async def begin(room: Room, name: str) -> None:
    """Show the children of a round that are still to be asked about."""
    lines, rows = _page(room, await _round(room, name), [])
    room.replies.append(Send(lines, rows))


async def more(room: Room, name: str) -> None:
    """Show the next children in place of those that are on the screen."""
    this = await _round(room, name)
    lines, rows = _page(room, this, this.waiting(_shown(room, this))[:PAGE])
    room.replies.append(Edit(lines, rows, message=room.turn.message))


async def tap(room: Room, argument: str) -> None:
    """Keep one answer, or another one in its place; a problem leads to a visit."""
    name, _, rest = argument.partition(":")
    child_id, _, sign = rest.partition(":")
    if sign not in SIGNS:
        raise MissingError
    this = await _round(room, name)
    child = await Children(room.unit).line(room.principal, child_id)
    answer = SIGNS[sign]
    is_new = this.answer(child_id) != answer
    if is_new:
        await _keep(room, this, child, answer)
        await _plan(room, child, answer)
        this = await _round(room, name)
    shown = _shown(room, this)
    if child_id not in shown:  # of a page that is not the open one any more
        shown = [child_id] if child_id in this.children else []
        shown += this.waiting(shown)[: PAGE - len(shown)]
    lines, rows = _page(room, this, shown)
    room.replies.append(Edit(lines, rows, message=room.turn.message))
    if is_new and answer == "problem":
        words = (Line(say("sweep-visit", who=label(room, child))),)
        visit = Button(say("child-visit"), f"visit:{child.id}", durable=True)
        room.replies.append(Send(words, ((visit,),)))


async def buttons(room: Room) -> list[tuple[Button, ...]]:
    """Return the way into each round that is open and not done yet, one a row."""
    rows: list[tuple[Button, ...]] = []
    for sweep in room.services.alerts.means.policies.sweeps(room.principal.area):
        first = sweep.opened(room.today)
        left = (await _opened(room, sweep, first)).waiting([]) if first else []
        if left:
            label = say("sweep-open", sweep=sweep.name, count=len(left))
            rows.append((Button(label, f"sweep:{sweep.name}", durable=True),))
    return rows


async def _round(room: Room, name: str) -> _Round:
    """Return the round that is open.

    Raises:
        MissingError: No round of this name is open here today.
    """
    for sweep in room.services.alerts.means.policies.sweeps(room.principal.area):
        first = sweep.opened(room.today)
        if sweep.name == name and first is not None:
            return await _opened(room, sweep, first)
    raise MissingError(reply=say("sweep-over"))


async def _opened(room: Room, sweep: Sweep, first: date) -> _Round:
    children = await asked_about(room.unit, sweep, room.principal)
    round_id = round_of(sweep, first)
    given = await answered(room.unit, round_id, children)
    return _Round(sweep, round_id, {child.id: child for child in children}, given)


def _shown(room: Room, this: _Round) -> list[str]:
    """Return the children of the page that is open."""
    kept = room.state.get(_KEY) or {}
    shown = kept.get("shown", []) if kept.get("round") == this.id else []
    return [child_id for child_id in shown if child_id in this.children]


def _page(
    room: Room, this: _Round, shown: list[str]
) -> tuple[tuple[Line, ...], tuple[tuple[Button, ...], ...]]:
    """Draw these children, or those who wait when none of them is given."""
    shown = shown or this.waiting([])[:PAGE]
    room.state[_KEY] = {"round": this.id, "shown": shown}
    name = this.sweep.name
    unreached, problems = this.count("unreached"), this.count("problem")
    done = this.count("fine") + problems
    head = say("sweep-head", sweep=name, done=done, of=len(this.children), unreached=unreached)
    lines = [Line(head, "strong")]
    if done + unreached < len(this.children):
        lines.append(Line(say("sweep-ask", sweep=name)))
    lines += [_line(room, this, number, shown) for number in range(1, len(shown) + 1)]
    if done + unreached == len(this.children):
        lines.append(Line(say("sweep-done", problems=problems, unreached=unreached), "strong"))
    rows = [_row(this, number, one) for number, one in enumerate(shown, 1)]
    if left := len(this.waiting(shown)):
        rows.append((Button(say("sweep-more", count=left), f"swmore:{name}", durable=True),))
    return tuple(lines), tuple(rows)


def _line(room: Room, this: _Round, number: int, shown: list[str]) -> Line:
    """Name a child; two who would look alike are told apart by their file's number."""
    child_id = shown[number - 1]
    names = [label(room, this.children[one]) for one in shown]
    who = names[number - 1]
    if names.count(who) > 1:
        who = f"{who} {this.children[child_id].file_no}"
    return Line(say("sweep-line", number=number, who=who, answer=this.answer(child_id) or "none"))


def _row(this: _Round, number: int, child_id: str) -> tuple[Button, ...]:
    return tuple(
        Button(
            say("sweep-tap", number=number, answer=answer),
            f"sw:{this.sweep.name}:{child_id}:{sign}",
            durable=True,
        )
        for sign, answer in SIGNS.items()
    )


async def _plan(room: Room, child: ChildLine, answer: str) -> None:
    """Bring the next visit forward where the answer asks for one."""
    if answer == "fine":
        return
    policy = room.services.policies.at(child.area, room.today)
    retry = policy.next_visit(room.today, child.risk_level, seen=False)
    soon = room.today if answer == "problem" else retry
    if child.next_visit_on is None or child.next_visit_on > soon:
        await Children(room.unit).plan_visit(child.id, soon)


async def _keep(room: Room, this: _Round, child: ChildLine, answer: str) -> None:
    before = this.given.get(child.id)
    given = Answer(answer, before.nth + 1 if before else 0)
    submission = Submission(
        draft_id=mark_of(this.id, child.id, given),
        definition=definition_of(room.services.form(FORM)),
        values={"/data/round": this.id, "/data/answer": answer},
        area=child.area,
        child_id=child.id,
    )
    policy = room.services.policies.at(child.area, room.today)
    await Submissions(room.unit).submit(room.principal, submission, policy)


VERBS = {"sweep": begin, "sw": tap, "swmore": more}
