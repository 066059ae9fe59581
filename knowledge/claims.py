"""What a model claims, checked against the clauses word by word; it calls no model.

A claim is shown only with a quote that stands in the clause it names, and only if every number,
every 不得/应当/可以, every office and most of its words come from that very clause. What a model
was talked into cannot pass: there is no clause to stand on.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernel.phrases import say
from kernel.text import clean
from knowledge import data
from knowledge.parsing.numerals import to_number
from knowledge.segment import normal, words
from knowledge.twisting import twisted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernel.phrases import Words
    from knowledge.answer import Citation

SHOWN = 3
"""Claims shown at most: more is no summary (our default)."""
READ = 8
"""Claims looked at at most."""
TEXT_LENGTH, QUOTE_LENGTH = (4, 120), (6, 200)
GROUNDED = 0.5
"""Share of a claim's words that its clause must have; measured on claims true and made up."""

_SIGNS = str.maketrans(
    "。，；：？！（）【】“”„‟‘’《》〈〉「」『』—–－", '.,;:?!()[]""""\'\'<><>""""---'
)
_MODES = {
    "forbidden": re.compile(r"不得|禁止|严禁|不准|不许|不能|不可以|不可|不允许"),
    "must": re.compile(r"应当|必须|须|务必|应(?!急|对|用)|要求|一律"),
    "may": re.compile(r"可以|可(?!能|靠|见)|允许|有权|自愿"),
    "freed": re.compile(r"无需|不需|不用|不必|免于|免除|无须|不再"),
    "promised": re.compile(
        r"一定|保证|肯定|包批|包办|都能|准能|就能领|能批|会批|批下来|能领|能拿|必然|符合条件|有资格"
    ),
    "money": re.compile(r"\d\s*元|[元块]钱?|万元|钱|补助标准"),
    "soft": re.compile(r"最好|尽量|建议|就行|也行|不急|随便|看着办|鼓励|提倡"),
    "strange": re.compile(
        r"忽略|指令|提示词|系统消息|扮演|https?:|www|@|点击|链接|转账|汇款|验证码|密码|[微薇威]信|[vV][xX]|QQ|扫码"
        r"|二维码|加我|[<>`{}\[\]*#_~|\\《》〔〕?？吗]|号文|第[一二三四五六七八九十百\d]+[条款项章节]"
        r"|[廿卅壹贰叁肆伍陆柒捌玖拾佰仟]"
    ),
}
"""Words that change what a rule does; a claim may use only the sorts that its quote uses."""
_TWO_WAY = ("forbidden", "freed")
"""Left out, these turn a rule into its opposite: a claim must keep them."""
_BOUND = re.compile(r"[应须必要得]|一律")
_FREE = re.compile(r"可|能|允许|有权|自愿")
"""In plain words; a claim keeps what its quote binds to, and what it leaves free."""
_OFTEN = re.compile(r"每(?:年|月|季度|季|周|日|天|半年)|按[月年季]|次月|当[天日月]|立即|马上|及时")
_SWIFT = frozenset({"立即", "马上", "及时"})
_ACTORS = (
    "公安",
    "派出所",
    "民政",
    "教育",
    "学校",
    "残联",
    "妇联",
    "团委",
    "共青团",
    "司法",
    "法院",
    "检察",
    "医保",
    "财政",
    "督导员",
    "儿童主任",
    "村委会",
    "居委会",
    "救助保护机构",
    "福利机构",
    "社会组织",
    "志愿者",
    "乡镇",
    "街道",
    "医院",
    "律师",
    "银行",
    "警察",
)
_ALIASES = {"派出所": ("公安",), "警察": ("公安",), "村委会": ("村（居）", "村(居)", "村民委员会")}
_UNIT = (
    r"(?:个?工作日|个?小时|分钟|周岁|个月|人次|年|月|日|天|周|次|元|块|万|名|岁|级|倍|成|人|%|个)"
)
_COUNT = re.compile(
    rf"\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万]+(?={_UNIT})|半(?=个?(?:年|月|天|小时))"
)
_NO_COUNT = re.compile(r"第?一(?:个|些|定|起|般|样|下|旦|方|人一)|万一|统一|唯一")


@dataclass(frozen=True, slots=True)
class Claim:
    """One checked sentence in plain words, and the verbatim part of the clause it rests on."""

    text: str
    quote: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a model's answer.

    Args:
        claims: Those that passed.
        dropped: Why the others did not, as words for a count, never their text.
        readable: False when it was no answer in the agreed shape at all.
    """

    claims: tuple[Claim, ...]
    dropped: tuple[str, ...] = ()
    readable: bool = True


def check(raw: str, citations: Sequence[Citation]) -> Checked:
    """Check what a model wrote, claim by claim."""
    packed = _read(raw)
    if packed is None:
        return Checked((), readable=False)
    rows = packed.get("claims")
    if packed.get("enough") is not True or not isinstance(rows, list):
        return Checked(())
    claims: list[Claim] = []
    dropped: list[str] = []
    for row in rows[:READ]:
        found = _checked(row, citations)
        if isinstance(found, str):
            dropped.append(found)
        elif all(normal(found.text) != normal(one.text) for one in claims):
            claims.append(found)
    return Checked(tuple(claims[:SHOWN]), tuple(dropped))


def lines(claims: Sequence[Claim]) -> tuple[Words, ...]:
    """Word the claims: each with its quote and its place."""
    shown: list[Words] = [say("knowledge-model-summary")]
    for claim in claims:
        shown.append(say("knowledge-model-claim", text=claim.text))
        shown.append(say("knowledge-model-quote", quote=claim.quote, clause=claim.citation.label))
    return (*shown, say("knowledge-model-rule"))


def _read(raw: str) -> dict[str, Any] | None:
    """Find the JSON object in what a model wrote; models like to talk around it."""
    said = raw.rpartition("</think>")[2]
    start, end = said.find("{"), said.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        packed = json.loads(said[start : end + 1])
    except (ValueError, RecursionError):
        return None
    return packed if isinstance(packed, dict) else None


def _checked(row: Any, citations: Sequence[Citation]) -> Claim | str:  # noqa: ANN401 a model's JSON
    """Return the claim, or why it is dropped."""
    if not isinstance(row, dict):
        return "shape"
    text, cite, quote = (row.get(name) for name in ("text", "cite", "quote"))
    if not (isinstance(text, str) and isinstance(cite, str) and isinstance(quote, str)):
        return "shape"
    text = clean(text, limit=500)
    citation = _cited(cite, citations)
    if citation is None:
        return "cite"
    if not TEXT_LENGTH[0] <= len(text) <= TEXT_LENGTH[1] or "\n" in text:
        return "length"
    found = find_quote(quote, citation.text)
    if not found:
        return "quote"
    fault = fault_of(text, found, citation)
    return fault or Claim(text, found, citation)


def _cited(cite: str, citations: Sequence[Citation]) -> Citation | None:
    number = cite.strip().removeprefix("C")
    if not number.isdecimal() or not 1 <= int(number) <= len(citations):
        return None
    return citations[int(number) - 1]


def find_quote(quote: str, text: str) -> str:
    """Return the verbatim part of a text that a quote is, widths, spaces and signs apart.

    Near is not enough: one changed character finds nothing.
    """
    wanted, _ = _folded(quote)
    if not QUOTE_LENGTH[0] <= len(wanted) <= QUOTE_LENGTH[1]:
        return ""
    folded, places = _folded(text)
    at = folded.find(wanted)
    if at < 0:
        return ""
    return text[places[at] : places[at + len(wanted) - 1] + 1]


def _folded(text: str) -> tuple[str, list[int]]:
    """Fold widths, signs and spaces; say where each character of the result came from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for folded in unicodedata.normalize("NFKC", sign).translate(_SIGNS):
            if not folded.isspace() and unicodedata.category(folded) != "Cf":
                signs.append(folded)
                places.append(place)
    return "".join(signs), places


def fault_of(text: str, quote: str, citation: Citation) -> str:
    """Say what a claim has that its clause has not; empty when it may be shown."""
    if any(_MODES[mode].search(text) and not _MODES[mode].search(quote) for mode in _MODES):
        return "mode"
    if any(_MODES[mode].search(quote) and not _MODES[mode].search(text) for mode in _TWO_WAY):
        return "mode"
    kept = (("must", _BOUND), ("may", _FREE))
    if any(_MODES[mode].search(quote) and not said.search(text) for mode, said in kept):
        return "mode"
    if _often(text) - _often(quote):
        return "often"
    if counts(text) - counts(quote):
        return "number"
    passage = "".join((*citation.path, citation.text))
    if any(actor in text and not _named(actor, passage) for actor in _ACTORS):
        return "actor"
    if grounded(text, passage) < GROUNDED:
        return "words"
    return "turned" if twisted(text, quote, passage) else ""


def _often(text: str) -> set[str]:
    found = set(_OFTEN.findall(text))
    return {"swift" if word in _SWIFT else word.replace("天", "日") for word in found}


def _named(actor: str, passage: str) -> bool:
    return any(name in passage for name in (actor, *_ALIASES.get(actor, ())))


def counts(text: str) -> set[str]:
    """Return every number of a text in one form: 十五个工作日 and １５个工作日 are the same."""
    folded = _NO_COUNT.sub("", unicodedata.normalize("NFKC", text))
    found = set()
    for written in _COUNT.findall(folded):
        if written == "半":
            found.add("1/2")
        elif written[0].isdigit():
            found.add(written.lstrip("0") or "0")
        else:
            found.add(str(to_number(written.replace("两", "二").replace("〇", "零"))))
    return found


def grounded(text: str, passage: str) -> float:
    """Return the share of a claim's words that a passage has, everyday words translated."""
    said = words(text)
    if not said:
        return 0.0
    there = normal(passage)
    return sum(_has(word, there) for word in said) / len(said)


def _has(word: str, there: str) -> bool:
    if word in there:
        return True
    return any(
        word in everyday and any(one in there for one in words(official))
        for everyday, official in data.thesaurus()
    )
