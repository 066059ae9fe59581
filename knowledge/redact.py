"""Takes names, numbers and addresses of people out of words before they are kept or sent.

It errs on the side of taking too much: a question reads well enough without a name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from knowledge import data

if TYPE_CHECKING:
    from collections.abc import Collection

    from rjieba import Jieba

MARK = "＊＊"
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂"
    "成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党"
    "宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_COMPOUND = "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|端木|司徒|夏侯"
_KIN = re.compile(
    r"(?<=孩子|儿子|女儿|孙子|孙女|侄子|侄女|外甥|外孙|学生|丈夫|老公|妻子|老婆|邻居|闺女|同学)"
)
"""Behind these a name may begin, which the cutter would not see: 孩子王 is a word to it."""
_NO_PART = frozenset(
    "的了在是家村镇乡组队班校里爸妈爷奶哥姐弟妹叔婶舅姑被打说要想不没有和跟去来上下也都就还能会给与等吗呢吧啊得人把向对从"
)
"""What follows a name and is none of it."""
_NO_CALL = frozenset("娃孩妹弟姐哥伙鬼子")
"""What 小 and 阿 stand before without naming anybody."""
_LONG_NUMBER = re.compile(r"(?<![\d〔(])\d(?:[\s\-_.·—]{0,2}\d){6,}[\s\-]?[Xx]?")
_SPELT_NUMBER = re.compile(r"[〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]{7,}")
_ADDRESSES = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@[A-Za-z]\w{4,}", re.IGNORECASE
)
_HANDLE = re.compile(r"((?:微信|QQ|qq|VX|vx|抖音)号?[是为:： ]{0,2})[A-Za-z0-9_-]{5,}")
_OF_NAMES = frozenset({"nr", "nrt", "nrfg", "ns"})
_PLACE_SIGNS = ("村", "屯", "寨", "镇", "乡", "社区", "街道", "小区")
_WITHIN = re.compile(
    r"\d{1,4}|[一二三四五六七八九十\d]{1,4}(?:组|队|社|号|栋|单元|室|楼)|[组队号栋室]"
)
"""What follows the name of a village in an address."""
_HOUSE = re.compile(r"[一二三四五六七八九十\d]{1,4}(?:组|队|号|栋|单元|室)(?:\d{1,5}(?:号|室)?)+")
_CALLED = re.compile(
    # 东方 is a word as well: a name only where one is expected
    r"(?<=叫|是|名|姓|娃|孩|子|生|居|友)(东方[一-鿿]{1,2})"
    rf"|((?:{_COMPOUND})[一-鿿]{{1,2}})"
    r"|(?:(?<=叫)|(?<=名叫)|(?<=姓名)|(?<=名字))[是:： ]{0,2}"
    r"([一-鿿]{2,4}?)(?=[,。;、 的今上在]|$)"
)


def redact(text: str, names: Collection[str] = ()) -> str:
    """Return the text without names, telephone and ID numbers, addresses and handles.

    Args:
        text: What a person wrote.
        names: Names known from elsewhere; they and their given names go whatever they look like.
    """
    shown = unicodedata.normalize("NFKC", text)
    for name in sorted(names, key=len, reverse=True):
        shown = _without_name(shown, name)
    shown = _ADDRESSES.sub(MARK, shown)
    shown = _HANDLE.sub(rf"\1{MARK}", shown)
    shown = _SPELT_NUMBER.sub(MARK, _LONG_NUMBER.sub(MARK, shown))
    shown = _CALLED.sub(_called, _HOUSE.sub(MARK, shown))
    return _without_words(shown)


def is_clean(text: str) -> bool:
    """Say whether a text holds no number or handle of a person (names may be an office's)."""
    shown = unicodedata.normalize("NFKC", text)
    return not (_LONG_MOBILE.search(shown) or _ID_NUMBER.search(shown))


_LONG_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")


def _without_name(text: str, name: str) -> str:
    name = name.strip()
    if len(name) < 2:  # noqa: PLR2004 one character is no name
        return text
    text = text.replace(name, MARK)
    given = name[1:]
    return text.replace(given, MARK) if len(given) > 1 else text


def _called(match: re.Match[str]) -> str:
    name = match[1] or match[2] or match[3]
    known = match[3] is not None and _names_a_thing(name)
    return match[0] if known else match[0].replace(name, MARK)


def _names_a_thing(word: str) -> bool:
    """Say whether a word is an ordinary one, and no name that is also a word (建国)."""
    return word in _common() or (_cutter().has_word(word) and _tagged(word)[0][1] not in _OF_NAMES)


def _without_words(text: str) -> str:
    """Take out the names of people, villages and streets, word by word."""
    tagged = [pair for part in _KIN.split(text) for pair in _tagged(part)]
    kept: list[str] = []
    placed = named = False
    for at, (word, tag) in enumerate(tagged):
        following = tagged[at + 1][0] if at + 1 < len(tagged) else ""
        placed = _is_place(word, tag, following) or (
            placed and (word in _PLACE_SIGNS or _WITHIN.fullmatch(word) is not None)
        )
        named = _is_name(word, tag) or (named and _goes_on(kept[-1], tagged[at - 1][0], word))
        kept.append(MARK if placed or named else word)
    return re.sub(f"(?:{re.escape(MARK)})+", MARK, "".join(kept))


def _is_name(word: str, tag: str) -> bool:
    if not 2 <= len(word) <= 4 or word in _common():  # noqa: PLR2004 length of a name
        return False
    called = word[0] in "小阿" and len(word) == 2 and word[1] not in _NO_CALL  # noqa: PLR2004
    return tag.startswith("nr") and (word[0] in _SURNAMES or called)


def _goes_on(shown: str, before: str, word: str) -> bool:
    """Say whether the cutter left the last character of a name of three behind."""
    left = len(word) == 1 and "一" <= word <= "鿿" and word not in _NO_PART
    return left and shown == MARK and len(before) == 2  # noqa: PLR2004 a surname and half of what follows


def _is_place(word: str, tag: str, following: str) -> bool:
    if word in _common() or len(word) < 2:  # noqa: PLR2004 shorter names no place
        return False
    if tag in {"ns", "nr"} and following in _PLACE_SIGNS:
        return True
    return len(word) > 2 and word.endswith(_PLACE_SIGNS) and tag in {"ns", "nr", "n", "nz"}  # noqa: PLR2004 a name and its sign


@cache
def _common() -> frozenset[str]:
    """Return the words of our own texts, which name nobody, whatever they look like."""
    texts = [line for block in data.phrasings().values() for line in block]
    texts += [line for note in data.notes().values() for line in (note.says, *note.phrasings)]
    return frozenset(word for text in texts for word, _ in _tagged(text)) | set(
        data.domain_words()
    )


@cache
def _cutter() -> Jieba:
    from rjieba import Jieba  # noqa: PLC0415 its dictionary takes a quarter of a second

    return Jieba()


def _tagged(text: str) -> list[tuple[str, str]]:
    """Cut into words with their kind; spaces stay."""
    return list(_cutter().tag(text))
