"""The reference engine of the ODK project beside ours: the same answers, and what differs."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime
from typing import Any

from bench.support.reference import DRIVER
from forms import engine, running
from forms.errors import InvalidAnswer
from forms.form import Form
from forms.instance import MORE, NOTE, OPEN, Series
from forms.lexical import MEDIA
from forms.question import ask, is_readonly, is_required, kind_of
from forms.validity import broken, checked_answer
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)


class Reference:
    """The reference engine in its own process, one JSON line in and one out."""

    def __init__(self, node: str, zone: str = "Asia/Shanghai") -> None:
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [node, "drive.mjs"],
            cwd=DRIVER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**keep, "TZ": zone, "REFERENCE_NOW": str(NOW.timestamp() * 1000)},
        )

    def play(self, form: str, answers: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
        line = json.dumps({"form": form, "answers": answers, **more})
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


class Run:
    """Our side: answers given one by one, and the state afterwards."""

    def __init__(self, form: Form, lists: dict[str, list[dict[str, str]]] | None = None) -> None:
        self.context = engine.Context(now=NOW, lists=lists or {})
        session = engine.begin(form, self.context)
        self.live = running.claim(form, session, self.context)
        self.given: list[tuple[str, str]] = []
        self.refused: list[tuple[str, str]] = []
        self.passed: set[object] = set()

    def next(self):
        places = self.live.places
        for node, state in zip(places.nodes, places.states, strict=True):
            if state in (OPEN, MORE, NOTE) and node not in self.passed:
                return node
        return None

    def answer(self, pick, most: int = 400) -> None:
        """Answer every question; `pick(question)` gives a value, or None to leave it."""
        for _ in range(most):
            node = self.next()
            if node is None:
                return
            self.passed.add(node)
            if isinstance(node, Series):
                self._more(node, pick)
            elif not node.definition.is_note and not is_readonly(self.live, node):
                self._one(node, pick)

    def _more(self, series: Series, pick) -> None:
        wanted = pick(ask(self.live, series))
        if isinstance(wanted, int) and wanted != len(series.instances):
            self.live.resize(series, wanted)
            self.live.settle()
            self.given.append((series.ref, str(wanted)))

    def _one(self, node, pick) -> None:
        value = pick(ask(self.live, node))
        if not value or kind_of(node.definition) in (*MEDIA, "file"):
            return
        try:
            value = checked_answer(self.live, node, value)
        except InvalidAnswer:
            self.refused.append((node.ref, value))
            return
        self.given.append((node.ref, value))
        running.apply(self.live, node, value)

    def give(self, ref: str, value: str) -> None:
        """Give one answer out of turn, or say how many entries a repeat has."""
        node = next((n for n in self.live.places.nodes if n.ref == ref), None)
        if isinstance(node, Series):
            self.live.resize(node, int(value))
            self.live.settle()
        else:
            running.apply(self.live, node or self.live.find(ref), value)
        self.given.append((ref, value))

    def state(self) -> dict[str, dict[str, Any]]:
        found = {}
        for ref, node in self.live.outline.leaves:
            if node.name.startswith("@"):
                continue
            asked = node.definition.control is not None and node.place >= 0
            error = broken(self.live, node) if asked and node.relevant else None
            kind = None
            if error is not None and node.value:
                kind = "constraint"
            elif asked and node.relevant and not node.value and is_required(self.live, node):
                kind = "required"  # also where nobody can answer: there ours lets the form go
            found[ref] = {
                "value": node.value,
                "relevant": node.relevant,
                "required": is_required(self.live, node),
                "readonly": is_readonly(self.live, node),
                "violation": kind,
                "choices": self._choices(node) if asked and node.relevant else None,
                "label": self._label(node) if asked and node.relevant else "",
            }
        return found

    def _choices(self, node):
        found = [list(choice) for choice in self.live.world.choices(node)]
        return found if node.definition.control.items else None

    def _label(self, node) -> str:
        control = node.definition.control
        return self.live.world.render(control.label, node)


SKIPPED = ("instanceID",)


def differences(ours: dict[str, dict[str, Any]], theirs: dict[str, dict[str, Any]]) -> list[str]:
    refs = {ref for ref in {*ours, *theirs} if not ref.endswith(SKIPPED)}
    both = sorted(refs & set(ours) & set(theirs))
    keys = ("relevant", "value", "required", "readonly", "violation", "choices", "label")
    return [f"{ref}: only one of us knows it" for ref in sorted(refs - set(both))] + [
        f"{ref} {key}: ours {ours[ref][key]!r}, theirs {theirs[ref][key]!r}"
        for ref in both
        for key in keys
        if not _same(key, ours[ref], theirs[ref])
    ]


def _same(key: str, mine: dict[str, Any], other: dict[str, Any]) -> bool:
    if key == "relevant":
        return mine[key] == other[key]
    if not mine["relevant"]:
        return True
    if (
        key in ("violation", "choices")
        and mine["choices"] is None
        and other["kind"]
        in (
            "model-value",
            "note",
            "upload",
        )
    ):
        return True
    if key == "choices":
        labels = [[value, " ".join(label.split())] for value, label in mine[key] or ()]
        return labels == [[value, " ".join(label.split())] for value, label in other[key] or ()]
    if key == "label":
        return " ".join(mine[key].split()) == " ".join(other[key].split()) or not mine[key]
    return mine[key] == other[key]


def compare(reference: Reference, definition: bytes, run: Run, **more: Any) -> None:
    text = definition.decode()
    result = reference.play(text, run.given, **more)
    assert "error" not in result, result.get("error")
    found = differences(run.state(), result["leaves"])
    assert found == [], found
    for ref, value in run.refused[:2]:
        if not value.strip() or run.live.find(ref) is None:
            continue
        refused = reference.play(text, [*run.given, (ref, value)], **more)["leaves"][ref]
        # A value the type does not take is dropped by the reference; a broken rule is named.
        assert refused["violation"] == "constraint" or refused["value"] != value


def typical(question) -> Any:
    """Give a plausible answer that depends on the question alone."""
    seed = sum(map(ord, question.ref))
    if question.type == "repeat":
        return 2
    if question.choices:
        values = [value for value, _label in question.choices]
        if question.type == "select_multiple":
            return " ".join(values[seed % len(values) :][:2])
        if question.type == "rank":
            return " ".join(reversed(values))
        return values[seed % len(values)]
    return _TYPICAL.get(question.type, "word")


_TYPICAL = {
    "integer": "3",
    "decimal": "2.5",
    "range": "3",
    "date": "2026-12-01",
    "time": "10:30:00.000+08:00",
    "dateTime": "2026-11-20T10:30:00.000+08:00",
    "geopoint": "27.91 112.94 0 0",
    "geotrace": "1 1 0 0; 2 2 0 0",
    "geoshape": "1 1 0 0; 2 2 0 0; 2 1 0 0; 1 1 0 0",
    "acknowledge": "OK",
}
