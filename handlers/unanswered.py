"""待答问题: what people ask in vain, the county's answers, and who is told; no directive here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from alerts.notices import Notice, notify_chat
from cases.db.questions import Questions
from handlers import asking, menu, telling
from handlers.redacting import names_somebody
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.phrases import say
from kernel.words import Button, Line, Send, Toast
from knowledge.sameness import same

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cases.db.questions import OfficeAnswer
    from handlers.room import Room
    from kernel.words import Reply

REASONS = ("wrong", "partial", "unclear", "off")
"""Why an answer was no good: 不准、不全、看不懂、没答到."""
KEPT = 5
"""Cards of one chat whose buttons still know their question (our default)."""
LISTED = 8
"""Questions that one screen shows (our default)."""
VOTED_IN = timedelta(days=90)
"""How far back votes are counted (our default)."""
LONGEST = 1000
"""Characters of an answer or its source (our default)."""
_HEARD, _DRAFT = "heard", "office_draft"


def feedback(room: Room, asked: str, topic: str, kind: str) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a card, and remember the redacted question they are about."""
    key = room.turn.turn_id
    heard = dict(room.state.get(_HEARD) or {})
    heard.pop(key, None)
    heard[key] = {"question": asked, "topic": topic, "why": kind}
    room.state[_HEARD] = dict(list(heard.items())[-KEPT:])
    rows: list[tuple[Button, ...]] = []
    if kind != "refusal":
        rows.append(
            (
                Button(say("vote-up"), f"voteup:{key}", durable=True),
                Button(say("vote-down"), f"votedown:{key}", durable=True),
            )
        )
    if kind != "answer":
        rows.append((_to_county(key),))
    return tuple(rows)


async def standing(room: Room) -> list[OfficeAnswer]:
    """Return what the county of the person's area answered, the newest first."""
    return await Questions(room.unit).standing(room.principal.area)


def answered_before(standing: Sequence[OfficeAnswer], asked: str, like: str) -> Reply | None:
    """Return the answer to the same question, else to the one that asks nearly the same."""
    for answer in standing:
        if same(asked, answer.question):
            return Send(_lines(answer))
    for answer in standing:
        if like and answer.question == like:
            _, *rest = _lines(answer)
            return Send((Line(say("office-like", question=like)), *rest))
    return None


async def vote_up(room: Room, key: str) -> None:
    """Keep that an answer helped."""
    if (card := _card(room, key)) is not None:
        await _vote(room, card, "up")
        room.replies.append(Toast(say("vote-thanks")))


async def vote_down(room: Room, key: str) -> None:
    """Keep that an answer did not help, and ask why by one tap."""
    if (card := _card(room, key)) is None:
        return
    await _vote(room, card, "down")
    buttons = [
        Button(say(f"vote-why-{one}"), f"votewhy:{key}:{one}", durable=True) for one in REASONS
    ]
    room.replies.append(
        Send((Line(say("vote-why")),), (*menu.in_rows(buttons), (_to_county(key),)))
    )


async def give_reason(room: Room, argument: str) -> None:
    """Keep why, and offer to ask the county."""
    key, _, why = argument.partition(":")
    if why not in REASONS:
        raise MissingError
    if (card := _card(room, key)) is None:
        return
    if card.get("vote") == "down":
        await Questions(room.unit).give_reason(card["vote_id"], why)
    card["why"] = why
    room.replies.append(Send((Line(say("vote-noted")),), ((_to_county(key),),)))


async def send(room: Room, key: str) -> None:
    """Put the question into the county's queue, and show in which words."""
    if (card := _card(room, key)) is None:
        return
    book = Questions(room.unit)
    kept = await book.keep(room.principal, card["question"], card["why"])
    if kept is None:
        room.say(say("unanswered-too-many"))
        return
    lines = (
        Line(say("unanswered-sent"), "strong"),
        Line(card["question"]),
        Line(say("unanswered-sent-how"), "small"),
    )
    button = Button(say("unanswered-take-back"), f"takeback:{kept}", durable=True)
    room.replies.append(Send(lines, ((button,),)))


async def take_back(room: Room, question_id: str) -> None:
    """Take one's question out of the queue."""
    await Questions(room.unit).take_back(room.principal, question_id)
    room.say(say("unanswered-taken-back"))


async def show(room: Room) -> None:
    """List what waits in the officer's county, the most asked first."""
    waiting = await Questions(room.unit).waiting(room.principal)
    votes = (Button(say("votes-open"), "votes:", durable=True),)
    if not waiting:
        room.replies.append(Send((Line(say("unanswered-none")),), (votes,)))
        return
    lines = [Line(say("unanswered-head", count=len(waiting)), "strong")]
    buttons = []
    for number, one in enumerate(waiting[:LISTED], 1):
        line = say("unanswered-line", number=number, question=one.question, count=one.asked)
        lines.append(Line(line))
        pick = say("unanswered-pick", number=number)
        buttons.append(Button(pick, f"qopen:{one.id}", durable=True))
    room.replies.append(Send(tuple(lines), (*menu.in_rows(buttons, 4), votes)))


async def show_votes(room: Room, _argument: str) -> None:
    """Show how answers were found, topic by topic, the least helpful first."""
    from knowledge.desk import title_of  # noqa: PLC0415 loaded by few turns

    found = await Questions(room.unit).voted(room.principal, room.now - VOTED_IN)
    up, down = sum(one.up for one in found), sum(one.down for one in found)
    lines = [Line(say("votes-head", days=VOTED_IN.days, up=up, down=down), "strong")]
    for one in found[:LISTED]:
        named = [
            room.speak(say("votes-why", why=room.speak(say(f"vote-why-{why}")), count=count))
            for why, count in one.reasons.items()
        ]
        title = title_of(one.topic) or one.topic
        why = "、".join(named) or "—"
        lines.append(Line(say("votes-line", title=title, up=one.up, down=one.down, why=why)))
    lines.append(Line(say("votes-small"), "small"))
    room.replies.append(Send(tuple(lines)))


async def show_one(room: Room, question_id: str) -> None:
    """Show one question and what can be done with it."""
    one = await Questions(room.unit).one(room.principal, question_id)
    where = await telling.place(room, one.area)
    about = say(
        "unanswered-about",
        date=str(local_day(one.at)),
        place=where,
        role=room.speak(say(f"role-{one.role}")),
        why=room.speak(say(f"unanswered-why-{one.reason}")),
    )
    buttons = (
        Button(say("unanswered-reply"), f"qreply:{one.id}", durable=True),
        Button(say("unanswered-drop"), f"qdrop:{one.id}", durable=True),
    )
    room.replies.append(Send((Line(one.question, "strong"), Line(about, "small")), (buttons,)))


async def reply(room: Room, question_id: str) -> None:
    """Ask the officer for the answer's text."""
    one = await Questions(room.unit).one(room.principal, question_id)
    asking.ask(room, "qtext", one.id, one.question, say("unanswered-ask-text"))


async def typed_text(room: Room, question_id: str) -> None:
    """Keep the text and ask where it stands."""
    await Questions(room.unit).one(room.principal, question_id)
    text = telling.typed(room)
    if not await _fit(room, text):
        asking.ask(room, "qtext", question_id, say("unanswered-again"))
        return
    room.state[_DRAFT] = {"id": question_id, "text": text}
    asking.ask(room, "qsource", question_id, say("unanswered-ask-source"))


async def typed_source(room: Room, question_id: str) -> None:
    """Keep the source and show the answer as people will see it."""
    one = await Questions(room.unit).one(room.principal, question_id)
    draft, source = _draft(room, question_id), telling.typed(room)
    if not await _fit(room, source):
        asking.ask(room, "qsource", question_id, say("unanswered-again"))
        return
    room.state[_DRAFT] = {**draft, "source": source}
    lines = (
        Line(say("unanswered-preview"), "strong"),
        *_words(one.question, draft["text"], source, room.today),
    )
    rows = (
        (Button(say("unanswered-publish"), f"qpub:{question_id}", durable=True),),
        (Button(say("unanswered-rewrite"), f"qreply:{question_id}", durable=True),),
    )
    room.replies.append(Send(lines, rows))


async def publish(room: Room, question_id: str) -> None:
    """Publish the answer; everybody who asked is told that there is one, and no more."""
    draft = _draft(room, question_id)
    if "source" not in draft:
        raise MissingError
    done = await Questions(room.unit).publish(
        room.principal, question_id, draft["text"], draft["source"]
    )
    room.state.pop(_DRAFT)
    notice = Notice(
        lines=(say("office-answered"),),
        buttons=((say("office-open"), f"office:{done.answer_id}"),),
        key=f"office:{done.answer_id}",
    )
    for address in done.chats:
        await notify_chat(room.unit, address, notice)
    button = Button(say("unanswered-withdraw"), f"qwithdraw:{done.answer_id}", durable=True)
    told = say("unanswered-published", count=len(done.chats))
    room.replies.append(Send((Line(told),), ((button,),)))


async def drop(room: Room, question_id: str) -> None:
    """Close a question without an answer."""
    await Questions(room.unit).dismiss(room.principal, question_id)
    room.say(say("unanswered-dropped"))


async def withdraw(room: Room, answer_id: str) -> None:
    """Take an answer back."""
    await Questions(room.unit).withdraw(room.principal, answer_id)
    room.say(say("unanswered-withdrawn"))


async def show_answer(room: Room, answer_id: str) -> None:
    """Show an answer of one's county, if it still holds."""
    book = Questions(room.unit)
    ids = {answer_id} & await book.visible(room.principal.area)
    found = await book.answers(ids)
    if not found:
        room.say(say("office-gone"))
    for answer in found:
        room.replies.append(Send(_lines(answer)))


def _to_county(key: str) -> Button:
    return Button(say("unanswered-send"), f"tocounty:{key}", durable=True)


def _card(room: Room, key: str) -> dict[str, Any] | None:
    """Return what a card was about; ask to ask again when that is long ago."""
    card: dict[str, Any] | None = (room.state.get(_HEARD) or {}).get(key)
    if card is None:
        room.say(say("unanswered-forgotten"))
    return card


async def _vote(room: Room, card: dict[str, Any], vote: str) -> None:
    """Keep the first vote on a card; later ones do not count twice."""
    if "vote" not in card:
        card["vote_id"] = await Questions(room.unit).vote(room.principal, card["topic"], vote)
        card["vote"] = vote


async def _fit(room: Room, text: str) -> bool:
    return 0 < len(text) <= LONGEST and not await names_somebody(room, text)


def _draft(room: Room, question_id: str) -> dict[str, str]:
    draft: dict[str, str] = room.state.get(_DRAFT) or {}
    if draft.get("id") != question_id:
        raise MissingError
    return draft


def _lines(answer: OfficeAnswer) -> tuple[Line, ...]:
    return _words(answer.question, answer.text, answer.source, answer.day)


def _words(question: str, text: str, source: str, day: date) -> tuple[Line, ...]:
    """Say an office's answer as one; a quotation is a directive's alone."""
    return (
        Line(say("office-question", question=question)),
        Line(text),
        Line(say("office-mark", date=str(day), source=source), "small"),
    )


VERBS = {
    "voteup": vote_up,
    "votedown": vote_down,
    "votewhy": give_reason,
    "tocounty": send,
    "takeback": take_back,
    "votes": show_votes,
    "qopen": show_one,
    "qreply": reply,
    "qdrop": drop,
    "qpub": publish,
    "qwithdraw": withdraw,
    "office": show_answer,
}
TYPED = {"qtext": typed_text, "qsource": typed_source}
