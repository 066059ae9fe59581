"""Other parts' messages to people, sealed phrases that wait in the outbox; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.hours import after_quiet
from cases.db import monotone
from cases.db.outbox import BULK, ROUTINE, Outbox, Parcel
from cases.db.responders import Responders
from kernel.ids import new_id
from kernel.phrases import Phrase, say
from kernel.words import Button, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.messages import Body
    from alerts.policy import Quiet
    from cases.db.outbox import Leased
    from cases.db.store import Unit
    from cases.vault import Vault
    from kernel.phrases import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to be owed to somebody.

    Args:
        lines: What it says; no more of a child than the chat's mode allows.
        buttons: Durable buttons, one a row: label and value.
        key: Says what it is, once; without one, each notice is its own.
        lane: ROUTINE, or PROMPT for an answer to what the person just did.
        quiet: Waits for the end of these hours.
    """

    lines: tuple[Words, ...]
    buttons: tuple[tuple[Words, str], ...] = ()
    key: str = ""
    lane: int = ROUTINE
    quiet: Quiet | None = None


async def notify(unit: Unit, person_id: str, notice: Notice) -> int:
    """Owe a notice to a person at every address that works; return how many."""
    found = await Responders(unit).of([person_id])
    person = found.get(person_id)
    if person is None:
        return 0
    now = await monotone.read(unit)
    parcels = [_parcel(unit, person_id, address, notice, now) for address in person.addresses]
    await Outbox(unit).put(parcels)
    return len(parcels)


async def notify_chat(unit: Unit, address: tuple[str, str], notice: Notice) -> None:
    """Owe a notice to a chat, whoever that is."""
    now = await monotone.read(unit)
    await Outbox(unit).put([_parcel(unit, None, address, notice, now)])


async def owe_many(unit: Unit, person_ids: Sequence[str], notice: Notice) -> int:
    """Owe a notice to several people in the last lane, in this very unit; return how many."""
    now = await monotone.read(unit)
    found = await Responders(unit).of(person_ids)
    parcels = [
        _parcel(unit, person.person_id, address, notice, now, lane=BULK)
        for person in found.values()
        for address in person.addresses
    ]
    await Outbox(unit).put(parcels)
    return len(parcels)


def _parcel(
    unit: Unit,
    person_id: str | None,
    address: tuple[str, str],
    notice: Notice,
    now: float,
    *,
    lane: int | None = None,
) -> Parcel:
    channel, chat = address
    key = f"n:{notice.key or new_id()}:{person_id or chat}:{channel}"
    packed = {
        "lines": [_pack(words) for words in notice.lines],
        "buttons": [[_pack(label), value] for label, value in notice.buttons],
    }
    return Parcel(
        key=key,
        lane=notice.lane if lane is None else lane,
        channel=channel,
        chat=chat,
        kind="notice",
        person_id=person_id,
        sealed=unit.vault.seal_mail(f"outbox:{key}", packed),
        not_before=after_quiet(notice.quiet, now) if notice.quiet else now,
    )


def read_notice(vault: Vault, row: Leased, *, again: bool) -> Body | None:
    """Open a notice; None when it was emptied."""
    if row.sealed is None:
        return None
    packed = vault.open_mail(f"outbox:{row.key}", row.sealed)
    lines = [Line(_unpack(words)) for words in packed["lines"]]
    if again:
        lines.insert(0, Line(say("alerts-again")))
    buttons = tuple(
        (Button(_unpack(label), value, durable=True),) for label, value in packed["buttons"]
    )
    return tuple(lines), buttons


def _pack(words: Words) -> Any:  # noqa: ANN401 JSON
    return [words.key, dict(words.args)] if isinstance(words, Phrase) else words


def _unpack(packed: Any) -> Words:  # noqa: ANN401 JSON
    return packed if isinstance(packed, str) else Phrase(packed[0], packed[1])
