"""What can go wrong with a form or an answer; leaves of the kernel's tree, no new roots.

InputError
├── InvalidAnswer    the answer breaks its type, `required` or `constraint`
├── FormError        the form cannot be read or run; holds every problem found
└── ExpressionError  one expression of a form is no XPath we can run
MissingError
└── NoSuchFormError  the catalog holds no form of that name
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from forms.slips import find_slip
from kernel.errors import InputError, MissingError
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kernel.phrases import Phrase, Words


class InvalidAnswer(InputError):  # noqa: N818 the word the whole product uses for it
    """The answer does not fit the question."""

    key = "forms-invalid"

    def __init__(self, ref: str = "", *, message: Words | None = None) -> None:
        super().__init__(ref)
        self.ref = ref
        self.message: Words = message if message is not None else say(self.key)
        self.reply = self.message if not isinstance(self.message, str) else _own(self.message)


def _own(text: str) -> Phrase:
    return say("forms-own-message", text=text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a form.

    Args:
        sheet: `survey`, `choices`, `settings`, `entities`, or empty for an XForm.
        row: Row of the sheet as Excel counts it; 0 when unknown.
        column: Heading of the column; empty when unknown.
        sentence: What is wrong, in plain words.
        fatal: The form cannot run; otherwise it runs in a stated other way.
        ref: Path of the node it is about; empty when it is about none.
    """

    sheet: str
    row: int
    column: str
    sentence: Words
    fatal: bool = True
    ref: str = ""


class FormError(InputError):
    """The form cannot be read or run."""

    key = "forms-broken"

    def __init__(self, problems: Iterable[Problem], detail: str = "") -> None:
        super().__init__(detail)
        self.problems = tuple(problems)


_UNKNOWN = re.compile(r"unknown function '([^']+)'")
_PATH = re.compile(r"(?:\A|(?<![\w)\]/'])\s)/(?:[\w.-]+/)*([\w.-]+)\s")
"""A path as pyxform writes it for `${name}`: with blanks around it."""
_UNFINISHED = frozenset({"unexpected end of source"})


class ExpressionError(InputError):
    """An expression of the form cannot be run."""

    key = "forms-expression"

    def __init__(self, source: str = "", reason: str = "", *, key: str = "") -> None:
        super().__init__(f"{source!r}: {reason}")
        self.source = source
        self.reason = reason
        self.reply = say(key or self.key, expression=source, reason=reason)

    def at(self, name: str, column: str) -> Phrase:
        """Say what is wrong with the expression of a column of the row of that name."""
        source = _PATH.sub(r"${\1}", self.source).strip()
        if found := _UNKNOWN.match(self.reason):
            return say("forms-bad-function", name=name, column=column, function=found[1])
        if slip := find_slip(source, self.reason):
            return say(slip.key, name=name, column=column, expression=source, **slip.args)
        key = "forms-unfinished" if self.reason in _UNFINISHED else "forms-bad-expression"
        return say(key, name=name, column=column, expression=source, reason=self.reason)

    @classmethod
    def of(cls, source: str, reason: str) -> Self:
        """Make one from a parser's message, without the parser's codes."""
        return cls(source, reason.rsplit("] ", maxsplit=1)[-1])


class NoSuchFormError(MissingError):
    """There is no form of that name."""

    key = "forms-unknown-form"
