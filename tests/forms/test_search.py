"""`search()`, as surveys made for SurveyCTO and older ODK Collect offer the rows of a file."""

from __future__ import annotations

from datetime import datetime

import pytest

from forms.check import check
from forms.engine import Context
from forms.form import load
from forms.play import play
from forms.results import labels_of
from kernel.clock import CHINA

CONTEXT = Context(now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))
PLACES = """county,county_name,town,town_name,old_name
c1,East,t1,Brook,Well
c1,East,t2,Hill,Mill
c2,West,t3,Ford,Brook
"""
FORM = """
| survey |
| | type | name | label | appearance |
| | select_one county | county | Which county? | minimal search('places') |
| | select_one town | town | Which town? | search('places', 'matches', 'county', ${county}) |
| | text | q | Part of its name? | |
| | select_one found | found | Which? | search('places', 'contains', 'town_name,old_name', ${q}) |
| choices |
| | list_name | name | label |
| | county | county | county_name |
| | town | -1 | In none |
| | town | town | town_name, old_name |
| | town | 99 | Another |
| | found | town | town_name |
"""


def offered(answers):
    form = load(FORM.encode(), kind=".md", files={"places.csv": PLACES.encode()})
    result = play(form, answers, CONTEXT)
    return {q["ref"]: [tuple(c) for c in q["choices"]] for q in result["asked"]}, result


def test_each_value_is_offered_once():
    choices, _result = offered({})
    assert choices["/data/county"] == [("c1", "East"), ("c2", "West")]


def test_choices_written_out_stand_around_the_rows_of_the_file():
    choices, result = offered({"/data/county": "c1", "/data/town": "99"})
    assert choices["/data/town"] == [
        ("-1", "In none"),
        ("t1", "Brook Well"),
        ("t2", "Hill Mill"),
        ("99", "Another"),
    ]
    assert result["values"]["/data/town"] == "99"


@pytest.mark.parametrize(("part", "found"), [("brook", ["t1", "t3"]), ("MILL", ["t2"])])
def test_a_part_is_found_in_several_columns_and_in_capitals(part, found):
    choices, _result = offered({"/data/q": part})
    assert [value for value, _label in choices["/data/found"]] == found


def test_results_have_the_labels_of_a_searched_file():
    form = load(FORM.encode(), kind=".md", files={"places.csv": PLACES.encode()})
    labels = labels_of(form, form.model.by_path["/data/town"], "")
    assert labels == {
        "-1": "In none",
        "99": "Another",
        "t1": "Brook Well",
        "t2": "Hill Mill",
        "t3": "Ford Brook",
    }


def test_the_file_beside_the_form_is_found(tmp_path):
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    path = tmp_path / "form.md"
    path.write_text(FORM.replace("'places'", '"places.csv"', 1), encoding="utf-8")
    asked = play(load(path), {"/data/county": "c2"}, CONTEXT)["asked"]
    assert [len(question["choices"]) for question in asked] == [2, 3, 0, 3]


def told(folder, form):
    path = folder / "form.md"
    path.write_text(form, encoding="utf-8")
    return [(p.row, p.sentence.key) for p in check(path)]


def test_only_a_search_that_is_not_run_is_told(tmp_path):
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    assert told(tmp_path, FORM) == []
    unknown = FORM.replace("'contains'", "'like'")
    assert told(tmp_path, unknown) == [(5, "forms-note-search")]


def test_a_searched_file_that_is_not_there_is_told(tmp_path):
    assert set(told(tmp_path, FORM)) == {(row, "forms-list-missing") for row in (2, 3, 5)}
