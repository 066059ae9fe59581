"""What typed words ask of an open form, by the words alone; what it does then is elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers import form_buttons as buttons

if TYPE_CHECKING:
    from handlers.room import Room

_CHANGE = re.compile(r"^\s*改\s*第?\s*(\d{1,3})\s*(?:条|题|个)?\s*$")
_QUESTION = re.compile(
    r"[?？]\s*$|[吗呢]\s*$|怎么|咋[个办整弄]|什么|多少|哪里|哪儿|能不能|可不可以|要不要"
)
_FIND = re.compile(r"^\s*[找搜]\s+(?=\S)")
_ASIDE = re.compile(r"^\s*问\s*[:：,，]\s*")
_NOT_KNOWN = re.compile(
    "我?也?(不清楚|不知道|说不清楚?|不好说|搞不清楚?|记不清楚?|不晓得)[呀啊呢了]?"
)
"""Words for not knowing an answer."""
_NOW_WORDS = frozenset({"刚才", "刚刚", "现在", "just now", "now"})
_COMMANDS = {
    word: command
    for command, words in {
        buttons.BACK: "上一步 上一题 上一个 返回 退回 回上一步 back",
        buttons.SKIP: "跳过 先跳过 跳过吧 skip",
        buttons.PARK: "存草稿 稍后再填 保存 先存着 存一下 下次再填 待会再填 等会再填 save",
        buttons.CANCEL: "取消 放弃 不填了 不做了 退出 算了 cancel",
        buttons.SUBMIT: "提交 提交吧 submit",
        buttons.REVIEW: "核对 看一遍 review",
    }.items()
    for word in words.split()
}
"""What may be typed instead of a tap."""
_AGREED = re.compile(r"是的?|对的?|好的?|嗯|行|可以|确定|确认|yes|ok")
_DECLINED = re.compile(r"(不|别|算了|接着填|继续|再想想|先不|留着|保留|no\b).*", re.IGNORECASE)
"""Words to a page that asks whether something is meant: they answer no question."""
_SURE_OF = (
    (buttons.CANCEL_SURE, buttons.REVIEW_OPEN, "确定放弃 放弃"),
    (buttons.SURE, buttons.KEEP, "确认改 确定改 改"),
    (buttons.ENTRY_SURE, buttons.REVIEW_OPEN, "确认删掉 确定删掉 删 删掉"),
)
"""Button that does it, button that leaves it, and what may be typed for the first."""


def command(text: str) -> str | None:
    """Return what a typed word asks the form to do; None when it is an answer."""
    return _COMMANDS.get(text.strip(" 。.!！").lower())


def decided(room: Room, text: str) -> str | None:
    """Return which button of a page that asks 确定吗 typed words stand for, if any."""
    word = text.strip(" 。.!！").lower()
    for value in room.state.get("buttons") or ():
        for sure, leave_it, own in _SURE_OF:
            if not str(value).startswith(sure):
                continue
            if _AGREED.fullmatch(word) or word in own.split():
                return str(value)
            return leave_it if _DECLINED.fullmatch(word) else None
    return None


def to_change(text: str) -> int | None:
    """Return the number of the answer that 改 3 is about; None for other words."""
    found = _CHANGE.match(text)
    return int(found[1]) if found else None


def looked_for(text: str) -> str | None:
    """Return whom 找 刘小明 looks for; None for other words."""
    found = _FIND.match(text)
    return text[found.end() :] if found else None


def aside(text: str) -> str | None:
    """Return what 问：… asks beside the form; None for other words."""
    found = _ASIDE.match(text)
    return text[found.end() :] if found else None


def sounds_asked(text: str) -> bool:
    """Say whether words sound like a question of the person's own."""
    return _QUESTION.search(text) is not None


def is_question(text: str) -> bool:
    """Say whether words typed into a form ask something of their own."""
    return aside(text) is not None or sounds_asked(text)


def means_now(text: str) -> bool:
    """Say whether words mean this moment."""
    return text.strip() in _NOW_WORDS


def not_known(text: str) -> bool:
    """Say whether words say that the answer is not known."""
    return _NOT_KNOWN.fullmatch(text.strip(" 。.")) is not None
