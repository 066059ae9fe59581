"""The papers are true: settings, commands and forms name what exists."""

import re
from pathlib import Path

from bot.console.app import cli
from bot.settings import Settings
from forms import catalog

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGES = ("bot", "handlers", "alerts", "forms", "knowledge", "cases", "kernel", "sandbox")


def test_every_setting_stands_in_the_readme() -> None:
    for name in Settings.model_fields:
        assert f"TONGBAN_{name.upper()}" in README, name


def test_every_command_stands_in_the_readme() -> None:
    names = [command.callback.__name__ for command in cli.registered_commands]
    names += [group.name for group in cli.registered_groups]
    assert len(names) > 6
    for name in names:
        assert f"`tongban {name}" in README, name


def test_every_command_of_a_group_stands_in_the_readme() -> None:
    for group in cli.registered_groups:
        row = next(line for line in README.splitlines() if f"| `tongban {group.name} " in line)
        commands = group.typer_instance.registered_commands
        assert commands
        for command in commands:
            name = command.name or command.callback.__name__
            assert re.search(rf"[` ]{name}[` ]", row.split("|")[1]), f"{group.name} {name}"


def test_every_form_of_the_catalog_stands_in_the_readme() -> None:
    for name in catalog.names():
        assert f"`{name}`" in README, name


def test_every_form_of_the_catalog_begins_somewhere_in_the_chat() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "handlers").glob("*.py"))
    for name in catalog.names():
        begun = rf'(begin|start|ask)\(\s*room, "{name}"|^[A-Z]+ = "{name}"'
        assert re.search(begun, code, re.MULTILINE), name


def test_every_picture_and_paper_the_papers_name_exists() -> None:
    for paper in (ROOT / "README.md", ROOT / "ARCHITECTURE.md"):
        text = paper.read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (ROOT / link).exists(), link
        named = re.findall(r"`([\w.]+/[\w./-]*\w\.(?:py|md|toml|yaml))`", text)
        for name in named:
            assert (ROOT / name).exists() or "NAME" in name, name


def test_every_word_of_the_glossary_is_a_word_of_the_code() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*")]
    code = "".join(p.read_text("utf-8") for p in paths if p.suffix in {".py", ".md", ".toml"})
    words = re.findall(r"`([\w=\"]+)`", text)
    assert len(words) > 25
    for word in words:
        assert re.search(rf"\b{word}", code), word


def test_every_decision_says_why_and_stands_in_order() -> None:
    papers = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert papers
    for number, paper in enumerate(papers, 1):
        text = paper.read_text(encoding="utf-8")
        assert paper.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        for part in ("Context", "Decision", "Rejected", "Consequences", "Status"):
            assert f"**{part}.**" in text, (paper.name, part)


def test_every_form_of_the_catalog_has_a_title_and_a_version() -> None:
    for name in catalog.names():
        form = catalog.get(name)
        assert form.title
        assert form.version
