"""The keys of the vault, from their file or the environment; it shows none and seals nothing."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.settings import SettingsError
from cases.vault import KEY_BYTES, Vault
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.settings import Settings
    from kernel.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Keys:
    """Master keys by number, the highest the newest, and the index key."""

    ring: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)

    def vault(self) -> Vault:
        """Make the vault that seals with these keys."""
        return Vault(self.ring, self.index)


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
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"keys": {"1": _fresh()}, "index": _fresh()}, file)
    return read_keys(path)


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _parsed(text: str, reply: Phrase) -> Keys:
    """Read what a key file holds; a variable may hold it in base64, which needs no quotes."""
    try:
        kept: Any = json.loads(text if "{" in text else base64.b64decode(text, validate=True))
        ring = {int(number): base64.b64decode(key) for number, key in kept["keys"].items()}
        keys = Keys(ring, base64.b64decode(kept["index"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(type(error).__name__, reply=reply) from None
    if not ring or any(len(key) != KEY_BYTES for key in [*ring.values(), keys.index]):
        raise SettingsError("key length", reply=reply)
    return keys
