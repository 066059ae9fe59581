"""Trainings and self-tests of the roster (二-(二)): noted, counted, due; no course content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from cases.access import Action, Resource, require
from cases.db.audit import Audit
from cases.db.people import People
from cases.db.rows import PersonRow, TrainingRow
from cases.errors import DeniedError, GuardError
from cases.people import Role
from kernel.clock import local_day
from kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import date

    from cases.db.store import Unit
    from cases.people import Person, Principal
    from cases.policies import Policy

TESTED = "quiz:"
"""Topic of a self-test, with right and asked behind it: `quiz:9:10`. It qualifies nobody."""
TRAINED = frozenset({Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR})
"""Who is trained, tested and counted as due (二-(二))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A training someone took (二-(二)); `topic` is a code."""

    held_on: date
    topic: str = ""
    passed: bool = True


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a self-test came to, and how many were taken up to it."""

    held_on: date
    right: int
    asked: int
    passed: bool
    times: int


class Trainings:
    """Trainings, seen from one unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def train(self, person_id: str, training: Training, by: Principal) -> None:
        """Note a training; the first one passed opens the field work.

        Raises:
            DeniedError: Not one's own people.
            GuardError: One's own training is for others to note.

        Source:
            民发〔2019〕34号 二-(二): at least yearly; first-timers must pass before they begin.
        """
        person = await People(self._unit).managed(person_id, by)
        if by.person_id == person_id:
            raise GuardError("own-training")
        await self._note(person_id, training, by)
        if training.passed:
            await self._qualify(person, training.held_on)
        Audit(self._unit).append(
            by.actor,
            "person.train",
            f"person:{person_id}",
            area=person.area,
            passed=training.passed,
        )

    async def taken(self, person_id: str, by: Principal) -> list[Training]:
        """Return someone's trainings and self-tests, the latest first."""
        await People(self._unit).managed(person_id, by)
        return await self._of(person_id)

    async def due(self, by: Principal, policy: Policy) -> list[Person]:
        """Return workers of one's area whose yearly training is due, or who never passed one."""
        require(by, Action.PEOPLE_READ, Resource(area=by.area))
        since = local_day(self._unit.clock.now()) - policy.days("training_yearly")
        roster = await People(self._unit).roster(by.area)
        return [
            person
            for person in roster
            if person.role in TRAINED
            and (
                person.qualified_on is None
                or person.trained_on is None
                or person.trained_on <= since
            )
        ]

    async def noted(self, topic: str) -> dict[str, bool]:
        """Return who was noted for a course already, and whether they passed."""
        query = select(TrainingRow.person_id, TrainingRow.passed).where(TrainingRow.topic == topic)
        return {row.person_id: row.passed for row in await self._unit.connection.execute(query)}

    async def tested(self, by: Principal, right: int, asked: int, *, passed: bool) -> SelfTest:
        """Keep what one's own self-test came to; only a person in charge can make it count.

        Raises:
            DeniedError: Only workers are trained.
        """
        if by.role not in TRAINED or by.person_id is None:
            raise DeniedError("role")
        day = local_day(self._unit.clock.now())
        topic = f"{TESTED}{right}:{asked}"
        await self._note(by.person_id, Training(held_on=day, topic=topic, passed=passed), by)
        Audit(self._unit).append(
            by.actor, "person.test", f"person:{by.person_id}", area=by.area, passed=passed
        )
        times = len([one for one in await self._of(by.person_id) if one.topic.startswith(TESTED)])
        return SelfTest(day, right, asked, passed, times)

    async def last_test(self, person_id: str, by: Principal) -> SelfTest | None:
        """Return someone's latest self-test, if any."""
        tests = [t for t in await self.taken(person_id, by) if t.topic.startswith(TESTED)]
        if not tests:
            return None
        right, asked = tests[0].topic.removeprefix(TESTED).split(":")
        return SelfTest(tests[0].held_on, int(right), int(asked), tests[0].passed, len(tests))

    async def _of(self, person_id: str) -> list[Training]:
        query = (
            select(TrainingRow.held_on, TrainingRow.topic, TrainingRow.passed)
            .where(TrainingRow.person_id == person_id)
            .order_by(TrainingRow.noted_at.desc(), TrainingRow.id)
        )
        rows = await self._unit.connection.execute(query)
        return [Training(held_on=r.held_on, topic=r.topic, passed=r.passed) for r in rows]

    async def _note(self, person_id: str, training: Training, by: Principal) -> None:
        await self._unit.connection.execute(
            insert(TrainingRow).values(
                id=new_id(),
                person_id=person_id,
                held_on=training.held_on,
                topic=training.topic,
                passed=training.passed,
                noted_by=by.actor,
                noted_at=self._unit.clock.now(),
            )
        )

    async def _qualify(self, person: Person, held_on: date) -> None:
        trained = max(held_on, person.trained_on or held_on)
        await self._unit.connection.execute(
            update(PersonRow)
            .where(PersonRow.id == person.id)
            .values(trained_on=trained, qualified_on=person.qualified_on or held_on)
        )
