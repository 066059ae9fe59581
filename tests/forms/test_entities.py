"""What a form's `entities` sheet does: a new entity, a changed one, and what it began from."""

from __future__ import annotations

from datetime import datetime

from forms import engine
from forms.form import load
from kernel.clock import CHINA

CONTEXT = engine.Context(
    now=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA),
    lists={"children": [{"name": "c1", "label": "陈*明", "__version": "4"}]},
)
CREATE = """
| survey |
| | type | name | label | save_to |
| | text | school | 学校 | school |
| | text | other | 别的 | |
| entities |
| | list_name | label | create_if |
| | children | concat('童 ', ${school}) | ${school} != '' |
"""
UPDATE = """
| survey |
| | type | name | label | save_to |
| | select_one_from_file children.csv | child | 谁 | |
| | text | school | 学校 | school |
| entities |
| | list_name | entity_id | update_if |
| | children | ${child} | ${school} != '' |
"""


def finished(table: str, *answers: str) -> engine.Submission:
    form = load(table.encode(), kind=".md")
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    for value in answers:
        read = engine.Session.from_json(step.session.to_json())
        step = engine.answer(form, read, value, CONTEXT)
    return engine.finish(form, step.session, CONTEXT)


def test_a_new_entity_gets_an_id_a_label_and_what_is_saved_to_it():
    (made,) = finished(CREATE, "一小", "x").entities
    assert (made.list, made.create, made.update) == ("children", True, False)
    assert made.label == "童 一小"
    assert made.id
    assert made.values == {"school": "一小"}


def test_an_entity_is_not_made_when_the_form_says_no():
    assert finished(CREATE, "", "x").entities == ()


def test_a_changed_entity_is_the_one_the_form_names_and_is_not_made_anew():
    (changed,) = finished(UPDATE, "c1", "二小").entities
    assert (changed.list, changed.id) == ("children", "c1")
    assert (changed.create, changed.update) == (False, True)
    assert changed.values == {"school": "二小"}
