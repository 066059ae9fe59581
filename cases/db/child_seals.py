"""How a child's row is sealed and opened; no query and no access rule."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from cases.access import Resource
from cases.areas import Level, at_level, span
from cases.children import ChildFile, ChildLine, Fields, Status, read_birth
from cases.db.rows import ChildRow, SubjectKeyRow
from cases.db.subjects import child_subject
from cases.pinyin import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Row, Select

    from cases.people import Principal
    from cases.vault import Vault

_LINE = (
    ChildRow.id,
    ChildRow.file_no,
    ChildRow.label,
    ChildRow.area,
    ChildRow.director_id,
    ChildRow.kinds,
    ChildRow.risk_level,
    ChildRow.focus,
    ChildRow.last_visit_on,
    ChildRow.next_visit_on,
    SubjectKeyRow.wrapped,
)


def lines() -> Select[*tuple[Any, ...]]:
    """Begin a query for lists of children."""
    return select(*_LINE).join(SubjectKeyRow, SubjectKeyRow.subject_id == "child:" + ChildRow.id)


def files() -> Select[*tuple[Any, ...]]:
    """Begin a query for whole files."""
    return lines().add_columns(
        ChildRow.sealed,
        ChildRow.status,
        ChildRow.version,
        ChildRow.changed_at,
        ChildRow.left_on,
        ChildRow.left_reason,
    )


def seal_label(vault: Vault, wrapped: bytes | None, child_id: str, fields: Fields) -> bytes:
    """Seal what lists and searches show: name, birth, spellings."""
    name, born = str(fields.get("name") or ""), read_birth(fields)
    label = [name, born.isoformat() if born else "", *spellings(name)]
    return vault.seal(wrapped, child_subject(child_id), f"children.label:{child_id}", label)


def seal_fields(vault: Vault, wrapped: bytes | None, child_id: str, fields: Fields) -> bytes:
    """Seal the file."""
    return vault.seal(wrapped, child_subject(child_id), f"children:{child_id}", fields)


def indexes(vault: Vault, fields: Fields, area: str) -> dict[str, bytes | None]:
    """Return the blind indexes of a file: those of a child, and that of its name nearby.

    The latter stands for the name with the year of birth within one township: among its children
    that is nearly unique, and what one township's index says of a name says nothing in another.
    """
    name, born = str(fields.get("name") or ""), read_birth(fields)
    near = _near(vault, area, name, born.year if born else None) if name else None
    marks = child_marks(vault, fields)
    found = {name: found[0] if found else None for name, found in marks.items()}
    return {**found, "near_index": near[0] if near else None}


def child_marks(vault: Vault, fields: Fields) -> dict[str, list[bytes]]:
    """Return what finds a child anywhere: ID number; name with the birth date.

    Each by every index key, the newest first: older ones still stand in files until all have
    been indexed anew.

    The name stands as it sounds. A name alone is never indexed (its frequency would tell it);
    with the birth date it is nearly unique.
    """
    number, name, born = fields.get("id_no"), str(fields.get("name") or ""), read_birth(fields)
    twin = f"{spellings(name)[0]} {born.isoformat()}" if name and born else ""
    return {
        "id_index": vault.blind_indexes("id_no", str(number)) if number else [],
        "twin_index": vault.blind_indexes("twin", twin) if twin else [],
    }


def near_indexes(vault: Vault, area: str, name: str, years: Iterable[int]) -> list[bytes]:
    """Return what `near_index` is for a name nearby, born in these years or nobody knows when."""
    return [mark for year in (*years, None) for mark in _near(vault, area, name, year)]


def _near(vault: Vault, area: str, name: str, year: int | None) -> list[bytes]:
    return vault.blind_indexes("near", f"{at_level(area, Level.TOWNSHIP)} {year or '-'} {name}")


def open_fields(vault: Vault, row: Row[Any]) -> Fields:
    """Open the file of a row."""
    fields: Fields = vault.open(
        row.wrapped, child_subject(row.id), f"children:{row.id}", row.sealed
    )
    return fields


def open_label(vault: Vault, row: Row[Any]) -> tuple[str, date | None, tuple[str, str]]:
    """Open name, birth date and spellings; empty for a child that was forgotten."""
    if row.wrapped is None:
        return "", None, ("", "")
    name, born, full, initials = _label(vault, row.wrapped, row.id, row.label)
    return name, date.fromisoformat(born) if born else None, (full, initials)


def open_name(vault: Vault, wrapped: bytes | None, child_id: str, label: bytes) -> str:
    """Open the name in a label; empty for a child that was forgotten."""
    return "" if wrapped is None else str(_label(vault, wrapped, child_id, label)[0])


def _label(vault: Vault, wrapped: bytes, child_id: str, label: bytes) -> list[Any]:
    opened: list[Any] = vault.open(
        wrapped, child_subject(child_id), f"children.label:{child_id}", label
    )
    return opened


def child_line(vault: Vault, row: Row[Any]) -> ChildLine:
    """Make the line of a row."""
    name, born, _ = open_label(vault, row)
    return ChildLine(
        id=row.id,
        file_no=row.file_no,
        name=name,
        born=born,
        area=row.area,
        director_id=row.director_id,
        kinds=tuple(row.kinds),
        risk_level=row.risk_level,
        focus=row.focus,
        last_visit_on=row.last_visit_on,
        next_visit_on=row.next_visit_on,
    )


def child_file(vault: Vault, row: Row[Any]) -> ChildFile:
    """Make the file of a row."""
    return ChildFile(
        line=child_line(vault, row),
        status=Status(row.status),
        version=row.version,
        fields=open_fields(vault, row),
        changed_at=row.changed_at,
        left_on=row.left_on,
        left_reason=row.left_reason,
    )


def within_reach(principal: Principal) -> ColumnElement[bool]:
    """Choose the children of one's area, and a director's own of the code it was split from."""
    low, high = span(principal.area)
    here = and_(ChildRow.area >= low, ChildRow.area < high)
    if not principal.formerly:
        return here
    waiting = ChildRow.director_id == principal.person_id
    return here | and_(waiting, ChildRow.area == principal.formerly)


def child_resource(
    row: Row[Any],
    guardians: frozenset[str] = frozenset(),
    becomes: frozenset[str] = frozenset(),
) -> Resource:
    """Say what access decisions need to know of a child."""
    return Resource(area=row.area, owner=row.director_id, guardians=guardians, becomes=becomes)
