"""Reads a file beside a form (CSV, XML, GeoJSON) as a list; it looks for no file itself."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from forms.geojson import rows as features
from forms.intake import admitted, decoded, parsed, refused
from forms.world import rows_document
from forms.xform import tree
from forms.xpath.values import XNode

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDINGS = (".csv", ".xml", ".geojson")
DELIMITERS = (",", ";", "\t")
"""In the specification's order of preference."""

ITEMSETS = "itemsets.csv"
"""Where pyxform writes the `external_choices` sheet."""


def find(name: str, source: str, files: Mapping[str, bytes]) -> XNode | None:
    """Return a list by its name or source; None when no file holds it.

    Raises:
        FormError: The file is there and cannot be read.
    """
    wanted = source.rpartition("/")[2]
    for candidate in (wanted, *(f"{name}{ending}" for ending in ENDINGS)):
        if candidate in files:
            return document(candidate, files[candidate])
    if ITEMSETS in files:
        rows = [row for row in _table(ITEMSETS, files[ITEMSETS]) if row.get("list_name") == name]
        return rows_document(rows) if rows else None
    return None


def document(name: str, raw: bytes) -> XNode:
    """Read one file.

    Raises:
        FormError: It cannot be read.
    """
    raw = admitted(raw)
    if name.endswith(".xml"):
        top = XNode("")
        root = tree(parsed(raw), top)
        top.kids[root.name] = [root]
        return top
    if name.endswith(".geojson"):
        try:
            return rows_document(features(raw))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise refused("forms-bad-list", path=name) from None
    return rows_document(_table(name, raw))


def _table(name: str, raw: bytes) -> list[dict[str, str]]:
    text = decoded(raw)
    head = text.partition("\n")[0]
    delimiter = next((mark for mark in DELIMITERS if mark in head), ",")
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restval="")
    try:
        return [
            {key.strip(): value for key, value in row.items() if key and isinstance(value, str)}
            for row in reader
        ]
    except csv.Error:
        raise refused("forms-bad-list", path=name) from None
