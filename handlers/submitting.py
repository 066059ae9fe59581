"""A finished form is handed in, once: what is unclear is asked first, then its taker has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.drafts import Drafts
from forms import engine
from forms.errors import InvalidAnswer
from handlers import form_dialogue, form_steps, settling, training
from handlers import form_page as page
from handlers.handed import Handed
from handlers.takers import new_child, own, papers, report, visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.form_open import Open
    from handlers.room import Room

    Taker = Callable[[Room, Handed], Awaitable[None]]


async def submit(room: Room, at: Open) -> None:
    """Take a finished form in and say what came of it; ask first what only a person can decide."""
    try:
        finished = engine.finish(at.form, at.session, at.context)
    except InvalidAnswer as error:
        await Drafts(room.unit).tried(at.draft)
        room.say(error.reply)
        form_dialogue.show(room, await form_steps.open_at(room, at, error.ref))
        return
    changed = settling.changed(at, finished.saves)
    handed = Handed(at, finished, form_dialogue.named_values(at), changed)
    if await settling.asks(room, handed):
        await Drafts(room.unit).tried(at.draft)
        return
    kept_out = settling.left_as_it_is(room, at)
    saves = {name: value for name, value in changed.items() if name not in kept_out}
    room.replies.append(page.submitted(at.form.title))
    await _TAKERS.get(at.draft.form, own.take)(room, Handed(at, finished, handed.named, saves))
    await Drafts(room.unit).submitted(at.draft)
    for key in ("world", "look", "settled"):
        room.state.pop(key, None)


_TAKERS: dict[str, Taker] = {
    "visit_checkin": visit.take,
    "emergency_report": report.take_emergency,
    "police_contact": report.take_police,
    "case_close": report.take_closing,
    "acknowledge": report.take_acknowledging,
    "new_child": new_child.take,
    "file_change": new_child.take_change,
    "delegation": papers.take_delegation,
    "referral": papers.take_referral,
    "substitute_care": papers.take_substitute,
    "guardian_help": papers.take_help,
    training.FORM: training.take_test,
}
"""Every other form is one that programme staff wrote: it is filed as it is."""
