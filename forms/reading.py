"""What a person typed becomes a lexical value: numbers, names, 是, 三天, 昨天, 下午三点半."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from forms.days import Side, find_day, find_time, time_text
from forms.errors import InvalidAnswer
from forms.numerals import arabic, number_in, text_of
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.question import Question

_YES = frozenset(
    [
        "是",
        "有",
        "对",
        "嗯",
        "好",
        "好的",
        "可以",
        "要",
        "行",
        "是的",
        "有的",
        "对的",
        "yes",
        "y",
        "ok",
        "加",
        "再加",
        "还有",
    ]
)
_NO = frozenset(
    [
        "否",
        "没有",
        "不",
        "没",
        "不是",
        "无",
        "不要",
        "不用",
        "没得",
        "no",
        "n",
        "不加",
        "不加了",
        "没有了",
        "不行",
    ]
)
_AGREED = frozenset(["好", "好的", "可以", "要", "行", "ok", "加", "再加", "还有"])
"""Words of _YES that agree to something and do not say that something is there."""
_TURNING = frozenset("不没未无别")
"""What turns the word behind it into its opposite."""
_FILLING = frozenset("是的了吧啊呀呢哦噢嗯我选要答就这那个项他她它都很还已经现在目前孩子娃住跟")
"""What may stand around a choice without changing what is meant."""
_YES_VALUES = frozenset({"yes", "y", "true", "1", "ok"})
_NO_VALUES = frozenset({"no", "n", "false", "0"})
_SEPARATORS = re.compile(r"[、,，;；/\s]+|(?<=\S)[和跟及](?=\S)")
_SEEN = _YES | frozenset(["知道了", "知道", "收到", "明白", "看了", "1", "确定", "okay"])
_JUST_NOW = frozenset(["刚才", "现在", "刚刚", "now", "马上"])
_NUMBERED = re.compile(r"(?:第|选)?(\d{1,3})[.、)）]?(?:个|项|号)?\Z")
_MEDIA = frozenset({"image", "audio", "video", "file"})
_COORDINATES = re.compile(r"(-?\d{1,3}(?:\.\d+)?)[\s,，、;]+(-?\d{1,3}(?:\.\d+)?)\Z")

_POINT = re.compile(
    r"(-?\d{1,3}(?:\.\d+)?)[\s,，、]+(-?\d{1,3}(?:\.\d+)?)"
    r"(?:\s+(-?\d+(?:\.\d+)?))?(?:\s+(\d+(?:\.\d+)?))?\Z"
)


def read(question: Question, text: str, today: date) -> str:
    """Read a typed answer.

    Args:
        question: What was asked.
        text: What was typed.
        today: The person's day; a `datetime` also tells the time, for 刚才.

    Returns:
        The value in lexical form, ready for `engine.answer`.

    Raises:
        InvalidAnswer: It cannot be read; its `reply` says in one sentence how to answer.
    """
    reader = _READERS.get(question.type, _words)
    return reader(question, text.strip(), today)


def readings(question: Question, text: str, today: date) -> tuple[str, ...]:
    """Read a typed answer that may say several things, the likeliest first.

    A day said without its year is the nearest one, or else the next, or the last.

    Raises:
        InvalidAnswer: As `read` does.
    """
    first = read(question, text, today)
    reader = {"date": _date, "dateTime": _moment}.get(question.type)
    if reader is None:
        return (first,)
    others = (reader(question, text.strip(), today, side) for side in (Side.AHEAD, Side.BEHIND))
    return tuple(dict.fromkeys([first, *others]))


def _refuse(question: Question, key: str, **args: str | int) -> InvalidAnswer:
    return InvalidAnswer(question.ref, message=say(key, **args))


def _words(question: Question, text: str, _today: date) -> str:
    if not text:
        raise _refuse(question, "forms-need-text")
    return text


def _integer(question: Question, text: str, _today: date) -> str:
    number = number_in(text)
    if number is None or number != int(number):
        raise _refuse(question, "forms-need-integer")
    return text_of(number)


def _number(question: Question, text: str, _today: date) -> str:
    number = number_in(text)
    if number is None:
        raise _refuse(question, "forms-need-number")
    return text_of(number)


def _seen(question: Question, text: str, _today: date) -> str:
    if text.lower().rstrip("。.!！了") not in _SEEN and text.lower() not in _SEEN:
        raise _refuse(question, "forms-need-ok")
    return "OK"


def _media(question: Question, _text: str, _today: date) -> str:
    raise _refuse(question, "forms-need-file", kind=question.type)


def _place(question: Question, text: str, _today: date) -> str:
    found = _COORDINATES.match(arabic(text))
    if not found:
        raise _refuse(question, "forms-need-place")
    return f"{found[1]} {found[2]} 0 0"


_TRACE, _SHAPE = 2, 4
"""Fewest points of a line, and of a closed outline (ODK XForms: geotrace, geoshape)."""


def _points(question: Question, text: str) -> list[str]:
    """Read points written one a line, or with a semicolon between them."""
    parts = [part.strip() for part in re.split(r"[;；\n]+", arabic(text)) if part.strip()]
    points = []
    for part in parts:
        found = _POINT.match(part)
        if not found:
            raise _refuse(question, f"forms-need-{question.type}")
        points.append(f"{found[1]} {found[2]} {found[3] or '0'} {found[4] or '0'}")
    return points


def _trace(question: Question, text: str, _today: date) -> str:
    points = _points(question, text)
    if len(points) < _TRACE:
        raise _refuse(question, "forms-need-geotrace")
    return "; ".join(points)


def _shape(question: Question, text: str, _today: date) -> str:
    points = _points(question, text)
    if points and points[0] != points[-1]:
        points.append(points[0])  # who walks round a field need not write the first point twice
    if len(points) < _SHAPE:
        raise _refuse(question, "forms-need-geoshape")
    return "; ".join(points)


# --- choices ------------------------------------------------------------------------------


def _matching(question: Question, text: str) -> list[str]:
    """Return the values of the choices a piece of text may mean, the surest reading alone.

    A choice in which the text stands, or which stands in the text, is meant only where nothing
    around it turns it: 不健康 is not 健康, and who writes 清楚 does not mean 不清楚.
    """
    low = _plain(text)
    choices = [(value, _plain(label)) for value, label in question.choices]
    for test in (
        lambda value, label: low in (value.lower(), label),
        lambda _value, label: label.startswith(low),
        lambda _value, label: low in label and label[label.index(low) - 1] not in _TURNING,
        lambda _value, label: _says_only(low, label, _plain(question.label)),
    ):
        if found := [value for value, label in choices if low and test(value, label)]:
            return found
    return _as_said(question, low)


def _as_said(question: Question, low: str) -> list[str]:
    """Return the choices that are meant by what their author says people say.

    Around such words only filling and signs of the question may stand, and nothing that turns
    them: 在家里看的 is 在家里, 没在家里 is not.
    """
    said = [(value, _plain(words)) for value, words in question.said]
    if exact := [value for value, words in said if low and low == words]:
        return list(dict.fromkeys(exact))
    harmless = (_FILLING | frozenset(_plain(question.label))) - _TURNING
    around = [
        (len(words), value)
        for value, words in said
        if len(words) > 1 and words in low and set(low.replace(words, "", 1)) <= harmless
    ]
    longest = max((length for length, _ in around), default=0)
    return list(dict.fromkeys(value for length, value in around if length == longest))


def _says_only(text: str, label: str, asked: str) -> bool:
    """Say whether a text is a choice, and beside it only filling or words of the question."""
    if not label or label not in text:
        return False
    rest = "".join(sign for sign in text.replace(label, "", 1) if sign not in _FILLING)
    return not rest or (len(rest) > 1 and rest in asked and not _TURNING & set(rest))


def _plain(text: str) -> str:
    return re.sub(r"[\s。.,，!！?？“”\"'（）()]", "", text).lower()


def _numbered(question: Question, text: str) -> str | None:
    found = _NUMBERED.match(arabic(text))
    if not found or any(text in pair for pair in question.choices):
        return None
    place = int(found[1])
    return question.choices[place - 1][0] if 1 <= place <= len(question.choices) else None


def _yes_or_no(question: Question, text: str) -> str | None:
    low = _plain(text)
    if any(low == _plain(label) for _value, label in question.choices):
        return None
    for words, meanings in ((_YES, _YES_VALUES), (_NO, _NO_VALUES)):
        if low in words and not (low in _AGREED and _is_there(question)):
            found = [value for value, _label in question.choices if value.lower() in meanings]
            return found[0] if len(found) == 1 else None
    return None


def _is_there(question: Question) -> bool:
    """Say whether its yes is 有: 好 is no answer to whether there is danger."""
    return any(_plain(label).startswith("有") for _value, label in question.choices)


def _one(question: Question, text: str) -> str:
    if (value := _numbered(question, text)) or (value := _yes_or_no(question, text)):
        return value
    if not question.choices:
        raise _refuse(question, "forms-choose-none")
    found = _matching(question, text)
    if len(found) == 1:
        return found[0]
    if found:
        labels = dict(question.choices)
        shown = "、".join(labels[value] for value in found[:4])
        raise _refuse(question, "forms-several-fit", text=text[:20], labels=shown)
    raise _refuse(question, "forms-choose", count=len(question.choices))


def _choice(question: Question, text: str, _today: date) -> str:
    return _one(question, text)


def _choices(question: Question, text: str, _today: date) -> str:
    whole = _matching(question, text)
    if len(whole) == 1 and _plain(text) == _plain(dict(question.choices)[whole[0]]):
        return whole[0]
    parts = [part for part in _SEPARATORS.split(text) if part]
    if not parts:
        raise _refuse(question, "forms-choose-more")
    try:
        return " ".join(dict.fromkeys(_one(question, part) for part in parts))
    except InvalidAnswer:
        if len(whole) == 1:
            return whole[0]
        if len(parts) > 1:
            raise _refuse(question, "forms-choose-more") from None
        raise


# --- dates --------------------------------------------------------------------------------


def _date(question: Question, text: str, today: date, side: Side = Side.NEAREST) -> str:
    day, _rest = find_day(text, _day(today), side)
    if day is None:
        raise _refuse(question, "forms-need-date")
    return day.isoformat()


def _day(today: date) -> date:
    return today.date() if isinstance(today, datetime) else today


def _time(question: Question, text: str, today: date) -> str:
    if text in _JUST_NOW and isinstance(today, datetime):
        return time_text(today.time())
    moment = find_time(text)
    if moment is None:
        raise _refuse(question, "forms-need-time")
    return time_text(moment)


def _moment(question: Question, text: str, today: date, side: Side = Side.NEAREST) -> str:
    if text in _JUST_NOW and isinstance(today, datetime):
        return f"{today.date().isoformat()}T{time_text(today.time())}"
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return text
    day, rest = find_day(text, _day(today), side)
    moment = find_time(rest)
    if moment is None:
        raise _refuse(question, "forms-need-moment")
    return f"{(day or _day(today)).isoformat()}T{time_text(moment)}"


_READERS: dict[str, Callable[[Question, str, date], str]] = {
    "integer": _integer,
    "decimal": _number,
    "range": _number,
    "select_one": _choice,
    "repeat": _choice,
    "select_multiple": _choices,
    "rank": _choices,
    "date": _date,
    "time": _time,
    "dateTime": _moment,
    "acknowledge": _seen,
    "note": _seen,
    "geopoint": _place,
    "geotrace": _trace,
    "geoshape": _shape,
    **dict.fromkeys(_MEDIA, _media),
}
