"""Numbers as people write them: 三, 十二, 两百零五, 半, ３; it knows no question."""

from __future__ import annotations

import math
import re
import unicodedata

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "幺": 1,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}
_RUN = re.compile(f"[{''.join(_DIGITS)}{''.join(_UNITS)}]+")
_ABOUT = re.compile(f"[{''.join(set(_DIGITS) - set('零〇'))}]{{2}}")
_MIXED = re.compile(r"(?<![\d.])(\d{1,15}(?:\.\d{1,15})?)([百千万])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_POINT = re.compile(r"(?<!\d)(\d+)[点度](\d+)")
_LONGEST = 20
"""Signs of a number in Chinese; what is longer names none (our default)."""
_UNIT = "天日个月年岁次人户块元分钟小时周星期斤公里米厘度名口只层间套本张条件份趟回遍kgmc%"
_PLAIN = re.compile(
    rf"(?:大概|大约|约|差不多|有|第|是|负)?(-?\d+(?:\.\d+)?)(半?)[{_UNIT}]{{0,4}}(半?)(?:左右|了|吧|的)?\Z"
)


def of_chinese(run: str) -> int:
    """Read a run of Chinese digits: by place when it has units, else digit after digit."""
    if not any(letter in _UNITS for letter in run):
        return int("".join(str(_DIGITS[letter]) for letter in run))
    total = part = digit = 0
    unit = 1
    for letter in run:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
            continue
        unit = _UNITS[letter]
        if unit == _UNITS["万"]:
            total, part, digit = (total + part + digit) * unit, 0, 0
        else:
            part, digit = part + (digit or 1) * unit, 0
    if digit and run[-1] in _DIGITS and len(run) > 1 and run[-2] in _UNITS and unit > 10:  # noqa: PLR2004
        digit *= unit // 10  # 三百五 is 350
    return total + part + digit


def arabic(text: str) -> str:
    """Write every number of a text in Arabic digits, full-width forms and signs made plain."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _MIXED.sub(lambda found: str(round(float(found[1]) * _UNITS[found[2]])), plain)
    return _RUN.sub(lambda found: _written(found[0]), plain)


def _written(run: str) -> str:
    """Write a run in Arabic digits; what names no one number (五六, 十五六, 三四百) stays."""
    if len(run) > _LONGEST:
        return run
    if any(letter in _UNITS for letter in run):
        about = _ABOUT.search(run) is not None
    else:
        first, *rest = (_DIGITS[letter] for letter in run)
        about = run == "三五" or (first > 0 and rest == [first + 1])
    return run if about else str(of_chinese(run))


def number_in(text: str) -> float | None:
    """Return the one number a short answer gives (`三天`, `约12块`, `三十六度五`), or None."""
    plain = _THOUSANDS.sub("", arabic(text).replace(" ", ""))
    plain = _POINT.sub(r"\1.\2", plain)
    if plain.startswith("半"):
        return 0.5
    found = _PLAIN.match(plain)
    if not found:
        return None
    number = float(found[1]) + (0.5 if found[2] or found[3] else 0.0)
    if not math.isfinite(number):
        return None
    return -number if plain.startswith("负") else number


def text_of(number: float) -> str:
    """Write a number without a needless fraction."""
    return str(int(number)) if number == int(number) else str(number)
