"""The days that rule the work (visits, reminders), read from policy/*.toml; none is in code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.areas import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RULES = frozenset(
    {
        "visit_red",
        "visit_yellow",
        "visit_blue",
        "visit_green",
        "visit_unassessed",
        "visit_first",
        "visit_retry",
        "visit_soon",
        "visit_soon_red",
        "case_contact",
        "police_receipt",
        "summary_due",
        "draft_waiting",
        "draft_offer",
        "draft_expiry",
        "delegation_expiry",
        "referral_answer",
        "file_stale",
        "training_yearly",
        "approval_ending",
        "help_answer",
        "keep_file",
        "keep_case",
        "keep_matter",
        "keep_form",
    }
)
RISK_LEVELS = ("red", "yellow", "blue", "green", "unassessed")
_MAX_DAYS = 3_660
_FOLDER = Path(__file__).with_name("policy")


class PolicyError(ValueError):
    """A policy file is not valid; the message names the file and the line of trouble."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A number of days and where it comes from (`default`: our own)."""

    days: int
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force somewhere on some day."""

    rules: Mapping[str, Rule]
    documents: tuple[str, ...] = ()
    risk: Mapping[str, str] = field(default_factory=dict)

    def days(self, rule: str) -> timedelta:
        """Return the days of a rule."""
        return timedelta(days=self.rules[rule].days)

    def risk_of(self, severity: str) -> str:
        """Return the level of risk that a form's urgency proposes; empty for none."""
        return self.risk.get(severity, "")

    def next_visit(self, visited_on: date, risk: str, *, seen: bool = True) -> date:
        """Return the latest day of the next visit."""
        rule = f"visit_{risk}" if seen else "visit_retry"
        return visited_on + self.days(rule if rule in self.rules else "visit_unassessed")


@dataclass(frozen=True, slots=True)
class _Sheet:
    area: str
    document: str
    valid_from: date
    rules: Mapping[str, Rule]
    risk: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Policies:
    """All policy sheets; a nearer area and a later date win."""

    sheets: tuple[_Sheet, ...]

    def at(self, area: str, day: date) -> Policy:
        """Return the rules for an area on a day."""
        rules: dict[str, Rule] = {}
        risk: dict[str, str] = {}
        documents = []
        for sheet in self.sheets:
            if sheet.valid_from <= day and (not sheet.area or within(area, sheet.area)):
                rules.update(sheet.rules)
                risk.update(sheet.risk)
                documents.append(sheet.document)
        return Policy(rules, tuple(filter(None, documents)), risk)

    def codes(self) -> frozenset[str]:
        """Return the codes that the local sheets name."""
        return frozenset(sheet.area for sheet in self.sheets if sheet.area)

    def least(self, rule: str) -> timedelta:
        """Return the fewest days that any sheet gives a rule: nothing newer can be over."""
        return timedelta(days=min(s.rules[rule].days for s in self.sheets if rule in s.rules))


def load_policies(folders: Iterable[Path] = ()) -> Policies:
    """Read the default and every further sheet.

    Raises:
        PolicyError: A sheet is not valid, or the default lacks a rule.
    """
    files = sorted(_FOLDER.glob("*.toml"))
    for folder in folders:
        files += sorted(folder.glob("*.toml"))
    sheets = sorted((_read(file) for file in files), key=lambda s: (len(s.area), s.valid_from))
    if not sheets or RULES - sheets[0].rules.keys():
        message = "policy/default.toml must give every rule"
        raise PolicyError(message)
    return Policies(tuple(sheets))


def _read(file: Path) -> _Sheet:
    try:
        data = tomllib.loads(file.read_text("utf-8"))
        rules = {name: _rule(name, given) for name, given in data["rules"].items()}
        risk = {severity: _level(level) for severity, level in data.get("risk", {}).items()}
        area, document, since = str(data["area"]), str(data["document"]), data["valid_from"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        message = f"{file.name}: {error}"
        raise PolicyError(message) from error
    if not isinstance(since, date) or (area and not document):
        message = f"{file.name}: a local sheet needs valid_from and a document number"
        raise PolicyError(message)
    return _Sheet(area, document, since, rules, risk)


def _level(level: str) -> str:
    if level not in RISK_LEVELS:
        message = f"unknown level of risk {level}"
        raise ValueError(message)
    return level


def _rule(name: str, given: Mapping[str, Any]) -> Rule:
    days, source = given["days"], given["source"]
    if name not in RULES:
        message = f"unknown rule {name}"
        raise ValueError(message)
    if not isinstance(days, int) or not 1 <= days <= _MAX_DAYS or not source:
        message = f"{name}: days must be 1 to {_MAX_DAYS}, with a source"
        raise ValueError(message)
    return Rule(days, str(source))
