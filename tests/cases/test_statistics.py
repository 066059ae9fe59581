"""Small counts are hidden and cannot be worked out from the total."""

from __future__ import annotations

import pytest
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


@given(st.integers(0, 300), st.integers(0, 300))
def test_no_share_can_be_worked_back_to_one_to_four(one, other):
    part, whole = sorted((one, other))
    told = share(part, whole)
    if told is None:
        return
    could_be = [count for count in range(whole + 1) if round(100 * count / whole) == told]
    assert part in could_be
    for counts in (could_be, [whole - count for count in could_be]):
        assert any(count == 0 or count >= THRESHOLD for count in counts)


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (1, 4, None),  # too few to be counted at all
        (2, 8, None),  # 25 % of 8 are two
        (1, 24, None),
        (23, 24, None),  # the one that is left
        (0, 24, 0),
        (24, 24, 100),
        (18, 24, 75),
        (1, 1000, 0),  # may be none, may be five
        (10, 1000, 1),  # may be more than four
    ],
)
def test_a_share_that_tells_of_very_few_is_hidden(part, whole, told):
    assert share(part, whole) == told
