"""The vector cache is shared by processes and survives a torn record."""

from __future__ import annotations

import numpy as np

from knowledge.embedding import CachedEmbedder


class Counting:
    """Embeds by the length of a text, and counts what it is asked."""

    name = "counting"
    dimensions = 4

    def __init__(self):
        self.asked = []

    def embed(self, texts, side):
        self.asked += texts
        return np.array([[len(text), 1, 2, 3] for text in texts], dtype=np.float32)


def test_a_torn_last_record_is_dropped_when_the_next_is_written(tmp_path):
    path = tmp_path / "vectors.bin"
    CachedEmbedder(Counting(), path).embed(["one", "three"], "passage")
    path.write_bytes(path.read_bytes()[:-3])
    inner = Counting()
    CachedEmbedder(inner, path).embed(["one", "three", "fourth"], "passage")
    assert inner.asked == ["three", "fourth"]
    again = Counting()
    found = CachedEmbedder(again, path).embed(["one", "three", "fourth"], "passage")
    assert again.asked == []
    assert found[:, 0].tolist() == [3, 5, 6]


def test_two_writers_keep_both_their_records(tmp_path):
    path = tmp_path / "vectors.bin"
    first, second = CachedEmbedder(Counting(), path), CachedEmbedder(Counting(), path)
    first.embed(["a"], "passage")
    second.embed(["bb"], "passage")
    first.embed(["ccc"], "passage")
    inner = Counting()
    CachedEmbedder(inner, path).embed(["a", "bb", "ccc"], "passage")
    assert inner.asked == []
