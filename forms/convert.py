"""From a spreadsheet (XLSForm) to an XForm, by pyxform; our own columns become bind attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forms.errors import FormError, Problem
from forms.intake import admitted, decoded, refused
from forms.lint import lint
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMESPACE = "urn:tongban"
OURS = {"source": "bind::tongban:source", "sensitive": "bind::tongban:sensitive"}
_UNKNOWN = re.compile(r"Unknown question type '(.+)'")
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
        raise FormError(_with(lint(sheets), _problem(str(error), sheets))) from None
    except RecursionError:
        raise refused("forms-too-deep") from None
    except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise FormError([_problem(type(error).__name__)]) from None
    sheets = replace(_sheets(parts), warnings=tuple(warnings), itemsets=result.itemsets or "")
    return result.xform.encode(), sheets


def kind_of(raw: bytes, kind: str) -> str:
    """Return what kind of workbook a file is, whatever its name says: people rename them."""
    if kind in (".xls", ".xlsx", ".xlsm"):
        if raw.startswith(b"PK"):
            return ".xlsx" if kind == ".xls" else kind
        if raw.startswith(b"\xd0\xcf\x11\xe0"):
            return ".xls"
    return kind


def _with(found: list[Problem], own: Problem) -> list[Problem]:
    """Add pyxform's sentence unless ours already name that row."""
    named = any((p.sheet, p.row) == (own.sheet, own.row) for p in found)
    return found if found and (named or not own.row) else [*found, own]


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


def _problem(sentence: str, sheets: Sheets | None = None) -> Problem:
    """Keep pyxform's sentence, and the sheet, row and column when it names them."""
    if (unknown := _UNKNOWN.match(sentence)) and sheets is not None:
        kind = unknown[1]
        types = [str(row.get("type") or "").strip() for row in sheets.survey]
        if kind in types:
            phrase = say("forms-lint-type", type=kind)
            return Problem("survey", types.index(kind) + 2, "type", phrase)
    from forms.places import place_of  # noqa: PLC0415 only needed when something is wrong

    sheet, row, column = place_of(sentence)
    return Problem(sheet, row, column, say("forms-pyxform", sentence=sentence.strip()))
