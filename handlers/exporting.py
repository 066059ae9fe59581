"""导出: ledgers, visits and cases as a sheet, for a reason; large ones need a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Action, Purpose, Resource, require
from cases.db.audit import Audit
from cases.db.exports import Exports
from cases.db.people import People
from cases.exports import ExportKind, FormExport, Wanted
from cases.people import Role
from handlers import files, menu, telling
from handlers.results import figures, lay_out, write_file, write_results
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Line, Paper, Send, plain

if TYPE_CHECKING:
    from cases.db.attachments import Attachment
    from cases.exports import Export
    from cases.people import Person
    from handlers.room import Room
    from kernel.phrases import Phrase

_PLACE = "#"
REASONS = (Purpose.REVIEW, Purpose.AUDIT, Purpose.CONFERENCE, Purpose.ASSISTANCE)
"""What an export may be for."""


async def show(room: Room) -> None:
    """Offer what may be exported, and what waits for a second person."""
    require(room.principal, Action.EXPORT, Resource(area=room.principal.area))
    rows = [
        (Button(say(f"export-{kind.value}"), f"exp:{kind.value}", durable=True),)
        for kind in ExportKind
        if kind is not ExportKind.FORM
    ]
    rows += [
        (
            Button(
                say("export-form", title=offer.title), f"exp:{_PLACE}{offer.place}", durable=True
            ),
        )
        for offer in room.services.offered
    ]
    rows += [
        (
            Button(
                say("export-fetch", number=one.number, rows=one.rows),
                f"expget:{one.number}",
                durable=True,
            ),
        )
        for one in await Exports(room.unit).ready(room.principal)
    ]
    for one in await Exports(room.unit).waiting(room.principal):
        words = say("export-approve", number=one.number, rows=one.rows)
        rows.append((Button(words, f"expok:{one.number}", durable=True),))
    room.replies.append(Send((Line(say("export-which"), "strong"),), tuple(rows)))


def _wanted(room: Room, text: str) -> Wanted:
    """Read what a button names: a kind, or the place of a form among those on offer."""
    if not text.startswith(_PLACE):
        return Wanted.read(text)
    if (offer := room.services.offer(text)) is None:
        raise MissingError
    return Wanted(ExportKind.FORM, offer.name)


async def ask_why(room: Room, wanted: str) -> None:
    """Ask what the export is for; the answer stands in the log."""
    what = _wanted(room, wanted)
    buttons = [
        Button(
            say(f"why-{reason.value}"),
            f"expfor:{wanted}:{reason.value}",
            durable=True,
        )
        for reason in REASONS
    ]
    title = room.services.form(what.form).title if what.form else ""
    named = (Line(say("export-form", title=title), "strong"),) if title else ()
    lines = (*named, Line(say("export-why")), Line(say("why-logged"), "small"))
    room.replies.append(Send(lines, menu.in_rows(buttons)))


async def ask(room: Room, argument: str) -> None:
    """Ask for an export; a small one comes at once."""
    what, _, reason = argument.rpartition(":")
    who = room.principal
    ticket = await Exports(room.unit).ask(who, _wanted(room, what), who.area)
    purpose = Purpose(reason).value
    Audit(room.unit).append(
        who.actor, "export.reason", f"export:{ticket.number}", area=who.area, purpose=purpose
    )
    if ticket.state == "ready":
        await fetch(room, ticket.number)
    else:
        room.say(say("export-waits", number=ticket.number, rows=ticket.rows))
        told = say("export-told", number=ticket.number, rows=ticket.rows)
        for person in await _seconds(room):
            await telling.tell(room, person.id, told, opens="go:menu-exports")


async def _seconds(room: Room) -> list[Person]:
    """Return who may approve in one's stead: the others in charge of one's area, and above."""
    area, today, people = room.principal.area, room.today, People(room.unit)
    found = [
        *await people.workers(Role.CHILD_SUPERVISOR, area, today),
        *await people.workers(Role.COUNTY_OFFICER, area, today),
    ]
    return [person for person in found if person.id != room.principal.person_id]


async def approve(room: Room, number: str) -> None:
    """Approve somebody else's large export."""
    ticket = await Exports(room.unit).approve(room.principal, number)
    told = say("export-come", number=number)
    await telling.tell(room, ticket.asked_by, told, opens=f"expget:{number}")
    room.say(say("export-approved", number=number))


async def fetch(room: Room, number: str) -> None:
    """Send the sheet, once; names in it are masked as the chat is."""
    export = await Exports(room.unit).fetch(room.principal, number)
    if isinstance(export, FormExport):
        await _send_results(room, export)
        return
    name = f"{number}.xlsx"
    content = write_file(export, name, room.speak, room.services.masker)
    room.replies.append(Paper(name, content, _caption(export)))


def _caption(export: Export | FormExport) -> Phrase:
    return say("export-sent", until=export.destroy_by.isoformat())


async def _send_results(room: Room, export: FormExport) -> None:
    """Send what a form gathered: the sheet, its figures, and where its photos open."""
    laid, number = lay_out(export, room.services.masker), export.number
    name = f"{number}.xlsx"
    room.replies.append(Paper(name, write_results(laid, name, room.speak), _caption(export)))
    if lines := figures(laid, room.speak):
        room.replies.append(Send(tuple(lines)))
    if found := await Exports(room.unit).files(room.principal, number):
        button = Button(say("files-open", count=len(found)), f"expfiles:{number}", durable=True)
        room.replies.append(Send(plain(say("export-files")), ((button,),)))


async def show_files(room: Room, argument: str) -> None:
    """List the photos and papers that came with a form, by the names they have in the sheet."""
    number, _, start = argument.partition(":")
    found = await Exports(room.unit).files(room.principal, number)
    first = int(start) if start.isdecimal() else 0
    page = found[first : first + files.LISTED]
    rows = [(_file(room, one),) for one in page]
    if more := len(found) - first - len(page):
        words = say("export-files-more", count=more)
        rows.append((Button(words, f"expfiles:{number}:{first + len(page)}", durable=True),))
    room.replies.append(Send((Line(say("files-head", count=len(found)), "strong"),), tuple(rows)))


def _file(room: Room, one: Attachment) -> Button:
    words = say("export-file", name=files.short(one.id), what=room.speak(files.what(one)))
    return Button(words, f"file:{one.id}", durable=True)


VERBS = {"exp": ask_why, "expfor": ask, "expok": approve, "expget": fetch, "expfiles": show_files}
