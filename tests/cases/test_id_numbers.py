"""ID numbers: the check digit and what the number states."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.id_numbers import check_digit, read_id_number
from kernel.errors import InputError

BODY = "99010120180215001"
GOOD = BODY + check_digit(BODY)


def test_a_good_number_states_birth_and_sex():
    facts = read_id_number(f" {GOOD[:6]} {GOOD[6:14]} {GOOD[14:].lower()} ")
    assert facts.number == GOOD
    assert facts.born == date(2018, 2, 15)
    assert facts.sex == "male"


def test_the_check_digit_is_that_of_the_standard():
    assert check_digit("11010519491231002") == "X"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("", "cases-id-length"),
        (GOOD[:-1], "cases-id-length"),
        ("九" * 18, "cases-id-length"),
        ("990101201802300010", "cases-id-date"),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(number, key):
    with pytest.raises(InputError) as refused:
        read_id_number(number)
    assert refused.value.reply.key == key


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(place, shift):
    digit = str((int(GOOD[place]) + shift) % 10)
    with pytest.raises(InputError):
        read_id_number(GOOD[:place] + digit + GOOD[place + 1 :])
