"""Writes docs/reliability.md from what the other scripts measure: every figure by one command.

    python bench/reliability.py [--only crash latency …] [--db postgresql://…]
    python bench/reliability.py --take crash FILE.json …     keeps what a script printed elsewhere

All of it takes some three hours on two cores; `--only` measures one part again and keeps the
figures of the others (docs/reliability/figures.json). Nothing is judged here: each script exits
with 1 when something was lost, doubled or stuck, and then this one does too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parents[1]
PAGE, KEPT = ROOT / "docs" / "reliability.md", ROOT / "docs" / "reliability" / "figures.json"
WORDS = ROOT / "docs" / "reliability" / "words.md"
SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
KILLS = 1000
"""On each database."""


def commands(db: str) -> dict[str, list[list[str]]]:
    """Return what each part runs: a script and its arguments."""
    kills = [
        ["crash.py", "--runs", str(KILLS), "--seed", seed, "--faults", *where]
        for seed, where in (("310", ()), ("320", ("--db", db)))
    ]
    rates = [
        ["latency.py", "--rate", str(rate), "--seconds", "20", *where]
        for where in ((), ("--db", db))
        for rate in (1, 20, 50)
    ]
    upheavals = [
        ["crash.py", "--blow", blow, "--runs", str(runs), "--seed", str(seed), *where]
        for seed, (blow, runs, where) in enumerate(
            (
                ("roll", 40, ("--db", db)),
                ("roll", 40, ()),
                ("database", 40, ()),
                ("clock", 40, ("--db", db)),
                ("clock", 12, ()),
            ),
            start=401,
        )
    ]
    return {
        "crash": kills,
        "upheavals": upheavals,
        "latency": rates,
        "broadcast": [["latency.py", "--rate", "1", "--seconds", "20", "--queued", "10000"]],
        "fuzz": [["fuzz.py", "--updates", "100000"]],
        "soak": [["soak.py", "--people", "200", "--rate", "40", "--seconds", "1800"]],
        "dialogues": [["soak.py", "--people", "20000", "--rate", "50", "--seconds", "60"]],
        "records": [["records.py", "--children", "10000"]],  # a million: --take
        "turns": [["turns.py", "--seconds", "8"]],  # PostgreSQL wants an empty database: --take
    }


def run(command: Sequence[str]) -> dict[str, Any]:
    """Run a script and return the JSON object it prints last."""
    script = str(Path(__file__).with_name(command[0]))
    done = subprocess.run(
        [sys.executable, script, *command[1:], "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {**figures, "command": " ".join(command), "exit": done.returncode}


def flat(figures: dict[str, Any]) -> dict[str, Any]:
    """Draw the looks at the record into one row: their p95, and how long an import takes."""
    looks = {name: look["p95_ms"] for name, look in figures.get("looks", {}).items()}
    taken = {"import_s": figures["import"]["total_s"]} if "import" in figures else {}
    return {**figures, **looks, **taken}


def table(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """Draw rows as a table; a list shows its first, middle and last reading."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += [
        "| " + " | ".join(_cell(row.get(name)) for name in columns) + " |"
        for row in map(flat, rows)
    ]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return f"{value[0]} → {value[len(value) // 2]} → {value[-1]}"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count}" for name, count in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


COLUMNS = {
    "crash": (
        *("database", "runs", "seed", "submissions", "lost", "doubled", "stuck"),
        *("alerts_new", "alerts_labelled", "seconds"),
    ),
    "upheavals": (
        *("blow", "database", "runs", "seed", "submissions", "lost", "doubled", "stuck"),
        *("said_twice", "alerts_labelled", "recovered_s"),
    ),
    "latency": ("database", "rate_per_s", "sent", "seen", "p50_ms", "p99_ms"),
    "broadcast": ("database", "queued", "sent", "seen", "p50_ms", "p99_ms", "queued_left"),
    "fuzz": ("updates", "statuses", "server_errors", "failed_turns", "poison", "died", "rss_mb"),
    "soak": (
        *("people", "turns", "unanswered", "p50_ms", "p99_ms"),
        *("bot_mb", "bot_files", "worker_mb", "worker_files"),
    ),
    "dialogues": ("people", "turns", "unanswered", "p50_ms", "p99_ms", "bot_mb", "bot_files"),
    "records": (
        *("database", "children", "visits", "today", "mine", "card", "overview", "duplicates"),
        "import_s",
    ),
    "turns": (
        *("database", "replicas", "people", "ours_per_s", "echo_per_s", "ratio", "cpu_ratio"),
        *("ours_cpu_ms", "p50_ms", "p99_ms"),
    ),
}


def page(figures: dict[str, list[dict[str, Any]]]) -> str:
    """Put the tables into the words: a line `{{crash}}` stands for the table of that part."""
    text = WORDS.read_text(encoding="utf-8")
    for name, columns in COLUMNS.items():
        rows = figures.get(name)
        drawn = table(columns, rows) if rows else "Not measured yet."
        text = text.replace(f"{{{{{name}}}}}", drawn)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=sorted(COLUMNS), help="parts to measure")
    parser.add_argument("--take", nargs="+", metavar=("PART", "FILE"), help="figures to keep")
    parser.add_argument("--db", default=SERVER, help="a PostgreSQL server")
    given = parser.parse_args()
    figures = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    bad = 0
    if given.take:
        part, *files = given.take
        figures[part] = [json.loads(Path(file).read_text().splitlines()[-1]) for file in files]
    else:
        for part, runs in commands(given.db).items():
            if given.only is None or part in given.only:
                figures[part] = [run(command) for command in runs]
                bad += sum(one["exit"] != 0 for one in figures[part])
                KEPT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    KEPT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    PAGE.write_text(page(figures), encoding="utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
