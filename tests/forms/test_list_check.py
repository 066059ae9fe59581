"""A question whose list is not there, or lacks what filters it, is an error at check time."""

from __future__ import annotations

import pytest

from forms.check import check
from forms.library import open_library
from handlers.form_context import HOST_LISTS

HEAD = "| survey |\n| | type | name | label | choice_filter | calculation | parameters |\n"
CHOICES = """| choices |
| | list_name | name | label | county |
| | towns | t1 | T1 | c1 |
| | towns | t2 | T2 | c2 |
| settings |
| | form_id |
| | own |
"""
SHELVES = "name,label,room\ns1,Shelf,r1\n"


def found(folder, *rows, fatal=True):
    text = HEAD + "".join(f"| | {row} |\n" for row in rows) + CHOICES
    (folder / "form.md").write_text(text, encoding="utf-8")
    (folder / "shelves.csv").write_text(SHELVES, encoding="utf-8")
    problems = check(folder / "form.md", HOST_LISTS)
    return [
        (p.row, p.column, p.sentence.key, p.sentence.args.get("column") or "")
        for p in problems
        if p.fatal is fatal
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("select_one_from_file lost.csv | b | B | | |", (3, "type", "forms-list-missing", "")),
        ("select_one_from_file lost.xml | b | B | | |", (3, "type", "forms-list-missing", "")),
        (
            "calculate | b | | | pulldata('lost', 'label', 'name', ${a}) |",
            (3, "calculation", "forms-list-missing", ""),
        ),
        (
            "select_one_from_file shelves.csv | b | B | place = ${a} | |",
            (3, "choice_filter", "forms-list-column", "place"),
        ),
        (
            "select_one_from_file shelves.csv | b | B | selected(${a}, lable) | |",
            (3, "choice_filter", "forms-list-column", "lable"),
        ),
        (
            "select_one towns | b | B | country=${a} | |",
            (3, "choice_filter", "forms-list-column", "country"),
        ),
        (
            "select_multiple towns | b | B | county = 'c1' or (state = 's' and 1 = 1) | |",
            (3, "choice_filter", "forms-list-column", "state"),
        ),
        (
            "select_one_from_file children.csv | b | B | village = ${a} | |",
            (3, "choice_filter", "forms-list-column", "village"),
        ),
        (
            "select_one_from_file shelves.csv | b | B | | | value=code",
            (3, "type", "forms-list-value", "code"),
        ),
    ],
)
def test_what_no_list_holds_is_named_in_its_cell(tmp_path, row, problem):
    assert found(tmp_path, "text | a | A | | |", row) == [problem]


@pytest.mark.parametrize(
    "row",
    [
        "select_one_from_file shelves.csv | b | B | room = ${a} and position() < 3 | |",
        "select_one_from_file shelves.csv | b | B | name != '' | | value=room label=name",
        "select_one_from_file children.csv | b | B | area = ${a} or risk_level != 'low' | |",
        "select_one_from_file areas.csv | b | B | | |",
        "select_one towns | b | B | county = ${a} | | randomize=true",
        "select_one towns | b | B | not(county = current()/../a) | |",
        "calculate | b | | | pulldata('children', 'label', 'name', ${a}) |",
        "text | b | B ${last-saved#a} | | |",
    ],
)
def test_what_is_there_is_no_mistake(tmp_path, row):
    assert found(tmp_path, "text | a | A | | |", row) == []


def test_a_list_that_nothing_uses_is_only_a_note(tmp_path):
    rows = ("text | a | A | | |", "csv-external | lost | | | |")
    assert found(tmp_path, *rows) == []
    assert found(tmp_path, *rows, fatal=False) == [(3, "", "forms-note-list", "")]


def test_a_form_without_its_list_is_not_offered(tmp_path):
    found(tmp_path, "select_one_from_file lost.csv | b | B | | |")
    library = open_library(tmp_path, HOST_LISTS)
    assert library.offered == ()
    (problem,) = library.broken["form.md"].problems
    assert (problem.row, problem.column) == (2, "type")
    found(tmp_path, "select_one_from_file children.csv | b | B | | |")
    assert [offer.name for offer in open_library(tmp_path, HOST_LISTS).offered] == ["own"]
