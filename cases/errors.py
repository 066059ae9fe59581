"""Failures of the case record; the tree they grow on is in kernel.errors.

InputError       ├── ConflictError      someone else changed the same fields meanwhile
                 ├── ReasonNeededError  opening this file needs a purpose
                 ├── InviteError        the code is wrong, old, used or tried too often
                 └── GuardError         the case may not take this step yet
NotYoursError    └── DeniedError        the decision function said no
"""

from __future__ import annotations

from kernel.errors import InputError, NotYoursError
from kernel.phrases import say


class ConflictError(InputError):
    """The same fields were changed by someone else."""

    key = "cases-conflict"

    def __init__(self, fields: tuple[str, ...] = ()) -> None:
        super().__init__(",".join(fields))
        self.fields = fields


class ReasonNeededError(InputError):
    """The file opens only for a stated purpose."""

    key = "cases-reason-needed"


class GuardError(InputError):
    """A case may not take this step."""

    def __init__(self, why: str) -> None:
        super().__init__(why, reply=say(f"cases-guard-{why}"))
        self.why = why


class DeniedError(NotYoursError):
    """Access was denied."""

    def __init__(self, why: str) -> None:
        super().__init__(why, reply=say(f"cases-denied-{why}"))
        self.why = why
