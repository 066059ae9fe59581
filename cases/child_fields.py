"""What a child's file may hold (附件3-2), section by section; no value of any child stands here.

A field of the carer is named as forms save it (`caregiver_phone`), though the file keeps carers as
one value; `value_of` finds either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.id_numbers import read_id_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    Fields = Mapping[str, Any]

PARENTS = ("father", "mother")
GRANDPARENTS = (
    "grandfather",
    "grandmother",
    "maternal_grandfather",
    "maternal_grandmother",
)
CARER = {
    "caregiver_name": "name",
    "caregiver_relation": "relation",
    "caregiver_phone": "phone",
    "caregiver_birth_year": "birth_year",
    "caregiver_health": "health",
    "caregiver_id_no": "id_no",
}
"""Fields of the carer as forms and lists name them -> as `actual_caregiver` holds them."""
_OF_PARENT = ("status", "name", "phone", "work_place", "job", "id_no", "birth_date")

SECTIONS: dict[str, tuple[str, ...]] = {
    "basic": ("name", "sex", "ethnicity", "birth_date", "id_no", "child_types"),
    "home": ("hukou_registered", "hukou_address", "hukou_region", "current_address"),
    "health": (
        *("health", "disability_types", "disability_level", "disability_cert"),
        *("disability_cert_no", "illness", "illness_since"),
    ),
    "school": ("school_status", "school_name", "grade", "boarding"),
    "parents": (
        *(f"{parent}_{what}" for parent in PARENTS for what in _OF_PARENT),
        *("both_out", "one_out_other_unable", "left_behind"),
        *(f"{one}_{what}" for one in GRANDPARENTS for what in ("name", "birth_date")),
    ),
    "carer": tuple(CARER),
    "guardianship": (
        *("guardianship_quality", "guardianship_type", "improper_guardianship"),
        *("improper_note", "delegation_state", "delegation_reason"),
    ),
    "family": (
        *("family_type", "household_size", "siblings", "income_sources"),
        *("housing", "dangerous_house"),
    ),
    "aid": (
        *("aid_received", "aid_partial", "aid_unmet", "aid_ineligible"),
        *("bank_account", "photo"),
    ),
    "needs": ("needs", "focus_flag", "focus_reason", "focus_note", "remarks"),
}
"""The sections of a file, in the order in which it is read, and their fields."""

CODED = frozenset(
    {
        *("sex", "school_status", "school_state", "lives_with", "health", "caregiver_capacity"),
        *("delegation_state", "last_parent_contact", "documents_state", "money_state"),
        *("basic_needs", "guardianship_quality", "guardianship_type", "focus_flag"),
        *("hukou_registered", "risk_level", "mood", "delegate_relation", "last_visit_mode"),
        *("child_types", "boarding", "father_status", "mother_status", "hazards"),
        *("both_out", "one_out_other_unable", "left_behind"),
        *("disability_types", "disability_level", "disability_cert", "caregiver_health"),
        *("improper_guardianship", "family_type", "income_sources", "housing"),
        *("dangerous_house", "aid_received", "aid_partial", "aid_unmet", "aid_ineligible"),
        *("needs", "focus_reason"),
    }
)
"""Fields that hold words of a list; all others hold names, numbers or free text."""
TELLS_NOBODY = frozenset({"ethnicity", "household_size", "grade", "caregiver_birth_year"})
"""Fields of short words and numbers that many share; the others name somebody or tell a story."""
WORDS_AS = {f"aid_{state}": "aid_received" for state in ("partial", "unmet", "ineligible")}
"""Fields whose words are called as those of another field."""
ID_NUMBERS = frozenset(
    {"id_no", "caregiver_id_no", *(f"{parent}_id_no" for parent in PARENTS)},
)
"""Fields that hold a citizen's ID number (GB 11643)."""
WITHHELD = frozenset({"improper_guardianship", "improper_note", "focus_reason", "focus_note"})
"""Fields that may tell what a guardian is suspected of: no guardian is shown them.

Notice to a guardian is left out where it would hinder the duty (个人信息保护法 第三十五条).
"""
IN_SCHOOL = ("primary", "junior", "senior", "vocational", "college")
_ALWAYS = frozenset(
    {
        *("name", "sex", "ethnicity", "birth_date", "child_types", "hukou_registered"),
        *("current_address", "health", "school_status", "father_status", "mother_status"),
        *("guardianship_quality", "guardianship_type", "income_sources", "aid_received"),
        "needs",
    }
)
_GONE = ("dead", "declared")
_OUT_OF_REACH = (*_GONE, "missing", "lost", "unknown")


def is_name(field: str) -> bool:
    """Say whether a field holds a person's name."""
    return (field == "name" or field.endswith("_name")) and field != "school_name"


def is_number(field: str) -> bool:
    """Say whether a field holds a number that must not be seen whole: ID, certificate, account."""
    return field.endswith(("id_no", "cert_no")) or field == "bank_account"


def value_of(fields: Fields, field: str) -> Any:  # noqa: ANN401 values of many kinds
    """Return what a file holds of a field, also of its carer."""
    if field not in CARER:
        return fields.get(field)
    carer = fields.get("actual_caregiver") or {}
    if not isinstance(carer, dict):  # a carer who is known by name alone
        return str(carer) if field == "caregiver_name" else None
    return carer.get(CARER[field])


def is_empty(value: object) -> bool:
    """Say whether nothing stands there."""
    return value in (None, "", (), [], {})


def carer_age(fields: Fields, day: date) -> int | None:
    """Return how old the carer becomes this year: of the ID number, else of the year of birth."""
    number, year = (value_of(fields, f"caregiver_{name}") for name in ("id_no", "birth_year"))
    born = read_id_number(str(number)).born.year if number else int(year) if year else None
    return None if born is None else day.year - born


def gaps_of(fields: Fields) -> tuple[str, ...]:
    """Return the wanted fields that are empty.

    Some are wanted always, others under the conditions of the national screening form of 2016
    (a certificate only of the disabled, …).
    """
    wanted = _ALWAYS | {name for when, names in _WANTED for name in names if when(fields)}
    wanted |= {name for parent in PARENTS for name in _wanted_of_parent(fields, parent)}
    nobody = is_empty(fields.get("actual_caregiver"))
    wanted |= {"actual_caregiver"} if nobody else _wanted_of_carer(fields)
    order = (*(name for names in SECTIONS.values() for name in names), "actual_caregiver")
    return tuple(name for name in order if name in wanted and is_empty(value_of(fields, name)))


def _is(field: str, *words: str) -> Callable[[Fields], bool]:
    """Return what says whether a file holds one of these words in a field."""
    return lambda fields: not set(words).isdisjoint(words_of(fields.get(field) or ""))


_WANTED: tuple[tuple[Callable[[Fields], bool], tuple[str, ...]], ...] = (
    (lambda fields: fields.get("hukou_registered") != "no", ("id_no", "hukou_address")),
    (_is("health", "disabled"), ("disability_types", "disability_level", "disability_cert")),
    (_is("disability_cert", "yes"), ("disability_cert_no",)),
    (_is("health", "ill", "chronic"), ("illness", "illness_since")),
    (_is("school_status", *IN_SCHOOL, "kindergarten"), ("school_name",)),
    (_is("school_status", *IN_SCHOOL), ("grade", "boarding")),
    (_is("child_types", "poor_guardianship"), ("improper_guardianship",)),
    (_is("delegation_state", "none"), ("delegation_reason",)),
    (_is("focus_flag", "yes"), ("focus_reason",)),
)


def _wanted_of_parent(fields: Fields, parent: str) -> set[str]:
    status = fields.get(f"{parent}_status")
    if not status or status == "unknown":
        return set()
    wanted = {"name"} | (set() if status in _GONE else {"id_no", "birth_date"})
    if status not in _OUT_OF_REACH:
        wanted |= {"phone", "job"}
    if status == "away":
        wanted |= {"work_place"}
    return {f"{parent}_{what}" for what in wanted}


def _wanted_of_carer(fields: Fields) -> set[str]:
    relation = value_of(fields, "caregiver_relation")
    if relation == "nobody":
        return set()
    wanted = {"caregiver_name", "caregiver_relation", "caregiver_phone"}
    if relation != "institution":
        wanted |= {"caregiver_health", "caregiver_id_no"}
        # of an ID number the age is known
        wanted |= set() if value_of(fields, "caregiver_id_no") else {"caregiver_birth_year"}
    return wanted


def aid_states(fields: Fields) -> list[tuple[str, str]]:
    """Return each kind of help a family gets or might get, with how far it is covered.

    The states are `full`, `partial`, `unmet` (fits, not yet covered) and `ineligible`.
    """
    partial = _words(fields, "aid_partial")
    states = [
        (aid, "partial" if aid in partial else "full")
        for aid in _words(fields, "aid_received")
        if aid != "none"
    ]
    for state in ("unmet", "ineligible"):
        states += [(aid, state) for aid in _words(fields, f"aid_{state}") if aid != "none"]
    return states


def _words(fields: Fields, name: str) -> list[str]:
    return words_of(fields.get(name) or "")


def words_of(value: object) -> list[str]:
    """Return the chosen words of a coded field, however they are kept."""
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list | tuple):
        return [str(word) for word in value]
    return str(value).split()


def tidy_numbers(fields: dict[str, Any]) -> dict[str, Any]:
    """Check every ID number in new values; a parent's states their date of birth as well.

    Raises:
        InputError: With a sentence that says what is wrong with a number.
    """
    tidy = dict(fields)
    for name in ID_NUMBERS & tidy.keys():
        if tidy[name]:
            tidy[name] = read_id_number(str(tidy[name])).number
    for parent in PARENTS:
        if number := tidy.get(f"{parent}_id_no"):
            tidy[f"{parent}_birth_date"] = read_id_number(number).born.isoformat()
    carer = tidy.get("actual_caregiver")
    if isinstance(carer, dict) and carer.get("id_no"):
        number = read_id_number(str(carer["id_no"])).number
        tidy["actual_caregiver"] = {**carer, "id_no": number}
    return tidy
