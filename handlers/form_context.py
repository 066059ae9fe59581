"""What a form may see of the world: the child, the reporter, the lists; always masked.

A form's answers stay in the vault; what its host puts into it is labels as the chat may show,
and, where the form asks for it, what was answered last time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cases.access import Purpose
from cases.areas import Level, at_level
from cases.child_fields import CODED, is_empty, words_of
from cases.children import read_birth
from cases.db.areas import Areas
from cases.db.children import Children
from cases.db.submissions import Submissions
from cases.people import STAFF
from cases.submissions import Definition
from forms import engine
from forms.engine import Context
from forms.form import load
from forms.results import labels_of
from forms.world import LAST_SAVED
from handlers.fields import field_name, in_file
from handlers.form_page import FILED
from kernel.clock import age_on, local
from kernel.errors import MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.children import ChildFile, ChildLine
    from cases.db.drafts import Draft
    from forms.definition import Def
    from forms.engine import Session
    from forms.form import Form
    from handlers.room import Room

    Lists = dict[str, list[dict[str, str]]]

UNKNOWN_CHILD = "unknown"
_SCHOOL_AGE = (6, 15)
"""Ages of compulsory schooling (义务教育法 第十一条), as the visit form counts them."""
LISTED = 60
"""Children offered as buttons in an emergency; more are found by typing (our default)."""
MOST_LISTED = 200
"""Children that a form's list holds (our default): more are found by the child's own card."""
_AREAS = 120
"""Villages offered as buttons; where there are more, the townships are offered (our default)."""
LAST = "last_"
"""A hidden row `last_X` of a form gets what was answered to X last time, for the same child."""
LAST_DATE = "last_date"
_POSITION = re.compile(r"\[\d+\]")
HOST_LISTS = {
    "children": ("name", "label", "area", "risk_level", "file_no"),
    "areas": ("name", "label"),
}
"""Lists of ours that a form may ask from, and their columns."""
DIGEST = "digest"
"""What a draft keeps of its form, so that a change under the same version is seen."""
_KNOWN, _NAME, _BORN = "/data/child_known", "/data/basic/name", "/data/basic/birth_date"
_NAMING = {"emergency_report": (_KNOWN,), "new_child": (_NAME, _BORN)}
"""Answers of our own forms that say whom they speak of."""
WAS = "was_"
CHANGE = "file_change"
"""The form that puts a file right: its questions begin with what stands there."""
GAPS = 8
"""Gaps of a file that are named in one line (our default); all stand in the whole file."""


def definition_of(form: Form) -> Definition:
    """Return what is kept of a form, so that its answers can be read for ever."""
    return Definition(
        form=form.id, version=form.version, source=form.definition, files=dict(form.files)
    )


@lru_cache(maxsize=64)
def digest_of(form: Form) -> str:
    """Return what tells a form in use from every other, also from one of the same version."""
    return definition_of(form).digest


async def form_of(room: Room, draft: Draft) -> Form:
    """Return the form a draft was begun on, also when another one is in use now."""
    try:
        current = room.services.form(draft.form)
    except MissingError:
        current = None  # taken out of use; what was begun on it may still be finished
    if current is not None and (draft.session or {}).get(DIGEST) == digest_of(current):
        return current
    kept = await Submissions(room.unit).definition(draft.form, draft.version)
    return _compiled(kept.source, tuple(sorted(kept.files.items())))


@lru_cache(maxsize=16)
def _compiled(definition: bytes, files: tuple[tuple[str, bytes], ...]) -> Form:
    return load(definition, files=dict(files))


def label(room: Room, child: ChildLine) -> str:
    """Name a child as the chat may show it."""
    return room.services.masker.child_label(child.name, child.age(room.today), child.file_no)


async def who_is(room: Room, child_id: str | None) -> str:
    """Return the label of a child, or nothing."""
    if not child_id:
        return ""
    return label(room, await Children(room.unit).line(room.principal, child_id))


async def world_of(room: Room, draft: Draft, form: Form) -> dict[str, Any]:
    """Return what is kept beside a draft for its turns: whose it is, and its lists."""
    world: dict[str, Any] = room.state.get("world") or {}
    if world.get("draft") != draft.id:
        who = await who_is(room, draft.child_id)
        world = {"draft": draft.id, "who": who, "lists": await _lists(room, form)}
        room.state["world"] = world
    return world


def context_of(
    room: Room, lists: Lists, params: Mapping[str, str], last_saved: Mapping[str, str]
) -> Context:
    """Return what a form may see; `params` count at its beginning only."""
    return Context(
        now=local(room.now),
        params=params,
        lists=lists,
        language=room.language,
        last_saved=last_saved,
    )


async def last_saved_of(room: Room, form: Form) -> dict[str, str]:
    """Return what this person answered last in the same form, where it asks for that."""
    if not any(source.startswith(LAST_SAVED) for source in form.model.external.values()):
        return {}
    return await Submissions(room.unit).last_by(room.principal, form.id)


def spoken_of(
    room: Room, form: Form, session: Session, context: Context, world: Mapping[str, Any]
) -> str:
    """Name the child a form speaks of, also one that only its answers know."""
    if world["who"]:
        return str(world["who"])
    asking, own = _asking(form), _NAMING.get(form.id, ())
    if not asking and not own:
        return ""
    values = engine.values_of(form, session, (*asking, *own), context)
    labels = {row["name"]: row["label"] for row in world["lists"]["children"]}
    known = values.get(_KNOWN)
    chosen = [known] if known else chosen_children(form, values, session.at)
    if named := [labels[child] for child in chosen if child in labels]:
        return "、".join(named)
    if name := values.get(_NAME, "") if own else "":
        born = read_birth({"birth_date": values.get(_BORN, "")})
        age = age_on(room.today, born) if born else None
        return room.services.masker.child_label(name, age, "—")
    return ""


def chosen_children(form: Form, values: Mapping[str, str], at: str) -> list[str]:
    """Return the children that answers chose, as far as the open question may be about them.

    One that was chosen in an entry of a repeat counts in that entry alone.
    """
    asking = _asking(form)
    if not asking:
        return []
    found = [
        value
        for ref, value in values.items()
        if _POSITION.sub("", ref) in asking and _entry(ref) in ("", *_entries(at))
    ]
    return list(dict.fromkeys(filter(None, found)))


@lru_cache(maxsize=64)
def _asking(form: Form) -> tuple[str, ...]:
    """Return the places of a form's questions that ask for one of the children."""
    return tuple(d.path for d in form.model.defs if d.asks_one and "children" in d.lists)


def _entry(ref: str) -> str:
    """Return the innermost entry of a repeat that a place stands in; nothing outside of all."""
    return ref[: ref.rfind("]") + 1]


def _entries(ref: str) -> list[str]:
    """Return every entry of a repeat that a place stands in."""
    return [ref[: found.end()] for found in _POSITION.finditer(ref)]


async def beginning_of(
    room: Room, form: Form, child_id: str | None
) -> tuple[dict[str, str], int | None]:
    """Return what a new form is given, and the version of the child's file it begins from."""
    params = {"reporter_role": room.principal.role.value}
    if child_id is None:
        return params, None
    file = await Children(room.unit).open(room.principal, child_id, Purpose.VISIT)
    if form.id == CHANGE:
        params |= standing(form, file.whole)
        params["gaps"] = gaps_line(room, file)
    return params | child_params(room, file) | await _last(room, form, file), file.version


def standing(form: Form, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return what a file holds of each thing that a form may put right, by question and by place.

    A hidden row `was_X` gets what stands at the property X.
    """
    found: dict[str, str] = {}
    for definition in form.model.defs:
        saved = definition.bind.save_to
        hidden = definition.name.startswith(WAS) and definition.control is None
        name = definition.name.removeprefix(WAS) if hidden else saved
        if not definition.leaf or not name or not (definition.control or hidden):
            continue
        value = in_file(fields, name)
        if is_empty(value) or str(value).startswith(FILED):
            continue
        words = " ".join(words_of(value)) if name in CODED else str(value)
        if _offers(form, definition, words):
            found[definition.name] = words
    return found


def _offers(form: Form, definition: Def, value: str) -> bool:
    """Say whether a question takes a value: a word that it does not offer would stand unseen."""
    control = definition.control
    if control is None or control.items is None:
        return True
    return set(value.split()) <= labels_of(form, definition, form.model.default_language).keys()


def gaps_line(room: Room, file: ChildFile) -> str:
    """Name what is wanted and empty in a file: the first few, and how many more."""
    names = [field_name(room, name) for name in file.gaps]
    shown = "、".join(names[:GAPS])
    more = len(names) - GAPS
    return shown if more <= 0 else room.speak(say("child-gaps-more", fields=shown, count=more))


def child_params(room: Room, file: ChildFile) -> dict[str, str]:
    """Return what the visit form asks of the file: age, sex, school, last visit; never a name."""
    age = file.line.age(room.today)
    known = {
        name: str(file.fields[name])
        for name in ("sex", "school_status", "health", "hukou_registered")
        if file.fields.get(name) not in (None, "")
    }
    first, last = _SCHOOL_AGE
    return {
        "child_id": file.line.id,
        "child_name": label(room, file.line),
        "child_age": "" if age is None else str(age),
        "child_sex": known.get("sex", ""),
        "visited_before": "" if file.line.last_visit_on is None else str(file.line.last_visit_on),
        "school_age": "yes" if age is not None and first <= age <= last else "no",
        **known,
    }


def wanted_last(form: Form) -> frozenset[str]:
    """Return the names of the hidden rows that ask for what was answered last time."""
    return frozenset(
        d.name
        for d in form.model.defs
        if d.leaf
        and d.name.startswith(LAST)
        and d.control is None
        and d.bind.calculate is None
        and d.in_repeat is None
    )


async def _last(room: Room, form: Form, file: ChildFile) -> dict[str, str]:
    """Return what was answered last time; what stands in the file now goes before it."""
    wanted = wanted_last(form)
    if not wanted:
        return {}
    found = await Submissions(room.unit).last_of(room.principal, form.id, file.line.id)
    if found is None:
        return {}
    day, answers = found
    named = {ref.rsplit("/", 1)[-1]: value for ref, value in answers.items()}
    for definition in form.model.defs:
        kept = file.fields.get(definition.bind.save_to) if definition.bind.save_to else None
        if kept not in (None, ""):
            named[definition.name] = " ".join(kept) if isinstance(kept, list) else str(kept)
    last = {name: named.get(name.removeprefix(LAST), "") for name in wanted}
    return last | {LAST_DATE: day.isoformat()}


async def _lists(room: Room, form: Form) -> Lists:
    """Return the lists of ours that a form asks from."""
    if form.id == "emergency_report":
        return await _emergency_lists(room)
    wanted = form.model.external
    return {
        "children": await _children(room) if "children" in wanted else [],
        "areas": await _villages(room) if "areas" in wanted else [],
    }


async def _children(room: Room) -> list[dict[str, str]]:
    """Return whom a worker is responsible for, as an entity list; nobody for a family."""
    if room.principal.role not in STAFF:
        return []
    lines = await Children(room.unit).mine(room.principal, limit=MOST_LISTED)
    return [
        {
            "name": line.id,
            "label": label(room, line),
            "area": line.area,
            "risk_level": line.risk_level,
            "file_no": line.file_no,
        }
        for line in lines
    ]


async def _villages(room: Room) -> list[dict[str, str]]:
    inside = Areas(room.unit).inside
    found = await inside(room.principal.area, Level.VILLAGE, room.today)
    if len(found) > _AREAS:
        found = await inside(room.principal.area, Level.TOWNSHIP, room.today)
    return [{"name": area.code, "label": area.name} for area in found]


async def _emergency_lists(room: Room) -> Lists:
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
        areas = await _anywhere(room)
    return {"children": children, "areas": areas}


async def _anywhere(room: Room) -> list[dict[str, str]]:
    """Return every township, and each county for who cannot say which: its office is told."""
    book = Areas(room.unit)
    towns = await book.inside("", Level.TOWNSHIP, room.today)
    listed = [{"name": area.code, "label": area.name} for area in towns]
    for code in sorted({at_level(area.code, Level.COUNTY) for area in towns}):
        county = await book.name(code, room.today)
        words = room.speak(say("emergency-unknown-place", county=county))
        listed.append({"name": code, "label": words})
    return listed
