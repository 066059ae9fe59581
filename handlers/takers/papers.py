"""A delegation of care, a referral and a request for help become matters and cases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cases.db.children import Children
from cases.db.matters import Matters
from cases.matters import MatterKind, NewMatter
from handlers import emergency, menu
from handlers.form_context import who_is
from handlers.handed import file, finding, update_file
from handlers.raising import raise_case
from kernel.phrases import say
from kernel.words import Button, Line, Send

if TYPE_CHECKING:
    from handlers.handed import Handed
    from handlers.room import Room

_BARRED = {
    "barred_violence": "past_offence",
    "barred_habits": "addiction",
    "barred_duty": "refused_duty",
    "barred_other": "otherwise_unfit",
}
"""The questions of 未成年人保护法 第二十二条, as the record calls them."""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


async def _area(room: Room, handed: Handed) -> str:
    child_id = handed.at.draft.child_id or ""
    return (await Children(room.unit).line(room.principal, child_id)).area


# --- delegation of care -------------------------------------------------------------------


async def take_delegation(room: Room, handed: Handed) -> None:
    """Record a delegation; one to a person whom the law bars stops and is told to the township."""
    if handed.named.get("barred") == "yes":
        await _barred(room, handed)
    else:
        await _delegated(room, handed)
    await emergency.offer_parked(room)


async def _barred(room: Room, handed: Handed) -> None:
    receipt = await file(room, handed)
    await update_file(room, handed, receipt)
    opened = await raise_case(room, finding(handed, handed.at.draft.child_id))
    room.say(say("delegation-barred"), say("visit-alert", number=opened.number))


async def _delegated(room: Room, handed: Handed) -> None:
    named, book = handed.named, Matters(room.unit)
    matter = await book.open(
        room.principal,
        NewMatter(
            kind=MatterKind.DELEGATION,
            area=await _area(room, handed),
            child_id=handed.at.draft.child_id,
            words={
                "guardians": _guardians(handed),
                "guardian_phones": _guardians(handed, "phone"),
                **{name: value for name, value in named.items() if value},
                **{ours: named.get(asked, "no") for asked, ours in _BARRED.items()},
            },
            due_on=_day(named.get("end_date", "")),
        ),
    )
    if named.get("signed") in {"paper", "video"}:
        matter = await book.step(room.principal, matter.id, "signed")
        if named.get("school_told") == "yes" and named.get("village_told") == "yes":
            matter = await book.step(room.principal, matter.id, "notified")
    receipt = await file(room, handed)
    lines = [Line(say("delegation-done", number=matter.number), "strong")]
    lines += await _read_back(room, handed)
    lines += await update_file(room, handed, receipt)
    lines += [Line(say(f"delegation-{key}")) for key in _still_to_do(named)]
    room.replies.append(Send(tuple(lines), menu=menu.keyboard(room.principal.role)))


def _guardians(handed: Handed, what: str = "name") -> list[str]:
    values = handed.finished.values
    return [v for ref, v in values.items() if ref.endswith(f"/guardian_{what}") and v]


async def _read_back(room: Room, handed: Handed) -> list[Line]:
    """Read the record back in plain words, with the names of both sides."""
    named, masker = handed.named, room.services.masker
    givers = "、".join(masker.person_name(name) for name in _guardians(handed))
    return [
        Line(
            say(
                "delegation-read",
                child=await who_is(room, handed.at.draft.child_id),
                givers=givers or "—",
                taker=masker.person_name(named.get("delegate_name", "")),
                since=named.get("start_date", ""),
                until=named.get("end_date", ""),
            ),
            "quote",
        ),
        Line(say("delegation-duty"), "small"),
    ]


def _still_to_do(named: dict[str, str]) -> list[str]:
    found = [] if named.get("signed") in {"paper", "video"} else ["unsigned"]
    if named.get("school_told") == "no":
        found.append("school")
    if named.get("village_told") == "no":
        found.append("village")
    return found


# --- care by a welfare institution -----------------------------------------------------------


async def take_substitute(room: Room, handed: Handed) -> None:
    """Record that a welfare institution cares for a child in a rescue agency's stead."""
    named, book = handed.named, Matters(room.unit)
    matter = await book.open(
        room.principal,
        NewMatter(
            kind=MatterKind.SUBSTITUTE,
            area=await _area(room, handed),
            child_id=handed.at.draft.child_id,
            words={name: value for name, value in named.items() if value},
            due_on=_day(named["end_date"]),
        ),
    )
    signed = named["agreed"] == "paper"
    if signed:
        matter = await book.step(room.principal, matter.id, "signed")
    await file(room, handed)
    lines = [Line(say("substitute-done", number=matter.number, until=named["end_date"]), "strong")]
    lines += [] if signed else [Line(say("substitute-unsigned"))]
    lines += [Line(say("substitute-ask"))] if named["child_asked"] == "no" else []
    rows = ((Button(say("alerts-open"), f"m:{matter.number}", durable=True),),)
    room.replies.append(Send(tuple(lines), rows))
    await emergency.offer_parked(room)


# --- referral -----------------------------------------------------------------------------


async def take_referral(room: Room, handed: Handed) -> None:
    """Propose a referral to an office; the supervisor approves it."""
    named = handed.named
    policy = room.services.policies.at(room.principal.area, room.today)
    due = _day(named.get("reply_by", "")) or room.today + policy.days("referral_answer")
    matter = await Matters(room.unit).open(
        room.principal,
        NewMatter(
            kind=MatterKind.REFERRAL,
            area=await _area(room, handed),
            child_id=handed.at.draft.child_id,
            topic=named["office"],
            words={name: value for name, value in named.items() if value},
            due_on=due,
        ),
    )
    await file(room, handed)
    office = room.speak(say(f"referral-office-{named['office']}"))
    lines = [
        Line(say("referral-done", number=matter.number, office=office), "strong"),
        Line(say("referral-next", date=due.isoformat())),
    ]
    room.replies.append(Send(tuple(lines), menu=menu.keyboard(room.principal.role)))
    await emergency.offer_parked(room)


# --- a guardian asks for help -------------------------------------------------------------


async def take_help(room: Room, handed: Handed) -> None:
    """Pass a request for help on, if its sender agreed; promise a call back, and nothing else."""
    named = handed.named
    area = named.get("area") or room.principal.area
    await file(room, handed, area=area, basis="consent")
    if named.get("consent") != "yes":
        menu.show(room, say("help-not-passed"))
        return
    opened = await raise_case(room, finding(handed, None, area))
    lines = (
        Line(say("help-passed", number=opened.number), "strong"),
        Line(say("help-promise")),
    )
    rows = ((Button(say("emergency-button"), "sos:", durable=True),),)
    room.replies.append(Send(lines, rows))
