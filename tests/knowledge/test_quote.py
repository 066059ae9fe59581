"""The sentence that is quoted: verbatim, to the point, and never a mere heading."""

from __future__ import annotations

import pytest

from knowledge.quote import key_sentence, sentences
from knowledge.store import shipped

DEPARTMENTS = next(c for d in shipped() for c in d.clauses if c.clause == "四-(三)")


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("不把娃送学校会咋样", "教育部门"),
        ("公安在这里头要做啥", "公安部门"),
        ("娃有残疾，能免费康复不", "残联组织"),
        ("娃没上户口找谁", "公安部门"),
        ("请不起律师", "司法行政部门"),
    ],
)
def test_the_sentence_of_the_right_office_is_quoted(question, begins):
    assert key_sentence(DEPARTMENTS, question).startswith(begins)


@pytest.mark.parametrize("question", ["扶贫办要干什么", "？？", "xyz", ""])
def test_a_heading_is_never_the_answer(question):
    quote = key_sentence(DEPARTMENTS, question)
    assert quote in sentences(DEPARTMENTS.text)
    assert quote != "密切部门协作。"


def test_a_hint_chooses_where_the_question_says_too_little():
    assert key_sentence(DEPARTMENTS, "能不能免", "教育部门强化教育资助").startswith("教育部门")
