"""Defaults that need each other are an error at check time; triggers that do are noted."""

from __future__ import annotations

import pytest
from support.reference import Run, compare

from forms.check import check
from forms.form import load
from forms.library import open_library

HEAD = "| survey |\n| | type | name | label | trigger | calculation | default |\n"


def found(folder, *rows):
    path = folder / "form.md"
    table = HEAD + "".join(f"| | {row} |\n" for row in rows)
    path.write_text(table + "| settings |\n| | form_id |\n| | own |\n", encoding="utf-8")
    problems = [p for p in check(path) if "names" in p.sentence.args]
    library = open_library(folder)
    assert bool(library.broken) == any(p.fatal for p in problems)
    assert all(p.fatal == (p.column == "default") for p in problems)
    return [(p.row, p.column, p.sentence.args["names"]) for p in problems]


@pytest.mark.parametrize(
    ("rows", "ring"),
    [
        (
            (
                "integer | a | A | ${b} | ${b} + 1 |",
                "integer | b | B | ${a} | ${a} * 2 |",
                "integer | c | C | ${a} | 1 |",
            ),
            (2, "trigger", "a → b → a"),
        ),
        (
            (
                "integer | a | A | ${c} | 1 |",
                "integer | b | B | | ${a} + 1 |",
                "integer | c | C | ${b} | ${a} |",
            ),
            (3, "trigger", "b → c → a → b"),
        ),
        (
            ("text | c | C | | | concat('x', ${d})", "text | d | D | | | concat('y', ${c})"),
            (2, "default", "c → d → c"),
        ),
        (
            (
                "text | c | C | | | concat('x', ${k})",
                "text | d | D | | | concat('y', ${c})",
                "calculate | k | | | ${d} |",
            ),
            (2, "default", "c → d → k → c"),
        ),
    ],
)
def test_questions_that_set_each_other_are_named_with_their_ring(tmp_path, rows, ring):
    assert found(tmp_path, *rows) == [ring]


@pytest.mark.parametrize(
    "rows",
    [
        ("integer | a | A | | |", "integer | b | B | ${a} | ${a} |", "text | c | C | ${b} | 1 |"),
        ("text | a | A | ${a} | normalize-space(${a}) |",),
        ("text | a | A | | | concat('x', 1 + 1)", "text | b | B | | | concat(${a}, 'y')"),
        (
            "begin_repeat | r | R | | |",
            "text | s | S | | | indexed-repeat(${s}, ${r}, position(..) - 1)",
            "end_repeat | | | | |",
        ),
    ],
)
def test_one_after_the_other_is_no_ring(tmp_path, rows):
    assert found(tmp_path, *rows) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([("c", "100")], {"c": "100.0", "f": "212.0"}),
        ([("f", "50")], {"c": "10.0", "f": "50.0"}),
        ([("c", "100"), ("f", "50")], {"c": "10.0", "f": "50.0"}),
    ],
)
def test_degrees_set_each_other_as_in_the_reference(reference, given, wanted):
    rows = (
        "decimal | c | C | ${f} | (${f} - 32) * 5 div 9 |",
        "decimal | f | F | ${c} | ${c} * 9 div 5 + 32 |",
    )
    form = load((HEAD + "".join(f"| | {row} |\n" for row in rows)).encode(), kind=".md")
    run = Run(form)
    for name, value in given:
        run.give(f"/data/{name}", value)
    state = run.state()
    assert {name: state[f"/data/{name}"]["value"] for name in wanted} == wanted
    compare(reference, form.definition, run)
