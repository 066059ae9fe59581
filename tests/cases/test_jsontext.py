"""JSON that is sealed and sent, whichever library writes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from cases.jsontext import read, written


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
