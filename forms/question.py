"""What the person is asked: one question with its words, as it stands now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forms.instance import Series
from forms.lexical import question_type
from forms.styling import plain

if TYPE_CHECKING:
    from forms.definition import Control, Def
    from forms.instance import Node
    from forms.live import Live

YES, NO = "yes", "no"
_CLEAR = frozenset({"no", "false", "false()", "0"})
_OWN_WORDS = frozenset({"text", "barcode", "geopoint", "image", "audio", "video", "file"})
_FILES = frozenset({"image", "audio", "video", "file"})
_MORE = {
    "zh": ("再加一个「{name}」吗？", "再加一个", "不加了"),
    "en": ("Add another “{name}”?", "Add another", "No more"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Args:
        ref: Path of its node, with positions on repeats.
        type: In XLSForm's words: `text`, `select_one`, `note`, …; `repeat` asks "one more?".
        choices: Value and label of each.
        said: Value and words of how people say it, several for a choice.
        value: The present value, in lexical form.
        section: Label of the group around it.
        number: Its place among the questions now asked, from 1.
        sensitive: The answer is never to be shown again in clear.
        range: Start, end and step, for a range.
    """

    ref: str
    type: str
    label: str
    hint: str = ""
    required: bool = False
    readonly: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    value: str = ""
    section: str = ""
    number: int = 0
    total: int = 0
    sensitive: bool = False
    appearance: str = ""
    range: tuple[str, str, str] = ("", "", "")
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An answered question on the review page.

    Args:
        value: In lexical form.
        shown: Labels of choices, or the value; for sensitive answers only how long it is.
        section: Label of the group around it.
        readonly: It was answered, and cannot be now.
    """

    ref: str
    label: str
    value: str
    shown: str
    sensitive: bool
    section: str = ""
    readonly: bool = False


def kind_of(definition: Def) -> str:
    """Return the type of a definition's question."""
    if definition.is_note:
        return "note"
    control = definition.control
    if control is None:
        return "text"
    return question_type(control.tag, definition.bind.type, control.media)


def is_sensitive(definition: Def) -> bool:
    """Say whether answers are never shown in clear: a person's own words, unless the form says."""
    said = definition.bind.sensitive
    if said:
        return said.lower() not in _CLEAR
    return kind_of(definition) in _OWN_WORDS


def is_required(live: Live, node: Node) -> bool:
    """Say whether a question has to be answered now."""
    return live.truth(node.definition.bind.required, node, otherwise=False)


def is_readonly(live: Live, node: Node) -> bool:
    """Say whether a question, or a section around it, cannot be answered now."""
    here: Node | None = node
    while here is not None and here is not live.root.parent:
        if _shuts(live, here):
            return True
        here = here.above
    return False


def is_standing(node: Node) -> bool:
    """Say whether a question is not asked because its row says so, and it begins with a value."""
    return node.definition.bind.asked.lower() in _CLEAR and bool(node.value)


def is_missed(live: Live, node: Node) -> bool:
    """Say whether a question cannot be left empty: it is required, and somebody can answer it."""
    if not is_required(live, node) or is_readonly(live, node):
        return False
    control = node.definition.control
    chooses = control is not None and control.items is not None
    return not chooses or bool(live.world.choices(node))


def _shuts(live: Live, node: Node) -> bool:
    return live.truth(node.definition.bind.readonly, node, otherwise=False)


def _progress(live: Live, node: Node) -> tuple[int, int]:
    """Return the number of a question and how many can be answered, as things now stand."""
    return live.places.progress(
        node.place, lambda guard: _shuts(live, guard) or is_standing(guard)
    )


def ask(live: Live, node: Node) -> Question:
    """Put a place into words."""
    if isinstance(node, Series):
        return _more(live, node)
    definition = node.definition
    control = definition.control
    number, total = _progress(live, node)
    render = live.world.render
    return Question(
        ref=node.ref,
        type=kind_of(definition),
        label=label_of(live, node),
        hint=render(control.hint, node) if control else "",
        required=is_missed(live, node),
        readonly=is_readonly(live, node),
        choices=live.world.choices(node),
        said=live.world.said(node),
        value=node.value,
        section=_section(live, node, control),
        number=number,
        total=total,
        sensitive=is_sensitive(definition),
        appearance=control.appearance if control else "",
        range=control.range if control else ("", "", ""),
        guidance=render(control.guidance, node) if control else "",
    )


def read(question: Question) -> Question:
    """Return a question as the chat reads it, without the styling of its words."""
    return replace(
        question,
        label=plain(question.label),
        hint=plain(question.hint),
        guidance=plain(question.guidance),
        section=plain(question.section),
        choices=tuple((value, plain(label)) for value, label in question.choices),
    )


def label_of(live: Live, node: Node) -> str:
    """Return a question's label, or its name when the form gives none."""
    control = node.definition.control
    text = live.world.render(control.label, node) if control else ""
    return text or node.name


def _section(live: Live, node: Node, control: Control | None) -> str:
    above = control.parent if control else None
    while above is not None:
        if above.label is not None and above.node is not None:
            holder = live.locate(above.node, node)
            text = live.world.render(above.label, holder or node)
            return text + _mark(live, node)
        above = above.parent
    return ""


def _mark(live: Live, node: Node) -> str:
    repeat = node.definition.in_repeat
    if repeat is None:
        return ""
    instance = node.holder(repeat)
    return f"（{instance.mark.strip('[]')}）" if instance is not live.root else ""


def _more(live: Live, series: Series) -> Question:
    """Ask whether one more instance is to be added."""
    words = _MORE["zh" if is_chinese(live.world.language) else "en"]
    repeat = series.definition.repeat
    above = series.above or series
    name = live.world.render(repeat.label, above) if repeat else ""
    number, total = _progress(live, series)
    return Question(
        ref=series.ref,
        type="repeat",
        label=words[0].format(name=name or series.name),
        required=True,
        choices=((YES, words[1]), (NO, words[2])),
        number=number,
        total=total,
    )


def is_chinese(language: str) -> bool:
    """Say whether a form's language is Chinese; a form without languages is taken as one."""
    low = language.lower()
    return not low or "zh" in low or "中文" in language or "chinese" in low


def item(live: Live, node: Node) -> Item:
    """Put an answered question on the review page."""
    sensitive = is_sensitive(node.definition)
    return Item(
        node.ref,
        plain(label_of(live, node)),
        node.stored,
        _shown(live, node, sensitive=sensitive),
        sensitive,
        plain(_section(live, node, node.definition.control)),
        is_readonly(live, node),
    )


def told(live: Live, node: Node) -> tuple[str, ...]:
    """Return what is read of a question that cannot be answered: its words, and what it holds."""
    label = plain(label_of(live, node))
    return tuple(filter(None, (label, _shown(live, node, sensitive=_is_somebodys(live, node)))))


def _is_somebodys(live: Live, node: Node) -> bool:
    """Say whether a value may hold somebody's own words: typed here, or worked out of them."""
    definition = node.definition
    if definition.bind.sensitive or live.places.is_done(node) or kind_of(definition) in _FILES:
        return is_sensitive(definition)
    seen, waiting = {definition}, [definition]
    while waiting:
        for expression in live.form.sources_of(waiting.pop()):
            if live.form.reads_last_saved(expression):
                return True
            more = {ref.target for ref in expression.refs} - seen
            if any(is_sensitive(other) for other in more if other.control is not None):
                return True
            seen |= more
            waiting += more
    return False


def _shown(live: Live, node: Node, *, sensitive: bool) -> str:
    """Write a value as a page may show it."""
    value, control = node.stored, node.definition.control
    labels = dict(live.world.choices(node)) if value else {}
    if labels:
        words = [value] if value in labels else value.split()
        return "、".join(plain(labels.get(word, word)) for word in words)
    if sensitive:
        return f"✓（{len(value)}）" if value else ""
    kind = question_type(control.tag, node.definition.bind.type, control.media) if control else ""
    return _said(kind, value)


def _said(kind: str, value: str) -> str:
    """Return a value as a person says it: it is kept as `3.0` and `15:50:00.000+08:00`."""
    if kind == "time":
        return value[:5]
    if kind == "dateTime":
        return value.replace("T", " ")[:16]
    return value.removesuffix(".0")
