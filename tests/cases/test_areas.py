"""Division codes: levels, prefixes and ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.areas import Level, at_level, level_of, parse_code, prefix, span, within
from kernel.errors import InputError

CODES = {
    "990000000000": Level.PROVINCE,
    "990100000000": Level.CITY,
    "990101000000": Level.COUNTY,
    "990101101000": Level.TOWNSHIP,
    "990101101201": Level.VILLAGE,
}


@pytest.mark.parametrize(("code", "level"), CODES.items())
def test_a_code_says_its_level(code, level):
    assert level_of(code) is level
    assert prefix(code) == code[:level]
    assert parse_code(code[:level]) == code


@pytest.mark.parametrize("text", ["", "99010", "9901011012011", "99010110120x", "９９"])
def test_what_is_no_code_is_refused_with_a_sentence(text):
    with pytest.raises(InputError) as refused:
        parse_code(text)
    assert refused.value.reply.key == "cases-area-code"


@given(st.sampled_from(sorted(CODES)), st.text("0123456789", min_size=12, max_size=12))
def test_the_range_of_a_division_holds_what_lies_within(scope, code):
    low, high = span(scope)
    assert (low <= code < high) == within(code, scope)


def test_an_empty_code_lies_nowhere():
    assert not within("", "990101000000")
    assert not within("990101101201", "")


def test_the_township_of_a_village_is_found_in_its_code():
    assert at_level("990101101201", Level.TOWNSHIP) == "990101101000"
