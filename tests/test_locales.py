"""Every sentence exists in both languages, with the same values."""

import re
from pathlib import Path

import pytest

from cases.tasks import TaskKind
from cases.workflow import SITUATIONS, CloseReason, State
from handlers.speech import LOCALES, speak
from kernel.phrases import say

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "alerts", "forms", "knowledge", "cases", "kernel")
FILES = sorted(path.name for path in (LOCALES / "zh-CN").glob("*.ftl"))


def messages(language: str, name: str) -> dict[str, set[str]]:
    """Return the variables of each message of a file."""
    text = (LOCALES / language / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z][\w-]* =)", text, flags=re.MULTILINE)
    found = {}
    for block in blocks:
        if match := re.match(r"([a-z][\w-]*) =", block):
            found[match[1]] = set(re.findall(r"\{\s*\$(\w+)", block))
    return found


@pytest.mark.parametrize("name", FILES)
def test_both_languages_say_the_same(name: str) -> None:
    chinese, english = messages("zh-CN", name), messages("en", name)
    assert chinese
    assert set(chinese) == set(english)
    for key, variables in chinese.items():
        assert english[key] == variables, key


def test_every_key_in_the_code_is_a_sentence() -> None:
    known = {key for name in FILES for key in messages("zh-CN", name)}
    used = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            used |= set(re.findall(r"""\bsay\(\s*"([a-z][\w-]*)\"""", text))
            used |= set(re.findall(r"""^    key = "([\w-]+)\"$""", text, flags=re.MULTILINE))
    assert len(used) > 200
    assert used - known - {"forms-own-message"} == set()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_family_of_keys_is_complete(language: str) -> None:
    keys = [f"task-{kind.value}" for kind in TaskKind]
    keys += [f"state-{state.value}" for state in State]
    keys += [f"reason-{reason.value}" for reason in CloseReason]
    keys += [f"situation-{code}" for code in SITUATIONS]
    for key in keys:
        assert speak(say(key), language)
