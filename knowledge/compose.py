"""From what was found to an answer: which kind, which quotes, which words; no search here."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel.phrases import Phrase, say
from knowledge import data
from knowledge.answer import Answer, Citation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kernel.phrases import Words
    from knowledge.danger import Danger
    from knowledge.data import Guide, Note


EMERGENCY_CLAUSE = "民发〔2019〕34号#附件3-5"
ASKS = ("村（居）儿童主任", "乡镇（街道）儿童督导员", "12345 政务服务热线")


def guide_lines(guide: Guide, render: Callable[[Phrase], str], only: str = "") -> list[Words]:
    """Write the steps of a procedure or one of them, each local fact marked, with the sources."""
    lines: list[Words] = [say("knowledge-guide", title=guide.title)]
    for part, text in guide.parts:
        if only not in ("", part):
            continue
        local = render(say("knowledge-guide-local")) if part in guide.local else ""
        lines.append(say(f"knowledge-guide-{part}", text=text + local))
    lines.append(say("knowledge-guide-sources", sources="、".join(guide.sources)))
    return lines


def whose(citation: Citation) -> tuple[Phrase, ...]:
    """Say whose duty a clause is where only the heading of its annex does."""
    heading = citation.duties_of
    return (say("knowledge-duties", heading=heading),) if heading else ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes answers in one language; `render` turns a phrase of ours into its sentence."""

    render: Callable[[Phrase], str]

    def answered(
        self,
        citations: Sequence[Citation],
        guide: Guide | None = None,
        *,
        told: bool = False,
        danger: Danger,
        confidence: float,
    ) -> Answer:
        """Answer from clauses: key sentence, quote, citation, other places.

        The steps of a procedure that was `told` just before are not told again.
        """
        best = citations[0]
        lines: list[Words | Citation] = [*whose(best), best.quote, best]
        if len(citations) > 1:
            names = "、".join(self._name(c, best) for c in citations[1:])
            lines.append(say("knowledge-also", clauses=names))
        lines += [] if told else self._guide(guide)
        key = best.key
        return self._finish(
            Answer(
                kind="answer",
                text="",
                lines=tuple(lines),
                danger=danger,
                citations=tuple(citations),
                key_sentence=best.quote,
                follow_ups=data.next_questions().get(key, ()),
                next_steps=data.next_steps().get(key, ()),
                topic=key,
                confidence=confidence,
                guide=guide.guide if guide else "",
            )
        )

    def referred(
        self,
        note: Note,
        citations: Sequence[Citation],
        guide: Guide | None = None,
        *,
        told: bool = False,
        danger: Danger,
        confidence: float,
    ) -> Answer:
        """Say what the directive does not set, what comes nearest, and whom to ask."""
        lines: list[Words | Citation] = [note.says]
        for citation in citations[:1]:
            quote = say("knowledge-quote", quote=citation.quote)
            lines += [say("knowledge-near"), *whose(citation), quote, citation]
        lines += [] if told else self._guide(guide)
        if note.ask:
            lines.append(say("knowledge-ask-them", offices="、".join(note.ask)))
        return self._finish(
            Answer(
                kind="referral",
                text="",
                lines=tuple(lines),
                danger=danger,
                citations=tuple(citations),
                refer_to=note.ask,
                topic=f"note:{note.note}",
                confidence=confidence,
                guide=guide.guide if guide else "",
            )
        )

    def stepped(self, guide: Guide, part: str, note: Note, *, danger: Danger) -> Answer:
        """Say one part of a procedure, where it stands, and whom to ask (those of `note`)."""
        asking = say("knowledge-ask-them", offices="、".join(note.ask))
        return self._finish(
            Answer(
                kind="referral",
                text="",
                lines=(*guide_lines(guide, self.render, part), asking),
                danger=danger,
                refer_to=note.ask,
                topic=f"note:{note.note}",
                confidence=1.0,
                guide=guide.guide,
            )
        )

    def declined(self, note: Note, *, danger: Danger) -> Answer:
        """Decline, saying why and whom to turn to."""
        lines = (say("knowledge-declined"), note.says)
        topic = f"note:{note.note}"
        return self._finish(
            Answer("refusal", "", lines, danger, refer_to=note.ask, topic=topic, confidence=1.0)
        )

    def refused(self, *, danger: Danger, confidence: float = 0.0) -> Answer:
        """Say that nothing was found."""
        lines = (say("knowledge-nothing-found"), say("knowledge-nothing-ask"))
        return self._finish(
            Answer("refusal", "", lines, danger, refer_to=ASKS, confidence=confidence)
        )

    def nearest(
        self, citations: Sequence[Citation], *, danger: Danger, confidence: float
    ) -> Answer:
        """Show the nearest article of an added law, not as an answer, and say whom to ask."""
        best = citations[0]
        quote = say("knowledge-quote", quote=best.quote)
        offices = say("knowledge-ask-them", offices="、".join(ASKS))
        return self._finish(
            Answer(
                kind="referral",
                text="",
                lines=(say("knowledge-near"), quote, best, offices),
                danger=danger,
                citations=tuple(citations),
                refer_to=ASKS,
                topic=best.key,
                confidence=confidence,
            )
        )

    def emergency(self, citation: Citation | None, *, danger: Danger) -> Answer:
        """Put 110 and 120 first, then the duty to report."""
        lines: list[Words | Citation] = [
            say("knowledge-emergency-first"),
            say("knowledge-emergency-self"),
        ]
        if citation is not None:
            lines += [say("knowledge-emergency-duty"), citation.quote, citation]
        return self._finish(
            Answer(
                kind="emergency",
                text="",
                lines=tuple(lines),
                danger=danger,
                citations=(citation,) if citation else (),
                refer_to=("110", "120"),
                key_sentence=citation.quote if citation else "",
                topic=EMERGENCY_CLAUSE if citation else "",
                confidence=danger.score,
            )
        )

    def told(self, line: Words | Citation) -> str:
        """Say one paragraph of an answer."""
        if isinstance(line, Citation):
            return self.render(self.citation(line))
        return self.render(line) if isinstance(line, Phrase) else line

    def citation(self, citation: Citation) -> Phrase:
        """Write the line that names a clause, its force and its date."""
        date = citation.date
        shown = self.render(say("knowledge-year", year=date)) if len(date) == len("2019") else date
        status = self.render(say(f"knowledge-status-{citation.status}"))
        named = citation.document != citation.title and "〔" in citation.document
        # a notice is printed and sent out; a law is passed or amended on its day
        dated = self.render(say("knowledge-dated" if named else "knowledge-dated-law", date=shown))
        return say(
            "knowledge-citation" if named else "knowledge-citation-plain",
            title=citation.title,
            document=citation.document,
            clause=citation.label,
            status=status,
            date=dated,
        )

    def _guide(self, guide: Guide | None) -> list[Words]:
        return [] if guide is None else guide_lines(guide, self.render)

    def _name(self, citation: Citation, best: Citation) -> str:
        title = data.titles().get(citation.key, "")
        same = citation.document == best.document
        name = citation.label if same else f"《{citation.title}》{citation.label}"
        return f"{name}（{title}）" if title else name

    def _finish(self, answer: Answer) -> Answer:
        lines = answer.lines
        if answer.danger.level == "unsure" and answer.kind != "emergency":
            lines = (say("knowledge-danger-ask"), *lines)
        text = "\n".join(map(self.told, lines))
        return dataclasses.replace(answer, lines=lines, text=text)
