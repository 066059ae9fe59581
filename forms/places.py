"""Finds sheet, row and column in pyxform's sentences; it judges nothing itself."""

from __future__ import annotations

import re

_ROW = re.compile(r"\[row : (\d+)\]|on row (\d+)|row (\d+)", re.IGNORECASE)
_SHEET = re.compile(
    r"'(survey|choices|settings|entities)'|\b(survey|choices|settings|entities) sheet"
)
_COLUMN = re.compile(
    r"[Cc]olumn (?:name(?:d)? )?(?:header )?'([^']+)'|'([^']+)' column|the \"([^\"]+)\" column"
    r"|the '([^']+)' value|'(parameters)'"
)


def place_of(sentence: str) -> tuple[str, int, str]:
    """Return sheet, row and column as far as a sentence names them."""
    row = _ROW.search(sentence)
    sheet = _SHEET.search(sentence)
    column = _COLUMN.search(sentence)
    return (
        _first(sheet) or ("survey" if row else ""),
        int(_first(row) or 0),
        _first(column),
    )


def _first(found: re.Match[str] | None) -> str:
    return next((group for group in found.groups() if group), "") if found else ""
