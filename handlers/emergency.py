"""The emergency report: 110 first, then at most three answers; the alert leaves by itself.

What is open is put aside unharmed. Nothing here says that anybody was told before it is so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cases.areas import Level, at_level, level_of
from cases.db.areas import Areas
from cases.db.casebook import CaseBook
from cases.db.drafts import Drafts
from cases.people import STAFF
from cases.sheets import find_place
from cases.workflow import SITUATIONS, is_restricted
from handlers import (
    children,
    conflict,
    form_dialogue,
    form_steps,
    form_words,
    limits,
    menu,
    policy,
    telling,
    wishes,
)
from handlers.form_context import UNKNOWN_CHILD, form_of, who_is
from handlers.raising import Finding, raise_case
from kernel.phrases import Phrase, say
from kernel.words import Button, Forget, Line, Send, plain
from knowledge.redact import MARK, redact

if TYPE_CHECKING:
    from alerts.views import AlertView
    from forms.engine import Question
    from handlers.form_dialogue import Open
    from handlers.room import Room
    from kernel.phrases import Words

FORM = "emergency_report"
_ASKED = "whether"
"""In the conversation: whether it was just asked if there is danger."""
WORDS = "/more"
"""The question for whatever else there is to say."""
_GRADED, _NAMING = frozenset({"severity", "situation"}), frozenset({"skip_roles"})
"""Values that make a report graver, and those that name one of us as involved."""
_AT_ONCE = _GRADED | _NAMING | {"more"}
"""Values that others hear of before the report is done."""
MOST_TOLD, LIKELY = 1_000, 3
"""Signs kept of what was said before it was asked, and choices it puts first (our default)."""
_MISTAKEN = re.compile("(报|搞|弄|点|按|发)错了?|误报|误触|不是真的|测试一下|试一下")
_NOBODY = re.compile(
    "(怎么|为什么|咋).{0,3}没有?人|还没有?人(来|理|回|联系)|有人(来|管|接|处理).{0,2}[吗没么]"
    "|谁(来|在处理|接)|(什么|啥)时候(来|到)"
)
_STRANGE = re.compile("不在名单|不认识|不知道|不清楚|没见过|外村|不是我们村|别村")
_WHO = re.compile(
    r"[\d一二三四五六七八九十]岁|家(的|那个|里的)|[男女]的?(孩|娃|生|童)|孙[子女]|儿子|女儿|闺女"
)
"""Words by which people say whose child it is, or what it is like."""
UNCLEAR = "other"
"""The situation of who is worried and cannot say more: it reaches someone all the same."""
_DOUBTS = re.compile("[不没未否吗么?？]|可能|好像|应该|也许")
_NOT_NOW = re.compile("没有?(在|再)?(打|骂|动手|受伤|出事)|(还|暂时|现在)没有?(打|来|动手)")
"""Harm that is said not to happen: it makes nobody safe, and nobody unsafe."""
_SAFE = re.compile("安全了|没事了|没危险了|脱险|救(上|出)来了|找到了|回来了|接回来了")


async def begin(room: Room, child_id: str | None = None, told: str = "") -> None:
    """Show 110 and 120 first, put aside what is open, and ask the first question.

    A report that is open already goes on; where its alert has left, another one is a tap away.

    Args:
        room: The turn.
        child_id: The child it is about, where that is certain; it is not asked again.
        told: The words that cried for help; they are kept for the report, and make likely what
            happened.
    """
    room.state.pop(_ASKED, None)
    _show_numbers(room, by_words=bool(told))
    at = await form_dialogue.open_form(room)
    if at is None or at.draft.form != FORM:
        at = await _open(room, child_id or None, near=at.draft.child_id if at else None)
        if told:
            at = await form_dialogue.keep(room, await _with(room, at, told))
    elif (known := form_dialogue.raised(room, at)) is not None:
        button = Button(say("emergency-another"), "sosmore:", durable=True)
        room.replies.append(Send(plain(say("emergency-adding", number=known[1])), ((button,),)))
    form_dialogue.show(room, at)


async def another(room: Room, _argument: str) -> None:
    """Begin a further report while the details of one are still open; they wait as a draft."""
    form_dialogue.show(room, await _open(room, None, near=None))


async def _open(room: Room, child_id: str | None, *, near: str | None) -> Open:
    room.state["near_child"] = child_id or near
    known = {"child_known": child_id or ""}
    who = await who_is(room, child_id)
    return await form_dialogue.begin(room, FORM, params=known, who=who)


async def _with(room: Room, at: Open, told: str) -> Open:
    """Keep words that were said before the question for them came."""
    from knowledge.situations import likeliest  # noqa: PLC0415 read once in a while

    whole = form_dialogue.with_more(at.told, told, MOST_TOLD)
    sounds = room.services.judge(told).level != "none"
    likely = likeliest(whole, LIKELY) if sounds else at.likely
    town = await _town(room, told)
    return replace(at, told=whole, likely=(*likely, town) if town else likely)


async def hear(room: Room, at: Open, text: str) -> bool:
    """Take words that are none of the choices for what they amount to.

    Whoever types 他爸在打她 has said that the child is not safe. Words that answer nothing are
    kept for the report, and the question is asked again; once the alert has left they are added.

    Returns:
        Whether the words were taken.
    """
    question, known = at.step.question, form_dialogue.raised(room, at)
    if question is None:
        return False
    if not question.choices:
        if known is not None and _NOBODY.search(text):
            room.say(say("emergency-where-status", number=known[1]))
        elif known is not None:
            _offer_other(room, text)
        return False
    if _NOBODY.search(text):
        await _who_comes(room, at, text)
        return True
    if form_words.is_question(text) or form_dialogue.reads(room, question, text):
        return False
    if _MISTAKEN.search(text):
        form_dialogue.confirm_cancel(room, at)
        return True
    return await (_amount_to(room, at, text) if known is None else _add(room, at, text, known[0]))


async def _who_comes(room: Room, at: Open, text: str) -> None:
    """Say where it is seen who comes; before the alert has left, that nobody was told yet."""
    known = form_dialogue.raised(room, at)
    if known is None:
        await _put_by(room, at, text)
        return
    room.say(say("emergency-where-status", number=known[1]))
    form_dialogue.show(room, at)


async def _put_by(room: Room, at: Open, text: str) -> None:
    """Keep words for the report, and ask again."""
    at = await form_dialogue.keep(room, await _with(room, at, text))
    room.replies.append(Forget(room.turn.message))
    room.replies.append(Send(plain(say("emergency-go-on")), (_way_out(),)))
    form_dialogue.show(room, at)


async def _amount_to(room: Room, at: Open, text: str) -> bool:
    """Answer the open question with what words amount to, or ask it again and keep them."""
    question = at.step.question
    assert question is not None  # noqa: S101 asked by the caller
    if (other := _other_business(room, text)) is not None:
        room.replies.append(Send(plain(say("emergency-else")), ((other,), _way_out())))
        form_dialogue.show(room, at)
        return True
    value = await _meant(room, question, text)
    if value is None:
        await _put_by(room, at, text)
        return True
    at = await _with(room, at, text)
    moved = await form_dialogue.take_as(room, at, value)
    if moved is not None:
        room.say(say("emergency-taken-as", label=dict(question.choices)[value]))
        form_dialogue.show(room, await after_answer(room, moved))
    return True


def _other_business(room: Room, text: str) -> Button | None:
    """Return what a worker wishes for instead, where the words are that and nothing else.

    Most reports that words opened by mistake are followed by what was wanted in the first place.
    """
    if room.services.judge(text).level != "none":
        return None
    heard = wishes.heard(room.principal.role, text)
    if heard is not None and heard.whole:
        name = heard.wish.name
        return Button(say(f"wish-{name}-do"), f"wish:{name}", durable=True)
    listed = wishes.listing(text) if room.principal.role in STAFF else ""
    return Button(say("wish-children-do"), f"kids:{listed}:0", durable=True) if listed else None


async def _add(room: Room, at: Open, text: str, case_id: str) -> bool:
    values = form_dialogue.named_values(at)
    if values.get("intimate") != "no":
        return False
    whole = form_dialogue.with_more(values.get("more", ""), text, MOST_TOLD)
    at = await _with_words(room, replace(at, told=whole), values)
    await _tell_on(room, at, case_id)
    room.replies.append(Forget(room.turn.message))
    if not _offer_other(room, text):
        room.say(say("emergency-added"))
    form_dialogue.show(room, at)
    return True


def _offer_other(room: Room, text: str) -> bool:
    """Offer what else words may wish for, though the report holds them now."""
    if (other := _other_business(room, text)) is None:
        return False
    room.replies.append(Send(plain(say("emergency-added-else")), ((other,),)))
    return True


async def _meant(room: Room, question: Question, text: str) -> str | None:
    """Say which choice words amount to; None when that is not clear.

    What happened is never taken from words but 不清楚: every third time it would be wrong, and it
    decides who may see the report. The likeliest are offered first.
    """
    values = [value for value, _ in question.choices]
    match question.ref.rpartition("/")[2]:
        case "safe_now":
            found = safety(text, alarming=room.services.judge(text).level != "none")
        case "child":
            found = await _whom(room, text, listed=len(values) > 1)
        case "area":
            found = await _town(room, text) or _elsewhere(text, values)
        case "situation":
            found = UNCLEAR if form_words.not_known(text) else ""
        case _:
            found = ""
    return found if found in values else None


async def _whom(room: Room, text: str, *, listed: bool) -> str:
    """Say which child words name: one of the list, none of it, or nothing that is clear.

    An alert must not wait for a name: whoever is described and stands on no list is not on it,
    and the description goes along with the report.
    """
    named = await children.spoken_of(room, text, given=True)
    if named:
        return named[0].id if len(named) == 1 else ""
    calm = room.services.judge(text).level == "none"
    describes = _WHO.search(text) is not None or MARK in redact(text)
    strange = _STRANGE.search(text) is not None or (calm and describes)
    return UNKNOWN_CHILD if strange or not listed else ""


def _elsewhere(text: str, places: list[str]) -> str:
    """Return the county for a place that is not known, where there is only one."""
    counties = [code for code in places if level_of(code) is Level.COUNTY]
    unknown = form_words.not_known(text) or _STRANGE.search(text)
    return counties[0] if unknown and len(counties) == 1 else ""


def safety(text: str, *, alarming: bool) -> str:
    """Say what words tell of a child's safety: `safe` only where nothing speaks against it.

    Returns:
        `unsafe`, `safe`, or nothing: then the person is asked again.
    """
    if _NOT_NOW.search(text):
        return ""
    safe = _SAFE.search(text) is not None
    if safe and not alarming and not _DOUBTS.search(_SAFE.sub("", text)):
        return "safe"
    return "unsafe" if alarming and not safe else ""


async def _town(room: Room, text: str) -> str:
    """Return the code of the township that words name, or whose village they name."""
    if room.principal.area:
        return ""
    levels = (Level.TOWNSHIP, Level.VILLAGE)
    code = find_place(text, await Areas(room.unit).places("", levels, room.today))
    return at_level(code, Level.TOWNSHIP) if code else ""


def _show_numbers(room: Room, *, by_words: bool) -> None:
    lines = (
        Line(say("emergency-head"), "strong"),
        Line(say("emergency-call")),
        Line(say("emergency-not-us")),
        Line(say("emergency-then"), "small"),
    )
    rows = (_way_out(),) if by_words else ()
    room.replies.append(Send(lines, rows, menu=menu.keyboard(room.principal.role)))


def _way_out() -> tuple[Button, ...]:
    """Nobody pressed 紧急报告: where words were taken for a cry, one tap leads back."""
    return (Button(say("emergency-call-off"), "notsos:", durable=True),)


def calm(room: Room) -> None:
    """Note that there is no danger: what is typed next answers nothing."""
    room.state.pop(_ASKED, None)


async def call_off(room: Room, _argument: str) -> None:
    """Give up a report that words began, and answer them as the question they were.

    What was sent stays; then the details are open as before.
    """
    at = await form_dialogue.open_form(room)
    if at is None or at.draft.form != FORM or form_dialogue.raised(room, at):
        if at is not None:
            form_dialogue.show(room, at)
        return
    form_dialogue.leave(room, at)
    await form_dialogue.cancel(room, at)
    room.say(say("emergency-called-off"))
    asked = at.told.rpartition("\n")[2]
    if asked and limits.may_ask(room):
        heard = wishes.heard(room.principal.role, asked)
        wished = partial(wishes.meant, room.principal.role, heard=heard)
        await policy.ask(room, asked, wished=wished, calm=True)
    await offer_parked(room)


def ask_whether(room: Room) -> None:
    """Ask with one tap when words only sound like danger; the next words may answer it too."""
    room.state[_ASKED] = True
    rows = (
        (Button(say("emergency-yes"), "sos:", durable=True),),
        (Button(say("emergency-no"), "calm:", durable=True),),
    )
    room.replies.append(Send(plain(say("emergency-unsure")), rows))


def answered_whether(room: Room, text: str) -> bool | None:
    """Say what typed words answer to the question of danger that was just asked.

    Returns:
        Whether there is danger; None where nothing was asked, or something else is said.
    """
    if not room.state.pop(_ASKED, False):
        return None
    if menu.is_one_of(text, "emergency-yes-words"):
        return True
    return False if menu.is_one_of(text, "emergency-no-words") else None


async def after_answer(room: Room, at: Open) -> Open:
    """Send the alert as soon as the form says there is enough, whatever comes after.

    From then on each answer is in the case at once: whoever reports may have to run.

    Returns:
        The report, now with the words that were said before.
    """
    values = form_dialogue.named_values(at)
    if (known := form_dialogue.raised(room, at)) is not None:
        await _tell_on(room, at, known[0])
        return at
    if values.get("alert_ready") != "yes":
        return at
    at = await _with_words(room, at, values)
    values = form_dialogue.named_values(at)
    opened = await raise_case(room, _finding(room, at, values))
    room.state["cases"] = {at.draft.id: [opened.case_id, opened.number]}
    key = "emergency-raised" if opened.is_new else "emergency-same"
    room.replies.append(Send(plain(Phrase(key, {"number": opened.number}))))
    return at


async def _with_words(room: Room, at: Open, values: dict[str, str]) -> Open:
    """Put what was told into the report, where it may hold words at all (not for N1 to N3)."""
    if not at.told or at.session.at == "":
        return at
    told, at = at.told, replace(at, told="", likely=())
    if values.get("intimate") == "no":
        at = form_steps.answered_at(at, WORDS, told)
    return await form_dialogue.keep(room, at)


def _finding(room: Room, at: Open, values: dict[str, str]) -> Finding:
    chosen = values.get("child_id") or UNKNOWN_CHILD
    words = values.get("situation", "").split()
    return Finding(
        draft_id=at.draft.id,
        severity=values.get("severity") or "P1",
        situations=tuple(word for word in words if word in SITUATIONS),
        child_id=None if chosen == UNKNOWN_CHILD else chosen,
        area=room.principal.area or values.get("area", ""),
        values=values,
    )


async def finish(room: Room, at: Open) -> str | None:
    """Keep the details; the alert has left long ago. Return the case's id."""
    at = await after_answer(room, at)
    known = form_dialogue.raised(room, at)
    if known is None:
        return None
    await _tell_on(room, at, known[0], ended=True)
    room.say(say("emergency-done", number=known[1]))
    return known[0]


async def _tell_on(room: Room, at: Open, case_id: str, *, ended: bool = False) -> None:
    """Bring into the case what was answered since its alert left.

    What makes it graver counts at once; what makes it less so once the report is done, lest one
    slip of a finger calls people back.
    """
    values = form_dialogue.named_values(at)
    finding = _finding(room, at, values)
    book = CaseBook(room.unit)
    changed = await book.add_details(room.principal, case_id, values)
    if not ended and not changed & _AT_ONCE:
        return
    alert = await room.services.alerts.of_case(room.unit, case_id)
    graver = bool(changed & _GRADED) and alert is not None and _graver(finding, alert)
    if ended or graver:
        graded = (finding.severity, finding.situations)
        await book.regrade(room.principal, case_id, *graded)
        if alert is not None:
            await room.services.alerts.regrade(room.unit, alert.alert_id, *graded)
    if ended or changed & _NAMING:
        await conflict.shut_out(room, case_id, values)
    if alert is not None and (ended or graver or "more" in changed):
        key = "case-graver" if graver else "case-more"
        await _tell_taker(room, alert, say(key, severity=finding.severity, number=alert.number))


async def _tell_taker(room: Room, alert: AlertView, words: Words) -> None:
    """Say to whoever took the report on that there is more; shut out, they are not told."""
    now = await room.services.alerts.status(room.unit, alert.alert_id)
    await telling.tell(room, now.acked_by, words, opens=f"alert:{now.alert_id}")


def _graver(finding: Finding, alert: AlertView) -> bool:
    """Severities count from P0, the gravest; N1 to N3 are hidden from the village."""
    return finding.severity < alert.severity or (
        finding.severity == alert.severity and is_restricted(finding.situations)
    )


async def after(room: Room, case_id: str | None) -> None:
    """Keep the red banner up until the police contact is written down; offer what waits."""
    if case_id and room.principal.role in STAFF:
        card = await CaseBook(room.unit).card(room.principal, case_id)
        if card.line.needs_receipt:
            button = Button(say("emergency-police-button"), f"police:{case_id}", durable=True)
            room.replies.append(Send(plain(say("emergency-police-none")), ((button,),)))
    await offer_parked(room)


async def cancelled(room: Room, at: Open) -> None:
    """Say that a report that left stays."""
    known = form_dialogue.raised(room, at)
    if known is not None:
        room.say(say("emergency-still-sent", number=known[1]))
    await offer_parked(room)


async def offer_parked(room: Room) -> None:
    """Offer the form that was put aside."""
    wanted = room.state.pop("parked", None)
    parked = await Drafts(room.unit).parked(room.turn.channel, room.turn.chat)
    for draft in parked:
        if draft.id == wanted:
            title = (await form_of(room, draft)).title
            what = " ".join(filter(None, (title, await who_is(room, draft.child_id))))
            rows = ((form_dialogue.resume_button(draft.id, what),),)
            room.replies.append(Send(plain(say("form-waiting", what=what)), rows))
