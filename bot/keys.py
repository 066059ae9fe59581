"""The keys of the vault, from their file or the environment; it shows none and seals nothing."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.settings import SettingsError
from cases.vault import FIRST, KEY_BYTES, Vault
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.settings import Settings
    from kernel.phrases import Phrase


_NUMBERS = range(1, 1 << 16)


class Kind(StrEnum):
    """What a new key is for: sealing, or finding equal values that are not stored."""

    MASTER = "master"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Keys:
    """Master keys and later index keys by number, the highest the newest; the first index key."""

    ring: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    indexes: Mapping[int, bytes] = field(repr=False, default_factory=dict)

    def vault(self) -> Vault:
        """Make the vault that seals with these keys."""
        return Vault(self.ring, self.index, self.indexes)

    @property
    def single(self) -> bool:
        """Whether there is nothing to change to."""
        return len(self.ring) == 1 and not self.indexes


def keys_of(settings: Settings) -> Keys:
    """Return the keys of a deployment: from the environment if they stand there, or their file.

    Raises:
        SettingsError: There are none, or what stands there is none.
    """
    given = settings.vault_key.get_secret_value()
    if given:
        return _parsed(given, say("error-keys-variable"))
    return read_keys(settings.keys)


def read_keys(path: Path) -> Keys:
    """Return the keys of a file.

    Raises:
        SettingsError: There is no key file, or it is none.
    """
    reply = say("error-keys", path=str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SettingsError(type(error).__name__, reply=reply) from None
    return _parsed(text, reply)


def provide_keys(settings: Settings) -> Keys:
    """Return the keys of a deployment; a key file is made where there are none yet."""
    if settings.vault_key.get_secret_value():
        return keys_of(settings)
    return make_keys(settings.keys)


def make_keys(path: Path) -> Keys:
    """Write a fresh key file that only its owner may read; an existing one is kept."""
    if path.exists():
        return read_keys(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, Keys({1: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES)))
    return read_keys(path)


def add_key(path: Path, kind: Kind) -> int:
    """Add a new key to a key file, whole or not at all; return its number.

    Raises:
        SettingsError: There is no key file, or it is none.
    """
    keys = read_keys(path)
    number = max(keys.ring if kind is Kind.MASTER else {FIRST, *keys.indexes}) + 1
    fresh = secrets.token_bytes(KEY_BYTES)
    ring, indexes = dict(keys.ring), dict(keys.indexes)
    (ring if kind is Kind.MASTER else indexes)[number] = fresh
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    _write(part, Keys(ring, keys.index, indexes))
    part.replace(path)
    return number


def _write(path: Path, keys: Keys) -> None:
    text = {"keys": _coded(keys.ring), "index": base64.b64encode(keys.index).decode()}
    if keys.indexes:
        text["indexes"] = _coded(keys.indexes)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(text, file)
        file.flush()
        os.fsync(file.fileno())


def _coded(keys: Mapping[int, bytes]) -> dict[str, str]:
    """Write keys by number, the newest first."""
    newest_first = sorted(keys.items(), reverse=True)
    return {str(number): base64.b64encode(key).decode() for number, key in newest_first}


def _decoded(kept: Mapping[str, str]) -> dict[int, bytes]:
    return {int(number): base64.b64decode(key) for number, key in kept.items()}


def _parsed(text: str, reply: Phrase) -> Keys:
    """Read what a key file holds; a variable may hold it in base64, which needs no quotes."""
    try:
        kept: Any = json.loads(text if "{" in text else base64.b64decode(text, validate=True))
        ring, indexes = _decoded(kept["keys"]), _decoded(kept.get("indexes", {}))
        keys = Keys(ring, base64.b64decode(kept["index"]), indexes)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(type(error).__name__, reply=reply) from None
    known = [*ring.values(), keys.index, *indexes.values()]
    if not ring or any(len(key) != KEY_BYTES for key in known):
        raise SettingsError("key length", reply=reply)
    if not {*ring, *indexes} <= set(_NUMBERS) or FIRST in indexes:
        raise SettingsError("key number", reply=reply)
    return keys
