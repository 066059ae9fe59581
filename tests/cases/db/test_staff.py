"""Training opens the field work; a leaver hands over; a village without anyone is noticed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from cases.casebook import NewCase
from cases.children import Change
from cases.db.attachments import Attachments
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.people import People
from cases.db.rows import AuditRow, PersonRow
from cases.db.staff import Staff
from cases.db.tasks import Tasks
from cases.db.trainings import Training, Trainings
from cases.errors import DeniedError, GuardError
from cases.people import SYSTEM, Person, Role, principal
from cases.tasks import TaskKind
from cases.worker_lines import WorkerLine
from kernel.errors import InputError, MissingError

DAY = date(2026, 11, 23)


async def test_the_first_training_passed_opens_the_field_work(county):
    untrained = county.untrained.person_id
    async with county.store.unit() as unit:
        trainings, people = Trainings(unit), People(unit)
        await trainings.train(untrained, Training(held_on=DAY, passed=False), county.officer)
        assert not principal(await people.get(untrained)).qualified
        await trainings.train(untrained, Training(held_on=DAY), county.other_supervisor)
        now = principal(await people.get(untrained), "telegram", "104")
        assert now.qualified
        child = (await Children(unit).mine(now))[0]
        change = Change(child_id=child.id, updates={"health": "ill"})
        assert await Children(unit).apply(now, change)
        assert len(await trainings.taken(untrained, county.officer)) == 2


async def test_nobody_passes_the_own_training(county):
    async with county.store.unit() as unit:
        with pytest.raises(GuardError):
            await Trainings(unit).train(
                county.director.person_id, Training(held_on=DAY), county.director
            )
        with pytest.raises(DeniedError):
            await Trainings(unit).train(
                county.next_director.person_id, Training(held_on=DAY), county.director
            )


async def test_the_yearly_training_comes_due(county, policies, clock):
    async def due(who):
        async with county.store.reading() as unit:
            tasks = await Tasks(unit, policies).today(who)
        return {task.person.name for task in tasks if task.kind is TaskKind.TRAINING_DUE}

    assert await due(county.supervisor) == set()
    assert await due(county.other_supervisor) == {"王北辰"}
    clock.pass_days(170)
    assert await due(county.supervisor) == {"周东方", "吴南星", "冯长青"}


async def test_a_leaver_hands_over_children_and_drafts_and_loses_the_chat(county, policies):
    async with county.store.unit() as unit:
        people = People(unit)
        successor = await people.add(
            Person(
                id="",
                role=Role.CHILD_DIRECTOR,
                area=county.village,
                name="新主任",
                qualified_on=DAY,
            ),
            county.supervisor,
        )
        await people.bind(county.director.person_id, "telegram", "101")
        await people.bind(successor.id, "telegram", "777")
        children = await Children(unit).mine(county.director)
        begun = Beginning(form="f", version="1", child_id=children[0].id, session={"at": 2})
        await Drafts(unit).begin(county.director, begun)
        done = await Staff(unit).hand_over(
            county.director.person_id, successor.id, county.supervisor
        )
        assert (done.children, done.drafts) == (7, 1)
        assert await people.by_chat("telegram", "101") is None
        drafts = await Drafts(unit).parked("telegram", "777")
        assert drafts[0].session == {"at": 2}
        assert len(await Children(unit).mine(principal(successor, "telegram", "777"))) == 7
        timeline = await Children(unit).timeline(county.officer, children[0].id, "review")
        assert timeline[0].kind == "handover"


async def successor_of(county, people):
    return await people.add(
        Person(
            id="", role=Role.CHILD_DIRECTOR, area=county.village, name="新主任", qualified_on=DAY
        ),
        county.supervisor,
    )


async def test_begun_forms_about_no_child_go_to_the_successor_with_their_photos(county):
    async with county.store.unit() as unit:
        people, drafts, files = People(unit), Drafts(unit), Attachments(unit)
        new = await successor_of(county, people)
        begun = await drafts.begin(
            county.director, Beginning(form="round", version="1", session={"at": 3})
        )
        photo = await files.add_to_draft(county.director, begun, b"OggS voice")
        done = await Staff(unit).hand_over(county.director.person_id, new.id, county.supervisor)
        assert done.drafts == 1
        # nobody's until the successor's chat is bound, the cut chat's least of all
        for state in (drafts.parked, drafts.open_of):
            assert not await state("telegram", county.director.chat)
        await people.bind(new.id, "telegram", "777")
        follower = principal(new, "telegram", "777")
        assert [one.session for one in await drafts.parked("telegram", "777")] == [{"at": 3}]
        assert (await files.fetch(follower, photo.id)).content == b"OggS voice"
        with pytest.raises(MissingError):
            await files.fetch(county.next_director, photo.id, "review")


async def test_begun_forms_wait_for_whoever_comes_after_nobody_followed_at_first(county):
    async with county.store.unit() as unit:
        drafts, staff = Drafts(unit), Staff(unit)
        child = (await Children(unit).mine(county.director))[0]
        await drafts.begin(
            county.director, Beginning(form="round", version="1", session={"at": 3})
        )
        about = Beginning(form="visit", version="1", child_id=child.id, session={"at": 4})
        await drafts.begin(county.director, about)
        other = Beginning(form="round", version="1", session={"at": 5})
        await drafts.begin(county.next_director, other)
        for gone in (county.director, county.next_director):
            await staff.leave(gone.person_id, county.supervisor)
        new = await successor_of(county, People(unit))
        await staff.adopt(new, county.supervisor)
        for state in (drafts.parked, drafts.open_of):
            assert not await state("telegram", county.director.chat)
        await People(unit).bind(new.id, "telegram", "777")
        waiting = await drafts.parked("telegram", "777")
        assert sorted(one.session["at"] for one in waiting) == [3, 4]


@pytest.mark.parametrize(("situation", "moved"), [("A5", 1), ("N1", 0)])
async def test_a_begun_form_about_a_hidden_report_does_not_go_to_the_successor(
    county, situation, moved
):
    async with county.store.unit() as unit:
        new = await successor_of(county, People(unit))
        report = NewCase(draft_id="d", severity="P1", situations=(situation,), area=county.village)
        case = await CaseBook(unit).open_case(county.director, report)
        begun = Beginning(form="f", version="1", case_id=case.case_id, session={})
        await Drafts(unit).begin(county.director, begun)
        done = await Staff(unit).hand_over(county.director.person_id, new.id, county.supervisor)
        assert done.drafts == moved


async def test_nothing_is_handed_to_another_role_or_another_village(county):
    async with county.store.unit() as unit:
        for successor in (county.next_director, county.supervisor):
            with pytest.raises((GuardError, DeniedError)):
                await Staff(unit).hand_over(
                    county.director.person_id, successor.person_id, county.officer
                )


async def test_a_village_without_a_worker_is_itself_a_task(county, policies):
    async with county.store.unit() as unit:
        newcomer = await People(unit).add(
            Person(id="", role=Role.CHILD_DIRECTOR, area=county.next_village, name="过客"),
            SYSTEM,
        )
        await Staff(unit).hand_over(county.next_director.person_id, newcomer.id, county.supervisor)
        await unit.commit()
    async with county.store.unit() as unit:
        assert await Staff(unit).vacancies(county.supervisor) == []
        await People(unit).leave_roster(newcomer.id, county.supervisor)
        vacancies = await Staff(unit).vacancies(county.supervisor)
        assert [(v.area, v.children) for v in vacancies] == [(county.next_village, 6)]
        tasks = await Tasks(unit, policies).today(county.supervisor)
    assert TaskKind.VILLAGE_VACANT in {task.kind for task in tasks}


async def test_a_child_is_given_to_a_director_who_works_there(county):
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        with pytest.raises(GuardError):
            await Staff(unit).assign(child.id, county.next_director.person_id, county.supervisor)
        await Staff(unit).assign(child.id, county.director.person_id, county.supervisor)


async def logged(county, action):
    query = select(AuditRow.actor, AuditRow.object, AuditRow.area, AuditRow.detail)
    async with county.store.reading() as unit:
        rows = await unit.connection.execute(
            query.where(AuditRow.action == action).order_by(AuditRow.seq)
        )
        return [tuple(row) for row in rows]


async def test_who_gave_a_child_to_whom_stands_in_the_log(county):
    director, by = county.director.person_id, county.supervisor
    async with county.store.unit() as unit:
        ids = [line.id for line in await Children(unit).mine(county.director)]
        await Staff(unit).assign(ids[0], director, by)
        await unit.commit()
    given = [(by.actor, f"child:{ids[0]}", county.village, {"to": f"person:{director}"})]
    assert await logged(county, "child.assign") == given
    async with county.store.unit() as unit:
        new = await successor_of(county, People(unit))
        await Staff(unit).leave(director, by)
        await Staff(unit).adopt(new, by)
        await unit.commit()
    rows = (await logged(county, "child.assign"))[1:]
    assert {row[0] for row in rows} == {by.actor}
    assert {row[2] for row in rows} == {county.village}
    for to in ("", f"person:{new.id}"):
        assert {row[1] for row in rows if row[3]["to"] == to} == {f"child:{one}" for one in ids}


async def test_a_deputy_is_named_by_whoever_manages_the_worker_and_on_record(county):
    one, other = county.director.person_id, county.next_director.person_id
    before = await logged(county, "person.deputy")
    async with county.store.unit() as unit:
        for who in (county.next_director, county.other_supervisor, county.guardian):
            with pytest.raises(DeniedError):
                await People(unit).add_deputy(one, other, who)
        await People(unit).add_deputy(one, other, county.supervisor)
        await unit.commit()
    assert (await logged(county, "person.deputy"))[len(before) :] == [
        (county.supervisor.actor, f"person:{one}", county.village, {"to": f"person:{other}"})
    ]


async def test_files_nobody_touched_for_long_come_up(county, policies, clock):
    clock.pass_days(200)
    async with county.store.reading() as unit:
        tasks = await Tasks(unit, policies).today(county.director)
    stale = [task for task in tasks if task.kind is TaskKind.FILE_STALE]
    assert len(stale) == 5
    assert stale[0].due_on == DAY + timedelta(days=180)


@pytest.fixture
def opened(county, monkeypatch):
    """Return the places in the database that were opened since."""
    places, vault = [], county.store.vault
    real = type(vault).open

    def seen(self, wrapped, subject, place, sealed):
        places.append(place)
        return real(self, wrapped, subject, place, sealed)

    monkeypatch.setattr(type(vault), "open", seen)
    return places


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("吴南星的孩子谁在管", ["吴南星"]),
        ("让周东方和吴南星去一趟", ["周东方", "吴南星"]),
        ("褚中和在吗", ["褚中和"]),
        ("阿依古丽·买买提请假了，她村的孩子谁看", ["阿依古丽·买买提"]),
        ("今天下雨，学校放假吗", []),
        ("Who looks after them?", []),
        ("山" * 300 + "吴南星", ["吴南星"]),
        ("说" + "很长的一段话没有人名" * 40, []),
    ],
)
async def test_whom_a_sentence_names_is_found_however_it_is_said(county, said, named):
    async with county.store.unit() as unit:
        far = Person(
            id="", role=Role.CHILD_DIRECTOR, area=county.next_village, name="阿依古丽·买买提"
        )
        await People(unit).add(far, SYSTEM)
        found = await Staff(unit).spoken_of(county.code, said)
        assert [one.name for one in found] == named


async def test_of_the_roster_only_who_is_named_is_opened(county, opened):
    async with county.store.unit() as unit:
        [found] = await Staff(unit).spoken_of(county.township, "问问吴南星")
        assert set(opened) == {f"people:{found.id}"}
        opened.clear()
        assert not await Staff(unit).spoken_of(county.other_town_village, "问问吴南星")
        assert not await Staff(unit).spoken_of(county.code, "陈远山的孩子怎么样了")  # a guardian
        assert opened == []
        before = update(PersonRow).where(PersonRow.id == found.id).values(name_index=None)
        await unit.connection.execute(before)  # as it stood on the roster before 0022
        assert await Staff(unit).spoken_of(county.code, "问问吴南星") == [found]


async def test_what_stands_on_the_roster_of_somebody_is_put_right_by_who_manages_them(county):
    line = WorkerLine("周东芳", "19900000466", "")
    async with county.store.unit() as unit:
        staff, people, who = Staff(unit), People(unit), county.director.person_id
        for other in (county.other_supervisor, county.next_director, county.guardian):
            with pytest.raises(DeniedError):
                await staff.correct(who, line, other)
        with pytest.raises(MissingError):  # a family's own data are put right in another way
            await staff.correct(county.guardian.person_id, line, county.supervisor)
        with pytest.raises(InputError):
            await staff.correct(who, line._replace(post="文" * 41), county.supervisor)
        before = await people.get(who)
        await staff.correct(who, line, county.supervisor)
        after = await people.get(who)
        assert (after.name, after.phone, after.post) == ("周东芳", line.phone, before.post)
        assert [one.id for one in await staff.spoken_of(county.code, "周东芳在吗")] == [who]
        assert await staff.spoken_of(county.code, "周东方在吗") == []
        await unit.commit()
    async with county.store.reading() as unit:
        query = select(AuditRow.detail).where(AuditRow.action == "person.correct")
        assert (await unit.connection.execute(query)).scalar_one() == {"fields": "name,phone"}
