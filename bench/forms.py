"""Measures one answer in our form engine and in the reference engine, on the same answers.

`python bench/forms.py --json` prints
`{"forms": [{"form", "ours_ms_p50", "reference_ms_p50", "answers", …}]}`. The reference runs in Node
(`tests/forms/reference`, installed at the first run); where it cannot, its figures are null and
the reason goes to standard error. `ours_stored_…` reads the whole session as JSON before each answer
and makes the form anew, as a process does that takes a draft over. `turn_first_tenth_ms_p50` and `turn_last_tenth_ms_p50` of the long
form are CPU times of whole turns of the product, channel and database in them (`--db`: PostgreSQL).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.support.filled import Filled  # noqa: E402
from bench.support.reference import DRIVER, NoReferenceError, ready  # noqa: E402
from forms import catalog, engine  # noqa: E402
from forms.form import Form, compile_form  # noqa: E402
from kernel.clock import CHINA  # noqa: E402

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
REPEATS, INSTANCES, PER_REPEAT, FLAT = 10, 3, 5, 150
ROUNDS = 7

VISIT = {
    "mode": "home",
    "seen": "child guardian",
    "immediate_danger": "no",
    "lives_with": "alone",
    "alone_days": "days",
    "delegation_state": "none",
    "last_parent_contact": "month",
    "concerns": "health school mood money",
    "health_state": "untreated",
    "school_state": "truant",
    "mood": "withdrawn sleepless",
    "money_state": "hard",
    "aid_needed": "dibao education",
    "abuse_sign": "none",
    "child_words": "想妈妈",
    "actions_done": "talked",
    "next_visit_date": "2026-12-20",
}


def large_form() -> bytes:
    """Return a form of 300 questions, 10 repeats of 3 instances among them."""
    model, body, binds = [], [], []
    for n in range(FLAT):
        model.append(f"<q{n}/>")
        extra = f' relevant="/data/q{n - 1} != 0"' if n % 3 == 1 else ""
        extra += ' constraint=". &lt; 1000"' if n % 4 == 0 else ""
        binds.append(f'<bind nodeset="/data/q{n}" type="int"{extra}/>')
        body.append(f'<input ref="/data/q{n}"><label>Q{n}</label></input>')
        if n % 5 == 0:
            model.append(f"<c{n}/>")
            total = " + ".join(f"coalesce(/data/q{k}, 0)" for k in range(max(0, n - 5), n + 1))
            binds.append(f'<bind nodeset="/data/c{n}" type="string" calculate="{total}"/>')
    for r in range(REPEATS):
        fields = "".join(f"<a{k}/>" for k in range(PER_REPEAT)) + "<s/>"
        model.append(
            f'<r{r} jr:template="">{fields}</r{r}>' + f"<r{r}>{fields}</r{r}>" * INSTANCES
        )
        model.append(f"<t{r}/>")
        inputs = ""
        for k in range(PER_REPEAT):
            extra = " relevant=\"../a0 != '7'\"" if k == 3 else ""
            binds.append(f'<bind nodeset="/data/r{r}/a{k}" type="int"{extra}/>')
            inputs += f'<input ref="/data/r{r}/a{k}"><label>A{k}</label></input>'
        binds.append(f'<bind nodeset="/data/r{r}/s" calculate="../a0 + ../a1 + position(..)"/>')
        binds.append(f'<bind nodeset="/data/t{r}" calculate="sum(/data/r{r}/s)"/>')
        body.append(
            f'<group ref="/data/r{r}"><label>R{r}</label>'
            f'<repeat nodeset="/data/r{r}">{inputs}</repeat></group>'
        )
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>300 questions</h:title><model><instance>
<data id="large">{"".join(model)}<meta><instanceID/></meta></data></instance>{"".join(binds)}</model>
</h:head><h:body>{"".join(body)}</h:body></h:html>""".encode()


def run_ours(form: Form, answers: dict[str, str], *, kept: bool) -> tuple[list[float], list[Any]]:
    """Answer a whole form; with `kept`, write and read the session as JSON at every answer."""
    context = engine.Context(now=NOW, params={"child_age": "9"} if form.id != "large" else {})
    step = engine.current(form, engine.begin(form, context), context)
    times, given = [], []
    while step.question is not None:
        question, session = step.question, step.session
        value = answers.get(question.ref.rpartition("/")[2], "" if answers else "3")
        if question.type == "repeat":
            value = "no"
        text = json.dumps(session.to_json()) if kept else ""
        started = time.perf_counter()
        if kept:
            session = engine.Session.from_json(text)
        if value:
            step = engine.answer(form, session, value, context)
        else:
            step = engine.skip(form, session, context)
        if kept:
            json.dumps(step.session.to_json())
        times.append((time.perf_counter() - started) * 1000)
        if value and question.type != "repeat":
            given.append([question.ref, value])
    return times, given


def installed_node() -> str | None:
    """Return the Node that runs the reference; None, and why on standard error, without it."""
    try:
        return ready()
    except NoReferenceError as missing:
        print(missing, file=sys.stderr)
        return None


def run_reference(node: str, definition: str, given: list[Any]) -> list[float]:
    """Give the reference the same answers; return milliseconds of each."""
    line = json.dumps({"form": definition, "answers": given, "quiet": True}) + "\n"
    done = subprocess.run(
        [node, "drive.mjs"],
        cwd=DRIVER,
        input=line * ROUNDS,
        capture_output=True,
        text=True,
        check=False,
    )
    return [t for out in done.stdout.splitlines() for t in json.loads(out).get("times", [])]


def tenths(times: list[float], length: int) -> tuple[float, float]:
    """Return the median of the first and of the last tenth of every round's answers."""
    tenth = max(1, length // 10)
    rounds = [times[at : at + length] for at in range(0, len(times), length)]
    first = [t for one in rounds for t in one[:tenth]]
    last = [t for one in rounds for t in one[-tenth:]]
    return round(statistics.median(first), 4), round(statistics.median(last), 4)


async def run_turns(definition: bytes, title: str, url: str) -> list[float]:
    """Fill in a form through the product; return the CPU time of each turn in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        filled = Filled(Path(folder), definition, url)
        await filled.begin(title)
        times, began = [], time.process_time()
        while await filled.answer("3"):
            times.append((time.process_time() - began) * 1000)
            began = time.process_time()
        await filled.end()
    return times


def measure(name: str, form: Form, answers: dict[str, str], node: str | None) -> dict[str, Any]:
    """Measure one form both ways; without `node` only ours."""
    times: list[float] = []
    given: list[Any] = []
    for _ in range(ROUNDS):
        more, given = run_ours(form, answers, kept=False)
        times += more
    stored: list[float] = []
    for _ in range(ROUNDS):
        stored += run_ours(form, answers, kept=True)[0]
    theirs = run_reference(node, form.definition.decode(), given) if node else []
    length = len(times) // ROUNDS
    first, last = tenths(times, length)
    stored_first, stored_last = tenths(stored, length)
    p50 = statistics.median(times)
    return {
        "form": name,
        "answers": length,
        "ours_ms_p50": round(p50, 4),
        "ours_ms_p99": round(statistics.quantiles(times, n=100)[98], 4),
        "ours_per_s": round(1000 / statistics.mean(times)),
        "ours_stored_ms_p50": round(statistics.median(stored), 4),
        "ours_stored_first_tenth_ms_p50": stored_first,
        "ours_stored_last_tenth_ms_p50": stored_last,
        "ours_first_tenth_ms_p50": first,
        "ours_last_tenth_ms_p50": last,
        "reference_ms_p50": round(statistics.median(theirs), 4) if theirs else None,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.add_argument("--db", default="", help="a PostgreSQL URL of an empty database")
    asked = parser.parse_args()
    node = installed_node()
    found = [
        measure("visit_checkin", catalog.get("visit_checkin"), VISIT, node),
        measure("300 questions, 10 repeats", compile_form(large_form()), {}, node),
    ]
    turns = asyncio.run(run_turns(large_form(), "300 questions", asked.db))
    first, last = tenths(turns, len(turns))
    found[-1] |= {"turn_first_tenth_ms_p50": first, "turn_last_tenth_ms_p50": last}
    if asked.json:
        print(json.dumps({"forms": found}, ensure_ascii=False))
        return
    for row in found:
        print("  ".join(f"{key}={value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
