"""What a child's file may hold (附件3-2): what is missing, how far help goes, what numbers fit."""

from __future__ import annotations

from datetime import date

import pytest

from cases.child_fields import (
    CARER,
    CODED,
    SECTIONS,
    aid_states,
    carer_age,
    gaps_of,
    tidy_numbers,
    value_of,
)
from cases.id_numbers import check_digit
from forms import catalog
from handlers.fields import OURS
from kernel.errors import InputError

BODY = "99010119800215001"
ID_NO = BODY + check_digit(BODY)
FULL = {
    "name": "陈小明",
    "sex": "male",
    "ethnicity": "汉族",
    "birth_date": "2018-02-15",
    "id_no": "x",
    "child_types": ["left_behind"],
    "hukou_registered": "yes",
    "hukou_address": "柳湾村",
    "current_address": "柳湾村",
    "health": "healthy",
    "school_status": "preschool",
    "father_status": "dead",
    "father_name": "陈远山",
    "mother_status": "unknown",
    "actual_caregiver": {
        "name": "陈守田",
        "relation": "grandparent",
        "phone": "1",
        "health": "weak",
        "id_no": ID_NO,
    },
    "guardianship_quality": "fair",
    "guardianship_type": "fair",
    "income_sources": "labour",
    "aid_received": "none",
    "needs": "living",
    "focus_flag": False,
}


def test_a_whole_file_has_no_gaps():
    assert gaps_of(FULL) == ()


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        ({"ethnicity": ""}, ("ethnicity",)),
        ({"hukou_registered": "no", "id_no": "", "hukou_address": ""}, ()),
        ({"health": "disabled"}, ("disability_types", "disability_level", "disability_cert")),
        ({"health": "chronic"}, ("illness", "illness_since")),
        ({"school_status": "primary"}, ("school_name", "grade", "boarding")),
        ({"school_status": "kindergarten"}, ("school_name",)),
        ({"mother_status": "lost"}, ("mother_name", "mother_id_no", "mother_birth_date")),
        (
            {"mother_status": "away", "mother_name": "王秋", "mother_id_no": ID_NO},
            ("mother_phone", "mother_work_place", "mother_job", "mother_birth_date"),
        ),
        ({"actual_caregiver": {}}, ("actual_caregiver",)),
        ({"actual_caregiver": {"relation": "nobody"}}, ()),
        ({"actual_caregiver": {"name": "院", "relation": "institution", "phone": "1"}}, ()),
        ({"child_types": ["poor_guardianship"]}, ("improper_guardianship",)),
        ({"delegation_state": "none"}, ("delegation_reason",)),
        ({"focus_flag": True}, ("focus_reason",)),
    ],
)
def test_a_gap_is_what_is_wanted_of_this_very_child(changes, gaps):
    assert gaps_of({**FULL, **changes}) == gaps


def test_without_an_id_number_the_year_of_birth_is_wanted_and_tells_the_age():
    carer = {"name": "陈守田", "relation": "grandparent", "phone": "1", "health": "weak"}
    file = {**FULL, "actual_caregiver": carer}
    assert gaps_of(file) == ("caregiver_birth_year", "caregiver_id_no")
    day = date(2026, 11, 23)
    assert carer_age(file, day) is None
    assert carer_age({**file, "actual_caregiver": {**carer, "birth_year": "1958"}}, day) == 68
    assert carer_age(FULL, day) == 46


def test_help_is_told_with_how_far_it_goes():
    file = {
        "aid_received": "dibao medical",
        "aid_partial": "medical",
        "aid_unmet": "housing",
        "aid_ineligible": "tekun",
    }
    assert aid_states(file) == [
        ("dibao", "full"),
        ("medical", "partial"),
        ("housing", "unmet"),
        ("tekun", "ineligible"),
    ]
    assert aid_states({"aid_received": "none"}) == []


def test_the_id_number_of_a_parent_states_the_birth_date_too():
    tidy = tidy_numbers({"father_id_no": ID_NO, "actual_caregiver": {"id_no": f" {ID_NO}"}})
    assert tidy["father_birth_date"] == "1980-02-15"
    assert tidy["actual_caregiver"] == {"id_no": ID_NO}


@pytest.mark.parametrize(
    "fields",
    [
        {"mother_id_no": ID_NO[:-1] + ("1" if ID_NO[-1] != "1" else "2")},
        {"actual_caregiver": {"id_no": "990101198013150018"}},
    ],
)
def test_a_number_that_is_none_is_refused_whosever_it_is(fields):
    with pytest.raises(InputError):
        tidy_numbers(fields)


def test_a_carer_known_by_name_alone_is_found():
    file = {"actual_caregiver": "陈守田"}
    assert [value_of(file, name) for name in CARER] == ["陈守田", None, None, None, None, None]


@pytest.mark.parametrize("name", ["new_child", "file_change"])
def test_every_field_of_the_file_can_be_asked(name):
    model = catalog.get(name).model
    saved = {OURS.get(d.bind.save_to, d.bind.save_to) for d in model.defs if d.bind.save_to}
    known = {field for fields in SECTIONS.values() for field in fields}
    # a new child's division is the village itself; account and photo are for applications only
    never = {
        "new_child": {"hukou_region", "bank_account", "photo", "focus_note", "remarks"},
        "file_change": {"remarks"},
    }
    assert known - saved == never[name]
    assert saved - known <= {"region_code"}
    assert known >= {"sex", "needs"} & CODED
