"""Every failure this product names on purpose.

    TongbanError            anything we foresaw; always safe to show `.reply`
    ├── InputError          the person can fix it now: ask again
    │   └── StaleError      an old button: show what is open now
    ├── RuleError           the policy forbids it: say which clause
    ├── NotYoursError       the record belongs to another area or role
    ├── MissingError        nothing is there under that name or number
    └── UnavailableError    a service is down: keep the answer, try later

The first docstring line of a class is its message for the log. `reply` is what the person
reads, so it says what to do next. Neither may hold a child's name, number or words.
Packages add leaves, never new roots. Anything else is a bug: logged under a reference number,
and the person gets that number and a telephone.
"""

from __future__ import annotations

from kernel.phrases import Phrase, say


class TongbanError(Exception):
    """Something foreseen went wrong."""

    key = "error-unknown"

    def __init__(self, detail: str = "", *, reply: Phrase | None = None) -> None:
        first_line = (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(f"{first_line} {detail}".strip())
        self.reply = reply or say(self.key)


class InputError(TongbanError):
    """What the person sent does not fit the question."""

    key = "error-input"


class StaleError(InputError):
    """A button was pressed that is no longer open."""

    key = "error-stale"


class RuleError(TongbanError):
    """A policy forbids this step."""

    key = "error-rule"

    def __init__(self, detail: str = "", *, source: str, reply: Phrase | None = None) -> None:
        super().__init__(detail, reply=reply)
        self.source = source


class NotYoursError(TongbanError):
    """The record belongs to another area or role."""

    key = "error-not-yours"


class MissingError(TongbanError):
    """Nothing is there under that name or number."""

    key = "error-missing"


class UnavailableError(TongbanError):
    """A service is down; the answer is kept and tried again."""

    key = "error-unavailable"
