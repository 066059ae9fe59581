"""A form that programme staff wrote: filed as it is; what its entities say goes into the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.access import Purpose
from cases.children import tidy_fields
from cases.db.attachments import Attachments
from cases.db.children import Children
from cases.db.twins import Twins
from handlers import emergency, menu
from handlers.fields import field_name
from handlers.form_context import label
from handlers.handed import ALARMING, file, finding, update_file, write
from handlers.raising import raise_case
from handlers.settling import OF_THE_VISIT
from handlers.takers.new_child import fields_from, updates_from, with_birth
from kernel.errors import InputError, MissingError, NotYoursError
from kernel.phrases import say
from kernel.words import Line, Send

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cases.children import ChildFile
    from cases.submissions import Receipt
    from forms.submission import EntityUpdate
    from handlers.handed import Handed
    from handlers.room import Room

CHILDREN = "children"
"""The entity list that our record holds; `forms check` names any other."""


async def take(room: Room, handed: Handed) -> None:
    """File the form, and do what its `entities` sheet says with children's files.

    A file that is not the worker's, a child that is registered already and a value that no file
    takes are told, each in its line; the answers are filed all the same.
    """
    receipt = await file(room, handed)
    form = handed.at.form
    lines = [Line(say("own-done", title=form.title, number=receipt.number), "strong")]
    about = handed.at.draft.child_id
    if not form.model.entities:
        lines += await update_file(room, handed, receipt)
    for entity in handed.finished.entities:
        if entity.list == CHILDREN:
            child_id, told = await _entity(room, handed, entity, receipt)
            about = about or child_id
            lines += told
    area = room.principal.area
    if handed.severity in ALARMING and (about or area):
        opened = await raise_case(room, finding(handed, about, area))
        await Attachments(room.unit).show_in_case(handed.at.draft.id, opened.case_id)
        lines.append(Line(say("own-alert", number=opened.number), "strong"))
    room.replies.append(Send(tuple(lines), menu=menu.keyboard(room.principal.role)))
    await emergency.offer_parked(room)


async def _entity(
    room: Room, handed: Handed, entity: EntityUpdate, receipt: Receipt
) -> tuple[str | None, list[Line]]:
    """Write one entity into a file; return whose, and what to tell."""
    own = handed.at.draft.child_id
    try:
        async with room.unit.attempt():
            if own and entity.id in ("", own):
                # what the worker chose to leave as it is was taken out of `saves`
                values = {k: v for k, v in entity.values.items() if k in handed.saves}
                return own, await _change(room, own, values, receipt)
            if entity.update and await _known(room, entity.id):
                began = handed.at.draft.began_at
                told = await _change(room, entity.id, entity.values, receipt, began)
                return entity.id, told
            if entity.create:
                return await _begin(room, handed, entity)
    except (InputError, MissingError, NotYoursError) as error:
        return None, [Line(say("own-not-written", who=entity.label or "—")), Line(error.reply)]
    return None, [Line(say("own-nobody", who=entity.label or "—"))]


async def _known(room: Room, child_id: str) -> bool:
    try:
        await Children(room.unit).line(room.principal, child_id)
    except (MissingError, NotYoursError):
        return False
    return True


async def _change(
    room: Room,
    child_id: str,
    values: Mapping[str, str],
    receipt: Receipt,
    began: datetime | None = None,
) -> list[Line]:
    """Write values into a file; of what was changed there since a moment, nothing."""
    book = Children(room.unit)
    known = await book.open(room.principal, child_id, Purpose.VISIT)
    updates = updates_from(values, known.fields)
    if not updates:
        return []
    lines = [Line(say("own-changed", who=label(room, known.line)), "strong")]
    left = await _moved_on(room, known, updates, receipt, began) if began else []
    if left:
        names = "、".join(field_name(room, name) for name in left)
        lines.append(Line(say("own-left", fields=names)))
        updates = {name: value for name, value in updates.items() if name not in left}
    if updates:
        lines += await write(room, child_id, known.fields, updates, receipt)
    return lines


async def _moved_on(
    room: Room, known: ChildFile, updates: Mapping[str, Any], receipt: Receipt, began: datetime
) -> list[str]:
    """Return the fields that say something else now than when the form was begun, and than it."""
    changed = await Children(room.unit).changed_after(
        room.principal, known.line.id, began, but=receipt.number
    )
    both = sorted((changed & updates.keys()) - OF_THE_VISIT)
    tidy = tidy_fields({name: updates[name] for name in both})
    return [name for name in both if known.fields.get(name) != tidy[name]]


async def _begin(
    room: Room, handed: Handed, entity: EntityUpdate
) -> tuple[str | None, list[Line]]:
    """Begin a file, unless one stands already for what seems to be the same child."""
    fields = with_birth({"name": entity.label, **fields_from(entity.values)}, {})
    area = entity.values.get("region_code") or handed.named.get("village") or room.principal.area
    if await Twins(room.unit).alike(room.principal, area, fields):
        return None, [Line(say("own-twin", who=_short(room, fields)))]
    policy = room.services.policies.at(area, room.today)
    line = await Children(room.unit).add(room.principal, area, fields, policy)
    return line.id, [Line(say("newchild-done", who=label(room, line), file=line.file_no))]


def _short(room: Room, fields: dict[str, Any]) -> str:
    return room.services.masker.person_name(str(fields.get("name") or "—"))
