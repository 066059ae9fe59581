"""What can go wrong on purpose in knowledge; the roots are in the kernel."""

from __future__ import annotations

from typing import Literal, get_args

from kernel.errors import InputError, MissingError, UnavailableError
from kernel.phrases import say

Why = Literal[
    "bomb",
    "commands",
    "component",
    "damaged",
    "deep",
    "empty",
    "encrypted",
    "garbled",
    "hidden",
    "kind",
    "mismatch",
    "no-clauses",
    "old-word",
    "pages",
    "slow",
    "too-large",
    "unlike",
]
WHYS: tuple[Why, ...] = get_args(Why)


class UnreadableError(InputError):
    """A file cannot be read as a directive."""

    key = "knowledge-error-unreadable"


class RefusedFileError(UnreadableError):
    """A file is broken, hostile or no directive; nothing was changed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why, reply=say(f"knowledge-file-{why}"))
        self.why = why


class NoSuchClauseError(MissingError):
    """No such document or clause."""

    key = "knowledge-error-no-clause"


class IndexUnavailableError(UnavailableError):
    """The vector index cannot be opened."""

    key = "knowledge-error-index"
