"""Sheets sent into the chat: what would come in is shown, then taken in at one tap."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from cases.db.imports import Imports
from cases.db.intake import Intake
from cases.headings import NoHeadingError, find_heading
from cases.masking import Mode
from cases.people import STAFF
from cases.sheet_people import find_roster
from cases.sheets import HEADERS
from cases.workbooks import read_workbook
from kernel.errors import InputError
from kernel.phrases import say
from kernel.words import Button, Forget, Line, Send

if TYPE_CHECKING:
    from cases.headings import Sheet
    from cases.sheet_people import Checked, ImportedWorker
    from cases.sheets import Preview
    from handlers.room import Room
    from kernel.words import File

MOST_ROWS = 1_000
"""Rows of one sheet in the chat, more would hold up others (our default); see the console."""
MOST_BYTES = 2_000_000
SHOWN = 8
_NAME = frozenset({"name"})
_OF_CHILDREN = frozenset({"child_types", "carer_name", "school_name", "grade", "home"})
"""Columns only a ledger of children has: birth and ID number stand in a roster as well."""


def wanted(room: Room, file: File) -> bool:
    """Say whether a file sent outside any form may be a sheet to take in."""
    return file.kind == "document" and room.principal.role in STAFF


async def receive(room: Room, file: File) -> None:
    """Read a sheet and show what it would bring in; nothing is written yet.

    Raises:
        InputError: It is no sheet, or too large for the chat.
        DeniedError: The person enters nobody on the record.
        Slow: It must be fetched first.
    """
    # a sheet is full of names: it leaves the chat as soon as it was read
    room.replies.append(Forget(room.turn.message))
    if room.services.masker.mode is Mode.CODED:
        raise InputError(reply=say("sheets-not-here"))
    if file.size > MOST_BYTES:
        raise InputError(reply=say("sheets-too-large", count=MOST_ROWS))
    seen, left = [], []
    for sheet in await _sheets(room, file.handle):
        try:
            seen.append((sheet, *await _check(room, sheet)))
        except NoHeadingError as error:
            left.append((sheet.title, error))
    if not seen:
        raise left[0][1] if left else NoHeadingError(reply=say("cases-import-no-header"))
    lines = [line for sheet, good, checked in seen for line in _shown(sheet, good, checked)]
    lines += [
        Line(say("cases-import-left", sheet=title, why=room.speak(error.reply)), "small")
        for title, error in left
    ]
    buttons: tuple[tuple[Button, ...], ...] = ()
    if all(good and not checked.problems for _, good, checked in seen):
        room.state["sheet"] = file.handle
        count = sum(good for _, good, _ in seen)
        buttons = ((Button(say("sheets-take", count=count), "sheet:", durable=True),),)
    else:
        lines.append(Line(say("sheets-refused"), "strong"))
    room.replies.append(Send(tuple(lines), buttons))


async def take_in(room: Room, _: str) -> None:
    """Take in the sheet that was shown last.

    Raises:
        InputError: There is none, or it has mistakes by now.
    """
    handle = room.state.get("sheet")
    if not handle:
        raise InputError(reply=say("sheets-none"))
    count = 0
    for sheet in await _sheets(room, handle):
        with contextlib.suppress(NoHeadingError):  # it was named when the sheets were shown
            count += await _take(room, sheet)
    del room.state["sheet"]
    room.say(say("sheets-done", count=count))


async def _sheets(room: Room, handle: str) -> list[Sheet]:
    content = await room.fetched(handle)
    sheets = [one for one in read_workbook(content, "") if one.rows and not one.hidden]
    if any(len(sheet.rows) > MOST_ROWS for sheet in sheets):
        raise InputError(reply=say("sheets-too-large", count=MOST_ROWS))
    return sheets


async def _check(room: Room, sheet: Sheet) -> tuple[int, Preview | Checked[ImportedWorker]]:
    scope = room.principal.area
    if _is_roster(sheet):
        roster = await Intake(room.unit).check_workers(room.principal, sheet, scope)
        return len(roster.good), roster
    imports = Imports(room.unit, room.services.policies)
    preview = await imports.preview(room.principal, sheet, scope)
    return len(preview.children), preview


async def _take(room: Room, sheet: Sheet) -> int:
    scope = room.principal.area
    if _is_roster(sheet):
        intake = Intake(room.unit)
        checked = await intake.check_workers(room.principal, sheet, scope)
        return await intake.take_workers(room.principal, checked)
    imports = Imports(room.unit, room.services.policies)
    preview = await imports.preview(room.principal, sheet, scope)
    return (await imports.take_in(room.principal, preview, scope)).count


def _is_roster(sheet: Sheet) -> bool:
    """Tell a roster of workers from a ledger of children by its columns."""
    if find_roster(sheet) is None:
        return False
    try:
        children = find_heading(sheet, HEADERS, _NAME).columns.keys()
    except InputError:
        return True
    return not children & _OF_CHILDREN


def _shown(sheet: Sheet, good: int, checked: Preview | Checked[ImportedWorker]) -> list[Line]:
    count = len(checked.columns)
    lines = [Line(say("sheets-head", sheet=sheet.title, count=good, columns=count), "strong")]
    if checked.unknown_columns:
        names = "、".join(checked.unknown_columns)
        lines.append(Line(say("sheets-unknown", columns=names), "small"))
    for problem in checked.problems[:SHOWN]:
        lines += [Line(say("sheets-cell", cell=problem.cell), "small"), Line(problem.message)]
    if len(checked.problems) > SHOWN:
        lines.append(Line(say("sheets-more", count=len(checked.problems) - SHOWN), "small"))
    return lines


VERBS = {"sheet": take_in}
