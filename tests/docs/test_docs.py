"""The papers are true: settings, commands, forms and deployment name what exists."""

import re
from pathlib import Path

import yaml

from bot.console.app import cli
from bot.settings import Settings
from forms import catalog

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_readme() -> None:
    for name in Settings.model_fields:
        assert f"TONGBAN_{name.upper()}" in README, name


def test_every_command_stands_in_the_readme() -> None:
    names = [command.callback.__name__ for command in cli.registered_commands]
    names += [group.name for group in cli.registered_groups]
    assert len(names) > 6
    for name in names:
        assert f"`tongban {name}" in README, name


def test_every_variable_of_the_deployment_is_a_setting() -> None:
    known = {f"TONGBAN_{name.upper()}" for name in Settings.model_fields}
    text = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    for service in yaml.safe_load(text)["services"].values():
        for name in service.get("environment", {}):
            assert not name.startswith("TONGBAN_") or name in known, name


def test_the_deployment_has_its_parts() -> None:
    parts = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    services = parts["services"]
    assert set(services) == {"database", "chroma", "migrate", "bot", "worker"}
    assert services["bot"]["environment"]["TONGBAN_RECEIVE"] == "webhook"
    assert services["bot"]["environment"]["TONGBAN_DATABASE_URL"].startswith("postgresql://")
    for name in ("bot", "worker"):
        after = services[name]["depends_on"]["migrate"]["condition"]
        assert after == "service_completed_successfully"


def test_the_image_installs_from_locks_that_exist() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    locks = set(re.findall(r"requirements[\w-]*\.lock", text))
    assert locks
    for lock in locks:
        content = (ROOT / lock).read_text(encoding="utf-8")
        assert "--hash=sha256:" in content
        assert "://" not in content, "a lock holds no address"


def test_every_form_of_the_catalog_has_a_title_and_a_version() -> None:
    for name in catalog.names():
        form = catalog.get(name)
        assert form.title
        assert form.version
