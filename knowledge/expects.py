"""What sort of answer a question asks for, and whether a text has it; no search here."""

from __future__ import annotations

import re
from typing import Literal

from knowledge.segment import normal

Sort = Literal["local", "amount", "days", "frequency", "papers", "count", "penalty", "plain"]
"""`local` is what only the place itself knows: opening hours, telephones, names, lists."""

_FOR_CHILDREN = r"专线|热线|专门|12\d{3}|诉|给(孩子|小孩|未成年人|娃)打"
"""Telephones that a clause does speak of."""
_ASKS: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    (
        "local",
        re.compile(
            rf"^(?!.*({_FOR_CHILDREN}))(.*)("
            r"(几点|几号|哪天|哪(个)?月|星期几|周几)(钟)?(开(门|始|放|课|班)?|关门|上班|下班|来|发|到|截止|有|放|能来|一趟|$|[?？])"
            r"|(啥|什么|多会儿?)时候(开门|开始|开放|开课|开班|来(?!报)|发(?!现)|报名|放|换|截止|上班|下班)"
            r"|(是|在)几(号|点|月)|下(次|回|一(次|回|期|批))[^，。,]{0,8}(什么时候|啥时候|几号|几点|哪天|多会)"
            r"|(周末|中午|晚上|节假日)(上班|开门|开不开|有人|有没有人)"
            r"|(电话|手机|手机号|号码|微信|地址)(号|号码)?(是|要)?(多少|几|给|有没有|有吗|发)"
            r"|给我(个|一个|一下)?[^，。,]{0,8}(电话|号码|手机号)|叫(啥|什么)(名|名字)?$"
            r"|(我们|咱)(村|镇|县|乡|这)[^，。,]{0,8}(是谁|叫什么|叫啥)|姓(啥|什么)"
            r"|哪(条街|条路|栋|层|几楼)|在几楼|(?<!费用|流程|程序|手续)怎么走$|坐几路|班车|公交"
            r"|(在哪|去哪|到哪|哪里|哪儿)(儿|里)?(能)?(报名|领(?!导)|买|充值)"
            r"|(审|办|批|走|弄)到(哪|什么|啥)(一)?步|收到(没|了吗|没有)$|(名单|结果|成绩)(出来|下来|公布|出)(没|了)"
            r"|(全(县|镇|乡|村|市|省|国)|(我们|咱|本)(县|镇|乡|村|市))[^，。,]{0,10}(多少|几)(个|名)?(留守|困境|孤儿|娃|孩子|儿童|主任|督导|社工|户)"
            r"|(去|今)年[^，。,]{0,12}(多少|几)(个|名|人|户)|有几个(老师|社工|床位|房间)|(床位|名额)(没|有)|还有(没有)?(床位|名额)"
            r")"
        ),
    ),
    (
        "amount",
        re.compile(
            r"多少钱|(钱|标准|补助)呢|几多钱|几块钱|多少块|多少元|几百|几千|多少补|补多少|给多少|发多少|领多少|拿多少"
            r"|罚款|罚多少|多少(工资|补贴|补助|津贴|经费)|(补贴|补助|工资|津贴|标准|待遇|经费|费用).{0,6}(是多少|多少|几)"
        ),
    ),
    (
        "days",
        re.compile(
            r"(几|多少)(个)?(天|日|工作日|小时|钟头|个月|星期|周)(能|可以|办|批|到|下|内|之内|算|拿|发|报|才)"
            r"|多(久|长时间)(能|可以|才|办|批|到|下|拿|发|内|之内)|期限|时限|(多久|几天|多长时间)呢?[？?]?$|(啥|什么)时候(能|发|到账|批|下)"
        ),
    ),
    (
        "frequency",
        re.compile(
            r"多久.{0,12}一(次|回|趟|遍)|(几|多少)(次|回|趟|遍)|(每|一)(个)?(月|年|周|季度|季|半年|星期).{0,6}(几|多少)(次|回|趟|遍)"
            r"|(几|多少)(个)?(月|天|周|星期|年).{0,8}一(次|回|趟|遍)|频率|频次|次数"
        ),
    ),
    (
        "papers",
        re.compile(
            r"(什么|啥|哪些|几样|要不要|带|交|开).{0,4}(材料|证明|证件|手续费|复印件)|材料.{0,6}(哪些|什么|啥|清单)|(材料|证明|证件)呢"
        ),
    ),
    (
        "count",
        re.compile(
            r"(几|多少)(个)?(等|级|档|分|平|人|名|届|米|岁|页|学时|课时)|多大(面积|年纪|岁数)"
            r"|(?<![哪这那])(几|多少)个(人|娃|孩子|儿童|主任|督导员|护理员|社工|名额|编制|村)?[?？]?$"
            r"|(最|至)(多|少).{0,6}(几|多少)|(学历|文凭|大专|本科|高中|初中)(以上|毕业|要求|吧|吗)"
        ),
    ),
    (
        "penalty",
        # a parent in prison is a fact of the question, not what it asks about
        re.compile(
            r"(会|要|得|该|算|被)[^，。]{0,4}(判刑|坐牢|判几年|开除|罚款|吃官司)"
            r"|(判刑|坐牢|开除|罚款)(吗|不|么|嘛)[?？]?$|判几年|罚多少|犯法|违法|处分|撤职|法律责任"
        ),
    ),
)

_NUMBER = re.compile(
    r"[0-9一二三四五六七八九十两]+个?(天|日|小时|名|人|块|元|平|次|分|级|万)"
    r"|每(一)?个?(月|季|周|年|半年)|硬性|规定吗|是不是规定"
)

_HAS: dict[Sort, re.Pattern[str]] = {
    "local": re.compile(r"(?!)"),
    "amount": re.compile(r"[0-9一二三四五六七八九十百千万]+(元|块|万)"),
    "days": re.compile(r"[0-9一二三四五六七八九十]+(个)?(工作日|日内|天|小时|个月)|立即"),
    "frequency": re.compile(r"每(年|月|季|周|日|半年)"),
    "papers": re.compile(r"材料|证明|证件|申请表"),
    "count": re.compile(
        r"[0-9一二三四五六七八九十]+(个)?(周岁|岁|名|人|等|级|档|分|平方米|学时|页)"
    ),
    "penalty": re.compile(r"处分|法律责任|追究|惩处|罚款|拘留|刑事|作出调整|不得|禁止"),
}


_COMMON = re.compile(
    r"什么时候|每?一?个月|每月|多长时间|多少天|工作日|几天|多久|为什么|为啥|凭什么|什么|怎么|怎样|哪里|哪儿|哪|谁|咋|啥|多少"
    r"|材料|手续|证明|证件|复印件|表格?|准备|申请|办理?|审批?|公示|收费|要钱|花钱|钱"
    r"|需要|可以|要|得|能|会|带|交|填|写|领|给|发|批|拿|到|去|在|找|问|开|下来|下|来|算|行|好|完"
    r"|通过|不|没|有|了|吗|呢|么|的|就|才|还|都|再|那|这|个|样|些|我|它|他|她|几|是"
    r"|爸|妈|爹|娘|爷|奶|外公|外婆|继父|养父|也|为止|岁|年龄|符合|够|满|要是"
)
_ENGLISH = """
what which papers documents form forms do does i we need to bring have how long much time will
it take is are there be if they say no refused rejected refuse where can who may go apply for
get the a and when paid my his her father mother count too he she me age until old that this
conditions then with must should from of them
"""
_COMMON_ENGLISH = frozenset(_ENGLISH.split())


def is_bare(question: str) -> bool:
    """Say whether a question has common words only, so that it asks of what was just shown."""
    if question.isascii():
        words = re.findall(r"[a-z]+", question.lower())
        return bool(words) and _COMMON_ENGLISH.issuperset(words)
    return bool(question.strip()) and not re.search(r"\w", _COMMON.sub("", normal(question)))


Part = Literal["who", "where", "papers", "time", "after", "refused", ""]
"""Of a procedure: who may, where, with what papers, how long, what else, and what if it is
refused; empty: none of these."""

_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("", re.compile(r"多少钱|几多钱|howmuch")),
    (
        "refused",
        re.compile(r"(?<!批)(不|没)(批|通过|给|发)|被?退|为什么|凭什么|refuse|reject|sayno"),
    ),
    (
        "papers",
        re.compile(
            r"材料|手续|证明|证件|复印件|表|准备|(带|交|填|拿|要)(些)?(什么|啥)|papers|documents|forms?(?!e)|bring"
        ),
    ),
    ("time", re.compile(r"多久|几天|多少天|多长时间|工作日|什么时候|几个月|howlong|when")),
    ("after", re.compile(r"公示|收费|要钱|花钱")),
    (
        "who",
        re.compile(
            r"条件|我.{0,3}(行|能|可以)(吗|不)|他.{0,3}(行|能|可以)(吗|不)|算(吗|不|么)|也(算|行|能)|符合|够不?够|岁|年龄"
            r"|whocan|whomay|condition|count|age|old"
        ),
    ),
    ("where", re.compile(r"谁|哪|怎么|咋|怎样|申请|办|where|how|who")),
)


def part_asked(question: str) -> Part:
    """Say which part of a procedure that was just shown a bare question asks for."""
    if not is_bare(question):
        return ""
    words = normal(question)
    return next((part for part, pattern in _PARTS if pattern.search(words)), "")


def asked(question: str) -> Sort:
    """Say what sort of answer a question asks for."""
    words = normal(question)
    return next((sort for sort, pattern in _ASKS if pattern.search(words)), "plain")


def names_number(question: str) -> bool:
    """Say whether a question brings a number of its own, as false premises do."""
    return bool(_NUMBER.search(normal(question)))


def holds(text: str, sort: Sort) -> bool:
    """Say whether a text can answer a question of that sort at all."""
    pattern = _HAS.get(sort)
    return pattern is None or bool(pattern.search(normal(text)))
