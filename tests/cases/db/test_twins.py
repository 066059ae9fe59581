"""同一个孩子？ Two files of one child are noticed, and joined without losing either's history."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from cases.access import Purpose
from cases.children import Change
from cases.db.attachments import Attachments
from cases.db.child_seals import indexes
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.reviews import Reviews
from cases.db.rights import Rights
from cases.db.rows import ChildRow
from cases.db.twins import Likeness, Twins
from cases.errors import DeniedError, GuardError
from cases.id_numbers import check_digit
from cases.vault import ForgottenError

BODY = "99010120180215001"
ID_NO = BODY + check_digit(BODY)
DAY = date(2026, 11, 23)


async def add(county, policies, area=None, who=None, **fields):
    area = area or county.village
    async with county.store.unit() as unit:
        line = await Children(unit).add(
            who or county.officer, area, fields, policies.at(area, DAY)
        )
        await unit.commit()
    return line


async def alike(county, who=None, **fields):
    async with county.store.reading() as unit:
        asker = who or county.director
        return await Twins(unit).alike(asker, asker.area, fields)


async def test_the_same_id_number_is_found_in_any_county_but_shown_only_at_home(county, policies):
    line = await add(county, policies, name="陈小明", id_no=ID_NO)
    spaced = f"{ID_NO[:6]} {ID_NO[6:]}"
    assert [(t.likeness, t.child.id) for t in await alike(county, id_no=spaced)] == [
        (Likeness.SAME_ID, line.id)
    ]
    far = await alike(county, county.other_supervisor, id_no=ID_NO)
    assert [(t.likeness, t.child, t.area) for t in far] == [
        (Likeness.SAME_ID, None, county.township)
    ]


async def test_a_name_that_sounds_alike_with_the_same_birth_date_is_found(county, policies):
    line = await add(county, policies, name="陈晓铭", birth_date="2018-02-15")
    twins = await alike(county, name="陈小明", birth_date="2018-02-15")
    assert [(t.likeness, t.child.id) for t in twins] == [(Likeness.SAME_NAME_AND_BIRTH, line.id)]


async def test_the_same_name_nearby_is_asked_about_unless_the_ages_differ(county, policies):
    await add(county, policies, county.next_village, name="陈小明", birth_date="2018-02-15")
    near = await alike(county, name="陈小明", birth_date="2017-06-01")
    assert [t.likeness for t in near] == [Likeness.SAME_NAME_NEARBY]
    assert near[0].child is None
    assert await alike(county, name="陈小明", birth_date="2010-06-01") == []
    assert await alike(county, name="从没见过") == []


@pytest.mark.parametrize(("kept", "asked"), [("2018-02-15", ""), ("", "2018-02-15"), ("", "")])
async def test_the_same_name_nearby_is_asked_about_where_a_birth_date_is_missing(
    county, policies, kept, asked
):
    await add(county, policies, county.next_village, name="陈小明", birth_date=kept or None)
    near = await alike(county, name="陈小明", birth_date=asked or None)
    assert [t.likeness for t in near] == [Likeness.SAME_NAME_NEARBY]


async def test_a_file_older_than_the_index_of_names_nearby_is_found_too(county, policies):
    for name in ("陈小明", "别的名字"):
        await add(county, policies, county.next_village, name=name, birth_date="2018-02-15")
    async with county.store.unit() as unit:
        await unit.connection.execute(update(ChildRow).values(near_index=None))
        await unit.commit()
    near = await alike(county, name="陈小明", birth_date="2017-06-01")
    assert [t.likeness for t in near] == [Likeness.SAME_NAME_NEARBY]


async def test_a_child_who_is_renamed_is_found_by_the_new_name_nearby(county, policies):
    line = await add(county, policies, name="陈小明", birth_date="2018-02-15")
    async with county.store.unit() as unit:
        change = Change(child_id=line.id, updates={"name": "陈大明"}, source="V-1")
        await Children(unit).apply(county.officer, change)
        await unit.commit()
    assert await alike(county, name="陈小明", birth_date="2017-06-01") == []
    assert len(await alike(county, name="陈大明", birth_date="2017-06-01")) == 1


def test_the_index_of_a_name_nearby_says_nothing_in_another_township(vault, county):
    fields = {"name": "陈小明", "birth_date": "2018-02-15"}
    here = indexes(vault, fields, county.village)["near_index"]
    assert here == indexes(vault, fields, county.next_village)["near_index"]
    assert here != indexes(vault, fields, "990101999201")["near_index"]


async def test_joined_files_keep_both_histories(county, policies):
    keep = await add(county, policies, name="陈小明", birth_date="2018-02-15")
    drop = await add(county, policies, name="陈小明", school_status="primary")
    async with county.store.unit() as unit:
        children = Children(unit)
        await children.apply(
            county.officer, Change(child_id=drop.id, updates={"health": "ill"}, source="V-9")
        )
        await Twins(unit).merge(county.supervisor, keep.id, drop.id)
        file = await children.open(county.supervisor, keep.id, "review")
        assert file.fields["birth_date"] == "2018-02-15"
        assert file.fields["school_status"] == "primary"
        assert file.fields["health"] == "ill"
        entries = await children.timeline(county.supervisor, keep.id, "review")
        assert entries[0].kind == "merged"
        assert ("V-9", {"health": (None, "ill")}) in [(e.ref, e.changes) for e in entries]
        names = [line.id for line in await children.find(county.officer, "陈小明")]
        assert names == [keep.id]
        with pytest.raises(GuardError):
            await Twins(unit).merge(county.supervisor, keep.id, drop.id)


async def test_only_whoever_is_in_charge_of_both_joins_them(county, policies):
    here = await add(county, policies, name="甲")
    there = await add(county, policies, county.other_town_village, name="甲")
    async with county.store.unit() as unit:
        for who in (county.director, county.supervisor):
            with pytest.raises(DeniedError):
                await Twins(unit).merge(who, here.id, there.id)
        await Twins(unit).merge(county.officer, here.id, there.id)


async def test_brothers_and_sisters_are_one_household(county):
    async with county.store.unit() as unit:
        one, two, three = (await Children(unit).mine(county.director))[:3]
        twins = Twins(unit)
        first = await twins.join_household(county.director, one.id, two.id)
        assert await twins.join_household(county.director, two.id, three.id) == first
        others = await twins.household(county.director, one.id)
        assert {line.id for line in others} == {two.id, three.id}
        assert await twins.household(county.next_director, one.id) == []


async def test_files_drafts_and_families_go_with_the_child_that_is_kept(county, policies):
    keep = await add(county, policies, name="陈小明")
    drop = await add(county, policies, name="陈小明")
    async with county.store.unit() as unit:
        files, drafts, children = Attachments(unit), Drafts(unit), Children(unit)
        await children.apply(county.officer, Change(child_id=drop.id, updates={"health": "ill"}))
        await children.tie_guardian(
            county.supervisor, drop.id, county.guardian.person_id, "mother"
        )
        photo = await files.add_to_child(county.supervisor, drop.id, b"OggS voice")
        begun = Beginning(form="f", version="1", child_id=drop.id, session={"at": 2})
        await drafts.begin(county.director, begun)
        await Twins(unit).merge(county.supervisor, keep.id, drop.id)

        listed = await files.of_child(county.supervisor, keep.id, Purpose.REVIEW)
        assert [one.id for one in listed] == [photo.id]
        opened = await files.fetch(county.supervisor, photo.id, Purpose.REVIEW)
        assert opened.content == b"OggS voice"
        draft = await drafts.open_of("telegram", county.director.chat)
        assert (draft.child_id, draft.session) == (keep.id, {"at": 2})
        assert keep.id in {line.id for line in await Rights(unit).children_of(county.guardian)}
        entries = (await Rights(unit).own_data(county.guardian, keep.id)).timeline
        assert "changed" in {entry.kind for entry in entries}
        version, touched = await children.newer(county.supervisor, keep.id, 2)
        assert version == 3
        assert set(touched) == {"health"}

        await Rights(unit).forget(county.officer, keep.id)
        assert await files.of_child(county.officer, keep.id, Purpose.AUDIT) == []
        with pytest.raises(ForgottenError):
            await files.fetch(county.officer, photo.id, Purpose.AUDIT)
        assert await drafts.open_of("telegram", county.director.chat) is None


@pytest.mark.parametrize(("swapped", "proposed"), [(False, "yellow"), (True, "red")])
async def test_of_two_files_the_later_visit_and_the_graver_risk_hold(
    county, policies, swapped, proposed
):
    calm = await add(county, policies, name="陈小明", child_types="migrant", risk_level="green")
    grave = await add(
        county, policies, name="陈小明", child_types="poverty", risk_level="yellow", focus_flag="1"
    )
    async with county.store.unit() as unit:
        children, twins = Children(unit), Twins(unit)
        sister, brother = (await children.mine(county.director))[:2]
        await twins.join_household(county.officer, calm.id, sister.id)
        await twins.join_household(county.officer, grave.id, brother.id)
        months = (date(2026, 10, 1), date(2026, 11, 1)), (date(2026, 11, 20), date(2027, 2, 20))
        for line, (seen, due) in zip((grave, calm), months, strict=True):
            await children.visited(line.id, seen, seen=True, next_on=due)
        await Reviews(unit).propose_risk(calm.id, proposed, "rule")
        keep, drop = (grave, calm) if swapped else (calm, grave)
        await twins.merge(county.officer, keep.id, drop.id)
        file = await children.open(county.officer, keep.id, Purpose.REVIEW)
        assert (file.line.risk_level, file.line.focus) == ("yellow", True)
        assert set(file.line.kinds) == set(file.fields["child_types"]) == {"migrant", "poverty"}
        assert (file.fields["risk_level"], file.fields["focus_flag"]) == ("yellow", True)
        assert file.line.last_visit_on == date(2026, 11, 20)
        assert file.line.next_visit_on == date(2026, 11, 1)
        home = {line.id for line in await twins.household(county.officer, keep.id)}
        assert home == {sister.id, brother.id}
        waiting = await Reviews(unit).proposed(county.officer)
        assert [(line.id, level) for line, level, _ in waiting] == (
            [(keep.id, "red")] if proposed == "red" else []
        )
        changes = (await children.timeline(county.officer, keep.id, "review"))[0].changes
        assert changes.get("risk_level") == (None if swapped else ("green", "yellow"))
