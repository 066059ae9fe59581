"""Where forms begin that no task asks for: 填表, the child's card, 求助; and the drafts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cases.access import Action, Resource, require
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Drafts
from cases.db.trainings import TRAINED
from cases.matters import WAYS, MatterKind
from cases.people import STAFF, Role
from forms import engine
from handlers import form_dialogue, form_steps, form_words, menu
from handlers.form_context import context_of, form_of, label, spoken_of, who_is
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Forget, Line, Send

if TYPE_CHECKING:
    from cases.db.drafts import Draft
    from forms.library import Offer
    from handlers.form_context import Lists
    from handlers.form_dialogue import Open
    from handlers.room import Room

HELP = "guardian_help"
_LISTED = 12
SHORTEST_TOLD, MOST_TOLD = 4, 500
"""Signs that words need to be kept where a choice was asked (好的 is none), and that the form's
question for them takes."""


async def show_forms(room: Room, _argument: str = "") -> None:
    """Show what one may fill in without a task: a new child, one's own forms, drafts."""
    role = room.principal.role
    rows: list[tuple[Button, ...]] = []
    if role in STAFF:
        rows.append((Button(say("forms-new-child"), "newchild:", durable=True),))
    if role in TRAINED:
        rows.append((Button(say("forms-quiz"), "quiz:", durable=True),))
    if role is Role.GUARDIAN:
        rows.append((Button(say("forms-ask-help"), "askhelp:", durable=True),))
    rows += [
        (Button(offer.title, f"fill:#{offer.place}", durable=True),)
        for offer in room.services.offers(role.value)
    ]
    count = len(await Drafts(room.unit).parked(room.turn.channel, room.turn.chat))
    rows.append((Button(say("forms-drafts", count=count), "drafts:", durable=True),))
    lines = (Line(say("forms-head"), "strong"), Line(say("forms-of-child"), "small"))
    room.replies.append(Send(lines if role in STAFF else lines[:1], tuple(rows)))


def child_rows(room: Room, child_id: str) -> list[tuple[Button, ...]]:
    """Return the buttons of a child's card that begin its forms."""
    if room.principal.role not in {Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR}:
        return []
    rows: list[tuple[Button, ...]] = [
        (
            Button(say("forms-delegation"), f"delegate:{child_id}", durable=True),
            Button(say("forms-referral"), f"refer:{child_id}", durable=True),
        )
    ]
    role = room.principal.role.value
    if any(offer.about_child and role in offer.roles for offer in room.services.offered):
        rows.append((Button(say("forms-other"), f"others:{child_id}", durable=True),))
    return rows


async def show_others(room: Room, child_id: str) -> None:
    """List the forms of the programme's own that are about one child."""
    line = await Children(room.unit).line(room.principal, child_id)
    role = room.principal.role.value
    rows = tuple(
        (Button(offer.title, f"own:{offer.place}:{child_id}", durable=True),)
        for offer in room.services.offered
        if offer.about_child and role in offer.roles
    )
    what = label(room, line)
    room.replies.append(Send((Line(say("forms-of", who=what), "strong"),), rows))


# --- beginning ----------------------------------------------------------------------------


async def begin_new_child(room: Room, _argument: str) -> None:
    """Begin the screening of a child who has no file yet; one that waits is offered first.

    Raises:
        DeniedError: The first training is still missing (二-(二)), or not a worker.
    """
    require(room.principal, Action.CHILD_ADD, Resource(area=room.principal.area))
    await _begin_or_ask(room, "new_child", "newanew:")


async def begin_new_child_anew(room: Room, _argument: str) -> None:
    """Begin another screening, while one waits."""
    require(room.principal, Action.CHILD_ADD, Resource(area=room.principal.area))
    await _begin(room, "new_child")


async def begin_change(room: Room, child_id: str) -> None:
    """Begin to put right, or add to, what a child's file says.

    Raises:
        DeniedError: Not one's child, or the first training is still missing.
    """
    await _require(room, child_id, Action.CHILD_CHANGE)
    form_dialogue.show(room, await form_dialogue.start(room, "file_change", child_id=child_id))


async def begin_help(room: Room, _argument: str) -> None:
    """Begin a guardian's request for help."""
    form_dialogue.show(room, await form_dialogue.start(room, HELP))


async def hear_help(room: Room, at: Open, text: str) -> bool:
    """Keep what a family tells where a choice is asked; it is handed in with the rest.

    A grandmother who is asked whether the child is safe says what she came for.

    Returns:
        Whether the words were taken.
    """
    question, told = at.step.question, text.strip()
    if question is None or not question.choices or len(told) < SHORTEST_TOLD:
        return False
    if form_words.is_question(text) or form_dialogue.reads(room, question, text):
        return False
    before = form_dialogue.named_values(at).get("story", "")
    whole = form_dialogue.with_more(before, told, MOST_TOLD)
    at = await form_dialogue.keep(room, _likely(form_steps.answered_at(at, "/story", whole)))
    room.replies.append(Forget(room.turn.message))
    room.say(say("help-kept"))
    form_dialogue.show(room, at)
    return True


async def suggest_help(room: Room, at: Open) -> Open:
    """Put first what the words told before speak of, where it is asked what is needed."""
    suggested = _likely(at)
    return at if suggested == at else await form_dialogue.keep(room, suggested)


def _likely(at: Open) -> Open:
    question = at.step.question
    if question is None or not question.ref.endswith("/help"):
        return replace(at, likely=())
    told = form_dialogue.named_values(at).get("story", "")
    words = [*question.said, *question.choices]
    found = dict.fromkeys(value for value, said in words if len(said) > 1 and said in told)
    return replace(at, likely=tuple(found))


async def begin_delegation(room: Room, child_id: str) -> None:
    """Begin the delegation of a child's care.

    Raises:
        DeniedError: Not one's child, or the first training is still missing.
    """
    await _require(room, child_id, Action.MATTER_OPEN)
    form_dialogue.show(room, await form_dialogue.start(room, "delegation", child_id=child_id))


async def begin_substitute(room: Room, child_id: str) -> None:
    """Begin the agreement by which a welfare institution cares for a child (一-(二)).

    Raises:
        MissingError: Only the county, for its rescue agency, makes one.
        DeniedError: Not in one's area.
    """
    if room.principal.role not in WAYS[MatterKind.SUBSTITUTE].openers:
        raise MissingError
    await _require(room, child_id, Action.MATTER_OPEN)
    at = await form_dialogue.start(room, "substitute_care", child_id=child_id)
    form_dialogue.show(room, at)


async def begin_referral(room: Room, child_id: str) -> None:
    """Begin the referral of a child to an office.

    Raises:
        DeniedError: Not one's child, or the first training is still missing.
    """
    await _require(room, child_id, Action.MATTER_OPEN)
    form_dialogue.show(room, await form_dialogue.start(room, "referral", child_id=child_id))


async def _require(room: Room, child_id: str, action: Action) -> None:
    line = await Children(room.unit).line(room.principal, child_id)
    resource = Resource(area=line.area, owner=line.director_id)
    require(room.principal, action, resource)


async def begin_plan(room: Room, case_id: str) -> None:
    """Begin to write down what one is going to do about a report one took on."""
    card = await CaseBook(room.unit).card(room.principal, case_id)
    require(room.principal, Action.CASE_ACK, card.resource)
    at = await form_dialogue.start(room, "acknowledge", case_id=case_id, who=card.line.number)
    form_dialogue.show(room, at)


async def begin_own(room: Room, named: str) -> None:
    """Begin a form of the programme's own that is about no child."""
    offer = _offered(room, named)
    await _begin_or_ask(room, offer.name, f"fillnew:#{offer.place}")


async def begin_own_anew(room: Room, named: str) -> None:
    """Begin such a form once more, while one waits."""
    await _begin(room, _offered(room, named).name)


def _offered(room: Room, named: str) -> Offer:
    """Return the form that a button names.

    Raises:
        MissingError: It is not on offer, or not to this role.
    """
    offer = room.services.offer(named)
    if offer is None or room.principal.role.value not in offer.roles:
        raise MissingError
    return offer


async def begin_own_of_child(room: Room, argument: str) -> None:
    """Begin a form of the programme's own about a child: `place:child`."""
    place, _, child_id = argument.partition(":")
    offer = _offered(room, f"#{place}")
    await _require(room, child_id, Action.FORM_FILE)
    form_dialogue.show(room, await form_dialogue.start(room, offer.name, child_id=child_id))


async def _begin(room: Room, name: str) -> None:
    form_dialogue.show(room, await form_dialogue.begin(room, name))


async def _begin_or_ask(room: Room, name: str, anew: str) -> None:
    """Begin a form that is about nobody known; where one waits, offer it beside a fresh one."""
    now_open = await form_dialogue.open_form(room)
    if now_open is not None and now_open.draft.form == name:
        form_dialogue.show(room, now_open)
        return
    parked = await Drafts(room.unit).parked(room.turn.channel, room.turn.chat)
    same = [draft for draft in parked if draft.form == name]
    if not same:
        await _begin(room, name)
        return
    rows = [(await _resume_button(room, draft),) for draft in same[:_LISTED]]
    rows.append((Button(say("forms-anew"), anew, durable=True),))
    room.replies.append(Send((Line(say("forms-one-waits")),), tuple(rows)))


# --- drafts -------------------------------------------------------------------------------


async def show_drafts(room: Room, _argument: str = "") -> None:
    """List what was begun and not handed in, the latest first."""
    drafts = await Drafts(room.unit).parked(room.turn.channel, room.turn.chat)
    if not drafts:
        menu.show(room, say("drafts-none"))
        return
    rows = [
        (
            await _resume_button(room, draft),
            Button(say("drafts-drop"), f"dropdraft:{draft.id}", durable=True),
        )
        for draft in drafts[:_LISTED]
    ]
    lines = (Line(say("drafts-head", count=len(drafts)), "strong"),)
    room.replies.append(Send(lines, tuple(rows)))


async def _what(room: Room, draft: Draft) -> str:
    """Name a draft: form, child or case, and the day it was touched last."""
    form = await form_of(room, draft)
    who = await who_is(room, draft.child_id)
    if not who and draft.form == "new_child":
        session = engine.Session.from_json(draft.session)
        lists: Lists = {"children": []}
        nobody = {"who": "", "lists": lists}
        who = spoken_of(room, form, session, context_of(room, lists, {}, {}), nobody)
    day = local_day(draft.changed_at)
    return " ".join(filter(None, (form.title, who, f"{day:%m-%d}")))


async def _resume_button(room: Room, draft: Draft) -> Button:
    return form_dialogue.resume_button(draft.id, await _what(room, draft))


async def ask_drop(room: Room, draft_id: str) -> None:
    """Ask before a draft is thrown away."""
    draft = await _draft(room, draft_id)
    rows = (
        (
            Button(say("form-cancel-yes"), f"dropsure:{draft_id}", durable=True),
            await _resume_button(room, draft),
        ),
    )
    what = await _what(room, draft)
    room.replies.append(Send((Line(say("drafts-drop-sure", what=what)),), rows))


async def drop(room: Room, draft_id: str) -> None:
    """Throw a parked draft away."""
    await Drafts(room.unit).drop(await _draft(room, draft_id))
    room.say(say("form-cancelled"))


async def _draft(room: Room, draft_id: str) -> Draft:
    for draft in await Drafts(room.unit).parked(room.turn.channel, room.turn.chat):
        if draft.id == draft_id:
            return draft
    raise MissingError


async def offer_old(room: Room) -> None:
    """Offer a draft again that was not touched for days, once a day."""
    if room.state.get("offered") == room.today.isoformat():
        return
    policy = room.services.policies.at(room.principal.area, room.today)
    before = room.now - policy.days("draft_offer")
    parked = await Drafts(room.unit).parked(room.turn.channel, room.turn.chat)
    old = [draft for draft in parked if draft.changed_at <= before]
    if not old:
        return
    room.state["offered"] = room.today.isoformat()
    draft = old[0]
    days = (room.today - local_day(draft.changed_at)).days
    rows = (
        (await _resume_button(room, draft),),
        (Button(say("drafts-drop"), f"dropdraft:{draft.id}", durable=True),),
    )
    what = await _what(room, draft)
    room.replies.append(Send((Line(say("drafts-old", what=what, days=days)),), rows))


VERBS = {
    "forms": show_forms,
    "newchild": begin_new_child,
    "newanew": begin_new_child_anew,
    "filechange": begin_change,
    "askhelp": begin_help,
    "delegate": begin_delegation,
    "refer": begin_referral,
    "substitute": begin_substitute,
    "planform": begin_plan,
    "fill": begin_own,
    "fillnew": begin_own_anew,
    "own": begin_own_of_child,
    "others": show_others,
    "drafts": show_drafts,
    "dropdraft": ask_drop,
    "dropsure": drop,
}
