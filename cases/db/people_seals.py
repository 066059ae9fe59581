"""How what identifies a person of the roster is sealed, opened and indexed; it holds no query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cases.db.staff_names import name_index
from cases.db.subjects import person_subject

if TYPE_CHECKING:
    from sqlalchemy import Row

    from cases.people import Person
    from cases.sheet_people import ImportedWorker
    from cases.vault import Vault


def sealed(
    vault: Vault, wrapped: bytes | None, person_id: str, person: Person | ImportedWorker
) -> dict[str, bytes | None]:
    """Return the columns that hold someone's name and telephone, and what finds the name."""
    words = [person.name, person.phone]
    return {
        "sealed": vault.seal(wrapped, person_subject(person_id), _place(person_id), words),
        "name_index": name_index(vault, person.role, person.area, person.name),
    }


def opened(vault: Vault, row: Row[*tuple[Any, ...]]) -> tuple[str, str]:
    """Return name and telephone of a row with `id`, `sealed` and `wrapped`; empty if forgotten.

    Raises:
        VaultError: It cannot be opened.
    """
    if row.wrapped is None:
        return "", ""
    name, phone = vault.open(row.wrapped, person_subject(row.id), _place(row.id), row.sealed)
    return name, phone


def _place(person_id: str) -> str:
    return f"people:{person_id}"
