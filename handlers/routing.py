"""Where a turn goes: emergency, old button, lasting button, open form, menu, question."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from cases.areas import Level
from cases.db.areas import Areas
from cases.db.matters import LETTERS
from cases.db.people import People
from cases.people import STAFF, Role
from cases.sheets import find_place
from handlers import (
    asking,
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
    form_words,
    handover,
    ledger,
    limits,
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
    settling,
    sheets,
    submitting,
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
from handlers import form_buttons as buttons
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import File, Forget, Other, Press, Start, Text, Toast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cases.children import ChildLine
    from cases.people import Person
    from handlers.form_dialogue import Open
    from handlers.room import Room
    from knowledge.danger import Danger

    Verb = Callable[[Room, str], Awaitable[None]]


SHORT = 5
"""Characters up to which typed words say no more than a list of words knows (our default)."""


async def answer_turn(room: Room) -> None:
    """Answer one turn."""
    said = room.turn.said
    match said:
        case Other(kind="blocked"):
            await People(room.unit).mark_unreachable(room.turn.channel, room.turn.chat)
            if room.principal.person_id:
                await room.services.alerts.gone(room.unit, room.principal.person_id)
        case Other(kind="unblocked"):
            await People(room.unit).mark_reachable(room.turn.channel, room.turn.chat)
        case Start():
            await welcome.start(room, said.code)
        case Press():
            await _press(room, said)
        case Text():
            await _text(room, said.text)
        case _:
            await _attached(room)


async def _press(room: Room, press: Press) -> None:
    if press.stale:
        await _stale(room, again=press.again)
    elif press.durable:
        asking.taken(room)
        await _follow(room, press.value)
    elif (at := await form_dialogue.open_form(room)) is not None:
        await _in_form(room, at, press.value)
    else:
        await _stale(room, again=False)


async def _stale(room: Room, *, again: bool) -> None:
    if again:
        return
    room.replies.append(Toast(say("error-stale")))
    at = await form_dialogue.open_form(room)
    if at is not None:
        form_dialogue.show_again(room, at)


async def _in_form(room: Room, at: Open, value: str) -> None:
    match value:
        case buttons.PARK:
            await form_dialogue.park(room, at)
            await emergency.offer_parked(room)
        case buttons.CANCEL:
            form_dialogue.confirm_cancel(room, at)
        case buttons.CANCEL_SURE:
            await _cancel(room, at)
        case buttons.REVIEW_OPEN:
            form_dialogue.show(room, at)
        case buttons.SUBMIT:
            await submitting.submit(room, at)
        case settled if settled.startswith(settling.VERB):
            settling.settle(room, at, settled)
            await submitting.submit(room, at)
        case _:
            await _take(room, at, value)


async def _cancel(room: Room, at: Open) -> None:
    form_dialogue.leave(room, at)
    await form_dialogue.cancel(room, at)
    room.say(say("form-cancelled"))
    if at.draft.form == emergency.FORM:
        await emergency.cancelled(room, at)
    else:
        await emergency.offer_parked(room)


async def _take(room: Room, at: Open, pressed: str | None = None) -> None:
    moved = await form_dialogue.take(room, at, pressed)
    if moved is None:
        return
    if moved.draft.form == emergency.FORM:
        moved = await emergency.after_answer(room, moved)
    elif moved.draft.form == paperwork.HELP:
        moved = await paperwork.suggest_help(room, moved)
    elif await _dangerous(room, moved):
        return
    form_dialogue.show(room, moved)


async def _dangerous(room: Room, at: Open) -> bool:
    """Go from a visit that finds a child in danger to the emergency, once."""
    if room.state.get("warned") == at.draft.id:
        return False
    if form_dialogue.value_at(at, "danger") != "yes":
        return False
    room.state["warned"] = at.draft.id
    room.say(say("visit-danger"))
    await emergency.begin(room, at.draft.child_id)
    return True


async def _text(room: Room, text: str) -> None:
    meaning = menu.meaning(text, room.principal.role)
    asked = asking.taken(room)
    if meaning == menu.EMERGENCY:
        await emergency.begin(room)
        return
    if asked is not None and meaning is None and await _asked(room, asked, text):
        return
    at = await form_dialogue.open_form(room)
    if at is not None and meaning is None:
        await _text_in_form(room, at, text)
    elif meaning is not None:
        if at is not None:
            await form_dialogue.park(room, at)
        await _MENU[meaning](room)
        await paperwork.offer_old(room)
    else:
        await _free_text(room, text)


async def _asked(room: Room, asked: asking.Asked, text: str) -> bool:
    """Take the words a single question waited for; a cry for help is heard before it."""
    if asked.verb not in asking.PLAIN and await _cries(room, text):
        await emergency.begin(room, told=text)
        return True
    if form_words.command(text) == buttons.CANCEL:
        menu.show(room, say("asking-left"))
        return True
    await TYPED[asked.verb](room, asked.argument)
    return True


async def _cries(room: Room, text: str) -> bool:
    """Say whether words cry for help: what they mean is looked at where they sound like it."""
    danger = room.services.judge(text)
    return danger.level == "certain" and (await room.sensed(text)).level == "certain"


async def _go(room: Room, key: str) -> None:
    """Go where a word of 更多 leads, if it is on this role's list."""
    if key not in menu.keys(room.principal.role):
        raise MissingError
    await _MENU[key](room)


async def _more(room: Room) -> None:
    menu.show_more(room)


async def _text_in_form(room: Room, at: Open, text: str) -> None:
    if (decision := form_words.decided(room, text)) is not None:
        await _in_form(room, at, decision)
        return
    command = form_words.command(text)
    ready = command == buttons.SUBMIT and at.step.question is None
    if command in {buttons.PARK, buttons.CANCEL} or ready:
        await _in_form(room, at, str(command))
        return
    if (
        command is None
        and at.draft.form == emergency.FORM
        and await emergency.hear(room, at, text)
    ):
        return
    # a date or a number answers what it was asked; whatever else is typed is free words
    free = form_dialogue.asks_for_words(at) or not any(sign.isdigit() for sign in text)
    if at.draft.form != paperwork.HELP or not await paperwork.hear_help(room, at, text):
        await _take(room, at)
    if at.draft.form != emergency.FORM and await _worrying(room, text, free=free):
        emergency.ask_whether(room)


async def _worrying(room: Room, text: str, *, free: bool) -> bool:
    """Say whether what was typed into a form has to be asked about.

    A few characters are judged by their words, free words by what they mean; what turned out to
    be a question has been judged with its answer.
    """
    from knowledge.answer import Answer  # noqa: PLC0415 light, but not wanted by every turn

    if isinstance(room.found, Answer):
        return room.found.danger.level == "unsure"
    if len(text.strip()) < SHORT or not free:
        return room.services.judge(text).level != "none"
    return (await room.sensed(text)).level == "certain"


async def _free_text(room: Room, text: str) -> None:
    if room.principal.role in STAFF and text.startswith(("找", "搜")):
        await children.search(room, text[1:].strip())
        return
    in_danger = emergency.answered_whether(room, text)
    if in_danger is not None:
        await (emergency.begin(room) if in_danger else _calm(room, ""))
        return
    waiting = await casework.unanswered(room)
    danger = room.services.judge(text)
    if danger.level != "certain":
        if waiting and wishes.receipts(text):
            await casework.answer_alert(room, waiting[0])
            if others := waiting[1:]:
                casework.remind(room, others)
            return
        if await casework.typed_plan(room, wishes.plan_of(text)):
            return
    await _said(room, text, danger)
    if waiting:
        casework.remind(room, waiting)


async def _said(room: Room, text: str, danger: Danger) -> None:
    """Do or answer what was said; `danger` is what its words alone say."""
    heard = wishes.heard(room.principal.role, text)
    listed = wishes.listing(text) if room.principal.role in STAFF else ""
    if heard is not None and heard.whole:
        await _grant(room, heard.wish)
    elif listed:
        await children.show_page(room, f"{listed}:0")
    elif danger.outright:
        await emergency.begin(room, told=text)
    elif not await _bare(room, text):
        danger = await _granted_or_answered(room, text, heard, danger)
        if danger.level == "unsure":
            emergency.ask_whether(room)


async def _bare(room: Room, text: str) -> bool:
    """Take what is a name, a number or a sign and nothing else; nobody asks anything by it."""
    bare = text.strip()
    if not any(map(str.isalnum, bare)):
        menu.show(room, say("menu-wordless"))
    elif _NUMBER.fullmatch(bare):
        room.replies.append(Forget(room.turn.message))
        menu.show(room, say("menu-number-only"))
    elif room.principal.role in STAFF and _RECORD.fullmatch(bare.upper()):
        number = bare.upper()
        await (casework.open_case if number[0] == "A" else matters.open_card)(room, number)
    elif await _is_place(room, bare):
        wishes.offer(room, wishes.OF_PLACES)
    else:
        return menu.courtesy(room, text) or await children.named(room, text)
    return True


async def _is_place(room: Room, bare: str) -> bool:
    """Say whether words are a place that this person is in charge of."""
    if room.principal.role not in _OVER_PLACES or not wishes.PLACE.fullmatch(bare):
        return False
    levels = (Level.TOWNSHIP, Level.VILLAGE)
    places = await Areas(room.unit).places(room.principal.area, levels, room.today)
    return bool(find_place(bare, places))


async def _granted_or_answered(
    room: Room, text: str, heard: wishes.Heard | None, danger: Danger
) -> Danger:
    """Do what was wished for where that is clear, else answer it as a question."""
    clear = heard is not None and heard.clear and not wishes.asks(text)
    if heard is not None and clear and danger.level == "none":
        await _grant(room, heard.wish)
        return danger
    spoken_of = await children.spoken_of(room, text)
    workers = [] if spoken_of else await roster.spoken_of(room, text)
    if (spoken_of or workers) and not wishes.asks(text):
        return await _told(room, text, spoken_of, workers)
    if limits.may_ask(room):
        about = wishes.About(child=bool(spoken_of), worker=bool(workers))
        wished = partial(wishes.meant, room.principal.role, heard=heard, about=about)
        danger = await policy.ask(room, text, wished=wished)
        if workers and danger.level != "certain":
            roster.offer(room, workers)
    elif danger.level == "certain":
        await emergency.begin(room, told=text)
    if spoken_of and danger.level != "certain":
        children.offer(room, spoken_of, text)
    return danger


async def _told(
    room: Room, text: str, spoken_of: list[ChildLine], workers: list[Person]
) -> Danger:
    """Take what a worker tells of a child or a colleague for news: it rings, or has its place."""
    danger = await room.sensed(text)
    if danger.level == "certain":
        await emergency.begin(room, told=text)
    elif spoken_of:
        children.offer(room, spoken_of, text)
    else:
        roster.offer(room, workers)
    return danger


async def _grant(room: Room, wish: wishes.Wish) -> None:
    wishes.explain(room, wish)
    if (leads := wishes.value(room, wish)) is not None:
        await _follow(room, leads)


async def _wish(room: Room, name: str) -> None:
    """Do what was offered as likely meant.

    Raises:
        MissingError: There is no such wish, or this person may not have it.
    """
    wish = wishes.named(name)
    if wish is None or name not in wishes.possible(room.principal.role):
        raise MissingError
    await _grant(room, wish)


async def _follow(room: Room, leads: str) -> None:
    """Go where a lasting button leads."""
    verb, _, argument = leads.partition(":")
    await VERBS[verb](room, argument)


async def _attached(room: Room) -> None:
    at, said = await form_dialogue.open_form(room), room.turn.said
    if at is None and isinstance(said, File) and sheets.wanted(room, said):
        await (directives if directives.may_change(room) else sheets).receive(room, said)
    elif at is None and isinstance(said, File) and asking.waits_for(room, own_data.CALL):
        await own_data.sent_call(room, said.handle)
    elif at is None and isinstance(said, File) and room.principal.role not in STAFF:
        own_data.offer_file(room, said.handle)
    elif at is None:
        word = "menu-file-nowhere" if isinstance(said, File) else "menu-not-understood"
        menu.show(room, say(word))
    else:
        await _take(room, at)


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


async def _calm(room: Room, _argument: str) -> None:
    emergency.calm(room)
    at = await form_dialogue.open_form(room)
    if at is None:
        menu.show(room)
    else:
        form_dialogue.show(room, at)


async def _resume(room: Room, draft_id: str) -> None:
    form_dialogue.show(room, await form_dialogue.resume(room, draft_id))


_OVER_PLACES = frozenset({Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER})
_RECORD = re.compile(rf"[A{''.join(LETTERS.values())}]-\d{{8}}-\d{{3,}}")
"""The number of a report (A) or of a matter (`cases.db.matters`)."""
_NUMBER = re.compile(r"[^\dA-Za-z]{0,8}\d[\d\s-]{6,}[xX]?")
"""A telephone or ID number and hardly a word, which could be answered by nothing."""
_MENU = {
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
_OURS: dict[str, Verb] = {
    "go": _go,
    "wish": _wish,
    "sos": _sos,
    "soschild": _sos_child,
    "sosmore": emergency.another,
    "notsos": emergency.call_off,
    "calm": _calm,
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
