"""Reads a GeoJSON file as rows of a list, as the specification says; nothing is drawn."""

from __future__ import annotations

import json
from typing import Any


def rows(raw: bytes) -> list[dict[str, str]]:
    """Return one row a feature: its properties, `id` and `geometry`."""
    found = []
    for feature in json.loads(raw).get("features", []):
        row = {key: _text(value) for key, value in (feature.get("properties") or {}).items()}
        if "id" in feature:
            row.setdefault("id", _text(feature["id"]))
        if feature.get("geometry"):
            row["geometry"] = _geometry(feature["geometry"])
        found.append(row)
    return found


def _text(value: Any) -> str:  # noqa: ANN401 whatever JSON holds
    return "" if value is None else str(value)


def _geometry(geometry: dict[str, Any]) -> str:
    kind, places = geometry["type"], geometry["coordinates"]
    points = [places] if kind == "Point" else places[0] if kind == "Polygon" else places
    return "; ".join(f"{p[1]} {p[0]} {p[2] if len(p) > 2 else 0} 0" for p in points)  # noqa: PLR2004
