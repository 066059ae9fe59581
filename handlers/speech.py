"""Turns phrases into sentences from the locale files; the only place where language is chosen."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fluent.runtime import FluentBundle, FluentResource

from kernel.phrases import Phrase

if TYPE_CHECKING:
    from kernel.phrases import Argument, Words

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LANGUAGE = "zh-CN"
LANGUAGES = (DEFAULT_LANGUAGE, "en")
_LONGEST = 2_400
"""Signs of a value put into a sentence: Fluent writes nothing of one beyond 2,500."""


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    for path in sorted((LOCALES / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle


def speak(words: Words, language: str = DEFAULT_LANGUAGE) -> str:
    """Return the sentence in a language; Chinese where that language lacks it.

    Raises:
        KeyError: No locale file has the phrase (a bug; a test walks every key in the code).
    """
    if not isinstance(words, Phrase):
        return words
    return _spoken(words, language) if words.args else _fixed(words.key, language)


@cache
def _fixed(key: str, language: str) -> str:
    """Return a sentence that has no gaps; it is always the same."""
    return _spoken(Phrase(key), language)


def _spoken(words: Phrase, language: str) -> str:
    for choice in (language, DEFAULT_LANGUAGE):
        bundle = _bundle(choice if choice in LANGUAGES else DEFAULT_LANGUAGE)
        if bundle.has_message(words.key):
            message = bundle.get_message(words.key)
            if message.value is not None:
                args = {name: _cut(value) for name, value in words.args.items()}
                text, _errors = bundle.format_pattern(message.value, args)
                return str(text)
    raise KeyError(words.key)


def _cut(value: Argument) -> Argument:
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}…"
    return value
