"""Small helpers for reading XML elements; they know no form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


def local(element: _Element) -> str:
    """Return an element's name without namespace."""
    return str(element.tag).rpartition("}")[2]


def is_element(node: _Element) -> bool:
    """Say whether a node is an element, not a comment or an instruction."""
    tag: object = node.tag
    return isinstance(tag, str)


def children(element: _Element) -> list[_Element]:
    """Return the child elements."""
    return [kid for kid in element if is_element(kid)]


def own_text(element: _Element, *, strip: bool = True) -> str:
    """Return an element's text."""
    text = "".join(str(part) for part in element.itertext())
    return text.strip() if strip else text


def attribute(element: _Element, name: str) -> str | None:
    """Return an attribute by its name in any namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text: words, or the expression of an `output`."""

    text: str = ""
    source: str = ""


def text_parts(element: _Element) -> list[Part]:
    """Split mixed content into words and outputs."""
    parts = [Part(text=str(element.text))] if element.text else []
    for kid in children(element):
        if local(kid) == "output":
            parts.append(Part(source=str(kid.get("value") or kid.get("ref") or "''")))
        else:
            parts.append(Part(text=own_text(kid)))
        if kid.tail:
            parts.append(Part(text=str(kid.tail)))
    if all(part.text for part in parts):
        return [Part(text="".join(part.text for part in parts).strip())]
    return parts
