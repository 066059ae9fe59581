from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from alerts.policy import load_policies as load_ladders
from alerts.rounds import Rounds
from cases.casebook import NewCase
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.digests import Digests
from cases.db.drafts import Beginning, Drafts
from cases.db.people import People
from cases.db.rows import BeatRow, PersonRow
from cases.db.submissions import Submissions
from cases.db.tasks import Tasks
from cases.people import Principal, Role, principal
from cases.policies import load_policies
from cases.seed import seed_demo
from cases.submissions import Definition, Submission, Visit
from cases.tasks import TaskKind
from cases.workflow import CloseReason
from handlers.speech import speak
from kernel.phrases import Phrase

COUNTY, VILLAGE = "990101000000", "990101101201"
MONDAY = datetime(2026, 11, 23, 0, 31, tzinfo=UTC)  # 08:31 in Beijing


async def settle(store, moment, clock) -> dict[str, str]:
    """Seed the demo county at a moment, with one worker of each role bound to a chat."""
    clock.moment = moment
    await seed_demo(store, load_policies())
    chats = {Role.CHILD_DIRECTOR: "101", Role.CHILD_SUPERVISOR: "201", Role.COUNTY_OFFICER: "301"}
    bound = {}
    async with store.unit() as unit:
        people = People(unit)
        for role, chat in chats.items():
            first = (await people.roster(COUNTY, role))[0]
            await people.bind(first.id, "telegram", chat)
            bound[chat] = first.id
        await unit.commit()
    return bound


@pytest.fixture
async def county(store, clock) -> dict[str, str]:
    """The demo county since yesterday, on a Monday morning."""
    bound = await settle(store, MONDAY - timedelta(days=1), clock)
    clock.moment = MONDAY
    return bound


def texts(store, found) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for row in found:
        packed = store.vault.open_mail(f"outbox:{row.key}", row.sealed)
        lines = [
            speak(line if isinstance(line, str) else Phrase(*line)) for line in packed["lines"]
        ]
        said.setdefault(row.chat, []).append("\n".join(lines))
    return said


async def test_on_monday_morning_everyone_gets_their_week_once(store, county, rows):
    rounds = Rounds(store, load_policies(), load_ladders())
    owed = await rounds.look()
    said = texts(store, await rows("notice"))
    assert owed == len(await rows("notice"))
    assert any("本周情况" in text for text in said["201"])
    assert any("本周情况" in text for text in said["301"])
    assert not any("本周情况" in text for text in said.get("101", []))
    assert await rounds.look() == 0


async def test_a_second_worker_repeats_nothing(store, county, rows):
    await Rounds(store, load_policies(), load_ladders()).look()
    before = len(await rows("notice"))
    async with store.unit() as unit:
        await unit.connection.execute(delete(BeatRow))
        await unit.commit()
    await Rounds(store, load_policies(), load_ladders()).look()
    assert len(await rows("notice")) == before


async def test_nothing_goes_out_before_half_past_eight(store, county, rows, clock):
    clock.moment = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday 07:00 in Beijing
    await Rounds(store, load_policies(), load_ladders()).look()
    assert not any(
        "本周情况" in t for ts in texts(store, await rows("notice")).values() for t in ts
    )


async def test_reminders_name_nobody(store, county, rows):
    await Rounds(store, load_policies(), load_ladders()).look()
    async with store.reading() as unit:
        names = [person.name for person in await People(unit).roster(COUNTY)]
    said = "".join(t for ts in texts(store, await rows("notice")).values() for t in ts)
    assert not [name for name in names if name in said]


async def test_three_reports_from_one_village_are_told_to_the_county_once(
    store, town, desk, rows, clock
):
    for _ in range(4):
        await town.raises(desk)
        clock.wait(3600)
    await town.raises(desk, drill=True)
    (notice,) = await rows("notice")
    assert notice.chat == "301"


async def test_the_seventh_day_counts_and_the_county_hears_of_it_once_in_seven_days(
    store, town, desk, rows, clock
):
    first = clock.moment
    for days in (0, 3, 6.99, 7.5, 9, 12, 13.9):
        clock.moment = first + timedelta(days=days)
        await town.raises(desk)
    (notice,) = await rows("notice")
    clock.moment = first + timedelta(days=14.1)
    await town.raises(desk)
    assert len(await rows("notice")) == 2
    clock.moment = first
    assert notice.chat == "301"


async def test_what_was_no_report_of_its_own_does_not_count(store, town, desk, rows):
    county = Principal(person_id=town.officer, role=Role.COUNTY_OFFICER, area=COUNTY)
    for reason in (CloseReason.FALSE_ALARM, CloseReason.DUPLICATE):
        view = await town.raises(desk)
        await town.does(lambda u, v=view, r=reason: CaseBook(u).close(county, v.case_id, r))
    for _ in range(2):
        await town.raises(desk)
    assert await rows("notice") == []
    await town.raises(desk)
    assert len(await rows("notice")) == 1


async def test_that_a_village_has_many_reports_waits_for_the_morning(
    store, town, desk, rows, clock
):
    clock.moment = clock.moment.replace(hour=16)  # midnight in Beijing
    for _ in range(3):
        await town.raises(desk)
    (notice,) = await rows("notice")
    assert notice.not_before - clock.moment.timestamp() == pytest.approx(7.5 * 3600, abs=1)


async def test_reports_long_ago_do_not_count(store, town, desk, rows, clock):
    for _ in range(4):
        await town.raises(desk)
        clock.wait(4 * 86_400)
    assert await rows("notice") == []


async def test_a_form_put_aside_is_counted_on_monday(store, county, rows):
    async with store.unit() as unit:
        person = await People(unit).get(county["101"])
        who = principal(person, "telegram", "101")
        await Drafts(unit).begin(who, Beginning(form="referral", version="1", session={}))
        await Drafts(unit).park("telegram", "101")
        before = await Tasks(unit, load_policies()).today(who)
        await unit.commit()
    await Rounds(store, load_policies(), load_ladders()).look()
    said = texts(store, await rows("notice"))["101"]
    assert [task.kind for task in before].count(TaskKind.DRAFT_WAITING) == 1
    assert any(f"今天要办 {len(before)} 件事" in text and "其他：1 件" in text for text in said)


async def test_mondays_digest_counts_who_is_of_age_and_still_on_the_ledger(store, county, rows):
    async with store.unit() as unit:
        director = (await People(unit).roster(VILLAGE, Role.CHILD_DIRECTOR))[0]
        policy = load_policies().at(VILLAGE, date(2026, 11, 23))
        fields = {"name": "甲", "birth_date": "2008-01-05"}
        await Children(unit).add(principal(director), VILLAGE, fields, policy)
        await unit.commit()
    await Rounds(store, load_policies(), load_ladders()).look()
    said = texts(store, await rows("notice"))
    assert any("已满18岁还在册的 1 名" in text for text in said["201"])


async def test_a_drill_is_no_report_to_follow_up(store, county, rows):
    async with store.unit() as unit:
        officer = principal(await People(unit).get(county["301"]))
        village = (await People(unit).get(county["101"])).area
        drill = NewCase(draft_id="d", severity="P1", situations=(), area=village, drill=True)
        await CaseBook(unit).open_case(officer, drill)
        before = await Tasks(unit, load_policies()).today(officer)
        week = await Digests(unit, load_policies()).week(officer)
        await unit.commit()
    assert [task.case.drill for task in before if task.case] == [True]
    assert (week.cases_open, week.police_missing) == (0, 0)
    await Rounds(store, load_policies(), load_ladders()).look()
    said = texts(store, await rows("notice"))["301"]
    assert any(f"今天要办 {len(before) - 1} 件事" in text for text in said)
    assert not any("紧急报告要跟进" in text for text in said)
    assert any("没有办结的报告 0 份" in text for text in said)


def heads(said: dict[str, list[str]], chat: str, word: str) -> list[str]:
    return [text for text in said.get(chat, []) if word in text]


@pytest.mark.parametrize(
    ("late", "sent"),
    [
        (timedelta(hours=11), 1),
        (timedelta(hours=12, minutes=20), 1),  # 20:51, before the quiet hours
        (timedelta(hours=13), 0),  # 21:31
        (timedelta(hours=22), 0),  # Tuesday 06:31
        (timedelta(hours=24), 1),
        (timedelta(days=2, hours=9), 1),
        (timedelta(days=3), 0),
    ],
)
async def test_the_week_may_come_late_and_never_at_night(store, county, rows, clock, late, sent):
    clock.moment = MONDAY + late
    rounds = Rounds(store, load_policies(), load_ladders())
    await rounds.look()
    await rounds.look()
    said = texts(store, await rows("notice"))
    assert [len(heads(said, chat, "本周情况")) for chat in ("201", "301")] == [sent, sent]


async def test_what_waited_for_the_night_to_end_comes_once(store, county, rows, clock):
    rounds = Rounds(store, load_policies(), load_ladders())
    for hours in range(14, 7 * 24 + 14, 5):
        clock.moment = MONDAY + timedelta(hours=hours)
        await rounds.look()
    said = texts(store, await rows("notice"))
    assert [len(heads(said, chat, "本周情况")) for chat in ("201", "301")] == [2, 2]


async def test_a_late_week_tells_of_its_own_days(store, county, town, desk, rows, clock):
    clock.moment = MONDAY + timedelta(days=1)
    await town.raises(desk)
    await Rounds(store, load_policies(), load_ladders()).look()
    (text,) = heads(texts(store, await rows("notice")), "301", "本周情况")
    assert "收到报告 0 份" in text


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2026, 12, 1, 0, 0, tzinfo=UTC), 0),  # 08:00 in Beijing
        (datetime(2026, 12, 1, 0, 31, tzinfo=UTC), 1),
        (datetime(2026, 12, 1, 14, 0, tzinfo=UTC), 0),
        (datetime(2026, 12, 3, 1, 0, tzinfo=UTC), 1),
        (datetime(2026, 12, 4, 1, 0, tzinfo=UTC), 0),
    ],
)
async def test_the_month_may_come_late_once(store, county, rows, clock, moment, sent):
    clock.moment = moment
    rounds = Rounds(store, load_policies(), load_ladders())
    await rounds.look()
    clock.wait(60)
    await rounds.look()
    said = texts(store, await rows("notice"))
    assert len(heads(said, "301", "11 月情况")) == sent


async def test_a_new_county_hears_of_no_time_before_it_began(store, rows, clock):
    await settle(store, datetime(2026, 12, 1, 2, 0, tzinfo=UTC), clock)  # a Tuesday, the first
    rounds = Rounds(store, load_policies(), load_ladders())
    await rounds.look()
    clock.pass_days(1)
    await rounds.look()
    said = texts(store, await rows("notice"))
    assert not heads(said, "301", "月情况")
    assert not heads(said, "201", "本周情况")
    clock.moment = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
    await rounds.look()
    assert len(heads(texts(store, await rows("notice")), "301", "12 月情况")) == 1


async def test_whoever_is_back_when_a_late_week_comes_reads_it(store, county, rows, clock):
    async with store.unit() as unit:
        values = {"on_leave_until": MONDAY.date()}
        person = update(PersonRow).where(PersonRow.id == county["201"]).values(**values)
        await unit.connection.execute(person)
        await unit.commit()
    clock.moment = MONDAY + timedelta(days=1)
    await Rounds(store, load_policies(), load_ladders()).look()
    assert len(heads(texts(store, await rows("notice")), "201", "本周情况")) == 1


async def test_a_summary_that_was_not_sent_is_reminded_of_in_the_first_days(
    store, county, rows, clock
):
    async with store.unit() as unit:
        who = principal(await People(unit).get(county["101"]))
        child = (await Children(unit).mine(who))[0]
        visit = Submission(
            draft_id="d",
            definition=Definition(form="visit_checkin", version="1", source=b""),
            values={},
            area=child.area,
            child_id=child.id,
            visit=Visit(visited_on=MONDAY.date(), child_seen=True),
        )
        await Submissions(unit).submit(who, visit, load_policies().at(child.area, MONDAY.date()))
        await unit.commit()
    rounds = Rounds(store, load_policies(), load_ladders())
    for day in range(16):
        clock.moment = datetime(2026, 11, 29, 0, 31, tzinfo=UTC) + timedelta(days=day)
        await rounds.look()
    said = texts(store, await rows("notice"))
    # the 1st, 4th and 10th; on Monday the 7th everything is told, which is its third day, too
    assert len(heads(said, "101", "2026-11 的月报还没有交")) == 4
    assert not heads(said, "201", "月报还没有交")
