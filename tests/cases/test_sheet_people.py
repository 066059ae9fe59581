"""Rosters as townships keep them: who is who is read from the sheet, never guessed."""

from cases.headings import Sheet
from cases.people import Role
from cases.sheet_people import find_roster, read_areas, read_workers

TOWN, WILLOW, PINE = "990101102000", "990101102201", "990101102202"
PLACES = {"石溪镇": TOWN, "柳湾村": WILLOW, "松岭村": PINE}
DIRECTOR, SUPERVISOR = Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR


def read(*rows, default=TOWN):
    width = max(map(len, rows))
    padded = [[*row, *[None] * (width - len(row))] for row in rows]
    return read_workers(Sheet("名册", padded), PLACES, default)


def people(checked):
    assert checked.problems == ()
    return [(one.name, one.role, one.area, one.phone) for one in checked.good]


def test_the_village_tells_the_director_and_a_closing_row_is_nobody():
    checked = read(
        ["石溪镇儿童主任花名册"],
        ["序号", "村（社区）", "姓名", "职务", "联系电话"],
        [1, "柳湾村", "王小草", "村妇女主任", 13800000001],
        [2, "松岭", "李石", "村委委员", 13800000002],
        ["", "", "合计2人"],
    )
    assert people(checked) == [
        ("王小草", DIRECTOR, WILLOW, "13800000001"),
        ("李石", DIRECTOR, PINE, "13800000002"),
    ]


def test_one_row_names_the_director_and_the_supervisor_above():
    checked = read(
        ["乡镇", "儿童督导员", "督导员电话", "村（居）", "儿童主任", "主任电话"],
        ["石溪镇", "赵青", "13800000009", "柳湾村", "王小草", "13800000001"],
        ["", "", "", "松岭村", "李石", "13800000002"],
        ["石溪镇", "赵青", "13800000009", "松岭村", "周石", "13800000003"],
    )
    assert people(checked) == [
        ("赵青", SUPERVISOR, TOWN, "13800000009"),
        ("王小草", DIRECTOR, WILLOW, "13800000001"),
        ("李石", DIRECTOR, PINE, "13800000002"),
        ("周石", DIRECTOR, PINE, "13800000003"),
    ]


def test_the_post_tells_role_and_village():
    checked = read(
        ["姓名", "职务", "电话"],
        ["王小草", "柳湾村儿童主任", "13800000001"],
        ["赵青", "儿童督导员", "13800000009"],
    )
    assert [(one[1], one[2]) for one in people(checked)] == [
        (DIRECTOR, WILLOW),
        (SUPERVISOR, TOWN),
    ]


def test_nobody_becomes_a_supervisor_because_their_village_is_missing():
    checked = read(["姓名", "职务", "电话"], ["王小草", "妇女主任", "13800000001"])
    assert (checked.good, [one.message.key for one in checked.problems]) == (
        (),
        ["cases-import-role-missing"],
    )
    checked = read(["姓名", "岗位", "电话"], ["王小草", "儿童主任", "13800000001"])
    assert [one.message.key for one in checked.problems] == ["cases-import-village"]


def test_a_supervisor_belongs_to_the_township_of_the_village_that_is_named():
    checked = read(["姓名", "身份", "辖区"], ["赵青", "乡镇儿童督导员", "石溪镇柳湾村"])
    assert [one[2] for one in people(checked)] == [TOWN]


def test_a_ledger_of_children_is_no_roster():
    sheet = Sheet("台账", [["姓名", "身份证号码", "学校"], ["陈小溪", "", "柳湾小学"]])
    assert find_roster(sheet) is None


def test_a_post_that_the_roster_cannot_hold_is_told_with_its_cell():
    checked = read(["姓名", "村", "职务", "电话"], ["王小草", "柳湾村", "文" * 41, "13800000001"])
    assert [(one.cell, one.message.key) for one in checked.problems] == [
        ("C2", "cases-import-long")
    ]


def test_a_division_has_a_name_and_a_telephone_of_a_certain_length():
    rows = [["区划代码", "名称", "值班电话"], [WILLOW, "村" * 81, "1" * 41]]
    checked = read_areas(Sheet("区划", rows))
    assert [one.cell for one in checked.problems] == ["B2", "C2"]
