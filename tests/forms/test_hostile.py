"""Forms and answers made to hang or to break: each is refused quickly, and nothing is lost."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest

from forms import engine
from forms.errors import FormError, InvalidAnswer
from forms.form import load
from forms.play import play
from kernel.clock import CHINA

CONTEXT = engine.Context(now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))
HEAD = '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'


def table(*rows: str) -> bytes:
    return "\n".join(["| survey |", *(f"| | {row} |" for row in rows)]).encode()


def refusal(raw: bytes, kind: str) -> str:
    with pytest.raises(FormError) as caught:
        load(raw, kind=kind)
    return caught.value.problems[0].sentence.key


def test_a_packed_bomb_is_refused_unopened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (65 * 2**20))
    assert refusal(packed.getvalue(), ".xlsx") == "forms-too-large"


def test_a_large_file_is_refused_unread(tmp_path):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(FormError) as caught:
        load(path)
    assert caught.value.problems[0].sentence.key == "forms-too-large"


def test_entities_are_never_expanded():
    bomb = f'<!DOCTYPE h [<!ENTITY a "aaaa"><!ENTITY x SYSTEM "file:///etc/hosts">]>{HEAD}&a;&x;</h:html>'
    assert refusal(bomb.encode(), ".xml") == "forms-entities"


@pytest.mark.parametrize("levels", [300, 2000])
def test_groups_nested_too_deeply_are_refused(levels):
    begins = [f"begin group | g{n} | G" for n in range(levels)]
    rows = ["type | name | label", *begins, "text | t | T", *["end group | | "] * levels]
    assert refusal(table(*rows), ".md") in ("forms-too-deep", "forms-not-xml")


@pytest.mark.parametrize("expression", ["(" * 2000 + "1" + ")" * 2000, "+".join(["1"] * 3000)])
def test_an_endless_expression_is_refused(expression):
    rows = table("type | name | label | calculation", f"calculate | c | | {expression}")
    assert refusal(rows, ".md")


def test_a_pattern_that_backtracks_for_ever_says_no():
    form = load(
        table("type | name | label | constraint", "text | t | T | regex(., '^(a+)+$')"), kind=".md"
    )
    session = engine.begin(form, CONTEXT)
    with pytest.raises(InvalidAnswer):
        engine.answer(form, session, "a" * 40 + "b", CONTEXT)


COUNTED = table(
    "type | name | label | repeat_count",
    "integer | n | N |",
    "begin repeat | r | R | ${n}",
    "text | t | T |",
    "begin repeat | inner | I | ${n}",
    "text | u | U |",
    "end repeat | | |",
    "end repeat | | |",
)


def test_a_thousand_million_repeats_are_refused_and_the_question_stays_open():
    form = load(COUNTED, kind=".md")
    session = engine.begin(form, CONTEXT)
    with pytest.raises(InvalidAnswer) as caught:
        engine.answer(form, session, "1000000000", CONTEXT)
    assert caught.value.message.key == "forms-too-many"
    assert engine.current(form, session, CONTEXT).question.ref == "/data/n"
    assert engine.answer(form, session, "1", CONTEXT).question.ref == "/data/r[1]/t"


def test_a_written_out_count_without_measure_is_refused_at_check_time():
    rows = table(
        "type | name | label | repeat_count",
        "begin repeat | r | R | 1000000000",
        "text | t | T |",
        "end repeat | | |",
    )
    assert refusal(rows, ".md") == "forms-count-too-large"


@pytest.mark.parametrize(
    "calculation",
    [
        "uuid(1 div 0)",
        "string-length(uuid(1000000000))",
        "substr('abc', -1 div 0, 1 div 0)",
        "date-time('9999-12-31T23:59:59.999-14:00')",
        "format-date(100000000000000000000, '%Y')",
        "distance('a b c')",
        "round(1.5, 1000000000)",
    ],
)
def test_no_expression_brings_the_dialogue_down(calculation):
    rows = table(
        "type | name | label | calculation", "text | t | T |", f"calculate | c | | {calculation}"
    )
    assert play(load(rows, kind=".md"), {"/data/t": "x"}, CONTEXT)["complete"]


def test_a_calculation_that_only_feeds_itself_is_a_cycle():
    rows = table("type | name | label | calculation", "calculate | c | | concat(., 'x')")
    assert refusal(rows, ".md") == "forms-cycle"


def test_a_question_may_be_called_body_title_or_model():
    rows = table(
        "type | name | label", *(f"text | {n} | {n}" for n in ("title", "model", "body", "entity"))
    )
    values = play(load(rows, kind=".md"), {"/data/body": "x", "/data/model": "y"}, CONTEXT)[
        "values"
    ]
    assert (values["/data/body"], values["/data/model"]) == ("x", "y")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("name;label\na;苹果\n", "utf-8"), ("name,label\na,苹果\nb\n", "gb18030")],
)
def test_lists_are_read_as_spreadsheets_write_them(text, encoding):
    rows = table("type | name | label", "select_one_from_file fruit.csv | s | S")
    form = load(rows, kind=".md", files={"fruit.csv": text.encode(encoding)})
    asked = play(form, {}, CONTEXT)["asked"]
    assert asked[0]["choices"][0] == ["a", "苹果"]


def test_choices_come_from_external_choices_and_from_search():
    external = table(
        "type | name | label | choice_filter | appearance",
        "text | state | S | |",
        "select_one_external c | county | C | state=${state} |",
        "select_one f | fruit | F | | search('fruits', 'matches', 'kind', ${state})",
    )
    more = (
        "\n| choices |\n| | list_name | name | label |\n| | f | key | name |\n"
        "| external_choices |\n| | list_name | name | label | state |\n"
        "| | c | x | X | a |\n| | c | y | Y | b |\n"
    )
    files = {"fruits.csv": b"key,name,kind\nm,Mango,b\np,Apple,a\n"}
    form = load(external + more.encode(), kind=".md", files=files)
    result = play(form, {"/data/state": "b", "/data/county": "y", "/data/fruit": "m"}, CONTEXT)
    choices = {question["ref"]: question["choices"] for question in result["asked"]}
    assert choices["/data/county"] == [["y", "Y"]]
    assert choices["/data/fruit"] == [["m", "Mango"]]
    assert result["complete"]


def test_every_ring_is_named_with_its_row():
    rows = table(
        "type | name | label | calculation | relevant",
        "calculate | a | | ${b} + 1 |",
        "calculate | b | | ${a} + 1 |",
        "text | q | Q | | ${p} = 1",
        "text | p | P | | ${q} = 1",
    )
    with pytest.raises(FormError) as caught:
        load(rows, kind=".md")
    assert sorted(p.row for p in caught.value.problems) in ([2, 4], [3, 5], [2, 5], [3, 4])
