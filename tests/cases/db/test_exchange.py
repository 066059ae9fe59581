"""Sheets in, ledgers and figures out: all or nothing, logged, within one's own area."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import func, select

from cases.access import Purpose
from cases.casebook import NewCase
from cases.children import Change
from cases.db.casebook import CaseBook
from cases.db.children import Children
from cases.db.exports import Exports
from cases.db.imports import Imports
from cases.db.rows import AuditRow, ChildRow
from cases.errors import DeniedError
from cases.exports import ExportKind
from cases.headings import Sheet
from cases.id_numbers import check_digit
from cases.ledgers import write_export
from cases.masking import Masker, Mode
from cases.people import SYSTEM
from cases.workbooks import read_workbook, write_csv, write_xlsx
from handlers.speech import speak
from kernel.errors import InputError


def id_number(number):
    body = f"990101201802{number % 28 + 1:02d}{number % 1000:03d}"
    return body + check_digit(body)


def sheet(*rows):
    return Sheet("s", [["姓名", "村", "身份证号"], *map(list, rows)])


async def take_in(county, policies, given_sheet, who=None, scope=None):
    who = who or county.supervisor
    scope = scope or county.township
    async with county.store.unit() as unit:
        imports = Imports(unit, policies)
        preview = await imports.preview(who, given_sheet, scope)
        done = await imports.take_in(who, preview, scope)
        await unit.commit()
    return done


async def count(county):
    async with county.store.reading() as unit:
        return (await unit.connection.execute(select(func.count(ChildRow.id)))).scalar_one()


async def test_a_sheet_is_taken_in_whole(county, policies):
    done = await take_in(
        county,
        policies,
        sheet(["新一", "柳湾村", id_number(1)], ["新二", "石溪镇松岭村", ""]),
    )
    assert (done.first, done.last, done.count) == ("C-0025", "C-0026", 2)
    async with county.store.reading() as unit:
        found = await Children(unit).find(county.director, "新一")
    assert found[0].director_id == county.director.person_id
    assert found[0].next_visit_on == date(2026, 11, 30)


async def test_a_whole_file_is_taken_in_with_its_columns(county, policies):
    number = "99010119580215001"
    number += check_digit(number)
    heading = ["姓名", "村", "父亲状况", "母亲务工地", "监护人身份证", "监护人年龄", "重点关注"]
    row = ["新一", "柳湾村", "外出务工", "广东东莞", number, "68", "是"]
    await take_in(county, policies, Sheet("s", [heading, row]))
    async with county.store.unit() as unit:
        children = Children(unit)
        (line,) = await children.find(county.director, "新一")
        file = await children.open(county.director, line.id, Purpose.VISIT)
    assert line.focus
    assert file.fields["father_status"] == "away"
    assert file.fields["mother_work_place"] == "广东东莞"
    assert file.fields["actual_caregiver"] == {"id_no": number, "birth_year": "1958"}
    assert "caregiver_id_no" not in file.gaps
    assert "father_name" in file.gaps


async def test_a_sheet_with_one_wrong_cell_is_not_taken_in_at_all(county, policies):
    with pytest.raises(InputError) as refused:
        await take_in(county, policies, sheet(["新一", "柳湾村", ""], ["新二", "竹沟村", ""]))
    assert refused.value.reply.key == "cases-import-refused"
    assert await count(county) == 24


async def test_an_id_number_that_stands_twice_or_is_known_is_pointed_out(county, policies):
    await take_in(county, policies, sheet(["新一", "柳湾村", id_number(1)]))
    async with county.store.reading() as unit:
        preview = await Imports(unit, policies).preview(
            county.supervisor,
            sheet(
                ["新一", "柳湾村", id_number(1)],
                ["新二", "柳湾村", id_number(2)],
                ["新三", "柳湾村", id_number(2)],
            ),
            county.township,
        )
    assert {(p.cell, p.message.key) for p in preview.problems} == {
        ("C2", "cases-import-known"),
        ("C4", "cases-import-twice"),
    }


async def told_of(county, policies, *rows):
    head = ["姓名", "村", "出生日期", "身份证号"]
    async with county.store.unit() as unit:
        imports, given = Imports(unit, policies), Sheet("s", [head, *map(list, rows)])
        preview = await imports.preview(county.supervisor, given, county.township)
    return [(one.cell, one.message.key) for one in preview.problems]


async def test_the_same_sheet_again_makes_no_second_files_though_it_has_no_numbers(
    county, policies
):
    rows = [["顾长河", "柳湾村", "2016-03-04", ""], ["顾长山", "柳湾村", "2017-03-04", ""]]
    given = Sheet("s", [["姓名", "村", "出生日期", "身份证号"], *rows])
    await take_in(county, policies, given)
    before = await count(county)
    known = "cases-import-alike"
    assert await told_of(county, policies, *rows) == [("A2", known), ("A3", known)]
    with pytest.raises(InputError):
        await take_in(county, policies, given)
    assert await count(county) == before
    numbered = [*rows[0][:3], "99010120160304001" + check_digit("99010120160304001")]
    assert await told_of(county, policies, numbered) == [("A2", known)]
    other_day = ["顾长河", "柳湾村", "2016-03-05", ""]
    assert await told_of(county, policies, other_day) == []


async def test_two_rows_of_one_name_and_birth_need_numbers_that_tell_them_apart(county, policies):
    def row(number=""):
        return ["顾长河", "柳湾村", "2016-03-04", number]

    one, other = (f"9901012016030400{n}" for n in (1, 3))
    one, other = one + check_digit(one), other + check_digit(other)
    assert await told_of(county, policies, row(one), row(other)) == []
    same = [("A3", "cases-import-same")]
    assert await told_of(county, policies, row(), row()) == same
    assert await told_of(county, policies, row(one), row()) == same
    assert ("D3", "cases-import-twice") in await told_of(county, policies, row(one), row(one))


async def test_nobody_imports_into_another_town(county, policies):
    with pytest.raises(DeniedError):
        await take_in(county, policies, sheet(["新一", "竹沟村", ""]), scope=county.code)


async def test_the_ledger_of_the_town_is_exported_and_logged_and_safe(county):
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        change = Change(child_id=child.id, updates={"school_name": "=cmd|'/c calc'!A1"})
        await Children(unit).apply(county.director, change)
        export = await Exports(unit).make(county.supervisor, ExportKind.CHILDREN, county.township)
        await unit.commit()
    assert len(export.rows) == 13
    assert export.destroy_by == date(2026, 12, 23)
    assert "cases-column-id-no" in export.header
    content = write_xlsx("台账", export.rows, export.header)
    again = read_workbook(content, "x.xlsx")[0].rows
    assert any("=cmd" in str(cell) for row in again for cell in row)
    assert b"'=cmd" in write_csv(export.rows, export.header)
    async with county.store.reading() as unit:
        query = select(AuditRow.detail).where(AuditRow.action == "export")
        detail = (await unit.connection.execute(query)).scalar_one()
    assert detail == {"kind": "children", "rows": 13}


async def test_the_ledger_holds_the_whole_file_and_a_masked_one_nothing_of_a_person(county):
    number = "99010119800215001"
    number += check_digit(number)
    secrets = {
        "father_name": "诸葛金丝猴",
        "father_phone": "19987654321",
        "mother_id_no": number,
        "hukou_address": "磨坊后面蓝门那一家",
        "bank_account": "6222990012340987",
        "illness": "金针菇过敏症",
    }
    async with county.store.unit() as unit:
        child = (await Children(unit).mine(county.director))[0]
        updates = {**secrets, "father_status": "away", "aid_unmet": "housing medical"}
        await Children(unit).apply(county.director, Change(child_id=child.id, updates=updates))
        export = await Exports(unit).make(county.supervisor, ExportKind.CHILDREN, county.township)
    spoken = partial(speak, language="zh-CN")
    whole = write_export(export, "x.csv", spoken).decode("utf-8-sig")
    masked = write_export(export, "x.csv", spoken, Masker(Mode.MASKED)).decode("utf-8-sig")
    for content in (whole, masked):
        assert "爸爸姓名" in content
        assert "外出务工" in content
        assert "住房救助、医疗救助" in content
    assert [value for value in secrets.values() if value not in whole] == []
    assert [value for value in secrets.values() if value in masked] == []
    assert "1980-02-15" in whole
    assert "1980-02" not in masked


async def test_a_director_and_another_town_export_nothing(county):
    async with county.store.unit() as unit:
        for who, scope in (
            (county.director, county.village),
            (county.supervisor, county.code),
            (county.other_supervisor, county.township),
        ):
            with pytest.raises(DeniedError):
                await Exports(unit).make(who, ExportKind.CHILDREN, scope)
        assert (await Exports(unit).make(SYSTEM, ExportKind.VISITS, county.code)).rows == []


async def test_hidden_and_restricted_cases_stand_in_no_list_of_the_town(county):
    async with county.store.unit() as unit:
        book = CaseBook(unit)
        for draft, values in (
            ("a", {"situations": ("A1",)}),
            ("b", {"situations": ("N1",)}),
            ("c", {"situations": ("A4",), "hidden_from": (county.supervisor.person_id,)}),
        ):
            case = NewCase(draft_id=draft, severity="P1", area=county.village, **values)
            await book.open_case(county.guardian, case)
        exports = Exports(unit)
        town = await exports.make(county.supervisor, ExportKind.CASES, county.township)
        whole = await exports.make(county.officer, ExportKind.CASES, county.code)
    assert [row[2] for row in town.rows] == ["A1"]
    assert sorted(row[2] for row in whole.rows) == ["A1", "A4", "N1"]
