"""Chroma behind the vector port, embedded or as a server; only a cache of what the store holds."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from knowledge.errors import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from chromadb.api import ClientAPI
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

PREFIX = "clauses-"
_BATCH = 2_000


def build_name(keys: Sequence[str], texts: Sequence[str], model: str) -> str:
    """Name a build by its content: the same texts are never indexed twice."""
    digest = hashlib.blake2b(model.encode(), digest_size=10)
    for key, text in zip(keys, texts, strict=True):
        digest.update(f"\0{key}\0{text}".encode())
    return PREFIX + digest.hexdigest()


def open_client(path: Path | None, url: str = "") -> ClientAPI:
    """Open the embedded database in a folder, or a server by address (`http://host:port`)."""
    import chromadb  # noqa: PLC0415 it takes most of a second
    from chromadb.config import Settings  # noqa: PLC0415 as above

    settings = Settings(anonymized_telemetry=False)
    try:
        if url:
            host, _, port = url.removeprefix("http://").removeprefix("https://").partition(":")
            secure = url.startswith("https://")
            return chromadb.HttpClient(host, int(port or 8000), ssl=secure, settings=settings)
        return chromadb.PersistentClient(str(path), settings=settings)
    except (ValueError, OSError, chromadb.errors.ChromaError) as error:
        raise IndexUnavailableError(type(error).__name__) from error


class _Vectors:
    """Hands known vectors to langchain-chroma, so that nothing is embedded twice."""

    def __init__(self, known: Mapping[str, NDArray[np.float32]]) -> None:
        self._known = known

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self._known[text].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._known[text].tolist()
        return vector


class ChromaIndex:
    """One collection per build; the newest complete build answers, older ones are dropped."""

    def __init__(self, client: ClientAPI, name: str) -> None:
        self._client = client
        self._name = name
        self._store: Chroma | None = None

    @property
    def name(self) -> str:
        """Name the build."""
        return self._name

    @property
    def complete(self) -> bool:
        """Say whether this build is there and was finished."""
        for collection in self._client.list_collections():
            if collection.name == self._name:
                return bool((collection.metadata or {}).get("complete"))
        return False

    def build(
        self, keys: Sequence[str], texts: Sequence[str], vectors: NDArray[np.float32]
    ) -> None:
        """Write the build and mark it complete; one that a crash cut short is begun again."""
        from langchain_core.documents import Document  # noqa: PLC0415 slow import

        if any(c.name == self._name for c in self._client.list_collections()):
            self._client.delete_collection(self._name)
        known = dict(zip(texts, vectors, strict=True))
        store = self._open(known)
        for at in range(0, len(keys), _BATCH):
            part = slice(at, at + _BATCH)
            store.add_documents(
                [
                    Document(id=key, page_content=text, metadata={"document": key.split("#")[0]})
                    for key, text in zip(keys[part], texts[part], strict=True)
                ]
            )
        self._client.get_collection(self._name).modify(metadata={"complete": True})
        self._store = store

    def drop_others(self, *kept: str) -> None:
        """Drop the builds that nobody searches any more."""
        for collection in self._client.list_collections():
            stays = collection.name in {self._name, *kept}
            if collection.name.startswith(PREFIX) and not stays:
                self._client.delete_collection(collection.name)

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to `k` keys with their cosine, nearest first."""
        if self._store is None:
            self._store = self._open({})
        found = self._store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=k)
        return [(document.id or "", 1.0 - distance) for document, distance in found]

    def close(self) -> None:
        """Let go of the collection."""
        self._store = None

    def _open(self, known: Mapping[str, NDArray[np.float32]]) -> Chroma:
        from langchain_chroma import Chroma  # noqa: PLC0415 it takes over a second

        return Chroma(
            self._name,
            _Vectors(known),  # type: ignore[arg-type]  # duck-typed: importing the base class is slow
            client=self._client,
            collection_configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
        )
