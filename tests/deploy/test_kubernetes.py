"""The manifests of Kubernetes agree with the code, with compose and with each other."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import pytest
import yaml
from support.deployment import DEPLOY, ROOT, SETTINGS, parse, read, read_yaml, unknown, values_in

from bot.channels.webhook import webhook_app
from bot.monitoring import monitor_app
from bot.settings import read_settings
from kernel.nursery import Nursery

FOLDER = DEPLOY / "kubernetes"
KUSTOMIZATION = read_yaml("kubernetes/kustomization.yaml")
GIVEN = values_in(read("kubernetes/settings.env"))
OURS = ("bot", "worker", "upgrade", "backup")
ALL = {
    (made["kind"], made["metadata"]["name"]): made
    for name in KUSTOMIZATION["resources"]
    for made in yaml.safe_load_all(read(f"kubernetes/{name}"))
}
PODS = {
    made["template"]["spec"]["containers"][0]["name"]: made["template"]
    for made in (
        one["spec"].get("jobTemplate", one)["spec"]
        for one in ALL.values()
        if one["kind"] in {"Deployment", "StatefulSet", "Job", "CronJob"}
    )
}
EVERY_POD = pytest.mark.parametrize("name", sorted(PODS))


def container(name):
    [one] = PODS[name]["spec"]["containers"]
    return one


def ports(name):
    return {port["name"]: port["containerPort"] for port in container(name)["ports"]}


def routes(app):
    return {route.resource.canonical for route in app.router.routes()}


def test_every_manifest_is_applied():
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == files
    assert set(PODS) == {*OURS, "chroma"}


def test_the_settings_are_ours_and_good():
    assert not unknown(GIVEN)
    values = {name.removeprefix("TONGBAN_").lower(): value for name, value in GIVEN.items()}
    settings = read_settings(**values)
    assert settings.webhook_url.endswith(settings.webhook_path)
    compose = read_yaml("compose.yaml")["services"]["bot"]["environment"]
    for name in ("CHROMA_URL", "RECEIVE", "WEBHOOK_PORT", "MONITOR_PORT", "MONITOR_HOST"):
        assert GIVEN[f"TONGBAN_{name}"] == compose[f"TONGBAN_{name}"], name


def test_no_secret_stands_in_a_manifest():
    secret = {name for name, field in SETTINGS.items() if "Secret" in str(field.annotation)}
    assert secret
    assert not secret & set(GIVEN)
    assert not [kind for kind, _ in ALL if kind == "Secret"]
    for name in PODS:
        plain = {one["name"] for one in container(name).get("env", []) if "value" in one}
        assert not {*secret, "TONGBAN_DATABASE_URL"} & plain, name


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_ours(name):
    args = container(name)["args"]
    if name == "backup":
        [line] = re.findall(r"^tongban (.+?) &&", args[0])
        parse(line)
    else:
        assert "command" not in container(name), "the entrypoint of the image"
        parse(args)


def test_tables_change_as_their_owner_and_the_service_runs_as_another():
    for name in OURS:
        env = {one["name"]: one for one in container(name).get("env", [])}
        owner = env.get("TONGBAN_DATABASE_URL", {}).get("valueFrom", {}).get("secretKeyRef", {})
        assert (owner.get("name") == "tongban-owner") is (name in {"upgrade", "backup"}), name


@EVERY_POD
def test_every_pod_is_shut_in(name):
    spec = PODS[name]["spec"]
    uid = re.search(r"^USER (\d+)$", read("Dockerfile"), re.MULTILINE)
    assert uid
    assert spec["securityContext"]["runAsUser"] == int(uid[1])
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert container(name)["image"] == "tongban"
    assert container(name)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    mounted = {one["name"] for one in container(name)["volumeMounts"]}
    claimed = ALL["StatefulSet", "chroma"]["spec"]["volumeClaimTemplates"]
    kept = {one["metadata"]["name"] for one in claimed} if name == "chroma" else set()
    assert mounted == {one["name"] for one in spec["volumes"]} | kept


@pytest.mark.parametrize("part", ["bot", "worker"])
def test_the_figures_are_where_we_serve_them(part):
    assert ports(part)["figures"] == int(GIVEN["TONGBAN_MONITOR_PORT"]) + (part == "worker")
    for name in ("startupProbe", "livenessProbe", "readinessProbe"):
        if probe := container(part).get(name):
            assert probe["httpGet"]["port"] in ports(part), name


async def test_every_probe_asks_an_address_that_exists():
    """What it asks must not depend on the rest: /readyz would take both bots away at once."""
    async with Nursery() as nursery:
        at = {
            "figures": routes(monitor_app(None, "bot")),
            "webhook": routes(webhook_app(None, nursery, path="/telegram", secret="x")),
        }
        await nursery.close()
    for part in ("bot", "worker"):
        probes = [one for key, one in container(part).items() if key.endswith("Probe")]
        assert len(probes) > 1
        for probe in probes:
            asked = probe["httpGet"]
            assert asked["path"] in at[asked["port"]]
            assert asked["path"] == "/healthz"


def test_the_webhook_is_led_to_the_bot_and_nothing_else_is():
    [path] = ALL["Ingress", "webhook"]["spec"]["rules"][0]["http"]["paths"]
    assert path["path"] == GIVEN["TONGBAN_WEBHOOK_PATH"]
    [port] = ALL["Service", "bot"]["spec"]["ports"]
    assert path["backend"]["service"]["port"]["name"] == port["name"]
    assert port["port"] == ports("bot")[port["targetPort"]] == int(GIVEN["TONGBAN_WEBHOOK_PORT"])


def test_the_network_opens_the_ports_that_are_used():
    opened = {
        rule["port"]
        for (kind, _), made in ALL.items()
        if kind == "NetworkPolicy"
        for way in made["spec"].get("ingress", [])
        for rule in way["ports"]
    }
    assert opened == {
        port for name in ("bot", "worker", "chroma") for port in ports(name).values()
    }


def test_one_of_each_always_runs():
    for part in ("bot", "worker"):
        assert ALL["Deployment", part]["spec"]["replicas"] > 1
        budget = ALL["PodDisruptionBudget", part]["spec"]
        assert budget["minAvailable"] == 1
        assert budget["selector"]["matchLabels"] == PODS[part]["metadata"]["labels"]


def test_the_image_is_of_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [one["newTag"] for one in KUSTOMIZATION["images"]] == [project["version"]]


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not here")
def test_kubectl_puts_it_together():
    done = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=True
    )
    made = list(yaml.safe_load_all(done.stdout))
    assert len(made) == len(ALL) + 1, "and the settings"
    assert all(one["metadata"].get("namespace", "tongban") == "tongban" for one in made)
