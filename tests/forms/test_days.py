"""The day a sentence names, where more than a day stands in it."""

from __future__ import annotations

from datetime import date, time

import pytest

from forms.days import Side, find_day, find_time

TODAY = date(2026, 11, 29)
"""A Sunday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月8日 康复训练，每周一次", "2026-12-08"),
        ("12月3日前由学校每周一家访", "2026-12-03"),
        ("2026年12月3日 今天说好的", "2026-12-03"),
        ("下周三去，一周三次", "2026-12-02"),
        ("一周三次，下周三开始", "2026-12-02"),
        ("周五下午", "2026-11-27"),
        ("上上周五", "2026-11-13"),
        ("3天前", "2026-11-26"),
        ("3-4天前", "2026-11-25"),
        ("昨天下午，12月3日再去", "2026-11-28"),
        ("11-20", "2026-11-20"),
        ("明年11月20日", "2027-11-20"),
        ("去年的3月1号生的", "2025-03-01"),
        ("后年1月2日", "2028-01-02"),
        ("下个月5号", "2026-12-05"),
        ("下下个月五号", "2027-01-05"),
        ("上月30号", "2026-10-30"),
        ("本月3号", "2026-11-03"),
        ("月底", "2026-11-30"),
        ("上个月底", "2026-10-31"),
        ("明年底", "2027-12-31"),
        ("年底前", "2026-12-31"),
        ("2027年底", "2027-12-31"),
        ("12月底", "2026-12-31"),
        ("二月底", "2027-02-28"),
    ],
)
def test_the_day_that_is_meant_is_found(text: str, day: str) -> None:
    assert find_day(text, TODAY)[0] == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "每周一次",
        "一周三次",
        "每个星期三都去",
        "每周一例会",
        "没有日子",
        "明年再说",
        "13月底",
        "0000年底",
    ],
)
def test_a_rule_or_a_count_is_no_day(text: str) -> None:
    assert find_day(text, TODAY)[0] is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨儿", "2026-11-28"),
        ("今儿个", "2026-11-29"),
        ("前晚", "2026-11-27"),
        ("刚才", "2026-11-29"),
        ("元旦", "2027-01-01"),
        ("六一儿童节", "2026-06-01"),
        ("国庆节", "2026-10-01"),
    ],
)
def test_days_have_everyday_names_and_feasts(text, day):
    assert find_day(text, TODAY)[0] == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["五六天前", "两三天前", "十几天前", "十五六号"])
def test_a_day_that_is_only_about_right_is_asked_again(text):
    assert find_day(text, TODAY)[0] is None


@pytest.mark.parametrize(
    ("text", "nearest", "ahead", "behind"),
    [
        ("12月31日", "2026-12-31", "2027-12-31", "2026-12-31"),
        ("1月20日", "2027-01-20", "2027-01-20", "2026-01-20"),
        ("1月5日", "2027-01-05", "2027-01-05", "2027-01-05"),
        ("国庆节", "2026-10-01", "2027-10-01", "2026-10-01"),
        ("12月底", "2026-12-31", "2027-12-31", "2026-12-31"),
        ("1月底", "2027-01-31", "2027-01-31", "2026-01-31"),
        ("3号", "2027-01-03", "2027-02-03", "2027-01-03"),
        ("8号", "2027-01-08", "2027-01-08", "2026-12-08"),
        ("周一", "2027-01-04", "2027-01-11", "2027-01-04"),
        ("周五", "2027-01-08", "2027-01-08", "2027-01-01"),
        ("这个月3号", "2027-01-03", "2027-01-03", "2027-01-03"),
        ("本周一", "2027-01-04", "2027-01-04", "2027-01-04"),
        ("2026年12月31日", "2026-12-31", "2026-12-31", "2026-12-31"),
        ("去年12月31日", "2026-12-31", "2026-12-31", "2026-12-31"),
        ("昨天", "2027-01-04", "2027-01-04", "2027-01-04"),
        ("2月29日", "2028-02-29", "2028-02-29", "2028-02-29"),
    ],
)
def test_a_day_without_its_year_is_looked_for_on_either_side(
    text: str, nearest: str, ahead: str, behind: str
) -> None:
    today = date(2027, 3, 1) if text == "2月29日" else date(2027, 1, 5)  # a Tuesday
    found = [find_day(text, today, side)[0] for side in (Side.NEAREST, Side.AHEAD, Side.BEHIND)]
    assert found == [date.fromisoformat(day) for day in (nearest, ahead, behind)]


@pytest.mark.parametrize(
    ("text", "today"),
    [
        ("下个月31号", date(2027, 1, 15)),
        ("下个月30号", date(2027, 1, 15)),
        ("下个月30号再去学校", date(2027, 1, 15)),
        ("这个月31号", TODAY),
        ("31号", TODAY),
        ("上个月31号", date(2027, 3, 5)),
        ("上上个月的三十一号", date(2027, 1, 31)),
        ("2月30日", TODAY),
        ("明年2月29日", TODAY),
        ("2月30日，明天也行", TODAY),
        ("2027-02-30", TODAY),
        ("腊月初八，明天", TODAY),
    ],
)
def test_a_day_that_does_not_exist_is_not_taken_for_another(text: str, today: date) -> None:
    assert find_day(text, today) == (None, "")


@pytest.mark.parametrize(
    ("text", "moment"),
    [("差五分八点", "07:55"), ("晚上八点差一刻", "19:45"), ("下午差10分3点", "14:50")],
)
def test_so_many_minutes_before_the_hour(text, moment):
    assert find_time(text) == time.fromisoformat(moment)
