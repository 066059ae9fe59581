"""Unfinished dialogues: one open per chat, others parked; sealed with their subject's key."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from cases.db.prepared import Prepared, add
from cases.db.rows import AttachmentRow, DraftRow, SubjectKeyRow
from cases.db.subjects import (
    Subjects,
    case_subject,
    chat_subject,
    child_subject,
    person_subject,
)
from cases.db.walls import open_wide
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from cases.db.store import Store, Unit
    from cases.people import Principal
    from cases.policies import Policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An unfinished dialogue.

    Args:
        state: `open`, `parked`, `submitted`, `dropped` or `expired`.
        session: The form engine's JSON.
        tried: Handing it in was tried and something has to be decided first: it never expires.
        wrapped: The data key, wrapped, so that saving needs no second look-up.
    """

    id: str
    channel: str
    chat: str
    person_id: str | None
    form: str
    version: str
    child_id: str | None
    case_id: str | None
    state: str
    tried: bool
    subject: str
    began_at: datetime
    changed_at: datetime
    session: Any = field(repr=False)
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a new draft is of."""

    form: str
    version: str
    session: Any = field(repr=False)
    child_id: str | None = None
    case_id: str | None = None


_COLUMNS = (
    DraftRow.id,
    DraftRow.channel,
    DraftRow.chat,
    DraftRow.person_id,
    DraftRow.form,
    DraftRow.version,
    DraftRow.child_id,
    DraftRow.case_id,
    DraftRow.state,
    DraftRow.tried,
    DraftRow.subject_id,
    DraftRow.began_at,
    DraftRow.changed_at,
    DraftRow.sealed,
    SubjectKeyRow.wrapped,
)
_IN_CHAT = Prepared(
    select(*_COLUMNS)
    .join(SubjectKeyRow, SubjectKeyRow.subject_id == DraftRow.subject_id)
    .where(
        DraftRow.channel == bindparam("channel"),
        DraftRow.chat == bindparam("chat"),
        DraftRow.state == bindparam("state"),
        SubjectKeyRow.wrapped.is_not(None),
    )
    .order_by(DraftRow.changed_at.desc(), DraftRow.id.desc())
)
_SAVE = Prepared(
    update(DraftRow)
    .where(DraftRow.id == bindparam("draft"), DraftRow.state == "open")
    .values(sealed=bindparam("box"), changed_at=bindparam("now"))
)
_KEPT = (
    *("id", "channel", "chat", "person_id", "form", "version", "child_id", "case_id"),
    *("state", "tried", "began_at", "changed_at"),
)
_PARK = Prepared(
    update(DraftRow)
    .where(DraftRow.channel == bindparam("ch"), DraftRow.chat == bindparam("ct"))
    .where(DraftRow.state == "open")
    .values(state="parked")
)
_END = Prepared(
    update(DraftRow)
    .where(DraftRow.id == bindparam("draft"))
    .values(state=bindparam("end"), sealed=None)
)


class Drafts:
    """The drafts, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def begin(self, principal: Principal, beginning: Beginning) -> Draft:
        """Open a new draft; one that was open in this chat is parked."""
        await self.park(principal.channel, principal.chat)
        subject = _subject(principal, beginning)
        wrapped = await Subjects(self._unit).ensure(subject)
        draft_id, now = new_id(), self._unit.clock.now()
        draft = Draft(
            id=draft_id,
            channel=principal.channel,
            chat=principal.chat,
            person_id=principal.person_id,
            form=beginning.form,
            version=beginning.version,
            child_id=beginning.child_id,
            case_id=beginning.case_id,
            state="open",
            tried=False,
            subject=subject,
            began_at=now,
            changed_at=now,
            session=beginning.session,
            wrapped=wrapped or b"",
        )
        values = {name: getattr(draft, name) for name in _KEPT}
        box = self._seal(draft, wrapped)
        await add(self._unit, DraftRow, [{**values, "subject_id": subject, "sealed": box}])
        return draft

    async def open_of(self, channel: str, chat: str) -> Draft | None:
        """Return the draft now open in a chat (one query)."""
        rows = await self._in_chat(channel, chat, "open")
        return self._draft(rows[0]) if rows else None

    async def parked(self, channel: str, chat: str) -> list[Draft]:
        """Return the parked drafts of a chat, the latest first."""
        return [self._draft(row) for row in await self._in_chat(channel, chat, "parked")]

    async def save(self, draft: Draft, session: Any) -> Draft:  # noqa: ANN401 JSON
        """Keep the session after an answer (one statement)."""
        now = self._unit.clock.now()
        saved = replace(draft, session=session, changed_at=now)
        box = self._seal(saved, draft.wrapped)
        await _SAVE.later(self._unit, [{"draft": draft.id, "box": box, "now": now}])
        return saved

    async def park(self, channel: str, chat: str) -> None:
        """Put aside whatever is open in a chat, unharmed."""
        await _PARK.later(self._unit, [{"ch": channel, "ct": chat}])

    async def resume(self, channel: str, chat: str, draft_id: str) -> Draft:
        """Open a parked draft of this very chat again; what was open is parked.

        Raises:
            MissingError: There is no such draft here.
        """
        rows = await self._in_chat(channel, chat, "parked")
        row = next((row for row in rows if row.id == draft_id), None)
        if row is None:
            raise MissingError
        await self.park(channel, chat)
        await self._move(draft_id, "open")
        return replace(self._draft(row), state="open")

    async def drop(self, draft: Draft) -> None:
        """Throw a draft away at the person's wish; its words are erased."""
        await _END.run(self._unit, {"draft": draft.id, "end": "dropped"})
        await self._erase_files(AttachmentRow.draft_id == draft.id)

    async def submitted(self, draft: Draft) -> None:
        """Note that a draft was handed in; its words stand in the submission now."""
        await _END.run(self._unit, {"draft": draft.id, "end": "submitted"})

    async def tried(self, draft: Draft) -> None:
        """Note that handing in was tried: such a draft never expires."""
        await self._unit.connection.execute(
            update(DraftRow).where(DraftRow.id == draft.id).values(tried=True)
        )

    async def expire(self, before: datetime) -> int:
        """Erase what nobody touched since a moment and never tried to hand in; say how many."""
        done = await self._unit.connection.execute(
            update(DraftRow)
            .where(DraftRow.state.in_({"open", "parked"}), DraftRow.changed_at < before)
            .where(DraftRow.tried.is_(False))
            .values(state="expired", sealed=None)
        )
        over = select(DraftRow.id).where(DraftRow.state == "expired")
        await self._erase_files(AttachmentRow.draft_id.in_(over))
        return int(done.rowcount)

    async def _erase_files(self, condition: Any) -> None:  # noqa: ANN401 a SQL condition
        """Erase files of forms about nobody; those about a child stay with its file."""
        await self._unit.connection.execute(
            update(AttachmentRow)
            .where(condition, AttachmentRow.sealed.is_not(None))
            .values(sealed=None)
        )

    async def _in_chat(self, channel: str, chat: str, state: str) -> list[Any]:
        values = {"channel": channel, "chat": chat, "state": state}
        return await _IN_CHAT.all(self._unit, values)

    async def _move(self, draft_id: str, state: str) -> None:
        await self._unit.connection.execute(
            update(DraftRow).where(DraftRow.id == draft_id).values(state=state)
        )

    def _seal(self, draft: Draft, wrapped: bytes | None) -> bytes:
        place = f"drafts:{draft.id}"
        return self._unit.vault.seal(wrapped, draft.subject, place, draft.session)

    def _draft(self, row: Any) -> Draft:  # noqa: ANN401 a row of `_COLUMNS`
        values = row._asdict()
        sealed, subject = values.pop("sealed"), values.pop("subject_id")
        session = self._unit.vault.open(row.wrapped, subject, f"drafts:{row.id}", sealed)
        return Draft(**values, subject=subject, session=session)


async def expire_drafts(store: Store, policies: Policies) -> int:
    """Erase the drafts that nobody touched for too long (`draft_expiry`); say how many."""
    now = store.clock.now()
    days = policies.at("", local_day(now)).days("draft_expiry")
    async with store.unit() as unit:
        await open_wide(unit)
        count = await Drafts(unit).expire(now - days)
        await unit.commit()
    return count


def _subject(principal: Principal, beginning: Beginning) -> str:
    if beginning.child_id:
        return child_subject(beginning.child_id)
    if beginning.case_id:
        return case_subject(beginning.case_id)
    if principal.person_id:
        return person_subject(principal.person_id)
    return chat_subject(principal.channel, principal.chat)
