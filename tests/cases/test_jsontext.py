"""JSON that is sealed and sent, whichever library writes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.jsontext import joined, patched, read, written


@pytest.mark.parametrize(
    "value",
    [
        {"text": "孩子在家\u200b<b>", "list": [1, 2.5, None, True]},
        {"number": 2**63 - 1, "below": -(2**63)},
        "\u202eمرحبا",
        [],
    ],
)
def test_what_was_written_is_read_again(value):
    assert read(written(value)) == value
    assert json.loads(written(value)) == value


@pytest.mark.parametrize("value", [{"number": 10**30}, {7: "a"}, {"pair": (1, 2)}])
def test_what_one_library_refuses_the_other_writes(value):
    assert json.loads(written(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize("value", [datetime(2026, 11, 30, tzinfo=UTC), {1, 2}, b"bytes"])
def test_what_is_no_json_is_refused(value):
    with pytest.raises(TypeError):
        written(value)


def test_half_a_character_is_refused():
    with pytest.raises(UnicodeEncodeError):
        written({"text": "\ud800"})


@pytest.mark.parametrize(
    ("whole", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_patch_is_laid_over_a_value_as_the_standard_says(whole, patch, expected):
    """The examples of RFC 7386."""
    before = json.dumps(whole)
    assert patched(whole, patch) == expected
    assert json.dumps(whole) == before


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from("abc"),
            st.dictionaries(st.sampled_from("xyz"), st.sampled_from([None, "1", "2"])),
        ),
        min_size=3,
        max_size=3,
    )
)
def test_two_patches_joined_do_what_both_do_one_after_the_other(values):
    start, first, second = values
    whole = patched({}, start)
    assert patched(patched(whole, first), second) == patched(whole, joined(first, second))
