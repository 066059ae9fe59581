"""Every mistake of a form file is named at once, in its cell."""

from __future__ import annotations

import pytest

from forms.check import check

SURVEY = """| survey | | | | | | | |
| | type | name | label | relevant | constraint | calculation | required |
"""
CHOICES = """| choices | | | |
| | list_name | name | label |
| | two | x | X |
| | two | y | Y |
"""


def found(folder, rows, choices=CHOICES):
    path = folder / "form.md"
    path.write_text(SURVEY + rows + choices, encoding="utf-8")
    return [(p.sheet, p.row, p.column, p.sentence.key) for p in check(path) if p.fatal]


def test_many_mistakes_are_named_at_once_in_the_order_of_the_sheets(tmp_path):
    rows = """| | text | a | A | ${zz} = 1 | | | |
| | integer | a | A2 | 1 + | . > | | |
| | select_one nolist | c | C | | | | |
| | begin group | g | G | | | | |
| | calculate | k | | | | foo(1) | |
| | texxt | z | Z | | | | |
| | integer | 1bad | Z | ${a | | | yes( |
| | calculate | k1 | | | | ${k2} + 1 | |
| | calculate | k2 | | | | ${k1} + 1 | |
"""
    choices = CHOICES + "| | two | x | again |\n| | two | | nameless |\n| | | z | homeless |\n"
    assert found(tmp_path, rows, choices) == [
        ("survey", 2, "relevant", "forms-lint-reference"),
        ("survey", 3, "constraint", "forms-unfinished"),
        ("survey", 3, "name", "forms-lint-double"),
        ("survey", 3, "relevant", "forms-unfinished"),
        ("survey", 4, "type", "forms-lint-list"),
        ("survey", 5, "type", "forms-lint-begin"),
        ("survey", 6, "calculation", "forms-bad-function"),
        ("survey", 7, "type", "forms-lint-type"),
        ("survey", 8, "name", "forms-lint-name"),
        ("survey", 8, "relevant", "forms-lint-open"),
        ("survey", 8, "required", "forms-bad-function"),
        ("survey", 9, "calculation", "forms-cycle"),
        ("choices", 4, "name", "forms-lint-value-twice"),
        ("choices", 5, "name", "forms-lint-no-value"),
        ("choices", 6, "list_name", "forms-lint-no-list"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "key"),
    [
        ("| | text | b | B | ${a} = | | | |", "relevant", "forms-unfinished"),
        ("| | text | b | B | | regx(., 'x') | | |", "constraint", "forms-bad-function"),
        ("| | calculate | b | | | | ${b} + | |", "calculation", "forms-unfinished"),
        ("| | text | a | B | | | | |", "name", "forms-lint-double"),
        ("| | text | b | B | ${a | | | |", "relevant", "forms-lint-open"),
    ],
)
def test_one_mistake_alone_is_named_in_its_cell(tmp_path, row, column, key):
    assert ("survey", 3, column, key) in found(
        tmp_path, "| | text | a | A | | | | |\n" + row + "\n"
    )


def test_the_same_name_in_another_group_is_no_mistake(tmp_path):
    rows = """| | begin group | g | G | | | | |
| | text | a | A | | | | |
| | end group | | | | | | |
| | begin group | h | H | | | | |
| | text | a | A | | | | yes |
| | end group | | | | | | |
"""
    assert found(tmp_path, rows) == []


def test_an_xform_names_the_node_and_no_sheet(tmp_path):
    path = tmp_path / "form.xml"
    path.write_text(
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
        '<h:head><h:title>t</h:title><model><instance><data id="x"><a/><g/></data></instance>'
        '<bind nodeset="/data/a" type="string" relevant="1 +"/>'
        '<bind nodeset="/data/g" type="geotrace"/></model></h:head><h:body>'
        '<input ref="/data/a"><label>A</label></input>'
        '<input ref="/data/g"><label>G</label></input></h:body></h:html>',
        encoding="utf-8",
    )
    assert [(p.sheet, p.ref, p.column) for p in check(path)] == [("", "/data/a", "relevant")]
    path.write_text(path.read_text("utf-8").replace(' relevant="1 +"', ""), encoding="utf-8")
    assert [(p.sheet, p.ref, p.column) for p in check(path)] == [("", "/data/g", "type")]


def test_what_has_no_place_in_a_chat_is_said_and_not_fatal(tmp_path):
    path = tmp_path / "form.md"
    path.write_text(
        """| survey |
| | type | name | label | media::image |
| | audit | audit | | |
| | start-geopoint | where | | |
| | text | a | A | a.png |
| | select_one two | b | B | |
| choices |
| | list_name | name | label | media::audio |
| | two | x | X | x.mp3 |
| | two | y | Y | |
| settings |
| | form_id | public_key |
| | q | AAAA |
""",
        encoding="utf-8",
    )
    notes = [(p.sheet, p.row, p.column, p.sentence.key) for p in check(path)]
    assert notes == [
        ("survey", 2, "type", "forms-note-log"),
        ("survey", 3, "type", "forms-note-action"),
        ("survey", 4, "media::image", "forms-note-media"),
        ("choices", 2, "media::audio", "forms-note-media"),
        ("settings", 2, "public_key", "forms-note-key"),
    ]
    assert not any(p.fatal for p in check(path))


def test_an_entity_list_that_the_record_does_not_hold_is_named(tmp_path):
    path = tmp_path / "form.md"
    path.write_text(
        SURVEY.replace("| required |", "| required | save_to |")
        + "| | text | a | A | | | | | shelf |\n"
        + "| entities |\n| | list_name | label |\n| | trees | ${a} |\n",
        encoding="utf-8",
    )
    told = [(p.sheet, p.sentence.key) for p in check(path) if not p.fatal]
    assert ("entities", "forms-note-dataset") in told


def test_headings_in_capitals_hide_no_mistake(tmp_path):
    path = tmp_path / "form.md"
    path.write_text(
        """| survey | | | |
| | Type | Name | Label | Relevant |
| | text | a | A | |
| | texxt | b | B | ${ a } = 1 |
| | text | | C | |
| choices |
| | List_name | Name | Label |
| | two | x | X |
| | two | x | Y |
""",
        encoding="utf-8",
    )
    told = [(p.sheet, p.row, p.column, p.sentence.key) for p in check(path)]
    assert told == [
        ("survey", 3, "Relevant", "forms-lint-blanks"),
        ("survey", 3, "type", "forms-lint-type"),
        ("survey", 4, "name", "forms-lint-no-name"),
        ("choices", 3, "name", "forms-lint-value-twice"),
    ]


@pytest.mark.parametrize(
    "words", ["select one from", "select one", "select all that apply from", "select_multiple"]
)
def test_older_words_for_a_select_are_no_mistake(tmp_path, words):
    rows = f"| | {words} two | a | A | | | | |\n| | texxt | b | B | | | | |\n"
    assert found(tmp_path, rows) == [("survey", 3, "type", "forms-lint-type")]
    rows = f"| | {words} three | a | A | | | | |\n"
    assert found(tmp_path, rows)[0] == ("survey", 2, "type", "forms-lint-list")


def test_a_type_that_only_pyxform_does_not_know_is_named_with_its_row(tmp_path):
    rows = "| | text | a | A | | | | |\n| | select_one from two or specify | b | B | | | | |\n"
    assert found(tmp_path, rows) == [("survey", 3, "type", "forms-lint-type")]
