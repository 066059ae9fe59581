"""Shows a form as rows: what is asked, when, and from which clause; it runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.question import kind_of

if TYPE_CHECKING:
    from forms.definition import Def, TextTemplate
    from forms.form import Form
    from forms.xpath.compiler import Expression


def rows(form: Form, language: str = "") -> list[dict[str, str]]:
    """Return one row a question, rule and hidden value, in document order."""
    language = language or form.model.default_language
    return [_row(form, d, language) for d in form.model.defs if _is_shown(d)]


def _is_shown(definition: Def) -> bool:
    meta = "/meta" in definition.path
    return definition.leaf and not definition.name.startswith("@") and not meta


def _row(form: Form, definition: Def, language: str) -> dict[str, str]:
    bind = definition.bind
    asked = definition.control is not None
    kind = kind_of(definition) if asked else "calculate" if bind.calculate else "hidden"
    return {
        "ref": definition.path,
        "type": kind,
        "label": label(form, definition, language),
        "relevant": _source(bind.relevant),
        "required": _source(bind.required),
        "constraint": _source(bind.constraint),
        "calculation": _source(bind.calculate),
        "save_to": bind.save_to,
        "source": bind.source,
    }


def _source(expression: Expression | None) -> str:
    return expression.source.strip() if expression else ""


def label(form: Form, definition: Def, language: str) -> str:
    """Return a question's label with `${…}` where a value goes."""
    template = definition.control.label if definition.control else None
    return written(form, template, language)


def written(form: Form, template: TextTemplate | None, language: str) -> str:
    """Return words of a form in a language, with `${…}` where a value goes."""
    if template is None:
        return ""
    if template.itext:
        return written(form, form.model.itext.get(language, {}).get(template.itext), language)
    return "".join(
        p if isinstance(p, str) else f"${{{p.source.strip().rpartition('/')[2]}}}"
        for p in template.parts
    ).strip()


def text(form: Form, language: str = "") -> str:
    """Return the form as text for a terminal."""
    lines = [f"{form.title}  ({form.id}, {form.version})"]
    for row in rows(form, language):
        lines.append(f"{row['ref']}  [{row['type']}]  {row['label']}".rstrip())
        lines += [
            f"    {name}: {row[name]}"
            for name in ("relevant", "required", "constraint", "calculation", "save_to", "source")
            if row[name]
        ]
    return "\n".join(lines)
