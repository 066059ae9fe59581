"""Who people are: roles, the roster entry, and the principal who acts; no table, no chat text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from cases.areas import Level
from kernel.errors import InputError
from kernel.phrases import say

if TYPE_CHECKING:
    from datetime import date


class Role(StrEnum):
    """What someone may do; the values stand in the database and on the command line."""

    CHILD_DIRECTOR = "child_director"
    CHILD_SUPERVISOR = "child_supervisor"
    COUNTY_OFFICER = "county_officer"
    GUARDIAN = "guardian"


_ALIASES = {
    "supervisor": Role.CHILD_SUPERVISOR,
    "director": Role.CHILD_DIRECTOR,
    "county": Role.COUNTY_OFFICER,
}

STAFF = frozenset({Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER})
POSTS = {
    Role.CHILD_DIRECTOR: Level.VILLAGE,
    Role.CHILD_SUPERVISOR: Level.TOWNSHIP,
    Role.COUNTY_OFFICER: Level.COUNTY,
}
"""The level each post belongs to."""
POST_LENGTH = 40
"""Characters of a post that the roster keeps."""
MANAGERS = frozenset({Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER})


def role_of(word: str) -> Role:
    """Read a role; `supervisor`, `director` and `county` are understood too.

    Raises:
        InputError: No such role.
    """
    word = word.strip().lower()
    try:
        return _ALIASES.get(word) or Role(word)
    except ValueError:
        raise InputError(reply=say("cases-role-unknown")) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A worker of the real-name roster (二-(三)), or a guardian who registered.

    Args:
        area: 12-digit code of where the person works or lives.
        formerly: The code of a split division from which they were placed; "": none.
        name: Clear, only in memory.
        phone: Clear, only in memory.
        approved_until: Last day of the approval to open files; None: none was given.
        qualified_on: Day the first training was passed (二-(二)); None: not yet.
    """

    id: str
    role: Role
    area: str
    formerly: str = ""
    name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    post: str = ""
    qualified_on: date | None = None
    trained_on: date | None = None
    language: str = "zh-CN"
    active: bool = True
    on_leave_until: date | None = None
    approved_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse a post that the roster has no room for.

        Raises:
            InputError: It is a whole story.
        """
        if len(self.post) > POST_LENGTH:
            raise InputError(reply=say("cases-post-long", count=POST_LENGTH))

    def on_duty(self, day: date) -> bool:
        """Say whether the person works on a day (active and not on leave)."""
        return self.active and (self.on_leave_until is None or self.on_leave_until < day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who acts, from where: a bound worker, a registered guardian, or an unknown chat.

    Args:
        formerly: Code of a split division whose children wait for their new village: a
            director's own among them stay theirs.
        approved: A person in charge has approved that they open files, and not too long ago.
    """

    person_id: str | None = None
    role: Role = Role.GUARDIAN
    area: str = ""
    formerly: str = ""
    channel: str = ""
    chat: str = ""
    qualified: bool = False
    approved: bool = True

    @property
    def actor(self) -> str:
        """Return what the log calls them."""
        return self.person_id or f"chat:{self.channel}:{self.chat}"


def principal(
    person: Person | None, channel: str = "", chat: str = "", day: date | None = None
) -> Principal:
    """Make the principal of a chat; whoever is unknown or inactive is the public.

    With a day it is looked at whether the approval to open files is still good.
    """
    if person is None or not person.active:
        return Principal(channel=channel, chat=chat)
    return Principal(
        person_id=person.id,
        role=person.role,
        area=person.area,
        formerly=person.formerly,
        channel=channel,
        chat=chat,
        qualified=person.qualified_on is not None,
        approved=day is None or person.role not in STAFF or _approved(person, day),
    )


def _approved(person: Person, day: date) -> bool:
    return person.approved_until is not None and person.approved_until >= day


SYSTEM = Principal(person_id="system", role=Role.COUNTY_OFFICER, area="")
"""The product itself (worker, seed, console); it names no area, so it reads no file."""
