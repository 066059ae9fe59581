"""The days that rule the work, as sheets that programme staff can read and change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.policies import PolicyError, load_policies

DAY = date(2026, 11, 23)
LOCAL = """
area = "990101000000"
document = "示县民〔2026〕1号"
valid_from = 2026-06-01
[rules]
visit_yellow = { days = 15, source = "示县民〔2026〕1号 第三条" }
"""


def test_every_rule_says_where_it_comes_from(policies):
    rules = policies.at("990101101201", DAY).rules
    assert all(rule.source for rule in rules.values())
    assert rules["training_yearly"].source == "民发〔2019〕34号 二-(二)"
    assert rules["visit_red"].source == "default"


def test_a_county_sets_its_own_days_from_a_day_on(tmp_path):
    (tmp_path / "county.toml").write_text(LOCAL, "utf-8")
    local = load_policies([tmp_path])
    inside = local.at("990101101201", DAY)
    assert inside.days("visit_yellow") == timedelta(days=15)
    assert inside.documents == ("示县民〔2026〕1号",)
    assert local.at("990102101201", DAY).days("visit_yellow") == timedelta(days=30)
    assert local.at("990101101201", date(2026, 5, 31)).days("visit_yellow").days == 30


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("days = 15", "days = 0"),
        ("days = 15", 'days = "15"'),
        ("visit_yellow", "visit_purple"),
        ('source = "示县民〔2026〕1号 第三条"', 'source = ""'),
        ('document = "示县民〔2026〕1号"', 'document = ""'),
        ("valid_from = 2026-06-01", 'valid_from = "soon"'),
        ("[rules]", "[rules"),
    ],
)
def test_a_wrong_sheet_is_refused_by_name(tmp_path, old, new):
    (tmp_path / "county.toml").write_text(LOCAL.replace(old, new), "utf-8")
    with pytest.raises(PolicyError, match=r"county\.toml"):
        load_policies([tmp_path])


def test_a_visit_that_met_no_child_is_tried_again_soon(policies):
    policy = policies.at("990101101201", DAY)
    assert policy.next_visit(DAY, "green", seen=False) == DAY + timedelta(days=3)
    assert policy.next_visit(DAY, "green") == DAY + timedelta(days=180)
    assert policy.next_visit(DAY, "unheard of") == DAY + timedelta(days=30)
