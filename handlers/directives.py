"""政策文件: which directives answers rest on; the county sends a new one, and takes its own back.

What is read here is a directive, never a sheet with people in it.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cases.access import Action, Resource, decide, require
from cases.db.audit import Audit
from cases.workbooks import is_workbook
from handlers import sheets
from handlers.room import Slow
from kernel.errors import InputError, MissingError
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from handlers.room import Room
    from kernel.phrases import Phrase
    from kernel.words import File
    from knowledge.clauses import Directive
    from knowledge.store import ClauseStore

    Fetch = Callable[[str], Awaitable[bytes]]

SHOWN = 12
"""Directives on one screen (our default)."""
MOST_BYTES = 10_000_000
"""Of a file in the chat (our default): a scanned notice of some dozen pages; see the console."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would bring in.

    Args:
        missing: What it does not say of itself: `number`, `title`, `date`.
        ended: Directives here that it says it repeals.
        known: The very same text is here already.
    """

    directive: Directive
    missing: tuple[str, ...]
    ended: tuple[str, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to the directives."""

    directive: Directive


@dataclass(frozen=True, slots=True)
class Standing:
    """The directives as they stand today, and which of them came with the product."""

    directives: tuple[Directive, ...]
    shipped: frozenset[str]


async def show(room: Room, _argument: str = "") -> None:
    """List the directives with their force; the county may take back what it added.

    Raises:
        Slow: The directives have not been read yet.
    """
    standing = _standing(room)
    lines = [Line(say("directives-head", count=len(standing.directives)), "strong")]
    lines += [Line(_about(room, one)) for one in standing.directives[:SHOWN]]
    if len(standing.directives) > SHOWN:
        lines.append(Line(say("directives-more", count=len(standing.directives) - SHOWN), "small"))
    rows: list[tuple[Button, ...]] = []
    county = may_change(room)
    lines.append(Line(say("directives-send" if county else "directives-county"), "small"))
    if county:
        rows = [
            (Button(say("directives-remove", document=d), f"docout:{_mark(d)}", durable=True),)
            for d in dict.fromkeys(one.document for one in standing.directives)
            if d not in standing.shipped
        ]
    room.replies.append(Send(tuple(lines), tuple(rows[:SHOWN])))


def _about(room: Room, one: Directive) -> Phrase:
    return say(
        "directives-line",
        title=one.title,
        document=one.document,
        status=room.speak(say(f"knowledge-status-{one.status}")),
        date=one.issued or "—",
        count=len(one.clauses),
    )


async def receive(room: Room, file: File) -> None:
    """Read a file the county sent: a sheet goes where sheets go, a directive is shown.

    Raises:
        Slow: It has not been read yet.
        InputError: It is too large, or no directive.
    """
    if file.size > MOST_BYTES:
        raise InputError(reply=say("directives-too-large"))
    found = room.found
    if isinstance(found, bytes):
        await sheets.receive(room, file)
        return
    if not isinstance(found, Look):
        raise Slow(partial(_look, room.services.fetch, _store(room), file.handle))
    if found.missing:
        named = [room.speak(say(f"cli-directive-{name}")) for name in found.missing]
        count = len(found.directive.clauses)
        room.say(say("directives-missing", missing="、".join(named), count=count))
        return
    lines = [Line(say("directives-found"), "strong"), Line(_about(room, found.directive))]
    if found.known:
        room.replies.append(Send((*lines, Line(say("directives-known")))))
        return
    doubts = [room.speak(say(f"knowledge-doubt-{doubt}")) for doubt in found.directive.doubts]
    if doubts:
        lines.append(Line(say("directives-unsure", doubts="；".join(doubts))))
    if found.ended:
        lines.append(Line(say("directives-ends", documents="、".join(found.ended)), "strong"))
    room.state["directive"] = file.handle
    lines.append(Line(say("directives-sure")))
    yes = Button(say("directives-take"), "docin:", durable=True)
    no = Button(say("directives-leave"), "docno:", durable=True)
    room.replies.append(Send(tuple(lines), ((yes, no),)))


async def take_in(room: Room, _argument: str) -> None:
    """Take in the directive that was shown last; answers rest on it within seconds.

    Raises:
        InputError: None was shown, or it was taken in already.
        Slow: It has not been read again yet.
    """
    _require(room)
    handle = room.state.get("directive")
    if not handle:
        raise InputError(reply=say("directives-none"))
    done = room.found
    if not isinstance(done, Change):
        raise Slow(partial(_take, room.services.fetch, _store(room), handle))
    del room.state["directive"]
    _log(room, "directive.add", done.directive)
    out = Button(say("directives-undo"), f"docout:{_mark(done.directive.document)}", durable=True)
    line = say("directives-taken", title=done.directive.title, count=len(done.directive.clauses))
    room.replies.append(Send((Line(line),), ((out,),)))


async def leave(room: Room, _argument: str) -> None:
    """Leave the directive that was shown last out."""
    room.state.pop("directive", None)
    room.say(say("directives-left"))


async def ask_out(room: Room, mark: str) -> None:
    """Ask whether a directive is really to be taken back.

    Raises:
        MissingError, Slow: It is gone; the directives have not been read yet.
    """
    one = _marked(room, mark)
    yes = Button(say("directives-remove-yes"), f"docgone:{mark}", durable=True)
    room.replies.append(Send((Line(say("directives-remove-sure", title=one.title)),), ((yes,),)))


async def take_out(room: Room, mark: str) -> None:
    """Take a directive back; those that came with the product stay.

    Raises:
        MissingError, Slow: It is gone; it has not been removed yet.
    """
    _require(room)
    done = room.found
    if not isinstance(done, Change):
        raise Slow(partial(asyncio.to_thread, _remove, _store(room), mark))
    _log(room, "directive.remove", done.directive)
    room.say(say("directives-removed", title=done.directive.title))


def _marked(room: Room, mark: str) -> Directive:
    _require(room)
    return _find(_standing(room), mark)


def _standing(room: Room) -> Standing:
    if not isinstance(room.found, Standing):
        store, day = _store(room), room.today.isoformat()
        raise Slow(partial(asyncio.to_thread, _read_standing, store, day))
    return room.found


def _find(standing: Standing, mark: str) -> Directive:
    for one in standing.directives:
        if _mark(one.document) == mark and one.document not in standing.shipped:
            return one
    raise MissingError(reply=say("directives-gone"))


def _require(room: Room) -> None:
    require(room.principal, Action.DIRECTIVE_CHANGE, Resource(area=room.principal.area))


def may_change(room: Room) -> bool:
    """Say whether somebody may change what everybody is answered from."""
    area = Resource(area=room.principal.area)
    return decide(room.principal, Action.DIRECTIVE_CHANGE, area).allowed


def _store(room: Room) -> ClauseStore:
    store = room.services.directives
    if store is None:
        raise MissingError
    return store


def _mark(document: str) -> str:
    """Return a short name that fits into a button."""
    return hashlib.sha256(document.encode()).hexdigest()[:12]


def _log(room: Room, act: str, one: Directive) -> None:
    Audit(room.unit).append(
        room.principal.actor, act, f"directive:{_mark(one.document)}", area=room.principal.area
    )


# --- outside the transaction ----------------------------------------------------------------


async def _look(fetch: Fetch, store: ClauseStore, handle: str) -> Look | bytes:
    """Read a file; a sheet comes back as it is."""
    data = await fetch(handle)
    if is_workbook(data):
        return data
    from knowledge.errors import RefusedFileError  # noqa: PLC0415 read by few turns

    try:
        return await asyncio.to_thread(_read, store, data)
    except RefusedFileError as error:
        if error.why == "no-clauses" and _is_text(data):
            return data  # comma-separated text may be a sheet
        raise


def _read(store: ClauseStore, data: bytes) -> Look:
    from knowledge.ingest import read_bytes  # noqa: PLC0415
    from knowledge.store import ended_by, is_kept  # noqa: PLC0415

    found, kept = read_bytes(data, ""), store.directives()
    one = found.directive
    return Look(one, found.missing, tuple(ended_by(one, kept)), is_kept(one, kept))


async def _take(fetch: Fetch, store: ClauseStore, handle: str) -> Change:
    return await asyncio.to_thread(_save, store, await fetch(handle))


def _save(store: ClauseStore, data: bytes) -> Change:
    look = _read(store, data)
    if not look.known:
        store.save(look.directive)
    return Change(look.directive)


def _remove(store: ClauseStore, mark: str) -> Change:
    one = _find(_read_standing(store), mark)
    store.remove(one.document)
    return Change(one)


def _read_standing(store: ClauseStore, day: str = "") -> Standing:
    from knowledge.store import as_of, shipped  # noqa: PLC0415

    kept: Sequence[Directive] = store.directives()
    if day:
        kept = as_of(kept, day)
    return Standing(tuple(kept), frozenset(one.document for one in shipped()))


def _is_text(data: bytes) -> bool:
    return not data.startswith((b"PK", b"%PDF")) and b"\0" not in data[:2000]


VERBS = {
    "docin": take_in,
    "docno": leave,
    "docout": ask_out,
    "docgone": take_out,
}
