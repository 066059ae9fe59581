"""Turns elementpath's token tree into Python functions, once per expression and place."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from forms.errors import ExpressionError
from forms.xpath import comparing
from forms.xpath.library import LIBRARY, SPECIAL
from forms.xpath.parser import parse
from forms.xpath.paths import Here, Path, Ref, compile_path, is_path
from forms.xpath.texts import pattern
from forms.xpath.values import text_number, to_bool, to_nodes, to_number, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from elementpath.xpath_tokens import XPathToken

    from forms.definition import Def
    from forms.xpath.env import Env
    from forms.xpath.values import Fn, Value, XNode


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression ready to run.

    Args:
        source: As written in the form.
        run: Called with the context node and the evaluation.
        refs: Nodes of the primary instance it reads.
        functions: Names of the functions it calls.
        instances: Secondary instances it reads.
        missing: Paths that lead to no node of the form.
        named: Paths of the selects whose choices it names (`jr:choice-name`).
        keeps: Its value may be the old value of its own node (`if(. = '', uuid(), .)`): that is
            no cycle, the value stays as it is.
    """

    source: str
    run: Fn
    refs: tuple[Ref, ...]
    functions: frozenset[str]
    instances: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A compiled part: its function, the kind of its value, and for one node a text getter."""

    run: Fn
    kind: str
    text: Callable[[XNode, Env], str] | None = None

    def as_text(self) -> Callable[[XNode, Env], str] | None:
        """Return a text getter when the value is always one text."""
        if self.text is not None:
            return self.text
        return cast("Callable[[XNode, Env], str]", self.run) if self.kind == "s" else None


_COERCE: dict[str, Callable[[Value], Value]] = {
    "s": to_text,
    "n": to_number,
    "b": to_bool,
    "N": to_nodes,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "*": operator.mul,
    "div": comparing.divide,
    "mod": comparing.remainder,
}
_LITERALS = frozenset({"(string)", "(integer)", "(decimal)", "(float)"})


@lru_cache(maxsize=8192)
def compile_expression(source: str, owner: Def | None) -> Expression:
    """Compile one expression for the definition it belongs to.

    Raises:
        ExpressionError: It is no XPath, or uses what we cannot run.
    """
    compiler = Compiler(source, owner)
    token = parse(source.strip())
    try:
        piece = compiler.piece(token, Here(owner))
    except RecursionError:
        raise ExpressionError(source[:_SHOWN], "too deep") from None
    return Expression(
        source,
        piece.run,
        tuple(dict.fromkeys(compiler.refs)),
        frozenset(compiler.functions),
        frozenset(compiler.instances),
        tuple(compiler.missing),
        tuple(dict.fromkeys(compiler.named)),
        keeps=_keeps(token, owner),
    )


_SHOWN = 80


def _keeps(token: XPathToken, owner: Def | None) -> bool:
    """Say whether the value, or one branch of an `if` or `coalesce`, is the node itself."""
    if owner is None:
        return False
    if token.symbol not in ("if", "coalesce"):
        return _is_itself(token, owner)
    branches = list(token)[1:] if token.symbol == "if" else list(token)
    return any(_is_itself(branch, owner) for branch in branches)


def _is_itself(token: XPathToken, owner: Def) -> bool:
    inner = Compiler("", owner)
    if is_path(token):
        compile_path(inner, token, Here(owner))
    return [ref.target for ref in inner.refs] == [owner]


class Compiler:
    """Compiles the parts of one expression and remembers what it reads."""

    def __init__(self, source: str, owner: Def | None) -> None:
        self.source = source
        self.owner = owner
        self.refs: list[Ref] = []
        self.functions: set[str] = set()
        self.instances: set[str] = set()
        self.missing: list[str] = []
        self.named: list[str] = []
        self.root = owner
        while self.root is not None and self.root.parent is not None:
            self.root = self.root.parent

    def predicate(self, token: XPathToken, place: Def | None) -> Fn:
        """Compile a predicate for nodes of a definition; None: of a secondary instance."""
        return self.piece(token, Here(place, owner=False)).run

    def refuse(self, reason: str) -> ExpressionError:
        """Make the error that names the expression."""
        return ExpressionError(self.source, reason)

    def piece(self, token: XPathToken, here: Here) -> Piece:
        """Compile any token."""
        symbol = token.symbol
        if symbol in _LITERALS:
            return _literal(token)
        if symbol in _OPERATORS:
            return _OPERATORS[symbol](self, token, here)
        if symbol == "(" and len(token) == 1:
            return self.piece(token[0], here)
        if symbol == ":" and "function" in str(token[1].label):
            token = token[1]
            symbol = token.symbol
        if is_path(token):
            return self._path(token, here)
        if symbol in _SPECIAL:
            _check_count(self, symbol, len(token), SPECIAL[symbol])
            return _SPECIAL[symbol](self, token, here)
        if symbol in LIBRARY:
            return self.call(token, here)
        raise self.refuse(f"{symbol} cannot be used here")

    def _path(self, token: XPathToken, here: Here) -> Piece:
        path: Path = compile_path(self, token, here)
        return Piece(path.nodes, "N", path.text)

    def coerced(self, token: XPathToken, here: Here, kind: str) -> Fn:
        """Compile a part and convert its value to a kind."""
        piece = self.piece(token, here)
        if kind in ("v", piece.kind):
            return piece.run
        if piece.text and kind in "sn":
            text = piece.text
            return text if kind == "s" else lambda node, env: text_number(text(node, env))
        run, convert = piece.run, _COERCE[kind]
        return lambda node, env: convert(run(node, env))

    def call(self, token: XPathToken, here: Here) -> Piece:
        """Compile a call of a library function."""
        name = token.symbol
        self.functions.add(name)
        function = LIBRARY[name]
        most = 99 if function.rest else len(function.takes)
        _check_count(self, name, len(token), (function.least, most))
        if name in _CHECKS:
            _CHECKS[name](self, token)
        arguments = [self.coerced(t, here, function.kind(i)) for i, t in enumerate(token)]
        return Piece(_caller(function.call, arguments, worldly=function.worldly), _kind(name))


def _check_choice_path(compiler: Compiler, token: XPathToken) -> None:
    if token[1].symbol != "(string)":
        raise compiler.refuse("jr:choice-name needs the path of the question in quotes")
    compiler.named.append(str(token[1].value).strip())


def _check_pattern(compiler: Compiler, token: XPathToken) -> None:
    if token[1].symbol == "(string)" and pattern(str(token[1].value)) is None:
        raise compiler.refuse(f"{token[1].value!s:.80} is no regular expression")


def _note_list(compiler: Compiler, token: XPathToken) -> None:
    if token[0].symbol == "(string)":
        compiler.instances.add(str(token[0].value))


_CHECKS: dict[str, Callable[[Compiler, XPathToken], None]] = {
    "choice-name": _check_choice_path,
    "regex": _check_pattern,
    "pulldata": _note_list,
}


def _caller(call: Callable[..., Value], arguments: list[Fn], *, worldly: bool) -> Fn:
    if worldly and not arguments:
        return lambda node, env: call(env, node)
    if worldly:
        return lambda node, env: call(env, node, *[a(node, env) for a in arguments])
    if len(arguments) == 1:
        only = arguments[0]
        return lambda node, env: call(only(node, env))
    if len(arguments) == 2:  # noqa: PLR2004 the common case without a list
        first, second = arguments
        return lambda node, env: call(first(node, env), second(node, env))
    return lambda node, env: call(*[a(node, env) for a in arguments])


_TRUTHS = frozenset(
    [
        "boolean",
        "not",
        "true",
        "false",
        "contains",
        "starts-with",
        "ends-with",
        "regex",
        "selected",
        "checklist",
        "weighted-checklist",
        "geofence",
        "boolean-from-string",
    ]
)
_NUMBERS = frozenset(
    [
        "number",
        "int",
        "round",
        "floor",
        "ceiling",
        "random",
        "sum",
        "max",
        "min",
        "abs",
        "pi",
        "pow",
        "atan2",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sqrt",
        "exp",
        "exp10",
        "log",
        "log10",
        "count",
        "count-non-empty",
        "position",
        "last",
        "count-selected",
        "decimal-date-time",
        "decimal-time",
        "string-length",
        "difference-in-days",
        "difference-in-weeks",
        "difference-in-months",
        "difference-in-years",
        "distance",
        "area",
    ]
)
_NODES = frozenset({"instance", "current", "randomize"})


def _kind(name: str) -> str:
    if name in _TRUTHS:
        return "b"
    if name in _NUMBERS:
        return "n"
    return "N" if name in _NODES else "s"


def _check_count(compiler: Compiler, name: str, given: int, bounds: tuple[int, int]) -> None:
    least, most = bounds
    if not least <= given <= most:
        raise compiler.refuse(f"{name}() takes {least} to {most} values, not {given}")


def _literal(token: XPathToken) -> Piece:
    if token.symbol == "(string)":
        text = str(token.value)
        return Piece(lambda _node, _env: text, "s")
    number = float(token.value)  # type: ignore[arg-type]
    return Piece(lambda _node, _env: number, "n")


def _logic(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    left = compiler.coerced(token[0], here, "b")
    right = compiler.coerced(token[1], here, "b")
    if token.symbol == "and":
        return Piece(lambda node, env: left(node, env) and right(node, env), "b")
    return Piece(lambda node, env: left(node, env) or right(node, env), "b")


def _compare(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    left, right = compiler.piece(token[0], here), compiler.piece(token[1], here)
    symbol = token.symbol
    one, two = left.as_text(), right.as_text()
    if symbol in ("=", "!=") and one and two:
        if symbol == "=":
            return Piece(lambda node, env: one(node, env) == two(node, env), "b")
        return Piece(lambda node, env: one(node, env) != two(node, env), "b")
    compare = comparing.COMPARE[symbol]
    first, second = left.run, right.run
    return Piece(lambda node, env: compare(first(node, env), second(node, env)), "b")


def _calculate(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    left = compiler.coerced(token[0], here, "n")
    if len(token) == 1:
        sign = -1.0 if token.symbol == "-" else 1.0
        return Piece(lambda node, env: sign * left(node, env), "n")  # type: ignore[operator]
    right = compiler.coerced(token[1], here, "n")
    work: Any = operator.sub if token.symbol == "-" else _ARITHMETIC[token.symbol]
    return Piece(lambda node, env: work(left(node, env), right(node, env)), "n")


def _union(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    left = compiler.coerced(token[0], here, "N")
    right = compiler.coerced(token[1], here, "N")

    def run(node: XNode, env: Env) -> Value:
        nodes = to_nodes(left(node, env))
        return nodes + [n for n in to_nodes(right(node, env)) if n not in nodes]

    return Piece(run, "N")


def _star(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    if len(token) == 2:  # noqa: PLR2004 a product has two sides, a wildcard none
        return _calculate(compiler, token, here)
    path = compile_path(compiler, token, here)
    return Piece(path.nodes, "N", path.text)


def _if(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    compiler.functions.add("if")
    test = compiler.coerced(token[0], here, "b")
    yes = compiler.piece(token[1], here)
    # forms in use leave the last part out: nothing, then
    no = compiler.piece(token[2], here) if len(token) > 2 else Piece(_nothing, "s")  # noqa: PLR2004
    kind = yes.kind if yes.kind == no.kind and yes.kind != "N" else "v"
    then, other = yes.run, no.run
    return Piece(lambda n, e: then(n, e) if test(n, e) else other(n, e), kind)


def _nothing(_node: XNode, _env: Env) -> Value:
    return ""


def _once(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    compiler.functions.add("once")
    work = compiler.coerced(token[0], here, "s")

    def run(node: XNode, env: Env) -> Value:
        return env.current.value or work(node, env)

    return Piece(run, "s")


def _indexed_repeat(compiler: Compiler, token: XPathToken, here: Here) -> Piece:
    compiler.functions.add("indexed-repeat")
    wide = Here(here.node, owner=here.owner, whole=True)
    target = compiler.coerced(token[0], wide, "N")
    pairs = [
        (compiler.coerced(token[i], wide, "N"), compiler.coerced(token[i + 1], here, "n"))
        for i in range(1, len(token) - 1, 2)
    ]

    def run(node: XNode, env: Env) -> Value:
        found = to_nodes(target(node, env))
        for repeat, index in pairs:
            place = to_number(index(node, env))
            chosen = comparing.nth(to_nodes(repeat(node, env)), place)
            found = [n for n in found if comparing.inside(n, chosen)]
        return found

    return Piece(run, "N")


_SPECIAL = {"if": _if, "once": _once, "indexed-repeat": _indexed_repeat}
_OPERATORS: dict[str, Callable[[Compiler, XPathToken, Here], Piece]] = {
    "and": _logic,
    "or": _logic,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare),
    **dict.fromkeys(("+", "-", "div", "mod"), _calculate),
    "*": _star,
    "|": _union,
}
