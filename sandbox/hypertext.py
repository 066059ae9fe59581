"""Reads Telegram's HTML; every complaint names the byte, as Telegram's does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import ApiError, bad
from sandbox.marked import Entity, Marked, in_order, units

if TYPE_CHECKING:
    from collections.abc import Callable

MARKED = re.compile(r"[<&]")
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
TAG_END = re.compile(r"[\s>]")
ATTRIBUTE = re.compile(r"[\s=>]")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
TAGS = {*SIMPLE, "a", "code", "pre", "blockquote", "tg-emoji"}
NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int


def parse_html(source: str) -> Marked:
    """Parse Telegram's HTML; every complaint names the byte, as Telegram does."""
    return _HtmlReader(source).read()


class _HtmlReader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> Marked:
        at = 0
        while match := MARKED.search(self._source, at):
            self._add(self._source[at : match.start()])
            at = match.start()
            at = self._reference(at) if match.group() == "&" else self._tag(at)
        self._add(self._source[at:])
        if self._open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return Marked("".join(self._parts), in_order(self._entities))

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._offset += units(text)

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _reference(self, at: int) -> int:
        sign, end = _reference(self._source, at)
        self._add(sign)
        return end

    def _tag(self, at: int) -> int:
        return self._end_tag(at) if self._source.startswith("</", at) else self._start_tag(at)

    def _start_tag(self, begin: int) -> int:
        match = TAG_END.search(self._source, begin)
        if match is None:
            raise _broken(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = self._source[begin + 1 : match.start()].lower()
        if tag not in TAGS:
            where = self._byte(begin)
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {where}')
        argument, end = self._attributes(tag, begin, match.start())
        if tag == "span" and argument != "spoiler":
            where = self._byte(begin)
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self._open.append(_Open(tag, argument, self._offset))
        return end

    def _attributes(self, tag: str, begin: int, at: int) -> tuple[str, int]:
        argument = ""
        while True:
            at = self._skip_spaces(at, begin)
            if self._source[at] == ">":
                return argument, at + 1
            name, value, at = self._attribute(tag, begin, at)
            argument = _argument(tag, name, value) or argument

    def _skip_spaces(self, at: int, begin: int) -> int:
        while at < len(self._source) and self._source[at].isspace():
            at += 1
        if at >= len(self._source):
            raise _broken(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return at

    def _attribute(self, tag: str, begin: int, at: int) -> tuple[str, str, int]:
        where = f'the tag "{tag}" at byte offset {self._byte(begin)}'
        match = ATTRIBUTE.search(self._source, at)
        if match is None:
            raise _broken(f"Unclosed start tag at byte offset {self._byte(begin)}")
        name = self._source[at : match.start()].lower()
        if not name:
            raise _broken(f"Empty attribute name in {where}")
        at = self._skip_spaces(match.start(), begin)
        if self._source[at] != "=":
            if tag == "blockquote" and name == "expandable":
                return name, "", at
            raise _broken(f"Expected equal sign in declaration of an attribute of {where}")
        value, at = self._value(self._skip_spaces(at + 1, begin), begin)
        return name, value, at

    def _value(self, at: int, begin: int) -> tuple[str, int]:
        quote = self._source[at]
        if quote not in {'"', "'"}:
            match = NAME_TOKEN.match(self._source, at)
            end = match.end() if match else at
            if end >= len(self._source) or not TAG_END.match(self._source, end):
                raise _broken(f"Unexpected end of name token at byte offset {self._byte(at)}")
            return self._source[at:end].lower(), end
        end = self._source.find(quote, at + 1)
        if end < 0:
            raise _broken(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return _unescaped(self._source[at + 1 : end]), end + 1

    def _end_tag(self, begin: int) -> int:
        where = self._byte(begin)
        if not self._open:
            raise _broken(f"Unexpected end tag at byte offset {where}")
        end = self._source.find(">", begin)
        if end < 0:
            raise _broken(f"Unclosed end tag at byte offset {where}")
        tag = self._source[begin + 2 : end].strip().lower()
        opened = self._open.pop()
        if tag and tag != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{tag}>"'
            raise _broken(f"Unmatched end tag at byte offset {where}, {expected}")
        self._close(opened)
        return end + 1

    def _close(self, opened: _Open) -> None:
        length = self._offset - opened.offset
        if not length:
            return
        kind, extra = _entity_kind(opened, lambda: "".join(self._parts))
        if kind == "pre" and self._entities and self._entities[-1]["type"] == "code":
            inner = self._entities[-1]
            if (inner["offset"], inner["length"]) == (opened.offset, length):
                self._entities.pop()
                language = inner.get("language", "")
                extra = {"language": language} if language else {}
        if kind:
            entity = {"type": kind, "offset": opened.offset, "length": length, **extra}
            self._entities.append(entity)


def _entity_kind(opened: _Open, written: Callable[[], str]) -> tuple[str, dict[str, Any]]:
    tag, argument = opened.tag, opened.argument
    if tag in SIMPLE:
        return SIMPLE[tag], {}
    if tag == "a":
        text = written()
        link = argument or text.encode("utf-16-le")[opened.offset * 2 :].decode("utf-16-le")
        usable = re.match(r"(?:https?|tg|tel|mailto)\:", link) or "." in link
        return ("text_link", {"url": link}) if usable else ("", {})
    if tag == "blockquote":
        return ("expandable_blockquote" if argument else "blockquote"), {}
    if tag == "tg-emoji":
        return "custom_emoji", {"custom_emoji_id": argument}
    return tag, ({"language": argument} if tag == "code" and argument else {})


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "expandable" if (tag, name) == ("blockquote", "expandable") else ""


def _reference(source: str, at: int) -> tuple[str, int]:
    match = REFERENCE.match(source, at)
    if match is None:
        return "&", at + 1
    sixteen, ten, name = match.groups()
    if name:
        return NAMED[name], match.end()
    code = int(sixteen, 16) if sixteen else int(ten)
    usable = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 Unicode
    return (chr(code), match.end()) if usable else ("&", at + 1)


def _unescaped(value: str) -> str:
    parts: list[str] = []
    at = 0
    while (found := value.find("&", at)) >= 0:
        parts.append(value[at:found])
        sign, at = _reference(value, found)
        parts.append(sign)
    return "".join(parts) + value[at:]


def _broken(complaint: str) -> ApiError:
    return bad(f"can't parse entities: {complaint}")
