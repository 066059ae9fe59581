"""Photos, voices and papers people send: kept sealed, listed for and sent to who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Purpose
from cases.db.attachments import Attachments
from cases.pictures import ending
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Line, Paper, Send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.db.attachments import Attachment
    from handlers.room import Room

KEPT = "attachment:"
"""How an answer that is a file stands in a form: this and the file's number."""
SENT = "telegram:"
"""A file that is still with the channel: there is no child or case to keep it with yet."""
LISTED = 20
"""Files listed at once, the latest (our default)."""


async def keep(room: Room, handle: str, *, child_id: str | None, case_id: str | None) -> str:
    """Keep a file and return the answer that stands for it.

    Raises:
        Slow: It must be fetched first; the turn then begins again.
        InputError: It is too large, broken, or of a kind we do not keep.
        DeniedError: The person may not add to this child or case.
    """
    if child_id is None and case_id is None:
        return f"{SENT}{handle}"
    content = await room.fetched(handle)
    book = Attachments(room.unit)
    if case_id is not None:
        kept = await book.add_to_case(room.principal, case_id, content)
    else:
        kept = await book.add_to_child(room.principal, str(child_id), content)
    return f"{KEPT}{kept.id}"


def open_rows(found: Sequence[Attachment]) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each file, the latest first: what it is and when it came."""
    return tuple((_button(one),) for one in found[:LISTED])


def _button(one: Attachment) -> Button:
    kind = one.media_type.partition("/")[0]
    kind = kind if kind in ("image", "audio", "video") else "paper"
    when = f"{local(one.added_at):%m-%d %H:%M}"
    return Button(say(f"file-{kind}", when=when), f"file:{one.id}", durable=True)


async def show_child(room: Room, argument: str) -> None:
    """List the files kept with a child, opened for a purpose: `purpose:child`."""
    purpose, _, child_id = argument.partition(":")
    _show(room, await Attachments(room.unit).of_child(room.principal, child_id, purpose))


async def show_case(room: Room, case_id: str) -> None:
    """List the files kept with a case."""
    _show(room, await Attachments(room.unit).of_case(room.principal, case_id))


def _show(room: Room, found: Sequence[Attachment]) -> None:
    head = say("files-head", count=len(found)) if found else say("files-none")
    room.replies.append(Send((Line(head, "strong"),), open_rows(found)))


async def open_file(room: Room, attachment_id: str) -> None:
    """Send a kept file; the opening stands in the log."""
    file = await Attachments(room.unit).fetch(room.principal, attachment_id, Purpose.REVIEW)
    name = f"{attachment_id[-6:]}.{ending(file.media_type)}"
    room.replies.append(Paper(name, file.content, say("file-caption")))


VERBS = {"file": open_file, "files": show_child, "casefiles": show_case}
