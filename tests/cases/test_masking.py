"""The renderer: what of a person may stand in a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.masking import Masker, Mode, mask_name, without_numbers
from kernel.phrases import say

MASKED, CODED, FULL = (Masker(mode) for mode in Mode)
names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


def test_a_child_is_named_as_the_mode_allows():
    assert MASKED.child_label("陈小明", 8, "C-0012") == "陈*明 8岁"
    assert CODED.child_label("陈小明", 8, "C-0012") == "#C-0012 8岁"
    assert FULL.child_label("陈小明", 8, "C-0012") == "陈小明 8岁"
    assert MASKED.child_label("陈小明", None, "C-0012") == "陈*明"
    assert MASKED.child_label("", 8, "C-0012") == "#C-0012 8岁"
    assert Masker(language="en").child_label("陈小明", 8, "C-0012") == "陈*明, 8"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("陈", "*"), ("陈明", "陈*"), ("欧阳娜娜", "欧**娜"), ("古丽巴哈尔汗", "古***汗")],
)
def test_masked_names_keep_their_ends(name, masked):
    assert mask_name(name) == masked


@given(names)
def test_no_masked_name_tells_the_whole(name):
    for masker in (MASKED, CODED):
        assert name not in masker.child_label(name, 8, "C-1")
        assert name not in masker.person_name(name, "P-1")


@given(st.text("0123456789", min_size=5, max_size=18))
def test_numbers_are_never_shown_whole_unless_in_full(number):
    for masker in (MASKED, CODED):
        assert number not in masker.phone(number)
        assert number not in masker.id_number(number)
    assert FULL.phone(number) == number


@given(st.text(min_size=1))
def test_free_text_is_only_counted_unless_in_full(text):
    assert MASKED.free_text(text) == say("cases-text-kept", count=len(text))
    assert CODED.free_text(text) == say("cases-text-kept", count=len(text))
    assert FULL.free_text(text) == text


def test_of_a_file_what_tells_nobody_is_shown_and_the_rest_masked():
    shown = {
        "name": "陈*明",
        "father_name": "陈*山",
        "ethnicity": "彝族",
        "household_size": "5",
        "birth_date": "2018",
        "id_no": "******19",
        "caregiver_phone": "199****01",
    }
    given = {
        "name": "陈小明",
        "father_name": "陈远山",
        "ethnicity": "彝族",
        "household_size": "5",
        "birth_date": "2018-03-12",
        "id_no": "990101201803120019",
        "caregiver_phone": "19900001001",
    }
    for field, text in given.items():
        assert MASKED.field(field, text) == shown[field]
        assert text not in str(CODED.field(field, text))
        assert FULL.field(field, text) == text
    for field in ("current_address", "school_name", "illness", "father_work_place"):
        assert MASKED.field(field, "柳湾村三组") == say("cases-text-kept", count=5)


def test_long_numbers_are_blotted_out_of_text():
    assert without_numbers("电话13800001111，身份证99010120180101001X") == "电话****，身份证****"


def test_coded_shows_neither_place_nor_worker():
    assert CODED.area_name("柳湾村", "990101101201") == "990101101201"
    assert CODED.worker_name("周东方") == "*"
    assert MASKED.worker_name("周东方") == "周东方"
