"""How the fields of a child's file are named and shown; words come from the locale files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.child_fields import CARER, CODED, ID_NUMBERS, WORDS_AS, value_of, words_of
from cases.id_numbers import read_id_number
from cases.papers import Printing, file_words
from handlers.form_page import FILED
from handlers.speech import speak
from kernel.errors import InputError, MissingError
from kernel.phrases import called, say

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from handlers.room import Room
    from kernel.phrases import Phrase, Speak

YES_OR_NO = frozenset({"focus_flag"})
"""Coded fields whose words forms write as yes and no."""
OURS = {"child_name": "name"}
"""Properties that the form's standard does not let bear the name the file uses."""
ALIASES = frozenset({*OURS, *CARER, "region_code"})
"""Properties of forms that the file keeps under another name."""
DAYS = frozenset({"last_visit_date", "next_visit_date", "delegation_until", "disability_since"})
"""Fields that hold a day on which something is due; it says nothing of the child."""

YES_NO = frozenset(
    {
        "same_home",
        "child_asked",
        "delegate_consents",
        "school_told",
        "village_told",
        "past_offence",
        "addiction",
        "refused_duty",
        "otherwise_unfit",
    }
)
"""Words of a matter that are answered with yes or no."""


def field_name(room: Room, name: str) -> str:
    """Return what a field is called; its own name where no word is known."""
    return called(f"field-{name}", room.speak, name)


def event_name(room: Room, kind: str) -> str:
    """Return what a line of a timeline is called: forms of the programme's own by their title."""
    if named := called(f"event-{kind}", room.speak):
        return named
    try:
        return room.services.form(kind).title
    except MissingError:
        return room.speak(say("event-other"))


def shown_value(room: Room, name: str, value: object) -> str:
    """Return a value as the chat may show it: words of a list, people masked, stories counted."""
    if value is None or value in ("", [], False):
        return room.speak(say("child-empty"))
    if name in DAYS:
        return str(value)
    if str(value).startswith(FILED):
        return room.speak(say("form-file-kept"))
    if name not in CODED:
        masker = room.services.masker
        return file_words(
            name, value, Printing(maker="", day=room.today, speak=room.speak, masker=masker)
        )
    return "、".join(_word(room, name, word) for word in words_of(value))


def kept_as(name: str) -> str:
    """Return the field that a file keeps a property under."""
    return "actual_caregiver" if name in CARER else OURS.get(name, name)


def in_file(fields: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 values of many kinds
    """Return what a file holds of a property, as forms name it."""
    return value_of(fields, OURS.get(name, name))


def refused(name: str, value: str) -> Phrase | None:
    """Say why a property cannot be what was answered: an ID number is checked as it is typed."""
    if name not in ID_NUMBERS:
        return None
    try:
        read_id_number(value)
    except InputError as error:
        return error.reply
    return None


def misfit(name: str, values: Collection[str]) -> Phrase | None:
    """Say why a form's property, or words it saves to one, are none of a child's file.

    Args:
        name: The property, as a form's `save_to` names it.
        values: What its question offers; empty where anything may be said.
    """
    if name not in ALIASES and not called(f"field-{name}", speak):
        return say("forms-note-property", name=name)
    key = WORDS_AS.get(name, name)
    strange = [v for v in values if not called(f"value-{key}-{v}", speak)] if name in CODED else []
    if not strange or name in YES_OR_NO:
        return None
    return say("forms-note-value", name=name, values="、".join(strange))


def word_of(speak: Speak, name: str, word: str) -> str:
    """Return what a chosen word of a field is called; nothing where it has no name."""
    yes_or_no = called(f"value-yn-{word}", speak) if name in YES_NO else ""
    return called(f"value-{WORDS_AS.get(name, name)}-{word}", speak, yes_or_no)


def _word(room: Room, name: str, word: str) -> str:
    return word_of(room.speak, name, word) or word
