"""Turns what a bot wrote into plain text and entities (UTF-16 offsets), strict as Telegram."""

from __future__ import annotations

import re

from sandbox.errors import bad
from sandbox.hypertext import SIMPLE, parse_html
from sandbox.marked import Entity, Marked, in_order, units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?P<url>https?://[^\s<>，。；！？、）】」]+)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{4,31})"
)
GIVEN_TYPES = {
    *SIMPLE.values(),
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "blockquote",
    "expandable_blockquote",
    "bot_command",
    "url",
    "mention",
    "hashtag",
    "cashtag",
    "email",
    "phone_number",
}


def read_marked(text: str, mode: str | None, given: list[Entity] | None) -> Marked:
    """Parse a text in its parse mode, trim it and find commands and links in it.

    Raises:
        ApiError: The marking is broken or the parse mode is not known.
    """
    if mode and mode.lower() == "html":
        marked = parse_html(text)
    elif mode and mode.lower() not in {"none", ""}:
        reason = "the stand-in knows parse mode HTML only"
        raise bad(f"unsupported parse_mode ({reason})")
    else:
        marked = Marked(text, _valid(given or [], units(text)))
    return _with_found(_trimmed(marked))


def _valid(given: list[Entity], end: int) -> list[Entity]:
    kept: list[Entity] = []
    for entity in given:
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int):
            raise bad('can\'t parse MessageEntity: can\'t find field "offset" or "length"')
        if entity.get("type") in GIVEN_TYPES and offset >= 0 < length <= end - offset:
            kept.append(entity)
    return kept


def _trimmed(marked: Marked) -> Marked:
    text = marked.text.replace("\r", "")
    left = len(text) - len(text.lstrip())
    trimmed = text.strip()
    if len(trimmed) == len(marked.text):
        return marked
    shift, end = units(text[:left]), units(trimmed)
    moved: list[Entity] = []
    for entity in marked.entities:
        start = max(0, entity["offset"] - shift)
        stop = min(end, entity["offset"] + entity["length"] - shift)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return Marked(trimmed, moved)


def _with_found(marked: Marked) -> Marked:
    text = marked.text
    if "/" not in text and "@" not in text:
        return marked
    covered = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in marked.entities
        if entity["type"] in {"code", "pre", "text_link", "url", "bot_command", "mention"}
    ]
    found: list[Entity] = []
    for match in FOUND.finditer(text):
        offset = units(text[: match.start()])
        length = units(match.group())
        if all(offset >= end or offset + length <= start for start, end in covered):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    if not found:
        return marked
    return Marked(text, in_order([*marked.entities, *found]))
