"""What is typed into the forms that ship is on no screen, in no log and not in the database.

The forms are filled in through the real turn loop, question by question as they come, by who
fills them in; which questions there are is read from the catalog, so a new one is covered by
itself, and a new form has to be named here with the button that begins it.
"""

from __future__ import annotations

import base64
import io
import logging
import re
import shutil
import zipfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest
from sqlalchemy import select
from support.turn_house import POLICIES, Clock, House, ground, services

from cases.db import backups
from cases.db.children import Children
from cases.db.conversations import Conversations
from cases.db.drafts import Drafts
from cases.db.imports import Imports
from cases.db.people import People
from cases.db.rows import CaseRow, MatterRow, SubmissionRow
from cases.db.submissions import Submissions
from cases.headings import Sheet
from cases.id_numbers import check_digit
from cases.masking import Masker, Mode
from cases.people import SYSTEM, Role, principal
from cases.sheets import HEADERS
from cases.submissions import Definition, Submission
from forms import catalog, engine
from forms.question import kind_of
from kernel.clock import local
from kernel.ids import new_id

DIRECTOR, SUPERVISOR, OFFICER, GUARDIAN = "77", "78", "79", "80"
BEGUN = {
    "visit_checkin": (DIRECTOR, "visit:{child}"),
    "new_child": (DIRECTOR, "newchild:"),
    "file_change": (DIRECTOR, "filechange:{child}"),
    "delegation": (DIRECTOR, "delegate:{child}"),
    "referral": (DIRECTOR, "refer:{child}"),
    "training_quiz": (DIRECTOR, "quiz:"),
    "emergency_report": (DIRECTOR, "紧急报告"),
    "police_contact": (DIRECTOR, "police:{case}"),
    "acknowledge": (SUPERVISOR, "planform:{case}"),
    "case_close": (SUPERVISOR, "close:{case}"),
    "substitute_care": (OFFICER, "substitute:{child}"),
    "guardian_help": (GUARDIAN, "askhelp:"),
}
"""Who begins a form, and with which button or word."""
UNASKED = {"season_sweep": "its choices are tapped on a page of its own; it asks for no words"}
OFFICES = {
    "transferred_to": "the office that takes over",
    "station": "a police station",
    "police_station": "a police station",
    "officer": "the officer on duty there",
    "receipt_no": "the number that the police gave, needed by whoever follows up",
    "police_receipt": "the number that the police gave",
    "institution": "a welfare institution",
}
"""Answers that a chat shows: they name an office, and no child and no family."""
NOTES = {"facts": "written for an office to read; names masked, numbers blotted (`Masker.note`)"}
"""Answers that only a masked chat shows."""
ALIKE, PLAYS = 4, 8
NEWEST = 8
"""Cases, matters and visits that are opened: the newest were filled in like the others."""
DAY = date(2026, 11, 23)


def canary(form, ref):
    """Return words for a question that stand nowhere else, and that it takes."""
    known = [*sorted(texts()), *(("import", name) for name in HEADERS)]
    name, number = ref.rpartition("/")[2], known.index((form, ref)) + 1000
    if "phone" in name:
        return f"1990001{number}"
    if name == "id_no":
        body = f"9901012018021{number % 10}{number % 900 + 100}"
        return body + check_digit(body)
    return f"金丝雀{number}啼"


@cache
def texts():
    """Return every question of the catalog that takes words, by form."""
    return {
        (name, row.path)
        for name in catalog.names()
        for row in catalog.get(name).model.defs
        if row.leaf and row.control is not None and kind_of(row) == "text"
    }


class Talk:
    """Four people at one bot that runs on a file."""

    def __init__(self, house, clock):
        self.house, self.clock, self.number = house, clock, 100
        self.known, self.planted = {}, {}

    async def bind(self):
        """Give supervisor, officer and guardian their chats; note a child and its director."""
        async with self.house.store.unit() as unit:
            people = People(unit)
            for role, chat in (
                (Role.CHILD_SUPERVISOR, SUPERVISOR),
                (Role.COUNTY_OFFICER, OFFICER),
                (Role.GUARDIAN, GUARDIAN),
            ):
                area = "990101101000" if role is Role.CHILD_SUPERVISOR else "990101000000"
                person = (await people.roster(area, role))[0]
                await people.bind(person.id, "telegram", chat)
            me = principal(await people.by_chat("telegram", DIRECTOR), "telegram", DIRECTOR)
            self.known["child"] = (await Children(unit).mine(me))[0].id
            await unit.commit()

    async def send(self, chat, said):
        self.number += 1
        self.clock.moment += timedelta(seconds=7)
        where = {"id": int(chat), "type": "private"}
        if ":" in said:
            data = self.house.seals.durable(chat, said)
            message = {"message_id": 500, "chat": where}
            update = {
                "callback_query": {
                    "id": str(self.number),
                    "from": where,
                    "data": data,
                    "message": message,
                }
            }
        else:
            update = {
                "message": {"message_id": self.number, "chat": where, "from": where, "text": said}
            }
        await self.house.get({"update_id": self.number, **update})

    async def question(self, chat):
        """Return the open draft and what it asks."""
        async with self.house.store.unit() as unit:
            state = (await Conversations(unit).lock("telegram", chat)).state
            draft = await Drafts(unit).open_of("telegram", chat)
            await unit.commit()
        if draft is None:
            return None, None
        world = state.get("world") or {}
        lists = world.get("lists", {}) if world.get("draft") == draft.id else {}
        context = engine.Context(now=local(self.clock.moment), lists=lists)
        session = engine.Session.from_json(draft.session)
        return draft, engine.current(catalog.get(draft.form), session, context).question

    async def fill(self, form, play):
        """Fill a form in, choosing otherwise in each play."""
        chat, begun = BEGUN[form]
        await self.send(chat, begun.format(**self.known))
        tries = Counter()
        for _ in range(90):
            draft, asked = await self.question(chat)
            if draft is None or draft.form != form:
                return
            if asked is None:
                await self.send(chat, "提交")
                if (await self.question(chat))[0] is not None:
                    await self.send(chat, "取消")
                return
            tries[asked.ref] += 1
            await self.send(chat, self.answer(form, asked, play, tries[asked.ref]))

    def answer(self, form, asked, play, tried):
        if tried > 2:
            return "跳过" if tried > 3 or not asked.choices else "1"
        if asked.choices:
            count = len(asked.choices)
            if asked.type == "select_multiple" and tried == 1:
                return "、".join(map(str, range(1, count + 1)))
            if play < ALIKE:
                return str(min(play + 1, count))
            return str(Random(f"{form} {asked.ref} {play}").randint(1, count))
        if asked.type == "text":
            path = re.sub(r"\[\d+\]", "", asked.ref)
            return self.planted.setdefault((form, path), canary(form, path))
        return {"date": "12月30日", "integer": "3", "dateTime": "今天早上8点"}.get(
            asked.type, "跳过"
        )

    async def take_in(self):
        """Import a sheet with words in every column that takes them; look at the child."""
        words = {name: canary("import", name) for name in HEADERS}
        fixed = {"area": "柳湾村", "birth_date": "2018-02-15", "sex": "女", "id_no": ""}
        async with self.house.store.unit() as unit:
            imports = Imports(unit, POLICIES)
            for _ in range(len(HEADERS)):
                told = words | fixed
                heads = [HEADERS[name][0] for name in told]
                sheet = Sheet("s", [heads, list(told.values())])
                seen = await imports.preview(SYSTEM, sheet, "990101101000")
                if not seen.problems:
                    break
                letters = {re.sub(r"\d", "", one.cell) for one in seen.problems}
                fixed |= {name: "" for name, letter in seen.columns.items() if letter in letters}
            await imports.take_in(SYSTEM, seen, "990101101000")
            await unit.commit()
        taken = {name: word for name, word in words.items() if fixed.get(name, word) != ""}
        self.planted |= {("import", name): words[name] for name in taken if name not in fixed}
        assert {"name", "current_address", "school_name", "carer_name", "remarks"} <= set(taken)
        await self.send(DIRECTOR, f"找 {words['name']}")

    async def file(self, missing):
        """File what no play came to (a question behind a rare choice) as if it had been asked."""
        async with self.house.store.unit() as unit:
            me = principal(await People(unit).by_chat("telegram", DIRECTOR), "telegram", DIRECTOR)
            for form, path in sorted(missing):
                self.planted[(form, path)] = word = canary(form, path)
                given = catalog.get(form)
                filed = Submission(
                    draft_id=new_id(),
                    definition=Definition(form=form, version=given.version, source=b"<x/>"),
                    values={path: word},
                    area=me.area,
                    child_id=self.known["child"],
                )
                await Submissions(unit).submit(me, filed, POLICIES.at(me.area, DAY))
            await unit.commit()

    async def note(self):
        """Note the newest case, and the numbers of what was filed."""
        async with self.house.store.reading() as unit:
            run = unit.connection.execute
            cases = (await run(select(CaseRow.id).order_by(CaseRow.opened_at))).scalars().all()
            self.known["case"] = cases[-1] if cases else ""
            visits = select(SubmissionRow.number).where(SubmissionRow.number.startswith("V"))
            filed = (await run(visits.order_by(SubmissionRow.id))).scalars().all()
            opened = select(MatterRow.number).order_by(MatterRow.id)
            matters = (await run(opened)).scalars().all()
        return cases, filed, matters

    async def look_round(self):
        """Open every screen that shows what was filed."""
        cases, filed, matters = (found[-NEWEST:] for found in await self.note())
        child = self.known["child"]
        for chat in (DIRECTOR, SUPERVISOR, OFFICER, GUARDIAN):
            screens = [f"child:{child}", f"why:review:{child}", f"tl:0:review:{child}"]
            screens += [f"mc:{child}", f"paper:review:{child}"]
            screens += [f"{verb}:{one}" for one in cases for verb in ("case", "ptext", "ppaper")]
            screens += [f"m:{one}" for one in matters] + [f"mprint:{one}" for one in matters]
            screens += [f"rv:{one}" for one in filed]
            for said in (*screens, "今天", "我的孩子", "待处理", "本周情况", "统计", "草稿"):
                await self.send(chat, said)


@pytest.fixture
def file(tmp_path):
    source, _children = ground()
    return shutil.copy(source, tmp_path / "bot.sqlite")


async def play_all(talk):
    """Fill in every form until its questions for words have come up; look at what was filed."""
    await talk.take_in()
    for play in range(PLAYS):
        left = {form for form, _ in texts() - set(talk.planted)} if play else set(BEGUN)
        for form in sorted(left & set(BEGUN), key=lambda one: one != "emergency_report"):
            await talk.fill(form, play)
            await talk.note()
    missing = texts() - set(talk.planted)
    assert len(missing) * 4 < len(texts()), "most are to be typed in the forms themselves"
    await talk.file(missing)
    await talk.look_round()


def printed(heard):
    """Return what stands in the documents that were sent, unpacked."""
    found = []
    for content in re.findall(r"'content': '([A-Za-z0-9+/=]+)'", "\n".join(heard)):
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(content))) as packed:
            found += [packed.read(name) for name in packed.namelist()]
    assert found
    return b"\n".join(found)


def found_in(planted, places):
    """Return which questions' words stand in what was kept or said, by place."""
    found = defaultdict(set)
    for (form, ref), word in planted.items():
        for where, raw in places.items():
            if word.encode() in raw or word.encode("utf-16-le") in raw:
                found[where].add((form, ref.rpartition("/")[2]))
    return found


@pytest.mark.parametrize("mode", list(Mode))
async def test_what_is_typed_into_a_form_is_shown_nowhere(mode, file, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    assert set(BEGUN) | set(UNASKED) == set(catalog.names())
    clock = Clock()
    house = House(file, clock, services(Masker(mode)))
    await house.start()
    talk = Talk(house, clock)
    try:
        await talk.bind()
        await play_all(talk)
    finally:
        await house.stop()
    assert texts() <= set(talk.planted)
    kept = backups.copy_database(f"sqlite:///{tmp_path / 'bot.sqlite'}", tmp_path / "copy")
    places = {
        "log": caplog.text.encode(),
        "database": b"".join(path.read_bytes() for path in tmp_path.glob("bot.sqlite*")),
        "backup": kept.read_bytes(),
        "screens": "\n".join(house.mouth.heard).encode() + printed(house.mouth.heard),
    }
    found = found_in(talk.planted, places)
    shown = {name for _, name in found.pop("screens", set())}
    assert not found
    allowed = {Mode.CODED: {*OFFICES}, Mode.MASKED: {*OFFICES, *NOTES}}
    assert mode is Mode.FULL or shown <= allowed[mode]
    assert mode is not Mode.FULL or "name" in shown, "the search must be able to find something"
