"""Sheets as people really save them: odd headings, stray spaces, old column names, a BOM."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from openpyxl import Workbook

from forms import engine
from forms.form import load
from kernel.clock import CHINA

CONTEXT = engine.Context(now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))
SURVEY = [
    ["type", "name", "label", "relevant", "required"],
    ["select_one yn", "hungry", "吃饱了吗？", "", "yes"],
    ["integer", "days", "饿了几天？", "${hungry} = 'no'", "yes"],
]
CHOICES = [["list_name", "name", "label"], ["yn", "yes", "吃饱了"], ["yn", "no", "没吃饱"]]
SETTINGS = [["form_title", "form_id"], ["吃饭", "meals"]]


def workbook(survey=SURVEY, choices=CHOICES, settings=SETTINGS, names=None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in zip(
        names or ("survey", "choices", "settings"), (survey, choices, settings), strict=True
    ):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def headed(rows, *pairs):
    """The same rows under other headings."""
    other = dict(pairs)
    return [[other.get(name, name) for name in rows[0]], *rows[1:]]


def played(raw: bytes, kind: str) -> dict[str, str]:
    form = load(raw, kind=kind)
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    assert [name for name, _ in step.question.choices] == ["yes", "no"]
    step = engine.answer(form, step.session, "no", CONTEXT)
    assert step.question.required
    step = engine.answer(form, step.session, "3", CONTEXT)
    assert step.question is None
    values = engine.finish(form, step.session, CONTEXT).values
    return {ref.rsplit("/", 1)[-1]: value for ref, value in values.items() if "/meta" not in ref}


CSV = """"survey",,,,,
,"type","name","label","relevant","required"
,"select_one yn","hungry","吃饱了吗？",,"yes"
,"integer","days","饿了几天？","${hungry} = 'no'","yes"
"choices",,,,,
,"list_name","name","label",,
,"yn","yes","吃饱了",,
,"yn","no","没吃饱",,
"settings",,,,,
,"form_title","form_id",,,
,"吃饭","meals",,,
"""
SPACED = [
    [f" {cell} " if place in (0, 2) and cell else cell for place, cell in enumerate(row)]
    for row in SURVEY
]
ODD = {
    "headings in capitals": workbook(headed(SURVEY, ("type", "Type"), ("name", "NAME"))),
    "headings with spaces": workbook(headed(SURVEY, ("label", " label "), ("type", "type "))),
    "cells with spaces": workbook(SPACED),
    "old words of columns": workbook(
        headed(SURVEY, ("relevant", "relevance")), headed(CHOICES, ("list_name", "list name"))
    ),
    "empty rows and columns": workbook(
        [[*SURVEY[0], None], [None] * 6, *[[*row, None] for row in SURVEY[1:]], [None] * 6]
    ),
    "sheets in capitals": workbook(names=("Survey", "Choices", "SETTINGS")),
    "true as a tick of Excel": workbook([*SURVEY[:2], [*SURVEY[2][:4], True]]),
    "select one with spaces": workbook(
        [SURVEY[0], ["select one yn", *SURVEY[1][1:]], *SURVEY[2:]]
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_workbook_plays_as_the_plain_one(odd):
    assert played(ODD[odd], ".xlsx") == {"hungry": "no", "days": "3"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_csv_plays_in_the_encodings_that_excel_writes(encoding, ends):
    raw = CSV.replace("\n", ends).encode(encoding)
    assert played(raw, ".csv") == {"hungry": "no", "days": "3"}


def test_numbers_as_choice_values_stay_whole():
    """Excel keeps 1 as a number; the value is `1`, not `1.0`."""
    survey = [SURVEY[0], ["select_one n", "many", "几个？", "", "yes"]]
    choices = [CHOICES[0], ["n", 1, "一个"], ["n", 2.0, "两个"]]
    form = load(workbook(survey, choices), kind=".xlsx")
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    assert step.question.choices == (("1", "一个"), ("2", "两个"))


def test_a_workbook_under_the_name_of_the_other_kind_is_read():
    """A file saved by a newer Excel and renamed, as in a real collection of surveys."""
    assert played(ODD["sheets in capitals"], ".xls") == {"hungry": "no", "days": "3"}
