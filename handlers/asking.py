"""One open question outside a form (a search, a reason, a reply): the next words answer it.

It is not a form: nothing is kept but what is waited for, and any press or menu word ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel.words import Send, plain

if TYPE_CHECKING:
    from handlers.room import Room
    from kernel.phrases import Words

_KEY = "asking"
PLAIN = frozenset(
    {
        *("hire", "hireat", "rfix", "trday", "svc", "ctr", "qtext", "qsource", "bultext"),
        *("twfind", "hhfind", "gdname"),
        *("casestep", "mnote", "vnote", "sumtext", "confer"),
    }
)
"""Questions answered by names, telephones and places, by an office's answer to the public, or by
what workers did about a danger that is known: nobody cries for help in them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the next words are for: a verb of a conversation's `TYPED`, and its argument."""

    verb: str
    argument: str


def ask(room: Room, verb: str, argument: str, *words: Words) -> None:
    """Ask, and wait for words; `argument` may be an id, never what a person said."""
    wait(room, verb, argument)
    room.replies.append(Send(plain(*words)))


def wait(room: Room, verb: str, argument: str) -> None:
    """Wait for words that answer what a message of its own asks, beside its buttons."""
    room.state[_KEY] = [verb, argument]


def waits_for(room: Room, verb: str) -> bool:
    """Say whether the next words are waited for by this verb."""
    return bool(room.state.get(_KEY)) and str(room.state[_KEY][0]) == verb


def taken(room: Room) -> Asked | None:
    """Return what was waited for, and wait no longer."""
    kept = room.state.pop(_KEY, None)
    return None if kept is None else Asked(str(kept[0]), str(kept[1]))
