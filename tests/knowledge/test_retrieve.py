"""The order of articles: meaning first, and what the words and the law add to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import querymap
from knowledge.lexical import LexicalIndex
from knowledge.retrieve import Laws, Ranker, law_of
from knowledge.segment import terms

TEXTS = (
    "民法典 父母对未成年子女有抚养的义务，不履行的，子女有权要求给付抚养费。",
    "民法典 收养应当向县级民政部门登记。",
    "刑法 对未成年人负有监护职责的人虐待的，从重处罚。",
    "道路交通安全法 机动车行经人行横道应当减速行驶。",
)


def test_a_text_that_holds_all_of_a_question_is_covered_and_length_does_not_count():
    index = LexicalIndex(TEXTS)
    shares = index.coverage(terms("抚养费"))
    assert shares.argmax() == 0
    assert shares[3] == 0
    assert index.coverage(terms("机动车减速"))[3] == pytest.approx(1.0)
    longer = LexicalIndex([f"{TEXTS[0]}{'另有规定的除外。' * 40}", *TEXTS[1:]])
    assert longer.coverage(terms("抚养费"))[0] == pytest.approx(shares[0], abs=1e-6)
    assert not index.coverage(terms("zzz")).any()


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.floats(-1, 1, width=32)), min_size=1, max_size=30
    )
)
def test_every_passage_gets_the_best_score_of_its_law(rows):
    laws = Laws.of([law for law, _ in rows])
    best = laws.best(np.array([score for _, score in rows], dtype=np.float32))
    for place, (law, _) in enumerate(rows):
        assert best[place] == max(np.float32(score) for name, score in rows if name == law)


def test_a_law_that_people_ask_of_stands_before_one_that_nobody_asks_of():
    laws = Laws.of([law_of(text) for text in TEXTS])
    odds = laws.asked({"民法典": 40.0, "刑法": 2.0})
    assert odds[0] == odds[1] > odds[2] > odds[3]
    assert (laws.asked({}) <= 0).all()


def test_where_meaning_is_equal_words_decide_and_a_map_survives_its_file():
    vectors = np.ones((len(TEXTS), 8), dtype=np.float32)
    vectors += np.random.default_rng(0).normal(0, 1e-3, vectors.shape).astype(np.float32)
    laws = [law_of(text) for text in TEXTS]
    turn = querymap.learn("m", vectors[:2], vectors, [[0], [1, 2]], laws)
    assert dict(turn.asked) == {"民法典": 1.5, "刑法": 0.5}
    again = querymap.QueryMap.parse(turn.dump())
    assert dict(again.asked) == dict(turn.asked)
    ranker = Ranker.over(TEXTS, np.zeros_like(vectors) + 1, again)
    assert ranker.rank("机动车行经人行横道要减速吗", vectors[0], 1) == [3]
