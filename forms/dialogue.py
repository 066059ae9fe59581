"""The order of the questions of a running form, and which of them are asked and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from forms.instance import DONE, ENOUGH, HIDDEN, MORE, NOTE, OPEN, Node, Series

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.definition import Control, Def, Model


class Places:
    """Every place in order. States are bytes, so that looking ahead costs next to nothing."""

    def __init__(self, model: Model, root: Node) -> None:
        self._model = model
        self._root = root
        self._done: set[Node] = set()
        self._again: set[Node] = set()
        self.nodes: list[Node] = []
        self.states = bytearray()
        self._guards: dict[Node, list[int]] = {}
        self.stale = False
        self.rebuild()

    def rebuild(self) -> None:
        """List the places anew, after an instance came or went."""
        self.stale = False
        self.nodes = []
        for control in self._model.body:
            self._list(control, self._root)
        self.states = bytearray(len(self.nodes))
        self._guards = {}
        for place, node in enumerate(self.nodes):
            node.place = place
            self.states[place] = self._state(node)
            for guard in _guards(node):
                self._guards.setdefault(guard, []).append(place)

    def _list(self, control: Control, holder: Node) -> None:
        definition = control.node
        if control.tag == "group" or definition is None:
            for child in control.children:
                self._list(child, holder)
            return
        parent = _reach(holder, definition.parent.path if definition.parent else "")
        if parent is None:
            return
        if control.tag == "repeat":
            self._list_repeat(control, definition, parent)
        elif definition.control is control:
            self.nodes.extend(cast("list[Node]", parent.kids.get(definition.name, [])))

    def _list_repeat(self, control: Control, definition: Def, parent: Node) -> None:
        for instance in parent.kids.get(definition.name, []):
            for child in control.children:
                self._list(child, cast("Node", instance))
        if definition.repeat and definition.repeat.by_person and parent.series:
            self.nodes.append(parent.series[definition.name])

    def _state(self, node: Node) -> int:
        if not node.relevant:
            return HIDDEN
        done = node in self._done
        if isinstance(node, Series):
            return ENOUGH if done else MORE
        if node.definition.is_note:
            return NOTE
        return DONE if done else OPEN

    def show(self, node: Node, *, visible: bool) -> None:
        """Note that a place came into view or left it."""
        if node.place < len(self.states):
            self.states[node.place] = self._state(node) if visible else HIDDEN

    def done(self, node: Node, *, done: bool = True) -> None:
        """Note that a question was answered or skipped, or is open again."""
        if done:
            self._done.add(node)
            self._again.discard(node)
        elif node in self._done:
            self._done.remove(node)
            self._again.add(node)
        self.states[node.place] = self._state(node)

    def is_done(self, node: Node) -> bool:
        """Say whether a question was answered or skipped."""
        return node in self._done

    def reopened(self) -> list[Node]:
        """Return questions that were answered and are open again, and are still there."""
        return [n for n in self._again if n in self.nodes]

    def next_open(self, after: int) -> Node | None:
        """Return the first open question after a place, else the first open one of all."""
        for start in (after + 1, 0):
            found = [self.states.find(OPEN, start), self.states.find(MORE, start)]
            places = [place for place in found if place >= 0]
            if places:
                return self.nodes[min(places)]
        return None

    def before(self, place: int) -> Node | None:
        """Return the question before a place that can be asked."""
        for index in range(place - 1, -1, -1):
            if self.states[index] in (OPEN, DONE):
                return self.nodes[index]
        return None

    def notes_before(self, place: int, only_read: Callable[[Node], bool]) -> list[Node]:
        """Return what is only to be read between a place and the question before it."""
        found: list[Node] = []
        for index in range(place - 1, -1, -1):
            state, node = self.states[index], self.nodes[index]
            if state == HIDDEN:
                continue
            if state != NOTE and not only_read(node):
                break
            if not isinstance(node, Series):
                found.append(node)
        return found[::-1]

    def progress(self, place: int, shuts: Callable[[Node], bool]) -> tuple[int, int]:
        """Return the number of a question and how many there are, as things now stand.

        Args:
            place: Where the question stands.
            shuts: Whether a question, or a section, keeps what is inside from being asked.
        """
        here = self.states[: place + 1]
        shut = {p for guard, places in self._guards.items() if shuts(guard) for p in places}
        shut = {p for p in shut if self.states[p] in (OPEN, DONE)}
        asked = here.count(OPEN) + here.count(DONE) - sum(p <= place for p in shut)
        return max(1, asked), self.states.count(OPEN) + self.states.count(DONE) - len(shut)

    def first_under(self, node: Node) -> int:
        """Return the first place inside a node; the number of places when there is none."""
        for place, here in enumerate(self.nodes):
            if _is_inside(here, node):
                return place
        return len(self.nodes)

    def answered_under(self, node: Node) -> list[Node]:
        """Return the answered questions inside a node."""
        return [n for n in self.nodes if n in self._done and _is_inside(n, node)]

    def relevant(self) -> list[Node]:
        """Return every place in view, in order, notes and prompts too."""
        return [n for n, state in zip(self.nodes, self.states, strict=True) if state != HIDDEN]


def _guards(node: Node) -> list[Node]:
    """Return the node and what is around it, as far as it may keep it from being asked."""
    found: list[Node] = []
    here: Node | None = node
    while isinstance(here, Node):
        if here.definition.bind.readonly is not None or here.definition.bind.asked:
            found.append(here)
        here = here.above
    return found


def _is_inside(node: Node, holder: Node) -> bool:
    here: Node | None = node
    while isinstance(here, Node):
        if here is holder:
            return True
        here = here.above
    return False


def _reach(holder: Node, path: str) -> Node | None:
    """Return the node at a plain path inside a holder."""
    if path == holder.definition.path:
        return holder
    rest = path.removeprefix(holder.definition.path).strip("/")
    node = holder
    for name in rest.split("/"):
        kids = node.kids.get(name)
        if not kids:
            return None
        node = cast("Node", kids[0])
    return node
