"""Reports being worked on: the list, the card, taking one on, the police contact, closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.desk import PLANS
from cases.access import Action, Purpose, decide, require
from cases.db.areas import Areas
from cases.db.attachments import Attachments
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.people import People
from cases.people import STAFF
from cases.workflow import Outcome, State
from forms.days import Side, find_day
from handlers import aftercare, asking, form_dialogue, menu, telling
from handlers.form_context import label
from kernel.clock import local
from kernel.phrases import say
from kernel.words import Button, Edit, Forget, Line, Send, Toast, plain

if TYPE_CHECKING:
    from alerts.views import AlertView
    from cases.casebook import CaseCard
    from handlers.room import Room
    from kernel.phrases import Phrase

TEXTS = ("place", "seen_last", "location", "verbatim", "more")
"""Answers of the report that are free text: only how much of them is kept may be shown."""


async def show_open(room: Room) -> None:
    """List the reports that are not closed."""
    cases = await CaseBook(room.unit).lines(room.principal)
    if not cases:
        menu.show(room, say("case-none"))
        return
    rows = []
    waiting = await room.services.alerts.open_cases(room.unit, [case.id for case in cases])
    for case in cases:
        state = room.speak(_state(case.state, open_=case.id in waiting))
        text = say(
            "case-line",
            severity=case.severity,
            number=case.number,
            state=state,
            drill="yes" if case.drill else "no",
        )
        rows.append((Button(text, f"case:{case.id}", durable=True),))
    room.replies.append(Send((Line(say("case-list"), "strong"),), tuple(rows)))


def _state(state: State, *, open_: bool) -> Phrase:
    """Name how far a case has come; what was confirmed and taken back is not confirmed."""
    if open_ and state in {State.ACKED_SUPERVISOR, State.ACKED_COUNTY}:
        return say("state-open_again")
    return say(f"state-{state.value}")


async def unanswered(room: Room) -> list[str]:
    """Return the open alerts this worker was told of, the newest first."""
    if room.principal.role not in STAFF or not room.principal.person_id:
        return []
    return await room.services.alerts.unanswered_by(room.unit, room.principal.person_id)


async def answer_alert(room: Room, alert_id: str) -> None:
    """Bring up an alert whose receiver typed that it was received: only the button takes it."""
    room.say(say("alert-typed"))
    await open_alert(room, alert_id)


def remind(room: Room, waiting: list[str]) -> None:
    """Remind of alerts that nobody has taken, whatever else was talked about."""
    button = Button(say("alert-open-now"), f"alert:{waiting[0]}", durable=True)
    room.replies.append(Send(plain(say("alert-waiting", count=len(waiting))), ((button,),)))


async def open_alert(room: Room, alert_id: str) -> None:
    """Open what an alert is about; the push itself said nothing of it."""
    alert = await room.services.alerts.status(room.unit, alert_id)
    await open_case(room, alert.case_id)


async def open_case(room: Room, case_id: str) -> None:
    """Show a case, by id or number, to someone who may see it; the opening stands in the log."""
    lines, rows = await _card(room, case_id)
    room.replies.append(Send(lines, rows))


async def _card(
    room: Room, case_id: str
) -> tuple[tuple[Line, ...], tuple[tuple[Button, ...], ...]]:
    card = await CaseBook(room.unit).card(room.principal, case_id)
    alert = await room.services.alerts.of_case(room.unit, card.line.id)
    if alert is not None and room.principal.person_id:
        await room.services.alerts.opened(room.unit, alert.alert_id, room.principal.person_id)
    told = aftercare.told_lines(room, card)
    is_open = alert is not None and alert.acked_by is None
    lines = [*await _facts(room, card, open_=is_open), *told, *_police(card)]
    lines += await aftercare.step_lines(room, card)
    if alert is not None and alert.acked_by:
        lines.append(await _acked(room, alert))
    elif card.closed_at is None:
        lines.append(Line(say("case-not-acked")))
    if card.close_reason is not None:
        reason = room.speak(say(f"reason-{card.close_reason.value}"))
        lines.append(Line(say("case-closed", reason=reason), "strong"))
    rows = _rows(room, card, alert)
    if kept := await Attachments(room.unit).of_case(room.principal, card.line.id):
        shown = say("files-open", count=len(kept))
        rows = (*rows, (Button(shown, f"casefiles:{card.line.id}", durable=True),))
    return tuple(lines), rows


async def _facts(room: Room, card: CaseCard, *, open_: bool) -> list[Line]:
    line, masker = card.line, room.services.masker
    who = label(room, card.child) if card.child else room.speak(say("emergency-child-unknown"))
    area = await Areas(room.unit).name(line.area, room.today) if line.area else "—"
    situations = "、".join(room.speak(say(f"situation-{code}")) for code in line.situations)
    lines = [
        *([Line(say("alerts-drill"), "strong")] if line.drill else []),
        Line(say("case-card", severity=line.severity, number=line.number), "strong"),
        Line(say("case-child", who=who)),
        Line(say("case-where", area=masker.area_name(area, line.area))),
        Line(say("case-what", situations=situations or "—")),
        Line(say("case-when", time=f"{local(line.opened_at):%m-%d %H:%M}")),
        Line(say("case-state", state=room.speak(_state(line.state, open_=open_)))),
    ]
    reporter = await People(room.unit).get(line.reporter_id) if line.reporter_id else None
    if reporter is not None:
        role = room.speak(say(f"role-{reporter.role.value}"))
        lines.append(Line(say("case-reporter", name=telling.named(room, reporter), role=role)))
    kept = sum(len(str(card.details.get(name) or "")) for name in TEXTS)
    if kept:
        lines.append(Line(say("case-text-kept", count=kept), "small"))
    return lines


def _police(card: CaseCard) -> list[Line]:
    line = card.line
    if line.police_contacted_at is None:
        return [] if line.drill else [Line(say("case-police-none"), "strong")]
    when = f"{local(line.police_contacted_at):%m-%d %H:%M}"
    key = "case-police" if line.police_receipted else "case-police-open"
    return [Line(say(key, when=when)), *_police_said(card)]


def _police_said(card: CaseCard) -> list[Line]:
    """Say whom the police were reached through and what they did; the form's open answers."""
    contact = card.police
    if contact is None or not contact.outcome.value:
        return []
    named = {"station": contact.station, "officer": contact.officer, "receipt": contact.receipt_no}
    said = [
        say(f"case-police-{key}", words=words) for key, words in named.items() if words.strip()
    ]
    declined = contact.outcome is Outcome.DECLINED
    outcome = Line(say(f"case-police-{contact.outcome.value}"), "strong" if declined else "plain")
    return [outcome, *(Line(phrase, "small") for phrase in said)]


async def _acked(room: Room, alert: AlertView) -> Line:
    name = await telling.worker(room, alert.acked_by)
    time = f"{local(alert.acked_at):%m-%d %H:%M}" if alert.acked_at else "—"
    return Line(say("case-acked", name=name, time=time))


def _rows(room: Room, card: CaseCard, alert: AlertView | None) -> tuple[tuple[Button, ...], ...]:
    if card.closed_at is not None:
        return ()
    rows: list[tuple[Button, ...]] = []
    case_id = card.line.id

    def may(action: Action) -> bool:
        return decide(room.principal, action, card.resource).allowed

    if alert is not None and alert.acked_by is None and may(Action.CASE_ACK):
        rows.append((Button(say("case-ack"), f"ack:{case_id}", durable=True),))
    if card.details.get("consent") == "yes" and card.line.reporter_id != room.principal.person_id:
        rows.append((Button(say("help-call"), f"callback:{case_id}", durable=True),))
    if card.line.needs_receipt and may(Action.CASE_POLICE):
        rows.append((Button(say("emergency-police-button"), f"police:{case_id}", durable=True),))
    rows += aftercare.step_rows(room, card)
    if card.child is not None and room.principal.role in STAFF:
        opened = f"why:{Purpose.EMERGENCY.value}:{card.child.id}"
        rows.append((Button(say("open-file"), opened, durable=True),))
    if may(Action.CASE_CLOSE):
        rows.append((Button(say("case-close"), f"close:{case_id}", durable=True),))
    return tuple(rows)


async def acknowledge(room: Room, case_id: str) -> None:
    """Take a report on, at once; what will be done is asked after."""
    alert = await room.services.alerts.of_case(room.unit, case_id)
    if alert is not None and alert.acked_by and alert.acked_by != room.principal.person_id:
        first = await People(room.unit).get(alert.acked_by)
        room.say(say("case-ack-again", name=first.name if first else "—"))
        return
    await CaseBook(room.unit).acknowledge(room.principal, case_id)
    if alert is not None and room.principal.person_id:
        await room.services.alerts.acknowledge(room.unit, alert.alert_id, room.principal.person_id)
    lines, card_rows = await _card(room, case_id)
    room.replies.append(Edit(lines, card_rows, message=room.turn.message))
    buttons = [
        Button(say(f"plan-{plan}"), f"plan:{case_id}:{plan}", durable=True) for plan in PLANS
    ]
    more = Button(say("case-plan-write"), f"planform:{case_id}", durable=True)
    rows = (tuple(buttons[:2]), tuple(buttons[2:4]), (*buttons[4:], more))
    room.replies.append(Send(plain(say("case-ack-done"), say("case-plan-ask")), rows))


async def plan(room: Room, argument: str) -> None:
    """Keep what will be done about a report."""
    case_id, _, chosen = argument.partition(":")
    if chosen not in PLANS:
        return
    await CaseBook(room.unit).card(room.principal, case_id)
    done = await keep_plan(room, case_id, chosen)
    room.replies.append(Edit(plain(done), message=room.turn.message))


async def keep_plan(room: Room, case_id: str, chosen: str) -> Phrase:
    """Keep what somebody will do about a report, and say so; handing it on tells those above."""
    alerts, who = room.services.alerts, room.principal.person_id
    alert = await alerts.of_case(room.unit, case_id)
    if alert is not None and who:
        if chosen == "transfer" and alert.acked_by == who:
            await alerts.transfer(room.unit, alert.alert_id, who)
            return say("case-plan-handed-on")
        await alerts.acknowledge(room.unit, alert.alert_id, who, plan=chosen)
    return say("case-plan-done", plan=room.speak(say(f"plan-{chosen}")))


async def typed_plan(room: Room, chosen: str) -> bool:
    """Keep a plan that was typed right after an alarm was taken on; say whether one waited."""
    who = room.principal.person_id
    if not chosen or not who or room.principal.role not in STAFF:
        return False
    cases = await room.services.alerts.unplanned_by(room.unit, who)
    if len(cases) != 1:
        return False
    room.say(await keep_plan(room, cases[0], chosen))
    return True


async def show_phone(room: Room, case_id: str) -> None:
    """Show the telephone of whoever asked for help, in a pop-up that does not stay in the chat.

    Raises:
        DeniedError: Only who is in charge of the case may call back.
    """
    card = await CaseBook(room.unit).card(room.principal, case_id)
    require(room.principal, Action.CASE_ADD, card.resource)
    phone = str(card.details.get("phone") or "")
    words = say("help-phone", phone=phone) if phone else say("help-no-phone")
    room.replies.append(Toast(words, alert=True))


async def begin_police(room: Room, case_id: str) -> None:
    """Begin to write down the contact with the police."""
    card = await CaseBook(room.unit).card(room.principal, case_id)
    who = card.line.number
    at = await form_dialogue.start(room, "police_contact", case_id=case_id, who=who)
    form_dialogue.show(room, at)


async def begin_close(room: Room, case_id: str) -> None:
    """Begin to close a case: a reason is asked.

    Raises:
        DeniedError: Only a supervisor or the county closes.
    """
    card = await CaseBook(room.unit).card(room.principal, case_id)
    require(room.principal, Action.CASE_CLOSE, card.resource)
    who = card.line.number
    form_dialogue.show(
        room, await form_dialogue.start(room, "case_close", case_id=case_id, who=who)
    )


async def show_police_words(room: Room, case_id: str) -> None:
    """Show what to say to the police (附件3-5)."""
    await aftercare.show_words(room, await _for_police(room, case_id))


async def send_police_paper(room: Room, case_id: str) -> None:
    """Send what to hand to the police as a document."""
    await aftercare.send_paper(room, await _for_police(room, case_id))


async def _for_police(room: Room, case_id: str) -> CaseCard:
    card = await CaseBook(room.unit).card(room.principal, case_id)
    require(room.principal, Action.CASE_POLICE, card.resource)
    return card


async def ask_step(room: Room, argument: str) -> None:
    """Ask what was found or decided, before a step is taken."""
    case_id, _, state = argument.partition(":")
    card = await CaseBook(room.unit).card(room.principal, case_id)
    require(room.principal, Action.CASE_STEP, card.resource)
    if State(state) in aftercare.STEPS:
        asking.ask(room, "casestep", argument, say(f"step-ask-{state}"))


async def typed_step(room: Room, argument: str) -> None:
    """Take a step with what was written; a day in it is the day of the next visit."""
    case_id, _, state = argument.partition(":")
    text, step = telling.typed(room), State(state)
    book = CaseBook(room.unit)
    await book.step(room.principal, case_id, step, text)
    room.replies.append(Forget(room.turn.message))
    alert = await room.services.alerts.of_case(room.unit, case_id)
    if alert is not None:
        safe = step is State.SAFETY_CONFIRMED
        await room.services.alerts.progress(room.unit, alert.alert_id, safe=safe)
    card = await book.card(room.principal, case_id)
    side = Side.AHEAD if step is State.PLAN else Side.NEAREST
    day = find_day(text[:20], room.today, side)[0]
    if day is not None and day >= room.today and card.child is not None:
        await Children(room.unit).plan_visit(card.child.id, day)
    await open_case(room, case_id)


TYPED = {"casestep": typed_step}
VERBS = {
    "case": open_case,
    "cs": ask_step,
    "ptext": show_police_words,
    "ppaper": send_police_paper,
    "alert": open_alert,
    "ack": acknowledge,
    "plan": plan,
    "police": begin_police,
    "close": begin_close,
    "callback": show_phone,
}
