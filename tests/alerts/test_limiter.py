from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.limiter import Pace, Pacer
from cases.db.outbox import BULK, EMERGENCY, PROMPT


class Watch:
    def __init__(self) -> None:
        self.second = 100.0

    def __call__(self) -> float:
        return self.second


def pacer(**pace: float) -> tuple[Pacer, Watch]:
    watch = Watch()
    return Pacer(Pace(**pace), watch), watch


def test_a_chat_bears_a_small_burst_and_then_one_a_second():
    pace, watch = pacer()
    assert [pace.take("1", PROMPT) for _ in range(4)] == [True, True, True, False]
    watch.second += 1.0
    assert [pace.take("1", PROMPT) for _ in range(2)] == [True, False]
    assert "1" in pace.busy()
    assert pace.take("2", PROMPT)


def test_an_emergency_passes_where_a_chat_is_full():
    pace, _ = pacer()
    while pace.take("1", PROMPT):
        pass
    assert pace.take("1", EMERGENCY)


def test_a_chat_is_shut_when_even_the_credit_of_emergencies_is_used_up():
    pace, watch = pacer()
    while pace.take("1", EMERGENCY):
        assert "1" not in pace.shut() or pace.wait("1", EMERGENCY) > 0
    assert pace.shut() == {"1"}
    watch.second += 1.0
    assert pace.shut() == frozenset()


def test_an_emergency_passes_where_the_budget_is_full():
    pace, _ = pacer()
    assert sum(pace.take(str(n), PROMPT) for n in range(100)) <= 20
    assert sum(pace.take(str(n), EMERGENCY) for n in range(200, 300)) >= 10


def test_broadcasts_take_at_most_half_of_the_budget():
    pace, watch = pacer()
    sent = 0
    for step in range(1000):
        watch.second += 0.01
        sent += pace.take(str(step), BULK)
    assert 140 <= sent <= 170


def test_replies_in_dialogues_keep_their_reserve():
    pace, watch = pacer()
    sent = 0
    for step in range(2000):
        watch.second += 0.01
        sent += pace.take(str(step), PROMPT)
    assert sent <= 20 + 20 * 20


def test_a_429_halts_one_chat_only_and_even_an_emergency_obeys_it():
    pace, watch = pacer()
    pace.halt("1", 5)
    assert not pace.take("1", EMERGENCY)
    assert pace.wait("1", EMERGENCY) == 5
    assert pace.take("2", PROMPT)
    watch.second += 5
    assert pace.take("1", EMERGENCY)


def test_workers_share_the_budget():
    pace, watch = pacer()
    pace.share_with(3)
    sent = 0
    for step in range(1000):
        watch.second += 0.01
        sent += pace.take(str(step), EMERGENCY)
    assert sent <= 30 + 10 * 10


@given(
    st.lists(
        st.tuples(
            st.floats(0, 0.5), st.integers(0, 5), st.sampled_from([EMERGENCY, PROMPT, BULK])
        ),
        max_size=300,
    )
)
def test_no_second_ever_sees_more_than_the_budget(steps: list[tuple[float, int, int]]):
    pace, watch = pacer()
    sent: list[float] = []
    for wait, chat, lane in steps:
        watch.second += wait
        if pace.take(str(chat), lane):
            sent.append(watch.second)
    for moment in sent:
        assert sum(moment <= other < moment + 1 for other in sent) <= 60
