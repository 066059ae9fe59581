from __future__ import annotations

from datetime import datetime

import pytest

from forms import catalog, engine
from forms.play import play
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
CHILDREN = [{"name": "c1", "label": "陈*明 8岁"}, {"name": "unknown", "label": "不认识"}]
AREAS = [{"name": "430121", "label": "某县"}]
CODES = [*(f"A{n}" for n in range(1, 7)), *(f"N{n}" for n in range(1, 10))]


def context(**params: str) -> engine.Context:
    return engine.Context(now=NOW, params=params, lists={"children": CHILDREN, "areas": AREAS})


def reported(params: dict[str, str] | None = None, **answers: str) -> dict[str, str]:
    form = catalog.get("emergency_report")
    table = {f"/data/{name}".replace("__", "/"): value for name, value in answers.items()}
    played = play(form, table, context(**(params or {})))
    asked = [question["ref"] for question in played["asked"]]
    values = {ref.rpartition("/")[2]: value for ref, value in played["values"].items()}
    return {**values, "asked": " ".join(asked)}


@pytest.mark.parametrize("code", CODES)
def test_three_answers_make_the_alert_ready(code):
    form = catalog.get("emergency_report")
    session = engine.begin(form, context())
    for value in ("unknown", code, "c1"):
        values = engine.values(form, session, context())
        assert values["/data/alert_ready"] == "no"
        session = engine.answer(form, session, value, context()).session
    values = engine.values(form, session, context())
    assert values["/data/alert_ready"] == "yes"
    assert values["/data/severity"] in ("P0", "P1")
    assert "police" in values["/data/notify"]


def test_no_answer_after_the_first_three_is_required():
    form = catalog.get("emergency_report")
    session = engine.begin(form, context())
    for value in ("unsafe", "A5", "c1"):
        session = engine.answer(form, session, value, context()).session
    step = engine.current(form, session, context())
    while step.question:
        assert not step.question.required
        step = engine.skip(form, step.session, context())
    assert engine.finish(form, step.session, context()).values["/data/severity"] == "P0"


@pytest.mark.parametrize("code", ["N1", "N2", "N3"])
def test_a_child_of_sexual_violence_is_never_asked_about_details(code):
    values = reported(safe_now="safe", situation=code, child="c1")
    for name in ("hurt", "verbatim", "photo", "more"):
        assert f"/data/details/{name}" not in values["asked"].split()
    assert values["hide_from_village"] == "yes"
    assert values["call_120"] == "yes"
    assert "county" in values["notify"].split()


@pytest.mark.parametrize("code", ["A1", "A3", "A4", "N6"])
def test_a_child_without_care_tonight_goes_to_the_rescue_agency(code):
    values = reported(safe_now="safe", situation=code, child="c1")
    assert values["shelter"] == "yes"
    assert {"police", "township", "rescue_agency"} <= set(values["notify"].split())


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        ({"safe_now": "unsafe", "situation": "A1"}, "P0"),
        ({"safe_now": "unknown", "situation": "A1"}, "P1"),
        ({"safe_now": "safe", "situation": "A1"}, "P1"),
        ({"safe_now": "safe", "situation": "N5"}, "P0"),
        ({"safe_now": "safe", "situation": "N4", "details__conscious": "no"}, "P0"),
        ({"safe_now": "safe", "situation": "N4", "details__hurt": "yes"}, "P0"),
        ({"safe_now": "safe", "situation": "other"}, "P2"),
        ({"safe_now": "unknown", "situation": "other"}, "P1"),
    ],
)
def test_the_highest_severity_counts(answers, severity):
    assert reported(child="c1", **answers)["severity"] == severity


def test_a_suspected_worker_is_skipped_and_the_county_told():
    values = reported(
        safe_now="safe", situation="A6", child="c1", details__suspect_relation="supervisor"
    )
    assert values["suspect_is_worker"] == "yes"
    assert values["skip_roles"] == "child_supervisor"
    assert "supervisor" not in values["notify"].split()
    assert "county" in values["notify"].split()


def test_harm_by_school_staff_reaches_education():
    values = reported(
        safe_now="safe", situation="A6", child="c1", details__suspect_relation="teacher"
    )
    assert "education" in values["notify"].split()


def test_a_guardian_is_asked_for_the_place_not_for_a_child():
    values = reported(
        {"reporter_role": "guardian"}, safe_now="unsafe", situation="A2", area="430121"
    )
    assert "/data/child" not in values["asked"].split()
    assert values["alert_ready"] == "yes"


def test_without_any_list_the_place_is_written():
    form = catalog.get("emergency_report")
    bare = engine.Context(now=NOW)
    session = engine.begin(form, bare)
    for value in ("unsafe", "A2", "桥头村小卖部"):
        session = engine.answer(form, session, value, bare).session
    assert engine.values(form, session, bare)["/data/alert_ready"] == "yes"


def test_a_known_child_needs_two_answers():
    form = catalog.get("emergency_report")
    known = context(child_known="c1")
    session = engine.begin(form, known)
    for value in ("unsafe", "A5"):
        session = engine.answer(form, session, value, known).session
    values = engine.values(form, session, known)
    assert (values["/data/alert_ready"], values["/data/child_id"]) == ("yes", "c1")


def test_every_rule_names_its_source():
    form = catalog.get("emergency_report")
    rules = {d.path for d in form.model.defs if d.bind.calculate and "meta" not in d.path}
    assert rules <= set(form.source_rows)
