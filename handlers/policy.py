"""Questions to the directives: the answer's card, its source, what to ask next; no case data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.notices import Notice, notify_chat
from cases.db.outbox import PROMPT
from cases.people import STAFF, Role
from handlers import finder, menu, unanswered, wishes
from handlers.redacting import redacted
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Line, Send
from knowledge import claims, data
from knowledge.compose import Writer, whose

if TYPE_CHECKING:
    from collections.abc import Callable

    from cases.db.store import Store
    from handlers.room import Room
    from handlers.wishes import Meant
    from kernel.words import Reply
    from knowledge.answer import Answer, Citation
    from knowledge.danger import Danger
    from knowledge.wishing import Wishing

NEXT_STEPS = {
    **dict.fromkeys(("二-(二)", "二-(三)", "附件1-6", "附件2-2"), menu.PEOPLE),
    **dict.fromkeys(("三-(一)", "三-(二)", "三-(三)", "附件1-7", "附件2-7"), menu.SERVICES),
    **dict.fromkeys(("四-(四)", "附件1-2", "附件2-1"), menu.FIGURES),
    **dict.fromkeys(("附件1-8", "附件2-6"), menu.BULLETINS),
    **dict.fromkeys(("附件1-1", "附件1-10"), menu.CASES),
    **dict.fromkeys(("附件2-5", "附件3-6"), menu.CENTRES),
    **dict.fromkeys(("附件2-8", "附件3-4"), menu.BENEFITS),
    **dict.fromkeys(("附件2-3", "附件3-2", "附件3-3"), menu.CHILDREN),
    "附件1-5": menu.CONFERENCES,
    "附件1-9": menu.REFERRALS,
    "附件2-4": menu.VISITS,
    "附件3-1": menu.TODAY,
    "附件3-5": menu.EMERGENCY,
}
"""Where a worker carries out what a clause of the shipped directive asks of them."""
FOLLOW_UPS = 3
NUMBERING = 6
"""Characters by which a one-sentence clause is longer than its sentence: its number."""
SHIPPED = "民发〔2019〕34号"


async def ask(
    room: Room,
    question: str,
    *,
    wished: Callable[[Wishing], Meant] | None = None,
    calm: bool = False,
) -> Danger:
    """Answer a question; the search runs outside the transaction.

    Args:
        room: The turn.
        question: As it was typed.
        wished: Says what may be wished for instead; without it nothing else is offered.
        calm: Whether the person said that nobody is in danger.

    Returns:
        What its words say about danger: certain danger has led to the emergency already, where
        it is unsure the caller asks.
    """
    standing = await unanswered.standing(room)
    known = [one.question for one in standing]
    answer = await room.answer(question, known, calm=calm)
    before = room.state.get("topic")
    room.state["topic"] = data.guides()[answer.guide].topic if answer.guide else answer.topic
    again = room.state["topic"] == before
    if answer.kind == "emergency":
        from handlers import emergency  # noqa: PLC0415 the two lead to each other

        await emergency.begin(room, told=question)
        return answer.danger
    asked = await redacted(room, question)
    meant = wished(answer.wishing) if wished is not None else wishes.NOTHING_MEANT
    if meant.instead or (meant.offered and answer.kind == "refusal"):
        if meant.names:
            room.state["follow"] = [asked]
            wishes.offer(room, meant.names, asked=True)
        return answer.danger
    told = unanswered.answered_before(standing, asked, answer.like)
    if told is not None:
        room.replies.append(told)
    if told is None or answer.kind != "refusal":
        room.replies.append(_card(room, answer, asked, again=again))
    if meant.names:
        wishes.offer(room, meant.names)
    _summarise(room, asked, answer)
    return answer.danger


def _summarise(room: Room, asked: str, answer: Answer) -> None:
    """Let the model put the card into plain words afterwards; nobody waits for it."""
    model = room.services.model
    if model is None or answer.kind != "answer" or answer.danger.level != "none":
        return
    address, key = (room.turn.channel, room.turn.chat), f"summary:{room.turn.turn_id}"

    async def summarise(store: Store) -> None:
        checked = await model.claims(asked, answer.citations)
        if not checked.claims:
            return
        notice = Notice(lines=claims.lines(checked.claims), key=key, lane=PROMPT)
        async with store.unit() as unit:
            await notify_chat(unit, address, notice)
            await unit.commit()

    room.later.append(summarise)


def _card(room: Room, answer: Answer, asked: str, *, again: bool) -> Reply:
    lines: list[Line] = []
    if answer.kind == "answer":
        lines = _cited(answer, answer.citations[0])
        lines += [] if again else finder.steps(room, answer)
    else:
        # its first line asks about danger where that is unsure: here a question of its own follows
        first = 1 if answer.danger.level == "unsure" else 0
        told = list(map(Writer(room.speak).told, answer.lines[first:]))
        if room.principal.role is Role.GUARDIAN and answer.guide and not again:
            # a family reads what to do first; the nearest clause is behind its button
            lines = finder.first_steps(room, data.guides()[answer.guide])
            told = [told[0], *told[-1:]]
        parts = (part for line in told for part in line.split("\n"))
        lines.extend(Line(part) for part in parts if part.strip())
    return Send(
        tuple(lines),
        (
            *_rows(room, answer),
            *(finder.rows_after(answer) or _to_people(room, answer)),
            *unanswered.feedback(room, asked, answer.topic, answer.kind),
        ),
        menu=None if room.state.get("draft") else menu.keyboard(room.principal.role),
    )


def _to_people(room: Room, answer: Answer) -> tuple[tuple[Button, ...], ...]:
    """Return what a family can do where nothing answers it: be called, or look for help."""
    if answer.kind == "answer" or room.principal.role is not Role.GUARDIAN:
        return ()
    called = Button(say("call-back"), "callme:", durable=True)
    return ((called, Button(say("finder-more"), "find:", durable=True)),)


def _cited(answer: Answer, first: Citation) -> list[Line]:
    whole = len(first.text) - len(answer.key_sentence) <= NUMBERING
    lines = [Line(answer.key_sentence, "strong")] if answer.key_sentence and not whole else []
    lines = [*map(Line, whose(first)), *lines, Line(first.text, "quote")]
    status = say(
        "answer-status",
        title=first.title,
        document=first.document,
        clause=first.label,
        date=first.date,
    )
    return [*lines, Line(status, "small")]


def _rows(room: Room, answer: Answer) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if answer.citations:
        first = answer.citations[0]
        room.state["cited"] = [[c.document, c.clause] for c in answer.citations]
        tools = [Button(say("answer-source"), f"clause:{first.clause}", durable=True)]
        if len(answer.citations) > 1:
            tools.append(Button(say("answer-more"), "more:", durable=True))
        rows.append(tuple(tools))
    rows += _next_step(room, answer)
    follow = list(answer.follow_ups)[:FOLLOW_UPS]
    room.state["follow"] = [question for _, question in follow]
    rows += [(Button(label, f"next:{i}", durable=True),) for i, (label, _) in enumerate(follow)]
    return tuple(rows)


def _next_step(room: Room, answer: Answer) -> list[tuple[Button, ...]]:
    """Return the way to what a worker does here about the duty that a clause names."""
    first = answer.citations[0] if answer.kind == "answer" and answer.citations else None
    if first is None or first.document != SHIPPED or room.state.get("draft"):
        return []
    key = NEXT_STEPS.get(first.clause, "")
    role = room.principal.role
    if role not in STAFF or key not in menu.keys(role):
        return []
    label = say("answer-next", what=room.speak(say(key)))
    return [(Button(label, f"go:{key}", durable=True),)]


async def show_clause(room: Room, clause_id: str) -> None:
    """Show a clause that was cited; a lasting button names the clause alone."""
    cited = [row for row in room.state.get("cited") or [] if row[1] == clause_id]
    _whole(room, str(cited[0][0]) if cited else SHIPPED, clause_id)


def _whole(room: Room, document: str, clause_id: str) -> None:
    """Show a clause whole, as it stands in the directive.

    Raises:
        MissingError: There is no such clause.
    """
    clause = room.services.questions.clause(document, clause_id)
    head = " · ".join((document, *clause.path, clause_id))
    lines = (Line(head, "strong"), Line(clause.text, "quote"))
    room.replies.append(Send(lines))


async def show_more(room: Room, _argument: str) -> None:
    """Show the other clauses that the last answer rests on."""
    more = (room.state.get("cited") or [])[1:]
    if not more:
        room.say(say("answer-nothing-more"))
    for document, clause_id in more:
        _whole(room, str(document), str(clause_id))


async def ask_next(room: Room, number: str) -> None:
    """Ask one of the offered questions."""
    offered = room.state.get("follow") or []
    if not number.isdigit() or int(number) >= len(offered):
        raise MissingError
    danger = await ask(room, offered[int(number)])
    if danger.level == "unsure":
        from handlers import emergency  # noqa: PLC0415 the two lead to each other

        emergency.ask_whether(room)


VERBS = {"clause": show_clause, "more": show_more, "next": ask_next}
