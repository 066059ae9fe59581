"""The units of systemd run our commands, shut the service in, and read settings that exist."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from support.deployment import DEPLOY, parse, read, unknown, values_in

from alerts.worker import LAND_SECONDS as WORKER_LANDS
from bot.bot_process import LAND_SECONDS as BOT_LANDS
from bot.settings import read_settings

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TIMER = DEPLOY / "systemd" / "tongban-backup.timer"
PROGRAM = "/opt/tongban/bin/tongban"
NAMES = ("tongban-backup", "tongban-bot", "tongban-upgrade", "tongban-worker")
EVERY_UNIT = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)


def hardening(unit):
    """Return what a unit says from `User=` on, without remarks and what is its own."""
    text = unit.read_text(encoding="utf-8")
    told = re.search(r"^User=.*?^SystemCallErrorNumber=\w+$", text, re.MULTILINE | re.DOTALL)
    assert told
    return told[0]


@EVERY_UNIT
def test_every_unit_runs_a_command_of_ours(unit):
    lines = re.findall(rf"^ExecStart=.*?{PROGRAM} (.+?)'?$", unit.read_text("utf-8"), re.MULTILINE)
    assert len(lines) == 1
    parse(re.sub(r'"[^"]*"', "FOLDER", lines[0]).replace("$GRANT", "--grant service"))


def test_every_unit_is_shut_in_alike():
    assert tuple(unit.stem for unit in UNITS) == NAMES
    first, *others = (hardening(unit) for unit in UNITS)
    assert "NoNewPrivileges=yes" in first
    assert "ProtectSystem=strict" in first
    for other in others:
        assert other == first


@pytest.mark.parametrize(("name", "lands"), [("bot", 2 * BOT_LANDS), ("worker", WORKER_LANDS)])
def test_a_service_is_started_again_and_given_time_to_end(name, lands):
    text = read(f"systemd/tongban-{name}.service")
    assert "\nRestart=always\n" in text
    assert "\nStartLimitIntervalSec=0\n" in text
    assert int(values_in(text)["TimeoutStopSec"]) > lands
    assert "WatchdogSec" not in text, "no process of ours answers a watchdog"


def test_the_settings_are_settings(tmp_path, monkeypatch):
    assert not unknown(values_in(read("systemd/owner.env")))
    text = read("systemd/tongban.env")
    commented = re.findall(r"^#(TONGBAN_\w+)=", text, re.MULTILINE)
    assert commented
    assert not unknown([*values_in(text), *commented])
    (tmp_path / "tongban.env").write_text(text)
    (tmp_path / ".env").symlink_to("tongban.env")
    monkeypatch.chdir(tmp_path)
    for name in values_in(text):
        monkeypatch.delenv(name, raising=False)
    settings = read_settings()
    assert str(settings.keys) == "/etc/tongban/keys.json"
    assert settings.url == "sqlite:////var/lib/tongban/tongban.sqlite"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_itself_finds_nothing_wrong(tmp_path):
    for unit in (*UNITS, TIMER):
        text = unit.read_text("utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *tmp_path.iterdir()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
