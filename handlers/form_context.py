"""What a form may see of the world: the child, the reporter, the lists; always masked.

A form's answers stay in the vault; what its host puts into it is labels as the chat may show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.access import Purpose
from cases.areas import Level
from cases.db.areas import Areas
from cases.db.children import Children
from cases.db.submissions import Submissions
from cases.people import STAFF
from forms.engine import Context
from forms.form import load
from kernel.clock import local
from kernel.phrases import say

if TYPE_CHECKING:
    from cases.children import ChildFile, ChildLine
    from cases.db.drafts import Draft
    from forms.form import Form
    from handlers.room import Room

UNKNOWN_CHILD = "unknown"
_SCHOOL_AGE = (6, 15)
"""Ages of compulsory schooling (义务教育法 第十一条), as the visit form counts them."""
LISTED = 60
"""Children offered as buttons in an emergency; more are found by typing (our default)."""


async def form_of(room: Room, name: str, version: str) -> Form:
    """Return the form a draft was begun on, also when a newer one is in use now."""
    current = room.services.form(name)
    if current.version == version:
        return current
    kept = await Submissions(room.unit).definition(name, version)
    return load(kept)


def label(room: Room, child: ChildLine) -> str:
    """Name a child as the chat may show it."""
    return room.services.masker.child_label(child.name, child.age(room.today), child.file_no)


async def who_is(room: Room, child_id: str | None) -> str:
    """Return the label of a child, or nothing."""
    if not child_id:
        return ""
    return label(room, await Children(room.unit).line(room.principal, child_id))


async def context_of(room: Room, draft: Draft) -> Context:
    """Return what the draft's form may see; kept from the moment the draft was begun."""
    world = room.state.get("world") or {}
    if world.get("draft") != draft.id:
        world = {"draft": draft.id, **await _world(room, draft)}
        room.state["world"] = world
    return Context(now=local(room.now), params=world["params"], lists=world["lists"])


async def _world(room: Room, draft: Draft) -> dict[str, Any]:
    params: dict[str, str] = {"reporter_role": room.principal.role.value}
    lists: dict[str, list[dict[str, str]]] = {"children": [], "areas": []}
    if draft.child_id:
        file = await Children(room.unit).open(room.principal, draft.child_id, Purpose.VISIT)
        params |= child_params(room, file)
    if draft.form == "emergency_report":
        lists = await _emergency_lists(room)
        params["has_list"] = "yes" if lists["children"] else "no"
        params["child_known"] = str(room.state.pop("known_child", None) or "")
    return {"params": params, "lists": lists}


def child_params(room: Room, file: ChildFile) -> dict[str, str]:
    """Return what the visit form asks of the file: age, sex, school; never a name."""
    age = file.line.age(room.today)
    known = {
        name: str(file.fields[name])
        for name in ("sex", "school_status", "lives_with", "health", "hukou_registered")
        if file.fields.get(name) not in (None, "")
    }
    first, last = _SCHOOL_AGE
    return {
        "child_id": file.line.id,
        "child_name": label(room, file.line),
        "child_age": "" if age is None else str(age),
        "child_sex": known.get("sex", ""),
        "school_age": "yes" if age is not None and first <= age <= last else "no",
        **known,
    }


async def _emergency_lists(room: Room) -> dict[str, list[dict[str, str]]]:
    children: list[dict[str, str]] = []
    areas: list[dict[str, str]] = []
    if room.principal.role in STAFF:
        lines = await Children(room.unit).mine(room.principal, limit=LISTED)
        near = room.state.get("near_child")
        lines.sort(key=lambda line: line.id != near)
        children = [{"name": line.id, "label": label(room, line)} for line in lines]
        stranger = room.speak(say("emergency-unknown-child"))
        children.append({"name": UNKNOWN_CHILD, "label": stranger})
    if room.principal.role not in STAFF or not children:
        areas = [
            {"name": area.code, "label": area.name}
            for area in await Areas(room.unit).inside("", Level.TOWNSHIP, room.today)
        ]
    return {"children": children, "areas": areas}
