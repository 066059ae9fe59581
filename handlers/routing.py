"""Where a turn goes: emergency, old button, lasting button, open form, menu, question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.db.people import People
from cases.people import STAFF
from handlers import (
    asking,
    directives,
    emergency,
    form_dialogue,
    form_words,
    free_words,
    menu,
    own_data,
    paperwork,
    settling,
    sheets,
    submitting,
    verbs,
    welcome,
)
from handlers import form_buttons as buttons
from kernel.phrases import say
from kernel.words import File, Other, Press, Start, Text, Toast

if TYPE_CHECKING:
    from handlers.form_dialogue import Open
    from handlers.room import Room

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
        await verbs.follow(room, press.value)
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
        await verbs.MENU[meaning](room)
        await paperwork.offer_old(room)
    else:
        await free_words.take(room, text)


async def _asked(room: Room, asked: asking.Asked, text: str) -> bool:
    """Take the words a single question waited for; a cry for help is heard before it."""
    if asked.verb not in asking.PLAIN and await _cries(room, text):
        await emergency.begin(room, told=text)
        return True
    if form_words.command(text) == buttons.CANCEL:
        menu.show(room, say("asking-left"))
        return True
    await verbs.TYPED[asked.verb](room, asked.argument)
    return True


async def _cries(room: Room, text: str) -> bool:
    """Say whether words cry for help: what they mean is looked at where they sound like it."""
    danger = room.services.judge(text)
    return danger.level == "certain" and (await room.sensed(text)).level == "certain"


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
