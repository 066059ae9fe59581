"""The lasting keyboard and what its words mean; it leads nowhere by itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cases.people import Role
from handlers.speech import LANGUAGES, speak
from kernel.phrases import say
from kernel.words import Button, Line, Send, plain

if TYPE_CHECKING:
    from handlers.room import Room
    from kernel.phrases import Words

TODAY, CHILDREN, POLICY, EMERGENCY, CASES, HELP, FORMS, DRAFTS, ASK_HELP = (
    "menu-today",
    "menu-children",
    "menu-policy",
    "menu-emergency",
    "menu-cases",
    "menu-help",
    "menu-forms",
    "menu-drafts",
    "menu-ask-help",
)
MORE, VISITS, PEOPLE, DIGEST, FIGURES, EXPORTS = (
    "menu-more",
    "menu-visits",
    "menu-people",
    "menu-digest",
    "menu-figures",
    "menu-exports",
)
REFERRALS, BENEFITS, CONFERENCES, HELPS, SUMMARY, REQUESTS = (
    "menu-referrals",
    "menu-benefits",
    "menu-conferences",
    "menu-helps",
    "menu-summary",
    "menu-requests",
)
SERVICES, CENTRES, MINE, OWN = "menu-services", "menu-centres", "menu-mine", "menu-own"
UNANSWERED, FIND, BULLETINS = "menu-unanswered", "menu-find", "menu-bulletins"
DIRECTIVES, DRILL = "menu-directives", "menu-drill"
_ROWS = {
    Role.CHILD_DIRECTOR: ((TODAY, CHILDREN), (FORMS, CASES), (MORE,), (EMERGENCY, POLICY, HELP)),
    Role.CHILD_SUPERVISOR: (
        (CASES, TODAY),
        (VISITS, PEOPLE),
        (CHILDREN, FORMS, MORE),
        (EMERGENCY, POLICY, HELP),
    ),
    Role.COUNTY_OFFICER: (
        (CASES, CHILDREN),
        (FIGURES, CONFERENCES),
        (POLICY, HELP, MORE),
        (EMERGENCY,),
    ),
    Role.GUARDIAN: ((POLICY, FIND), (ASK_HELP, MINE), (OWN, HELP), (EMERGENCY,)),
}
_BEHIND = {
    Role.CHILD_DIRECTOR: (
        SUMMARY,
        REFERRALS,
        BENEFITS,
        FIND,
        HELPS,
        SERVICES,
        CENTRES,
        DIRECTIVES,
    ),
    Role.CHILD_SUPERVISOR: (
        *(DIGEST, REFERRALS, BENEFITS, FIND, HELPS, REQUESTS, SUMMARY),
        *(CONFERENCES, FIGURES, SERVICES, CENTRES, EXPORTS, BULLETINS, DIRECTIVES),
    ),
    Role.COUNTY_OFFICER: (
        *(TODAY, DIGEST, VISITS, PEOPLE, REFERRALS, BENEFITS, HELPS),
        *(REQUESTS, SUMMARY, SERVICES, CENTRES, EXPORTS, UNANSWERED, BULLETINS),
        *(DIRECTIVES, DRILL),
    ),
    Role.GUARDIAN: (),
}
"""What 更多 lists; each of its words can also be typed."""
_HELP = {
    Role.CHILD_DIRECTOR: "menu-help-worker",
    Role.CHILD_SUPERVISOR: "menu-help-supervisor",
    Role.COUNTY_OFFICER: "menu-help-county",
}
_SIGNS = "🆘❗☎ "
_ENDS = " 　。！？!?~～，,啊呀呢哈"


def keyboard(role: Role) -> tuple[tuple[Words, ...], ...]:
    """Return the lasting keyboard of a role; the emergency is always on it."""
    return tuple(tuple(say(key) for key in row) for row in _ROWS[role])


def keys(role: Role) -> frozenset[str]:
    """Return every word that a role may use."""
    shown = {key for row in _ROWS[role] for key in row}
    return frozenset({*shown, *_BEHIND[role], TODAY, POLICY, DRAFTS})


def meaning(text: str, role: Role) -> str | None:
    """Return the menu key of a text, in any language; None when it is none."""
    return _words(role).get(text.strip(_SIGNS).lstrip("/").lower())


@cache
def _words(role: Role) -> dict[str, str]:
    """Return what may be typed, and the menu key it stands for: what is shown goes first."""
    found = {"sos": EMERGENCY, "help": HELP, "today": TODAY, "紧急求助": EMERGENCY}
    for key in sorted(keys(role), reverse=True):
        for language in LANGUAGES:
            found[speak(say(key), language).strip(_SIGNS).lower()] = key
    return found


def is_one_of(text: str, key: str) -> bool:
    """Say whether words are one of those that a key lists, in any language."""
    return text.strip(_ENDS).lower() in _courtesies(key)


def courtesy(room: Room, text: str) -> bool:
    """Answer what only asks what this is, or thanks: nobody means to search the directives."""
    if is_one_of(text, "menu-asks-what"):
        help_with(room)
    elif is_one_of(text, "menu-thanks"):
        show(room, say("menu-welcome"))
    elif is_one_of(text, "menu-answers"):
        show(room, say("menu-nothing-open"))
    else:
        return False
    return True


@cache
def _courtesies(key: str) -> frozenset[str]:
    """Return the ways of saying it, in all languages."""
    ways = (way for language in LANGUAGES for way in speak(say(key), language).split("|"))
    return frozenset(way.strip().lower() for way in ways)


def show(room: Room, *words: Words) -> None:
    """Say something with the lasting keyboard under it."""
    lines = plain(*(words or (say("menu-hint"),)))
    room.replies.append(Send(lines, menu=keyboard(room.principal.role)))


def show_more(room: Room) -> None:
    """List what does not fit on the lasting keyboard."""
    buttons = [Button(say(key), f"go:{key}", durable=True) for key in _BEHIND[room.principal.role]]
    room.replies.append(Send(plain(say("menu-more-head")), in_rows(buttons)))


def in_rows(buttons: list[Button], wide: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Put buttons side by side."""
    return tuple(tuple(buttons[i : i + wide]) for i in range(0, len(buttons), wide))


def help_with(room: Room) -> None:
    """Explain what can be done here."""
    show(room, say(_HELP.get(room.principal.role, "menu-help-guardian")))
    other = next(one for one in LANGUAGES if one != room.language)
    button = Button(say(f"language-{other}"), f"lang:{other}", durable=True)
    room.replies.append(Send((Line(say("language-choose"), "small"),), ((button,),)))
