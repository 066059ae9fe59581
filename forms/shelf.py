"""Running forms between two steps, for whoever comes back with the very same session.

What counts is the session as it was written down: a running form is handed out only to a session
whose JSON is word for word the one it belongs to, so a process that dies, another replica or a
transaction that was undone loses time and nothing else.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from forms.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Shelf:
    """The running forms of the dialogues that went on last.

    Args:
        most: How many are kept; the one that waited longest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[Mapping[str, Any], Session]] = OrderedDict()

    def put(self, key: str, written: Mapping[str, Any], session: Session) -> None:
        """Keep the running form of a session that was written down like this."""
        self._kept[key] = written, session
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def session(self, key: str, written: Mapping[str, Any]) -> Session:
        """Read a session; its running form comes along if it is still here.

        Both have one box: whoever goes on takes the form out, so that nobody has it twice.
        """
        read = Session.from_json(written)
        known, kept = self._kept.get(key, (None, None))
        if kept is None or known != written:
            return read
        self._kept.move_to_end(key)
        return replace(read, box=kept.box)
