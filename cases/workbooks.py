"""Reads .xlsx, .xls and .csv files and writes .xlsx and .csv; knows cells, not children.

Text is always written as text: a value that begins like a formula stays a value in spreadsheets.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import xlrd
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from xlrd.compdoc import CompDocError

from cases.headings import MAX_ROWS, Sheet
from kernel.errors import InputError
from kernel.phrases import say
from kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.workbook.child import _WorkbookChild

_MAX_UNPACKED = 100_000_000
_MAX_RATIO = 200
_MAX_ENTRIES = 2_000
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"')
_MAX_COVERED = 20 * MAX_ROWS
_TITLE = re.compile(r"[\\/*?:\[\]]")
_LONGEST_TITLE = 31
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_BOM = "\ufeff"
_DAMAGED = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, csv.Error),
    *(xlrd.XLRDError, CompDocError, struct.error),
    *(SyntaxError, ArithmeticError, AssertionError, AttributeError, EOFError),
    *(LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError),
)
"""What the readers of broken files raise (a broken XML document is a SyntaxError)."""
_DELIMITERS = ",\t;"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_workbook(content: bytes, name: str) -> list[Sheet]:
    """Read every sheet of a file; merged cells all hold what the merged one shows.

    Args:
        content: The file.
        name: Its ending tells .csv; without one, the first bytes tell.

    Raises:
        InputError: It is no such file, or it would unpack to too much.
    """
    try:
        return _read(content, name)
    except _DAMAGED as error:
        raise InputError(reply=say("cases-import-not-a-sheet")) from error


def _read(content: bytes, name: str) -> list[Sheet]:
    nameless_text = not name and not content.startswith((_ZIP, _OLD_EXCEL))
    if name.lower().endswith(".csv") or nameless_text:
        return [_read_csv(content)]
    if content.startswith(_OLD_EXCEL):
        return _read_xls(content)
    _refuse_bomb(content)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        return [_read_page(book, page) for page in book.worksheets]
    finally:
        book.close()


def _read_page(book: Any, page: Any) -> Sheet:  # noqa: ANN401 openpyxl's read-only classes
    rows = [list(row) for row in page.iter_rows(max_row=MAX_ROWS + 1, values_only=True)]
    path = page._worksheet_path  # noqa: SLF001 merged ranges are not offered in this mode
    ranges = _MERGED.findall(book._archive.read(path))  # noqa: SLF001
    _spread_all(rows, map(_bounds, ranges))
    return Sheet(page.title, rows, hidden=page.sheet_state != "visible")


def _read_xls(content: bytes) -> list[Sheet]:
    unsaid = io.StringIO()  # it prints what it finds odd
    book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=unsaid)
    sheets = []
    for page in book.sheets():
        count = min(page.nrows, MAX_ROWS + 1)
        rows = [[_old_cell(cell, book.datemode) for cell in page.row(n)] for n in range(count)]
        _spread_all(rows, page.merged_cells)
        sheets.append(Sheet(page.name, rows, hidden=bool(page.visibility)))
    return sheets


def _old_cell(cell: Any, datemode: int) -> object:  # noqa: ANN401 xlrd's cell
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return cell.value
    return None if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK} else cell.value


def _bounds(reference: bytes) -> tuple[int, int, int, int]:
    left, top, right, bottom = map(int, range_boundaries(reference.decode()))  # type: ignore[arg-type]
    return top - 1, bottom, left - 1, right


def _spread_all(rows: list[list[object]], ranges: Iterable[tuple[int, int, int, int]]) -> None:
    """Fill merged cells until they cover more rows than any honest sheet's."""
    covered = 0
    for top, bottom, left, right in ranges:
        covered += min(bottom, len(rows)) - top
        if covered > _MAX_COVERED:
            return
        _spread(rows, top, bottom, left, right)


def _spread(rows: list[list[object]], top: int, bottom: int, left: int, right: int) -> None:
    """Write what a merged cell shows into every cell it covers."""
    if top >= len(rows) or left >= len(rows[top]):
        return
    value = rows[top][left]
    for row in rows[top : min(bottom, len(rows))]:
        row[left:right] = [value] * len(row[left:right])


def is_workbook(content: bytes) -> bool:
    """Say whether bytes are an Excel file, old or new; comma-separated text says so nowhere."""
    if content.startswith(_OLD_EXCEL):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            return any(name.startswith("xl/") for name in whole.namelist())
    except zipfile.BadZipFile:
        return False


class Page(NamedTuple):
    """One sheet of a workbook to write."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


def write_xlsx(
    title: str, rows: Iterable[Sequence[object]], header: Sequence[str], note: str = ""
) -> bytes:
    """Write one sheet; the names of the columns are bold, a note stands above and on each page."""
    return write_pages([Page(title, header, rows)], note)


def write_pages(pages: Iterable[Page], note: str = "") -> bytes:
    """Write several sheets into one workbook; titles are cut to what spreadsheets take."""
    book = openpyxl.Workbook(write_only=True)
    for one in pages:
        page = book.create_sheet(_TITLE.sub(" ", clean(one.title))[:_LONGEST_TITLE])
        if note:
            page.oddFooter.center.text = clean(note).replace("&", "&&")
            page.append([_safe_cell(page, note)])
        bold = []
        for text in one.header:
            cell = WriteOnlyCell(page, value=clean(text))
            cell.font = Font(bold=True)
            bold.append(cell)
        page.append(bold)
        for row in one.rows:
            page.append([_safe_cell(page, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_csv(rows: Iterable[Sequence[object]], header: Sequence[str], note: str = "") -> bytes:
    """Write comma-separated text with a byte-order mark, so that Excel reads Chinese."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    if note:
        writer.writerow([_safe_text(note)])
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
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = io.StringIO(text, newline="")
        return Sheet("csv", list(csv.reader(lines, delimiter=_delimiter(text))))
    raise InputError(reply=say("cases-import-not-a-sheet"))


def _delimiter(text: str) -> str:
    """Return what parts the cells of the first line that has several; else a comma."""
    for line in text.splitlines():
        if any(one in line for one in _DELIMITERS):
            return max(_DELIMITERS, key=line.count)
    return _DELIMITERS[0]


def _refuse_bomb(content: bytes) -> None:
    """Refuse an archive that unpacks to far more than it is."""
    entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > _MAX_ENTRIES
        or unpacked > _MAX_UNPACKED
        or unpacked > _MAX_RATIO * max(len(content), 1)
    ):
        raise InputError(reply=say("cases-import-not-a-sheet"))
