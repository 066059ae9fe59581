"""Questions left open and the county's answers to them, seen from one unit of work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, or_, select, update

from cases.access import Action, Resource, require
from cases.areas import Level, at_level, span
from cases.db.audit import Audit
from cases.db.rows import OfficeAnswerRow, UnansweredRow, VoteRow
from kernel.clock import local_day
from kernel.errors import MissingError
from kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from sqlalchemy import Row

    from cases.db.store import Unit
    from cases.people import Principal
    from cases.vault import Vault

DAILY = 10
"""Questions one chat may put into the queue in a day: our default."""
STANDING = 200
"""Answers a new question is compared with, the newest: our default."""
_SHOWN = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One question as the county sees it: nobody's name, how often it was asked, and why."""

    id: str
    at: datetime
    area: str
    role: str
    reason: str
    question: str = field(repr=False)
    asked: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeAnswer:
    """What an office answered."""

    id: str
    area: str
    day: date
    state: str
    question: str = field(repr=False)
    text: str = field(repr=False)
    source: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Voted:
    """How answers on one topic were found: how often helpful, how often not, and why not."""

    topic: str
    up: int
    down: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Published:
    """An answer and the chats that waited for it."""

    answer_id: str
    chats: tuple[tuple[str, str], ...] = field(repr=False)


class Questions:
    """The queue, the answers and the votes."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def keep(self, principal: Principal, question: str, reason: str) -> str | None:
        """Put a redacted question into the queue; the same one of the same chat stands once.

        Returns:
            Its id; None when this chat has asked enough for a day.
        """
        likeness = likenesses(self._unit.vault, question)
        mine = and_(
            UnansweredRow.channel == principal.channel, UnansweredRow.chat == principal.chat
        )
        same = and_(mine, UnansweredRow.likeness.in_(likeness), UnansweredRow.state == "open")
        kept = await self._run(
            update(UnansweredRow).where(same).values(reason=reason).returning(UnansweredRow.id)
        )
        if (row := kept.first()) is not None:
            return str(row.id)
        now = self._unit.clock.now()
        recent = select(func.count()).where(mine, UnansweredRow.at > now - _DAY)
        if (await self._run(recent)).scalar_one() >= DAILY:
            return None
        new = new_id()
        await self._run(
            insert(UnansweredRow).values(
                id=new,
                at=now,
                area=principal.area,
                role=principal.role.value,
                channel=principal.channel,
                chat=principal.chat,
                reason=reason,
                likeness=likeness[0],
                sealed=self._unit.vault.seal_mail(f"unanswered:{new}", question),
                state="open",
            )
        )
        return new

    async def take_back(self, principal: Principal, question_id: str) -> None:
        """Take one's own question out of the queue."""
        await self._run(
            update(UnansweredRow)
            .where(UnansweredRow.id == question_id, UnansweredRow.state == "open")
            .where(UnansweredRow.channel == principal.channel)
            .where(UnansweredRow.chat == principal.chat)
            .values(state="taken_back")
        )

    async def waiting(self, principal: Principal) -> list[Waiting]:
        """Return the open questions of one's county, the most asked first.

        Raises:
            DeniedError: Not a county officer.
        """
        require(principal, Action.QUESTION_ANSWER, Resource(area=principal.area))
        rows = await self._run(
            select(UnansweredRow.__table__)
            .where(UnansweredRow.state == "open", _within(UnansweredRow.area, principal.area))
            .order_by(UnansweredRow.at)
        )
        grouped: dict[bytes, list[Row[Any]]] = {}
        for row in rows:
            grouped.setdefault(self._likeness(row), []).append(row)
        found = [self._waiting(group[0], len(group)) for group in grouped.values()]
        return sorted(found, key=lambda one: (-one.asked, one.at))[:_SHOWN]

    async def one(self, principal: Principal, question_id: str) -> Waiting:
        """Return an open question.

        Raises:
            MissingError: It is answered or gone.
        """
        return self._waiting(await self._open(principal, question_id), 1)

    async def dismiss(self, principal: Principal, question_id: str) -> None:
        """Close a question without an answer (not ours, no question at all)."""
        row = await self._open(principal, question_id)
        await self._run(
            update(UnansweredRow).where(self._like(row, principal)).values(state="dismissed")
        )
        self._log(principal, "question.dismiss", question_id)

    async def publish(
        self, principal: Principal, question_id: str, text: str, source: str
    ) -> Published:
        """Answer a question and all that are the same; say who is to be told."""
        row = await self._open(principal, question_id)
        new, now = new_id(), self._unit.clock.now()
        packed = {
            "question": self._text(row),
            "text": text,
            "source": source,
        }
        await self._run(
            insert(OfficeAnswerRow).values(
                id=new,
                area=principal.area,
                by=principal.person_id,
                at=now,
                day=local_day(now),
                state="published",
                sealed=self._unit.vault.seal_mail(f"office_answer:{new}", packed),
            )
        )
        done = await self._run(
            update(UnansweredRow)
            .where(self._like(row, principal))
            .values(state="answered", answer_id=new)
            .returning(UnansweredRow.channel, UnansweredRow.chat)
        )
        chats = tuple(sorted({(one.channel, one.chat) for one in done}))
        self._log(principal, "question.answer", question_id, answer=new)
        return Published(new, chats)

    async def visible(self, area: str) -> frozenset[str]:
        """Return the ids of the answers that hold for somebody's area; all where none is known."""
        query = select(OfficeAnswerRow.id).where(_holds(area))
        return frozenset((await self._run(query)).scalars())

    async def standing(self, area: str) -> list[OfficeAnswer]:
        """Return the newest answers that hold for somebody's area, the newest first."""
        rows = await self._run(
            select(OfficeAnswerRow.__table__)
            .where(_holds(area))
            .order_by(OfficeAnswerRow.at.desc(), OfficeAnswerRow.id)
            .limit(STANDING)
        )
        return [self._answer(row) for row in rows]

    async def answers(self, ids: Collection[str]) -> list[OfficeAnswer]:
        """Return answers by id."""
        if not ids:
            return []
        rows = await self._run(
            select(OfficeAnswerRow.__table__).where(OfficeAnswerRow.id.in_(sorted(ids)))
        )
        return [self._answer(row) for row in rows]

    async def withdraw(self, principal: Principal, answer_id: str) -> None:
        """Take an answer of one's county back; nobody is answered by it any more."""
        require(principal, Action.QUESTION_ANSWER, Resource(area=principal.area))
        low, high = span(principal.area)
        await self._run(
            update(OfficeAnswerRow)
            .where(OfficeAnswerRow.id == answer_id)
            .where(OfficeAnswerRow.area >= low, OfficeAnswerRow.area < high)
            .values(state="withdrawn")
        )
        self._log(principal, "question.withdraw", answer_id)

    async def vote(self, principal: Principal, topic: str, vote: str) -> str:
        """Keep whether an answer helped; return the vote's id."""
        new = new_id()
        await self._run(
            insert(VoteRow).values(
                id=new,
                at=self._unit.clock.now(),
                area=principal.area,
                role=principal.role.value,
                topic=topic[:80],
                vote=vote,
                reason="",
            )
        )
        return new

    async def give_reason(self, vote_id: str, reason: str) -> None:
        """Add why an answer was no good."""
        await self._run(update(VoteRow).where(VoteRow.id == vote_id).values(reason=reason))

    async def voted(self, principal: Principal, since: datetime) -> list[Voted]:
        """Return the votes of one's area by topic, the least helpful first.

        Who asked before registering has no area and counts everywhere.
        """
        require(principal, Action.QUESTION_ANSWER, Resource(area=principal.area))
        query = (
            select(VoteRow.topic, VoteRow.vote, VoteRow.reason, func.count())
            .where(VoteRow.at >= since)
            .where(or_(VoteRow.area == "", _within(VoteRow.area, principal.area)))
            .group_by(VoteRow.topic, VoteRow.vote, VoteRow.reason)
        )
        counts: dict[str, Counter[tuple[str, str]]] = {}
        for topic, vote, reason, count in await self._run(query):
            counts.setdefault(topic, Counter())[vote, reason] += count
        found = [_voted(topic, of) for topic, of in counts.items()]
        return sorted(found, key=lambda one: (-one.down, one.up, one.topic))

    async def _open(self, principal: Principal, question_id: str) -> Row[Any]:
        require(principal, Action.QUESTION_ANSWER, Resource(area=principal.area))
        rows = await self._run(
            select(UnansweredRow.__table__)
            .where(UnansweredRow.id == question_id, UnansweredRow.state == "open")
            .where(_within(UnansweredRow.area, principal.area))
        )
        row: Row[Any] | None = rows.first()
        if row is None:
            raise MissingError
        return row

    def _answer(self, row: Row[Any]) -> OfficeAnswer:
        return OfficeAnswer(
            id=row.id,
            area=row.area,
            day=row.day,
            state=row.state,
            **self._unit.vault.open_mail(f"office_answer:{row.id}", row.sealed),
        )

    def _waiting(self, row: Row[Any], asked: int) -> Waiting:
        return Waiting(
            id=row.id,
            at=row.at,
            area=row.area,
            role=row.role,
            reason=row.reason,
            question=self._text(row),
            asked=asked,
        )

    def _likeness(self, row: Row[Any]) -> bytes:
        """Return what questions that ask the same have alike, by whichever key it was made."""
        vault, likeness = self._unit.vault, bytes(row.likeness)
        if not likeness:
            return str(row.id).encode()
        return likeness if vault.is_newest(likeness) else likenesses(vault, self._text(row))[0]

    def _like(self, row: Row[Any], principal: Principal) -> Any:  # noqa: ANN401 SQL
        """Match the open rows that ask the same."""
        same = UnansweredRow.id == row.id
        if row.likeness:
            known = likenesses(self._unit.vault, self._text(row))
            same = or_(same, UnansweredRow.likeness.in_(known))
        return and_(
            same, UnansweredRow.state == "open", _within(UnansweredRow.area, principal.area)
        )

    def _text(self, row: Row[Any]) -> str:
        return str(self._unit.vault.open_mail(f"unanswered:{row.id}", row.sealed))

    def _log(self, by: Principal, act: str, thing: str, **detail: str) -> None:
        Audit(self._unit).append(by.actor, act, f"question:{thing}", area=by.area, **detail)

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401 SQL in, rows out
        return await self._unit.connection.execute(statement)


def _within(column: Any, area: str) -> Any:  # noqa: ANN401 SQL
    """Match rows inside an area, and those of people whose place is not known."""
    low, high = span(area)
    return or_(and_(column >= low, column < high), column == "")


def _holds(area: str) -> Any:  # noqa: ANN401 SQL
    """Match published answers of the offices above an area; all where none is known."""
    published = OfficeAnswerRow.state == "published"
    if not area:
        return published
    above = sorted({at_level(area, level) for level in Level})
    return and_(published, OfficeAnswerRow.area.in_(above))


def likenesses(vault: Vault, question: str) -> list[bytes]:
    """Return the blind indexes of a question, that of the newest key first."""
    return vault.blind_indexes("question", "".join(question.split()))


def _voted(topic: str, counts: Mapping[tuple[str, str], int]) -> Voted:
    down = {reason: n for (vote, reason), n in counts.items() if vote == "down"}
    up = sum(n for (vote, _reason), n in counts.items() if vote == "up")
    reasons = {reason: n for reason, n in sorted(down.items()) if reason}
    return Voted(topic, up, sum(down.values()), reasons)
