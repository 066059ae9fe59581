"""Sheets in, files out, and the whole record into a folder and back, from the console."""

from __future__ import annotations

import asyncio
import io
import json
import re
import stat
import zipfile
from contextlib import asynccontextmanager, nullcontext
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from PIL import Image
from sqlalchemy import insert, select
from support import postgresql
from support.console import Console

from bot.console.exports import private_file
from bot.settings import read_settings
from bot.wiring import open_policies, open_store
from cases.casebook import NewCase
from cases.children import Change
from cases.db.attachments import Attachments
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.drafts import Beginning, Drafts
from cases.db.exports import Exports
from cases.db.matters import Matters
from cases.db.people import People
from cases.db.reviews import Reviews
from cases.db.rows import AuditRow, OutboxRow
from cases.db.submissions import Submissions
from cases.exports import ExportKind
from cases.id_numbers import check_digit
from cases.masking import Masker, Mode, mask_name
from cases.matters import MatterKind, NewMatter
from cases.people import SYSTEM, Role, principal
from cases.submissions import Definition, Submission, Visit
from cases.workbooks import read_workbook, write_xlsx
from forms import catalog
from forms.form import load
from handlers.results import write_file
from handlers.speech import speak
from kernel.phrases import say

ROOT = Path(__file__).parents[2]
TOWNSHIP = "990101101000"
HEADER = ("儿童姓名", "身份证号码", "所在村", "儿童类别")


def id_number(number):
    body = f"990101201802{15 + number:02d}001"
    return body + check_digit(body)


@pytest.fixture
def small(tmp_path, monkeypatch, capfd):
    """A console over the sample county in SQLite."""
    console = Console(tmp_path, monkeypatch, capfd)
    console.run("seed", "demo")
    return console


def test_sheets_come_in_whole_or_not_at_all_and_the_record_survives_a_restore(console, tmp_path):
    console.run("db", "upgrade")
    areas = [("990101000000", "云桥县"), ("990101101000", "石溪镇"), ("990101101201", "柳湾村")]
    (tmp_path / "areas.xlsx").write_bytes(write_xlsx("s", areas, ("区划代码", "名称")))
    people = [("张三", "儿童主任", "柳湾村", "19900000001")]
    (tmp_path / "people.xlsx").write_bytes(
        write_xlsx("s", people, ("姓名", "岗位", "所在村", "电话"))
    )
    good = [(f"新{n}", id_number(n), "柳湾村", "留守") for n in range(3)]
    bad = [("新九", "990101201802150019", "柳湾村", "留守"), ("", "", "别村", "")]
    (tmp_path / "good.xlsx").write_bytes(write_xlsx("s", good, HEADER))
    (tmp_path / "bad.xlsx").write_bytes(write_xlsx("s", [*good, *bad], HEADER))
    console.run("import", "areas", "areas.xlsx")
    assert console.json("import", "workers", "people.xlsx")["sheets"][0]["imported"] == 1
    out, error = console.both("import", "children", "bad.xlsx", "--json", code=1)
    cells = {p["cell"]: p["message"] for p in json.loads(out)["sheets"][0]["problems"]}
    assert "一行都没有录入" in error
    assert {"B5", "A6", "C6"} == set(cells)
    assert "最后一位" in cells["B5"]
    preview = console.run("import", "children", "good.xlsx", "--dry-run")
    assert "3 行，可以录入" in preview
    report = console.json("import", "children", "good.xlsx")
    assert report["sheets"][0]["imported"] == 3
    assert report["sheets"][0]["columns"]["id_no"] == "B"
    console.run("import", "children", "good.xlsx", code=1)

    told = console.json("export", "children", "out.xlsx")
    assert told["rows"] == 3
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert told["number"] in page["A1"].value
    assert {row[2] for row in page.iter_rows(min_row=3, values_only=True)} == {"新0", "新1", "新2"}
    assert (tmp_path / "out.xlsx").stat().st_mode & 0o077 == 0
    console.run("export", "cases", "out.csv")
    assert "个案清单" in read_workbook((tmp_path / "out.csv").read_bytes(), "o.csv")[0].rows[0][0]
    assert ".xlsx" in console.run("export", "visits", "out.pdf", code=1)

    told = console.json("backup", "saved")
    assert told["log_rows"] >= 4
    console.run("backup", "saved", code=1)
    saved = b"".join(path.read_bytes() for path in (tmp_path / "saved").iterdir())
    key = json.loads((tmp_path / "keys.json").read_text())["keys"]["1"]
    for secret in ("新0", "张三", "19900000001", id_number(0), key):
        assert secret.encode() not in saved
    console.run("restore", "saved", code=1)
    with postgresql.database() if console.url else nullcontext() as empty:
        other = restored(console, tmp_path, empty or "")
        assert other.json("restore", "saved")["whole"]
        assert other.json("audit", "verify")["whole"]
        assert other.json("export", "children", "again.xlsx")["rows"] == 3


def restored(console, folder, empty=""):
    """Return a console over an empty database, with the same keys and the saved folder at hand."""
    if empty:
        return Console(folder, console.patch, console.capfd, empty)
    (folder / "tongban.sqlite").rename(folder / "old.sqlite")
    for end in ("-wal", "-shm"):
        (folder / f"tongban.sqlite{end}").unlink(missing_ok=True)
    return console


def test_a_copy_that_was_touched_or_lacks_its_key_is_not_brought_back(small, tmp_path):
    console = small
    console.run("backup", "saved")
    copy = tmp_path / "saved" / "record.sqlite"
    whole = copy.read_bytes()
    other = restored(console, tmp_path)
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "对不上" in other.run("restore", "saved", code=1)
    copy.write_bytes(whole)
    keys = json.loads((tmp_path / "keys.json").read_text())
    (tmp_path / "keys.json").write_text(json.dumps({**keys, "keys": {"2": keys["keys"]["1"]}}))
    assert "第 1 号钥匙" in other.run("restore", "saved", code=1)
    assert not (tmp_path / "tongban.sqlite").exists()
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    other.run("restore", "saved")
    assert other.json("audit", "verify")["whole"]


def test_a_killed_backup_is_no_backup(small, tmp_path):
    console = small
    process = console.start("backup", "half")
    while not (tmp_path / "half").exists() and process.poll() is None:
        pass
    process.kill()
    process.wait()
    if not (tmp_path / "half" / "manifest.json").exists():
        assert "没有完整的备份" in console.run("restore", "half", code=1)
    console.run("backup", "saved")
    other = restored(console, tmp_path)
    process = other.start("restore", "saved")
    while not list(tmp_path.glob("tongban.sqlite*")) and process.poll() is None:
        pass
    process.kill()
    process.wait()
    if (tmp_path / "tongban.sqlite").exists():
        assert other.json("audit", "verify")["whole"]
    else:
        other.run("restore", "saved")
        assert other.json("audit", "verify")["whole"]


def test_a_case_is_handed_over_from_the_console_with_names_in_clear(console, tmp_path):
    console.run("db", "upgrade")
    console.run("seed", "demo")
    number, child = asyncio.run(a_report(console))
    told = console.json("evidence", number, "pack.zip", "--by", "褚中和")
    assert told["number"] == number
    assert told["events"] == 2
    assert told["log_rows"] == 2
    assert (tmp_path / "pack.zip").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        words = docx.Document(io.BytesIO(pack.read("1-报告.docx")))
        cells = {cell.text for table in words.tables for row in table.rows for cell in row.cells}
    assert any(child in text for text in cells)
    assert "孩子在家里哭着说的原话" in cells
    again = console.json("evidence", number, "pack2.zip", "--by", "褚中和")
    assert again["head"] != told["head"], "the first one stands in the log"
    assert "姓名" in console.run("evidence", number, "no.zip", "--by", "查无此人", code=1)
    assert not (tmp_path / "no.zip").exists()


def words_in(file):
    words = docx.Document(file)
    cells = [cell.text for table in words.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in words.paragraphs), *cells]


def test_a_whole_file_is_printed_at_the_office_for_who_is_in_charge(console, tmp_path):
    console.run("db", "upgrade")
    console.run("seed", "demo")
    address = "柳湾村三组磨坊后面蓝门那一家"

    async def move_in():
        async with director_at_work(tmp_path) as (unit, person, _policy):
            who = principal(person, channel="telegram", chat="1")
            child = (await Children(unit).mine(who))[0]
            changed = Change(child_id=child.id, updates={"current_address": address})
            await Children(unit).apply(who, changed)
            return person.name, child

    director, child = asyncio.run(move_in())
    for_whom = ("paper", child.file_no, "file.docx", "--by")
    for name in (director, "冯长青", "褚中和"):
        told = console.json(*for_whom, name, "--for", "review")
        assert told == {"number": child.file_no, "file": "file.docx", "for": "review"}
        text = words_in(tmp_path / "file.docx")
        assert {address, child.name} <= set(text)
        assert any(name in line and "打印" in line for line in text)
    assert (tmp_path / "file.docx").stat().st_mode & 0o077 == 0
    for name in ("陈长河", "吴南星", "陈远山", "查无此人"):
        refused = console.run(
            "paper", child.file_no, "no.docx", "--by", name, "--for", "review", code=1
        )
        assert child.file_no in refused
    for nothing in ("", "guardian", "好奇"):
        told = console.run(*for_whom, director, "--for", nothing, code=1)
        assert "用途" in told
        assert "visit、emergency、review" in told
    offered = console.run("paper", "--help")
    assert "emergency" in offered
    assert "guardian" not in offered
    console.both(*for_whom, director, code=2)
    assert not (tmp_path / "no.docx").exists()
    assert asyncio.run(printings(console)) == ["review"] * 3


def test_what_is_signed_is_printed_in_clear_at_the_office_by_who_is_in_charge(console, tmp_path):
    console.run("seed", "demo")
    words = {
        "delegate_name": "陈秀兰",
        "delegate_phone": "19900007777",
        "relation": "paternal",
        "guardians": ["陈远山"],
        "guardian_phones": ["19900008888"],
    }
    kinds = (
        (MatterKind.DELEGATION, ""),
        (MatterKind.BENEFIT, "dibao"),
        (MatterKind.REFERRAL, "education"),
    )

    async def begin():
        async with director_at_work(tmp_path) as (unit, person, _policy):
            who = principal(person, channel="telegram", chat="1")
            child = (await Children(unit).mine(who))[0]
            numbers = []
            for kind, topic in kinds:
                new = NewMatter(kind=kind, area="", child_id=child.id, topic=topic, words=words)
                numbers.append((await Matters(unit).open(who, new)).number)
            return person.name, child, numbers

    director, child, (delegation, benefit, referral) = asyncio.run(begin())
    for name in (director, "冯长青", "褚中和"):
        console.run("paper", f"#{delegation.lower()}", "d.docx", "--by", name, "--for", "visit")
        text = words_in(tmp_path / "d.docx")
        assert {child.name, "陈秀兰", "19900007777", "陈远山", "19900008888", delegation} <= set(
            text
        )
        assert child.born.isoformat() in text
        assert "爷爷奶奶" in text
    for name in ("陈长河", "吴南星", "陈远山", "查无此人"):
        refused = console.run(
            "paper", delegation, "n.docx", "--by", name, "--for", "visit", code=1
        )
        assert delegation in refused
    console.run("paper", referral, "r.docx", "--by", director, "--for", "assistance")
    assert "教育" in words_in(tmp_path / "r.docx")
    told = console.run("paper", benefit, "n.docx", "--by", director, "--for", "visit", code=1)
    assert "没有要打印的表" in told
    console.run("paper", "D-20260101-999", "n.docx", "--by", director, "--for", "visit", code=1)
    assert not (tmp_path / "n.docx").exists()
    assert asyncio.run(printings(console, "matter.print")) == [*["visit"] * 3, "assistance"]


def test_of_a_workbook_only_the_sheets_with_children_that_are_seen_are_taken_in(small, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "数据字典"
    book.active.append(("类别",))
    for title, number in (("台账", 3), ("有错", 4), ("去年", 5)):
        page = book.create_sheet(title)
        page.append(HEADER)
        page.append(
            (f"新{number}", id_number(number), "别村" if number == 4 else "柳湾村", "留守")
        )
    book["去年"].sheet_state = "hidden"
    book.save(tmp_path / "book.xlsx")
    told = json.loads(small.both("import", "children", "book.xlsx", "--json", code=1)[0])
    taken = {one["sheet"]: (one["imported"], bool(one["left"])) for one in told["sheets"]}
    assert taken == {
        "数据字典": (0, True),
        "台账": (1, False),
        "有错": (0, False),
        "去年": (0, True),
    }
    book.remove(book["有错"])
    book["台账"]["A2"], book["台账"]["B2"] = "新6", id_number(6)
    book.save(tmp_path / "book.xlsx")
    out, _ = small.both("import", "children", "book.xlsx")
    assert "【去年】没有读：这是隐藏的工作表" in out
    book.remove(book["台账"])
    book.save(tmp_path / "book.xlsx")
    assert "还有 2 处" in small.both("import", "children", "book.xlsx", code=1)[1]


def test_a_ledger_that_went_out_comes_in_again_with_every_column_named(small, tmp_path):
    small.run("export", "children", "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    heads = [cell.value for cell in book.active[2]]
    place = {name: heads.index(name) + 1 for name in ("残疾证", "残疾证号", "身份证号", "姓名")}
    for name, value in (("残疾证", "有"), ("残疾证号", "99010120180215003342")):
        book.active.cell(3, place[name], value)
    book.active.delete_rows(4, 100)
    book.active.cell(3, place["身份证号"], id_number(7))
    for name in ("性别", "出生日期"):
        book.active.cell(3, heads.index(name) + 1).value = None
    for number in (12, 9, 10):
        row = [None] * len(heads)
        row[place["姓名"] - 1], row[place["身份证号"] - 1] = f"新{number}", id_number(number)
        book.active.append(row)
    book.save(tmp_path / "again.xlsx")
    out, _ = small.both("import", "children", "again.xlsx", "--dry-run", code=1)
    assert "爸爸务工地" in out
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ")] == [
        "B4",
        "B5",
        "B6",
    ]
    book.active.delete_rows(4, 3)
    book.save(tmp_path / "again.xlsx")
    small.run("import", "children", "again.xlsx")
    small.run("export", "children", "third.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "third.xlsx").active.iter_rows(values_only=True)
    (row,) = [row for row in rows if id_number(7) in row]
    assert (row[heads.index("残疾证")], row[heads.index("残疾证号")]) == (
        "是",
        "99010120180215003342",
    )


SHEET = """area = "{code}"
document = "云民〔2026〕9号"
valid_from = 2026-01-01
[rules]
visit_red = {{ days = 2, source = "第三条" }}
"""


def test_whoever_brings_in_new_codes_is_told_which_sheets_still_name_the_old(small, tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, code in (("town", "990101101000"), ("other", "990202000000")):
        (folder / f"{name}.toml").write_text(SHEET.format(code=code), "utf-8")
    small.patch.setenv("TONGBAN_POLICIES", str(folder))
    rows = [
        ("990101109000", "石溪街道", "", ""),
        ("990101101000", "石溪镇", "2026-01-01", "990101109000"),
    ]
    head = ("区划代码", "名称", "停用日期", "改为")
    (tmp_path / "areas.xlsx").write_bytes(write_xlsx("s", rows, head))
    told = small.run("import", "areas", "areas.xlsx")
    assert "990101101000" in told
    assert "它已改为 990101109000" in told
    assert "990202000000" not in told
    (folder / "town.toml").write_text(SHEET.format(code="990101109000"), "utf-8")
    assert small.json("import", "areas", "areas.xlsx")["sheets"][0].get("notes", []) == []


async def printings(console, act="child.print"):
    console.settle()
    store = open_store(read_settings())
    try:
        async with store.reading() as unit:
            query = select(AuditRow.detail).where(AuditRow.action == act)
            return [one["purpose"] for one in (await unit.connection.execute(query)).scalars()]
    finally:
        await store.close()


async def a_report(console):
    """Report a child of the sample county as its director, with a few details."""
    console.settle()
    store = open_store(read_settings())
    try:
        async with store.unit() as unit:
            day = unit.clock.now().date()
            (person, *_) = await People(unit).workers(Role.CHILD_DIRECTOR, "990101101201", day)
            who = principal(person, day=day)
            child = (await Children(unit).mine(who))[0]
            new = NewCase(
                draft_id="d", severity="P1", situations=("A1",), area=child.area, child_id=child.id
            )
            case = await CaseBook(unit).open_case(who, new)
            details = {"safe_now": "unsafe", "verbatim": "孩子在家里哭着说的原话"}
            await CaseBook(unit).add_details(who, case.case_id, details)
            await unit.commit()
    finally:
        await store.close()
    return case.number, child.name


def test_a_file_goes_out_only_once_the_log_is_written(tmp_path):
    out = tmp_path / "ledger.xlsx"
    with pytest.raises(RuntimeError), private_file(out, b"names"):
        raise RuntimeError("the log could not be written")
    assert list(tmp_path.iterdir()) == []
    with private_file(out, b"names"):
        assert not out.exists()
    assert out.read_bytes() == b"names"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_what_could_not_be_delivered_is_listed_and_sent_once_more(small):
    async def lose():
        store = open_store(read_settings())
        rows = [
            {"key": key, "kind": kind, "state": state, "error": "gone", "lane": 0}
            | {"channel": "telegram", "chat": "9901", "made_at": store.clock.now()}
            for key, kind, state in (
                ("a", "alert", "dead"),
                ("b", "notice", "dead"),
                ("c", "", "sent"),
            )
        ]
        async with store.unit() as unit:
            await unit.connection.execute(insert(OutboxRow), rows)
            await unit.commit()
        await store.close()

    small.settle()
    asyncio.run(lose())
    found = small.json("letters")["dead"]
    assert [(one["kind"], one["error"]) for one in found] == [
        ("notice", "gone"),
        ("alert", "gone"),
    ]
    assert "9901" not in small.run("letters")
    # a notice whose words are gone already cannot be
    assert small.json("letters", "--again")["again"] == 1
    assert [one["kind"] for one in small.json("letters")["dead"]] == ["notice"]


FORM = """| survey |
| | type | name | label |
| | select_one place | place | 放学去哪？ |
| | text | words | 怎么说？ |
| | begin_repeat | kin | 家里人 |
| | integer | age | 几岁？ |
| | end_repeat | | |
| choices |
| | list_name | name | label |
| | place | home | 家里 |
| settings |
| | form_title | form_id | version |
| | 课后去处 | after_school | 1 |
"""


PHOTO_FORM = """| survey |
| | type | name | label |
| | image | photo | 照片 |
| settings |
| | form_title | form_id | version |
| | 水边 | pond | 1 |
"""


@asynccontextmanager
async def director_at_work(folder):
    """Do something in the record as the village's director does; it is kept at the end."""
    settings = read_settings(data=folder)
    store = open_store(settings)
    policy = open_policies(settings).at("990101101201", date(2026, 11, 23))
    try:
        async with store.unit() as unit:
            person = (await People(unit).roster("990101101201", Role.CHILD_DIRECTOR))[0]
            yield unit, person, policy
            await unit.commit()
    finally:
        await store.close()


def test_what_a_form_gathered_goes_out_as_a_workbook(small, tmp_path):
    form = load(FORM.encode(), kind=".md")
    kept = Definition(form=form.id, version="1", source=form.definition)
    values = {"/data/place": "home", "/data/words": "=1+1", "/data/kin[1]/age": "70"}

    async def fill_in():
        async with director_at_work(tmp_path) as (unit, person, policy):
            who = principal(person, channel="telegram", chat="1")
            sent = Submission(draft_id="d1", definition=kept, values=values, area=who.area)
            receipt = await Submissions(unit).submit(who, sent, policy)
            return receipt.number, person.name

    number, name = asyncio.run(fill_in())
    told = small.run("export", "form", "a.xlsx", "--form", "after_school")
    assert "已导出 1 行" in told
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["课后去处", "家里人", "汇总"]
    assert [cell.value for cell in book["汇总"][3]] == ["放学去哪？", "家里", 1]
    rows = [[cell.value for cell in row] for row in book["课后去处"].iter_rows()]
    assert rows[1] == [
        "编号",
        "提交时间",
        "填表人",
        "村（社区）",
        "档案号",
        "放学去哪？",
        "怎么说？",
    ]
    assert [rows[2][0], rows[2][2], *rows[2][5:]] == [number, name, "家里", "=1+1"]
    assert book["课后去处"]["G3"].data_type == "s"
    assert [cell.value for cell in book["家里人"][3]] == [number, "1", 70]
    assert ".xlsx" in small.run("export", "form", "a.csv", "--form", "after_school", code=1)
    assert "after_school" in small.run("export", "form", "b.xlsx", "--form", "other", code=1)
    assert "--form" in small.run("export", "form", "b.xlsx", code=1)
    assert "--form" in small.run("export", "visits", "b.xlsx", "--form", "x", code=1)
    assert not list(tmp_path.glob("*.part"))
    assert small.json("audit", "verify")["whole"]


async def visited(unit, person, policy):
    """File a visit of a director's first child that tells something, and one that does not."""
    who = principal(person, channel="telegram", chat="1")
    child = (await Children(unit).mine(who))[0]
    form = catalog.get("visit_checkin")
    kept = Definition(form=form.id, version=form.version, source=form.definition)
    first = {"seen": "child guardian", "lives_with": "grandparent", "mood": "fights sleepless"}
    later = {"seen": "neighbour", "lives_now": "grandparent", "child_words": "夜里没人来"}
    for number, told in enumerate((first, later)):
        filed = Submission(
            draft_id=f"visit {number}",
            definition=kept,
            child_id=child.id,
            values={f"/data/{name}": value for name, value in told.items()},
            area=child.area,
            visit=Visit(
                visited_on=date(2026, 11, 22 + number),
                mode="home",
                child_seen=not number,
                severity="P3",
                triggers=("rule_mood",),
            ),
        )
        receipt = await Submissions(unit).submit(who, filed, policy)
    boss = (await People(unit).roster(TOWNSHIP, Role.CHILD_SUPERVISOR))[0]
    await Reviews(unit).accept(principal(boss, channel="telegram", chat="2"), receipt.number)
    return person.name, child.name


def test_an_export_of_visits_tells_what_was_found(small, tmp_path):
    async def fill_in():
        async with director_at_work(tmp_path) as given:
            return await visited(*given)

    director, child = asyncio.run(fill_in())
    assert small.json("export", "visits", "visits.xlsx")["rows"] == 2
    page = openpyxl.load_workbook(tmp_path / "visits.xlsx").active
    note, header, *rows = page.iter_rows(values_only=True)
    assert "系统管理员" in note[0]
    assert re.search(r"\d{4}-\d\d-\d\d 前销毁", note[0])
    first, later = (dict(zip(header, row, strict=True)) for row in rows)
    assert len(header) == len(set(header))
    assert {first["填表人"], later["填表人"]} == {director}
    assert {first["姓名"], later["姓名"]} == {child}
    assert first["提醒"] == speak(say("risk-rule_mood"))
    assert (first["审核"] or "", later["审核"]) == ("", "已接受")
    assert first["孩子现在跟谁住"] == later["孩子现在跟谁住"] == "跟爷爷奶奶、外公外婆"
    assert first["情绪和行为有什么变化"].count("、") == 1
    assert later["孩子自己想说的话，或监护人的意见"] == "夜里没人来"


async def test_through_a_chat_visits_have_no_name_and_no_words(small, tmp_path):
    async with director_at_work(tmp_path) as given:
        director, child = await visited(*given)
        export = await Exports(given[0]).make(SYSTEM, ExportKind.VISITS, "")
    content = write_file(export, "a.xlsx", speak, Masker(Mode.MASKED))
    told = str(list(openpyxl.load_workbook(io.BytesIO(content)).active.values))
    assert director in told
    assert mask_name(child) in told
    assert "跟爷爷奶奶、外公外婆" in told
    for never in (child, "夜里没人来", "孩子自己想说的话"):
        assert never not in told


def test_photos_of_a_form_about_nobody_go_out_beside_the_workbook(small, tmp_path):
    form = load(PHOTO_FORM.encode(), kind=".md")
    kept = Definition(form=form.id, version="1", source=form.definition)
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "JPEG")

    async def fill_in():
        async with director_at_work(tmp_path) as (unit, person, policy):
            who = principal(person, channel="telegram", chat="1")
            new = Beginning(form=form.id, version="1", session={})
            draft = await Drafts(unit).begin(who, new)
            file = await Attachments(unit).add_to_draft(who, draft, picture.getvalue())
            values = {"/data/photo": f"attachment:{file.id}"}
            sent = Submission(draft_id=draft.id, definition=kept, values=values, area=who.area)
            await Submissions(unit).submit(who, sent, policy)
            return file.id[-6:]

    name = asyncio.run(fill_in())
    told = small.json("export", "form", "a.xlsx", "--form", "pond", "--files", "photos")
    assert told["files"] == 1
    cells = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["水边"][3]]
    assert cells[-1] == f"✓ {name}"
    photo = tmp_path / "photos" / f"{name}.jpg"
    assert Image.open(io.BytesIO(photo.read_bytes())).size == (4, 4)
    assert stat.S_IMODE(photo.stat().st_mode) == 0o600
    assert "files" not in small.json("export", "form", "b.xlsx", "--form", "pond")
    assert "--form" in small.run("export", "cases", "c.xlsx", "--files", "photos", code=1)


def test_a_code_that_becomes_another_is_followed_and_a_split_one_is_assigned(small, tmp_path):
    head = ("区划代码", "名称", "停用日期", "改为")
    day = date.today().isoformat()
    first = [("990101101301", "柳湾新村", "", ""), ("990101101201", "柳湾村", day, "990101101301")]
    (tmp_path / "first.xlsx").write_bytes(write_xlsx("s", first, head))
    sheet = small.json("import", "areas", "first.xlsx")["sheets"][0]
    assert (sheet["imported"], sheet["moved_children"], sheet["to_assign"]) == (2, 7, 0)
    split = [
        ("990101101302", "东岭村", "", ""),
        ("990101101303", "西岭村", "", ""),
        ("990101101202", "松岭村", day, "990101101302"),
        ("990101101202", "松岭村", day, "990101101303"),
    ]
    (tmp_path / "split.xlsx").write_bytes(write_xlsx("s", split, head))
    told = small.run("import", "areas", "split.xlsx")
    assert "6 名孩子所在村的代码已停用" in told
    numbers = ("档案号", "现在的村")
    moves = [("C-0008", "东岭村"), ("C-0009", "西岭村")]
    (tmp_path / "moves.xlsx").write_bytes(write_xlsx("s", moves, numbers))
    assert small.json("import", "moves", "moves.xlsx")["sheets"][0]["imported"] == 2
    (tmp_path / "bad.xlsx").write_bytes(write_xlsx("s", [("C-9999", "东岭村")], numbers))
    small.run("import", "moves", "bad.xlsx", code=1)
    assert small.json("audit", "verify")["whole"]
