"""A form that was handed in, and what every taker does: file it, update the child's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cases.children import Change
from cases.db.attachments import Attachments
from cases.db.children import Children
from cases.db.reviews import Reviews
from cases.db.submissions import Submissions
from cases.submissions import Submission
from handlers import files
from handlers.fields import field_name, shown_value
from handlers.form_context import definition_of
from handlers.raising import SITUATIONS_OF_RULES, Finding
from kernel.phrases import say
from kernel.words import Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.submissions import Receipt, Visit
    from forms.engine import Submission as Finished
    from handlers.form_open import Open
    from handlers.room import Room

ALARMING = frozenset({"P0", "P1", "P2"})
"""Severities of which a supervisor is told at once (domain: P2 the same day)."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A form that was handed in: where it stood, what it holds, its answers by field name.

    Args:
        saves: What goes into the child's file; what the worker chose to leave is not in it.
    """

    at: Open
    finished: Finished = field(repr=False)
    named: dict[str, str] = field(repr=False)
    saves: Mapping[str, str] = field(repr=False)

    @property
    def severity(self) -> str:
        """Return how urgent the form's own rules find it."""
        return self.named.get("severity") or "P4"


async def file(  # noqa: PLR0913 what it belongs to, said once
    room: Room,
    handed: Handed,
    *,
    visit: Visit | None = None,
    case_id: str | None = None,
    child_id: str | None = None,
    area: str = "",
    basis: str = "statutory_duty",
) -> Receipt:
    """File the answers with the form they were given on, once per draft."""
    draft = handed.at.draft
    area = area or room.principal.area
    submission = Submission(
        draft_id=draft.id,
        definition=definition_of(handed.at.form),
        values=handed.finished.values,
        area=area,
        child_id=child_id or draft.child_id,
        case_id=case_id or draft.case_id,
        visit=visit,
        legal_basis=basis,
    )
    policy = room.services.policies.at(area, room.today)
    receipt = await Submissions(room.unit).submit(room.principal, submission, policy)
    if draft.child_id is None:  # files about a child stand with its file
        answers = files.kept_in(handed.finished.values.values())
        await Attachments(room.unit).let_go(draft.id, but=answers)
    return receipt


async def update_file(room: Room, handed: Handed, receipt: Receipt) -> list[Line]:
    """Write what the form says of the child into the file; tell what changed."""
    child_id, updates = handed.at.draft.child_id, dict(handed.saves)
    if child_id is None or not updates:
        return []
    before = (await Children(room.unit).open(room.principal, child_id, "visit")).fields
    return await write(room, child_id, before, updates, receipt)


async def write(
    room: Room,
    child_id: str,
    before: Mapping[str, Any],
    updates: Mapping[str, Any],
    receipt: Receipt,
) -> list[Line]:
    """Write values into a child's file; tell what changed, against what stood there before."""
    change = Change(child_id=child_id, updates=dict(updates), source=receipt.number)
    book = Children(room.unit)
    changed = await book.apply(room.principal, change)
    if not changed:
        return [Line(say("visit-nothing-changed"))]
    return [
        Line(say("form-changed")),
        *(
            Line(
                say(
                    "child-change",
                    field=field_name(room, name),
                    before=shown_value(room, name, before.get(name)),
                    after=shown_value(room, name, updates.get(name)),
                )
            )
            for name in changed
        ),
    ]


async def propose_risk(room: Room, handed: Handed, child_id: str) -> None:
    """Propose the level of risk that the form's rules come to, with the rule that weighs most."""
    line = await Children(room.unit).line(room.principal, child_id)
    level = room.services.policies.at(line.area, room.today).risk_of(handed.severity)
    if not level:
        return
    fired = handed.named.get("triggers", "").split()
    rule = next((one for one in fired if handed.named.get(one) == handed.severity), "")
    await Reviews(room.unit).propose_risk(child_id, level, rule)


def finding(handed: Handed, child_id: str | None, area: str = "") -> Finding:
    """Return what the form's rules found, for a case."""
    rules = handed.named.get("triggers", "").split()
    return Finding(
        draft_id=handed.at.draft.id,
        severity=handed.severity,
        situations=tuple(
            sorted({SITUATIONS_OF_RULES[r] for r in rules if r in SITUATIONS_OF_RULES})
        ),
        child_id=child_id,
        area=area,
        values=handed.named,
    )
