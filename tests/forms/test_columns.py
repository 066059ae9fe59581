"""Headings, settings and defaults that would do nothing are named before anybody is asked."""

from __future__ import annotations

import pytest

from forms.check import check
from forms.library import open_library

ROW = "| | text | a | A |\n"


def told(folder, survey, settings="", fatal=False):
    path = folder / "form.md"
    path.write_text(f"| survey |\n{survey}{settings}", encoding="utf-8")
    return [
        (p.sheet, p.row, p.column, p.sentence.key, dict(p.sentence.args))
        for p in check(path)
        if p.fatal is fatal
    ]


@pytest.mark.parametrize(
    ("heading", "key", "near"),
    [
        ("requierd", "forms-column-near", "required"),
        ("Relevent", "forms-column-near", "relevant"),
        ("sensitve", "forms-column-near", "sensitive"),
        ("choice_fliter", "forms-column-near", "choice_filter"),
        ("constraint_mesage::中文 (zh)", "forms-column-near", "constraint_message"),
        ("备注", "forms-column", ""),
    ],
)
def test_a_heading_that_is_not_known_is_named(tmp_path, heading, key, near):
    survey = f"| | type | name | label | {heading} |\n| | text | a | A | yes |\n"
    ((sheet, row, column, told_key, args),) = told(tmp_path, survey)
    assert (sheet, row, column, told_key) == ("survey", 1, heading, key)
    assert args["near"] == near


@pytest.mark.parametrize(
    "heading",
    [
        *("required", "Required", "read_only", "relevance", "label::English (en)", "hint:zh"),
        *("media::image::zh", "image", "bind::odk:x", "body::accuracyThreshold", "save_to"),
        *(
            "constraint_message::zh",
            "repeat_count",
            "parameters",
            "trigger",
            "default",
            "disabled",
        ),
        *("source", "sensitive", "guidance_hint", "appearance", "instance::x"),
    ],
)
def test_a_heading_that_is_read_is_not(tmp_path, heading):
    path = tmp_path / "form.md"
    path.write_text(f"| survey |\n| | type | name | label | {heading} |\n{ROW}", encoding="utf-8")
    assert [p for p in check(path) if "forms-column" in p.sentence.key] == []


def test_a_setting_that_is_not_known_is_named(tmp_path):
    settings = "| settings |\n| | form_id | rolls | versoin |\n| | own | 儿童主任 | 1 |\n"
    found = told(tmp_path, "| | type | name | label |\n" + ROW, settings)
    assert [(row[:4], row[4]["near"]) for row in found] == [
        (("settings", 1, "rolls", "forms-column-near"), "roles"),
        (("settings", 1, "versoin", "forms-column-near"), "version"),
    ]


@pytest.mark.parametrize(
    ("roles", "about", "problems"),
    [
        ("儿童主任、督导员", "child", []),
        ("director，county", "孩子", []),
        ("child_director; guardian", "", []),
        ("儿童主仁 督导员", "", [("roles", "forms-role", "儿童主仁")]),
        ("", "kid", [("about", "forms-about", "kid")]),
    ],
)
def test_who_a_form_is_for_must_be_somebody(tmp_path, roles, about, problems):
    settings = f"| settings |\n| | form_id | roles | about |\n| | own | {roles} | {about} |\n"
    found = told(tmp_path, "| | type | name | label |\n" + ROW, settings, fatal=True)
    expected = [("settings", 2, column, key, word) for column, key, word in problems]
    assert [(*row[:4], row[4]["word"]) for row in found] == expected
    library = open_library(tmp_path)
    assert len(library.offered) == (0 if problems else 1)
    assert set(library.broken) == ({"form.md"} if problems else set())


@pytest.mark.parametrize(
    ("kind", "default", "lost"),
    [
        ("integer", "abc", True),
        ("integer", "3", False),
        ("integer", "3.7", False),
        ("integer", "1 + 2", False),
        ("integer", "三", True),
        ("decimal", "2,5", True),
        ("date", "昨天", True),
        ("date", "2026-13-01", True),
        ("date", "2026/11/20", True),
        ("date", "2026-11-20", False),
        ("date", "today()", False),
        ("time", "25:00", True),
        ("geopoint", "here", True),
        ("text", "abc", False),
    ],
)
def test_a_default_that_its_type_does_not_take_is_named(tmp_path, kind, default, lost):
    rows = f"| | text | z | Z | |\n| | {kind} | a | A | {default} |\n"
    survey = "| | type | name | label | default |\n" + rows
    found = told(tmp_path, survey)
    assert [row[:4] for row in found] == [
        ("survey", 3, "default", "forms-note-default-type")
    ] * lost


@pytest.mark.parametrize("column", ["sensitive", "asked"])
def test_what_a_column_of_yes_and_no_says_is_clear(tmp_path, column):
    rows = "| | text | a | A | 否 |\n| | text | b | B | no |\n"
    survey = f"| | type | name | label | {column} |\n" + rows
    assert [row[:4] for row in told(tmp_path, survey)] == [
        ("survey", 2, column, f"forms-{column}")
    ]
