from __future__ import annotations

import json
from datetime import datetime

import pytest

from forms import catalog, engine
from forms.errors import InvalidAnswer, NoSuchFormError
from forms.play import play
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
LISTS = {
    "children": [{"name": "c1", "label": "陈*明 8岁"}, {"name": "unknown", "label": "不认识"}],
    "areas": [{"name": "430121001001", "label": "桥头村"}],
}
CONTEXT = engine.Context(now=NOW, lists=LISTS, params={"child_age": "9"})
TYPED = {
    "text": "二十个字以内的说明文字",
    "integer": "8",
    "date": "2026-11-20",
    "dateTime": "2026-11-23T08:00:00.000+08:00",
}


def some_answer(question: engine.Question) -> list[str]:
    """Return answers worth trying, the plainest first."""
    if question.choices:
        values = [value for value, _label in question.choices]
        return [*(["no"] if question.type == "repeat" else []), *values]
    return [TYPED.get(question.type, "x"), "2026-12-20", "13800000000", "30", "2018-05-03"]


@pytest.mark.parametrize("name", catalog.names())
def test_every_form_can_be_finished_and_replayed(name):
    form = catalog.get(name)
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    for _ in range(60):
        if step.question is None:
            break
        text = json.dumps(step.session.to_json())
        session = engine.Session.from_json(text)
        step = answered(form, session, step.question)
    submission = engine.finish(form, step.session, CONTEXT)
    assert submission.values.get("/data/severity", "P").startswith("P")
    again = engine.replay(form, step.session, CONTEXT)
    assert engine.values(form, again, CONTEXT) == dict(submission.values)


def answered(form, session, question):
    if not question.required:
        return engine.skip(form, session, CONTEXT)
    for value in some_answer(question):
        try:
            return engine.answer(form, session, value, CONTEXT)
        except InvalidAnswer:
            continue
    raise AssertionError(question)


@pytest.mark.parametrize("name", catalog.names())
def test_every_question_speaks_both_languages_and_names_its_source(name):
    form = catalog.get(name)
    assert form.languages == ("中文 (zh)", "English (en)")
    chinese, english = (form.model.itext[language] for language in form.languages)
    for definition in form.model.defs:
        if definition.control is None:
            continue
        key = f"{definition.path}:label"
        assert key in chinese
        assert key in english
        assert form.source_rows.get(definition.path), definition.path


@pytest.mark.parametrize("name", catalog.names())
def test_every_rule_is_in_the_list_of_triggers(name):
    form = catalog.get(name)
    rules = [d.name for d in form.model.defs if d.name.startswith("rule_")]
    triggers = form.model.by_path.get("/data/triggers")
    if rules:
        assert triggers is not None
        assert all(f"'{rule} '" in triggers.bind.calculate.source for rule in rules)


def test_an_unknown_form_is_named_missing():
    with pytest.raises(NoSuchFormError):
        catalog.get("nothing")


def test_a_converted_form_is_kept_for_the_next_start(tmp_path):
    first = catalog.get("acknowledge", tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == first.definition
    catalog.get.cache_clear()
    assert catalog.get("acknowledge", tmp_path).definition == first.definition


def played(name: str, **answers: str) -> dict:
    table = {f"/data/{key}".replace("__", "/"): value for key, value in answers.items()}
    return play(catalog.get(name), table, CONTEXT)


NEW_CHILD = {
    "basic__name": "陈小明",
    "basic__sex": "male",
    "basic__birth_date": "2018-05-03",
    "basic__child_types": "left_behind",
    "basic__hukou": "yes",
    "basic__address": "桥头村三组",
    "care__father": "away",
    "care__mother": "away",
    "care__carer": "grandparent",
    "care__guardianship_quality": "fair",
    "care__delegation_state": "valid",
    "life__health": "healthy",
    "life__school_status": "primary",
    "life__income_sources": "labour",
    "life__aid_received": "none",
    "life__needs": "psychology",
    "more": "later",
}


@pytest.mark.parametrize(
    ("changes", "severity", "left_behind"),
    [
        ({}, "P4", "yes"),
        ({"care__mother": "home"}, "P4", "no"),
        ({"care__mother": "ill"}, "P4", "yes"),
        ({"basic__birth_date": "2010-11-23"}, "P4", "no"),
        ({"basic__birth_date": "2010-11-24"}, "P4", "yes"),
        ({"care__carer": "nobody"}, "P1", "yes"),
        ({"care__guardianship_quality": "poor"}, "P2", "yes"),
        ({"life__school_status": "dropout"}, "P2", "yes"),
        ({"basic__hukou": "no"}, "P3", "yes"),
        ({"care__delegation_state": "none"}, "P3", "yes"),
        ({"care__father": "dead", "care__mother": "lost"}, "P3", "no"),
    ],
)
def test_a_screened_child_is_judged_by_the_clauses(changes, severity, left_behind):
    values = played("new_child", **{**NEW_CHILD, **changes})["values"]
    assert values["/data/severity"] == severity
    assert values["/data/care/left_behind"] == left_behind


def test_an_id_number_has_to_agree_with_the_date_of_birth():
    right = played("new_child", **NEW_CHILD, basic__id_no="430121201805031234")
    wrong = played("new_child", **NEW_CHILD, basic__id_no="430121201905031234")
    assert right["complete"]
    assert [problem["ref"] for problem in wrong["invalid"]] == ["/data/basic/id_no"]


def test_a_new_child_is_made_in_the_host_list():
    form = catalog.get("new_child")
    table = {f"/data/{key}".replace("__", "/"): value for key, value in NEW_CHILD.items()}
    step = engine.current(form, engine.begin(form, CONTEXT), CONTEXT)
    while step.question is not None:
        value = table.get(step.question.ref)
        if value is None:
            step = engine.skip(form, step.session, CONTEXT)
        else:
            step = engine.answer(form, step.session, value, CONTEXT)
    (update,) = engine.finish(form, step.session, CONTEXT).entities
    assert (update.create, update.list, update.label) == (True, "children", "陈小明")
    assert len(update.id) == 36
    assert update.values["birth_date"] == "2018-05-03"


@pytest.mark.parametrize("bar", ["violence", "habits", "duty", "other"])
def test_a_barred_delegate_stops_the_delegation(bar):
    answers = {f"eligibility__barred_{b}": "no" for b in ("violence", "habits", "duty", "other")}
    answers[f"eligibility__barred_{bar}"] = "yes"
    result = played("delegation", reason="work", **answers)
    assert result["values"]["/data/severity"] == "P2"
    assert result["values"]["/data/state"] == "unfit"
    assert result["complete"]
    assert not any("/delegate/" in question["ref"] for question in result["asked"])


def test_both_parents_can_delegate():
    answers = {f"eligibility__barred_{b}": "no" for b in ("violence", "habits", "duty", "other")}
    result = played(
        "delegation",
        reason="work",
        guardian="2",
        **answers,
        **{"guardian[1]__guardian_name": "甲", "guardian[2]__guardian_name": "乙"},
    )
    names = [v for k, v in result["values"].items() if k.endswith("guardian_name")]
    assert names == ["甲", "乙"]


@pytest.mark.parametrize(
    ("need", "office"),
    [
        ("hukou", "police"),
        ("school", "education"),
        ("legal", "justice"),
        ("relief", "civil_affairs"),
    ],
)
def test_a_referral_suggests_the_office_of_the_directive(need, office):
    assert played("referral", need=need)["values"]["/data/suggested"] == office


def test_a_guardian_in_danger_is_sent_to_the_emergency_report():
    result = played("guardian_help", safe_now="unknown")
    assert result["values"]["/data/danger"] == "yes"
    assert "/data/danger_note" in [question["ref"] for question in result["asked"]]
