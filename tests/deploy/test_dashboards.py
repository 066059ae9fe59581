"""Rules and dashboard ask for figures that we tell; each rule has a page that says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from aiohttp.test_utils import TestClient, TestServer
from support.deployment import DEPLOY, ROOT, read, read_yaml

from alerts.health import OLDEST_EMERGENCY, OLDEST_UPDATE
from bot.monitoring import monitor_app
from cases.db.beats import ALIVE_SECONDS
from cases.db.outbox import BULK, EMERGENCY, PROMPT, ROUTINE, Outbox, Parcel
from cases.db.store import Store, open_engine

[GROUP] = read_yaml("dashboards/rules.yaml")["groups"]
RULES = {rule["alert"]: rule for rule in GROUP["rules"]}
PANELS = json.loads(read("dashboards/tongban.json"))["panels"]
ASKED = [rule["expr"] for rule in RULES.values()]
ASKED += [target["expr"] for panel in PANELS for target in panel["targets"]]
LANES = (EMERGENCY, PROMPT, ROUTINE, BULK)


@pytest.fixture
async def told(sqlite_template, tmp_path, clock, vault):
    """What both processes tell when something waits in each lane."""
    path = shutil.copy(sqlite_template, tmp_path / "cases.db")
    store = Store(open_engine(f"sqlite:///{path}"), vault, clock)
    async with store.unit() as unit:
        letters = [
            Parcel(key=f"{lane}", lane=lane, channel="telegram", chat="1", kind="notice")
            for lane in LANES
        ]
        await Outbox(unit).put(letters)
        await unit.commit()
    text = ""
    for part in ("bot", "worker"):
        async with TestClient(TestServer(monitor_app(store, part))) as client:
            answer = await client.get("/metrics")
            text += await answer.text()
    await store.close()
    return text


async def test_every_figure_that_is_asked_for_is_told(told):
    names = set(re.findall(r"^(\w+)(?:\{| )", told, re.MULTILINE)) - {"#"}
    labelled = set(re.findall(r"^(\w+\{\w+=\"\w+\"\})", told, re.MULTILINE))
    labelled |= {f'tongban_alerts{{state="{state}"}}' for state in ("open", "at_end")}
    asked = "\n".join(ASKED)
    wanted = set(re.findall(r"\b(?:tongban|process)_\w+", asked))
    assert len(wanted) > 12
    assert wanted <= names
    assert set(re.findall(r"\w+\{[^}]+\}", asked)) <= labelled
    assert names - wanted == set(), "a figure that nobody looks at"


async def test_what_only_grows_is_told_as_a_counter(told):
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", told, re.MULTILINE))
    assert {name for name, kind in kinds.items() if kind == "counter"} == {
        "process_cpu_seconds_total"
    }
    for name in re.findall(r"rate\((\w+)\[", "\n".join(ASKED)):
        assert kinds[name] == "counter"


def test_figures_of_the_whole_database_are_taken_together():
    """Every process tells them: a sum would count each message as often as there are processes."""
    for expression in ASKED:
        assert "sum(" not in expression, expression
        assert re.match(r"(max|min|absent|count|rate|process)\b|process_", expression), expression


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("TongbanWorkerSilent", ALIVE_SECONDS),
        ("TongbanEmergencyWaits", OLDEST_EMERGENCY),
        ("TongbanUpdatesWait", OLDEST_UPDATE),
    ],
)
def test_the_limits_are_those_of_readyz(name, limit):
    assert RULES[name]["expr"].endswith(f" > {limit:g}")


def test_every_rule_has_a_page_that_names_it():
    for name, rule in RULES.items():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        page = ROOT / rule["annotations"]["runbook"]
        assert name in page.read_text(encoding="utf-8"), name


def test_the_panels_do_not_overlap():
    cells = [
        (x, y)
        for spot in (panel["gridPos"] for panel in PANELS)
        for x in range(spot["x"], spot["x"] + spot["w"])
        for y in range(spot["y"], spot["y"] + spot["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not here")
def test_prometheus_itself_wakes_whom_it_should():
    for what in (["check", "rules", "rules.yaml"], ["test", "rules", "rules.test.yaml"]):
        subprocess.run(["promtool", *what], cwd=DEPLOY / "dashboards", check=True)
