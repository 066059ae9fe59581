"""What can go wrong on purpose in knowledge; the roots are in the kernel."""

from __future__ import annotations

from kernel.errors import InputError, MissingError, UnavailableError


class UnreadableError(InputError):
    """A file cannot be read as a directive."""

    key = "knowledge-error-unreadable"


class NoSuchClauseError(MissingError):
    """No such document or clause."""

    key = "knowledge-error-no-clause"


class IndexUnavailableError(UnavailableError):
    """The vector index cannot be opened."""

    key = "knowledge-error-index"


class ModelUnavailableError(UnavailableError):
    """The language model gave no usable answer."""

    key = "knowledge-error-model"
