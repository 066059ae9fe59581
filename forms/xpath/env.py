"""What an expression may ask of the world besides nodes: instances, the time, labels, chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from forms.xpath.values import XNode


class World(Protocol):
    """The host of an evaluation; the running form."""

    @property
    def now(self) -> datetime:
        """Return the moment of this step, aware, in the person's zone."""
        ...

    @property
    def language(self) -> str:
        """Return the language in use, as the form or the person names it."""
        ...

    @property
    def root(self) -> XNode:
        """Return the document above the primary instance's root element."""
        ...

    @property
    def fixed(self) -> list[XNode]:
        """Return the nodes outside every repeat, by the number of their definition."""
        ...

    def instance(self, name: str) -> XNode | None:
        """Return the document of a secondary instance."""
        ...

    def lookup(self, name: str, path: tuple[str, ...], key: str, value: str) -> list[XNode]:
        """Return the items at `path` of a secondary instance whose child `key` has `value`."""
        ...

    def itext(self, key: str) -> str:
        """Return a translated text in the session's language."""
        ...

    def choice_label(self, path: str, value: str) -> str:
        """Return the label of a choice of the select at `path`."""
        ...

    def chance(self) -> float:
        """Return the session's next random number, 0 <= x < 1."""
        ...

    def fact(self, name: str) -> str:
        """Return a property of the device, or `version` of the form."""
        ...


class Env:
    """The state of one evaluation: the question it is for, and the place in a predicate."""

    __slots__ = ("current", "position", "size", "world")

    def __init__(self, world: World, current: XNode) -> None:
        self.world = world
        self.current = current
        self.position = 1
        self.size = 1
