"""Sealing of what must not be read by a thief of the database; it decides no access.

A ring of master keys wraps one data key per subject (a child, a case, a person). A sealed value
is bound to its table and row, so it cannot be moved to another. Erasing the wrapped key forgets
the subject. AES-256-GCM-SIV: a repeated nonce (a copied virtual machine) does not break it.
"""

from __future__ import annotations

import hmac
import os
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cases.jsontext import read, written
from kernel.errors import MissingError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_GCM_SIV = b"\x01"
_NONCE = 12
KEY_BYTES = 32
INDEX_BYTES = 16
FIRST = 1
"""Number of the first index key, whose indexes carry no number."""


class ForgottenError(MissingError):
    """The subject's key was erased; its record can no longer be read."""

    key = "error-forgotten"


class VaultError(UnavailableError):
    """A sealed value cannot be opened with the keys at hand."""


class Vault:
    """Seals and opens; holds the key ring.

    Args:
        ring: Master keys by number (1..65535), 32 bytes each; the highest number seals.
        index_key: 32 bytes, kept apart from the ring: for the log and the buttons, and the first
            key of blind indexes.
        newer: Later keys of blind indexes by number (2..65535); the highest number indexes.
    """

    def __init__(
        self,
        ring: Mapping[int, bytes],
        index_key: bytes,
        newer: Mapping[int, bytes] | None = None,
    ) -> None:
        if not ring or any(len(key) != KEY_BYTES for key in ring.values()):
            message = "the key ring needs keys of 32 bytes"
            raise ValueError(message)
        self._ring = {number: AESGCMSIV(key) for number, key in ring.items()}
        self._mail = {number: AESGCMSIV(_derive(key, b"mail")) for number, key in ring.items()}
        self.audit_key = _derive(index_key, b"audit")
        self.button_key = _derive(index_key, b"button")
        by_number = {FIRST: index_key, **(newer or {})}
        self._index_keys = {
            _index_head(number): by_number[number] for number in sorted(by_number, reverse=True)
        }
        self.current = max(ring)
        self.numbers = frozenset(ring)

    def __repr__(self) -> str:
        """Show how many keys, never a key."""
        return f"Vault({len(self._ring)} keys)"

    def new_key(self, subject: str) -> bytes:
        """Return a fresh data key for a subject, wrapped by the newest master key."""
        return self.wrap(os.urandom(KEY_BYTES), subject)

    def wrap(self, key: bytes, subject: str) -> bytes:
        """Wrap a data key with the newest master key."""
        nonce = os.urandom(_NONCE)
        box = self._ring[self.current].encrypt(nonce, key, b"dek\0" + subject.encode())
        return _GCM_SIV + self.current.to_bytes(2) + nonce + box

    def unwrap(self, wrapped: bytes | None, subject: str) -> bytes:
        """Open a wrapped data key.

        Raises:
            ForgottenError: The key was erased.
            VaultError: The master key is missing, or the wrap was tampered with.
        """
        if wrapped is None:
            raise ForgottenError
        master = self._ring.get(self.master_of(wrapped))
        if master is None:
            message = f"master key {self.master_of(wrapped)} is missing"
            raise VaultError(message)
        return _open(master, wrapped[3:15], wrapped[15:], b"dek\0" + subject.encode())

    @staticmethod
    def master_of(box: bytes) -> int:
        """Return the number of the master key that wrapped a data key, or whose sealed mail."""
        return int.from_bytes(box[1:3])

    def seal(self, wrapped: bytes | None, subject: str, place: str, value: object) -> bytes:
        """Seal a JSON value of a subject for one place (`table:row`)."""
        nonce = os.urandom(_NONCE)
        text = written(value)
        cipher = _cipher(self.unwrap(wrapped, subject))
        return _GCM_SIV + nonce + cipher.encrypt(nonce, text, place.encode())

    def open(self, wrapped: bytes | None, subject: str, place: str, sealed: bytes) -> Any:  # noqa: ANN401 JSON
        """Open what `seal` sealed."""
        cipher = _cipher(self.unwrap(wrapped, subject))
        return read(_open(cipher, sealed[1:13], sealed[13:], place.encode()))

    def seal_mail(self, place: str, value: object) -> bytes:
        """Seal a JSON value that passes through (inbox, replies, dialogue state, questions)."""
        nonce = os.urandom(_NONCE)
        text = written(value)
        box = self._mail[self.current].encrypt(nonce, text, place.encode())
        return self.mail_head(self.current) + nonce + box

    def open_mail(self, place: str, sealed: bytes) -> Any:  # noqa: ANN401 JSON
        """Open what `seal_mail` sealed."""
        cipher = self._mail.get(self.master_of(sealed))
        if cipher is None:
            message = "the key of this message is missing"
            raise VaultError(message)
        return read(_open(cipher, sealed[3:15], sealed[15:], place.encode()))

    @staticmethod
    def mail_head(number: int) -> bytes:
        """Return how a message begins that this master key's mail key sealed."""
        return _GCM_SIV + number.to_bytes(2)

    @property
    def index_head(self) -> bytes:
        """How a blind index begins that the newest key made; the first key's have no head."""
        return next(iter(self._index_keys))

    def is_newest(self, index: bytes) -> bool:
        """Say whether the newest key made a blind index."""
        head = self.index_head
        return len(index) == len(head) + INDEX_BYTES and index.startswith(head)

    def blind_indexes(self, domain: str, value: str) -> list[bytes]:
        """Return what may stand for a value: by the newest key first, then by older ones."""
        text = unicodedata.normalize("NFKC", value).strip().upper()
        message = domain.encode() + b"\0" + text.encode()
        return [
            head + hmac.digest(key, message, "sha256")[:INDEX_BYTES]
            for head, key in self._index_keys.items()
        ]

    def sign(self, text: str) -> str:
        """Return 8 characters that only we can make for this text (buttons)."""
        return hmac.digest(self.button_key, text.encode(), "sha256").hex()[:8]


def _index_head(number: int) -> bytes:
    return b"" if number == FIRST else number.to_bytes(2)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


@lru_cache(maxsize=4096)
def _cipher(key: bytes) -> AESGCMSIV:
    return AESGCMSIV(key)


def _open(cipher: AESGCMSIV, nonce: bytes, box: bytes, place: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, box, place)
    except InvalidTag as error:
        message = "the seal is broken"
        raise VaultError(message) from error
