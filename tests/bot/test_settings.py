"""Settings: secrets never show, and a wrong one is one line that says which."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.keys import keys_of, make_keys, provide_keys, read_keys
from bot.settings import SettingsError, read_settings
from handlers.speech import speak

ROOT = Path(__file__).resolve().parents[2]


def test_secrets_never_show():
    settings = read_settings(bot_token="1:very-secret", webhook_secret="also-secret")
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert "very-secret" not in shown
    assert "also-secret" not in shown


def test_a_wrong_value_is_named_but_not_repeated():
    with pytest.raises(SettingsError) as wrong:
        read_settings(webhook_port="hunter2")
    assert "TONGBAN_WEBHOOK_PORT" in str(wrong.value.reply)
    assert "hunter2" not in f"{wrong.value} {wrong.value.reply}"


def test_full_mode_needs_somebody_who_answers_for_it():
    with pytest.raises(SettingsError, match="TONGBAN_FULL_MODE_ACKNOWLEDGED_BY"):
        read_settings(chat_mode="full")
    assert read_settings(chat_mode="full", full_mode_acknowledged_by="局长").chat_mode == "full"


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path):
    path = tmp_path / "keys.json"
    ring = make_keys(path)
    assert make_keys(path) == ring == read_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


_KEY = base64.b64encode(b"k" * 32).decode()
_NONE = (
    "",
    "{",
    "[]",
    "{}",
    json.dumps({"keys": {}, "index": ""}),
    json.dumps({"keys": {"0": _KEY}, "index": _KEY}),
    json.dumps({"keys": {"65536": _KEY}, "index": _KEY}),
    json.dumps({"keys": {"1": _KEY}, "index": _KEY, "indexes": {"1": _KEY}}),
    json.dumps({"keys": {"1": _KEY}, "index": _KEY, "indexes": {"2": "c2hvcnQ="}}),
)


@pytest.mark.parametrize("text", _NONE)
def test_a_key_file_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(SettingsError):
        read_keys(path)


@pytest.mark.parametrize("encode", [str, lambda text: base64.b64encode(text.encode()).decode()])
def test_keys_may_stand_in_the_environment(tmp_path, monkeypatch, encode):
    path = tmp_path / "keys.json"
    made = make_keys(path)
    monkeypatch.setenv("TONGBAN_VAULT_KEY", encode(path.read_text()))
    path.unlink()
    settings = read_settings(data=tmp_path)
    assert keys_of(settings) == made == provide_keys(settings)
    assert not path.exists()
    shown = f"{settings!r} {settings.model_dump()} {keys_of(settings)!r} {made.vault()!r}"
    for key in (*made.ring.values(), made.index):
        assert base64.b64encode(key).decode() not in shown
        assert repr(key) not in shown


def test_keys_of_two_places_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGBAN_VAULT_KEY", "{}")
    with pytest.raises(SettingsError, match="TONGBAN_VAULT_KEY, TONGBAN_KEY_FILE"):
        read_settings(key_file=tmp_path / "keys.json")


@pytest.mark.parametrize("given", ["hunter2", "{", "{}", "aHVudGVyMg=="])
def test_a_variable_that_holds_no_keys_is_refused_and_not_repeated(tmp_path, monkeypatch, given):
    monkeypatch.setenv("TONGBAN_VAULT_KEY", given)
    with pytest.raises(SettingsError) as wrong:
        keys_of(read_settings(data=tmp_path))
    line = speak(wrong.value.reply)
    assert "TONGBAN_VAULT_KEY" in line
    assert "hunter2" not in f"{wrong.value} {line}"


def test_the_command_says_one_line_and_ends_with_one(tmp_path):
    environment = {**os.environ, "TONGBAN_WEBHOOK_PORT": "hunter2", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "run", "bot"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
    assert "TONGBAN_WEBHOOK_PORT" in ran.stderr
    assert "hunter2" not in ran.stderr
