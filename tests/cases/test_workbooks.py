"""Spreadsheet files: text stays text, bombs stay outside."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.headings import MAX_ROWS
from cases.workbooks import _spread_all, read_workbook, write_csv, write_xlsx
from kernel.errors import InputError

FORMULAS = ["=1+1", "+86", "-1", "@SUM(A1)", "＝1+1", "\t=1", '=HYPERLINK("x")']


@given(st.one_of(st.sampled_from(FORMULAS), st.text()))
def test_no_text_becomes_a_formula(text):
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx("s", [[text, "x"]], ["a", "b"])))
    cell = book.worksheets[0]["A2"]
    assert cell.data_type in {"s", "n", "inlineStr"}
    assert (
        not write_csv([[text]], ["a"])
        .decode()
        .splitlines()[1]
        .startswith(('"=', '"+', '"-', '"@', '"＝', '"＋', '"－', '"＠'))
    )


def test_what_is_written_is_read_again():
    content = write_xlsx(
        "台账", [["陈小明", date(2018, 2, 15), 3, None]], ["姓名", "生日", "n", "x"]
    )
    sheet = read_workbook(content, "x.xlsx")[0]
    assert sheet.title == "台账"
    assert sheet.rows[1][0] == "陈小明"
    assert sheet.rows[1][1].date() == date(2018, 2, 15)
    text = write_csv([["陈小明", 3]], ["姓名", "n"])
    assert read_workbook(text, "x.CSV")[0].rows == [["姓名", "n"], ["陈小明", "3"]]


def test_csv_of_an_old_excel_is_read():
    assert read_workbook("姓名\n陈小明\n".encode("gb18030"), "x.csv")[0].rows[1] == ["陈小明"]


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return target.getvalue()


def workbook(*merged):
    book = openpyxl.Workbook()
    for row in range(30):
        book.active.append([f"王{row}", "男", "2015-01-02"])
    for reference in merged:
        book.active.merge_cells(reference)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def damaged(part, change):
    """Return a workbook of which one part is not as it was written."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith(part) else content)
    return target.getvalue()


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


OLD = (Path(__file__).parent / "ledger.xls").read_bytes()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (damaged("sheet1.xml", lambda one: one[: len(one) // 2]), "x.xlsx"),
        (damaged("sheet1.xml", lambda one: b"<" + one), "x.xlsx"),
        (damaged("styles.xml", lambda one: one[:-200]), "x.xlsx"),
        (damaged("workbook.xml", lambda _: b""), "x.xlsx"),
        (workbook()[:-400], "x.xlsx"),
        (b'"' + b"x" * 200_000, "x.csv"),
        (OLD[:700], "x.xls"),
        (flipped(OLD, 0x1C), "x.xls"),
        (flipped(OLD, 0x4F), "x.xls"),
    ],
)
def test_what_was_damaged_on_its_way_is_refused_with_the_same_sentence(content, name):
    with pytest.raises(InputError) as refused:
        read_workbook(content, name)
    assert refused.value.reply.key == "cases-import-not-a-sheet"


@pytest.mark.parametrize("place", range(0, 6_000, 97))
def test_a_changed_byte_is_read_or_refused_and_never_a_fault(place):
    for content, name in ((workbook(), "x.xlsx"), (OLD, "x.xls")):
        with contextlib.suppress(InputError):
            assert read_workbook(flipped(content, place % len(content)), name)


def test_merged_cells_show_what_they_cover_and_hold_nobody_up():
    rows = read_workbook(workbook("A2:A5"), "x.xlsx")[0].rows
    assert [row[0] for row in rows[:6]] == ["王0", "王1", "王1", "王1", "王1", "王5"]
    cells = [["王"] for _ in range(MAX_ROWS)]
    _spread_all(cells, [(0, MAX_ROWS, 0, 1)] * 1_000_000)


@pytest.mark.parametrize(
    "content",
    [
        "姓名\t性别\n王小明\t男\n".encode("utf-16"),
        "姓名;性别\n王小明;男\n".encode(),
        "姓名,性别\r王小明,男\r".encode("gb18030"),
        "柳湾村台账\n姓名,性别\n王小明,男\n".encode(),
    ],
)
def test_text_is_read_as_spreadsheets_write_it(content):
    assert read_workbook(content, "x.csv")[0].rows[-2:] == [["姓名", "性别"], ["王小明", "男"]]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.xlsx"),
        (b"not a zip", "x.xlsx"),
        (bomb(), "x.xlsx"),
        (b"\xff\xff\xff", "x.csv"),
    ],
    ids=["empty", "no-zip", "bomb", "no-text"],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content, name):
    with pytest.raises(InputError) as refused:
        read_workbook(content, name)
    assert refused.value.reply.key == "cases-import-not-a-sheet"
