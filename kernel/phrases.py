"""A phrase is a sentence named by its locale key; this module holds no sentence itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Argument = str | int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the locale files, with its values.

    Args:
        key: Message id in `handlers/locales/<language>/*.ftl`.
        args: Values put into the sentence; never a child's clear name unless a renderer made it.
    """

    key: str
    args: Mapping[str, Argument] = field(default_factory=dict)

    def __hash__(self) -> int:
        """Hash by key and values, so that replies can be compared and put into sets."""
        return hash((self.key, tuple(sorted(self.args.items()))))


Words = str | Phrase
"""What a person reads: a phrase of ours, or text that is data (a form's label, a quote)."""


Speak = Callable[[Words], str]
"""Says words in one language."""


def say(key: str, **args: Argument) -> Phrase:
    """Name a sentence: `say("visit-done", number="V-12")`."""
    return Phrase(key, args)


def called(key: str, speak: Speak, otherwise: str = "") -> str:
    """Say what a code is called; `otherwise` where no sentence names it (a form of one's own)."""
    try:
        return speak(say(key))
    except KeyError:
        return otherwise
