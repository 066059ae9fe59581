"""What a form gathered as a workbook: a sheet of submissions, and one more for each repeat."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from cases.exports import ExportKind, FormExport
from cases.ledgers import Beside, write_export, write_note
from cases.workbooks import Page, write_csv, write_pages
from forms import catalog, results
from forms.form import load
from forms.question import is_sensitive
from forms.show import label
from handlers import files
from handlers.visits import FORM
from kernel.clock import local
from kernel.errors import InputError
from kernel.phrases import say
from kernel.words import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cases.db.submission_lists import OpenedSubmission
    from cases.exports import Export
    from cases.masking import Masker
    from kernel.phrases import Speak

_LEAD = ("number", "filed-at", "filed-by", "area", "file-no")
_IN_VISITS = {
    "seen": "seen",
    "immediate_danger": "immediate_danger",
    "lives_with": "lives_now",
    "caregiver_capacity": "capacity_now",
    "delegation_state": "delegation_now",
    "last_parent_contact": "last_parent_contact",
    "basic_needs": "basics_now",
    "hazards": "hazards",
    "health_state": "health_now",
    "injury_explained": "injury_explained",
    "school_state": "school_now",
    "mood": "mood_now",
    "documents_state": "documents_now",
    "money_state": "money_now",
    "aid_needed": "aid_needed",
    "abuse_sign": "abuse_sign",
    "child_words": "child_words",
    "actions_done": "actions_done",
    "next_visit_date": "next_visit_date",
}
"""What the export of visits tells, by the question's name: where its value of today stands."""
_OF_REPEAT = ("number", "entry")
_ASKING = "？?：: "
FIGURES = 25
"""Questions whose figures are shown in a chat (our default); all are in the sheet."""


def write_file(
    export: Export | FormExport, name: str, speak: Speak, masker: Masker | None = None
) -> bytes:
    """Write a list, or what a form gathered; errors as of either."""
    if isinstance(export, FormExport):
        return write_results(lay_out(export, masker), name, speak)
    if export.kind == ExportKind.VISITS:
        return write_export(export, name, speak, masker, _told_in_visits(export, masker))
    return write_export(export, name, speak, masker)


def _told_in_visits(export: Export, masker: Masker | None) -> Beside:
    """Return what was answered in visits, in the words of the form.

    A later visit asks only about what changed: what holds since an earlier one stands there too.
    Through a chat, what people said in their own words is left out.
    """
    form = catalog.get(FORM)
    language = form.model.default_language
    asked = {one.name: one for one in form.model.defs if one.name in _IN_VISITS}
    shown = [name for name in _IN_VISITS if masker is None or not is_sensitive(asked[name])]
    labels = {name: results.labels_of(form, asked[name], language) for name in shown}
    header = [label(form, asked[name], language).rstrip(_ASKING) for name in shown]

    def told(name: str, answers: Mapping[str, str]) -> str:
        value = answers.get(_IN_VISITS[name]) or answers.get(name, "")
        words = labels[name]
        return "、".join(words.get(one, one) for one in value.split()) if words else value

    return Beside(header, [[told(name, one) for name in shown] for one in export.answers])


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What a form gathered, each submission with the very form it was given on.

    Args:
        title: Of the newest form.
        clear: With what people said in their own words; without, it goes out through a chat.
    """

    export: FormExport
    title: str
    answered: Sequence[results.Answered] = field(repr=False)
    columns: results.Columns = field(repr=False)
    clear: bool


def lay_out(export: FormExport, masker: Masker | None = None) -> LaidOut:
    """Lay out what a form gathered, for a sheet and for a small screen.

    With a masker it goes out through a chat: workers' names are as there, and what people said
    in their own words is left out.
    """
    forms = {
        kept.version: load(kept.source, kind=".xml", files=kept.files)
        for kept in export.definitions
    }
    answered = [
        results.Answered(
            (
                one.number,
                f"{local(one.at):%Y-%m-%d %H:%M}",
                _by(one, masker),
                export.areas.get(one.area, one.area),
                one.file_no,
            ),
            forms[one.version],
            one.values,
        )
        for one in export.submissions
    ]
    columns = results.columns_of(answered, clear=masker is None)
    return LaidOut(export, next(iter(forms.values())).title, answered, columns, masker is None)


def _by(one: OpenedSubmission, masker: Masker | None) -> str:
    if masker is None or not one.by:
        return one.by
    return (masker.person_name if one.of_family else masker.worker_name)(one.by)


def write_results(laid: LaidOut, name: str, speak: Speak) -> bytes:
    """Write what a form gathered as the file's name ends: .xlsx or .csv.

    Raises:
        InputError: The name ends otherwise, or the form has repeats, which a .csv cannot hold.
    """
    pages = [
        Page(
            table.repeat or laid.title,
            (*_spoken(_OF_REPEAT if number else _LEAD, speak), *table.header),
            table.rows,
        )
        for number, table in enumerate(results.tables(laid.answered, laid.columns, files.listed))
    ]
    note = write_note(laid.export, laid.title, speak)
    note += "" if laid.clear else speak(say("cases-export-words-left-out"))
    if name.lower().endswith(".xlsx"):
        return write_pages([*pages, *_totals(laid, speak)], note)
    if not name.lower().endswith(".csv"):
        raise InputError(reply=say("cases-export-file"))
    if len(pages) > 1:
        raise InputError(reply=say("cases-export-repeats"))
    return write_csv(pages[0].rows, pages[0].header, note)


def figures(laid: LaidOut, speak: Speak) -> list[Line]:
    """Count the answers for a small screen: each question with its choices, or its numbers."""
    head = say("export-figures", title=laid.title, count=len(laid.answered))
    lines, found = [Line(head, "strong")], results.totals(laid.answered, laid.columns)
    for question, totals in groupby(found, lambda one: one.question):
        told = [_figure(one, speak) for one in totals if one.value or one.kind != "choice"]
        if told:
            asked = question.rstrip(_ASKING)
            lines.append(Line(say("export-figure", question=asked, answers="，".join(told))))
    if (more := len(lines) - 1 - FIGURES) > 0:
        lines = [*lines[: FIGURES + 1], Line(say("export-figures-more", count=more), "small")]
    return [] if len(lines) == 1 else lines


def _figure(one: results.Total, speak: Speak) -> str:
    return f"{one.answer or speak(say(f'cases-total-{one.kind}'))} {one.value:g}"


def _spoken(names: tuple[str, ...], speak: Speak) -> tuple[str, ...]:
    return tuple(speak(say(f"cases-column-{name}")) for name in names)


def _totals(laid: LaidOut, speak: Speak) -> list[Page]:
    """Count the answers on a sheet of their own; none where nothing can be counted."""
    rows = [
        (one.question, one.answer or speak(say(f"cases-total-{one.kind}")), one.value)
        for one in results.totals(laid.answered, laid.columns)
    ]
    header = _spoken(("question", "answer", "count"), speak)
    return [Page(speak(say("cases-export-totals")), header, rows)] if rows else []
