"""Each page of what to do gives commands that the console takes, and leads to files that exist."""

from __future__ import annotations

import re

import pytest
from support.deployment import DEPLOY, ROOT, parse, unknown

from cases.sheet_people import AREA_HEADERS, MOVE_HEADERS

SHEET_COLUMNS = {**AREA_HEADERS, **MOVE_HEADERS}
LOGGED = (
    *(
        "turn postponed",
        "turn failed",
        "update kept aside",
        "another process polls the same token",
    ),
    *("halted", "unreachable", "rejected", "gave-up"),
)
FOLDER = DEPLOY / "runbooks"
PAGES = sorted(FOLDER.glob("*.md"))
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
COMMAND = re.compile(r"^\s*tongban ([^…\n]+)$|`tongban ([^`…]+)`", re.MULTILINE)


def commands(text):
    return [block or inline for block, inline in COMMAND.findall(text)]


@EVERY_PAGE
def test_every_command_is_taken_by_the_console(page):
    for line in commands(page.read_text(encoding="utf-8")):
        parse(line)


def test_the_commands_are_found():
    found = {line.split()[0] for page in PAGES for line in commands(page.read_text("utf-8"))}
    assert {"audit", "backup", "db", "drill", "import", "invite", "letters", "restore"} <= found
    for wrong in ("letter", "db rotat", "drill", "backup a b", "import areas x.xlsx --dryrun"):
        with pytest.raises(ValueError, match=wrong.split()[0]):
            parse(wrong)


@EVERY_PAGE
def test_every_page_is_short_and_in_the_index(page):
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    if page.name != "README.md":
        assert f"({page.name})" in INDEX


@EVERY_PAGE
def test_every_page_leads_to_what_exists(page):
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (FOLDER / link).exists(), link
    for name in re.findall(r"`?((?:docs|alerts|dashboards|kubernetes)/[\w./-]+\w\.\w+)`?", text):
        assert (ROOT / name).exists() or (DEPLOY / name).exists(), name
    assert not unknown(re.findall(r"TONGBAN_[A-Z_]+", text)), page.name


def test_what_a_page_quotes_is_what_people_see():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    code = "".join(
        path.read_text(encoding="utf-8")
        for package in ("bot", "alerts")
        for path in (ROOT / package).rglob("*.py")
    )
    for words in LOGGED:
        assert words in text, words
        assert words in code, words
    spoken = "".join(path.read_text("utf-8") for path in (ROOT / "handlers").rglob("*.ftl"))
    for words in re.findall(r"“([^”…]+)", text):
        known = {name for names in SHEET_COLUMNS.values() for name in names}
        assert words in spoken or words in known, words


def test_the_index_knows_every_rule():
    rules = re.findall(r"alert: (\w+)", (DEPLOY / "dashboards" / "rules.yaml").read_text("utf-8"))
    assert rules
    assert set(re.findall(r"\bTongban\w+", INDEX)) == set(rules)
