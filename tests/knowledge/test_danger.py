"""Words of danger ring, everyday words do not."""

from __future__ import annotations

import pytest

from knowledge.danger import bare, is_over, judge, signs


@pytest.mark.parametrize(
    "words",
    [
        "他爸喝多了正在打孩子",
        "孙女一晚上没回来，找不着人",
        "娃说不想活了，要跳楼",
        "小孩掉到塘里去了",
        "有人摸了我闺女下面",
        "爸妈把两岁的娃扔在屋里跑了",
    ],
)
def test_a_child_in_danger_rings(words):
    assert judge(words).level == "certain"


@pytest.mark.parametrize(
    "words",
    [
        "我在外面打工",
        "给老师打电话",
        "丢了钥匙",
        "打疫苗要带什么",
        "打印一份表",
        "娃在操场打篮球",
        "补助一个月多少钱",
        "",
    ],
)
def test_everyday_words_are_calm(words):
    assert judge(words).level == "none"


@pytest.mark.parametrize(
    "words", ["打自己孩子两巴掌也算家暴啊？", "哪些情况要向派出所报告", "强制报告是什么意思"]
)
def test_a_question_about_the_rule_is_no_alarm(words, desk):
    assert judge(words).level != "certain"
    assert desk.judge(words).level != "certain"


@pytest.mark.parametrize(
    "words", ["孩子坐在楼顶边上喊不下来", "有个面包车把两个放学的娃拉走了", "他爹用烟头往娃身上按"]
)
def test_meaning_hears_what_no_word_list_has(words, desk):
    assert desk.judge(words).level == "certain"


def test_situations_come_with_the_alarm():
    assert "N5" in judge("娃喝了农药，快不行了").codes


@pytest.mark.parametrize(
    "words",
    [
        "我家老二不晓得跑哪去了",
        "有人传那个女娃光身子的照片",
        "有生人开面包车要带走村口那几个娃",
        "娃喝了半瓶农药咋办",
        "水塘边只剩拖鞋，喊不应",
    ],
)
def test_dialect_and_hints_of_danger_ring(words, desk):
    assert desk.ask(words).kind == "emergency"


@pytest.mark.parametrize(
    "words",
    ["爷爷走了三年了", "娃今天打针", "打娃电话打不通改天再打", "爷爷去世了留的房子给孙子吗"],
)
def test_words_that_only_share_a_sign_with_danger_do_not_ring(words, desk):
    assert desk.ask(words).kind != "emergency"


def test_a_harmless_word_is_taken_out_and_a_blow_is_not():
    assert bare("娃今天打针") == "娃今天·"
    assert bare("他打孩子，快打电话") == "他打孩子,快·"
    assert bare("烟头烫了娃 腿打折了") == "烟头烫了娃腿打折了"


@pytest.mark.parametrize(
    "words",
    [
        "前年被他爸打断过胳膊，后来判给我，现在好了",
        "新闻里那个被拐的孩子找到了",
        "恨不得打死他，说说而已",
    ],
)
def test_what_is_over_or_only_seen_is_asked_about_and_not_rung_for(words, desk):
    assert is_over(words)
    assert judge(words).level != "certain"
    assert desk.judge(words).level != "certain"


@pytest.mark.parametrize(
    "words",
    [
        "前年被他爸打断过胳膊，后来好了，昨晚又打",
        "以前走丢过，现在找到了又不见了",
        "新闻里那个人就住我们村，屋里关着个娃",
    ],
)
def test_what_goes_on_is_not_over(words):
    assert not is_over(words)


def test_a_tale_of_a_day_does_not_ring(desk):
    assert desk.judge("弟弟把锅盖当盾牌，跟我打仗玩").level != "certain"


@pytest.mark.parametrize(
    "told",
    [
        "从床上滚下来，额头起个包，现在消了",
        "昨天跟同学打架，今天已经和好了",
        "电动车充电冒烟，我拔了，虚惊一场",
        "走丢过一次，五年前的事了",
    ],
)
def test_what_ends_well_is_over(told):
    assert is_over(told)


@pytest.mark.parametrize(
    "told",
    [
        "他说没事了可是一直在吐",
        "他爸打了他，道歉了",
        "烧退了又烧起来，现在抽",
        "娃腿上溃烂了，臭了，家里说没事",
        "大的回来了，小的没回来",
        "绳子都买好了",
    ],
)
def test_a_good_word_at_the_end_ends_nothing_where_harm_goes_on(told):
    assert not is_over(told)


@pytest.mark.parametrize(
    "words",
    [
        "娃的胸口插着钢筋，喊不应",
        "继父把我反锁在屋里，他去拿斧头了",
        "wo ba zai da wo kuai lai ren",
        "奶奶说不碍事，娃喘得肋骨都凹进去了",
    ],
)
def test_grave_words_are_a_mark_of_their_own(words, desk):
    assert signs(words)[0][5]
    assert desk.judge(words).level == "certain"


@pytest.mark.parametrize(
    "told",
    [
        "跟同桌打架，老师叫两人握了手，现在又一块踢球了",
        "昨晚发烧三十九度，吃了药，今早退了，闹着要吃西瓜",
        "我的手机掉河里了",
    ],
)
def test_a_mishap_that_ended_well_does_not_ring(told, desk):
    assert desk.ask(told).kind != "emergency"
