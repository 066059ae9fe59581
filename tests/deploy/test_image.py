"""The image and compose name what exists: settings, commands, locks, tools."""

from __future__ import annotations

import re
import tomllib

import pytest
from support.deployment import DEPLOY, ROOT, SETTINGS, parse, read, read_yaml, unknown, values_in

COMPOSE = read_yaml("compose.yaml")
SERVICES = COMPOSE["services"]
OURS = ("migrate", "bot", "worker")


def test_every_variable_of_the_deployment_is_a_setting():
    for service in SERVICES.values():
        assert not unknown(service.get("environment", {}))
    assert not unknown(values_in(read("env.example"))) - {"TONGBAN_KEYS_ON_HOST"}


def test_every_value_the_deployment_asks_for_stands_in_the_example():
    asked = set(re.findall(r"\$\{(\w+)", read("compose.yaml")))
    assert asked == set(values_in(read("env.example")))


def test_what_the_example_gives_is_what_we_take_by_default():
    given = {name: value for name, value in values_in(read("env.example")).items() if value}
    same = {name for name in given if name in SETTINGS and not name.endswith("_URL")}
    assert len(same) > 5
    for name in same:
        default = SETTINGS[name].default
        assert type(default)(given[name]) == default, name


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_the_deployment_is_ours(name):
    parse(SERVICES[name]["command"])


def test_the_deployment_has_its_parts():
    assert set(SERVICES) == {"database", "chroma", *OURS}
    assert SERVICES["bot"]["environment"]["TONGBAN_RECEIVE"] == "webhook"
    assert SERVICES["bot"]["environment"]["TONGBAN_DATABASE_URL"].startswith("postgresql://")
    for name in ("bot", "worker"):
        after = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert after == "service_completed_successfully"


def test_the_image_runs_as_nobody_in_particular():
    assert re.search(r"^USER 10001$", read("Dockerfile"), re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {"var", ".env", "deploy/.env"} <= set(ignored), "keys and secrets stay out of the image"


def test_the_image_installs_from_locks_that_exist():
    locks = set(re.findall(r"requirements[\w-]*\.lock", read("Dockerfile")))
    assert locks
    for lock in locks:
        content = (ROOT / lock).read_text(encoding="utf-8")
        assert "--hash=sha256:" in content
        assert "://" not in content, "a lock holds no address"


def test_the_image_can_back_up_the_database_that_compose_runs():
    """A pg_dump that is older than its server refuses."""
    server = int(SERVICES["database"]["image"].partition(":")[2])
    client = re.search(r"postgresql-client-(\d+)", read("Dockerfile"))
    assert client
    assert int(client[1]) >= server


def test_everybody_speaks_of_the_same_image():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    image = f"{project['name']}:{project['version']}"
    assert {SERVICES[name]["image"] for name in OURS} == {image}
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            named = re.findall(rf"\b{project['name']}:\d[\w.]*", file.read_text("utf-8"))
            assert set(named) <= {image}, file.name
