"""What columns of a child's file are called in sheets, and what is said in them; it reads no cell.

It holds what stands beside the ledger's own columns (`cases.sheets`): parents, carer, health,
school, household, help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_PERSONS = {
    "father": ("父亲", "爸爸", "父"),
    "mother": ("母亲", "妈妈", "母"),
    "grandfather": ("祖父", "爷爷"),
    "grandmother": ("祖母", "奶奶"),
    "maternal_grandfather": ("外祖父", "外公", "姥爷"),
    "maternal_grandmother": ("外祖母", "外婆", "姥姥"),
    "caregiver": (
        *("照料人", "实际照料人", "照护人", "监护人", "实际监护人", "受委托监护人"),
        *("受委托人", "委托监护人", "抚养人"),
    ),
}
_OF_PERSON = {
    "name": ("姓名", "名字"),
    "phone": ("电话", "联系电话", "联系方式", "手机", "手机号", "手机号码", "电话号码"),
    "id_no": (
        "身份证",
        "身份证号",
        "身份证号码",
        "公民身份号码",
        "公民身份证号码",
        "身份证件号码",
    ),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "生日"),
    "work_place": (
        *("务工地", "务工地点", "务工地址", "打工地", "打工地点", "工作地", "工作地点"),
        *("外出务工地", "外出务工地点", "务工省市"),
    ),
    "job": ("职业", "工作", "从事职业", "从事工作"),
    "status": (
        "的情况",
        "状况",
        "状态",
        "现状",
        "目前状况",
        "是否务工",
        "是否外出",
        "是否外出务工",
    ),
    "birth_year": ("出生年份", "出生年"),
    "age": ("年龄",),
    "health": ("健康状况", "身体状况", "身体", "健康"),
}
ASKED = {
    **dict.fromkeys(
        ("father", "mother"),
        ("name", "phone", "id_no", "birth_date", "work_place", "job", "status"),
    ),
    **dict.fromkeys(
        ("grandfather", "grandmother", "maternal_grandfather", "maternal_grandmother"),
        ("name", "birth_date"),
    ),
    "caregiver": ("id_no", "birth_year", "age", "health"),
}
"""What is asked of whom; name, relation and telephone of the carer are columns of the ledger."""


def _of_persons() -> dict[str, tuple[str, ...]]:
    return {
        f"{person}_{what}": tuple(
            who + said for who in _PERSONS[person] for said in _OF_PERSON[what]
        )
        for person, asked in ASKED.items()
        for what in asked
    }


_MORE: dict[str, tuple[str, ...]] = {
    "father": ("父亲", "爸爸"),
    "mother": ("母亲", "妈妈"),
    **{one: _PERSONS[one] for one in ASKED if one.endswith(("grandfather", "grandmother"))},
    "hukou_registered": ("户口登记", "是否登记户口", "有无户口", "是否有户口", "是否上户口"),
    "hukou_region": ("户籍地区划", "户籍地区划代码", "户籍区划代码"),
    "health": ("健康状况", "身体状况", "身体情况", "健康", "身体"),
    "disability_types": ("残疾类别", "残疾类型", "残疾种类"),
    "disability_level": ("残疾等级", "残疾级别"),
    "disability_cert": ("是否办残疾证", "有无残疾证", "是否持残疾证"),
    "disability_cert_no": ("残疾证", "残疾证号", "残疾证号码", "残疾人证号", "残疾人证号码"),
    "illness": ("患病名称", "患病类型", "病种", "疾病名称", "所患疾病", "患何种疾病"),
    "illness_since": ("哪天得的病", "患病时间", "患病日期", "确诊时间", "确诊日期"),
    "school_status": (
        "就学情况",
        "就学状况",
        "上学情况",
        "就学状态",
        "就读情况",
        "就学阶段",
        "学段",
    ),
    "boarding": ("在校住读", "是否寄宿", "是否住校", "寄宿", "住校", "是否寄宿生", "寄宿情况"),
    "both_out": ("父母都外出", "父母是否都外出", "父母双方外出", "双方外出", "是否双方外出"),
    "one_out_other_unable": (
        *("一方外出、另一方不能监护", "一方外出另一方无监护能力", "一方外出另一方不能监护"),
    ),
    "left_behind": ("是否留守", "是否留守儿童"),
    "guardianship_quality": ("监护情况", "监护状况", "监护情况评估", "监护评估"),
    "guardianship_type": ("监护类型", "监护类别"),
    "improper_guardianship": ("监护不当情形", "监护不当类型"),
    "improper_note": ("监护不当说明",),
    "delegation_state": ("委托照护", "委托监护", "是否签订委托监护确认书", "委托监护确认书"),
    "delegation_reason": ("没签委托的原因", "未签订委托原因", "未签委托原因"),
    "family_type": ("家庭类型", "家庭类别"),
    "household_size": ("家庭人口", "家庭人口数", "家庭人数", "家庭成员数", "人口数"),
    "siblings": ("兄弟姐妹", "兄弟姐妹数", "兄弟姐妹人数"),
    "income_sources": ("家庭收入来源", "家庭经济来源", "收入来源", "经济来源"),
    "housing": ("住房", "住房类型", "住房情况", "住房性质"),
    "dangerous_house": ("是危房", "是否危房", "危房", "住房是否危房"),
    "aid_received": (
        *("已有的救助", "救助帮扶情况", "享受救助", "享受救助情况", "享受政策", "救助情况"),
        *("享受救助类型", "享受何种救助"),
    ),
    "aid_partial": ("没给足的救助", "未足额的救助", "未足额救助"),
    "aid_unmet": ("符合、还没保障的救助", "符合未保障的救助", "符合未保障"),
    "aid_ineligible": ("不符合的救助",),
    "bank_account": ("银行账号", "银行账户", "银行卡号", "收款账号"),
    "needs": ("需要帮助的方面", "问题清单", "需求", "主要需求", "帮扶需求", "存在问题"),
    "focus_flag": ("重点关注", "是否重点关注", "是否重点儿童", "重点儿童"),
    "focus_reason": ("重点关注的原因", "重点关注原因"),
    "focus_note": ("重点关注的说明", "重点关注说明"),
}
FILE_HEADERS = {**_of_persons(), **_MORE}
"""Our column -> what people call it."""

YES_NO = {
    "不是": "no",
    "否": "no",
    "没": "no",
    "无": "no",
    "未": "no",
    "不": "no",
    "走读": "no",
} | dict.fromkeys(("是", "有", "已", "住", "寄宿", "在"), "yes")
PARENT = {
    "是": "away",
    "否": "home",
    "健在": "",
    "在家": "home",
    "外出": "away",
    "务工": "away",
    "打工": "away",
    "宣告死亡": "declared",
    "宣告失踪": "missing",
    "失踪": "missing",
    "去世": "dead",
    "死亡": "dead",
    "已故": "dead",
    "亡故": "dead",
    "失联": "lost",
    "重残": "disabled",
    "残疾": "disabled",
    "重病": "ill",
    "服刑": "prison",
    "在押": "prison",
    "戒毒": "detox",
    "限制人身自由": "restricted",
    "撤销监护": "revoked",
    "遣送": "deported",
    "驱逐": "deported",
    "不详": "unknown",
    "不清楚": "unknown",
}
_AID = {
    "低保": "dibao",
    "特困": "tekun",
    "孤儿": "orphan",
    "事实无人抚养": "de_facto",
    "临时救助": "temp_relief",
    "医疗救助": "medical",
    "住房救助": "housing",
    "教育": "education",
    "助学": "education",
    "两项补贴": "disability",
    "残疾": "disability",
    "康复": "rehabilitation",
    "慈善": "charity",
    "其他": "other",
}
_HEALTH = {
    "无残疾": "",
    "无疾病": "",
    "健康": "healthy",
    "良好": "healthy",
    "正常": "healthy",
    "残": "disabled",
    "慢性": "chronic",
    "重病": "ill",
    "大病": "ill",
    "患病": "ill",
}
WORDS: dict[str, Mapping[str, str]] = {
    **dict.fromkeys(("father_status", "mother_status"), PARENT),
    **dict.fromkeys(
        (
            *("hukou_registered", "disability_cert", "boarding", "both_out", "left_behind"),
            *("one_out_other_unable", "dangerous_house", "focus_flag"),
        ),
        YES_NO,
    ),
    **dict.fromkeys(("aid_received", "aid_partial", "aid_unmet", "aid_ineligible"), _AID),
    "health": _HEALTH,
    "caregiver_health": {
        "健康": "healthy",
        "良好": "healthy",
        "好": "healthy",
        "正常": "healthy",
        "残": "disabled",
        "病": "ill",
        "弱": "weak",
        "年老": "weak",
        "年纪大": "weak",
        "差": "weak",
        "一般": "weak",
    },
    "disability_types": {
        "视力": "sight",
        "听力": "hearing",
        "言语": "speech",
        "肢体": "body",
        "智力": "mind",
        "精神": "mental",
        "多重": "multiple",
        "其他": "other",
    },
    "disability_level": {
        "一级": "one",
        "二级": "two",
        "三级": "three",
        "四级": "four",
        "1": "one",
        "2": "two",
        "3": "three",
        "4": "four",
        "一": "one",
        "二": "two",
        "三": "three",
        "四": "four",
    },
    "school_status": {
        "不在学": "out",
        "未在学": "out",
        "辍学": "dropout",
        "失学": "dropout",
        "未入园": "preschool",
        "未入学": "preschool",
        "没上学": "preschool",
        "未上学": "preschool",
        "学龄前": "preschool",
        "幼儿园": "kindergarten",
        "小学": "primary",
        "初中": "junior",
        "高中": "senior",
        "中职": "vocational",
        "职高": "vocational",
        "技校": "vocational",
        "中专": "vocational",
        "大专": "college",
        "大学": "college",
        "本科": "college",
    },
    "guardianship_quality": {
        "较好": "good",
        "一般": "fair",
        "较差": "poor",
        "差": "poor",
        "好": "good",
    },
    "guardianship_type": {
        "无人监护": "none",
        "没有人监护": "none",
        "监护缺失": "none",
        "无监护能力": "parent_unable",
        "没有监护能力": "parent_unable",
        "无力监护": "parent_unable",
        "能力不足": "delegate_unable",
        "能力不够": "delegate_unable",
        "一般": "fair",
        "较好": "good",
        "正常": "good",
        "隔代": "fair",
        "其他": "other",
        "别的": "other",
    },
    "improper_guardianship": {
        "打骂": "violence",
        "虐待": "violence",
        "遗弃": "violence",
        "家暴": "violence",
        "不管": "neglect",
        "忽视": "neglect",
        "失学": "dropout",
        "辍学": "dropout",
        "流浪": "wander",
        "乞讨": "wander",
        "违法": "crime",
        "赌博": "habits",
        "沉迷": "habits",
        "抽烟": "habits",
        "做工": "labour",
        "童工": "labour",
        "订婚": "marriage",
        "结婚": "marriage",
        "财产": "property",
        "其他": "other",
        "别的": "other",
    },
    "delegation_state": {
        "过期": "expired",
        "到期": "expired",
        "不需要": "not_needed",
        "不合适": "unfit",
        "没签": "none",
        "未签": "none",
        "否": "none",
        "有效": "valid",
        "已签": "valid",
        "签了": "valid",
        "是": "valid",
    },
    "family_type": {
        "未婚单亲": "unmarried",
        "未婚": "unmarried",
        "单亲": "single",
        "重组": "blended",
        "再婚": "blended",
        "双亲": "both",
        "完整": "both",
        "其他": "other",
    },
    "income_sources": {
        "打工": "labour",
        "务工": "labour",
        "种": "farming",
        "养殖": "farming",
        "务农": "farming",
        "政府": "government",
        "低保": "government",
        "亲": "kin",
        "其他": "other",
    },
    "housing": {
        "自建": "own_built",
        "自己建": "own_built",
        "买": "bought",
        "租": "rented",
        "其他": "other",
    },
    "needs": {
        "生活": "living",
        "医疗": "medical",
        "教育": "education",
        "上学": "education",
        "康复": "rehabilitation",
        "监护": "guardianship",
        "心理": "psychology",
        "户": "hukou",
        "安全": "safety",
        "法律": "legal",
        "其他": "other",
    },
    "focus_reason": {
        "监护": "guardianship",
        "失学": "dropout",
        "辍学": "dropout",
        "户籍": "no_hukou",
        "无户口": "no_hukou",
        "病": "ill",
        "残": "disabled",
        "其他": "other",
        "别的": "other",
    },
}
"""Column -> what may stand in its cells -> our word; longer ones are looked for first."""
MANY = frozenset(
    {
        *("disability_types", "improper_guardianship", "income_sources", "needs"),
        *("aid_received", "aid_partial", "aid_unmet", "aid_ineligible", "focus_reason"),
    }
)
"""Columns whose cells may hold several words."""
PLAIN = frozenset({"name", "disability_cert_no", *WORDS})
"""Columns where 无 or 不详 says something, and is no empty cell."""
ID_NUMBERS = ("father_id_no", "mother_id_no", "caregiver_id_no")
DATES = (
    "illness_since",
    *(f"{person}_birth_date" for person, asked in ASKED.items() if "birth_date" in asked),
)
TEXTS = (
    *("hukou_region", "disability_cert_no", "illness", "improper_note", "delegation_reason"),
    *("bank_account", "focus_note"),
    *(
        f"{person}_{what}"
        for person, asked in ASKED.items()
        for what in asked
        if what in ("name", "work_place", "job", "phone")
    ),
)
"""Columns that are kept as they are written."""
NUMBERS = frozenset(
    {"hukou_region", "disability_cert_no", "bank_account", "father_phone", "mother_phone"}
)
"""Of those, what a spreadsheet may have taken for a number, and spoilt."""
COUNTS = ("household_size", "siblings")
