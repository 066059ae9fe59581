"""The lasting keyboard and what its words mean; it leads nowhere by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.people import STAFF, Role
from handlers.speech import LANGUAGES, speak
from kernel.phrases import say
from kernel.words import Send, plain

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
_ROWS = {
    Role.CHILD_DIRECTOR: ((TODAY, CHILDREN), (FORMS, CASES), (EMERGENCY, POLICY, HELP)),
    Role.CHILD_SUPERVISOR: ((CASES, TODAY), (CHILDREN, FORMS), (EMERGENCY, POLICY, HELP)),
    Role.COUNTY_OFFICER: ((CASES, CHILDREN), (POLICY, HELP), (EMERGENCY,)),
    Role.GUARDIAN: ((POLICY, ASK_HELP), (EMERGENCY, HELP)),
}
_KEYS = frozenset(key for rows in _ROWS.values() for row in rows for key in row) | {DRAFTS}
_SIGNS = "🆘❗☎ "


def keyboard(role: Role) -> tuple[tuple[Words, ...], ...]:
    """Return the lasting keyboard of a role; the emergency is always on it."""
    return tuple(tuple(say(key) for key in row) for row in _ROWS[role])


def meaning(text: str) -> str | None:
    """Return the menu key of a text, in any language; None when it is none."""
    word = text.strip(_SIGNS).lstrip("/").lower()
    for key in _KEYS:
        if word in {speak(say(key), language).strip(_SIGNS).lower() for language in LANGUAGES}:
            return key
    return {"sos": EMERGENCY, "help": HELP, "today": TODAY, "紧急求助": EMERGENCY}.get(word)


def show(room: Room, *words: Words) -> None:
    """Say something with the lasting keyboard under it."""
    lines = plain(*(words or (say("menu-hint"),)))
    room.replies.append(Send(lines, menu=keyboard(room.principal.role)))


def help_with(room: Room) -> None:
    """Explain what can be done here."""
    worker = room.principal.role in STAFF
    show(room, say("menu-help-worker" if worker else "menu-help-guardian"))
