"""A brief of each child for whoever takes over: what is open, and what the last visit asks."""

from __future__ import annotations

from datetime import date, timedelta

from cases.casebook import NewCase
from cases.db.briefs import Brief, briefs
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.matters import Matters
from cases.db.submissions import Submissions
from cases.matters import MatterKind, NewMatter
from cases.submissions import Definition, Submission, Visit

DAY = date(2026, 11, 23)
END = DAY + timedelta(days=200)


async def test_whoever_takes_over_reads_what_is_open_and_what_to_follow_up(county, policies):
    who = county.director
    async with county.store.unit() as unit:
        child, other = (await Children(unit).mine(who))[:2]
        book = Matters(unit)
        signed = await book.open(
            who,
            NewMatter(kind=MatterKind.DELEGATION, area=child.area, child_id=child.id, due_on=END),
        )
        await book.step(who, signed.id, "signed")
        aid = await book.open(
            who,
            NewMatter(
                kind=MatterKind.BENEFIT, area=child.area, child_id=child.id, topic="temp_relief"
            ),
        )
        over = await book.open(
            who,
            NewMatter(
                kind=MatterKind.REFERRAL, area=child.area, child_id=child.id, topic="health"
            ),
        )
        await book.step(who, over.id, "withdrawn")
        for draft, situation in (("c1", "A4"), ("c2", "N2")):
            report = NewCase(
                draft_id=draft,
                severity="P2",
                situations=(situation,),
                area=child.area,
                child_id=child.id,
            )
            opened = await CaseBook(unit).open_case(county.supervisor, report)
            if draft == "c1":
                number = opened.number
        for draft, rules in (("v1", ("rule_needs",)), ("v2", ("rule_health", "rule_money"))):
            form = Submission(
                draft_id=draft,
                definition=Definition(form="visit_checkin", version="1", source=b"<xform/>"),
                values={},
                area=child.area,
                child_id=child.id,
                visit=Visit(visited_on=DAY, child_seen=True, triggers=rules),
            )
            await Submissions(unit).submit(who, form, policies.at(child.area, DAY))
        found, nothing = await briefs(unit, who, [child, other])
    assert [case.number for case in found.cases] == [number]  # N2 is hidden in the village
    assert [one.number for one in found.matters] == [aid.number]
    assert found.delegated_until == END
    assert found.rules == ("rule_health", "rule_money")
    assert nothing == Brief(child=other)
