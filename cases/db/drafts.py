"""Unfinished dialogues: one open per chat, others parked; sealed with their subject's key.

A draft lies in two parts: as it was once written down whole, and what is new since then. So an
answer costs the same wherever in a long form it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
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
from cases.jsontext import joined, patched
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cases.db.store import Store, Unit
    from cases.people import Principal
    from cases.policies import Policies


MOST_NEWS = 32
"""Savings of what is new before a draft is written down whole again (our default)."""


class Words:
    """What a draft holds, opened when somebody reads it and not before."""

    def __init__(self, whole: Callable[[], Any], news: Callable[[], Any]) -> None:
        self._whole, self._news = whole, news

    @cached_property
    def whole(self) -> Any:  # noqa: ANN401 JSON
        """As it was written down whole."""
        return self._whole()

    @cached_property
    def news(self) -> dict[str, Any]:
        """What is new since: how often it was saved, a patch, and what lists grew by."""
        return self._news() or {"times": 0, "patch": {}, "more": {}}

    @cached_property
    def session(self) -> Any:  # noqa: ANN401 JSON
        """As it is now."""
        if not self.news["times"]:
            return self.whole
        more = {name: [*self.whole[name], *added] for name, added in self.news["more"].items()}
        return patched(self.whole, self.news["patch"]) | more


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An unfinished dialogue.

    Args:
        state: `open`, `parked`, `submitted`, `dropped` or `expired`.
        mark: Made anew at every saving: the same mark stands for the same words.
        words: The form engine's JSON, in two parts.
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
    mark: str
    words: Words = field(repr=False, compare=False)
    wrapped: bytes = field(repr=False)

    @property
    def session(self) -> Any:  # noqa: ANN401 JSON
        """The form engine's JSON as it is now."""
        return self.words.session

    @property
    def is_worn(self) -> bool:
        """Whether so much is new that it is better written down whole again."""
        return bool(self.words.news["times"] >= MOST_NEWS)


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
    DraftRow.mark,
    DraftRow.sealed,
    DraftRow.news,
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
    .values(
        sealed=bindparam("box"), news=None, mark=bindparam("mark"), changed_at=bindparam("now")
    )
)
_ADD = Prepared(
    update(DraftRow)
    .where(DraftRow.id == bindparam("draft"), DraftRow.state == "open")
    .values(news=bindparam("box"), mark=bindparam("mark"), changed_at=bindparam("now"))
)
_KEPT = (
    *("id", "channel", "chat", "person_id", "form", "version", "child_id", "case_id"),
    *("state", "tried", "began_at", "changed_at", "mark"),
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
    .values(state=bindparam("end"), sealed=None, news=None)
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
            mark="",
            words=_written(beginning.session),
            wrapped=wrapped or b"",
        )
        values = {name: getattr(draft, name) for name in _KEPT}
        box = self._unit.vault.seal(wrapped, subject, _place(draft_id), beginning.session)
        await add(self._unit, DraftRow, [{**values, "subject_id": subject, "sealed": box}])
        return draft

    def expect(self, channel: str, chat: str) -> None:
        """Let the draft that is open in a chat come with the unit's next statement."""
        _IN_CHAT.expect(self._unit, _of_chat(channel, chat, "open"))

    async def open_of(self, channel: str, chat: str) -> Draft | None:
        """Return the draft now open in a chat (one query)."""
        rows = await self._in_chat(channel, chat, "open")
        return self._draft(rows[0]) if rows else None

    async def parked(self, channel: str, chat: str) -> list[Draft]:
        """Return the parked drafts of a chat, the latest first."""
        return [self._draft(row) for row in await self._in_chat(channel, chat, "parked")]

    async def save(self, draft: Draft, session: Any) -> Draft:  # noqa: ANN401 JSON
        """Write the session down whole (one statement)."""
        return await self._save(draft, _SAVE, _place(draft.id), session, _written(session))

    async def add(self, draft: Draft, patch: Any, more: dict[str, list[Any]]) -> Draft:  # noqa: ANN401 JSON
        """Write down what is new in a session (one statement).

        Args:
            draft: The draft as it was.
            patch: What became another value (RFC 7386).
            more: What came to the ends of lists.
        """
        before = draft.words.news
        news = {
            "times": before["times"] + 1,
            "patch": joined(before["patch"], patch),
            "more": {name: [*before["more"].get(name, ()), *new] for name, new in more.items()},
        }
        words = Words(lambda: draft.words.whole, lambda: news)
        return await self._save(draft, _ADD, _news_place(draft.id), news, words)

    async def _save(
        self,
        draft: Draft,
        how: Prepared,
        place: str,
        part: Any,  # noqa: ANN401 JSON
        words: Words,
    ) -> Draft:
        mark, now = new_id(), self._unit.clock.now()
        box = self._unit.vault.seal(draft.wrapped, draft.subject, place, part)
        values = {"draft": draft.id, "box": box, "mark": mark, "now": now}
        await how.later(self._unit, [values])
        return replace(draft, words=words, mark=mark, changed_at=now)

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
            .values(state="expired", sealed=None, news=None)
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
        return await _IN_CHAT.all(self._unit, _of_chat(channel, chat, state))

    async def _move(self, draft_id: str, state: str) -> None:
        await self._unit.connection.execute(
            update(DraftRow).where(DraftRow.id == draft_id).values(state=state)
        )

    def _draft(self, row: Any) -> Draft:  # noqa: ANN401 a row of `_COLUMNS`
        values = row._asdict()
        sealed, news, subject = (values.pop(name) for name in ("sealed", "news", "subject_id"))

        def opened(place: str, box: bytes) -> Any:  # noqa: ANN401 JSON
            return self._unit.vault.open(row.wrapped, subject, place, box)

        words = Words(
            lambda: opened(_place(row.id), sealed),
            lambda: opened(_news_place(row.id), news) if news else None,
        )
        return Draft(**values, subject=subject, words=words)


def _place(draft_id: str) -> str:
    return f"drafts:{draft_id}"


def _of_chat(channel: str, chat: str, state: str) -> dict[str, str]:
    return {"channel": channel, "chat": chat, "state": state}


def _news_place(draft_id: str) -> str:
    return f"drafts:{draft_id}:news"


def _written(session: Any) -> Words:  # noqa: ANN401 JSON
    return Words(lambda: session, lambda: None)


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
