"""What the worker decides before a form is taken in: two values of one field, one child or two.

Nothing is overwritten silently: a field that others changed since the form was begun is shown
with both values; a screened child who may have a file already is shown with that file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.child_fields import CARER, words_of
from cases.db.children import Children
from cases.db.twins import Twins
from handlers import telling
from handlers.fields import field_name, in_file, kept_as, shown_value
from handlers.form_context import label
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.db.twins import Twin
    from handlers.form_open import Open
    from handlers.handed import Handed
    from handlers.room import Room
    from kernel.phrases import Phrase

MINE, THEIRS, SAME, OTHER = "!settle:mine:", "!settle:theirs:", "!settle:same:", "!settle:other"
VERB = "!settle:"
OF_THE_VISIT = frozenset({"last_visit_date", "last_visit_mode", "next_visit_date", "risk_level"})
"""Fields that say when someone was there: the later visit simply is the later one."""


def _kept(room: Room, at: Open) -> dict[str, Any]:
    kept: dict[str, Any] = room.state.get("settled") or {}
    return kept if kept.get("draft") == at.draft.id else {"draft": at.draft.id}


def changed(at: Open, saves: Mapping[str, str]) -> dict[str, str]:
    """Return what a form saves, without answers that say what the question began with.

    Nobody changed those: what others wrote there meanwhile is not to be overwritten with them.
    """
    began = _began(at)
    return {name: value for name, value in saves.items() if began.get(name) != value}


def _began(at: Open) -> dict[str, str]:
    """Return what stood in the file where the form's questions began, by property."""
    return {
        d.bind.save_to: at.session.params[d.name]
        for d in at.form.model.defs
        if d.control is not None and d.bind.save_to and d.name in at.session.params
    }


def left_as_it_is(room: Room, at: Open) -> frozenset[str]:
    """Return the fields whose present value the worker chose to keep."""
    return frozenset(_kept(room, at).get("theirs") or ())


def settled_child(room: Room, at: Open) -> str:
    """Return the id of the child whose file exists already, if the worker said so."""
    return str(_kept(room, at).get("same") or "")


async def asks(room: Room, handed: Handed) -> bool:
    """Show what has to be decided first, one thing at a time; say whether anything was."""
    if handed.at.draft.form == "new_child" and await _twin(room, handed):
        return True
    return await _conflict(room, handed)


def settle(room: Room, at: Open, value: str) -> None:
    """Keep a decision."""
    kept = _kept(room, at)
    for verb, name in ((MINE, "mine"), (THEIRS, "theirs")):
        if value.startswith(verb):
            kept[name] = sorted({*(kept.get(name) or ()), value.removeprefix(verb)})
    if value.startswith(SAME):
        kept["same"] = value.removeprefix(SAME)
    if value == OTHER:
        kept["other"] = True
    room.state["settled"] = kept


# --- two values of one field --------------------------------------------------------------


async def _conflict(room: Room, handed: Handed) -> bool:
    at = handed.at
    if at.draft.child_id is None or at.base is None:
        return False
    book, kept = Children(room.unit), _kept(room, at)
    version, touched = await book.newer(room.principal, at.draft.child_id, at.base)
    if version != kept.get("version"):
        # the file has moved on since the last decisions: they were about other values
        kept = {"draft": at.draft.id, "version": version}
        room.state["settled"] = kept
    decided = {*(kept.get("mine") or ()), *(kept.get("theirs") or ())}
    both = {name for name in handed.saves if kept_as(name) in touched}
    names = sorted(both - decided - OF_THE_VISIT)
    file = await book.open(room.principal, at.draft.child_id, "visit") if names else None
    for name in names:
        mine, theirs = handed.saves[name], in_file(file.whole, name) if file else None
        # the carer is one value of the file: others may have changed another part of it
        as_began = name in CARER and _text(theirs) == _began(at).get(name, "")
        if _text(theirs) != mine and not as_began:
            await _show_conflict(room, at, name, (mine, theirs), touched[kept_as(name)])
            return True
    return False


def _text(value: object) -> str:
    if isinstance(value, bool | list):
        return " ".join(words_of(value))
    return str(value or "")


async def _show_conflict(
    room: Room, at: Open, name: str, values: tuple[object, object], change: tuple[Any, Any]
) -> None:
    mine, theirs = (shown_value(room, name, value) for value in values)
    by, when = change
    who = await telling.worker(room, by)
    lines = (
        Line(at.head.what, "small"),
        Line(say("settle-head", field=field_name(room, name)), "strong"),
        Line(say("settle-theirs", value=theirs, who=who, when=f"{local(when):%m-%d %H:%M}")),
        Line(say("settle-mine", value=mine)),
    )
    rows = (
        (Button(say("settle-take-mine", value=mine), MINE + name),),
        (Button(say("settle-take-theirs", value=theirs), THEIRS + name),),
    )
    room.replies.append(Send(lines, rows, prompt=True))


# --- one child or two ---------------------------------------------------------------------


async def _twin(room: Room, handed: Handed) -> bool:
    from handlers.takers.new_child import area_of, fields_of  # noqa: PLC0415 they need each other

    kept = _kept(room, handed.at)
    if kept.get("same") or kept.get("other"):
        return False
    found = await Twins(room.unit).alike(room.principal, area_of(room, handed), fields_of(handed))
    if not found:
        return False
    lines = [
        Line(handed.at.head.what, "small"),
        Line(say("twin-head"), "strong"),
        *(Line(_twin_words(room, twin)) for twin in found[:3]),
    ]
    rows = [
        (Button(say("twin-same", who=label(room, twin.child)), SAME + twin.child.id),)
        for twin in found[:3]
        if twin.child is not None
    ]
    rows.append((Button(say("twin-other"), OTHER),))
    room.replies.append(Send(tuple(lines), tuple(rows), prompt=True))
    return True


def _twin_words(room: Room, twin: Twin) -> Phrase:
    how = room.speak(say(f"twin-{twin.likeness.value}"))
    if twin.child is None:
        return say("twin-elsewhere", how=how)
    return say("twin-line", who=label(room, twin.child), file=twin.child.file_no, how=how)
