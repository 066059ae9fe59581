"""Dates and times as people write them: 昨天, 11-20, 上周三, 下午三点半."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from forms.numerals import arabic

if TYPE_CHECKING:
    from collections.abc import Sequence

ZONE = "+08:00"
"""China has one zone."""

_Found: TypeAlias = tuple[date | None, str] | None
"""A day, none where it does not exist, and what is left of the text; nothing if none is named."""


class Side(IntEnum):
    """Which of its years, months or weeks is meant by a day that is said without one."""

    BEHIND = -1
    NEAREST = 0
    """The nearest year; this month; this week."""
    AHEAD = 1


_NAMED = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "昨夜": -1,
    "昨儿": -1,
    "前日": -2,
    "前晚": -2,
    "前儿": -2,
    "今儿": 0,
    "今个": 0,
    "刚才": 0,
    "刚刚": 0,
    "明儿": 1,
    "今天": 0,
    "今日": 0,
    "今早": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "大后天": 3,
    "today": 0,
    "yesterday": -1,
    "tomorrow": 1,
}
_FEASTS = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "妇女节": (3, 8),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "国庆": (10, 1),
}
"""Feasts that fall on the same day of our calendar every year."""
_FEAST = re.compile(rf"({'|'.join(_FEASTS)})(?:妇女|劳动|儿童)?节?(?:那天|当天)?\Z")
_FULL = re.compile(r"(\d{4}|\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_DAY = re.compile(r"(\d{1,2})[日号]")
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_YEAR = re.compile(rf"({'|'.join(_YEARS)})的?(?=\d{{1,2}}[-/.月])")
_MONTH = re.compile(r"(上+|下+|这|本)个?月(?:的)?(\d{1,2})[日号]")
_END = re.compile(r"(上+|下+|这|本|\d{1,2})?个?月底|(\d{4}|前|去|今|本|明|后)?年底")
_LUNAR = ("农历", "阴历", "旧历", "正月", "腊月")
"""A day of the farmers' calendar is asked for again: read as one of ours it would be wrong."""
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_AGO = re.compile(r"(?<!\d)(\d{1,4})(天|日|周|个?星期|个?礼拜)(?:之|以)?(前|后)")
# not 每周一: a rule; not 一周三次: a count
_WEEK = re.compile(
    r"(?<!每)(?<!每个)(?<!\d)(上+|下+|这|本)?个?(?:周|星期|礼拜)(\d|日|天|末)(?![次回遍节])"
)
_LEADING = re.compile(r"(?:\d{4}[-/.年]\d{1,2}[-/.月]|\d{1,2}月)\d{1,2}")
_CLOCK = re.compile(r"(\d{1,2})[:点时](半|1刻|3刻|\d{1,2})?分?")
_SHORT_OF = re.compile(r"差(1刻|\d{1,2})分?钟?(?:到)?(\d{1,2})点|(\d{1,2})点差(1刻|\d{1,2})分?")
_LATE = ("下午", "晚上", "傍晚", "今晚", "昨晚", "晚", "夜里", "pm")
_NOON = 12


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _chosen(days: Sequence[date | None], today: date, side: Side) -> date | None:
    """Choose the day nearest to today, if possible on that side of it; today is on both."""
    found = [day for day in days if day]
    there = [day for day in found if (day - today).days * side >= 0]
    return min(there or found, key=lambda day: abs((day - today).days), default=None)


def _yearly(today: date, month: int, day: int, side: Side) -> date | None:
    """Choose the year of a day that is said without one."""
    days = [_made(today.year + year, month, day) for year in (-1, 0, 1)]
    return _chosen(days, today, side)


def _monthly(today: date, day: int, side: Side) -> date | None:
    """Choose the month of a day that is said alone: this one, or one further if that is meant."""
    here, there = _first(today, 0), _first(today, side)
    if (found := _made(here.year, here.month, day)) is None:
        return None
    return _chosen([found, _made(there.year, there.month, day)], today, side)


def _year(text: str, today: date) -> str:
    """Put the number of the year that 明年11月20日 means."""
    return _YEAR.sub(lambda found: f"{today.year + _YEARS[found[1]]}年", text)


def _month(text: str, today: date, side: Side) -> _Found:
    """Read 下个月5号, 月底 and 明年底."""
    if found := _MONTH.search(text):
        first = _first(today, _shift(found[1]))
        return _made(first.year, first.month, int(found[2])), text.replace(found[0], "", 1)
    if not (found := _END.search(text)):
        return None
    if found[0].endswith("年底") and not found[2]:
        return date(today.year, 12, 31), text.replace(found[0], "", 1)
    return _end(found[1] or "", found[2] or "", today, side), text.replace(found[0], "", 1)


def _end(month: str, year: str, today: date, side: Side) -> date | None:
    """Return the last day of a month (上, 12 or none) or, where none is meant, of a year."""
    if year.isdigit():
        return date(int(year), 12, 31) if int(year) else None
    if year:
        return date(today.year + _YEARS[f"{year}年"], 12, 31)
    if not month.isdigit():
        return _last(_first(today, _shift(month)))
    firsts = [_made(today.year + far, int(month), 1) for far in (-1, 0, 1)]
    return _chosen([_last(first) for first in firsts if first], today, side)


def _shift(which: str) -> int:
    """Return how many weeks or months 上, 下下 or 这 is away."""
    return -len(which) if which.startswith("上") else len(which) if which.startswith("下") else 0


def _first(today: date, months: int) -> date:
    """Return the first day of the month that many months away."""
    place = today.year * 12 + today.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _last(first: date) -> date:
    """Return the last day of a month."""
    return _first(first, 1) - timedelta(days=1)


def _named(text: str, today: date, _side: Side) -> _Found:
    for name in sorted(_NAMED, key=len, reverse=True):
        if name in text.lower():
            rest = text.lower().replace(name, name[-1] if name[-1] in "晚早" else "", 1)
            return today + timedelta(days=_NAMED[name]), rest
    return None


def _counted(text: str, today: date, _side: Side) -> _Found:
    found = _AGO.search(text)
    if not found:
        return None
    days = int(found[1]) * (1 if found[2] in "天日" else 7)
    day = today + timedelta(days=-days if found[3] == "前" else days)
    return day, text.replace(found[0], "", 1)


def _week(text: str, today: date, side: Side) -> _Found:
    found = _WEEK.search(text)
    if not found:
        return None
    place = 6 if found[2] in "日天" else 5 if found[2] == "末" else int(found[2]) - 1
    weeks = _shift(found[1] or "")
    if not 0 <= place <= 6:  # noqa: PLR2004 seven days
        return None
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=place + 7 * weeks)
    if not found[1]:
        day = _chosen([day, day + timedelta(days=7 * side)], today, side) or day
    return day, text.replace(found[0], "", 1)


def _written(text: str, today: date, side: Side) -> _Found:
    if found := _EIGHT.match(text):
        return _made(int(found[1]), int(found[2]), int(found[3])), ""
    if found := _FULL.search(text):
        year = int(found[1]) + (2000 if len(found[1]) == 2 else 0)  # noqa: PLR2004 two digits
        return _made(year, int(found[2]), int(found[3])), text.replace(found[0], "", 1)
    if found := _SHORT.search(text):
        return _yearly(today, int(found[1]), int(found[2]), side), text.replace(found[0], "", 1)
    if found := _DAY.search(text):
        return _monthly(today, int(found[1]), side), text.replace(found[0], "", 1)
    return None


def _leading(text: str, today: date, side: Side) -> _Found:
    """Read a date that the text begins with: whatever else is named in it comes after."""
    return _written(text, today, side) if _LEADING.match(text) else None


def find_day(text: str, today: date, side: Side = Side.NEAREST) -> tuple[date | None, str]:
    """Find the day a text names, and what is left of the text.

    Nothing is left where the day cannot be said: 2月30日, 下个月31号 of a short month, 腊月初八.
    It is to be asked for again, not taken for another.

    Args:
        text: What was said.
        today: The person's day.
        side: Where a day is looked for that may be of more than one year, month or week.
    """
    if feast := _FEAST.match(text.strip()):
        return _yearly(today, *_FEASTS[feast[1]], side), ""
    plain = _year(arabic(text).replace(" ", ""), today)
    if any(word in plain for word in _LUNAR):
        return None, ""
    for reader in (_leading, _named, _counted, _week, _month, _written):
        if (found := reader(plain, today, side)) is not None:
            day, rest = found
            return day, rest if day else ""
    return None, plain


def find_time(text: str) -> time | None:
    """Find the time of day a text names."""
    plain = arabic(text).replace(" ", "")
    short = _SHORT_OF.search(plain)
    found = _CLOCK.search(plain)
    if not found:
        return _NOON_TIME if "中午" in plain else None
    hour, minute = int(found[1]), _minutes(found[2] or "0")
    if short:
        hour, minute = int(short[2] or short[3]) - 1, 60 - _minutes(short[1] or short[4])
    late = any(word in plain.lower() for word in _LATE)
    if (late and hour < _NOON) or ("中午" in plain and hour < 10):  # noqa: PLR2004 中午一点 is 13:00
        hour += _NOON
    if hour == 24:  # noqa: PLR2004 24点
        hour = 0
    try:
        return time(hour, minute)
    except ValueError:
        return None


_NOON_TIME = time(12)


def _minutes(words: str) -> int:
    return {"半": 30, "1刻": 15, "3刻": 45}.get(words) or int(words)


def time_text(moment: time) -> str:
    """Write a time in lexical form."""
    return f"{moment:%H:%M:%S}.000{ZONE}"
