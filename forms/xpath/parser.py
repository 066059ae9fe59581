"""The grammar: elementpath's XPath 1.0 parser with the ODK functions; it evaluates nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from elementpath import ElementPathError, XPath1Parser
from elementpath.tdop import Parser

from forms.errors import ExpressionError
from forms.xpath.library import ARITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elementpath.xpath_tokens import XPathToken

JAVAROSA = "http://openrosa.org/javarosa"

_PREFIXED = ("choice-name", "itext")
_TOOLKIT = re.compile(r"\bcht:(?=[a-z-]+\()")
"""The prefix of the Community Health Toolkit's functions: they go by their names here."""
_STARTS_PATH = frozenset({"current", "instance", "randomize", "indexed-repeat"})


class OdkParser(XPath1Parser):
    """XPath 1.0 with the function library of the ODK XForms specification."""

    DEFAULT_NAMESPACES: ClassVar[dict[str, str]] = {
        **XPath1Parser.DEFAULT_NAMESPACES,
        "jr": JAVAROSA,
        "orx": "http://openrosa.org/xforms",
        "odk": "http://www.opendatakit.org/xforms",
        "entities": "http://www.opendatakit.org/xforms/entities",
    }
    PATH_STEP_LABELS: ClassVar[tuple[str, ...]] = ("axis", "kind test", "path function")
    PATH_STEP_SYMBOLS: ClassVar[set[str]] = XPath1Parser.PATH_STEP_SYMBOLS | {"("}

    def parse(self, source: str) -> XPathToken:
        """Read one expression into elementpath's token tree, without evaluating it."""
        # The parent's `parse` evaluates once at the end: our functions have no such form.
        return Parser.parse(self, source)


def _register() -> None:
    for name in ARITY:
        if name in OdkParser.symbol_table:
            OdkParser.unregister(name)
        label = "path function" if name in _STARTS_PATH else "function"
        prefix = "jr" if name in _PREFIXED else None
        OdkParser.function(name, prefix=prefix, label=label, nargs=(0, None))


_register()


def parse(source: str, namespaces: Mapping[str, str] | None = None) -> XPathToken:
    """Parse one expression.

    Raises:
        ExpressionError: It is no XPath, or names an unknown function.
    """
    try:
        return OdkParser(namespaces=dict(namespaces or {})).parse(_TOOLKIT.sub("", source))
    except (ElementPathError, SyntaxError, ValueError, TypeError, KeyError) as error:
        raise ExpressionError.of(source, str(error)) from None
    except RecursionError:
        raise ExpressionError(source[:80], "too deep") from None
