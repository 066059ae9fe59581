"""What a form saves is held against what the file knows, before anybody fills it in."""

from __future__ import annotations

import pytest

from cases.workflow import CloseReason
from forms import catalog, engine
from forms.check import check
from handlers.fields import misfit, refused
from handlers.form_context import HOST_LISTS
from handlers.speech import speak
from tests.forms.test_catalog import CONTEXT

FORM = """| survey |
| | type | name | label | save_to |
| | select_one way | a | 上学吗 | {name} |
| choices |
| | list_name | name | label |
| | way | primary | 小学 |
| | way | {value} | 别的 |
| entities |
| | list_name | label |
| | children | ${{a}} |
"""


@pytest.mark.parametrize("name", sorted(catalog.names()))
def test_the_catalog_saves_what_the_file_knows(name):
    told = check(catalog.path_of(name), HOST_LISTS, misfit)
    assert [p for p in told if p.column == "save_to"] == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("shoe_size", "big", "档案里没有“shoe_size”"),
        ("school_status", "dropped_out", "不认得这些值：dropped_out"),
        ("school_status", "dropout", ""),
    ],
)
def test_a_property_or_a_word_that_the_file_does_not_know_is_named(tmp_path, name, value, words):
    path = tmp_path / "form.md"
    path.write_text(FORM.format(name=name, value=value), encoding="utf-8")
    told = [p for p in check(path, HOST_LISTS, misfit) if p.column == "save_to"]
    assert [words in speak(p.sentence) for p in told] == ([True] if words else [])
    assert all(p.row == 2 and not p.fatal for p in told)


def test_each_reason_of_the_form_that_closes_a_case_is_kept_as_what_it_is():
    form = catalog.get("case_close")
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    while step.question is not None and step.question.ref != "/data/reason":
        step = engine.answer(form, step.session, step.question.choices[0][0], CONTEXT)
    assert step.question is not None
    offered = {value for value, _ in step.question.choices}
    not_offered = {CloseReason.RESOLVED, CloseReason.DUPLICATE, CloseReason.DRILL}
    assert offered == set(CloseReason) - not_offered


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("father_id_no", "11010519491231002X", ""),
        ("mother_id_no", "110105194912310021", "cases-id-check"),
        ("caregiver_id_no", "110105194913310021", "cases-id-date"),
        ("id_no", "1101051949", "cases-id-length"),
        ("father_phone", "1101051949", ""),
    ],
)
def test_an_id_number_is_checked_whosever_it_is(name, value, key):
    told = refused(name, value)
    assert (told.key if told else "") == key
