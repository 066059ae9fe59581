"""Small counts are hidden and cannot be worked out from the total."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cases.statistics import THRESHOLD, share, suppress

counts = st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8)


@given(counts)
def test_no_count_of_one_to_four_is_shown_and_zero_stays(given_counts):
    shown = suppress(given_counts)
    assert all(count is None or count == 0 or count >= THRESHOLD for count in shown.values())
    assert all(shown[key] == 0 for key, count in given_counts.items() if count == 0)


@given(counts)
def test_a_single_hidden_count_never_stands_alone_beside_shown_ones(given_counts):
    shown = suppress(given_counts)
    hidden = [key for key, count in shown.items() if count is None]
    if len(hidden) == 1:
        assert all(count == 0 for key, count in shown.items() if key not in hidden)


def test_a_share_of_very_few_is_not_told():
    assert share(1, 4) is None
    assert share(2, 8) == 25
