"""What lasting buttons, words of the menu and answers to single questions do: one table of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import (
    bulletins,
    casework,
    child_card,
    children,
    consents,
    digest,
    directives,
    drills,
    emergency,
    exporting,
    files,
    finder,
    form_dialogue,
    handover,
    hiring,
    ledger,
    matters,
    menu,
    moving,
    own_data,
    paperwork,
    planning,
    policy,
    printing,
    roster,
    services,
    sheets,
    summaries,
    support,
    sweeps,
    today,
    training,
    unanswered,
    visits,
    welcome,
    wishes,
)
from kernel.errors import MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.room import Room

    Verb = Callable[[Room, str], Awaitable[None]]


async def grant(room: Room, wish: wishes.Wish) -> None:
    """Do what was wished for: say what it is, and go where it leads."""
    wishes.explain(room, wish)
    if (leads := wishes.value(room, wish)) is not None:
        await follow(room, leads)


async def _wish(room: Room, name: str) -> None:
    """Do what was offered as likely meant.

    Raises:
        MissingError: There is no such wish, or this person may not have it.
    """
    wish = wishes.named(name)
    if wish is None or name not in wishes.possible(room.principal.role):
        raise MissingError
    await grant(room, wish)


async def follow(room: Room, leads: str) -> None:
    """Go where a lasting button leads."""
    verb, _, argument = leads.partition(":")
    await VERBS[verb](room, argument)


async def _go(room: Room, key: str) -> None:
    """Go where a word of 更多 leads, if it is on this role's list."""
    if key not in menu.keys(room.principal.role):
        raise MissingError
    await MENU[key](room)


async def _more(room: Room) -> None:
    menu.show_more(room)


async def _policy_menu(room: Room) -> None:
    menu.show(room, say("menu-policy-how"))


async def _ask_help(room: Room) -> None:
    """Begin the request for help; where the programme has forms for families, list them beside."""
    if room.services.offers(room.principal.role.value):
        await paperwork.show_forms(room)
    else:
        await paperwork.begin_help(room, "")


async def _help(room: Room) -> None:
    menu.help_with(room)


async def _sos(room: Room, _argument: str) -> None:
    await emergency.begin(room)


async def _sos_child(room: Room, child_id: str) -> None:
    await emergency.begin(room, child_id)


async def calm(room: Room, _argument: str) -> None:
    """Take it that nobody is in danger, and go on where the conversation was."""
    emergency.calm(room)
    at = await form_dialogue.open_form(room)
    if at is None:
        menu.show(room)
    else:
        form_dialogue.show(room, at)


async def _resume(room: Room, draft_id: str) -> None:
    form_dialogue.show(room, await form_dialogue.resume(room, draft_id))


MENU: dict[str, Callable[[Room], Awaitable[None]]] = {
    menu.TODAY: today.show,
    menu.CHILDREN: children.show,
    menu.CASES: casework.show_open,
    menu.POLICY: _policy_menu,
    menu.HELP: _help,
    menu.FORMS: paperwork.show_forms,
    menu.DRAFTS: paperwork.show_drafts,
    menu.ASK_HELP: _ask_help,
    menu.MORE: _more,
    menu.VISITS: visits.show_waiting,
    menu.PEOPLE: roster.show,
    menu.DIGEST: digest.show,
    menu.FIGURES: digest.show_figures,
    menu.EXPORTS: exporting.show,
    menu.REFERRALS: matters.show_referrals,
    menu.BENEFITS: matters.show_benefits,
    menu.CONFERENCES: matters.show_conferences,
    menu.HELPS: matters.show_helps,
    menu.REQUESTS: matters.show_requests,
    menu.SUMMARY: summaries.show,
    menu.SERVICES: services.show,
    menu.CENTRES: services.show_centres,
    menu.MINE: own_data.show_asked,
    menu.OWN: own_data.show,
    menu.UNANSWERED: unanswered.show,
    menu.FIND: finder.show,
    menu.BULLETINS: bulletins.show,
    menu.DIRECTIVES: directives.show,
    menu.DRILL: drills.show,
}
"""Where a word of the menu leads."""
_OURS: dict[str, Verb] = {
    "go": _go,
    "wish": _wish,
    "sos": _sos,
    "soschild": _sos_child,
    "sosmore": emergency.another,
    "notsos": emergency.call_off,
    "calm": calm,
    "draft": _resume,
}
CONVERSATIONS = (
    bulletins,
    casework,
    child_card,
    children,
    consents,
    digest,
    directives,
    drills,
    exporting,
    files,
    finder,
    handover,
    hiring,
    ledger,
    matters,
    moving,
    own_data,
    paperwork,
    planning,
    policy,
    printing,
    roster,
    services,
    sheets,
    summaries,
    support,
    sweeps,
    training,
    unanswered,
    visits,
    welcome,
)
"""Every module with lasting buttons (`VERBS`) or single open questions (`TYPED`) of its own."""


def _joined(name: str) -> dict[str, Verb]:
    joined: dict[str, Verb] = {}
    for module in CONVERSATIONS:
        for verb, done in getattr(module, name, {}).items():
            if verb in joined or verb in _OURS:
                raise ValueError(f"two conversations take {verb}")
            joined[verb] = done
    return joined


VERBS: dict[str, Verb] = _OURS | _joined("VERBS")
"""What a lasting button does: `verb:argument` → `done(room, argument)`."""
TYPED: dict[str, Verb] = _joined("TYPED")
"""What the words after `asking.ask` do: `done(room, argument)`, the words stand in the turn."""
