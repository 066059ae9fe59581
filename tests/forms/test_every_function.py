"""Every function gives a value that every other part of an expression can go on with."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from xml.sax.saxutils import escape

import pytest

from forms import engine
from forms.form import compile_form
from forms.xpath.library import LIBRARY
from kernel.clock import CHINA

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
GIVEN = {
    "s": ("'2026-11-20'", "''", "/data/a"),
    "n": ("3", "/data/b", "0 div 0"),
    "b": ("true()", "/data/a = 'x'"),
    "v": ("'2026-11-20T10:30:00.000+08:00'", "/data/d", "7", "''", "1 = 1"),
    "N": ("/data/a", "/data/nothing"),
}
USED = ("{}", "{} > 1", "{} = 'x'", "not({})", "concat({}, 'x')", "{} + 1", "round({})")
OWN = frozenset({"instance", "pulldata", "choice-name", "randomize", "current", "itext", "regex"})
"""Those that need a list, a text or a pattern of the form; they have tests of their own."""


def calls(name: str) -> list[str]:
    function = LIBRARY[name]
    found = []
    for count in range(function.least, max(len(function.takes), function.least) + 1):
        kinds = [GIVEN[function.kind(at)] for at in range(count)]
        found += [f"{name}({', '.join(given)})" for given in list(product(*kinds))[:12]]
    return found


@pytest.mark.parametrize("name", sorted(LIBRARY.keys() - OWN))
def test_what_a_function_gives_can_be_compared_counted_and_said(name):
    texts = [use.format(call) for call in calls(name) for use in USED]
    nodes = "".join(f"<c{n}/>" for n in range(len(texts)))
    binds = "".join(
        f'<bind nodeset="/data/c{n}" type="string" calculate="{escape(text)}"/>'
        for n, text in enumerate(texts)
    )
    form = compile_form(
        f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>t</h:title><model><instance><data id="t"><a/><b/><d/>{nodes}</data></instance>
<bind nodeset="/data/a" type="string"/><bind nodeset="/data/b" type="int"/>
<bind nodeset="/data/d" type="date"/>{binds}</model></h:head><h:body>
<input ref="/data/a"><label>A</label></input><input ref="/data/b"><label>B</label></input>
<input ref="/data/d"><label>D</label></input></h:body></h:html>""".encode()
    )
    context = engine.Context(now=NOW)
    session = engine.begin(form, context)
    for value in ("文字", "4", "2025-02-28"):
        session = engine.answer(form, session, value, context).session
    values = engine.values(form, session, context)
    assert len([ref for ref in values if ref.startswith("/data/c")]) == len(texts)
