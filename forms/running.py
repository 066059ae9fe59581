"""Makes a running form for a session: new, from what was kept, or by replaying its inputs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from forms.instance import Node, Series, next_instance
from forms.live import CHANGED, Live
from forms.question import YES, is_chinese
from forms.xpath.dates import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forms.form import Form
    from forms.session import Context, Session

_WORDS = {"zh": ("zh", "中文", "chinese", "汉"), "en": ("en", "english", "英")}


def language_of(form: Form, wanted: str) -> str:
    """Return the form's own name of a language; its default when it has none such.

    A form that names no language is taken to be in the person's: months are said in it. The
    converter calls that language `default` where some text needs a name for it.
    """
    languages = form.languages
    if not set(languages) - {"", "default"}:
        return wanted or form.model.default_language
    if wanted in languages:
        return wanted
    words = _WORDS.get(wanted.partition("-")[0].lower(), ())
    for language in languages:
        low = language.lower()
        if any(f"({word})" in low or low.startswith(word) for word in words):
            return language
    chinese = [language for language in languages if language and is_chinese(language)]
    if not wanted and chinese:
        return chinese[0]
    return form.model.default_language


def seed_of(form: Form, began: str) -> int:
    """Make a seed of the form and the moment."""
    return int.from_bytes(hashlib.sha256(f"{form.id}|{began}".encode()).digest()[:6], "big")


def claim(form: Form, session: Session, context: Context) -> Live:
    """Take the session's running form, or make it anew."""
    now = session.moment(session.seconds(context.now))
    try:
        live = session.box.pop()
    except IndexError:
        live = None
    if live is None or live.form is not form:
        live = restored(form, session, context) if session.kept else fresh(form, session, context)
        if not session.kept:
            for ref, value, seconds in session.inputs:
                live.world.now = session.moment(seconds)
                node = live.at(ref)
                if node is not None:
                    apply(live, node, value)
    live.world.surround(context, now)
    return live


def _blank(form: Form, session: Session, context: Context) -> Live:
    live = Live(form, context, session.moment(0))
    live.world.language = session.language
    live.world.seed = session.seed
    return live


def fresh(form: Form, session: Session, context: Context) -> Live:
    """Begin a form: defaults, metadata, prefilled values, first actions, every rule."""
    live = _blank(form, session, context)
    for ref, value in _sorted_params(session):
        _prefill(live, ref, value)
    for _ref, node in live.outline.leaves:
        _preload(live, node)
        live.keep_offered(node)
    live.run_actions(None, "odk-instance-first-load", live.root)
    live.run_actions(None, "xforms-ready", live.root)
    live.work_all()
    live.fallen.clear()
    live.overfull = False
    live.begun = True
    return live


def _sorted_params(session: Session) -> list[tuple[str, str]]:
    return sorted(session.params.items(), key=lambda pair: pair[0].count("/"))


def _prefill(live: Live, ref: str, value: str) -> None:
    if not ref.startswith("/"):
        found = [d for d in live.model.defs if d.name == ref and d.leaf]
        ref = found[0].path if found else ""
    series = live.find_series(ref)
    if series is not None and value.isdigit():
        live.resize(series, int(value))
        live.places.rebuild()
        return
    node = live.find(ref)
    if node is not None and node.definition.leaf:
        live.put(node, value)


def _preload(live: Live, node: Node) -> None:
    kind, what = node.definition.bind.preload
    world = live.world
    if node.stored and kind != "uid":
        return
    if kind == "uid" and not node.stored:
        words = "".join(f"{int(world.chance() * 16):x}" for _ in range(32))
        live.put(
            node, f"uuid:{words[:8]}-{words[8:12]}-{words[12:16]}-{words[16:20]}-{words[20:]}"
        )
    elif kind == "timestamp" and what == "start":
        live.put(node, moment_text(world.now))
    elif kind == "date":
        live.put(node, world.now.date().isoformat())
    elif kind == "property":
        live.put(node, world.fact(what))


def restored(form: Form, session: Session, context: Context) -> Live:
    """Put kept values and relevance back: what asked for the day is not asked again."""
    live = _blank(form, session, context)
    kept = session.stood() or {}
    for ref, count in kept.get("counts", {}).items():
        series = live.find_series(ref)
        if series is not None:
            _set_count(live, series, count)
    _put_back(live, kept)
    live.places.rebuild()
    hidden = kept.get("hidden")
    if hidden is None:  # written down before relevance was kept
        live.work_relevance()
    else:
        live.hide(hidden)
    _mark_done(live, session, kept.get("reopened", ()))
    live.world.draws = kept.get("draws", 0)
    live.begun = True
    live.given = {ref for ref, _value, _seconds in session.inputs}
    if session.mark:
        live.was_written(session.mark, len(session.inputs))
    return live


def _put_back(live: Live, kept: Mapping[str, Any]) -> None:
    here = live.outline.at
    for ref, value in kept.get("values", {}).items():
        if (node := here.get(ref)) is not None:
            node.stored = node.value = value
    for ref, chosen in kept.get("chosen", {}).items():
        if (node := here.get(ref)) is not None:
            node.chosen = chosen
    for series in live.outline.series:
        series.counted = True


def _mark_done(live: Live, session: Session, reopened: Iterable[str]) -> None:
    here = live.outline.at
    for ref, value, _seconds in session.inputs:
        node = here.get(ref)
        if node is not None and node.place >= 0:
            live.places.done(node, done=not isinstance(node, Series) or value != YES)
    for ref in reopened:
        if (node := here.get(ref)) is not None:
            live.places.done(node, done=False)


def _set_count(live: Live, series: Series, count: int) -> None:
    above = series.above
    if above is None:
        return
    nodes = above.kids[series.name]
    del nodes[count:]
    while len(nodes) < count:
        nodes.append(next_instance(series))
    live.rearranged()


def apply(live: Live, node: Node, value: str | None) -> Node | None:
    """Do what an answer does.

    Returns:
        The instance that was added, when the answer was "one more".
    """
    live.given.add(node.ref)
    if isinstance(node, Series):
        return _more(live, node, value)
    before = node.stored
    if value is None:
        if live.places.is_done(node):
            live.put(node, "")
    else:
        live.put(node, value)
    live.places.done(node)
    live.settle()
    if node.stored != before:
        live.run_actions(node.definition, CHANGED, node)
    return None


def _more(live: Live, series: Series, value: str | None) -> Node | None:
    if value != YES:
        live.places.done(series)
        return None
    live.places.done(series, done=False)
    before = len(series.instances)
    live.resize(series, before + 1)
    live.settle()
    return series.instances[before] if len(series.instances) > before else None
