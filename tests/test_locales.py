"""Every sentence exists in both languages, with the same values."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from alerts.desk import PLANS
from cases.child_fields import WORDS_AS
from cases.children import KINDS
from cases.db.reviews import ACCEPTED, RETURNED
from cases.matters import WAYS, MatterKind
from cases.people import Role
from cases.policies import RISK_LEVELS
from cases.tasks import TaskKind
from cases.workflow import SITUATIONS, CloseReason, State
from forms import catalog
from handlers.speech import LOCALES

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "alerts", "forms", "knowledge", "cases", "kernel")
FILES = sorted(path.name for path in (LOCALES / "zh-CN").glob("*.ftl"))


@lru_cache(maxsize=64)
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
    keys += [f"cases-closed-{reason.value}" for reason in CloseReason]
    keys += [f"situation-{code}" for code in SITUATIONS]
    keys += [f"role-{role.value}" for role in Role]
    keys += [f"plan-{plan}" for plan in PLANS]
    keys += [f"value-risk_level-{level}" for level in ("unassessed", *RISK_LEVELS)]
    keys += [f"value-kind-{kind}" for kind in KINDS]
    keys += [f"event-{kind}" for kind in timeline_kinds()]
    keys += [f"risk-{rule}" for rule in risk_rules()]
    assert [key for key in keys if not has(key, language)] == []


def has(key: str, language: str) -> bool:
    """Say whether the locale files of this very language hold a sentence."""
    return any(key in messages(language, name) for name in FILES)


def risk_rules() -> list[str]:
    """Return the rules of the forms that propose a level of risk."""
    models = [catalog.get(form).model for form in ("visit_checkin", "new_child")]
    names = {path.rpartition("/")[2] for model in models for path in model.by_path}
    rules = sorted(name for name in names if name.startswith("rule_"))
    assert len(rules) > 20
    return [*rules, "rule_none"]


def timeline_kinds() -> set[str]:
    """Return what may stand on a child's timeline: forms by name, and what the record notes."""
    noted = set(catalog.names())
    for path in (ROOT / "cases" / "db").glob("*.py"):
        for call in re.findall(r"\bNote\((.*?)\n?\)\n", path.read_text(encoding="utf-8"), re.S):
            noted |= set(re.findall(r'\bkind="(\w+)"', call))
    assert {"added", "changed", "case", "risk"} <= noted
    noted |= {kind.value for kind in MatterKind if WAYS[kind].of_child}
    return noted | {"visit", ACCEPTED, RETURNED, "other"}


def table(name: str, sheet: str) -> list[dict[str, str]]:
    """Return the rows of a sheet of a form of the catalog, by column name."""
    rows: list[list[str]] = []
    here = False
    for line in catalog.path_of(name).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if cells and cells[0]:
            here = cells[0] == sheet
        elif here and cells:
            rows.append(cells[1:])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] if rows else []


THEIR_OWN_WORDS = {"ethnicity"}
"""Fields whose choices are named by the words themselves (汉族)."""


def saved_words(name: str) -> set[str]:
    """Return the keys of every field that a form saves, and of every choice it may hold."""
    survey, choices = table(name, "survey"), table(name, "choices")
    lists = {row["name"]: row["type"].split()[1] for row in survey if "select_" in row["type"]}
    keys = set()
    for row in survey:
        if not (field := row.get("save_to")):
            continue
        keys.add(f"field-{field}")
        if field in THEIR_OWN_WORDS:
            continue
        field = WORDS_AS.get(field, field)
        asked = lists.get(row["name"], "")
        keys |= {f"value-{field}-{c['name']}" for c in choices if c["list_name"] == asked}
        # what a calculation sets: its own words, and those of the question it repeats
        words = set(re.findall(r", '(\w+)'\)?$", row["calculation"]))
        keys |= {f"value-{field}-{word}" for word in words}
        for repeated in set(re.findall(r", \$\{(\w+)\},", row["calculation"])):
            asked = lists.get(repeated, "")
            keys |= {f"value-{field}-{c['name']}" for c in choices if c["list_name"] == asked}
    return keys


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", catalog.names())
def test_every_value_that_a_form_saves_has_a_word(name: str, language: str) -> None:
    assert {key for key in saved_words(name) if not has(key, language)} == set()


def test_a_visit_saves_words() -> None:
    keys = saved_words("visit_checkin")
    assert {"field-lives_with", "value-lives_with-alone", "value-health-healthy"} <= keys
    assert {"value-health-injured", "value-school_state-dropout"} <= keys


FILED_AS_MATTERS = {
    "referral": {"office", "reply_by"},
    "delegation": {
        "photo",
        "guardian_name",
        "guardian_phone",
        "barred_violence",
        "barred_habits",
        "barred_duty",
        "barred_other",
    },
}
"""Forms that become matters, and what stands on the card by another name, or not at all."""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", FILED_AS_MATTERS)
def test_every_answer_on_a_matter_has_a_name(name: str, language: str) -> None:
    form = catalog.get(name)
    missing, count = [], 0
    for control in form.controls:
        if control.node is None or control.tag in {"group", "repeat"}:
            continue
        field = control.node.name
        if field in FILED_AS_MATTERS[name] or control.node.bind.readonly:
            continue
        count += 1
        missing += [] if has(f"word-{field}", language) else [f"word-{field}"]
    assert missing == []
    assert count >= 4
