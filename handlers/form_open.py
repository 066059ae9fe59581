"""The form that is open in a chat, and the ones put aside: begun, found again, kept, dropped."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cases.db.drafts import Beginning, Drafts
from cases.db.submissions import Submissions
from forms import engine
from forms.shelf import Shelved
from handlers import form_page as page
from handlers.form_context import (
    DIGEST,
    beginning_of,
    context_of,
    definition_of,
    digest_of,
    form_of,
    last_saved_of,
    spoken_of,
    world_of,
)
from kernel.phrases import say
from kernel.words import Button, Send, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cases.db.drafts import Draft
    from forms.engine import Context, Session, Step
    from forms.form import Form
    from handlers.room import Room
    from kernel.phrases import Speak

_BASE, _PENDING, _TOLD, _LIKELY = "base", "pending", "told", "likely"
_LAST_SAVED = "last_saved"
"""What the person answered last time, kept as it was when the form was begun."""
_PASSING = (_PENDING, _TOLD, _LIKELY)
"""What comes and goes of what stands in a draft beside the session."""


@dataclass(frozen=True, slots=True)
class Open:
    """The open form: its draft, the form at the draft's version, where it stands.

    Args:
        who: The child as the chat may show it, or a case number.
        base: Version of the child's file the form began from.
        pending: A changed answer that waits for a yes, because others would fall away.
        told: What was said before the question for it came; kept with the draft, and as safely.
        likely: Choices that words said before make likely; they are offered first.
        known: Where this session stands, once somebody asked: a turn asks several times.
    """

    draft: Draft
    form: Form
    session: Session
    context: Context
    speak: Speak = field(repr=False)
    who: str = ""
    base: int | None = None
    pending: tuple[str, str] | None = field(default=None, repr=False)
    told: str = field(default="", repr=False)
    likely: tuple[str, ...] = ()
    known: list[Step] = field(default_factory=list, repr=False, compare=False)

    @property
    def step(self) -> Step:
        """Where the session stands now."""
        if not self.known:
            self.known.append(engine.current(self.form, self.session, self.context))
        return self.known[0]

    @property
    def head(self) -> page.Head:
        """What stands above every page."""
        return page.Head(self.who, self.form.title, self.speak)

    def at(self, session: Session) -> Open:
        """Return the same form at another session."""
        return replace(self, session=session, known=[])

    def answered(self, ref: str) -> bool:
        """Say whether a question was answered or skipped before."""
        return engine.was_given(self.form, self.session, ref, self.context)


async def open_form(room: Room) -> Open | None:
    """Return the form that is open in this conversation, if any."""
    draft = await Drafts(room.unit).open_of(room.turn.channel, room.turn.chat)
    return None if draft is None else await _opened(room, draft)


async def _opened(room: Room, draft: Draft) -> Open:
    form, session, kept = await _stood(room, draft)
    last_saved = kept.get(_LAST_SAVED) or {}
    world = await world_of(room, draft, form)
    context = context_of(room, world["lists"], session.params, last_saved)
    pending = kept.get(_PENDING)
    return Open(
        draft,
        form,
        session,
        context,
        room.speak,
        spoken_of(room, form, session, context, world),
        kept.get(_BASE),
        (str(pending[0]), str(pending[1])) if pending else None,
        str(kept.get(_TOLD) or ""),
        tuple(kept.get(_LIKELY) or ()),
    )


async def _stood(room: Room, draft: Draft) -> tuple[Form, Session, Mapping[str, Any]]:
    """Return form and session of a draft and what stands beside it.

    Of a form that still runs here nothing has to be read.
    """
    found = room.services.shelf.get(draft.id, draft.mark)
    if found is not None:
        session = replace(found.session, kept=lambda: draft.session["state"], mark=draft.mark)
        return found.form, session, found.beside
    form = await form_of(room, draft)
    return form, engine.Session.from_json(draft.session, draft.mark), draft.session


async def begin(
    room: Room,
    name: str,
    *,
    child_id: str | None = None,
    case_id: str | None = None,
    params: Mapping[str, str] | None = None,
    who: str = "",
) -> Open:
    """Open a new form; whatever was open is put aside unharmed."""
    await put_aside(room)
    form = room.services.form(name)
    kept = await Submissions(room.unit).keep_definition(definition_of(form))
    given, base = await beginning_of(room, form, child_id)
    given |= params or {}
    fresh = Beginning(
        form=name, version=kept.version, session=None, child_id=child_id, case_id=case_id
    )
    draft = await Drafts(room.unit).begin(room.principal, fresh)
    world = await world_of(room, draft, form)
    if who:
        room.state["world"] = world = {**world, "who": who}
    context = context_of(room, world["lists"], given, await last_saved_of(room, form))
    at = Open(
        draft, form, engine.begin(form, context), context, room.speak, str(world["who"]), base
    )
    return await keep(room, at)


async def keep(room: Room, at: Open, *, pending: tuple[str, str] | None = None) -> Open:
    """Keep the session where it now stands, in the draft."""
    at = replace(at, pending=pending)
    beside = _beside(at)
    news = None if at.draft.is_worn else at.session.news(at.draft.mark)
    if news is None:
        stands = {name: value for name, value in beside.items() if value is not None}
        draft = await Drafts(room.unit).save(at.draft, at.session.to_json() | stands)
    else:
        passing = {name: beside[name] for name in _PASSING}
        more = {"inputs": news.inputs}
        draft = await Drafts(room.unit).add(at.draft, news.patch | passing, more)
    session = at.session.written(draft.mark)
    room.services.shelf.put(draft.id, draft.mark, Shelved(at.form, session, beside))
    world = await world_of(room, draft, at.form)
    who = spoken_of(room, at.form, session, at.context, world)
    return replace(at, draft=draft, session=session, who=who)


def _beside(at: Open) -> dict[str, Any]:
    """Return what is kept beside the session; None for what there is not."""
    return {
        DIGEST: digest_of(at.form),
        _BASE: at.base,
        _LAST_SAVED: dict(at.context.last_saved) or None,
        _PENDING: list(at.pending) if at.pending else None,
        _TOLD: at.told or None,
        _LIKELY: list(at.likely) or None,
    }


def leave(room: Room, at: Open) -> None:
    """Take the buttons off the question that is left without an answer."""
    question = at.step.question
    label = question.label if question else room.speak(say("form-reviewing"))
    room.replies.append(page.left(label))


async def put_aside(room: Room) -> None:
    """Park what is open, without a word; it is offered again when the next thing is done."""
    at = await open_form(room)
    if at is not None:
        leave(room, at)
        room.state["parked"] = at.draft.id
        await Drafts(room.unit).park(room.turn.channel, room.turn.chat)


async def park(room: Room, at: Open) -> None:
    """Put the draft aside at the person's wish; it waits unharmed."""
    leave(room, at)
    await Drafts(room.unit).park(room.turn.channel, room.turn.chat)
    what = " ".join(filter(None, (at.form.title, at.who)))
    button = resume_button(at.draft.id, what)
    room.replies.append(Send(plain(say("form-parked")), ((button,),)))


async def waiting(
    room: Room, name: str, child_id: str | None = None, case_id: str | None = None
) -> Open | None:
    """Return the unfinished form of this kind for this very child or case, opened again."""
    wanted = (name, child_id, case_id)
    at = await open_form(room)
    if at is not None and (at.draft.form, at.draft.child_id, at.draft.case_id) == wanted:
        return at
    for draft in await Drafts(room.unit).parked(room.turn.channel, room.turn.chat):
        if (draft.form, draft.child_id, draft.case_id) == wanted:
            return await resume(room, draft.id)
    return None


async def start(
    room: Room,
    name: str,
    *,
    child_id: str | None = None,
    case_id: str | None = None,
    who: str = "",
) -> Open:
    """Go on with the unfinished form of this child or case, or begin one."""
    found = await waiting(room, name, child_id, case_id)
    return found or await begin(room, name, child_id=child_id, case_id=case_id, who=who)


async def resume(room: Room, draft_id: str) -> Open:
    """Open a parked draft again; whatever is open is parked first.

    Raises:
        MissingError: The draft is not here any more.
    """
    now_open = await open_form(room)
    if now_open is not None and now_open.draft.id == draft_id:
        return now_open
    if now_open is not None:
        leave(room, now_open)
    draft = await Drafts(room.unit).resume(room.turn.channel, room.turn.chat, draft_id)
    return await _opened(room, draft)


def resume_button(draft_id: str, what: str) -> Button:
    """Return the button that opens a draft again, from any old message."""
    return Button(say("form-resume", what=what), f"draft:{draft_id}", durable=True)


async def cancel(room: Room, at: Open) -> None:
    """Throw the draft away."""
    await Drafts(room.unit).drop(at.draft)
