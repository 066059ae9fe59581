"""Every sentence the case record names exists in both languages, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cases.exports import HEADERS, LATER
from cases.tasks import TaskKind

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r'"(cases-[a-z0-9-]+)(?="|\{)')
FAMILIES = {
    "cases-denied-": ("role", "area", "restricted", "hidden", "unqualified"),
    "cases-guard-": (
        "closed",
        "use-close",
        "manager",
        "police",
        "opener",
        "child",
        "topic",
        "order",
        "reason",
        "successor",
        "own-training",
        "merged",
        "open-case",
    ),
    "cases-invite-": ("done", "wrong", "used", "expired", "tries", "bound"),
}


def defined(language):
    text = (ROOT / "handlers" / "locales" / language / "cases.ftl").read_text("utf-8")
    return {line.split(" =")[0] for line in text.splitlines() if re.match(r"[a-z]", line)}


def named():
    columns = {name for names in HEADERS.values() for name in names} - {*LATER}
    found = {f"cases-column-{name}" for name in columns}
    files = [*(ROOT / "cases").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]
    for file in [*files, *(ROOT / "bot").rglob("*.py")]:
        found |= set(NAMED.findall(file.read_text("utf-8")))
    whole = found | {start + end for start, ends in FAMILIES.items() for end in ends}
    return {key for name in whole for key in _members(name)}


def _members(name):
    """Return a sentence, or all of a family that the code names by its beginning."""
    if not name.endswith("-"):
        return {name}
    family = {key for key in defined("zh-CN") if key.startswith(name)}
    assert family, name
    return family


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_named_sentence_exists(language):
    assert named() <= defined(language)


def test_both_languages_say_the_same_things():
    assert defined("zh-CN") == defined("en")
    assert {key for key in defined("en") if key.startswith("cases-")} == named()


@pytest.mark.parametrize("kind", TaskKind)
def test_every_kind_of_task_has_a_name_to_show(kind):
    files = (ROOT / "handlers" / "locales" / "zh-CN").glob("*.ftl")
    assert any(f"\ntask-{kind.value} = " in file.read_text("utf-8") for file in files)
