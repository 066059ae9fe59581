"""What people type instead of pressing a button is heard, and policy questions are left alone."""

import pytest

from cases.people import STAFF, Role
from handlers import menu, wishes
from handlers.speech import LANGUAGES, speak
from handlers.verbs import VERBS
from kernel.phrases import say
from knowledge import danger, evaluate, topics
from knowledge.train import QUESTIONS

DIRECTOR, SUPERVISOR = Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR
COUNTY, GUARDIAN = Role.COUNTY_OFFICER, Role.GUARDIAN


def heard(text: str, role: Role) -> wishes.Heard | None:
    return wishes.hear(text, menu.keys(role), worker=role in STAFF)


@pytest.mark.parametrize(
    ("role", "text", "name"),
    [
        (SUPERVISOR, "谁还没走访？", "unvisited"),
        (SUPERVISOR, "这个月谁没走访", "unvisited"),
        (SUPERVISOR, "柳湾村换人了怎么办", "hire"),
        (SUPERVISOR, "帮我添加一个儿童主任", "hire"),
        (SUPERVISOR, "我要请假", "away"),
        (DIRECTOR, "请3天假", "away"),
        (DIRECTOR, "我手机丢了！", "phone"),
        (SUPERVISOR, "本镇有多少留守儿童", "figures"),
        (COUNTY, "全县报表", "figures"),
        (SUPERVISOR, "导出 台账", "export"),
        (SUPERVISOR, "走访", "review"),
        (DIRECTOR, "走访", "visit"),
        (DIRECTOR, "我有多少个孩子", "children"),
        (DIRECTOR, "新增一个孩子", "enter"),
        (DIRECTOR, "怎么导入名单", "import"),
        (DIRECTOR, "今天要做什么", "today"),
        (DIRECTOR, "草稿在哪", "drafts"),
        (COUNTY, "给大家发个通知", "bulletins"),
        (DIRECTOR, "语音怎么发", "media"),
        (DIRECTOR, "撤回刚才的走访", "correct"),
        (DIRECTOR, "下周要走访谁", "today"),
        (SUPERVISOR, "提醒周东方走访", "unvisited"),
        (SUPERVISOR, "柳湾村的孩子", "children"),
        (SUPERVISOR, "红色的孩子有哪些", "filter"),
        (COUNTY, "石溪镇怎么样", "figures"),
        (COUNTY, "升级的警报", "cases"),
        (COUNTY, "发通知给各镇", "bulletins"),
        (SUPERVISOR, "看看各村走访进度", "unvisited"),
        (SUPERVISOR, "主任生孩子请假三个月", "away"),
        (SUPERVISOR, "昨天那个案子办得咋样", "cases"),
        (DIRECTOR, "自测", "quiz"),
        (DIRECTOR, "写委托书", "paper"),
        (DIRECTOR, "补上周的走访", "visit"),
        (COUNTY, "哪个镇没有督导员", "digest"),
        (DIRECTOR, "拿到回执了在哪登记", "cases"),
        (SUPERVISOR, "孩子安全了", "cases"),
        (GUARDIAN, "我换手机了", "phone"),
        (GUARDIAN, "我要报警", "alarm"),
        (GUARDIAN, "谁管我们村", "call"),
        (GUARDIAN, "补贴", "find"),
        (GUARDIAN, "我想找儿童主任", "call"),
        (GUARDIAN, "怎么登记孩子", "join"),
        (GUARDIAN, "能不能给我打个电话", "call"),
        (GUARDIAN, "转人工", "call"),
        (GUARDIAN, "申请办到哪一步了", "mine"),
        (GUARDIAN, "我的信息写错了", "own"),
        (GUARDIAN, "能申请什么补贴", "find"),
    ],
)
def test_a_wish_is_heard(role: Role, text: str, name: str) -> None:
    found = heard(text, role)
    assert found is not None
    assert (found.wish.name, found.clear) == (name, True)


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (SUPERVISOR, "儿童主任多久走访一次"),
        (SUPERVISOR, "一个村要配几个儿童主任"),
        (SUPERVISOR, "儿童主任没走访要受什么处分"),
        (DIRECTOR, "走访要不要家长签字"),
        (DIRECTOR, "孤儿怎么申请补贴"),
        (DIRECTOR, "台账里要写哪些内容才算合格"),
        (DIRECTOR, "孩子的手机被同学抢走了"),
        (DIRECTOR, "孩子不见了"),
        (GUARDIAN, "给我娃办低保要什么材料"),
        (GUARDIAN, "有人在打我家孩子"),
        (GUARDIAN, "谁能救救我孙子"),
        (GUARDIAN, "导出台账"),
        (GUARDIAN, ""),
    ],
)
def test_a_question_is_no_wish(role: Role, text: str) -> None:
    found = heard(text, role)
    assert found is None or not found.clear


def test_no_question_of_policy_is_taken_for_a_wish() -> None:
    hijacked = [
        (label, line, found.wish.name)
        for label, line in topics.examples()
        for role in (DIRECTOR, SUPERVISOR, COUNTY)
        if (found := heard(line, role)) and found.clear and not wishes.asks(line)
    ]
    assert hijacked == []


def test_no_cry_for_help_is_taken_for_a_wish() -> None:
    taken = [
        (line, found.wish.name)
        for line, dangerous in danger.examples()
        for role in Role
        if dangerous and (found := heard(line, role)) and found.whole
    ]
    assert taken == []


def test_every_wish_leads_somewhere_and_has_its_words() -> None:
    words = {key for role in Role for key in menu.keys(role)}
    for wish in wishes.wishes():
        assert wish.to in words, wish.name
        verb = wish.verb.partition(":")[0]
        assert verb in {"", "-"} or verb in VERBS, wish.name
        for language in LANGUAGES:
            for key, wanted in ((wish.name, wish.hint), (f"{wish.name}-else", wish.otherwise)):
                if wanted:
                    assert speak(say(f"wish-{key}"), language)


def test_what_leads_nowhere_has_a_hint() -> None:
    assert all(wish.hint for wish in wishes.wishes() if wish.verb == "-")


@pytest.mark.parametrize(
    "text", ["要签委托书吗", "谁来管", "可不可以", "这样行不行", "几岁", "对么"]
)
def test_a_question_is_told_from_news(text: str) -> None:
    assert wishes.asks(text)


@pytest.mark.parametrize("text", ["孩子搬走了", "电话变了", "奶奶换人带了"])
def test_news_asks_nothing(text: str) -> None:
    assert not wishes.asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "收到",
        "好的！",
        "我马上过去",
        "在路上了",
        "已经联系派出所了",
        "我们这就去",
        "正在赶过去",
        "OK",
    ],
)
def test_an_alarm_is_answered_in_ones_own_words(text: str) -> None:
    assert wishes.receipts(text)


@pytest.mark.parametrize(
    "text",
    ["去年的台账", "好多孩子没户口", "孩子要去医院吗", "到期的委托书", "行政村", "", "嗯" * 30],
)
def test_other_words_answer_no_alarm(text: str) -> None:
    assert not wishes.receipts(text)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("我现在去他家看看", "on_site"),
        ("已经联系派出所了", "police_contacted"),
        ("先打电话问问", "phone"),
        ("转给民政所老张", "transfer"),
        ("去现场，也联系派出所了", ""),
        ("儿童主任要考试吗", ""),
    ],
)
def test_a_plan_is_heard_where_it_is_clear(text: str, plan: str) -> None:
    assert wishes.plan_of(text) == plan


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("哪些孩子没户口", "kind.no_hukou"),
        ("给我看看全镇的孤儿名单", "kind.orphan_dispersed"),
        ("三个月没走访的孩子", "over"),
        ("孩子里面哪些是残疾的", "kind.disability"),
        ("有几个事实无人抚养", "kind.de_facto_unsupported"),
        ("哪些孩子是红色", "risk.red"),
        ("孩子没户口", ""),
        ("孩子没户口怎么办", ""),
        ("流浪儿童归谁管", ""),
        ("没人管的孩子", ""),
    ],
)
def test_a_list_is_opened_only_for_words_that_ask_for_one(words, which):
    assert wishes.listing(words) == which


def test_no_question_phrasing_or_cry_for_help_is_taken_for_a_list():
    rows = evaluate.read_rows(QUESTIONS)
    # how many orphans there are no directive says: a worker's own list does
    asked = [str(row["question"]) for row in rows if row["question"] != "我们村有多少个孤儿"]
    cries = [text for text, dangerous in danger.examples() if dangerous]
    phrasings = [text for _, text in topics.examples()]
    assert not [text for text in (*asked, *cries, *phrasings) if wishes.listing(text)]


@pytest.mark.parametrize(
    ("typed", "period"),
    [("本月情况", "month"), ("这个月的数据", "month"), ("去年统计", "last"), ("统计", "")],
)
def test_figures_are_of_the_period_that_was_typed(typed: str, period: str) -> None:
    assert wishes.period(typed) == period
