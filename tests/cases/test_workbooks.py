"""Spreadsheet files: text stays text, bombs stay outside."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.workbooks import read_workbook, write_csv, write_xlsx
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


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.xlsx"),
        (b"not a zip", "x.xlsx"),
        (bomb(), "x.xlsx"),
        (b"\xff\xfe\xff\xff", "x.csv"),
    ],
    ids=["empty", "no-zip", "bomb", "no-text"],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content, name):
    with pytest.raises(InputError) as refused:
        read_workbook(content, name)
    assert refused.value.reply.key == "cases-import-not-a-sheet"
