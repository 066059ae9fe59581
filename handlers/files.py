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
    from collections.abc import Iterable, Sequence

    from cases.db.attachments import Attachment
    from cases.db.drafts import Draft
    from handlers.room import Room
    from kernel.phrases import Phrase

KEPT = "attachment:"
"""How an answer that is a file stands in a form: this and the file's number."""
LISTED = 20
"""Files listed at once, the latest (our default)."""


async def keep(room: Room, handle: str, draft: Draft, *, case_id: str | None) -> str:
    """Keep a file that answers a form and return the answer that stands for it.

    It belongs to the case or child that the form is about, and where there is none to the form.

    Raises:
        Slow: It must be fetched first; the turn then begins again.
        InputError: It is too large, broken, or of a kind we do not keep.
        DeniedError: The person may not add to this child or case.
    """
    content = await room.fetched(handle)
    book = Attachments(room.unit)
    if case_id is not None:
        kept = await book.add_to_case(room.principal, case_id, content)
    elif draft.child_id is not None:
        kept = await book.add_to_child(room.principal, draft.child_id, content)
    else:
        kept = await book.add_to_draft(room.principal, draft, content)
    return f"{KEPT}{kept.id}"


def kept_in(values: Iterable[str]) -> frozenset[str]:
    """Return the numbers of the files among answers."""
    return frozenset(one.removeprefix(KEPT) for one in values if one.startswith(KEPT))


def listed(answer: str) -> str:
    """Say in a list how a file is named when it is opened; ✓ for one that nobody kept."""
    return f"✓ {short(answer)}" if answer.startswith(KEPT) else "✓"


def short(number: str) -> str:
    """Return what a file is called by people."""
    return number[-6:]


def open_rows(found: Sequence[Attachment]) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each file, the latest first: what it is and when it came."""
    return tuple((_button(one),) for one in found[:LISTED])


def _button(one: Attachment) -> Button:
    return Button(what(one), f"file:{one.id}", durable=True)


def what(one: Attachment) -> Phrase:
    """Say what a file is and when it came."""
    kind = one.media_type.partition("/")[0]
    kind = kind if kind in ("image", "audio", "video") else "paper"
    return say(f"file-{kind}", when=f"{local(one.added_at):%m-%d %H:%M}")


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
    name = f"{short(attachment_id)}.{ending(file.media_type)}"
    room.replies.append(Paper(name, file.content, say("file-caption")))


VERBS = {"file": open_file, "files": show_child, "casefiles": show_case}
