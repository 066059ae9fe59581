"""Nothing that names or describes a person can be read in the database's own bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from cases.casebook import NewCase, PoliceContact
from cases.children import Change
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.drafts import Beginning, Drafts
from cases.db.people import People
from cases.db.rotation import rotate_keys
from cases.db.rows import Row
from cases.db.store import Store, open_engine
from cases.db.subjects import Subjects
from cases.db.submissions import Submissions
from cases.people import Person, Role
from cases.submissions import Definition, Submission, Visit
from cases.vault import Vault, VaultError

ID_NO = "990101201802150011"
CANARIES = ("金丝雀", "jinsique", "19912345678", ID_NO, "左臂有淤青", "暗号第三回执", "竹林尽头")


async def plant(county, policies):
    day = date(2026, 11, 23)
    async with county.store.unit() as unit:
        await People(unit).add(
            Person(
                id="",
                role=Role.CHILD_DIRECTOR,
                area=county.village,
                name="金丝雀",
                phone="19912345678",
            ),
            county.supervisor,
        )
        children = Children(unit)
        line = await children.add(
            county.director,
            county.village,
            {"name": "金丝雀", "id_no": ID_NO, "current_address": "竹林尽头"},
            policies.at(county.village, day),
        )
        await children.apply(
            county.director,
            Change(child_id=line.id, updates={"illness_name": "左臂有淤青"}),
        )
        draft = await Drafts(unit).begin(
            county.director,
            Beginning(form="f", version="1", child_id=line.id, session={"a": "左臂有淤青"}),
        )
        submission = Submission(
            draft_id=draft.id,
            definition=Definition(form="f", version="1", source=b"form"),
            values={"/data/words": "左臂有淤青 竹林尽头"},
            area=county.village,
            child_id=line.id,
            visit=Visit(visited_on=day),
        )
        await Submissions(unit).submit(
            county.director, submission, policies.at(county.village, day)
        )
        book = CaseBook(unit)
        case = await book.open_case(
            county.director,
            NewCase(
                draft_id=draft.id,
                severity="P1",
                situations=("A5",),
                area=county.village,
                child_id=line.id,
                details={"who": "金丝雀", "what": "左臂有淤青"},
            ),
        )
        contact = PoliceContact(
            at=datetime(2026, 11, 23, tzinfo=UTC),
            officer="金丝雀",
            station="竹林尽头",
            receipt_no="暗号第三回执",
        )
        await book.police(county.director, case.case_id, contact)
        await unit.commit()
    return line


async def every_value(store):
    async with store.reading() as unit:
        for table in Row.metadata.sorted_tables:
            rows = await unit.connection.execute(text(f'SELECT * FROM "{table.name}"'))
            for row in rows:
                for value in row:
                    yield bytes(value) if isinstance(value, bytes) else str(value).encode()


async def test_no_planted_word_stands_in_any_column_or_byte(county, policies, url):
    await plant(county, policies)
    seen = b"\n".join([value async for value in every_value(county.store)])
    assert len(seen) > 10_000
    if url.startswith("sqlite"):
        file = Path(make_url(url).database)
        for part in file.parent.glob(file.name + "*"):
            seen += part.read_bytes()
    for canary in CANARIES:
        for coding in ("utf-8", "utf-16-le", "unicode_escape"):
            assert canary.encode(coding) not in seen, canary


async def test_keys_are_wrapped_anew_while_the_service_works(county, policies, url, clock):
    line = await plant(county, policies)
    ring = {1: b"\x01" * 32, 2: b"\x09" * 32}
    async with county.store.unit() as unit:
        dialogue = await Conversations(unit).lock("telegram", "101")
        await Conversations(unit).save(replace(dialogue, state={"form": "visit_checkin"}))
        await unit.commit()
    both = Store(open_engine(url), Vault(ring, b"\x02" * 32), clock)
    assert await rotate_keys(both) >= 1
    async with both.unit() as unit:
        assert (await Children(unit).line(county.director, line.id)).name == "金丝雀"
    await both.close()
    only_new = Store(open_engine(url), Vault({2: ring[2]}, b"\x02" * 32), clock)
    async with only_new.unit() as unit:
        assert (await Children(unit).open(county.director, line.id)).fields["name"] == "金丝雀"
        dialogue = await Conversations(unit).lock("telegram", "101")
    assert dialogue.state == {"form": "visit_checkin"}
    assert dialogue.revision == 1
    await only_new.close()
    async with county.store.unit() as unit:
        with pytest.raises(VaultError):
            await Children(unit).line(county.director, line.id)


async def test_a_sealed_value_moved_to_another_child_does_not_open(county, policies):
    line = await plant(county, policies)
    async with county.store.unit() as unit:
        await unit.connection.execute(
            text(
                "UPDATE children SET sealed = "
                "(SELECT sealed FROM children WHERE file_no = 'C-0002') WHERE id = :id"
            ),
            {"id": line.id},
        )
        with pytest.raises(VaultError):
            await Children(unit).open(county.director, line.id)


async def test_an_erased_key_is_never_made_anew(county, policies):
    line = await plant(county, policies)
    async with county.store.unit() as unit:
        subjects = Subjects(unit)
        await subjects.forget(f"child:{line.id}")
        assert await subjects.ensure(f"child:{line.id}") is None
