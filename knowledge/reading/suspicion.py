"""Whether a text tries to slip something past its readers; it judges, it reads no file."""

from __future__ import annotations

import dataclasses
import re
import unicodedata

from knowledge.errors import RefusedFileError
from knowledge.parsing.lines import opens_part
from knowledge.reading.paper import MAX_CHARACTERS, Paper

_TELLING = 2
"""Chinese characters from which on a hidden piece can say something."""
_LONG_REMARK = 60
"""Chinese characters from which on a comment is no mark of an editor any more."""
_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-z]{3,}")
_TAGS_AND_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_ORDERS = r"(?:指令|指示|提示词?|规则|要求|命令|设定|约束|限制|对话|内容)"
_BEFORE = r"(?:以上|上述|上面|之前|前面|先前|此前|所有|全部|原有|你的|其他|系统)"
_COMMANDS = re.compile(
    rf"(?:忽略|无视|忘记|忘掉|不要理会|不用理会|不必理会|跳过|覆盖|抛开)[^。；\n]{{0,12}}{_BEFORE}[^。；\n]{{0,8}}{_ORDERS}"
    rf"|{_BEFORE}[^。；\n]{{0,8}}(?:指令|提示词|命令|设定)[^。；\n]{{0,6}}(?:作废|无效|忽略|取消)"
    rf"|{_BEFORE}[^。；\n]{{0,8}}{_ORDERS}[^。；\n]{{0,6}}(?:当作?|当成|视为)(?:不存在|没有|无效|没看见)"
    r"|你现在(?:是|扮演|必须)|系统提示(?:词|[：:])|systemprompt"
    r"|(?:ignore|disregard|forget)(?:all|any)?(?:of)?(?:the)?(?:previous|above|prior|earlier)(?:instructions?|prompts?|rules?)"
    r"|<\|im_start\|>|\[/?INST\]"
    r"|(?:作为|你是)(?:一个|一名)?(?:AI|人工智能|大模型|语言模型|聊天机器人)(?:助手|模型)?",
    re.IGNORECASE,
)
"""None of these stands in the 12,000 articles of national law that were searched for them."""


def checked(paper: Paper) -> Paper:
    """Return the paper with its text cleaned.

    Raises:
        RefusedFileError: It hides text, gives orders to a machine, or is too long.
    """
    if len(paper.text) > MAX_CHARACTERS:
        raise RefusedFileError("too-large")
    if any(_tells(piece) for piece in ("".join(paper.hidden), *paper.hidden)):
        raise RefusedFileError("hidden")
    if _TAGS_AND_TURNS.search(paper.text) or any(_speaks(remark) for remark in paper.remarks):
        raise RefusedFileError("hidden")
    text = cleaned(paper.text)
    if commands(text):
        raise RefusedFileError("commands")
    return dataclasses.replace(paper, text=text, hidden=(), remarks=())


def cleaned(text: str) -> str:
    """Drop characters nobody sees, and write radicals as the characters they stand for."""
    text = _UNSEEN.sub("", text).replace("\xa0", " ")
    return _RADICALS.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), text)


def commands(text: str) -> bool:
    """Say whether a text gives orders to a language model."""
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return bool(_COMMANDS.search(re.sub(r"[^\S\n]+", "", folded)))


def _tells(piece: str) -> bool:
    return len(_HAN.findall(piece)) >= _TELLING or bool(_WORD.search(piece))


def _speaks(remark: str) -> bool:
    lines = [line.strip() for line in remark.splitlines() if line.strip()]
    numbered = any(opens_part(line) for line in lines)
    return numbered or commands(remark) or len(_HAN.findall(remark)) >= _LONG_REMARK
