from __future__ import annotations

import re
from pathlib import Path

import pytest

from alerts.errors import PolicyError
from alerts.policy import SHIPPED, load_policies

DEFAULT = (SHIPPED / "default.toml").read_text(encoding="utf-8")


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "ladder.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        load_policies(path)
    return str(error.value).replace(str(path), "ladder.toml")


def line_of(text: str, sought: str) -> int:
    return text[: text.index(sought)].count("\n") + 1


@pytest.mark.parametrize("name", ["default.toml", "demo.toml"])
def test_the_shipped_policies_are_valid(name: str):
    policies = load_policies(SHIPPED / name)
    for severity in ("P0", "P1", "P2", "P3"):
        assert policies.ladder(severity, "990101101201") is not None
    assert policies.ladder("P4", "990101101201") is None


def test_a_report_to_the_police_reaches_the_county_within_half_an_hour():
    ladder = load_policies().ladder("P1", "990101101201")
    assert ladder is not None
    before = 0.0
    for rung in ladder.rungs:
        if "county_officer" in rung.roles:
            break
        before += rung.seconds
    assert before <= 30 * 60


def test_a_scale_shortens_every_time():
    whole = load_policies().ladder("P1", "")
    short = load_policies(scale=0.01).ladder("P1", "")
    assert whole is not None
    assert short is not None
    assert short.rungs[0].seconds == pytest.approx(whole.rungs[0].seconds / 100)
    assert short.repeat == pytest.approx(whole.repeat / 100)


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ('wait = "3m"', 'wait = "3 minutes"', "`wait` must be a time"),
        ('wait = "3m"', 'wait = "0m"', "`wait` must be a time"),
        ('wait = "3m"', "wait = 3", "`wait` must be a time"),
        ('duty = "county"', 'duty = "province"', "there is no [duty.province]"),
        ("remind = true", 'remind = "yes"', "`remind` must be true or false"),
        ("deputies = true", "deputy = true", "`deputy` means nothing here"),
        ('from = "21:00"', 'from = "9pm"', "`from` must be a time such as 07:30"),
        ("reports = 3", "reports = 0", "`reports` must be above zero"),
        ("alerts = 5", "alerts = 0", "`alerts` must be above zero"),
        ('every = "5m"', 'every = "often"', "`every` must be a time"),
        ('ends = "24h"', 'ends = "soon"', "`ends` must be a time"),
        ('situations = ["N1"', 'situations = ["X1"', "`situations` knows no X1"),
        ('add = ["county_officer"]', 'add = ["mayor"]', "`add` knows no mayor"),
    ],
)
def test_a_wrong_value_is_named_with_its_file_and_line(
    tmp_path: Path, good: str, bad: str, problem: str
):
    text = DEFAULT.replace(good, bad, 1)
    said = refused(tmp_path, text)
    assert problem in said
    if not problem.startswith("there is no"):
        assert f"ladder.toml:{line_of(text, bad)}:" in said


def test_a_file_from_before_roundup_and_drill_gets_the_shipped_ones(tmp_path: Path):
    start = DEFAULT.index("[roundup]")
    older = DEFAULT[:start] + DEFAULT[DEFAULT.index("[ladder.P0]") :]
    path = tmp_path / "ladder.toml"
    path.write_text(older, encoding="utf-8")
    found, shipped = load_policies(path), load_policies()
    assert (found.roundup, found.drill_ends) == (shipped.roundup, shipped.drill_ends)


def test_a_number_without_a_source_is_refused(tmp_path: Path):
    text = DEFAULT.replace('source = "附件2-4, 附件1-1; minutes: our default [P]"\n', "", 1)
    said = refused(tmp_path, text)
    assert "`source` is missing" in said
    assert f"ladder.toml:{line_of(text, '[[ladder.P0.rung]]')}:" in said


def test_an_emergency_can_not_be_quiet(tmp_path: Path):
    text = DEFAULT.replace("[ladder.P1] ", "[ladder.P1]\nquiet = true #", 1)
    assert "an emergency is never quiet" in refused(tmp_path, text)


def test_a_broken_file_is_named_with_its_line(tmp_path: Path):
    assert re.search(r"ladder.toml:2\b", refused(tmp_path, "[quiet]\nfrom = \n"))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(PolicyError, match=r"nowhere\.toml.*cannot be read"):
        load_policies(tmp_path / "nowhere.toml")


def test_a_region_may_have_its_own_ladder_and_the_longest_prefix_wins(tmp_path: Path):
    own = """
[region."9901".ladder.P1]
repeat = "1h"
source = "city notice"
[[region."9901".ladder.P1.rung]]
roles = ["county_officer"]
wait = "1h"
source = "city notice"
[region."990101".duty.county]
roles = ["county_officer"]
phones = ["0000-1234567"]
source = "county list"
"""
    path = tmp_path / "ladder.toml"
    path.write_text(DEFAULT + own, encoding="utf-8")
    policies = load_policies(path)
    here, elsewhere = policies.ladder("P1", "990101101201"), policies.ladder("P1", "110101001001")
    assert here is not None
    assert elsewhere is not None
    assert here.rungs[0].roles == ("county_officer",)
    assert elsewhere.rungs[0].roles == ("child_supervisor",)
    duty = policies.duty("county", "990101101201")
    assert duty is not None
    assert duty.phones == ("0000-1234567",)
    other = policies.duty("county", "990102101201")
    assert other is not None
    assert other.phones == ()


def test_a_duty_list_that_is_not_there_is_told_where_it_is_named(tmp_path: Path):
    text = DEFAULT.replace('duty = "city"', 'duty = "capital"', 1)
    line = line_of(text, 'duty = "capital"')
    assert f"ladder.toml:{line}: there is no [duty.capital]" in refused(tmp_path, text)
    region = (
        '[region.51.ladder.P1]\nrepeat = "1m"\nsource = "x"\n\n'
        '[[region.51.ladder.P1.rung]]\nduty = "night"\nwait = "1m"\nsource = "x"\n\n'
    )
    text = DEFAULT.replace("[duty.county]", f"{region}[duty.county]")
    line = line_of(text, 'duty = "night"')
    assert f"ladder.toml:{line}: there is no [duty.night]" in refused(tmp_path, text)


def test_a_file_as_editors_on_windows_save_it_is_read_or_told_of(tmp_path: Path):
    path = tmp_path / "ladder.toml"
    path.write_bytes(b"\xef\xbb\xbf" + DEFAULT.encode())
    assert load_policies(path).quiet == load_policies().quiet
    path.write_bytes(DEFAULT.encode("gbk", "replace"))
    with pytest.raises(PolicyError, match="is not UTF-8"):
        load_policies(path)
