"""Running forms between two steps, for whoever comes back with the very same session.

What counts is the session as it was written down: a running form is handed out only under the
mark of the writing-down it belongs to, which is made anew each time. So a process that dies,
another replica or a transaction that was undone loses time and nothing else.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.form import Form
    from forms.session import Session


@dataclass(frozen=True, slots=True)
class Shelved:
    """A session whose form still runs.

    Args:
        beside: What its host wrote down beside it.
    """

    form: Form
    session: Session
    beside: Mapping[str, Any] = field(repr=False)


class Shelf:
    """The running forms of the dialogues that went on last.

    Args:
        most: How many are kept; the one that waited longest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[str, Shelved]] = OrderedDict()

    def put(self, key: str, mark: str, shelved: Shelved) -> None:
        """Keep the running form of a session that was written down under a mark."""
        self._kept[key] = mark, shelved
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def get(self, key: str, mark: str) -> Shelved | None:
        """Return the session written down under a mark, if its form still runs here.

        All who ask share its box: whoever goes on takes the form out, so that nobody has it
        twice.
        """
        known, shelved = self._kept.get(key, ("", None))
        if shelved is None or known != mark or not shelved.session.box:
            return None
        self._kept.move_to_end(key)
        return shelved
