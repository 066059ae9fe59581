"""Measures answers and retrieval against labelled questions; it decides nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from knowledge.answer import Answer
    from knowledge.desk import Desk

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
