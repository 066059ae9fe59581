"""Numbers as people write them."""

from __future__ import annotations

import pytest

from forms.numerals import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三天", 3),
        ("二十五", 25),
        ("一百零五", 105),
        ("一千二", 1200),
        ("三点五", 3.5),
        ("三十六度五", 36.5),
        ("36度5", 36.5),
        ("1,200块", 1200),
        ("12,345", 12345),
        ("半天", 0.5),
        ("俩", 2),
        ("二〇二六", 2026),
    ],
)
def test_a_number_is_read_as_it_is_meant(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize(
    "text",
    ["五六个", "七八天", "两三次", "三五个", "十五六个", "二三十", "三四百", "十几个", "十来个"],
)
def test_what_names_no_one_number_is_no_number(text):
    assert number_in(text) is None
