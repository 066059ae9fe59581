"""A new deployment, step by step: each thing that lacks is one line that says what to do."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from sqlalchemy import create_engine, text
from support import postgresql
from support.console import Console

from bot.console import letters
from bot.settings import SettingsError, read_settings
from bot.wiring import open_policies
from handlers.speech import speak
from kernel.clock import SystemClock, local_day

TOKEN = "1:" + "a" * 30
SAID = "刘清明 19900000000"


@pytest.fixture
def bare(tmp_path, monkeypatch, capfd):
    """Nothing there yet: no key file, no tables, no settings."""
    for name in ("BOT_TOKEN", "WEBHOOK_URL", "WEBHOOK_SECRET"):
        monkeypatch.delenv(f"TONGBAN_{name}", raising=False)
    return Console(tmp_path, monkeypatch, capfd, keys=False)


def refused(console, *words):
    """Return the one line a failing command says."""
    _out, error = console.both(*words, code=1)
    [line] = error.strip().splitlines()
    return line


def test_a_deployment_is_led_from_nothing_to_the_first_invitation(bare, tmp_path, monkeypatch):
    assert "TONGBAN_BOT_TOKEN" in refused(bare, "run", "bot")
    monkeypatch.setenv("TONGBAN_BOT_TOKEN", TOKEN)
    assert "tongban db keys" in refused(bare, "run", "bot")
    assert "keys.json" in bare.run("db", "keys")
    assert "tongban db upgrade" in refused(bare, "run", "bot")
    assert "tongban db upgrade" in refused(bare, "db", "check")
    assert "tongban db upgrade" in refused(bare, "letters")
    bare.run("db", "upgrade")
    bare.run("db", "check")
    assert "tongban import areas" in refused(bare, "invite", "county_officer", "990101")
    (tmp_path / "areas.csv").write_text(
        "区划代码,名称\n990101000000,云桥县\n990101101000,石溪镇\n", encoding="utf-8"
    )
    assert "A 区划代码、B 名称" in bare.run("import", "areas", "areas.csv")
    assert "/start" in bare.run("invite", "county_officer", "990101", "--name", "甲")


def test_the_key_file_is_made_once(bare, tmp_path):
    bare.run("db", "keys")
    before = (tmp_path / "keys.json").read_text()
    assert "没有改动" in bare.run("db", "keys")
    assert (tmp_path / "keys.json").read_text() == before
    (tmp_path / "file").write_text("")
    assert "写不了密钥文件" in refused(bare, "db", "keys", "--file", str(tmp_path / "file" / "k"))


def test_a_deployment_without_a_key_file_works_from_the_environment(bare, tmp_path, monkeypatch):
    bare.run("db", "keys", "--file", "made.json")
    text = (tmp_path / "made.json").read_text()
    monkeypatch.setenv("TONGBAN_VAULT_KEY", text)
    bare.run("db", "upgrade")
    bare.run("seed", "demo")
    assert "TONGBAN_VAULT_KEY" in bare.run("db", "keys")
    assert "TONGBAN_VAULT_KEY" in bare.run("db", "rotate")
    bare.run("db", "keys", "--file", "made.json", "--add", "master")
    bare.run("db", "keys", "--file", "made.json", "--add", "index")
    kept = json.loads((tmp_path / "made.json").read_text())
    assert list(kept["keys"]) == ["2", "1"]
    monkeypatch.setenv("TONGBAN_VAULT_KEY", json.dumps(kept))
    assert "TONGBAN_VAULT_KEY" in bare.run("db", "rotate")
    newest = kept | {"keys": {"2": kept["keys"]["2"]}}
    monkeypatch.setenv("TONGBAN_VAULT_KEY", json.dumps(newest))
    assert bare.json("export", "children", "a.xlsx")["rows"] == 24
    monkeypatch.setenv("TONGBAN_KEY_FILE", "made.json")
    assert "TONGBAN_VAULT_KEY" in refused(bare, "export", "children", "b.xlsx")
    assert not (tmp_path / "keys.json").exists()


def test_keys_are_added_to_the_file_and_changed(bare, tmp_path):
    file = tmp_path / "keys.json"
    bare.run("db", "keys")
    bare.run("db", "upgrade")
    bare.run("seed", "demo")
    first = json.loads(file.read_text())
    assert "--add index" in bare.run("db", "rotate")
    assert "第 2 号主密钥" in bare.run("db", "keys", "--add", "master")
    assert "第 2 号查重钥匙" in bare.run("db", "keys", "--add", "index")
    assert "第 3 号查重钥匙" in bare.run("db", "keys", "--add", "index")
    kept = json.loads(file.read_text())
    assert kept["index"] == first["index"]
    assert kept["keys"]["1"] == first["keys"]["1"]
    assert list(kept["indexes"]) == ["3", "2"]
    assert file.stat().st_mode & 0o077 == 0
    assert "已换新钥匙" in bare.run("db", "rotate")
    del kept["keys"]["1"], kept["indexes"]["2"]
    file.write_text(json.dumps(kept))
    assert bare.json("export", "children", "a.xlsx")["rows"] == 24
    assert bare.json("audit", "verify")["whole"]
    assert "密钥文件" in refused(bare, "db", "keys", "--add", "index", "--file", "none.json")


def test_a_webhook_needs_its_address_and_its_secret(bare, monkeypatch):
    monkeypatch.setenv("TONGBAN_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TONGBAN_RECEIVE", "webhook")
    line = refused(bare, "run", "bot")
    assert "TONGBAN_WEBHOOK_URL, TONGBAN_WEBHOOK_SECRET" in line
    assert "TONGBAN_BOT_TOKEN" not in line


@pytest.mark.parametrize("url", ["mysql://x", "/var/record.sqlite", "nonsense"])
def test_an_address_of_no_database_we_know_is_named(bare, url):
    bare.url = url
    assert "TONGBAN_DATABASE_URL" in refused(bare, "letters")


def test_a_database_that_is_away_is_named_without_its_password(tmp_path, monkeypatch, capfd):
    url = "postgresql://somebody:geheim@127.0.0.1:1/record"
    console = Console(tmp_path, monkeypatch, capfd, url)
    for words in (("letters",), ("db", "upgrade"), ("audit", "verify")):
        line = refused(console, *words)
        assert "127.0.0.1:1/record" in line
        assert "geheim" not in line


def test_tables_that_are_missing_are_told_on_postgresql_too(tmp_path, monkeypatch, capfd):
    with postgresql.database() as url:
        console = Console(tmp_path, monkeypatch, capfd, url)
        assert "tongban db upgrade" in refused(console, "letters")


def test_a_newer_database_does_not_keep_an_older_service_from_running(
    tmp_path, monkeypatch, capfd
):
    """In a rolling upgrade the tables come first; old replicas may still restart."""
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("db", "upgrade")
    engine = create_engine(f"sqlite:///{tmp_path / 'tongban.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "0" in console.run("letters")
    monkeypatch.setenv("TONGBAN_BOT_TOKEN", TOKEN)
    monkeypatch.setattr("bot.processes.run_bot", lambda _settings: print("runs"))
    assert "runs" in console.run("run", "bot")


def test_a_file_that_cannot_be_written_is_named(tmp_path, monkeypatch, capfd):
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("seed", "demo")
    (tmp_path / "file").write_text("")
    there = str(tmp_path / "file" / "x.xlsx")
    assert there in refused(console, "export", "children", there)
    assert there in refused(console, "audit", "export", "2026", there)
    assert str(tmp_path / "file") in refused(console, "backup", str(tmp_path / "file" / "b"))


def test_an_unforeseen_failure_is_a_number_and_a_log_without_what_was_said(
    tmp_path, monkeypatch, capfd, caplog
):
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("db", "upgrade")

    async def fails(*_given, **_more):
        raise KeyError(SAID)

    monkeypatch.setattr(letters, "_letters", fails)
    _out, error = console.both("letters", code=1)
    [reference] = re.findall(r"编号 (R-\w+)", error)
    assert f"command failed {reference}" in caplog.text
    assert "KeyError" in caplog.text
    assert SAID not in caplog.text + error


@pytest.mark.parametrize(
    ("role", "area"), [("child_director", "990101101"), ("child_supervisor", "990101101201")]
)
def test_a_post_belongs_to_its_level(tmp_path, monkeypatch, capfd, role, area):
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("seed", "demo")
    assert "级别不对" in refused(console, "invite", role, area)


def test_who_stands_on_the_roster_is_invited_and_not_entered_again(tmp_path, monkeypatch, capfd):
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("seed", "demo")
    given = ("invite", "child_director", "990101101201", "--name", "新来")
    first, second = (console.json(*given)["code"] for _ in range(2))
    assert first != second
    engine = create_engine(f"sqlite:///{tmp_path / 'tongban.sqlite'}")
    with engine.connect() as connection:
        states = connection.execute(
            text("SELECT person_id, revoked_at FROM invites ORDER BY made_at")
        ).all()[-2:]
    assert states[0].person_id == states[1].person_id
    assert states[0].revoked_at is not None
    assert states[1].revoked_at is None


def test_the_administrator_renews_an_approval_that_nobody_in_the_chat_may(
    tmp_path, monkeypatch, capfd
):
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("seed", "demo")
    told = console.json("approve", "county_officer", "990101", "--name", "褚中和")
    assert told["name"] == "褚中和"
    assert date.fromisoformat(told["until"]) > local_day(SystemClock().now())
    assert "不在这个地方的名册上" in refused(
        console, "approve", "county_officer", "990101", "--name", "无此人"
    )
    assert console.json("audit", "verify")["whole"]


SHEET = """area = "990101000000"
document = "示民发〔2026〕1号"
valid_from = 2026-01-01
[rules]
visit_green = { days = 90, source = "示民发〔2026〕1号" }
"""


def test_a_countys_own_rules_come_out_of_its_folder(tmp_path, monkeypatch):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "county.toml").write_text(SHEET, encoding="utf-8")
    policies = open_policies(read_settings(data=tmp_path, policies=folder))
    day = date(2026, 11, 23)
    assert policies.at("990101101201", day).rules["visit_green"].days == 90
    assert policies.at("990102101201", day).rules["visit_green"].days == 180
    assert policies.at("990101101201", day).rules["visit_red"].days == 7


@pytest.mark.parametrize(
    ("sheet", "said"),
    [(SHEET.replace("90,", '"ninety",'), "visit_green"), (SHEET.replace("visit_g", "g"), "green")],
)
def test_a_wrong_sheet_is_one_line_and_nothing_starts(tmp_path, sheet, said):
    (tmp_path / "county.toml").write_text(sheet, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        open_policies(read_settings(data=tmp_path, policies=tmp_path))
    told = speak(error.value.reply)
    assert "county.toml" in told
    assert said in told
    with pytest.raises(SettingsError) as error:
        open_policies(read_settings(data=tmp_path, policies=tmp_path / "none"))
    assert "TONGBAN_POLICIES" in speak(error.value.reply)


def test_a_noted_end_of_the_log_shows_that_it_was_rolled_back(tmp_path, monkeypatch, capfd):
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("seed", "demo")
    head = console.json("audit", "verify")["head"]
    console.json("invite", "child_director", "990101101201", "--name", "新来")
    later = console.json("audit", "verify", "--head", head)
    assert later["whole"]
    assert later["head"] != head
    number = int(head.split(":")[0])
    forged = f"{number}:{'0' * len(head.split(':')[1])}"
    assert "日志" in refused(console, "audit", "verify", "--head", forged)
    assert "原样照抄" in refused(console, "audit", "verify", "--head", "末尾")
