"""What people type instead of pressing a button, and where it leads; it answers nothing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from cases.people import STAFF, Role
from handlers import menu
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.room import Room
    from knowledge.wishing import Wishing

CLEAR, LIKELY = 0.75, 0.4
"""Share of what was typed that a wish makes up to be followed at once, or offered beside the
answer (our default)."""
INSTEAD, BESIDE, OFFERED = -0.2, -0.4, 3
"""By how much a wish outdoes a question for being offered in place of an answer, or below one, and
how many are (our default): of 830 wishes, each left out, 0.55 and 0.80 are so much like one, of
4,135 questions and cries for help 0.014 and 0.03 (docs/quality.md)."""
DOINGS = 2
"""Things to do that are offered for a child who is spoken of (our default)."""
PLACE = re.compile(r"[\u4e00-\u9fff]{1,8}(村|社区|镇|乡|街道|居委会|村委会)")
"""What is a place and nothing else; whoever is in charge of places wants to see it."""
OF_PLACES = ("children", "unvisited", "figures")
_TALK_ONLY = "-"
_BLANKS = re.compile(r"[\s,，。.、！!？?~～:：;；\"“”'‘’]+")
_ASKS = re.compile(
    "[吗么嘛?？啥谁哪几咋]|怎|如何|什么|多少|多久|(.)不\\1|有没有|是不是|行不|why|what|how|who|when"
)
LONGEST_RECEIPT = 20
"""Signs of the longest answer to an alarm that is no news of its own (our default)."""
_RECEIPT = re.compile(
    "^(收到|知道|明白|好的?|嗯+|行|ok|是的?|了解)了?$|^收到|^(我|我们)(马上|这就)?(去|来|过去|赶|处理)"
    "|^(我|我们)?(马上|这就|现在|立刻|正)就?(去|来|到|过|赶|在赶|处理|看|出发)"
    "|在路上|正在(去|赶|处理|联系)|(联系|报|通知|转给|转交).{0,3}(派出所|警|公安|村里|主任|民警)"
)
_PLANS = {
    "on_site": "(过|马上|这就|现在)去|去(现场|他家|她家|家里|看看)|在路上|赶(过)?去|到(现场)?了",
    "police_contacted": "(联系|报|通知|找).{0,3}(派出所|警|公安|民警)|打了?110",
    "phone": "打(个)?电话(问|了解|过去)|先(问|了解)一?下",
    "transfer": "转(给|交)",
}
_POLITE = re.compile(
    r"^(请问一?下?|麻烦|请|帮我|给我|帮忙|你好|您好|我想|我要)+|(啊|呀|呢|吧|哈|哦|谢谢|好吗|行吗)+$"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Something people ask the assistant to do.

    Args:
        name: Its id; the words about it are `wish-<name>`.
        to: The word of the menu it belongs to.
        verb: A lasting button's value to follow instead of the menu's own list.
        hint: Whether a sentence stands above.
        otherwise: Whether a worker who may not is told whose business it is.
        public: Whether a family is told as well.
        words: Patterns of what people type.
    """

    name: str
    to: str
    verb: str
    hint: bool
    otherwise: bool
    public: bool
    words: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done with a child who is spoken of.

    Args:
        label: Key of its button.
        verb: The button's verb; the child's id follows.
        roles: Who may do it.
        words: What hints at it.
    """

    label: str
    verb: str
    roles: frozenset[Role]
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A wish that was heard, and how much of what was typed it makes up (0..1)."""

    wish: Wish
    share: float

    @property
    def whole(self) -> bool:
        """Say whether nothing else was said: then no word is left that could speak of danger."""
        return self.share >= 1

    @property
    def clear(self) -> bool:
        """Say whether it is followed at once."""
        return self.share >= CLEAR


@dataclass(frozen=True, slots=True)
class Meant:
    """What may be meant by words.

    Args:
        names: Of wishes, the likeliest first.
        instead: Whether that is so likely that an answer would only be in the way.
        offered: Whether anything is offered, so that nobody needs to hear that nothing was found.
    """

    names: tuple[str, ...] = ()
    instead: bool = False
    offered: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """Who is named in what was typed: their file or card is offered whatever else is."""

    child: bool = False
    worker: bool = False


NOTHING_MEANT = Meant()
NOBODY = About()


@cache
def _table() -> dict[str, Any]:
    text = resources.files("handlers").joinpath("wishes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def wishes() -> tuple[Wish, ...]:
    """Read the wishes."""
    return tuple(
        Wish(
            name=row["id"],
            to=row["to"],
            verb=row.get("verb", ""),
            hint=row.get("hint", False),
            otherwise=row.get("else", False),
            public=row.get("public", False),
            words=tuple(re.compile(pattern) for pattern in row["words"].split()),
        )
        for row in _table()["wish"]
    )


def hear(text: str, allowed: frozenset[str], *, worker: bool) -> Heard | None:
    """Find the wish that makes up most of the words, among those one may have.

    Args:
        text: As typed.
        allowed: Words of the menu that may be used.
        worker: Whether somebody else's business may be heard as well, to name who does it.
    """
    bare = _BLANKS.sub("", text).lower()
    # what politeness was taken from may be part of the wish: 我要请假
    ways = {bare, _POLITE.sub("", bare) or bare}
    best: Heard | None = None
    for wish in wishes():
        if not _may(wish, allowed, worker=worker):
            continue
        share = max(_share(wish, words) for words in ways)
        if share and (best is None or share > best.share):
            best = Heard(wish, share)
    return best


def _may(wish: Wish, allowed: frozenset[str], *, worker: bool) -> bool:
    return wish.to in allowed or (wish.otherwise and (worker or wish.public))


def asks(text: str) -> bool:
    """Say whether words ask something, by the words that questions are made with."""
    return _ASKS.search(text.lower()) is not None


def receipts(text: str) -> bool:
    """Say whether words are how people answer an alarm: 收到, 我马上过去, 已经联系派出所了."""
    return (
        len(text) <= LONGEST_RECEIPT and _RECEIPT.search(_BLANKS.sub("", text).lower()) is not None
    )


def plan_of(text: str) -> str:
    """Return the plan that somebody who took an alarm on speaks of; empty when that is not clear.

    One of `alerts.desk.PLANS`.
    """
    found = [plan for plan, words in _PLANS.items() if re.search(words, text)]
    return found[0] if len(found) == 1 and len(text) <= LONGEST_RECEIPT else ""


def _share(wish: Wish, asked: str) -> float:
    # a search takes the first way that fits, which need not be the longest
    if any(pattern.fullmatch(asked) for pattern in wish.words):
        return 1.0
    found = (pattern.search(asked) for pattern in wish.words)
    longest = max((len(match[0]) for match in found if match), default=0)
    return longest / max(len(asked), 1)


def heard(role: Role, text: str) -> Heard | None:
    """Hear what somebody wishes; None when it is nothing that stands on a button."""
    found = hear(text, menu.keys(role), worker=role in STAFF)
    return found if found is not None and found.share >= LIKELY else None


def value(room: Room, wish: Wish) -> str | None:
    """Say what a lasting button would carry to grant it; None when nothing is opened."""
    if wish.to not in menu.keys(room.principal.role) or wish.verb == _TALK_ONLY:
        return None
    return wish.verb or f"go:{wish.to}"


def explain(room: Room, wish: Wish) -> None:
    """Say how it goes on, or whose business it is."""
    if wish.to not in menu.keys(room.principal.role):
        menu.show(room, say(f"wish-{wish.name}-else"))
    elif wish.hint:
        menu.show(room, say(f"wish-{wish.name}"))


def possible(role: Role) -> frozenset[str]:
    """Return the names of what a role may wish for, or is told whose business it is."""
    keys, worker = menu.keys(role), role in STAFF
    return frozenset(one.name for one in wishes() if _may(one, keys, worker=worker))


def meant(role: Role, wishing: Wishing, heard: Heard | None, *, about: About = NOBODY) -> Meant:
    """Say what may be meant: what a pattern found, then what words like these mostly are.

    Where a child is named, its file is offered and nothing else.
    """
    may = possible(role)
    lead = wishing.lead(may)
    if about.child:
        return Meant(instead=lead > INSTEAD, offered=True)
    likest = wishing.likest(may, OFFERED) if lead > BESIDE else ()
    first = (heard.wish.name,) if heard is not None else ()
    names = tuple(dict.fromkeys((*first, *likest)))[:OFFERED]
    return Meant(names, instead=lead > INSTEAD, offered=bool(names) or about.worker)


def offer(room: Room, names: Sequence[str], *, asked: bool = False) -> None:
    """Offer what may have been meant.

    Args:
        room: The turn.
        names: The wishes, the likeliest first.
        asked: Whether no answer stands above, so that it is offered too.
    """
    rows = [(Button(say(f"wish-{name}-do"), f"wish:{name}", durable=True),) for name in names]
    if asked:
        rows.append((Button(say("wish-none"), "next:0", durable=True),))
    room.replies.append(Send((Line(say("wish-offer")),), tuple(rows)))


_BEFORE = (
    "(给我|帮我|请|我(想|要))?(看一?看|查一?查|查看|看下|查一?下|列一?下|列出来?|找一?下|统计)?"
    "(一下)?(全(县|镇|乡|村)|我们?[村镇县乡]|我负责|我管|村里|村上|镇上|镇里|县里|这边|目前|现在|还有|都有|有)*"
    "(的)?(哪些|哪几个|哪个|谁是|所有|全部)?(的)?"
)
_CHILDREN = "(的)?(孩子|儿童|娃娃?|小孩|学生)们?"
_AFTER = "(都?有)?(的)?(哪些|哪几个|哪个|名单|清单|花名册|列表|谁|是谁|列出来|看看)?(一下)?"


@cache
def _listings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Read what lists of children are called; one of 孩子 and 名单 has to be said with it."""
    table = [(row["of"], row["words"]) for row in _table()["listing"]]
    ways = (
        "{before}{words}{children}{after}",
        "{before}{words}(的)?(名单|清单|花名册|列表)",
        "{before}有?(几|多少)[个名]?{words}({children})?",
        "{before}{children}[中里]?面?(谁|哪些)?是?{words}的?{after}",
    )
    return tuple(
        (
            of,
            re.compile(
                "|".join(
                    way.format(before=_BEFORE, words=words, children=_CHILDREN, after=_AFTER)
                    for way in ways
                )
            ),
        )
        for of, words in table
    )


def listing(text: str) -> str:
    """Return which list of children words ask for and nothing else; empty for none.

    孩子没户口 alone tells of one child: which ones are meant has to be asked.
    """
    words = _BLANKS.sub("", text).lower()
    if re.match(_CHILDREN, words) and not re.search("哪|谁|名单|清单|列", words):
        return ""
    return next((of for of, pattern in _listings() if pattern.fullmatch(words)), "")


def period(text: str) -> str:
    """Return which figures words ask for (`month`, `last` year); empty where they do not say."""
    return next((row["of"] for row in _table()["period"] if re.search(row["words"], text)), "")


def doings(text: str, role: Role) -> list[Doing]:
    """Return what words that speak of a child hint at, the first few."""
    return [one for one in _doings() if role in one.roles and one.words.search(text)][:DOINGS]


@cache
def _doings() -> tuple[Doing, ...]:
    return tuple(
        Doing(
            label=row["label"],
            verb=row["verb"],
            roles=frozenset(map(Role, row["roles"])) if "roles" in row else STAFF,
            words=re.compile("|".join(row["words"].split())),
        )
        for row in _table()["doing"]
    )


def named(name: str) -> Wish | None:
    """Return a wish by its name."""
    return next((wish for wish in wishes() if wish.name == name), None)
