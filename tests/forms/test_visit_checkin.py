from __future__ import annotations

import json
from datetime import datetime

import pytest

from forms import catalog, engine
from forms.errors import InvalidAnswer
from forms.play import play
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
FINE = {
    "mode": "home",
    "seen": "child guardian",
    "immediate_danger": "no",
    "lives_with": "grandparent",
    "caregiver_capacity": "able",
    "delegation_state": "valid",
    "last_parent_contact": "week",
    "concerns": "none",
    "abuse_sign": "none",
    "actions_done": "talked",
    "next_visit_date": "2026-12-20",
}


def context(age: int = 10, **params: str) -> engine.Context:
    known = {"child_id": "c1", "child_name": "陈小明", "child_age": str(age), **params}
    return engine.Context(now=NOW, params=known)


def visited(age: int = 10, params: dict[str, str] | None = None, **changes: str) -> dict[str, str]:
    form = catalog.get("visit_checkin")
    answers = {f"/data/{name}": value for name, value in {**FINE, **changes}.items()}
    played = play(form, answers, context(age, **(params or {})))
    assert played["invalid"] == []
    return {ref.removeprefix("/data/"): value for ref, value in played["values"].items()}


def test_a_healthy_child_takes_twelve_questions_and_stays_a_record():
    form = catalog.get("visit_checkin")
    step = engine.current(form, engine.begin(form, context()), context())
    answered = 0
    while step.question:
        name = step.question.ref.removeprefix("/data/")
        assert (step.question.number, step.question.total) == (answered + 1, 12)
        session = engine.Session.from_json(json.dumps(step.session.to_json()))
        if name in FINE:
            step = engine.answer(form, session, FINE[name], context())
        else:
            step = engine.skip(form, session, context())
        answered += 1
    submission = engine.finish(form, step.session, context())
    assert answered == 12
    assert submission.values["/data/severity"] == "P4"
    assert submission.values["/data/triggers"] == ""


@pytest.mark.parametrize(
    ("rule", "severity", "age", "changes"),
    [
        ("rule_danger", "P0", 10, {"immediate_danger": "yes"}),
        ("rule_danger", "P0", 10, {"immediate_danger": "unsure"}),
        ("rule_not_seen", "P3", 10, {"seen": "neighbour"}),
        ("rule_alone", "P1", 15, {"lives_with": "alone", "alone_days": "days"}),
        ("rule_alone", "P1", 7, {"lives_with": "alone", "alone_days": "weeks"}),
        ("rule_alone_16", "P2", 16, {"lives_with": "alone", "alone_days": "days"}),
        ("rule_lives_unknown", "P2", 10, {"lives_with": "unclear"}),
        ("rule_caregiver", "P1", 10, {"caregiver_capacity": "ill", "other_adult": "no"}),
        ("rule_caregiver", "P1", 10, {"caregiver_capacity": "addicted", "other_adult": "no"}),
        ("rule_caregiver", "P1", 10, {"caregiver_capacity": "unreachable", "other_adult": "no"}),
        ("rule_caregiver", "P2", 10, {"caregiver_capacity": "dead", "other_adult": "yes"}),
        ("rule_delegation", "P3", 10, {"delegation_state": "none"}),
        ("rule_delegation", "P3", 10, {"delegation_state": "expired"}),
        ("rule_delegation", "P2", 10, {"delegation_state": "unfit"}),
        ("rule_contact", "P3", 10, {"last_parent_contact": "month"}),
        ("rule_contact", "P2", 10, {"last_parent_contact": "over_half_year"}),
        ("rule_contact", "P2", 10, {"last_parent_contact": "never"}),
        (
            "rule_hazard",
            "P3",
            10,
            {"concerns": "basics", "basic_needs": "hazard", "hazards": "water"},
        ),
        ("rule_needs", "P2", 10, {"concerns": "basics", "basic_needs": "lacking"}),
        ("rule_needs", "P1", 10, {"concerns": "basics", "basic_needs": "starving"}),
        ("rule_health", "P3", 10, {"concerns": "health", "health_state": "untreated"}),
        ("rule_health", "P3", 10, {"concerns": "health", "health_state": "no_certificate"}),
        (
            "rule_injury",
            "P1",
            10,
            {
                "concerns": "health",
                "health_state": "injured",
                "injury_explained": "no",
                "injury_many": "no",
            },
        ),
        (
            "rule_injury",
            "P3",
            10,
            {
                "concerns": "health",
                "health_state": "injured",
                "injury_explained": "yes",
                "injury_many": "no",
            },
        ),
        ("rule_school", "P3", 10, {"concerns": "school", "school_state": "truant"}),
        ("rule_school", "P2", 15, {"concerns": "school", "school_state": "dropout"}),
        ("rule_school", "P3", 16, {"concerns": "school", "school_state": "dropout"}),
        ("rule_self_harm", "P0", 10, {"concerns": "mood", "mood": "self_harm"}),
        ("rule_runaway", "P1", 10, {"concerns": "mood", "mood": "runaway"}),
        ("rule_mood", "P3", 10, {"concerns": "mood", "mood": "withdrawn sleepless"}),
        (
            "rule_documents",
            "P3",
            10,
            {"concerns": "documents", "documents_state": "unregistered"},
        ),
        ("rule_money", "P3", 10, {"concerns": "money", "money_state": "hard"}),
        ("rule_abuse", "P1", 10, {"abuse_sign": "unsure"}),
    ],
)
def test_each_rule_fires_alone_with_its_severity_and_its_source(rule, severity, age, changes):
    values = visited(age, **changes)
    assert values[rule] == severity
    assert values["severity"] == severity
    assert values["triggers"].split() == [rule]
    assert catalog.get("visit_checkin").source_rows[f"/data/{rule}"]


def test_the_most_urgent_rule_decides():
    values = visited(
        10, delegation_state="none", lives_with="alone", alone_days="days", abuse_sign="yes"
    )
    assert values["severity"] == "P1"
    assert set(values["triggers"].split()) == {"rule_alone", "rule_abuse", "rule_delegation"}


def test_a_second_visit_without_seeing_the_child_goes_to_the_supervisor():
    assert visited(10, params={"failed_visits": "1"}, seen="nobody")["severity"] == "P2"


def test_every_question_and_rule_names_its_source():
    form = catalog.get("visit_checkin")
    named = {d.path for d in form.model.defs if d.control or d.bind.calculate}
    named -= {path for path in named if path.startswith("/data/meta")}
    assert named <= set(form.source_rows)


def test_nobody_cannot_go_with_another_choice():
    form = catalog.get("visit_checkin")
    session = engine.answer(form, engine.begin(form, context()), "home", context()).session
    with pytest.raises(InvalidAnswer) as refused:
        engine.answer(form, session, "child nobody", context())
    assert refused.value.message == "「都没见到」不能和别的一起选。"
    assert engine.current(form, session, context()).question.ref == "/data/seen"


def test_what_falls_away_is_named_when_an_answer_changes():
    form = catalog.get("visit_checkin")
    session = engine.begin(form, context())
    for value in ("home", "child", "no", "alone", "days"):
        session = engine.answer(form, session, value, context()).session
    fallen = engine.preview(form, session, "/data/lives_with", "grandparent", context())
    assert [item.ref for item in fallen] == ["/data/alone_days"]
    moved = engine.goto(form, session, "/data/lives_with", context()).session
    step = engine.answer(form, moved, "grandparent", context())
    assert [item.shown for item in step.fallen] == ["几天"]
    assert step.question.ref == "/data/caregiver_capacity"


def test_the_childs_file_gets_what_changed():
    form = catalog.get("visit_checkin")
    step = engine.current(form, engine.begin(form, context()), context())
    while step.question:
        name = step.question.ref.removeprefix("/data/")
        if name in FINE:
            step = engine.answer(form, step.session, FINE[name], context())
        else:
            step = engine.skip(form, step.session, context())
    (update,) = engine.finish(form, step.session, context()).entities
    assert (update.list, update.id, update.update, update.create) == (
        "children",
        "c1",
        True,
        False,
    )
    assert update.values["lives_with"] == "grandparent"
    assert update.values["next_visit_date"] == "2026-12-20"


def test_a_persons_own_words_are_never_shown_again():
    form = catalog.get("visit_checkin")
    session = engine.begin(form, context())
    values = [v for k, v in FINE.items() if k not in ("actions_done", "next_visit_date")]
    for value in values:
        session = engine.answer(form, session, value, context()).session
    question = engine.current(form, session, context()).question
    assert question.sensitive
    step = engine.answer(form, session, "我想妈妈", context())
    shown = [i for i in engine.review(form, step.session, context()) if i.sensitive]
    assert [item.shown for item in shown] == ["✓（4）"]


def test_a_day_that_the_question_refuses_gives_way_to_one_that_it_takes():
    form = catalog.get("visit_checkin")
    known = engine.Context(now=datetime(2027, 1, 5, 9, 30, tzinfo=CHINA), params=context().params)
    session = engine.begin(form, known)
    session = engine.goto(form, session, "/data/next_visit_date", known).session
    last, this, before = "2026-12-31", "2027-12-31", "2025-12-31"
    assert engine.first_taken(form, session, (last, this), known) == this
    assert engine.first_taken(form, session, (this, last), known) == this
    assert engine.first_taken(form, session, (last, before), known) == last
    assert engine.answer(form, session, this, known).session.inputs
