"""Papers to print and sign: a child's file, and what to tell the police; values in, .docx out.

The sentences come from the locale files through `speak`; a masker hides what a chat may not carry.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import docx
from docx.oxml.ns import qn
from docx.shared import Pt

from cases.child_fields import CODED, SECTIONS, WORDS_AS, aid_states, is_empty, value_of, words_of
from kernel.clock import local
from kernel.phrases import called, say
from kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from cases.casebook import CaseCard
    from cases.children import ChildFile, TimelineEntry
    from cases.masking import Masker
    from cases.submissions import Basis
    from kernel.phrases import Speak

_FONT = "SimSun"
_BLANK = "________________"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as headed tables of two columns; nothing of it is kept."""

    title: str
    head: Sequence[str]
    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]] = field(repr=False)
    foot: Sequence[str] = ()


def write_paper(paper: Paper) -> bytes:
    """Write a paper as .docx."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    document.core_properties.author = ""
    document.add_heading(clean(paper.title), level=1)
    for line in paper.head:
        document.add_paragraph(clean(line))
    for title, rows in paper.parts:
        document.add_heading(clean(title), level=2)
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for label, value in rows:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = clean(label), clean(value)
    for line in paper.foot:
        document.add_paragraph(clean(line))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """Who prints, when, in whose words.

    Args:
        maker: Name of who has it printed.
        masker: Hides names and numbers; None prints all (console, never a chat by default).
    """

    maker: str
    day: date
    speak: Speak
    masker: Masker | None = None


def child_paper(
    file: ChildFile,
    timeline: Sequence[TimelineEntry],
    village: str,
    printing: Printing,
    bases: Sequence[Basis] = (),
) -> bytes:
    """Write a child's file (一人一档案, 附件3-2) to be printed and signed."""
    speak = printing.speak
    line = file.line
    first = [
        (_say(speak, "paper-file-no"), line.file_no),
        (_say(speak, "paper-village"), village),
        (_say(speak, "paper-risk"), _words("value-risk_level-", [line.risk_level], speak)),
        (_say(speak, "paper-last-visit"), _day(line.last_visit_on)),
        (_say(speak, "paper-next-visit"), _day(line.next_visit_on)),
    ]
    events = [
        (f"{local(one.at):%Y-%m-%d}", f"{called(f'event-{one.kind}', speak, one.kind)} {one.ref}")
        for one in timeline
    ]
    parts = [
        (_say(speak, "paper-about"), first),
        *_sections(file, printing),
        (_say(speak, "paper-bases"), [basis_words(one, speak) for one in bases]),
        (_say(speak, "paper-events"), events),
    ]
    return write_paper(_paper("paper-child", parts, printing))


def basis_words(one: Basis, speak: Speak) -> tuple[str, str]:
    """Return on which basis records were made, and how many: as a name and words."""
    said = speak(say("basis-records", count=one.count, date=one.last_on.isoformat()))
    refs = speak(say("basis-refs", numbers="、".join(one.refs))) if one.refs else ""
    return called(f"basis-{one.name}", speak, one.name), said + refs


def _sections(file: ChildFile, printing: Printing) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the file section by section; what is wanted and empty is left to be filled by pen."""
    speak, whole, gaps = printing.speak, file.whole, file.gaps
    known = {"actual_caregiver", "risk_level"}
    parts = []
    for section, names in SECTIONS.items():
        rows = [_row(name, value_of(whole, name), gaps, printing) for name in names]
        if section == "aid" and (states := aid_states(whole)):
            rows = [_aid(aid, state, speak) for aid, state in states] + rows[-2:]
        if section == "carer" and "actual_caregiver" in gaps:
            rows.append((called("field-actual_caregiver", speak), _BLANK))
        parts.append((_say(speak, f"section-{section}"), [row for row in rows if row[1]]))
        known |= {*names}
    rest = [_row(n, value, (), printing) for n, value in file.fields.items() if n not in known]
    parts.append((_say(speak, "section-visits"), [row for row in rest if row[1]]))
    return [(title, rows) for title, rows in parts if rows]


def _row(name: str, value: object, gaps: Sequence[str], printing: Printing) -> tuple[str, str]:
    label = called(f"field-{name}", printing.speak, name)
    return label, _BLANK if name in gaps else file_words(name, value, printing)


def _aid(aid: str, state: str, speak: Speak) -> tuple[str, str]:
    return (
        called(f"value-aid_received-{aid}", speak, aid),
        called(f"value-aid_state-{state}", speak, state),
    )


def police_paper(
    card: CaseCard, place: str, answers: Sequence[tuple[str, str]], printing: Printing
) -> bytes:
    """Write what a worker tells the police (附件3-5): where, what, who, then all that is known.

    Args:
        card: The case as opened by who prints.
        place: Name of the village.
        answers: The report's answers as question and words, as the form itself names them.
        printing: Who prints, and in whose words.
    """
    speak, line, contact = printing.speak, card.line, card.police
    situations = _words("situation-", list(line.situations), speak)
    told = [
        (_say(speak, "paper-police-place"), place or _BLANK),
        (_say(speak, "paper-police-time"), _moment(line.opened_at)),
        (_say(speak, "paper-police-what"), situations or _BLANK),
        (_say(speak, "paper-police-child"), _child(card, printing) or _BLANK),
        *((label, value or _BLANK) for label, value in answers),
    ]
    receipt = [
        (_say(speak, "paper-police-at"), _moment(contact.at) if contact else _BLANK),
        (_say(speak, "paper-police-station"), (contact.station if contact else "") or _BLANK),
        (_say(speak, "paper-police-officer"), (contact.officer if contact else "") or _BLANK),
        (_say(speak, "paper-police-receipt"), (contact.receipt_no if contact else "") or _BLANK),
    ]
    parts = [
        (f"{_say(speak, 'paper-police-told')} {line.number}", told),
        (_say(speak, "paper-police-answer"), receipt),
    ]
    return write_paper(_paper("paper-police", parts, printing))


def matter_paper(kind: str, rows: Sequence[tuple[str, str]], printing: Printing) -> bytes:
    """Write what was agreed of a matter, to be signed by those it binds.

    Args:
        kind: `delegation` (附件3-3), `referral` (四-(三)), `conference` (附件1-5) or
            `substitute` (一-(二)).
        rows: What it says, as names and words that may be shown.
        printing: Who prints, and in whose words.
    """
    speak = printing.speak
    told = [(label, value or _BLANK) for label, value in rows]
    signed = [(name, _BLANK) for name in _say(speak, f"paper-{kind}-signed").split("、")]
    parts = [(_say(speak, "paper-basic"), told), (_say(speak, "paper-signatures"), signed)]
    return write_paper(_paper(f"paper-{kind}", parts, printing))


def year_paper(rows: Sequence[tuple[str, str]], printing: Printing) -> bytes:
    """Write the draft of what an area reports of a period (四-(四), 附件1-2): counts, no person.

    Args:
        rows: Indicators as names and words; small counts are hidden already.
        printing: Who prints, and in whose words.
    """
    speak = printing.speak
    told = [(_say(speak, f"paper-year-{name}"), _BLANK) for name in ("done", "problems", "next")]
    parts = [
        (_say(speak, "paper-year-figures"), list(rows)),
        (_say(speak, "paper-year-words"), told),
    ]
    return write_paper(_paper("paper-year", parts, printing))


def plan_paper(
    year: str,
    place: str,
    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    printing: Printing,
) -> bytes:
    """Write the draft of an area's plan of a year (附件2-1): what is known, and room for words.

    Args:
        year: The year it is for.
        place: Name of the area.
        parts: Name of each part (`tasks`, `seasons`, `progress`) and its rows.
        printing: Who prints, and in whose words.
    """
    speak = printing.speak
    words = ("goals", "steps", "people", "dates", "support")
    drawn = [
        (_say(speak, "paper-plan-about"), [(_say(speak, "paper-plan-area"), place)]),
        *((_say(speak, f"paper-plan-{name}"), list(rows)) for name, rows in parts),
        (
            _say(speak, "paper-plan-words"),
            [(_say(speak, f"paper-plan-{name}"), _BLANK) for name in words],
        ),
    ]
    paper = _paper("paper-plan", drawn, printing)
    return write_paper(replace(paper, title=speak(say("paper-plan-title", year=year))))


def letter_paper(village: str, printing: Printing) -> bytes:
    """Write to a parent's employer (三-(三)); no child and no parent is named in it."""
    speak = printing.speak
    lines = [_say(speak, f"paper-letter-{number}") for number in range(1, 5)]
    foot = (f"{village}　{printing.maker}　{printing.day.isoformat()}", _BLANK)
    return write_paper(Paper(_say(speak, "paper-letter"), lines, (), foot))


def _paper(key: str, parts: list[tuple[str, list[tuple[str, str]]]], printing: Printing) -> Paper:
    speak = printing.speak
    head = speak(say("paper-made", who=printing.maker, day=printing.day.isoformat()))
    return Paper(
        _say(speak, key), (head, _say(speak, f"{key}-law")), parts, (_say(speak, "paper-sign"),)
    )


def _child(card: CaseCard, printing: Printing) -> str:
    child = card.child
    if child is None:
        return ""
    age = child.age(printing.day)
    name = printing.masker.person_name(child.name) if printing.masker else child.name
    return f"{name} {'' if age is None else age}".strip()


def file_words(name: str, value: object, printing: Printing) -> str:
    """Return a value of a file in words: codes as they are called, people as the masker allows."""
    if is_empty(value):
        return ""
    if name in CODED:
        key = f"value-{WORDS_AS.get(name, name)}-"
        return _words(key, words_of(value), printing.speak)
    if name == "photo":
        return _say(printing.speak, "paper-photo")
    if name in {"caregiver_relation", "relation"} and (
        word := called(f"value-caregiver_relation-{value}", printing.speak)
    ):
        return word
    if isinstance(value, dict):
        shown = (file_words(str(key), one, printing) for key, one in value.items())
        return " ".join(text for text in shown if text)
    if isinstance(value, list):
        return "；".join(file_words(name, one, printing) for one in value)
    if printing.masker is None:
        return str(value)
    return printing.speak(printing.masker.field(name, str(value)))


def _words(prefix: str, codes: Sequence[str], speak: Speak) -> str:
    return "、".join(called(prefix + code, speak, code) for code in codes)


def _say(speak: Speak, key: str) -> str:
    return speak(say(key))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
