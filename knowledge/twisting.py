"""What turns a rule round when it is lost, gained or moved; it reads two sentences, no model.

Strict on purpose: better drop a claim that says a true thing otherwise than keep a false one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from knowledge.parsing.numerals import to_number

if TYPE_CHECKING:
    from collections.abc import Iterator

_HARMLESS = re.compile(
    "未成年|未来|不仅|不但|不论|无论|不断|不同|不法|不良|非法|非营利|特别|分别|级别|性别|类别|个别|区别|别人"
)
"""Words with a sign of denial that deny nothing."""
_BOUNDS = {
    "least": re.compile(r"至少|最少|起码|不(?:得|能|应|会)?(?:少|低|短)于"),
    "most": re.compile(r"最多|至多|顶多|不(?:得|能|应|会)?(?:超过|多于|高于|长于|晚于)"),
    "under": re.compile(r"[不未]满|不足|不到"),
    "after": re.compile(r"(?:日|天|月|年|周|时|钟)(?:之后|以后|后)"),
    "over": re.compile(r"以上|(?<![不未])超过"),
    "below": re.compile(r"以下"),
    "except": re.compile(r"除外|除了|除[^夕尘草]{1,20}外|但是?|例外|不适用"),
}
_FORBIDDING = re.compile(r"不得|禁止|严禁|不准|不许|不能|不可以|不可|不允许|不要|别|勿")
_FREEING = re.compile(r"无需|不需要?|不用|不必|免于|免除|无须|不再|不强制")
_DENYING = re.compile(r"(没有|没|未|无|不|非|免)(.?)")
_KEPT = ("least", "most", "under", "except")
"""Bounds that a claim may not lose either."""
_UNITS = {"日": "天", "周岁": "岁", "礼拜": "周", "星期": "周", "块": "元", "回": "次", "趟": "次"}
_MEASURE = re.compile(
    r"(\d+(?:\.\d+)?|半|[〇零一二两三四五六七八九十百千万]+)个?"
    r"(工作日|小时|分钟|周岁|星期|礼拜|月|年|日|天|周|次|回|趟|元|块|万|名|岁|级|倍|成|人|%)"
)
_OFFICES = {
    "公安": "公安|派出所|警察|民警",
    "县": "县",
    "市": "市级|地市|市里|市民政",
    "省": "省",
    "国": "国家|中央",
    "民政": "民政",
    "教育": "教育(?:部门|局|厅|行政)",
    "学校": "学校|老师|教师",
    "残联": "残联",
    "妇联": "妇联",
    "团委": "团委|共青团",
    "司法": "司法",
    "法院": "法院",
    "检察": "检察",
    "医保": "医保",
    "财政": "财政",
    "督导员": "督导员",
    "儿童主任": "儿童主任",
    "村": "村委会|居委会|村[(]居[)]|村民委员会",
    "救助": "救助保护机构",
    "福利": "福利机构",
    "社会组织": "社会组织",
    "乡镇": "乡镇|街道|乡里|镇里|镇上",
    "医院": "医院",
    "家": "监护人|父母|家长|爸妈",
}
_OFFICE = re.compile("|".join(f"({words})" for words in _OFFICES.values()))


def twisted(text: str, quote: str, passage: str) -> bool:
    """Say whether a sentence denies, bounds or measures otherwise, or moves who does what.

    Args:
        text: The sentence.
        quote: What it rests on: denials, bounds and measures must be those.
        passage: The whole clause with its headings: who does what must stand there in that order.
    """
    text, quote, passage = (unicodedata.normalize("NFKC", x) for x in (text, quote, passage))
    if denials(text) != denials(quote) or measures(text) - measures(quote):
        return True
    here, there = bounds(text), bounds(quote)
    if here - there or any(kind in there - here for kind in _KEPT):
        return True
    return not _runs(list(_offices(text)), list(_offices(passage)))


def denials(text: str) -> set[str]:
    """Return what a sentence denies: each denial with the character it denies."""
    bare = _HARMLESS.sub("·", text)
    for pattern in _BOUNDS.values():
        bare = pattern.sub("·", bare)
    found = {"forbidden"} if _FORBIDDING.search(bare) else set()
    bare = _FORBIDDING.sub("·", bare)
    found |= {"freed"} if _FREEING.search(bare) else set()
    return found | {f"不{match[2]}" for match in _DENYING.finditer(_FREEING.sub("·", bare))}


def bounds(text: str) -> set[str]:
    """Return the kinds of bounds of a sentence: at least, at most, under, after, except."""
    bare, found = _HARMLESS.sub("·", text), set()
    for kind, pattern in _BOUNDS.items():
        if pattern.search(bare):
            found.add(kind)
            bare = pattern.sub("·", bare)
    return found


def measures(text: str) -> set[tuple[str, str]]:
    """Return every number with what it counts: 15 天 is not 15 个工作日."""
    return {
        (written if written == "半" else _plain(written), _UNITS.get(unit, unit))
        for written, unit in _MEASURE.findall(text.replace("统一", "·").replace("万一", "·"))
    }


def _plain(written: str) -> str:
    if written[0].isdigit():
        return written.lstrip("0") or "0"
    return str(to_number(written.replace("两", "二").replace("〇", "零")))


def _offices(text: str) -> Iterator[str]:
    names = tuple(_OFFICES)
    for match in _OFFICE.finditer(text):
        yield names[(match.lastindex or 1) - 1]


def _runs(part: list[str], whole: list[str]) -> bool:
    """Say whether names stand one after the other in a longer row of names."""
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))
