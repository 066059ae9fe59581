"""Whatever pyxform complains of is said in plain words with its cell, before anybody is asked."""

from __future__ import annotations

import pytest
from openpyxl import Workbook
from pyxform.errors import ErrorCode

from forms import complaints
from forms.check import check
from handlers.speech import speak

HEAD = "type | name | label"
TWO = "| choices |\n| | list_name | name | label |\n| | two | x | X |\n| | two | y | Y |\n"


def book(head: str, *rows: str, more: str = "") -> str:
    table = "".join(f"| | {row} |\n" for row in (head, *rows))
    return f"| survey |\n{table}{more}"


def entities(head: str, *rows: str, survey: str = "text | a | A |") -> str:
    table = "".join(f"| | {row} |\n" for row in (head, *rows))
    return book(f"{HEAD} | save_to", survey, more=f"| entities |\n{table}")


RANGE = f"{HEAD} | parameters"
CASES = {
    "no survey": (TWO, ("survey", 0, "", "forms-py-no-survey")),
    "no type": (book(HEAD, "| a | A"), ("survey", 2, "type", "forms-py-no-type")),
    "no type column": (
        book("kind | name | label", "text | a | A"),
        ("survey", 1, "type", "forms-py-heading-missing"),
    ),
    "one column twice": (
        book(f"{HEAD} | relevant | relevance", "text | a | A | 1 | 1"),
        ("survey", 1, "relevance", "forms-py-heading-twice"),
    ),
    "no choices": (
        book(HEAD, "select_one ${a} | b | B", "select_one two | a | A"),
        ("survey", 3, "type", "forms-lint-list"),
    ),
    "calculate of nothing": (
        book(HEAD, "text | a | A", "calculate | k |"),
        ("survey", 3, "calculation", "forms-py-no-calculation"),
    ),
    "nothing to ask": (
        book(f"{HEAD} | calculation | guidance_hint", "text | a | | | G"),
        ("survey", 2, "label", "forms-py-no-label"),
    ),
    "big image": (
        book(f"{HEAD} | media::big-image", "text | a | A | a.png"),
        ("survey", 2, "media::big-image", "forms-py-big-image"),
    ),
    "named meta": (book(HEAD, "text | meta | A"), ("survey", 2, "name", "forms-py-meta")),
    "repeat named data": (
        book(HEAD, "begin_repeat | data | A", "text | a | A", "end_repeat | |"),
        ("survey", 2, "name", "forms-py-repeat-data"),
    ),
    "two repeats of a name": (
        book(
            HEAD,
            "begin_group | g | G",
            *("begin_repeat | r | A", "text | a | A", "end_repeat | |"),
            *("end_group | |", "begin_repeat | r | A", "text | b | A", "end_repeat | |"),
        ),
        ("survey", 7, "name", "forms-py-repeat-twice"),
    ),
    "a name of several rows": (
        book(
            f"{HEAD} | relevant",
            *("begin_group | g | G |", "text | a | A |", "end_group | | |"),
            *("begin_group | h | H |", "text | a | A |", "end_group | | |"),
            "text | b | B | ${a} = 'x'",
        ),
        ("survey", 8, "relevant", "forms-py-reference-twice"),
    ),
    "a trigger that is nobody": (
        book(f"{HEAD} | trigger | calculation", "text | a | A | ${zz} | 1"),
        ("survey", 2, "trigger", "forms-lint-reference"),
    ),
    "a trigger that is no reference": (
        book(f"{HEAD} | trigger | calculation", "text | a | A | a | 1"),
        ("survey", 2, "trigger", "forms-py-reference"),
    ),
    "triggers without a comma": (
        book(
            f"{HEAD} | trigger | calculation",
            *("text | a | A | |", "text | b | B | |", "text | c | C | ${a} ${b} | 1"),
        ),
        ("survey", 4, "trigger", "forms-py-reference-list"),
    ),
    "a trigger that is not asked": (
        book(
            f"{HEAD} | trigger | calculation",
            *("calculate | k | | | 1 + 1", "text | c | C | ${k} | 1"),
        ),
        ("survey", 3, "trigger", "forms-py-hidden-trigger"),
    ),
    "parameters without =": (
        book(RANGE, "range | a | A | from 1 to 5"),
        ("survey", 2, "parameters", "forms-py-parameters"),
    ),
    "a parameter of another type": (
        book(RANGE, "range | a | A | begin=1"),
        ("survey", 2, "parameters", "forms-py-parameters-unknown"),
    ),
    "a range in words": (
        book(RANGE, "range | a | A | start=one end=5"),
        ("survey", 2, "parameters", "forms-py-number"),
    ),
    "a range without steps": (
        book(RANGE, "range | a | A | start=1 end=5 step=0"),
        ("survey", 2, "parameters", "forms-py-range-zero"),
    ),
    "a step longer than the range": (
        book(RANGE, "range | a | A | start=1 end=5 step=9"),
        ("survey", 2, "parameters", "forms-py-range-large"),
    ),
    "marks beside the steps": (
        book(RANGE, "range | a | A | start=0 end=10 step=2 tick_interval=3"),
        ("survey", 2, "parameters", "forms-py-ticks"),
    ),
    "marks of no list": (
        book(RANGE, "range | a | A | start=0 end=10 tick_labelset=zz"),
        ("survey", 2, "parameters", "forms-py-ticks"),
    ),
    "rows in words": (
        book(RANGE, "text | a | A | rows=many"),
        ("survey", 2, "parameters", "forms-py-number"),
    ),
    "pixels in words": (
        book(RANGE, "text | b | B |", "image | a | A | max-pixels=big"),
        ("survey", 3, "parameters", "forms-py-number"),
    ),
    "quality": (
        book(RANGE, "audio | a | A | quality=good"),
        ("survey", 2, "parameters", "forms-py-quality"),
    ),
    "another app": (
        book(RANGE, "image | a | A | app=x"),
        ("survey", 2, "parameters", "forms-py-app"),
    ),
    "a place": (
        book(RANGE, "geopoint | a | A | capture-accuracy=good"),
        ("survey", 2, "parameters", "forms-py-place"),
    ),
    "an outline": (
        book(RANGE, "geotrace | a | A | incremental=maybe"),
        ("survey", 2, "parameters", "forms-py-place"),
    ),
    "an audit with a name": (
        book(HEAD, "audit | log |", "text | a | A"),
        ("survey", 2, "name", "forms-py-audit-name"),
    ),
    "an audit": (
        book(RANGE, "text | a | A |", "audit | audit | | track-changes=maybe"),
        ("survey", 3, "parameters", "forms-py-log"),
    ),
    "an audit with places": (
        book(RANGE, "audit | audit | | location-priority=balanced", "text | a | A |"),
        ("survey", 2, "parameters", "forms-py-log"),
    ),
    "shuffled": (
        book(RANGE, "select_one two | a | A | randomize=yes", more=TWO),
        ("survey", 2, "parameters", "forms-py-true-false"),
    ),
    "a seed alone": (
        book(RANGE, "select_one two | a | A | seed=3", more=TWO),
        ("survey", 2, "parameters", "forms-py-seed"),
    ),
    "a seed in words": (
        book(RANGE, "select_one two | a | A | randomize=true seed=x", more=TWO),
        ("survey", 2, "parameters", "forms-py-seed"),
    ),
    "a loop of no list": (
        book(HEAD, "begin loop | a | A", "text | b | B", "end loop | |", more=TWO),
        ("survey", 2, "type", "forms-py-loop"),
    ),
    "no external choices": (
        book(f"{HEAD} | choice_filter", "select_one_external two | a | A | x=1"),
        ("survey", 2, "type", "forms-py-external-sheet"),
    ),
    "an external list that is not there": (
        book(
            f"{HEAD} | choice_filter",
            "select_one_external three | a | A | x=1",
            more=TWO.replace("choices", "external_choices"),
        ),
        ("survey", 2, "type", "forms-py-external-list"),
    ),
    "a list file of no kind": (
        book(HEAD, "select_one_from_file list.txt | a | A"),
        ("survey", 2, "type", "forms-py-file-ending"),
    ),
    "a choice with a blank": (
        book(HEAD, "select_multiple two | a | A", more=TWO + "| | two | x z | Z |\n"),
        ("choices", 4, "name", "forms-py-choice-blank"),
    ),
    "other and a filter": (
        book(f"{HEAD} | choice_filter", "select_one two or_other | a | A | 1=1", more=TWO),
        ("survey", 2, "choice_filter", "forms-py-other-filter"),
    ),
    "other of a file": (
        book(HEAD, "select_one_from_file children.csv or_other | a | A", more=TWO),
        ("survey", 2, "type", "forms-py-other"),
    ),
    "a table with a filter": (
        book(
            f"{HEAD} | appearance | choice_filter",
            *("begin_group | g | G | table-list |", "select_one two | a | A | | 1=1"),
            "end_group | | | |",
            more=TWO,
        ),
        ("survey", 3, "choice_filter", "forms-py-table-filter"),
    ),
    "a table of two lists": (
        book(
            f"{HEAD} | appearance",
            *("begin_group | g | G | table-list", "select_one two | a | A |"),
            *("select_one one | b | B |", "end_group | | |"),
            more=TWO + "| | one | x | X |\n",
        ),
        ("survey", 4, "type", "forms-py-table-lists"),
    ),
    "two files of one name": (
        book(HEAD, "csv-external | l |", "xml-external | l |"),
        ("survey", 3, "name", "forms-lint-double"),
    ),
    "a file and a list of one name": (
        book(
            HEAD,
            *("select_one_from_file two.csv | a | A", "select_one two | b | B"),
            more=TWO,
        ),
        ("survey", 2, "type", "forms-py-two-lists"),
    ),
    "one file twice in groups": (
        book(
            HEAD,
            *("begin_group | g | G", "csv-external | l |", "end_group | |"),
            *("begin_group | h | H", "csv-external | l |", "end_group | |", "text | a | A"),
        ),
        ("survey", 3, "name", "forms-py-two-lists"),
    ),
    "a file and a search": (
        book(f"{HEAD} | appearance", "select_one_from_file two.csv | a | A | search('x')"),
        ("survey", 2, "appearance", "forms-py-search-file"),
    ),
    "a list with and without a search": (
        book(
            f"{HEAD} | appearance",
            *("select_one two | a | A | search('x')", "select_one two | b | B |"),
            more=TWO,
        ),
        ("survey", 2, "appearance", "forms-py-search-shared"),
    ),
    "located by itself": (
        book(HEAD, "background-geopoint | a |"),
        ("survey", 2, "trigger", "forms-py-background"),
    ),
    "names of columns of a file": (
        book(RANGE, "select_one_from_file two.csv | a | A | value=a*b"),
        ("survey", 2, "parameters", "forms-py-name"),
    ),
    "choices without names": (
        book(
            HEAD,
            "select_one two | a | A",
            more="| choices |\n| | list_name | label |\n| | two | X |\n",
        ),
        ("choices", 2, "name", "forms-lint-no-value"),
    ),
    "saved nowhere": (
        book(f"{HEAD} | save_to", "text | a | A | school"),
        ("survey", 2, "save_to", "forms-py-entity-none"),
    ),
    "saved twice": (
        entities(
            "list_name | label",
            "children | ${a}",
            survey="text | a | A | p |\n| | text | b | B | p",
        ),
        ("survey", 3, "save_to", "forms-py-entity-property-twice"),
    ),
    "a group saved": (
        entities(
            "list_name | label",
            "children | ${a}",
            survey="begin_group | g | G | p |\n| | text | a | A | |\n| | end_group | | |",
        ),
        ("survey", 2, "save_to", "forms-py-entity-group"),
    ),
    "saved to another list": (
        entities("list_name | label", "children | ${a}", survey="text | a | A | trees#p"),
        ("survey", 2, "save_to", "forms-py-entity-list"),
    ),
    "saved with two signs": (
        entities("list_name | label", "children | ${a}", survey="text | a | A | children#p#q"),
        ("survey", 2, "save_to", "forms-py-entity-hash"),
    ),
    "saved to name": (
        entities("list_name | label", "children | ${a}", survey="text | a | A | name"),
        ("survey", 2, "save_to", "forms-py-entity-name"),
    ),
    "saved to one of several": (
        entities(
            "list_name | label", "children | ${a}", "trees | ${a}", survey="text | a | A | p"
        ),
        ("survey", 2, "save_to", "forms-py-entity-prefix"),
    ),
    "begun without a label": (
        entities("list_name | create_if", "children | 1"),
        ("entities", 2, "label", "forms-py-entity-label"),
    ),
    "updated without an id": (
        entities("list_name | update_if | label", "children | 1 | ${a}"),
        ("entities", 2, "entity_id", "forms-py-entity-id"),
    ),
    "begun and updated": (
        entities("list_name | entity_id | create_if | label", "children | ${a} | 1 | ${a}"),
        ("entities", 2, "update_if", "forms-py-entity-update"),
    ),
    "an unknown column of entities": (
        entities("list_name | label | when", "children | ${a} | 1"),
        ("entities", 1, "when", "forms-py-entity-columns"),
    ),
    "a list of entities twice": (
        entities("list_name | label", "children | ${a}", "children | ${a}"),
        ("entities", 3, "list_name", "forms-py-entity-twice"),
    ),
    "entities of no list": (
        entities("list_name | label", " | ${a}"),
        ("entities", 2, "list_name", "forms-py-entity-nameless"),
    ),
    "entities in and out of a repeat": (
        entities(
            "list_name | label",
            "children | concat(${a}, ${b})",
            survey="begin_repeat | q | Q |\n| | text | a | A | |\n| | end_repeat | | |\n"
            "| | begin_repeat | r | R | |\n| | text | b | B | |\n| | end_repeat | | |",
        ),
        ("entities", 2, "list_name", "forms-py-entity-scope"),
    ),
}
"""A sheet with one mistake, and the cell and sentence that must be told."""

NOTES = {
    "a comment": (
        book(f"{HEAD} | hint", "text | a | A |", " | | | see above"),
        ("survey", 3, "type", "forms-py-skipped"),
    ),
    "a repeat without a label": (
        book(HEAD, "begin_repeat | r | ", "text | a | A", "end_repeat | |"),
        ("survey", 2, "label", "forms-py-repeat-label"),
    ),
    "capitals": (
        book(HEAD, "text | a | A", "text | A | B"),
        ("survey", 3, "name", "forms-py-case"),
    ),
    "two ids": (
        book(HEAD, "text | a | A", more="| settings |\n| | form_id | id_string |\n| | x | y |\n"),
        ("settings", 1, "id_string", "forms-py-two-ids"),
    ),
    "a choice without a label": (
        book(HEAD, "select_one two | a | A", more=TWO + "| | two | z | |\n"),
        ("choices", 4, "label", "forms-py-choice-label"),
    ),
    "a heading with blanks": (
        book(
            HEAD,
            "select_one two | a | A",
            more=TWO.replace("| label |", "| label | in town |").replace("| X |", "| X | 1 |"),
        ),
        ("choices", 1, "in town", "forms-py-choice-heading"),
    ),
    "a language without hints": (
        book("type | name | label::English (en) | hint::French (fr)", "text | a | A | H"),
        ("survey", 1, "hint", "forms-py-translation"),
    ),
    "a language without its code": (
        book("type | name | label::Klingonian", "text | a | A"),
        ("survey", 1, "label", "forms-py-language"),
    ),
    "other in another language": (
        book("type | name | label::Uyghur (ug)", "select_one two or_other | a | A", more=TWO),
        ("survey", 2, "type", "forms-py-other-words"),
    ),
    "a SIM card": (
        book(HEAD, "text | a | A", "simserial | sim |"),
        ("survey", 3, "type", "forms-py-device"),
    ),
}
LEFT = {
    "forms-py-no-headings": "pyxform's own use, or more than a hundred rows without headings",
    "forms-py-no-choices": "our own look at the rows names the list that is missing first",
    "forms-py-name-twice": "our own look at the rows names both places first",
    "forms-lint-begin": "the same",
    "forms-lint-end": "the same",
    "forms-lint-no-name": "the same",
    "forms-lint-type": "the same",
    "forms-py-unreadable": "a file that is no workbook, below",
    "forms-py-heading-double": "only a workbook can have it, below",
    "forms-py-sheet": "the same",
}
"""Complaints that nobody hears, and why."""
UNTOLD = {"INTERNAL_001", "INTERNAL_002"}
"""pyxform's complaints of itself: no sheet brings them about."""


def found(folder, text, *, fatal):
    path = folder / "form.md"
    path.write_text(text, encoding="utf-8")
    problems = [p for p in check(path) if p.fatal is fatal]
    assert "forms-pyxform" not in [p.sentence.key for p in problems]
    for problem in problems:
        assert "{" not in speak(problem.sentence).replace("${", "")
    return [(p.sheet, p.row, p.column, p.sentence.key) for p in problems]


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_told_in_its_cell(tmp_path, name):
    text, told = CASES[name]
    assert told in found(tmp_path, text, fatal=True)


@pytest.mark.parametrize("name", NOTES)
def test_what_is_odd_is_told_in_its_cell(tmp_path, name):
    text, told = NOTES[name]
    assert told in found(tmp_path, text, fatal=False)


def test_every_complaint_of_pyxform_has_words_of_ours():
    assert {code.name for code in ErrorCode} == set(complaints._CODES) | UNTOLD


def test_every_complaint_is_brought_about_here_or_left_for_a_reason():
    told = {told[3] for _text, told in (*CASES.values(), *NOTES.values())}
    words = [*complaints._CODES.values(), *(words for _pattern, words in complaints._SENTENCES)]
    assert {one.key for one in words if one.key} - told == set(LEFT)


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_file_that_is_no_workbook_is_told(tmp_path, kind):
    path = tmp_path / f"form.{kind}"
    path.write_bytes(b"nothing of the kind")
    assert [p.sentence.key for p in check(path)] == ["forms-py-unreadable"]


def saved(folder, **sheets):
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "form.xlsx"
    workbook.save(path)
    return [(p.sheet, p.row, p.column, p.sentence.key) for p in check(path)]


def test_a_heading_that_is_there_twice_is_told(tmp_path):
    rows = (("type", "name", "label", "label"), ("text", "a", "A", "B"))
    assert saved(tmp_path, survey=rows) == [("survey", 1, "label", "forms-py-heading-double")]


@pytest.mark.parametrize(("kind", "near"), [("text", "setings"), ("select_one two", "choises")])
def test_a_sheet_of_nearly_the_right_name_is_told(tmp_path, kind, near):
    rows = (("type", "name", "label"), (kind, "a", "A"))
    told = saved(tmp_path, **{"survey": rows, near: (("list_name", "name"), ("two", "x"))})
    sheet = {"setings": "settings", "choises": "choices"}[near]
    assert (sheet, 0, "", "forms-py-sheet") in told
