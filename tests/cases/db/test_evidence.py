"""A case goes to the police as one file: complete, checkable, and only by who may hand it over."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from PIL import Image

from cases.casebook import NewCase, PoliceContact
from cases.db.attachments import Attachments
from cases.db.audit import Audit
from cases.db.casebook import CaseBook
from cases.db.evidence import EvidenceDesk, officer
from cases.db.people import People
from cases.errors import DeniedError
from cases.evidence import SUMS, Evidence, write_evidence
from cases.people import Role
from cases.workflow import State
from handlers.speech import speak
from kernel.errors import MissingError

COUNTY_NAME = "褚中和"


@pytest.fixture
def photo():
    target = io.BytesIO()
    Image.new("RGB", (40, 20)).save(target, "JPEG")
    return target.getvalue()


async def opened(unit, county, photo, **given):
    book = CaseBook(unit)
    new = NewCase(draft_id="d", severity="P1", situations=("A1",), area=county.village, **given)
    case = await book.open_case(county.director, new)
    await Attachments(unit).add_to_case(county.director, case.number, photo)
    contact = PoliceContact(at=unit.clock.now(), station="柳湾派出所", receipt_no="石公(2026)7号")
    await book.police(county.director, case.number, contact)
    await book.acknowledge(county.supervisor, case.number)
    await book.step(county.supervisor, case.number, State.SAFETY_CONFIRMED, "=孩子在外婆家")
    return case


async def handed(unit, number, name=COUNTY_NAME):
    desk = EvidenceDesk(unit, await officer(unit, number, name), speak)
    card = await desk.card(number)
    files = await desk.files(card)
    made = Evidence(
        number=number,
        made_by=name,
        made_at=unit.clock.now(),
        head=await Audit(unit).head(),
        paper=b"a paper",
        events=await desk.events(card),
        log=await desk.log(card, files),
        files=files,
    )
    return write_evidence(made, speak)


def table(pack, name):
    text = pack.read(next(one for one in pack.namelist() if name in one)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


async def test_the_pack_holds_all_of_the_case_and_a_sum_of_each_file(county, photo):
    async with county.store.unit() as unit:
        case = await opened(unit, county, photo)
        await unit.commit()
    async with county.store.unit() as unit:
        pack = zipfile.ZipFile(io.BytesIO(await handed(unit, case.number)))
        await unit.commit()
    sums = dict(line.split("  ")[::-1] for line in pack.read(SUMS).decode().splitlines())
    assert sums.keys() == {*pack.namelist()} - {SUMS}
    for name, digest in sums.items():
        assert hashlib.sha256(pack.read(name)).hexdigest() == digest
    assert case.number in pack.read("0-说明.txt").decode()
    events = table(pack, "经过")
    assert [row[2].split()[0] for row in events[1:]] == ["报告", "报警记录", "接手", "处置"]
    assert "周东方（儿童主任）" in events[1][1]
    assert "石公(2026)7号" in events[2][3]
    assert events[4][3].startswith("'="), "a note is no formula"
    acts = [row[3] for row in table(pack, "日志")[1:]]
    assert {"case.open", "case.police", "case.step", "file.add"} <= set(acts)
    (kept,) = [name for name in pack.namelist() if name.startswith("4-附件/")]
    assert Image.open(io.BytesIO(pack.read(kept))).size == (40, 20)
    async with county.store.unit() as unit:
        again = table(zipfile.ZipFile(io.BytesIO(await handed(unit, case.number))), "日志")
    assert "case.evidence" in [row[3] for row in again[1:]], "the first hand-over is on record"


async def test_only_an_officer_of_the_county_whom_it_does_not_concern_hands_it_over(county, photo):
    async with county.store.unit() as unit:
        case = await opened(unit, county, photo)
        for name in ("周东方", "", "查无此人"):
            with pytest.raises(MissingError):
                await officer(unit, case.number, name)
        with pytest.raises(MissingError):
            await officer(unit, "A-20200101-001", COUNTY_NAME)
        chief = await officer(unit, case.number, COUNTY_NAME)
        await CaseBook(unit).shut_out(county.supervisor, case.number, (chief.id,))
        with pytest.raises(DeniedError):
            await EvidenceDesk(unit, chief, speak).card(case.number)


async def test_an_officer_on_leave_hands_nothing_over(county, photo):
    async with county.store.unit() as unit:
        case = await opened(unit, county, photo)
        chief = await officer(unit, case.number, COUNTY_NAME)
        assert chief.role is Role.COUNTY_OFFICER
        day = unit.clock.now().date() + timedelta(days=3)
        await People(unit).set_leave(chief.id, day, county.officer)
        with pytest.raises(MissingError):
            await officer(unit, case.number, COUNTY_NAME)
