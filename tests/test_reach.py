"""What is built can be reached: a method with tests of its own may still be called by nobody."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from cases.policies import RULES
from handlers.verbs import TYPED, VERBS

ROOT = Path(__file__).parents[1]
PACKAGES = ("alerts", "bot", "cases", "forms", "handlers", "kernel", "knowledge")
RECORD = sorted((ROOT / "cases" / "db").glob("*.py"))
OF_SQLALCHEMY = {"process_bind_param", "process_result_value"}


@cache
def whole() -> str:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@cache
def named() -> Counter[str]:
    """Return how often each word stands in the code."""
    return Counter(re.findall(r"\w+", whole()))


@cache
def quoted() -> Counter[str]:
    """Return how often each word stands between quotes, and before a colon in them."""
    return Counter(re.findall(r"[\"'](\w+:?)", whole()))


@pytest.mark.parametrize("path", RECORD, ids=lambda path: path.stem)
def test_every_public_method_of_the_record_is_called(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = [
        member.name
        for kind in tree.body
        if isinstance(kind, ast.ClassDef)
        for member in kind.body
        if isinstance(member, ast.AsyncFunctionDef | ast.FunctionDef)
    ]
    public = {name for name in defined if not name.startswith("_")} - OF_SQLALCHEMY
    assert not [name for name in sorted(public) if named()[name] < 2]


def test_every_policy_rule_is_read():
    said = {rule for rule in RULES if not rule.startswith("visit_")}
    assert len(said) > 10
    # once in the list of rules, and where its days are asked for
    assert not [rule for rule in sorted(said) if quoted()[rule] < 2]


def test_every_lasting_button_has_a_place_where_it_is_offered():
    wishes = (ROOT / "handlers" / "wishes.toml").read_text(encoding="utf-8")
    # in its table, and as `verb:` or, where a row of buttons is made from words, as the bare word
    lost = [
        verb
        for verb in VERBS
        if not quoted()[f"{verb}:"] and f'"{verb}' not in wishes and quoted()[verb] < 2
    ]
    assert lost == []


def test_every_open_question_is_asked():
    assert not [verb for verb in TYPED if quoted()[verb] < 2]
