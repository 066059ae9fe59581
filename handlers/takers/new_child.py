"""A screening becomes a child's file, or fills the gaps of one; what was wrong is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.access import Purpose
from cases.child_fields import CARER
from cases.children import Change, read_birth
from cases.db.children import Children
from cases.id_numbers import read_id_number
from handlers import emergency
from handlers.fields import OURS
from handlers.form_context import label
from handlers.handed import ALARMING, file, finding, propose_risk, write
from handlers.raising import raise_case
from handlers.settling import settled_child
from kernel.errors import InputError
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.children import ChildLine
    from handlers.handed import Handed
    from handlers.room import Room


_IN_VILLAGE = frozenset({"same", "here"})
"""Answers to where a child is registered that mean the village it lives in."""


def fields_of(handed: Handed) -> dict[str, Any]:
    """Return the fields of a file, from what the form saves."""
    return fields_from(handed.finished.saves)


def fields_from(saves: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a file, from properties as forms name them."""
    saved = {name: value for name, value in saves.items() if value}
    carer = {CARER[name]: saved.pop(name) for name in CARER if name in saved}
    saved.pop("region_code", None)
    fields: dict[str, Any] = {OURS.get(name, name): value for name, value in saved.items()}
    if carer:
        fields["actual_caregiver"] = carer
    return fields


def updates_from(saves: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form changes in a file: of the carer, what it says beside what is known."""
    updates = with_birth(fields_from(saves), known)
    if carer := updates.get("actual_caregiver"):
        updates["actual_caregiver"] = {**(known.get("actual_caregiver") or {}), **carer}
    return updates


def with_birth(fields: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Add the date of birth that an ID number states, where none is known."""
    if not fields.get("id_no") or fields.get("birth_date") or known.get("birth_date"):
        return fields
    return {**fields, "birth_date": read_id_number(str(fields["id_no"])).born.isoformat()}


def area_of(room: Room, handed: Handed) -> str:
    """Return the village the child lives in."""
    return handed.named.get("village") or room.principal.area


async def take(room: Room, handed: Handed) -> None:
    """Take a screening in."""
    fields, area = with_birth(fields_of(handed), {}), area_of(room, handed)
    if handed.named.get("hukou_same") in _IN_VILLAGE:
        fields["hukou_region"] = area
    same = settled_child(room, handed.at)
    if same:
        line = await _fill(room, same, fields)
        lines = [Line(say("newchild-filled", who=label(room, line)), "strong")]
    else:
        policy = room.services.policies.at(area, room.today)
        line = await Children(room.unit).add(room.principal, area, fields, policy)
        lines = [Line(say("newchild-done", who=label(room, line), file=line.file_no), "strong")]
        if line.next_visit_on:
            lines.append(Line(say("newchild-visit", date=line.next_visit_on.isoformat())))
    await file(room, handed, child_id=line.id, area=line.area)
    await propose_risk(room, handed, line.id)
    if handed.severity in ALARMING:
        opened = await raise_case(room, finding(handed, line.id))
        lines.append(Line(say("visit-alert", number=opened.number), "strong"))
    rows = (
        (Button(say("child-visit"), f"visit:{line.id}", durable=True),),
        (Button(say("newchild-open"), f"child:{line.id}", durable=True),),
    )
    room.replies.append(Send(tuple(lines), rows))
    await emergency.offer_parked(room)


async def take_change(room: Room, handed: Handed) -> None:
    """Put right or add to what a file says of a child; before and after stand in its timeline.

    Raises:
        InputError: The ID number states another date of birth than the file.
    """
    child_id = str(handed.at.draft.child_id)
    known = await Children(room.unit).open(room.principal, child_id, Purpose.CORRECTION)
    updates = updates_from(handed.saves, known.fields)
    if {"id_no", "birth_date"} & updates.keys():
        _agree({**known.fields, **updates})
    receipt = await file(room, handed)
    lines = await write(room, child_id, known.fields, updates, receipt)
    room.replies.append(Send((Line(say("filechange-done"), "strong"), *lines)))
    await emergency.offer_parked(room)


def _agree(fields: Mapping[str, Any]) -> None:
    """Refuse an ID number that states another date of birth than the file does."""
    if not fields.get("id_no") or not fields.get("birth_date"):
        return
    if read_id_number(str(fields["id_no"])).born != read_birth(fields):
        raise InputError(reply=say("filechange-birth"))


async def _fill(room: Room, child_id: str, fields: dict[str, Any]) -> ChildLine:
    """Put what is new into the gaps of a file; nothing that stands there is overwritten."""
    book = Children(room.unit)
    known = await book.open(room.principal, child_id, "correction")
    gaps = {k: v for k, v in fields.items() if known.fields.get(k) in (None, "", [], False)}
    gaps.pop("focus_flag", None)
    await book.apply(room.principal, Change(child_id=child_id, updates=gaps))
    return await book.line(room.principal, child_id)
