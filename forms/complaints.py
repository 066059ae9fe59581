"""Says pyxform's complaints in plain words, each in its cell; it judges nothing itself."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from forms.errors import Problem
from forms.places import place_of
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forms.convert import Sheets


class _Words(NamedTuple):
    """How a complaint is said, and where it stands.

    Args:
        key: Of the sentence; none for what is no matter in a chat.
        needle: Text of the cell that is meant, where the complaint names no row.
        row: The row, where it is always the same.
    """

    key: str = ""
    column: str = ""
    sheet: str = "survey"
    needle: str = ""
    row: int = 0


_PARAMETERS = "parameters"
_TICKS = _Words("forms-py-ticks", _PARAMETERS)
_PLACE = _Words("forms-py-place", _PARAMETERS, needle="=")
_NAME_OF_ENTITY = _Words("forms-py-entity-name")
_SCOPE = _Words("forms-py-entity-scope", "list_name", "entities")
_LOG = _Words("forms-py-log", _PARAMETERS, needle="{name}")
_APP = _Words("forms-py-app", _PARAMETERS)

_CODES = {
    "ENTITY_001": _Words("forms-py-entity-none", "save_to"),
    "ENTITY_002": _Words("forms-py-entity-property-twice", "save_to"),
    "ENTITY_003": _Words("forms-py-entity-group", "save_to"),
    "ENTITY_004": _Words("forms-py-entity-list", "save_to"),
    "ENTITY_005": _Words("forms-py-entity-label", "label", "entities"),
    "ENTITY_006": _Words("forms-py-entity-update", "update_if", "entities"),
    "ENTITY_007": _Words("forms-py-entity-id", "entity_id", "entities"),
    "ENTITY_008": _Words("forms-py-entity-prefix", "save_to"),
    "ENTITY_009": _SCOPE,
    "ENTITY_011": _Words("forms-py-entity-scope", "save_to"),
    "ENTITY_012": _SCOPE,
    "ENTITY_013": _Words("forms-py-entity-hash", "save_to"),
    "HEADER_001": _Words("forms-py-no-headings", row=1),
    "HEADER_002": _Words("forms-py-heading-twice", "{header}", row=1),
    "HEADER_003": _Words("forms-py-heading-missing", "{missing}", row=1),
    "HEADER_004": _Words("forms-py-choice-heading", sheet="choices"),
    "HEADER_005": _Words("forms-py-entity-columns", "{columns}", "entities"),
    "LABEL_001": _Words("forms-py-choice-label", "label", "choices"),
    "NAMES_001": _Words("forms-py-name-twice", "name"),
    "NAMES_002": _Words("forms-py-case", "name"),
    "NAMES_003": _Words("forms-py-repeat-data", "name"),
    "NAMES_004": _Words("forms-py-repeat-twice", "name"),
    "NAMES_005": _Words("forms-py-meta", "name"),
    "NAMES_006": _Words("forms-lint-no-value", "name", "choices"),
    "NAMES_007": _Words("forms-py-name-twice", "name", "choices"),
    "NAMES_008": _Words("forms-py-name"),
    "NAMES_009": _Words("forms-py-name", "name"),
    "NAMES_010": _NAME_OF_ENTITY,
    "NAMES_011": _NAME_OF_ENTITY,
    "NAMES_012": _NAME_OF_ENTITY,
    "NAMES_013": _Words("forms-py-sheet"),
    "NAMES_014": _Words("forms-py-entity-twice", "list_name", "entities"),
    "NAMES_015": _Words("forms-py-entity-nameless", "list_name", "entities"),
    "PYREF_001": _Words("forms-py-reference"),
    "PYREF_002": _Words("forms-py-reference-list"),
    "PYREF_003": _Words("forms-lint-reference"),
    "PYREF_004": _Words("forms-py-reference-twice"),
    "RANGE_001": _Words("forms-py-number", _PARAMETERS),
    "RANGE_002": _Words("forms-py-range-zero", _PARAMETERS),
    "RANGE_003": _Words("forms-py-range-large", _PARAMETERS),
    **dict.fromkeys((f"RANGE_{number:03}" for number in range(4, 13)), _TICKS),
    "SURVEY_001": _Words("forms-lint-end", "type"),
    "SURVEY_002": _Words("forms-lint-begin", "type"),
    "SURVEY_003": _Words("forms-py-place", _PARAMETERS, needle="incremental"),
    "SURVEY_004": _Words("forms-py-parameters", _PARAMETERS),
    "SURVEY_005": _Words("forms-py-parameters-unknown", _PARAMETERS),
    "SURVEY_006": _PLACE,
    "SURVEY_007": _PLACE,
    "SURVEY_008": _PLACE,
    "SURVEY_009": _PLACE,
}
"""By the number of the complaint: pyxform's own table says how it reads."""

_SENTENCES = (
    (r"You must have a sheet named 'survey'.*", _Words("forms-py-no-survey")),
    (
        r"Error reading .*: The input data does not appear to be a valid XLSForm.*",
        _Words("forms-py-no-survey"),
    ),
    (r"Argument 'definition' was not recognized .*", _Words("forms-py-unreadable", sheet="")),
    (r"Error reading .*", _Words("forms-py-unreadable", sheet="")),
    (
        r"Duplicate column header: (?P<header>.*)",
        _Words("forms-py-heading-double", "{header}", row=1),
    ),
    (r".*Question with no type\..*", _Words("forms-py-no-type", "type")),
    (r".*Question or group with no name\.", _Words("forms-lint-no-name", "name")),
    (r".*Audits must always be named .*", _Words("forms-py-audit-name", "name")),
    (r"(?P<name>track-changes|track-changes-reasons|identify-user) must be set to .*", _LOG),
    (r"Parameter (?P<name>location-[a-z-]+) must .*", _LOG),
    (
        r"To include location information in the audit, .*",
        _Words("forms-py-log", _PARAMETERS, needle="location-"),
    ),
    (r".*Missing calculation\.", _Words("forms-py-no-calculation", "calculation")),
    (r".*Repeat loop without list name\.", _Words("forms-py-loop", "type")),
    (r".*List name not in columns sheet: (?P<list>.*)", _Words("forms-lint-list", "type")),
    (r".*List name not in choices sheet: (?P<list>.*)", _Words("forms-lint-list", "type")),
    (
        r"There should be a choices sheet in this xlsform\..*",
        _Words("forms-py-no-choices", "type"),
    ),
    (
        r"There should be an external_choices sheet in this xlsform\..*",
        _Words("forms-py-external-sheet", "type", needle="external"),
    ),
    (
        r".*List name not in external choices sheet: (?P<list>.*)",
        _Words("forms-py-external-list", "type"),
    ),
    (
        r".*File name for '\S+ (?P<list>.*)' should end with .*",
        _Words("forms-py-file-ending", "type"),
    ),
    (
        r"Choice names with spaces .* See \[(?P<value>.*)\] in \[(?P<list>.*)\]",
        _Words("forms-py-choice-blank", "name", "choices", "{value}"),
    ),
    (
        r".*Choice filter not supported with or_other\.",
        _Words("forms-py-other-filter", "choice_filter"),
    ),
    (r".*Please specify choices for this 'or other' question\.", _Words("forms-py-other", "type")),
    (
        r"(?P<name>randomize) must be set to true or false: .*",
        _Words("forms-py-true-false", _PARAMETERS, needle="{name}"),
    ),
    (
        r"(?P<name>seed) value must be a number or a reference .*",
        _Words("forms-py-seed", _PARAMETERS, needle="{name}"),
    ),
    (
        r"Parameters must include randomize=true to use a (?P<name>seed)\.",
        _Words("forms-py-seed", _PARAMETERS, needle="{name}"),
    ),
    (
        r".*Choice filter not supported for table-list appearance\.",
        _Words("forms-py-table-filter", "choice_filter"),
    ),
    (
        r".*Badly formatted table list, list names don't match: (?P<list>.*) vs\. (?P<other>.*)",
        _Words("forms-py-table-lists", "type"),
    ),
    (
        r".*Parameter (?P<name>\S+) must have an integer value\.",
        _Words("forms-py-number", _PARAMETERS, needle="{name}"),
    ),
    (
        r"Invalid value for (?P<name>quality)\.",
        _Words("forms-py-quality", _PARAMETERS, needle="{name}"),
    ),
    (r".*Parameter 'app' has an invalid Android package name - .*", _APP),
    (r".*'background-geopoint'.*", _Words("forms-py-background", "trigger")),
    (
        r"The question \$\{(?P<name>.*?)\} is not user-visible .* question \$\{(?P<other>.*?)\}\.",
        _Words("forms-py-hidden-trigger", "trigger", needle="${{{name}}}"),
    ),
    (
        r"Instance names must be unique within a form\. The name '(?P<list>.*?)' was found .*",
        _Words("forms-py-two-lists", "name", needle="{list}"),
    ),
    (
        r"The same instance id will be generated .* Instance name: '(?P<list>.*?)', .*",
        _Words("forms-py-two-lists", "type", needle="{list}"),
    ),
    (
        r"Question '(?P<name>.*?)' is a select from file type, using 'search\(\)'\..*",
        _Words("forms-py-search-file", "appearance"),
    ),
    (
        r"Question '(?P<name>.*?)' uses 'search\(\)', .* list name '(?P<list>.*?)'\. .*",
        _Words("forms-py-search-shared", "appearance"),
    ),
    (
        r"The survey element named '(?P<name>.*)' has no label or hint\.",
        _Words("forms-py-no-label", "label"),
    ),
    (
        r"To use big-image, .* for the survey element named (?P<name>.*)\.",
        _Words("forms-py-big-image", "media::big-image"),
    ),
    (
        r"Unknown question type '(?P<type>.+)'\.?",
        _Words("forms-lint-type", "type", needle="{type}"),
    ),
    (
        r".*Row without name, text, or label is being skipped:.*",
        _Words("forms-py-skipped", "type"),
    ),
    (r".* Repeat has no label: .*", _Words("forms-py-repeat-label", "label")),
    (
        r"The form_id and id_string column headers .*",
        _Words("forms-py-two-ids", "id_string", "settings", row=1),
    ),
    (
        r".* (?P<name>\S+) is no longer supported on most devices\..*",
        _Words("forms-py-device", "type"),
    ),
    (
        r"Language '(?P<language>.*)' is missing the (?P<sheet>\w+) (?P<columns>\S+) column\.",
        _Words("forms-py-translation", "{columns}", row=1),
    ),
    (
        r"Language '(?P<language>.*)' is missing the (?P<sheet>\w+) columns (?P<columns>.*)\.",
        _Words("forms-py-translation", "{columns}", row=1),
    ),
    (
        r"The following language declarations .* codes: (?P<languages>.*)\. Learn more: .*",
        _Words("forms-py-language", "label", row=1),
    ),
    (
        r"This form uses or_other and translations.*",
        _Words("forms-py-other-words", "type", needle="other"),
    ),
    (r".*The 'disabled' column header is not part of .*", _Words()),
    (r".*select one external is only meant for filtered selects\.", _Words()),
    (r".*Use the max-pixels parameter to speed up .*", _Words()),
)
"""What pyxform says in its own words at the place, and how it is said here."""


def complaints(sentence: str, sheets: Sheets, *, fatal: bool = True) -> list[Problem]:
    """Return what pyxform complains of; in its own words where we have none for it."""
    lines = [line.strip() for line in sentence.splitlines() if line.strip()]
    parts = [_said(line, sheets, fatal=fatal) for line in lines]
    if None not in parts:
        return [problem for part in parts for problem in part or ()]
    whole = _said(sentence.strip(), sheets, fatal=fatal)
    if whole is not None:
        return whole
    sheet, row, column = place_of(sentence)
    phrase = say("forms-pyxform", sentence=sentence.strip())
    return [Problem(sheet, row, column, phrase, fatal=fatal)]


def _said(sentence: str, sheets: Sheets, *, fatal: bool) -> list[Problem] | None:
    for pattern, words in _table():
        if found := pattern.fullmatch(sentence):
            if not words.key:
                return []
            args = {name: (value or "").strip("' ") for name, value in found.groupdict().items()}
            return [_problem(words, args, sentence, sheets, fatal=fatal)]
    return None


def _problem(
    words: _Words, args: dict[str, str], sentence: str, sheets: Sheets, *, fatal: bool
) -> Problem:
    _sheet, row, column = place_of(sentence)
    sheet = args.get("sheet") or args.get("sheet_name") or words.sheet
    column = words.column.format_map(args) or args.get("column") or column
    column = column.partition(" (")[0] if column.startswith(_PARAMETERS) else column
    rows = getattr(sheets, sheet, ()) if sheet else ()
    row = row or words.row or _row_of(rows, words, args)
    args = _shown(args, rows, row)
    return Problem(sheet, row, column, say(words.key, **args), fatal=fatal)


def _row_of(rows: Sequence[Mapping[str, object]], words: _Words, args: Mapping[str, str]) -> int:
    """Return the row a complaint means: by a text in its cell, or by the name of its question."""
    needle = words.needle.format_map(args)
    for number, row in enumerate(rows, 2):
        text = str(row.get(words.column) or "")
        if needle and (needle == text if words.sheet == "choices" else needle in text):
            return number
    names = [str(row.get("name") or "") for row in rows]
    name = args.get("name", "")
    return names.index(name) + 2 if name in names and not needle else 0


def _shown(args: dict[str, str], rows: Sequence[Mapping[str, object]], row: int) -> dict[str, str]:
    """Add the names that our sentences use for what pyxform calls otherwise."""
    place = row - 2
    here = rows[place] if 0 <= place < len(rows) else {}
    name = args.get("name") or args.get("q") or args.get("value") or str(here.get("name") or "")
    listed = str(here.get("list_name") or here.get("list name") or "")
    return (
        {"list": listed, "kind": args.get("type", ""), "other": "", "header": ""}
        | args
        | {"name": name}
    )


@cache
def _table() -> tuple[tuple[re.Pattern[str], _Words], ...]:
    # pyxform takes half a second to import: only who looks for mistakes pays.
    from pyxform.errors import ErrorCode  # noqa: PLC0415

    found = []
    for code, words in _CODES.items():
        detail = ErrorCode[code].value
        found.append((re.compile("".join(_pattern(detail.msg)) + r"(?:\s.*)?", re.DOTALL), words))
        found.append((re.compile(re.escape(detail.name)), words))  # said without its particulars
    return (*found, *((re.compile(text, re.DOTALL), words) for text, words in _SENTENCES))


def _pattern(template: str) -> Iterator[str]:
    """Turn pyxform's template of a sentence into a pattern that finds what was put into it."""
    seen: set[str] = set()
    for text, field, _spec, _conversion in Formatter().parse(template):
        yield re.escape(text)
        if field is not None:
            yield f"(?P={field})" if field in seen else f"(?P<{field}>.*?)"
            seen.add(field)
