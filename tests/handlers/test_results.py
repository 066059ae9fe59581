"""What a form gathered, in figures for a small screen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cases.db.submission_lists import OpenedSubmission
from cases.exports import FormExport
from cases.masking import Masker
from cases.submissions import Definition
from cases.workbooks import read_workbook
from forms.form import load
from handlers.results import FIGURES, figures, lay_out, write_results
from handlers.speech import speak

HEAD = "| survey |\n| | type | name | label |\n"
TAIL = """| choices |
| | list_name | name | label |
| | yn | yes | 有 |
| | yn | no | 没有 |
| settings |
| | form_title | form_id | version |
| | 巡查 | round | 1 |
"""


def export(rows, *answers):
    form = load((HEAD + rows + TAIL).encode(), kind=".md")
    return FormExport(
        number="E-1",
        form=form.id,
        made_by="",
        made_on=date(2026, 11, 23),
        destroy_by=date(2026, 12, 23),
        submissions=[
            OpenedSubmission(
                number=f"S-{n}",
                at=datetime(2026, 11, 23, tzinfo=UTC),
                by="陈远山",
                of_family=True,
                area="990101101201",
                file_no="",
                version="1",
                values=values,
            )
            for n, values in enumerate(answers)
        ],
        definitions=[Definition(form=form.id, version="1", source=form.definition)],
        areas={},
    )


def told(found):
    return [speak(line.text) for line in figures(lay_out(found), speak)]


def test_a_family_that_filed_a_form_is_masked_in_what_leaves_through_a_chat():
    found = export("| | select_one yn | fire | 灭火器？ |\n", {"/data/fire": "yes"})
    for masker, name in ((Masker(), "陈*山"), (None, "陈远山")):
        rows = read_workbook(write_results(lay_out(found, masker), "a.xlsx", speak), "a.xlsx")[
            0
        ].rows
        assert name in rows[2]


def test_choices_are_counted_and_numbers_are_summed_up():
    rows = "| | select_one yn | fire | 灭火器？ |\n| | integer | kids | 几个孩子？ |\n"
    found = export(
        rows,
        {"/data/fire": "yes", "/data/kids": "3"},
        {"/data/fire": "yes", "/data/kids": "10"},
    )
    assert told(found) == [
        "「巡查」2 份的汇总",
        "灭火器：有 2",
        "几个孩子：最小 3，最大 10，平均 6.5",
    ]


@pytest.mark.parametrize("rows", ["| | text | words | 怎么说？ |\n", "| | image | p | 照片 |\n"])
def test_where_nothing_can_be_counted_nothing_is_said(rows):
    assert told(export(rows, {"/data/words": "怕黑", "/data/p": "attachment:1"})) == []


def test_a_long_form_says_how_many_questions_are_left():
    count = FIGURES + 4
    rows = "".join(f"| | integer | q{n} | 第{n}题 |\n" for n in range(count))
    lines = told(export(rows, {f"/data/q{n}": "1" for n in range(count)}))
    assert len(lines) == FIGURES + 2
    assert lines[-1] == "还有 4 题，在表里“汇总”那一张。"
