"""Nothing that names or describes a person can be read in the database's own bytes."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from cases.casebook import NewCase, PoliceContact
from cases.children import Change
from cases.db.attachments import Attachments
from cases.db.backups import copy_database
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.drafts import Beginning, Drafts
from cases.db.imports import Imports
from cases.db.inbox import Inbox, Incoming
from cases.db.intake import Intake
from cases.db.matters import Matters
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rotation import rotate_keys
from cases.db.rows import Row
from cases.db.store import Store, open_engine
from cases.db.subjects import Subjects
from cases.db.submissions import Submissions
from cases.headings import Sheet
from cases.matters import MatterKind, NewMatter
from cases.people import SYSTEM, Person, Role
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


async def test_no_word_of_matters_reviews_files_sheets_and_letters_stands_in_clear(
    county, policies, url
):
    line = await plant(county, policies)
    word = "暗语九重葛"
    secrets = (word, "柒月半", "19955554444")
    async with county.store.unit() as unit:
        matters, who = Matters(unit), county.director
        for new in (
            NewMatter(
                kind=MatterKind.REFERRAL, area=line.area, child_id=line.id, topic="education"
            ),
            NewMatter(kind=MatterKind.HELP, area=line.area, topic="call_back"),
            NewMatter(kind=MatterKind.SUMMARY, area=line.area, topic="2026-11"),
        ):
            opened = await matters.open(
                who, replace(new, words={"text": word, "phone": secrets[2]})
            )
            step = {"referral": "approved", "help": "called", "summary": "read"}[new.kind.value]
            await matters.step(county.supervisor, opened.id, step, note=word)
        number = (await Reviews(unit).waiting(county.supervisor))[0].number
        await Reviews(unit).give_back(county.supervisor, number, ["/data/a"], note=word)
        await Attachments(unit).add_to_child(who, line.id, b"%PDF-1.4 " + word.encode() * 9)
        roster = Sheet("s", [["姓名", "电话", "村"], ["柒月半", "19955554444", "柳湾村"]])
        checked = await Intake(unit).check_workers(SYSTEM, roster, county.code)
        await Intake(unit).take_workers(SYSTEM, checked)
        ledger = Sheet("s", [["姓名", "村", "备注"], ["柒月半", "柳湾村", word]])
        imports = Imports(unit, policies)
        preview = await imports.preview(SYSTEM, ledger, county.code)
        await imports.take_in(SYSTEM, preview, county.code)
        letter = Incoming("telegram", 1, "101", {"text": word})
        await Inbox(unit).keep([letter])
        dialogue = await Conversations(unit).lock("telegram", "101")
        dialogue = replace(dialogue, state={"typed": word})
        await Conversations(unit).save(dialogue)
        await Conversations(unit).owe(dialogue, "1", [{"do": "send", "text": word}])
        await unit.commit()
    seen = b"\n".join([value async for value in every_value(county.store)])
    if url.startswith("sqlite"):
        copy_database(url, Path(make_url(url).database).with_name("saved"))
        for part in Path(make_url(url).database).parent.rglob("*"):
            seen += part.read_bytes() if part.is_file() else b""
    else:
        folder = Path(mkdtemp())
        seen += copy_database(url, folder).read_bytes()
        rmtree(folder)
    for secret in secrets:
        for coding in ("utf-8", "utf-16-le", "unicode_escape"):
            assert secret.encode(coding) not in seen, secret
        assert b64encode(secret.encode())[:-4] not in seen
