"""Sentences that danger is learned from."""

from __future__ import annotations

from knowledge import variants


def test_the_same_sentences_are_made_every_time_and_none_twice():
    made = variants.sentences()
    assert made == variants.sentences()
    for danger in (True, False):
        lines = [line for line, wanted in made if wanted is danger]
        assert len(set(lines)) == len(lines)


def test_no_place_stays_open_and_harm_and_ordinary_days_share_their_words():
    made = variants.sentences()
    assert not [line for line, _ in made if "{" in line]
    harm = "".join(line for line, danger in made if danger)
    calm = "".join(line for line, danger in made if not danger)
    for word in ("皮带", "后妈", "小孩", "脖子"):
        assert word in harm
        assert word in calm


def test_nobody_is_both_in_danger_and_not():
    made = variants.sentences()
    assert {line for line, danger in made if danger}.isdisjoint(
        line for line, danger in made if not danger
    )
