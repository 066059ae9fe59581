"""Reads and writes .xlsx and .csv files; knows cells, not children.

Text is always written as text: a value that begins like a formula stays a value in spreadsheets.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from cases.sheets import MAX_ROWS, Sheet
from kernel.errors import InputError
from kernel.phrases import say
from kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.workbook.child import _WorkbookChild

_MAX_UNPACKED = 100_000_000
_MAX_RATIO = 200
_MAX_ENTRIES = 2_000
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_BOM = "\ufeff"


def read_workbook(content: bytes, name: str) -> list[Sheet]:
    """Read every sheet of a file; `name` only tells .csv from .xlsx.

    Raises:
        InputError: It is no such file, or it would unpack to too much.
    """
    if name.lower().endswith(".csv"):
        return [_read_csv(content)]
    _refuse_bomb(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(reply=say("cases-import-not-a-sheet")) from error
    try:
        return [
            Sheet(
                page.title,
                [list(row) for row in page.iter_rows(max_row=MAX_ROWS + 1, values_only=True)],
            )
            for page in book.worksheets
        ]
    finally:
        book.close()


def write_xlsx(title: str, rows: Iterable[Sequence[object]], header: Sequence[str]) -> bytes:
    """Write one sheet; the first row is bold."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(title)
    bold = []
    for text in header:
        cell = WriteOnlyCell(page, value=clean(text))
        cell.font = Font(bold=True)
        bold.append(cell)
    page.append(bold)
    for row in rows:
        page.append([_safe_cell(page, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_csv(rows: Iterable[Sequence[object]], header: Sequence[str]) -> bytes:
    """Write comma-separated text with a byte-order mark, so that Excel reads Chinese."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_safe_text(value) for value in row])
    return (_BOM + target.getvalue()).encode()


def _safe_cell(page: _WorkbookChild, value: object) -> object:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, value=clean(value))
    cell.data_type = "s"
    return cell


def _safe_text(value: object) -> object:
    if isinstance(value, str):
        text = clean(value)
        return f"'{text}" if text.startswith(_FORMULA) or value.startswith(_FORMULA) else text
    return value


def _read_csv(content: bytes) -> Sheet:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Sheet("csv", list(csv.reader(io.StringIO(text))))
    raise InputError(reply=say("cases-import-not-a-sheet"))


def _refuse_bomb(content: bytes) -> None:
    """Refuse an archive that unpacks to far more than it is."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile as error:
        raise InputError(reply=say("cases-import-not-a-sheet")) from error
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > _MAX_ENTRIES
        or unpacked > _MAX_UNPACKED
        or unpacked > _MAX_RATIO * max(len(content), 1)
    ):
        raise InputError(reply=say("cases-import-not-a-sheet"))
