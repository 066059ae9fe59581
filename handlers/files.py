"""Photos, voices and papers people send: kept sealed with child or case, shown to who may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Purpose
from cases.db.attachments import Attachments
from kernel.phrases import say
from kernel.words import Paper

if TYPE_CHECKING:
    from handlers.room import Room

KEPT = "attachment:"
"""How an answer that is a file stands in a form: this and the file's number."""
SENT = "telegram:"
"""A file that is still with the channel: there is no child or case to keep it with yet."""
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "application/zip": "zip",
}


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


async def open_file(room: Room, attachment_id: str) -> None:
    """Send a kept file; the opening stands in the log."""
    file = await Attachments(room.unit).fetch(room.principal, attachment_id, Purpose.REVIEW)
    ending = _ENDINGS.get(file.media_type, file.media_type.rpartition(".")[2] or "bin")
    name = f"{attachment_id[-6:]}.{ending}"
    room.replies.append(Paper(name, file.content, say("file-caption")))


VERBS = {"file": open_file}
