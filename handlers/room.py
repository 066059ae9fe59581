"""What one turn works with: the unit, who speaks, the dialogue's state, and our services."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from cases.db import walls
from cases.db.drafts import Drafts
from cases.db.people import People
from cases.people import principal
from forms.shelf import Shelf
from handlers.speech import speak
from kernel.clock import local_day
from kernel.words import Send, plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date, datetime

    from alerts.desk import Desk as Alerts
    from cases.db.store import Store, Unit
    from cases.masking import Masker
    from cases.people import Person, Principal
    from cases.policies import Policies
    from forms.form import Form
    from forms.library import Offer
    from kernel.phrases import Words
    from kernel.words import Reply, Turn
    from knowledge.answer import Answer, Citation
    from knowledge.claims import Checked
    from knowledge.clauses import Clause
    from knowledge.danger import Danger
    from knowledge.store import ClauseStore


class Slow(Exception):  # noqa: N818 not an error: work that must not hold the transaction open
    """A search or a model must run first; then the turn begins again with its result."""

    def __init__(self, work: Callable[[], object] | Callable[[], Awaitable[object]]) -> None:
        super().__init__("slow work")
        self.work = work


class Questions(Protocol):
    """The answering side."""

    def ask(
        self,
        question: str,
        *,
        role: str,
        topic: str | None = None,
        known: Sequence[str] = (),
        calm: bool = False,
    ) -> Answer:
        """Answer a question; slow."""
        ...

    def judge(self, text: str, *, role: str) -> Danger:
        """Judge danger by words and meaning together; slow."""
        ...

    def clause(self, document: str, clause: str) -> Clause:
        """Return a clause; MissingError if there is none."""
        ...

    def warm(self) -> None:
        """Get ready before the first question."""
        ...

    def close(self) -> None:
        """Let go of what was opened."""
        ...


class Summaries(Protocol):
    """A language model that is believed only where a clause proves it."""

    async def claims(self, question: str, citations: Sequence[Citation]) -> Checked:
        """Return what it can prove; never raises. The question must be redacted."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What every conversation may use; made once by the composition root."""

    form: Callable[[str], Form]
    questions: Questions
    judge: Callable[[str], Danger]
    policies: Policies
    alerts: Alerts
    masker: Masker
    fetch: Callable[[str], Awaitable[bytes]]
    language: str = "zh-CN"
    offered: tuple[Offer, ...] = ()
    questions_per_hour: int = 20
    identical_seconds: float = 600.0
    model: Summaries | None = None
    directives: ClauseStore | None = None
    shelf: Shelf = field(default_factory=lambda: Shelf(0))

    def offer(self, named: str) -> Offer | None:
        """Return a form of the programme's own by its place, as buttons name it (`#2`), or id."""
        return next((o for o in self.offered if named in (f"#{o.place}", o.name)), None)

    def offers(self, role: str) -> list[Offer]:
        """Return the forms that a role may begin without a child."""
        return [o for o in self.offered if role in o.roles and not o.about_child]


@dataclass(slots=True)
class Room:
    """One turn: handlers add replies and change `state`; nothing else is kept.

    `later` is work that may follow the commit; what it has to say goes through the outbox.
    """

    unit: Unit
    turn: Turn
    services: Services
    principal: Principal
    person: Person | None
    state: dict[str, Any]
    found: object | None = None
    replies: list[Reply] = field(default_factory=list)
    later: list[Callable[[Store], Awaitable[None]]] = field(default_factory=list)

    @staticmethod
    def expect(unit: Unit, channel: str, chat: str) -> None:
        """Let who speaks, and the draft open there, come with the unit's next statement."""
        People(unit).expect(channel, chat)
        Drafts(unit).expect(channel, chat)

    @classmethod
    async def open(
        cls,
        unit: Unit,
        turn: Turn,
        services: Services,
        state: dict[str, Any],
        found: object | None,
    ) -> Room:
        """Find out who speaks."""
        person = await People(unit).by_chat(turn.channel, turn.chat)
        if person is not None and not person.active:
            person = None
        day = local_day(unit.clock.now())
        who = principal(person, turn.channel, turn.chat, day)
        await walls.enclose(unit, who)
        return cls(unit, turn, services, who, person, dict(state), found)

    async def become(self, person: Person | None) -> None:
        """Go on as someone else: the chat was bound in this very turn."""
        self.person = person
        self.principal = principal(person, self.turn.channel, self.turn.chat, self.today)
        await walls.enclose(self.unit, self.principal)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.unit.clock.now()

    @property
    def today(self) -> date:
        """The calendar day in China."""
        return local_day(self.now)

    @property
    def language(self) -> str:
        """The person's language, or what an unknown chat chose."""
        if self.person is not None:
            return self.person.language
        return str(self.state.get("language") or self.services.language)

    def speak(self, words: Words) -> str:
        """Say words in the person's language, to be put into another sentence."""
        return speak(words, self.language)

    def say(self, *words: Words) -> None:
        """Add a plain message."""
        self.replies.append(Send(plain(*words)))

    async def answer(
        self, question: str, known: Sequence[str] = (), *, calm: bool = False
    ) -> Answer:
        """Return the answer to a question.

        Args:
            question: As it was asked.
            known: Questions an office answered; the answer names the one that asks the same.
            calm: Whether the person said that nobody is in danger.

        Raises:
            Slow: The search has not run yet.
        """
        from knowledge.answer import Answer  # noqa: PLC0415 light, but not wanted by every turn

        if isinstance(self.found, Answer):
            return self.found
        role, topic = self.principal.role.value, self.state.get("topic")
        ask = self.services.questions.ask
        raise Slow(lambda: ask(question, role=role, topic=topic, known=known, calm=calm))

    async def sensed(self, text: str) -> Danger:
        """Judge free words for danger by what they mean; what cries out needs no model.

        Raises:
            Slow: They have not been judged yet.
        """
        from knowledge.danger import Danger  # noqa: PLC0415 light, but not wanted by every turn

        if isinstance(self.found, Danger):
            return self.found
        danger = self.services.judge(text)
        if danger.outright:
            return danger
        role = self.principal.role.value
        raise Slow(partial(self.services.questions.judge, text, role=role))

    async def fetched(self, handle: str) -> bytes:
        """Return the bytes of a file that the channel keeps.

        Raises:
            Slow: It has not been fetched yet.
        """
        if isinstance(self.found, bytes):
            return self.found
        raise Slow(partial(self.services.fetch, handle))
