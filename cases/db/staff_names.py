"""Blind indexes of workers' names: whom a sentence names is found without opening the roster.

A name stands for itself within its county. One that is no ordinary Chinese name has no index, nor
has one whose county's code changed: those few are opened and compared.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cases.areas import Level, at_level, level_of
from cases.people import STAFF

if TYPE_CHECKING:
    from cases.people import Role
    from cases.vault import Vault

_CHARACTERS = "一-鿿"
_SHORTEST, _LONGEST = 2, 4
_NAME = re.compile(f"[{_CHARACTERS}]{{{_SHORTEST},{_LONGEST}}}")
_RUN = re.compile(f"[{_CHARACTERS}]{{{_SHORTEST},}}")
_MOST = 600
"""Pieces of a text that may be names, up to which it is quicker than to open a roster of a
thousand: about two hundred characters. Our default."""


def name_index(vault: Vault, role: Role, area: str, name: str) -> bytes | None:
    """Return what finds a worker by name, as the newest index key makes it."""
    if role not in STAFF or not _NAME.fullmatch(name):
        return None
    return _indexes(vault, area, name)[0]


def indexes_in(vault: Vault, scope: str, text: str) -> list[bytes] | None:
    """Return the index of every name that may stand in a text, by every index key.

    Returns:
        None where there are too many, or the area is wider than a county.
    """
    if level_of(scope) < Level.COUNTY:
        return None
    pieces = {
        run[start : start + length]
        for run in _RUN.findall(text)
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(run) - length + 1)
    }
    if len(pieces) > _MOST:
        return None
    return [index for piece in pieces for index in _indexes(vault, scope, piece)]


def _indexes(vault: Vault, area: str, name: str) -> list[bytes]:
    return vault.blind_indexes("staff", f"{at_level(area, Level.COUNTY)} {name}")
