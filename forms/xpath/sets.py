"""Functions on nodes, selections and instances of the ODK library."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from forms.xpath.values import text_number, text_of, to_text

if TYPE_CHECKING:
    from forms.xpath.env import Env
    from forms.xpath.values import Value, XNode


def count(nodes: list[XNode]) -> float:
    """`count(nodes)`."""
    return float(len(nodes))


def count_non_empty(nodes: list[XNode]) -> float:
    """`count-non-empty(nodes)`."""
    return float(sum(1 for node in nodes if text_of(node)))


def position(env: Env, _node: XNode, nodes: list[XNode] | None = None) -> float:
    """`position(node?)`: with a node, its place among siblings of its name."""
    if nodes is None:
        return float(env.position)
    return float(nodes[0].number) if nodes else 0.0


def last(env: Env, _node: XNode) -> float:
    """`last()`."""
    return float(env.size)


def name(_env: Env, node: XNode, nodes: list[XNode] | None = None) -> str:
    """`name(node?)` and `local-name(node?)`."""
    if nodes is None:
        return node.name
    return nodes[0].name if nodes else ""


def instance(env: Env, _node: XNode, key: str) -> list[XNode]:
    """`instance(id)`: the node above the list's root element, as ODK's forms use it."""
    document = env.world.instance(key)
    return [document] if document else []


def current(env: Env, _node: XNode) -> list[XNode]:
    """Return the question the expression belongs to: `current()`."""
    return [env.current]


def randomize(
    env: Env, _node: XNode, nodes: list[XNode], seed: Value | None = None
) -> list[XNode]:
    """`randomize(nodes, seed?)`: the specification's inside-out shuffle with Park and Miller."""
    numbers = ParkMiller(seed_of(seed)) if seed is not None else None
    shuffled: list[XNode] = []
    for place, node in enumerate(nodes):
        other = int((numbers.next() if numbers else env.world.chance()) * (place + 1))
        shuffled.append(node)
        if other != place:
            shuffled[place], shuffled[other] = shuffled[other], node
    return shuffled


_MODULUS = 2_147_483_647
_MULTIPLIER = 16_807


class ParkMiller:
    """The pseudo-random numbers the specification names for reproducible shuffles."""

    def __init__(self, seed: int) -> None:
        # The remainder keeps the sign of the seed, as in the reference clients.
        self._seed = abs(seed) % _MODULUS * (1 if seed >= 0 else -1)
        if self._seed <= 0:
            self._seed += _MODULUS - 1

    def next(self) -> float:
        """Return the next number, 0 <= x < 1."""
        self._seed = self._seed * _MULTIPLIER % _MODULUS
        return (self._seed - 1) / (_MODULUS - 1)


def seed_of(value: Value) -> int:
    """Make a seed of a number, or of a text's SHA-256 as the reference does."""
    text = to_text(value)
    if not text:
        return 0
    number = text_number(text)
    if math.isfinite(number):
        return int(number)
    raw = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(raw[:8], "big", signed=True)


def pulldata(env: Env, _node: XNode, key: str, wanted: str, query: str, value: str) -> str:
    """`pulldata(instance, wanted, query, value)`."""
    for item in env.world.lookup(key, ("root", "item"), query, value):
        found = item.kids.get(wanted)
        return text_of(found[0]) if found else ""
    return ""


def selected(chosen: str, value: str) -> bool:
    """`selected(list, value)`."""
    return f" {value.strip()} " in f" {chosen.strip()} "


def selected_at(chosen: str, place: float) -> str:
    """`selected-at(list, place)`: places from 0; empty when there is none."""
    names = chosen.split()
    return names[int(place)] if place == place and 0 <= place < len(names) else ""  # noqa: PLR0124


def count_selected(chosen: str) -> float:
    """`count-selected(list)`."""
    return float(len(chosen.split()))


def choice_name(env: Env, _node: XNode, value: str, path: str) -> str:
    """`jr:choice-name(value, 'path')`."""
    return env.world.choice_label(path.strip(), value)
