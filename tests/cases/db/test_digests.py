"""Summaries of a week and a month, permits to export, papers, and what is thrown away."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import docx
import pytest
from sqlalchemy import select, text

from cases.access import Purpose
from cases.casebook import NewCase, PoliceContact
from cases.db import audit_year, exports, retention
from cases.db.alerting import Alert, Alerts, Recipient
from cases.db.audit import Audit
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.digests import Digests
from cases.db.exports import Exports
from cases.db.inbox import Inbox, Incoming
from cases.db.matters import Matters
from cases.db.people import People
from cases.db.rights import Rights
from cases.db.rows import AlertRow, ChildRow, InboxRow, ReplyRow, SubjectKeyRow
from cases.db.staff import Staff
from cases.db.submissions import Submissions
from cases.db.tasks import Tasks
from cases.errors import DeniedError, GuardError, ReasonNeededError
from cases.exports import ExportKind, Wanted
from cases.ledgers import write_export
from cases.masking import Masker, Mode
from cases.matters import MatterKind, NewMatter
from cases.papers import (
    Printing,
    child_paper,
    letter_paper,
    matter_paper,
    police_paper,
    year_paper,
)
from cases.people import SYSTEM, Person, Principal, Role, principal
from cases.submissions import Definition, Submission, Visit
from cases.tasks import TaskKind
from cases.vault import ForgottenError
from cases.workbooks import read_workbook
from handlers.speech import speak
from kernel.errors import InputError

DAY = date(2026, 11, 23)
STRANGER = Principal(channel="telegram", chat="777")


async def visit(county, policies, child, draft="d1", who=None):
    submission = Submission(
        draft_id=draft,
        definition=Definition(form="f", version="1", source=b"form"),
        values={"/data/a": "b"},
        area=child.area,
        child_id=child.id,
        visit=Visit(visited_on=DAY, child_seen=True, severity="P3"),
    )
    async with county.store.unit() as unit:
        who = who or county.director
        await Submissions(unit).submit(who, submission, policies.at(child.area, DAY))
        await unit.commit()


async def first_child(county):
    async with county.store.reading() as unit:
        return (await Children(unit).mine(county.director))[0]


async def test_who_has_not_visited_stands_first(county, policies):
    await visit(county, policies, await first_child(county))
    async with county.store.reading() as unit:
        workers = await Digests(unit, policies).workers(county.supervisor)
        with pytest.raises(DeniedError):
            await Digests(unit, policies).workers(county.director)
    figures = {one.person.id: one for one in workers}
    mine = figures[county.director.person_id]
    assert (mine.children, mine.visits, mine.last_visit_on) == (7, 1, DAY)
    assert figures[county.next_director.person_id].visits == 0
    assert [one.overdue for one in workers] == sorted(
        (one.overdue for one in workers), reverse=True
    )


async def test_the_week_and_the_month_count_what_happened(county, policies):
    child = await first_child(county)
    await visit(county, policies, child)
    async with county.store.unit() as unit:
        case = NewCase(draft_id="c", severity="P1", situations=("A1",), area=county.village)
        await CaseBook(unit).open_case(county.director, case)
        new = NewMatter(
            kind=MatterKind.REFERRAL, area=child.area, child_id=child.id, topic="education"
        )
        await Matters(unit).open(county.director, new)
        digests = Digests(unit, policies)
        week = await digests.week(county.supervisor)
        month = await digests.month(county.director, date(2026, 11, 1))
        other = await digests.month(county.next_director, date(2026, 11, 1))
        await unit.commit()
    assert (week.visits, week.children_seen, week.reviews_waiting) == (1, 1, 1)
    assert (week.cases_opened, week.cases_open, week.police_missing) == (1, 1, 1)
    assert week.overdue == sum(one.overdue for one in week.villages)
    assert (month.children, month.visits, month.seen) == (7, 1, 1)
    assert (month.referrals, month.cases) == (1, 1)
    assert (other.visits, other.referrals) == (0, 0)


async def test_a_summary_goes_to_the_supervisor_who_notes_reading_it(county):
    async with county.store.unit() as unit:
        matters = Matters(unit)
        new = NewMatter(
            kind=MatterKind.SUMMARY, area=county.village, topic="2026-11", words={"text": "平安"}
        )
        sent = await matters.open(county.director, new)
        assert [one.id for one in await matters.listed(county.supervisor, new.kind)] == [sent.id]
        assert await matters.listed(county.other_supervisor, new.kind) == []
        assert (await matters.card(county.supervisor, sent.id)).words == {"text": "平安"}
        assert (await matters.step(county.supervisor, sent.id, "read")).state == "read"
        with pytest.raises(GuardError):
            await matters.open(county.guardian, new)


async def test_anyone_asks_for_help_and_follows_it_alone(county):
    async with county.store.unit() as unit:
        matters = Matters(unit)
        new = NewMatter(
            kind=MatterKind.HELP, area=county.village, topic="call_back", words={"text": "求助"}
        )
        asked = await matters.open(STRANGER, new)
        other = Principal(channel="telegram", chat="778")
        assert [one.id for one in await matters.asked_by(STRANGER)] == [asked.id]
        assert await matters.asked_by(other) == []
        assert (await matters.card(STRANGER, asked.id)).words == {"text": "求助"}
        for who in (other, county.next_director, county.other_supervisor):
            with pytest.raises(DeniedError):
                await matters.card(who, asked.id, Purpose.ASSISTANCE)
        await matters.step(county.director, asked.id, "called")
        with pytest.raises(DeniedError):
            await matters.step(STRANGER, asked.id, "done")
        assert (await matters.step(county.director, asked.id, "done")).state == "done"


async def test_more_than_fifty_rows_leave_only_with_a_second_approval(county, monkeypatch, clock):
    monkeypatch.setattr(exports, "ALONE", 10)
    async with county.store.unit() as unit:
        desk = Exports(unit)
        ticket = await desk.ask(county.supervisor, Wanted(ExportKind.CHILDREN), county.township)
        assert (ticket.state, ticket.rows) == ("waiting", 13)
        with pytest.raises(GuardError):
            await desk.fetch(county.supervisor, ticket.number)
        with pytest.raises(GuardError):
            await desk.approve(county.supervisor, ticket.number)
        with pytest.raises(DeniedError):
            await desk.approve(county.other_supervisor, ticket.number)
        assert [one.number for one in await desk.waiting(county.officer)] == [ticket.number]
        assert (await desk.approve(county.officer, ticket.number)).state == "ready"
        with pytest.raises(DeniedError):
            await desk.fetch(county.officer, ticket.number)
        export = await desk.fetch(county.supervisor, ticket.number)
        assert (export.number, len(export.rows)) == (ticket.number, 13)
        with pytest.raises(GuardError):
            await desk.fetch(county.supervisor, ticket.number)
        small = await desk.ask(county.supervisor, Wanted(ExportKind.CASES), county.township)
        assert small.state == "ready"
        clock.pass_days(2)
        with pytest.raises(GuardError):
            await desk.fetch(county.supervisor, small.number)


@pytest.mark.parametrize("name", ["x.xlsx", "x.csv"])
async def test_a_file_says_who_made_it_and_hides_names_where_a_chat_carries_it(county, name):
    async with county.store.unit() as unit:
        export = await Exports(unit).make(county.supervisor, ExportKind.CHILDREN, county.township)
    child = export.rows[0]
    whole = read_workbook(write_export(export, name, speak), name)[0].rows
    masked = read_workbook(write_export(export, name, speak, Masker(Mode.MASKED)), name)[0].rows
    assert "冯长青" in str(whole[0][0])
    assert export.number in str(whole[0][0])
    assert child[2] in str(whole[2])
    told = str(masked)
    for secret in (child[2], child[5], child[9]):
        assert not secret or str(secret) not in told
    with pytest.raises(InputError):
        write_export(export, "x.pdf", speak)


async def test_papers_hold_the_file_and_the_report(county, policies):
    child = await first_child(county)
    async with county.store.unit() as unit:
        book, cases = Children(unit), CaseBook(unit)
        file = await book.open(county.director, child.id, Purpose.VISIT)
        timeline = await book.timeline(county.director, child.id)
        case = NewCase(
            draft_id="c", severity="P1", situations=("A5",), area=child.area, child_id=child.id
        )
        opened = await cases.open_case(county.director, case)
        contact = PoliceContact(at=datetime(2026, 11, 23, 3, 0, tzinfo=UTC), receipt_no="回执7")
        await cases.police(county.director, opened.case_id, contact)
        card = await cases.card(county.director, opened.case_id)
    printing = Printing(maker="周东方", day=DAY, speak=speak)
    masked = Printing(maker="周东方", day=DAY, speak=speak, masker=Masker(Mode.MASKED))
    paper = words_of(child_paper(file, timeline, "柳湾村", printing))
    assert child.name in paper
    assert str(file.fields["id_no"]) in paper
    assert "留守" in paper or "困" in paper or file.line.kinds
    hidden = words_of(child_paper(file, timeline, "柳湾村", masked))
    assert child.name not in hidden
    assert str(file.fields["id_no"]) not in hidden
    report = words_of(police_paper(card, "柳湾村", [("现在安全吗", "不安全")], printing))
    for word in (child.name, "柳湾村", "疑似遭受家庭暴力", "不安全", "回执7", opened.number):
        assert word in report
    assert child.name not in words_of(police_paper(card, "柳湾村", [], masked))
    record = words_of(matter_paper("delegation", [("受委托的人", "李*兰"), ("电话", "")], masked))
    assert "附件3-3" in record
    assert "李*兰" in record
    assert "见证人" in record
    assert "第二十三条" in words_of(letter_paper("柳湾村", masked))
    report = words_of(year_paper([("走访覆盖", "96%"), ("儿童类别", "<5")], masked))
    assert "96%" in report
    assert "<5" in report
    assert "下一步打算" in report
    assert "________________" in report


def words_of(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


async def test_an_approval_to_open_files_ends_and_is_renewed_by_another(county, policies, clock):
    async def today_of(who):
        async with county.store.reading() as unit:
            return {task.kind for task in await Tasks(unit, policies).today(who)}

    child = await first_child(county)
    assert TaskKind.APPROVAL_ENDING not in await today_of(county.supervisor)
    clock.pass_days(91)
    assert TaskKind.APPROVAL_ENDING in await today_of(county.supervisor)
    async with county.store.unit() as unit:
        people, staff = People(unit), Staff(unit)
        day = DAY + timedelta(days=91)
        who = principal(await people.get(county.director.person_id), "telegram", "101", day)
        with pytest.raises(ReasonNeededError):
            await Children(unit).open(who, child.id)
        assert (await Children(unit).open(who, child.id, Purpose.VISIT)).fields
        with pytest.raises(GuardError):
            await people.approve(county.supervisor.person_id, county.supervisor)
        with pytest.raises(DeniedError):
            await staff.renew(county.director.person_id, county.other_supervisor)
        await staff.renew(county.director.person_id, county.supervisor)
        who = principal(await people.get(county.director.person_id), "telegram", "101", day)
        assert (await Children(unit).open(who, child.id)).fields


async def test_one_is_asked_to_renew_only_what_one_may_and_the_own_where_nobody_else_can(
    county, policies, clock
):
    async def ending(who):
        async with county.store.reading() as unit:
            found = await Staff(unit).approvals_ending(who, policies.at(who.area, DAY))
        return {person.id for person in found}

    clock.pass_days(91)
    of_supervisor, of_officer = await ending(county.supervisor), await ending(county.officer)
    assert county.director.person_id in of_supervisor
    assert county.supervisor.person_id not in of_supervisor
    assert county.supervisor.person_id in of_officer
    assert county.officer.person_id not in of_officer  # a colleague renews it
    async with county.store.unit() as unit:
        people, day = People(unit), DAY + timedelta(days=91)
        for other in await people.workers(Role.COUNTY_OFFICER, county.officer.area, day):
            if other.id != county.officer.person_id:
                await people.leave_roster(other.id, county.officer)
        await unit.commit()
    assert county.officer.person_id in await ending(county.officer)


async def test_a_leavers_alerts_go_to_the_successor_and_are_looked_at_at_once(county):
    async with county.store.unit() as unit:
        opened = await CaseBook(unit).open_case(
            county.director,
            NewCase(draft_id="c", severity="P1", situations=("A1",), area=county.village),
        )
        alerts, now = Alerts(unit), unit.clock.now()
        alert = Alert(
            id="alert-1",
            number=opened.number,
            case_id=opened.case_id,
            severity="P1",
            situations=("A1",),
            area=county.village,
            state="acked",
            rung=0,
            round=0,
            due=9e12,
            fence=1,
            policy={},
            exclude=(),
            reporter_id=None,
            channel="telegram",
            chat="101",
            drill=False,
            made_at=now,
            acked_by=county.supervisor.person_id,
        )
        await alerts.add(alert)
        leaver = county.supervisor.person_id
        await unit.connection.execute(
            text(
                "INSERT INTO alert_recipients (alert_id, person_id, role, rung, state, queued_at)"
                " VALUES ('alert-1', :who, 'child_supervisor', 0, 'acked', :at)"
            ),
            {"who": leaver, "at": now},
        )
        successor = await People(unit).add(
            Person(id="", role=Role.CHILD_SUPERVISOR, area=county.township, name="继任"), SYSTEM
        )
        done = await Staff(unit).hand_over(leaver, successor.id, county.officer)
        assert done.alerts == ("alert-1",)
        due = (await unit.connection.execute(select(AlertRow.due))).scalar_one()
        assert due < 9e12
        card = await CaseBook(unit).card(county.officer, opened.case_id)
        assert successor.id in card.resource.addressees
        assert Recipient.__slots__


async def test_children_are_forgotten_when_their_time_is_over_and_never_twice(
    county, policies, clock
):
    child = await first_child(county)
    keeper = retention.Retention(county.store, policies)
    async with county.store.unit() as unit:
        await Rights(unit).leave(county.supervisor, child.id, "grown")
        await unit.commit()
    clock.pass_days(1_824)
    assert (await keeper.look()).children == 0
    clock.pass_days(2)
    assert (await keeper.look()).children == 1
    assert (await keeper.look()).children == 0
    async with county.store.reading() as unit:
        with pytest.raises(ForgottenError):
            await Children(unit).open(county.officer, child.id, Purpose.REVIEW)
        query = select(SubjectKeyRow.wrapped).where(
            SubjectKeyRow.subject_id == f"child:{child.id}"
        )
        assert (await unit.connection.execute(query)).scalar_one() is None
        query = select(ChildRow.id_index).where(ChildRow.id == child.id)
        assert (await unit.connection.execute(query)).scalar_one() is None
        assert (await Audit(unit).verify()).ok


async def test_the_dialogues_of_a_county_are_opened_once_for_all_who_are_forgotten(
    county, policies, clock, monkeypatch
):
    looked, look = [], Conversations.empty_naming

    async def counted(self, ids, scope):
        looked.append((sorted(ids), scope))
        await look(self, ids, scope)

    monkeypatch.setattr(Conversations, "empty_naming", counted)
    dialogues_of = (county.director, county.supervisor)
    async with county.store.unit() as unit:
        rights, dialogues = Rights(unit), Conversations(unit)
        gone = (await Children(unit).mine(county.director))[:3]
        for child in gone:
            await rights.leave(county.supervisor, child.id, "grown")
        for one, child in zip(dialogues_of, gone, strict=False):
            await People(unit).bind(one.person_id, "telegram", one.chat)
            spoken = await dialogues.lock("telegram", one.chat)
            await dialogues.save(replace(spoken, state={"about": child.id}))
        await unit.commit()
    clock.pass_days(1_826)
    async with county.store.unit() as unit:  # one of them has got a report meanwhile
        case = NewCase(
            draft_id="d1",
            severity="P2",
            situations=("A4",),
            area=gone[2].area,
            child_id=gone[2].id,
        )
        await CaseBook(unit).open_case(county.director, case)
        await unit.commit()
    assert (await retention.Retention(county.store, policies).look()).children == 2
    assert looked == [(sorted(child.id for child in gone[:2]), county.code)]
    async with county.store.unit() as unit:
        for one in dialogues_of:
            assert (await Conversations(unit).lock("telegram", one.chat)).state == {}
        assert (await Audit(unit).verify()).ok
        assert await Rights(unit).forget_all([gone[2].id]) == 0


async def test_used_permits_and_invites_are_thrown_away(county, policies, clock):
    async with county.store.unit() as unit:
        await Exports(unit).ask(county.supervisor, Wanted(ExportKind.CASES), county.township)
        await unit.commit()
    clock.pass_days(40)
    purged = await retention.Retention(county.store, policies).look()
    assert purged.traces >= 1
    async with county.store.reading() as unit:
        left = await unit.connection.execute(text("SELECT count(*) FROM export_tickets"))
        assert left.scalar_one() == 0


async def test_handled_updates_and_taken_replies_do_not_pile_up(
    county, policies, clock, monkeypatch
):
    monkeypatch.setattr(retention, "_PIECE", 2)
    keeper = retention.Retention(county.store, policies)

    async def says(*numbers: int, dead: str = "") -> None:
        async with county.store.unit() as unit:
            inbox, talks = Inbox(unit), Conversations(unit)
            await inbox.keep([Incoming("telegram", n, "101", {"n": n}) for n in numbers])
            here = await talks.lock("telegram", "101")
            for _ in numbers:
                waiting = await inbox.oldest("telegram", "101")
                assert waiting is not None
                await inbox.done(waiting, dead=dead)
                owed = await talks.owe(here, str(waiting.update_id), [{"do": "send"}])
                await talks.delivered([reply.key for reply in owed], [])
            await unit.commit()

    await says(1, 2, 3, 4, 5)
    await says(6, dead="E-1")
    clock.pass_days(29)
    await says(7)
    async with county.store.unit() as unit:
        await Inbox(unit).keep([Incoming("telegram", 8, "101", {})])
        await unit.commit()
    assert (await keeper.look()).ledgers == 0
    clock.pass_days(2)
    assert (await keeper.look()).ledgers == 11
    assert (await keeper.look()).ledgers == 0
    async with county.store.reading() as unit:
        kept = select(InboxRow.update_id).order_by(InboxRow.update_id)
        assert list((await unit.connection.execute(kept)).scalars()) == [6, 7, 8]
        said = select(ReplyRow.turn_id)
        assert list((await unit.connection.execute(said)).scalars()) == ["7"]


async def test_the_years_log_is_counted_by_no_name(county):
    child = await first_child(county)
    async with county.store.unit() as unit:
        await Children(unit).open(county.director, child.id, Purpose.VISIT)
        await unit.commit()
    async with county.store.unit() as unit:
        year = await audit_year.audit_year(unit, 2026)
    assert year.verdict.ok
    assert ("2026-11", "child.read", "visit", county.township, 1) in year.rows
    assert county.director.person_id not in str(year.rows)
