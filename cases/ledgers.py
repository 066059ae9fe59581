"""Turns an export into a file for a spreadsheet: who made it and when on its first line.

Codes become words; a masker hides names and numbers where the file goes out through a chat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cases.child_fields import CODED, WORDS_AS
from cases.workbooks import write_csv, write_xlsx
from kernel.errors import InputError
from kernel.phrases import called, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cases.exports import Export, FormExport
    from cases.masking import Masker
    from kernel.phrases import Speak

_WORDS = {
    "sex": "value-sex-",
    "kinds": "value-kind-",
    "risk-level": "value-risk_level-",
    "mode": "value-mode-",
    "child-seen": "cases-value-",
    "police-receipt": "cases-value-",
    "state": "state-",
    "close-reason": "cases-closed-",
    "situations": "situation-",
    "triggers": "risk-",
    "review": "cases-review-",
}
_COLUMN = "cases-column-"
_FIELD = "field-"
"""How keys of columns begin that a child's file names itself."""


@dataclass(frozen=True, slots=True)
class Beside:
    """More columns of an export: headings in words, and for each row what stands in them."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]] = field(repr=False)


def write_export(
    export: Export,
    name: str,
    speak: Speak,
    masker: Masker | None = None,
    beside: Beside | None = None,
) -> bytes:
    """Write an export as the file's name ends: .xlsx or .csv.

    Raises:
        InputError: It ends otherwise.
    """
    columns = [key.removeprefix(_COLUMN) for key in export.header]
    header = [speak(say(key)) for key in export.header]
    title = speak(say(f"cases-export-{export.kind}"))
    note = write_note(export, title, speak)
    rows = [_row(columns, row, speak, masker) for row in export.rows]
    if beside is not None:
        header += beside.header
        rows = [[*row, *more] for row, more in zip(rows, beside.rows, strict=True)]
    if name.lower().endswith(".csv"):
        return write_csv(rows, header, note)
    if name.lower().endswith(".xlsx"):
        return write_xlsx(title, rows, header, note)
    raise InputError(reply=say("cases-export-file"))


def write_note(export: Export | FormExport, title: str, speak: Speak) -> str:
    """Write the first line of an export: what it is, who made it, until when it may be kept."""
    note = say(
        "cases-export-note",
        title=title,
        number=export.number,
        who=export.made_by or speak(say("cases-export-console")),
        day=export.made_on.isoformat(),
        until=export.destroy_by.isoformat(),
    )
    return speak(note)


def _row(
    columns: Sequence[str], row: Sequence[object], speak: Speak, masker: Masker | None
) -> list[object]:
    return [
        _shown(column, value, speak, masker) for column, value in zip(columns, row, strict=True)
    ]


def _shown(column: str, value: object, speak: Speak, masker: Masker | None) -> object:
    if isinstance(value, str) and (prefix := _prefix(column)):
        return "、".join(called(prefix + word, speak, word) for word in value.split())
    if not isinstance(value, str):
        return value
    if column.startswith(_FIELD):
        return _field(column.removeprefix(_FIELD), value, speak, masker)
    return value if masker is None else _masked(column, value, masker)


def _masked(column: str, value: str, masker: Masker) -> str:
    match column:
        case "name" | "carer":
            return masker.person_name(value)
        case "filed-by":
            return masker.worker_name(value)
        case "id-no":
            return masker.id_number(value)
        case "carer-phone":
            return masker.phone(value)
        case "birth-date":
            return value[:4]
        case "school":
            return ""
        case _:
            return value


def _prefix(column: str) -> str:
    """Return how the keys of a column's words begin; nothing where it holds no words of a list."""
    name = column.removeprefix(_FIELD)
    if column.startswith(_FIELD) and name in CODED:
        return f"value-{WORDS_AS.get(name, name)}-"
    return _WORDS.get(column, "")


def _field(name: str, value: str, speak: Speak, masker: Masker | None) -> str:
    """Show what a file holds of a field; of words that may not be seen, nothing."""
    if name == "caregiver_relation" and (word := called(f"value-{name}-{value}", speak)):
        return word
    if masker is None or not value:
        return value
    shown = masker.field(name, value)
    return speak(shown) if isinstance(shown, str) else ""
