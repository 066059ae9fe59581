"""Opens the vector index over entries: Chroma if this process owns the folder, else exact."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge import querymap
from knowledge.chroma import ChromaIndex, build_name, open_client
from knowledge.vectors import ExactIndex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from knowledge.embedding import Embedder
    from knowledge.search import Entry
    from knowledge.vectors import VectorIndex


@dataclass(frozen=True, slots=True)
class Where:
    """Where vectors are indexed.

    Args:
        folder: Data folder.
        vectors: `chroma` (embedded), `exact` (in memory), or the address of a Chroma server.
    """

    folder: Path
    vectors: str = "chroma"


_owned: dict[Path, int] = {}
"""Locks held until this process ends: two writers on one Chroma folder corrupt it silently."""


_before: dict[Path, str] = {}
"""The build that this process opened last in a folder."""


def owns(folder: Path) -> bool:
    """Take the folder for this process; False when another process has it."""
    folder = folder.resolve()
    if folder in _owned:
        return True
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    _owned[folder] = lock
    return True


def open_index(entries: Sequence[Entry], embedder: Embedder, where: Where) -> VectorIndex:
    """Index the entries, reusing a finished build of the very same texts."""
    keys = [entry.clause.key for entry in entries]
    texts = [entry.passage for entry in entries]
    server = where.vectors if "://" in where.vectors else ""
    turn = querymap.load(embedder.name, embedder.dimensions)
    if where.vectors == "exact" or (not server and not owns(where.folder)):
        return ExactIndex(keys, turn.passages(embedder.embed(texts, "passage")))
    client = open_client(None if server else where.folder / "chroma", server)
    index = ChromaIndex(client, build_name(keys, texts, f"{embedder.name}+{turn.mark}"))
    if not index.complete:
        index.build(keys, texts, turn.passages(embedder.embed(texts, "passage")))
    if not server:
        # the build before is still being searched until the desk has switched
        index.drop_others(_before.get(where.folder, index.name))
        _before[where.folder] = index.name
    return index
