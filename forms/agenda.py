"""What is still to be worked out: rules by rank, each once for a node; it works nothing out."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from forms.graph import Rule
    from forms.instance import Node


class Agenda:
    """Rules that wait, the lowest rank first, those of one rank in the order they came."""

    def __init__(self) -> None:
        self._queue: list[tuple[int, int, Rule, Node]] = []
        self._waiting: set[tuple[int, int]] = set()
        self._serial = 0

    def put(self, rule: Rule, node: Node) -> None:
        """Note that a rule is to be worked out for a node, if that is not noted already."""
        key = (rule.rank, id(node))
        if key not in self._waiting:
            self._waiting.add(key)
            self._serial += 1
            heapq.heappush(self._queue, (rule.rank, self._serial, rule, node))

    def take(self) -> tuple[Rule, Node] | None:
        """Take what is next; None when nothing is left."""
        if not self._queue:
            return None
        rank, _serial, rule, node = heapq.heappop(self._queue)
        self._waiting.discard((rank, id(node)))
        return rule, node

    def clear(self) -> None:
        """Let everything be."""
        self._queue.clear()
        self._waiting.clear()

    def forget(self, gone: Collection[int]) -> None:
        """Take work on nodes that are no longer there (by their `id`) off the list."""
        self._queue = [entry for entry in self._queue if id(entry[3]) not in gone]
        heapq.heapify(self._queue)
        self._waiting = {key for key in self._waiting if key[1] not in gone}
