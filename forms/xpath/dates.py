"""Functions on dates and times of the ODK library; the moment comes from the session's step."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from forms.xpath.values import DAY, NAN, days_of, moment_of, to_text

if TYPE_CHECKING:
    from forms.xpath.env import Env
    from forms.xpath.values import Value, XNode

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CHINESE_MONTHS = tuple(f"{month}月" for month in range(1, 13))
CHINESE_WEEKDAYS = tuple(f"周{day}" for day in "一二三四五六日")
_CHINESE = ("zh", "中文", "汉语", "chinese")
_PLAIN_DATE = re.compile(r"\d{4}-\d\d?-\d\d?\Z")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d+))?)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def moment_text(moment: datetime) -> str:
    """Write a moment in the dateTime format, offset included."""
    zone = moment.strftime("%z")
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}{zone[:3]}:{zone[3:5]}"


def today(env: Env, _node: XNode) -> str:
    """`today()`."""
    return env.world.now.date().isoformat()


def now(env: Env, _node: XNode) -> str:
    """`now()`, offset included."""
    return moment_text(env.world.now)


def _local(env: Env, value: Value) -> datetime | None:
    """Read a date, moment or day number as a local moment; None when it is none."""
    try:
        return _localised(env, value)
    except (ValueError, OverflowError):
        return None


def _localised(env: Env, value: Value) -> datetime | None:
    text = to_text(value).strip()
    zone = env.world.now.tzinfo or UTC
    if _PLAIN_DATE.match(text):
        day = date(*map(int, text.split("-")))
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    days = float(text) if _NUMBER.match(text) else days_of(text)
    if not math.isfinite(days):
        return None
    whole = not isinstance(value, str) or bool(_NUMBER.match(text))
    if whole and days == int(days):
        day = date(1970, 1, 1) + timedelta(days=int(days))
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    return moment_of(days).astimezone(zone)


def date_of(env: Env, _node: XNode, value: Value) -> str:
    """`date(value)`: the date of a date, moment or day number."""
    local = _local(env, value)
    return local.date().isoformat() if local else ""


def moment(env: Env, _node: XNode, value: Value) -> str:
    """`date-time(value)`."""
    local = _local(env, value)
    return moment_text(local) if local else ""


def decimal_moment(env: Env, _node: XNode, value: Value) -> float:
    """`decimal-date-time(value)`: days since 1970 in UTC."""
    text = to_text(value)
    if _NUMBER.match(text):
        return float(text)
    if _PLAIN_DATE.match(text) and (local := _local(env, text)):
        return local.timestamp() / DAY
    return days_of(text)


def decimal_time(env: Env, _node: XNode, value: Value) -> float:
    """`decimal-time(value)`: the fraction of a day."""
    text = to_text(value)
    if "T" in text:
        local = _local(env, text)
        text = local.strftime("%H:%M:%S.%f") if local else ""
    parts = _TIME.match(text)
    if not parts:
        return NAN
    seconds = int(parts[1]) * 3600 + int(parts[2]) * 60 + int(parts[3] or 0)
    return (seconds + float(f"0.{parts[4] or 0}")) / DAY


def format_date(env: Env, _node: XNode, value: Value, pattern: str) -> str:
    """`format-date(value, format)`."""
    local = _local(env, value)
    return _formatted(env, local, pattern) if local else ""


def format_moment(env: Env, _node: XNode, value: Value, pattern: str) -> str:
    """`format-date-time(value, format)`; a bare time is taken as one of today."""
    text = to_text(value)
    if "T" not in text and _TIME.match(text):
        value = f"{env.world.now.date().isoformat()}T{text}"
        local = _naive(value)
    else:
        local = _local(env, value)
    return _formatted(env, local, pattern) if local else ""


def months_between(env: Env, _node: XNode, first: Value, second: Value) -> float:
    """`difference-in-months(first, second)`: whole calendar months, as CHT's forms use it."""
    start, end = _local(env, first), _local(env, second)
    if start is None or end is None:
        return NAN
    sign = 1 if start <= end else -1
    early, late = min(start, end), max(start, end)
    months = (late.year - early.year) * 12 + late.month - early.month
    short = (late.day, late.time()) < (early.day, early.time())
    return float(sign * (months - short))


def years_between(env: Env, node: XNode, first: Value, second: Value) -> float:
    """`cht:difference-in-years(first, second)`: whole years."""
    months = months_between(env, node, first, second)
    return months if math.isnan(months) else float(int(months / 12))


def days_between(env: Env, _node: XNode, first: Value, second: Value) -> float:
    """`cht:difference-in-days(first, second)`: whole days."""
    start, end = _local(env, first), _local(env, second)
    return NAN if start is None or end is None else float(int((end - start) / timedelta(days=1)))


def weeks_between(env: Env, node: XNode, first: Value, second: Value) -> float:
    """`cht:difference-in-weeks(first, second)`: whole weeks."""
    days = days_between(env, node, first, second)
    return days if math.isnan(days) else float(int(days / 7))


def add_to_date(env: Env, _node: XNode, value: Value, *parts: float) -> str:
    """`add-date(date, years, months, days, hours, minutes)`; a day the month lacks runs over."""
    local = _local(env, value)
    years, months, days, hours, minutes = (
        0 if math.isnan(part) else int(part) for part in (*parts, *(0.0,) * (5 - len(parts)))
    )
    if local is None:
        return ""
    total = local.year * 12 + local.month - 1 + years * 12 + months
    try:
        first = local.replace(year=total // 12, month=total % 12 + 1, day=1)
        then = first + timedelta(days=local.day - 1 + days, hours=hours, minutes=minutes)
    except (ValueError, OverflowError):
        return ""
    return moment_text(then)


def date_of_stamp(env: Env, _node: XNode, milliseconds: float) -> str:
    """`parse-timestamp-to-date(milliseconds)`: the moment of a time stamp since 1970."""
    try:
        return moment_text(datetime.fromtimestamp(milliseconds / 1000, env.world.now.tzinfo))
    except (ValueError, OverflowError, OSError):
        return ""


def _naive(text: str) -> datetime | None:
    days = days_of(text[:23].rstrip("Z"))
    return None if math.isnan(days) else moment_of(days)


def _formatted(env: Env, moment: datetime, pattern: str) -> str:
    language = env.world.language.lower()
    chinese = any(word in language for word in _CHINESE)
    months = CHINESE_MONTHS if chinese else MONTHS
    weekdays = CHINESE_WEEKDAYS if chinese else WEEKDAYS
    marks = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": str(moment.month),
        "b": months[moment.month - 1],
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "a": weekdays[moment.weekday()],
        "H": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": f"{moment.microsecond // 1000:03d}",
        "W": str(moment.isocalendar().week),
        "%": "%",
    }
    return re.sub(r"%(.)", lambda found: marks.get(found[1], found[0]), pattern)
