"""Location paths: from tokens to functions that find nodes, and which definitions they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.xpath.steps import Step, apply_steps, climb, one_node, text_getter

if TYPE_CHECKING:
    from collections.abc import Callable

    from elementpath.xpath_tokens import XPathToken

    from forms.definition import Def
    from forms.xpath.compiler import Compiler
    from forms.xpath.env import Env
    from forms.xpath.values import Fn, XNode


@dataclass(frozen=True, slots=True)
class Ref:
    """A node an expression reads.

    Args:
        target: Its definition.
        scope: The repeat whose instance the reader and the read share; None: any instance.
        itself: The reader reads its own old value.
    """

    target: Def
    scope: Def | None
    itself: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """The place in a form where a part stands.

    Args:
        node: Definition of the context node; None in a secondary instance.
        owner: The context node is the one the whole expression belongs to.
        whole: Absolute paths mean every instance of a repeat, as `indexed-repeat` needs.
    """

    node: Def | None
    owner: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path: all its nodes, and the text of the one when it is always one."""

    nodes: Fn
    text: Callable[[XNode, Env], str] | None = None


_SIDES = 2
_PATH_SYMBOLS = frozenset({"/", "//", ".", "..", "(name)", "[", "@", ":", "(unknown)"})
_PATH_LABELS = frozenset({"axis", "kind test", "name"})


def is_path(token: XPathToken) -> bool:
    """Say whether a token is a location path or a part of one."""
    return token.symbol in _PATH_SYMBOLS or str(token.label) in _PATH_LABELS


def compile_path(compiler: Compiler, token: XPathToken, here: Here) -> Path:
    """Compile a path and note what it reads."""
    base, steps = _flatten(compiler, token)
    if base is None:
        return _relative(compiler, steps, here)
    if isinstance(base, str):
        return _absolute(compiler, steps, here)
    if base.symbol == "current":
        compiler.functions.add("current")
        return _relative(compiler, steps, Here(compiler.owner), from_current=not here.owner)
    if base.symbol == "instance" and base[0].symbol == "(string)":
        return _instance(compiler, base, steps)
    start = compiler.coerced(base, here, "N")
    return Path(apply_steps(compiler, start, steps, Here(None, owner=False)))


def _flatten(compiler: Compiler, token: XPathToken) -> tuple[XPathToken | str | None, list[Step]]:
    symbol = token.symbol
    if symbol in ("/", "//"):
        if len(token) == 2:  # noqa: PLR2004 left side and step
            base, steps = _flatten(compiler, token[0])
        else:
            base, steps = "/", []
        if symbol == "//":
            steps = [*steps, Step("descendant-or-self", "*")]
        return base, [*steps, _step(compiler, token[-1])] if len(token) else steps
    if symbol == "[":
        inner = token
        while inner.symbol == "[":
            inner = inner[0]
        if not is_path(inner) or inner.symbol in ("/", "//"):
            base, steps = _flatten(compiler, token[0])
            return base, [*steps, Step("filter", "*", (token[1],))]
        return None, [_step(compiler, token)]
    if is_path(token) or symbol == "*":
        return None, [_step(compiler, token)]
    return token, []


def _step(compiler: Compiler, token: XPathToken) -> Step:
    symbol = token.symbol
    if symbol == "[":
        inner = _step(compiler, token[0])
        return Step(inner.axis, inner.name, (*inner.predicates, token[1]))
    if symbol == "..":
        return Step("parent", "*")
    if symbol == ".":
        return Step("self", "*")
    if symbol == "@":
        return Step("child", f"@{_name(token[0])}")
    if str(token.label) == "axis":
        return Step(symbol, _name(token[0]))
    if str(token.label) == "kind test":
        return Step("self" if symbol == "text" else "child", "*")
    if is_path(token) or symbol == "*":
        return Step("child", _name(token))
    raise compiler.refuse(f"{symbol} cannot be a step of a path")


def _name(token: XPathToken) -> str:
    if token.symbol == ":":
        return str(token[1].value)
    return "*" if token.symbol in ("*", "node") else str(token.value)


def _relative(
    compiler: Compiler, steps: list[Step], here: Here, *, from_current: bool = False
) -> Path:
    ups, downs = _split(steps)
    if here.node is None or downs is None:
        note(compiler, here.node, steps, here)
        start = _current if from_current else _itself
        return Path(apply_steps(compiler, start, steps, here))
    target = here.node
    for _ in range(ups):
        if target.parent is None:
            return Path(lambda _node, _env: [])
        target = target.parent
    return _down(compiler, _Start(target, ups, here, from_current), downs)


def _itself(node: XNode, _env: Env) -> list[XNode]:
    return [node]


def _current(_node: XNode, env: Env) -> list[XNode]:
    return [env.current]


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a downward path begins: a definition, and how it is reached from a node."""

    top: Def
    ups: int
    here: Here
    from_current: bool


def _down(compiler: Compiler, start: _Start, names: list[str]) -> Path:
    """Compile a path of plain names down from a known place."""
    steps = [Step("child", name) for name in names]
    scope = start.top.nearest_repeat() if start.here.owner or start.from_current else None
    end: Def = start.top
    single = True
    for name in names:
        child = end.children.get(name)
        if child is None:
            return _missing(compiler, start, steps)
        end = child
        single = single and child.repeat is None
    itself = not names and start.ups == 0 and start.here.owner
    _add(compiler, end, scope, itself=itself)
    up = climb(start.ups, current=start.from_current)
    if not single:
        return Path(apply_steps(compiler, lambda n, e: [up(n, e)], steps, start.here))
    if end.nearest_repeat() is None and start.top.path != "":
        number = end.number
        return Path(
            lambda _node, env: [env.world.fixed[number]],
            (lambda _node, env: env.world.fixed[number].value) if not end.children else None,
        )
    return Path(one_node(up, names), None if end.children else text_getter(up, names))


def _missing(compiler: Compiler, start: _Start, steps: list[Step]) -> Path:
    """Note a name that is not in the form: such a path finds nothing (attributes, mostly)."""
    compiler.missing.append("/".join([start.top.path, *(s.name for s in steps)]))
    return Path(lambda _node, _env: [])


def _absolute(compiler: Compiler, steps: list[Step], here: Here) -> Path:
    if compiler.owner is None or compiler.root is None:
        return Path(apply_steps(compiler, _document, steps, Here(None, owner=False)))
    root = compiler.root
    if not steps or steps[0].axis != "child" or steps[0].name not in ("*", root.name):
        if steps and steps[0].axis == "child":
            compiler.missing.append("".join(f"/{step.name}" for step in steps))
        note(compiler, None, steps, here)
        return Path(apply_steps(compiler, _document, steps, here))
    shared, rest = _shared_repeat(compiler.owner, root, steps[1:], here)
    ups, names = _split(rest)
    at_owner = Here(compiler.owner)
    if ups == 0 and names is not None and not steps[0].predicates:
        climbing = compiler.owner.depth - shared.depth
        if shared is root:
            return _from_root(compiler, root, names)
        return _down(compiler, _Start(shared, climbing, at_owner, not here.owner), names)
    scope = shared.nearest_repeat()
    note(compiler, shared, rest, Here(shared), scope)
    if shared is root:
        begin: Fn = lambda _node, env: [env.world.fixed[0]]  # noqa: E731
    else:
        up = climb(compiler.owner.depth - shared.depth, current=not here.owner)
        begin = lambda node, env: [up(node, env)]  # noqa: E731
    return Path(apply_steps(compiler, begin, rest, Here(shared, owner=False)))


def _document(_node: XNode, env: Env) -> list[XNode]:
    return [env.world.root]


def _from_root(compiler: Compiler, root: Def, names: list[str]) -> Path:
    start = _Start(root, 0, Here(root), from_current=False)
    path = _down(compiler, start, names)
    if path.text is not None or not names:
        return path
    steps = [Step("child", name) for name in names]
    return Path(apply_steps(compiler, lambda _n, e: [e.world.fixed[0]], steps, start.here))


def _shared_repeat(owner: Def, root: Def, steps: list[Step], here: Here) -> tuple[Def, list[Step]]:
    """Find the innermost repeat around the owner that the path goes through without predicate.

    The specification: an absolute path to a node inside a repeat, used inside the same repeat,
    means the node of the same instance.
    """
    shared, rest = root, steps
    place = root
    for index, step in enumerate(steps[:-1]):
        child = place.children.get(step.name) if step.axis == "child" else None
        if child is None or step.predicates or not owner.is_under(child) or here.whole:
            break
        place = child
        if child.repeat and owner is not child:
            shared, rest = child, steps[index + 1 :]
    return shared, rest


def _split(steps: list[Step]) -> tuple[int, list[str] | None]:
    """Split into steps up and plain names down; None when there is anything else."""
    ups = 0
    names: list[str] = []
    for step in steps:
        if step.predicates or (step.name == "*" and step.axis == "child"):
            return 0, None
        if step.axis == "self" and step.name == "*":
            continue
        if step.axis == "parent" and not names:
            ups += 1
        elif step.axis == "child":
            names.append(step.name)
        else:
            return 0, None
    return ups, names


def _instance(compiler: Compiler, base: XPathToken, steps: list[Step]) -> Path:
    compiler.functions.add("instance")
    key = str(base[0].value)
    compiler.instances.add(key)
    inner = Here(None, owner=False)
    for index, step in enumerate(steps):
        if step.predicates and all(s.axis == "child" for s in steps[: index + 1]):
            if found := _indexed(compiler, key, steps[: index + 1]):
                return Path(apply_steps(compiler, found, steps[index + 1 :], inner))
            break
    start = compiler.coerced(base, inner, "N")
    return Path(apply_steps(compiler, start, steps, inner))


def _indexed(compiler: Compiler, key: str, steps: list[Step]) -> Fn | None:
    """Compile `[name = value]` or `[name = value and …]` on a list into a look-up by key."""
    first, *others = steps[-1].predicates
    keyed = (_key(compiler, token) for token in _joined(first))
    found = next((pair for pair in keyed if pair is not None), None)
    if found is None:
        return None
    name, wanted = found
    if first.symbol == "and":
        others = [first, *others]  # the whole filter again, on the few that were found
    places = tuple(step.name for step in steps)

    def start(node: XNode, env: Env) -> list[XNode]:
        return env.world.lookup(key, places, name, wanted(node, env))

    rest = [Step("filter", "*", tuple(others))] if others else []
    return apply_steps(compiler, start, rest, Here(None, owner=False))


def _joined(token: XPathToken) -> list[XPathToken]:
    """Return the parts of an `and`; of one that counts positions, none."""
    if token.symbol != "and":
        return [token]
    if any(inner.symbol in ("position", "last") for inner in token.iter()):
        return []
    return [*_joined(token[0]), *_joined(token[1])]


def _key(compiler: Compiler, token: XPathToken) -> tuple[str, Callable[[XNode, Env], str]] | None:
    """Return column and value of `name = value` when the value is one text for all rows."""
    if token.symbol != "=" or len(token) != _SIDES:
        return None
    for name, value in ((token[0], token[1]), (token[1], token[0])):
        if name.symbol == "(name)" and not _depends_on_item(value):
            wanted = compiler.piece(value, Here(None, owner=False)).as_text()
            return (str(name.value), wanted) if wanted else None
    return None


def _depends_on_item(token: XPathToken) -> bool:
    base = token
    if base.symbol == "(string)":
        return False
    while base.symbol in ("/", "[") and len(base) == 2:  # noqa: PLR2004 left side and step
        base = base[0]
    return not (base.symbol == "current" or (base.symbol == "/" and len(base) == 1))


def note(
    compiler: Compiler,
    place: Def | None,
    steps: list[Step],
    here: Here,
    scope: Def | None = None,
) -> None:
    """Note every definition that a path with wildcards or predicates may read."""
    root = compiler.root
    if root is None or (place is None and here.node is None and not here.owner):
        return
    if place is None:
        places = [root] if steps and steps[0].axis == "child" else root.walk()
        steps = steps[1:]
    else:
        places = [place]
    for step in steps:
        places = step.definitions(places)
    for target in places:
        # A wildcard over the reader's own siblings does not make it read itself.
        if target is not compiler.owner:
            _add(compiler, target, scope)


def _add(compiler: Compiler, target: Def, scope: Def | None, *, itself: bool = False) -> None:
    compiler.refs.append(Ref(target, scope, itself))
