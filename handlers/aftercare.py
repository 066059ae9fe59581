"""After the alarm: what to tell the police, then safety, assessment, plan and follow-up.

It makes the lines, buttons and papers of a case's card; the card itself is casework's.

Source:
    国发〔2016〕13号 四-(三): township, civil affairs and police assess safety, guardianship, body
    and mind, and help accordingly; 民发〔2019〕34号 附件1-5, 附件3-5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cases.access import Action, decide
from cases.db.areas import Areas
from cases.db.people import People
from cases.masking import Mode
from cases.papers import police_paper
from cases.workflow import State, is_behind
from forms import engine
from handlers import telling
from handlers.form_context import label
from handlers.printing import printing_of
from handlers.visits import rebuilt
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Line, Paper, Send

if TYPE_CHECKING:
    from datetime import datetime

    from cases.casebook import CaseCard
    from forms.engine import Item
    from forms.form import Form
    from handlers.room import Room

    Rows = tuple[tuple[Button, ...], ...]

STEPS = (State.SAFETY_CONFIRMED, State.ASSESSMENT, State.PLAN, State.FOLLOWUP)
"""The steps between the alarm and the closing, each with a word in writing."""
FORM = "emergency_report"
_TOLD = ("hurt", "conscious", "suspect_relation", "suspect_present", "weapon", "other_children")
"""Answers of the report that the police ask for first."""
_FIRST, _THEN = ("safe_now",), ("means_at_hand", "shelter_tonight", "occurred", "do_not_tell")
"""Around them, what whoever goes there has to know."""


def step_rows(room: Room, card: CaseCard) -> Rows:
    """Return the steps that may be taken next, and what helps to call the police."""
    case = card.line
    rows: list[tuple[Button, ...]] = []
    if decide(room.principal, Action.CASE_POLICE, card.resource).allowed and not case.drill:
        rows.append(
            (
                Button(say("police-words"), f"ptext:{case.id}", durable=True),
                Button(say("police-paper"), f"ppaper:{case.id}", durable=True),
            )
        )
    if decide(room.principal, Action.CASE_STEP, card.resource).allowed:
        ahead = [step for step in STEPS if is_behind(case.state, step) or _is_asked(card, step)]
        rows += [
            (
                Button(
                    say("matter-to", state=room.speak(say(f"state-{step.value}"))),
                    f"cs:{case.id}:{step.value}",
                    durable=True,
                ),
            )
            for step in ahead[:2]
        ]
    return tuple(rows)


def _is_asked(card: CaseCard, step: State) -> bool:
    """Say whether safety is still to be confirmed; it is asked for daily however far a case is."""
    taken = {event.state for event in card.events if event.kind == "step"}
    open_still = card.line.state is not State.CLOSED
    return step is State.SAFETY_CONFIRMED and step not in taken and open_still


def told_lines(room: Room, card: CaseCard) -> list[Line]:
    """Return what the reporter answered, as the chat may show it."""
    if not card.details.get("safe_now"):
        return []
    said = {item.ref.rpartition("/")[2]: item for item in _answers(room, card)}
    known = [said[name] for name in (*_FIRST, *_TOLD, *_THEN) if name in said]
    lines = [Line(say("child-field", field=item.label, value=item.shown)) for item in known]
    open_words = [item for item in said.values() if item.sensitive and _written(room, item)]
    return lines + [
        Line(say("child-field", field=item.label, value=item.value), "quote")
        for item in open_words
    ]


async def step_lines(room: Room, card: CaseCard) -> list[Line]:
    """Return what was done since the alarm, with what was written, as the chat may show it."""
    lines = []
    for event in card.events:
        if event.kind != "step":
            continue
        by = await telling.worker(room, event.by)
        state = room.speak(say(f"state-{event.state}"))
        date = f"{local(event.at):%m-%d %H:%M}"
        lines.append(Line(say("matter-step", date=date, state=state, by=by), "small"))
        if note := str(event.note.get("note") or ""):
            lines.append(Line(await telling.note(room, note, area=card.line.area), "quote"))
    return lines


async def show_words(room: Room, card: CaseCard) -> None:
    """Show what to say to the police: where, when, what, who; names are said, not written."""
    case = card.line
    said = {item.ref.rsplit("/", 1)[-1]: item for item in _answers(room, card)}
    lines = [
        Line(say("police-say"), "strong"),
        Line(say("police-who", **await _reporter(room)), "quote"),
        Line(say("police-where", place=await Areas(room.unit).path(case.area, room.today))),
        Line(say("police-when", time=f"{local(case.opened_at):%m-%d %H:%M}")),
        Line(say("police-what", what=_situations(room, card))),
        Line(say("case-child", who=label(room, card.child) if card.child else "—")),
    ]
    lines += [
        Line(say("child-field", field=said[name].label, value=said[name].shown))
        for name in _TOLD
        if name in said
    ]
    lines += [Line(say("police-law")), Line(say("police-names"), "small")]
    room.replies.append(Send(tuple(lines)))


async def send_paper(room: Room, card: CaseCard) -> None:
    """Send what to hand to the police as a document; what the chat masks is masked there too."""
    answers = [(item.label, _written(room, item)) for item in _answers(room, card)]
    place = await Areas(room.unit).path(card.line.area, room.today)
    content = police_paper(card, place, answers, printing_of(room))
    room.replies.append(Paper(f"{card.line.number}.docx", content, say("police-paper-sent")))


def _answers(room: Room, card: CaseCard) -> tuple[Item, ...]:
    return answers_of(room.services.form(FORM), card, room.now, room.language)


def answers_of(
    form: Form, card: CaseCard, now: datetime, language: str = "zh-CN"
) -> tuple[Item, ...]:
    """Return what a report says, question by question.

    Args:
        form: The emergency report's form.
        card: The opened case; one of another origin has no answers.
        now: The present moment, UTC.
        language: Of the questions.
    """
    # the child is known by the case: without one the form would ask for it again
    context = engine.Context(
        now=local(now), params={"child_known": card.line.id}, language=language
    )
    refs = {d.name: d.path for d in form.model.defs if d.leaf}
    old = {refs[name]: str(value) for name, value in card.details.items() if name in refs}
    session = rebuilt(form, engine.begin(form, context), old, context)
    return engine.review(form, session, context)


def _written(room: Room, item: Item) -> str:
    if not item.sensitive:
        return item.shown
    return item.value if room.services.masker.mode is Mode.FULL else ""


def _situations(room: Room, card: CaseCard) -> str:
    return "、".join(room.speak(say(f"situation-{code}")) for code in card.line.situations) or "—"


async def _reporter(room: Room) -> dict[str, str]:
    person, masker = room.person, room.services.masker
    if person is None:
        return {"area": "—", "role": "—", "name": "—", "phone": "—"}
    known = await People(room.unit).get(person.id)
    return {
        "area": await telling.place(room, person.area),
        "role": room.speak(say(f"role-{person.role.value}")),
        "name": telling.named(room, person),
        "phone": masker.phone(known.phone) if known else "—",
    }
