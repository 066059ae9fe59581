"""From a spreadsheet (XLSForm) to an XForm, by pyxform; our own columns become bind attributes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forms.complaints import complaints
from forms.errors import FormError, Problem
from forms.intake import admitted, decoded, refused
from forms.lint import lint
from forms.other_words import has_words, with_other
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMESPACE = "urn:tongban"
OURS = {name: f"bind::tongban:{name}" for name in ("source", "sensitive", "asked")}
SHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".md"})


@dataclass(frozen=True, slots=True)
class Sheets:
    """A spreadsheet as read, with row numbers as Excel counts them (the heading is row 1)."""

    survey: Sequence[Mapping[str, Any]] = ()
    choices: Sequence[Mapping[str, Any]] = ()
    settings: Sequence[Mapping[str, Any]] = ()
    entities: Sequence[Mapping[str, Any]] = ()
    warnings: tuple[str, ...] = ()
    itemsets: str = ""
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def convert(raw: bytes, kind: str) -> tuple[bytes, Sheets]:
    """Convert a spreadsheet.

    Args:
        raw: The file.
        kind: `.xlsx`, `.xls`, `.csv` or `.md`.

    Raises:
        FormError: pyxform cannot read it; its own sentence is kept.
    """
    # pyxform takes half a second to import: only who converts pays.
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2json_backends import DefinitionData  # noqa: PLC0415
    from pyxform.xls2xform import convert as to_xform  # noqa: PLC0415
    from pyxform.xls2xform import get_xlsform  # noqa: PLC0415

    warnings: list[str] = []
    parts: dict[str, Any] = {}
    raw = admitted(raw)
    kind = kind_of(raw, kind)
    if kind in (".csv", ".md"):
        raw = decoded(raw).encode()
    try:
        book = get_xlsform(raw, kind)
        parts = {name: getattr(book, name) for name in DefinitionData.__slots__}
        result = to_xform(_ours(parts), warnings, form_name="data")
    except PyXFormError as error:
        sheets = _sheets(parts)
        found = _with(lint(sheets), complaints(str(error), sheets))
        near = [p for words in _misspelt(parts) for p in complaints(words, sheets, fatal=False)]
        raise FormError([*found, *near]) from None
    except RecursionError:
        raise refused("forms-too-deep") from None
    except (LookupError, ValueError, TypeError, AttributeError, OSError) as error:
        crash = say("forms-py-crash", reason=type(error).__name__)
        raise FormError([Problem("", 0, "", crash)]) from None
    warnings = [words for words in warnings if not _is_said(words, parts)] + _misspelt(parts)
    told = tuple(dict.fromkeys(warnings))
    sheets = replace(_sheets(parts), warnings=told, itemsets=result.itemsets or "")
    return with_other(result.xform).encode(), sheets


def _is_said(words: str, parts: Mapping[str, Any]) -> bool:
    """Say whether pyxform misses translations of “other” that we give (`other_words`)."""
    headings = [str(h) for row in parts.get("survey_header") or () for h in row]
    languages = [h.partition("::")[2] for h in headings if h.startswith("label::")]
    return words.startswith("This form uses or_other") and all(map(has_words, languages))


def _misspelt(parts: Mapping[str, Any]) -> list[str]:
    """Return pyxform's words on sheets of nearly the right name, where the right one is missing.

    It looks for no settings sheet itself: ours is always there (`_ours`).
    """
    from pyxform.validators.pyxform.sheet_misspellings import (  # noqa: PLC0415
        find_sheet_misspellings,
    )

    missing = [sheet for sheet in ("choices", "settings", "entities") if not parts.get(sheet)]
    found = [find_sheet_misspellings(sheet, parts.get("sheet_names") or ()) for sheet in missing]
    return [words for words in found if words]


def kind_of(raw: bytes, kind: str) -> str:
    """Return what kind of workbook a file is, whatever its name says: people rename them."""
    if kind in (".xls", ".xlsx", ".xlsm"):
        if raw.startswith(b"PK"):
            return ".xlsx" if kind == ".xls" else kind
        if raw.startswith(b"\xd0\xcf\x11\xe0"):
            return ".xls"
    return kind


def _with(found: list[Problem], own: list[Problem]) -> list[Problem]:
    """Add what pyxform complains of, unless ours already name that row."""
    rows = {(problem.sheet, problem.row) for problem in found}
    more = [p for p in own if not found or (p.row and (p.sheet, p.row) not in rows)]
    return [*found, *more]


_HEADS = frozenset({"type", "name", "disabled", "list_name", "list name", "value"})


def _sheets(parts: Mapping[str, Any]) -> Sheets:
    return Sheets(
        survey=_headed(parts.get("survey")),
        choices=_headed(parts.get("choices")),
        settings=tuple(parts.get("settings") or ()),
        entities=tuple(parts.get("entities") or ()),
        headings={
            sheet: tuple(str(word) for row in parts.get(f"{sheet}_header") or () for word in row)
            for sheet in ("survey", "choices", "settings", "entities")
        },
    )


def _headed(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Mapping[str, Any], ...]:
    """Write the headings that rows are known by in small letters, as pyxform reads them."""
    return tuple(
        {key.lower() if key.lower() in _HEADS else key: value for key, value in row.items()}
        for row in rows or ()
    )


def _ours(parts: Mapping[str, Any]) -> dict[str, Any]:
    survey = [
        {OURS.get(column, column): value for column, value in row.items()}
        for row in parts["survey"] or ()
    ]
    header = [
        {OURS.get(column, column): value for column, value in row.items()}
        for row in parts["survey_header"] or ()
    ]
    settings = [dict(row) for row in parts["settings"] or [{}]] or [{}]
    spaces = str(settings[0].get("namespaces") or "")
    if "tongban=" not in spaces:
        settings[0]["namespaces"] = f'{spaces} tongban="{NAMESPACE}"'.strip()
    heads = [{**dict(row), "namespaces": None} for row in parts["settings_header"] or [{}]]
    return {
        **parts,
        "survey": survey or None,
        "survey_header": header or None,
        "settings": settings,
        "settings_header": heads,
    }
