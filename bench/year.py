"""A year of one small county in minutes: what reaches whom, what never ends, what grows.

    python bench/year.py [--days 430] [--seed 1] [--start 2027-01-01] [--keep FOLDER] [--json]

Bot and worker are the real ones in this process over a real SQLite file, under a clock that is
set (bench.support.inside). People work as people do: most visits are made, some late, some
never; somebody goes on leave, loses a phone, hands over; reports are taken on early or late;
delegations end, referrals stay unanswered, drafts are forgotten, children grow up and move.
Prints, or gives as one JSON object: pushes by person, day and kind, what was pushed at night,
tasks that stood for weeks, rows by table, milliseconds a turn by month, refusals and log lines,
and whether the log is whole. Exit 1 when an update was kept aside or the log is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import heapq
import itertools
import json
import logging
import random
import re
import statistics
import sys
import tempfile
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import text

from bench.support.handset import Phone, Stuck, Worker, shape
from bench.support.inside import CHANNEL, Heard, Inside, SetClock, Shown
from cases.children import Change
from cases.db.areas import Area, Areas
from cases.db.audit import Audit
from cases.db.children import Children
from cases.db.people import People
from cases.db.tasks import Tasks
from cases.people import SYSTEM, Person, Principal, Role, principal
from kernel.clock import CHINA, local, local_day

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

COUNTY = "990101000000"
TOWNS = ("990101101000", "990101102000", "990101103000")
VILLAGES = (
    *("990101101201", "990101101202", "990101101203"),
    *("990101102201", "990101102202", "990101102203"),
    *("990101103201", "990101103202"),
)
CHILDREN = 60
RISKS = ("red", "yellow", "yellow", "blue", "blue", "green", "green", "unassessed")
KINDS = ("left_behind", "left_behind", "de_facto_unsupported", "poor_guardianship", "disability")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "立春雨水惊蛰清明谷夏小满芒暑秋处白露寒霜冬雪"
NIGHT = (time(21), time(7, 30))
LONG_STANDING = 28
"""A task seen on so many days by one person is looked at: four weeks."""


@dataclass
class Notes:
    """What was seen over the year."""

    pushes: Counter[tuple[str, str]] = field(default_factory=Counter)
    per_day: dict[str, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    night: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)
    stuck: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    logged: Counter[str] = field(default_factory=Counter)
    tasks: dict[tuple[str, str, str], list[date]] = field(
        default_factory=lambda: defaultdict(list)
    )
    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    turns: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    traces: dict[str, list[str]] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)


class _Listener(logging.Handler):
    def __init__(self, notes: Notes) -> None:
        super().__init__(logging.WARNING)
        self._notes = notes

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.levelname} {record.name}: {record.getMessage()[:90]}"
        self._notes.logged[line] += 1
        if record.exc_info and record.exc_info[2]:
            self._notes.traces[line] = traceback.format_tb(record.exc_info[2])[-3:]


class Year:
    """The county and what happens in it."""

    def __init__(self, house: Inside, start: date, days: int, seed: int) -> None:
        self.house, self.start, self.days = house, start, days
        self.end = start + timedelta(days=days)
        self.dice = random.Random(seed)
        self.notes = Notes()
        self.workers: list[Worker] = []
        self.guardians: list[Worker] = []
        self._phones: dict[str, Phone] = {}
        self._names: dict[str, str] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._count = itertools.count()
        self._next_chat = 3000
        house.phones.hears = self.hear

    # --- the county ------------------------------------------------------------------------

    async def settle(self) -> None:
        """Write the county down: places, workers, children, guardians."""
        async with self.house.store.unit() as unit:
            await Areas(unit).put(self._areas())
            for role, area in self._posts():
                await self._join(unit, role, area)
            for number in range(CHILDREN):
                await self._child(unit, number)
            for one in self._of(Role.CHILD_SUPERVISOR):
                deputy = self.dice.choice([x for x in self._of(one.role) if x is not one])
                await People(unit).add_deputy(one.id, deputy.id, SYSTEM)
            await unit.commit()

    def _areas(self) -> list[Area]:
        since = date(2026, 1, 1)
        duty = "0990-0000110"
        named = [(COUNTY, "示例县"), *((c, f"{'东西北'[i]}河镇") for i, c in enumerate(TOWNS))]
        named += [(c, f"{'甲乙丙丁戊己庚辛'[i]}水村") for i, c in enumerate(VILLAGES)]
        return [Area(valid_from=since, code=c, name=n, duty_phone=duty) for c, n in named]

    def _posts(self) -> Iterator[tuple[Role, str]]:
        yield Role.COUNTY_OFFICER, COUNTY
        for town in TOWNS:
            yield Role.CHILD_SUPERVISOR, town
        for village in VILLAGES:
            yield Role.CHILD_DIRECTOR, village

    async def _join(self, unit: Any, role: Role, area: str) -> Worker:
        number = len(self.workers) + len(self.guardians)
        one = Worker(self._name(number + 70), role, area, self._chat())
        one.diligence = {3: 0.55, 5: 0.75}.get(number % 8, 0.95)
        trained = self.start - timedelta(days=self.dice.randrange(20, 330))
        person = Person(
            id="",
            role=role,
            area=area,
            name=one.name,
            phone=f"1990000{number:04d}",
            post="村委会委员",
            qualified_on=trained,
            trained_on=trained,
        )
        one.id = (await People(unit).add(person, SYSTEM)).id
        await People(unit).bind(one.id, CHANNEL, one.chat)
        (self.guardians if role is Role.GUARDIAN else self.workers).append(one)
        self._names[one.chat] = f"{role.value}:{area[6:]}:{one.chat}"
        return one

    def _chat(self) -> str:
        self._next_chat += 1
        return str(self._next_chat)

    def _name(self, number: int) -> str:
        first = SURNAMES[number % len(SURNAMES)]
        return first + GIVEN[(number * 7) % len(GIVEN)] + GIVEN[(number * 5 + 3) % len(GIVEN)]

    def _born(self, number: int) -> date:
        if number < 3:  # 29 February: 7, 11 and 15 years old
            return (date(2020, 2, 29), date(2016, 2, 29), date(2012, 2, 29))[number]
        if number < 8:  # grow up within the year
            return date(self.start.year - 18, (number * 2) % 12 + 1, 15)
        age = self.dice.randrange(3, 16)
        return date(self.start.year - age, self.dice.randrange(1, 13), self.dice.randrange(1, 29))

    async def _child(self, unit: Any, number: int) -> None:
        area = VILLAGES[number % len(VILLAGES)]
        officer = principal(await People(unit).get(self._of(Role.COUNTY_OFFICER)[0].id))
        policy = self.house.policies.at(area, self.start)
        risk = RISKS[(number * 3 + number // len(VILLAGES)) % len(RISKS)]
        fields = {
            "name": self._name(number),
            "sex": "female" if number % 2 else "male",
            "birth_date": self._born(number).isoformat(),
            "child_types": [KINDS[number % len(KINDS)]],
            "hukou_registered": "yes",
            "lives_with": "grandparent",
            "actual_caregiver": {"name": self._name(number + 200), "relation": "grandmother"},
            "health": "healthy",
        }
        children = Children(unit)
        line = await children.add(officer, area, fields, policy)
        if number % 6:
            seen = self.start - timedelta(days=self.dice.randrange(1, 30))
            due = policy.next_visit(seen, risk)
            await children.visited(line.id, seen, seen=True, next_on=max(due, self.start))
        await children.apply(officer, Change(child_id=line.id, updates={"risk_level": risk}))
        if number % 5 == 0:
            guardian = await self._join(unit, Role.GUARDIAN, area)
            await children.tie_guardian(officer, line.id, guardian.id, "mother")

    def _of(self, role: Role) -> list[Worker]:
        return [one for one in self.workers if one.role is role and not one.gone]

    def phone(self, one: Worker) -> Phone:
        if one.chat not in self._phones:
            self._phones[one.chat] = Phone(self.house, one, self.dice)
        return self._phones[one.chat]

    # --- what is heard ---------------------------------------------------------------------

    def hear(self, heard: Heard) -> None:
        """Note what a phone shows."""
        here = local(heard.at)
        form = shape(heard.text)
        who = self._names.get(heard.chat, heard.chat)
        role = who.split(":", maxsplit=1)[0]
        if not heard.pushed:
            self.notes.replies[form] += 1
            self.notes.samples.setdefault(form, heard.text[:300])
            return
        if heard.edit:
            return
        self.notes.pushes[role, form] += 1
        self.notes.per_day[who][here.date()] += 1
        plain = re.sub(r"<[^>]+>", "", heard.text)
        self.notes.same[who, plain[:120]] += 1
        self.notes.samples.setdefault(form, heard.text[:400])
        if here.time() >= NIGHT[0] or here.time() < NIGHT[1]:
            self.notes.night[f"{role} lane {heard.lane}: {form}"] += 1
        if "待处理" in heard.text:
            for one in self.workers:
                if one.chat == heard.chat and not one.gone:
                    self._answer_later(one)

    def _answer_later(self, one: Worker) -> None:
        quick = self.dice.random() < one.diligence
        minutes = self.dice.expovariate(1 / 6) if quick else self.dice.uniform(60, 2000)
        night = not time(6, 30) <= local(self.house.clock.moment).time() < time(22, 30)
        wait = timedelta(minutes=minutes + (self.dice.uniform(30, 300) if night else 0))
        self.at(self.house.clock.moment + wait, lambda: self._act(one, self.take_alerts))

    # --- the agenda ------------------------------------------------------------------------

    def at(self, moment: datetime, act: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._count), act))

    def on(self, day: date, hour: float, act: Callable[[], Awaitable[None]]) -> None:
        minutes = hour * 60 + self.dice.uniform(0, 50)
        midnight = datetime.combine(day, time(0), tzinfo=CHINA)
        self.at((midnight + timedelta(minutes=minutes)).astimezone(UTC), act)

    async def run(self) -> None:
        """Live through all days."""
        for count in range(self.days):
            self._plan(self.start + timedelta(days=count))
        last = datetime.combine(self.end, time(0), tzinfo=CHINA).astimezone(UTC)
        while self._agenda:
            moment, _, act = heapq.heappop(self._agenda)
            if moment >= last:
                break
            await self._until(moment)
            await act()
            await self.house.look()

    async def _until(self, moment: datetime) -> None:
        clock = self.house.clock
        while clock.moment < moment:
            due = await self.house.next_due(moment)
            clock.moment = max(clock.moment, due) + timedelta(milliseconds=1)
            await self.house.look()

    def _plan(self, day: date) -> None:
        for hour in (3, 8, 12, 16, 20):
            self.on(day, hour, self._chores)
        midnight = datetime.combine(day, time(8, 31), tzinfo=CHINA)
        self.at(midnight.astimezone(UTC), self._chores)
        self.on(day, 8.6, self._count_tasks)
        if day.day == 1:
            self.on(day, 4, self._measure)
        for one in [*self.workers]:
            self._plan_worker(one, day)
        self._plan_events(day)

    def _plan_worker(self, one: Worker, day: date) -> None:
        if day.weekday() < 5 or (one.role is Role.CHILD_DIRECTOR and day.weekday() == 5):
            work = {
                Role.CHILD_DIRECTOR: self.director_day,
                Role.CHILD_SUPERVISOR: self.supervisor_day,
                Role.COUNTY_OFFICER: self.county_day,
            }[one.role]
            if self.dice.random() < 0.35 + 0.4 * one.diligence:
                self.on(day, self.dice.uniform(9, 17), lambda: self._act(one, work))
        if one.role is Role.CHILD_DIRECTOR and day.day == 28:
            self.on(day, 17, lambda: self._act(one, self.month_summary))

    def _plan_events(self, day: date) -> None:
        n = (day - self.start).days
        if n % 37 == 20:
            self.on(day, self.dice.uniform(7, 22), lambda: self._anyone(self.report))
        if n % 25 == 10:
            self.on(day, 10, lambda: self._anyone(self.delegate))
        if n % 23 == 5:
            self.on(day, 11, lambda: self._anyone(self.refer))
        if n % 41 == 15:
            self.on(day, 15, lambda: self._anyone(self.forget_draft))
        if n % 90 == 30:
            self.on(day, 9, lambda: self._manage(self.leave_of_absence))
        if n == 100:
            self.on(day, 9, lambda: self._manage(self.lost_phone))
        if n == 150:
            self.on(day, 9, lambda: self._manage(self.hand_over))
        if n == 200:
            self.on(day, 9, lambda: self._manage(self.vacate))
        if n % 60 == 45:
            self.on(day, 10, lambda: self._manage(self.child_leaves))
        if n % 30 == 12:
            guardian = self.dice.choice(self.guardians)
            self.on(day, 19, partial(self._act, guardian, self.ask_for_help))
        if n == 120:
            officer = self._of(Role.COUNTY_OFFICER)[0]
            self.on(day, 14, partial(self._act, officer, self.drill))

    async def _chores(self) -> None:
        await self.house.look(chores=True)

    async def _act(self, one: Worker, what: Callable[[Worker], Awaitable[None]]) -> None:
        day = local(self.house.clock.moment).date()
        if one.gone or (one.away_until is not None and day <= one.away_until):
            return
        before = len(self.house.took)
        try:
            await what(one)
            self.notes.acts[_named(what)] += 1
        except Stuck as stuck:
            self.notes.stuck[f"{_named(what)}: {stuck}"] += 1
            await self.house.says(one.chat, text="存草稿")
        self.notes.turns[f"{day:%Y-%m}"] += self.house.took[before:]

    async def _anyone(self, what: Callable[[Worker], Awaitable[None]]) -> None:
        await self._act(self.dice.choice(self._of(Role.CHILD_DIRECTOR)), what)

    async def _manage(self, what: Callable[[Worker], Awaitable[None]]) -> None:
        await self._act(self.dice.choice(self._of(Role.CHILD_SUPERVISOR)), what)

    # --- a director ------------------------------------------------------------------------

    async def director_day(self, one: Worker) -> None:
        """Look at today's list and do some of it."""
        phone = self.phone(one)
        labels = await self._today(phone)
        await self.sweeps(one)
        for label in labels[: 4 if self.dice.random() < one.diligence else 1]:
            what = label.split(". ", 1)[-1]
            if self.dice.random() < 0.15:
                continue
            await phone.type("今天")
            await self._try(self._do_task(one, what))

    async def _try(self, act: Awaitable[None]) -> None:
        try:
            await act
        except Stuck as stuck:
            self.notes.stuck[f"{stuck}"] += 1

    async def _today(self, phone: Phone) -> list[str]:
        shown = await phone.type("今天")
        lists = [m for m in shown if "今天要做的事" in m.text]
        return [label for m in lists[:1] for label, _ in m.buttons]

    async def _do_task(self, one: Worker, what: str) -> None:
        phone = self.phone(one)
        shown = await phone.tap(what)
        if what.startswith(("走访退回",)):
            await self._visit_form(phone, shown)
        elif what.startswith(("走访", "首次走访")):
            await self._visit_form(phone, await phone.tap("做走访", shown))
        elif what.startswith(("❗ 登记报警", "补报警回执")):
            await phone.fill(shown, self._police(), "报警情况已登记")
        elif what.startswith(("委托照护快到期", "委托照护已到期")):
            await phone.tap("记为：已终止" if self.dice.random() < 0.5 else "记为：", shown)
        elif what.startswith("转介还没回音"):
            if self.dice.random() < 0.3:
                await phone.tap("记为：已回复", shown)
        elif what.startswith("档案很久没更新"):
            self.notes.acts["stale file opened"] += 1
        elif what.startswith("没填完的表"):
            if "报警记录" in what:
                await phone.fill(shown, self._police(), "报警情况已登记")
            elif self.dice.random() < 0.3:
                await phone.type("存草稿")
        else:
            self.notes.acts[f"left alone: {shape(what)[:20]}"] += 1

    def _police(self) -> dict[str, str]:
        return {
            "怎么联系": "打110",
            "什么时候联系": "刚才",
            "哪个派出所": "河口派出所",
            "公安怎么说": "已受理" if self.dice.random() < 0.7 else "还在等",
            "回执编号": "河公受字第0017号",
        }

    async def _visit_form(self, phone: Phone, shown: list[Shown]) -> None:
        dice, day = self.dice, local(self.house.clock.moment).date()
        risk = dice.random()
        answers = {
            "怎么看孩子的": "上门走访",
            "见到了谁": "孩子本人" if dice.random() < 0.9 else "都没见到",
            "有没有危险": "没有",
            "有变化吗": "都没变",
            "跟谁住": "跟爷爷奶奶",
            "身体和能力": "能照料",
            "书面确认": "签了，还有效" if dice.random() < 0.8 else "没签",
            "爸妈最近一次": "一周以内" if risk < 0.7 else "半年以上" if risk > 0.95 else "一个月",
            "方面有困难": "都好",
            "被欺负": "没发现",
            "自己想说的话": "想妈妈早点回来",
            "这次做了什么": "宣传",
            "下次什么时候": f"{day + timedelta(days=dice.choice((14, 30, 60))):%Y年%m月%d日}",
        }
        await phone.fill(shown, answers, "走访已提交，编号")
        self.notes.acts["visit"] += 1

    async def sweeps(self, one: Worker) -> None:
        """Answer the rounds of the year that were asked."""
        phone = self.phone(one)
        for message in list(self.house.newest_first(one.chat)):
            wanted = [d for _, d in message.buttons if ":sweep:" in d]
            if not (message.pushed and wanted) or str(message.number) in one.dropped:
                continue
            if self.dice.random() > 0.5 * one.diligence:
                continue
            one.dropped.add(str(message.number))
            for data in wanted:
                shown = await phone.press(message, data)
                given: set[str] = set()
                for _ in range(40):
                    rows = [
                        (m, d)
                        for m in shown
                        for label, d in m.buttons
                        if (":sw:" in d and "✓" in label and d not in given) or ":swmore:" in d
                    ]
                    if not rows or self.dice.random() < 0.03:
                        break
                    given.add(rows[0][1])
                    shown = await phone.press(*rows[0])
                self.notes.acts["sweep"] += 1

    async def month_summary(self, one: Worker) -> None:
        """Hand in the month's summary."""
        if self.dice.random() < one.diligence:
            await self.phone(one).walk("月报", "就这样交")

    async def _a_child(self, one: Worker) -> list[Shown]:
        phone = self.phone(one)
        shown = await phone.type("我的孩子")
        rows = [(m, d) for m in shown for label, d in m.buttons if "岁" in label]
        if not rows:
            raise Stuck(f"{one.role.value}: no child on the list")
        return await phone.press(*self.dice.choice(rows))

    async def report(self, one: Worker) -> None:
        """Report an emergency."""
        phone = self.phone(one)
        answers = {
            "孩子安全吗": self.dice.choice(("不安全", "不知道")),
            "出了什么事": self.dice.choice(("一个人住", "大人不管", "被打骂", "找不到了")),
            "是哪个孩子": "岁",
            "受伤了吗": "没有",
        }
        await phone.fill(await phone.type("紧急报告"), answers, "报告已存好，编号|正在通知")
        await phone.type("存草稿" if self.dice.random() < 0.5 else "取消")
        with contextlib.suppress(Stuck):
            await phone.tap("确定放弃", phone.fresh())

    async def delegate(self, one: Worker) -> None:
        """Write down a delegation of care that ends within the year."""
        phone, day = self.phone(one), local(self.house.clock.moment).date()
        await self._a_child(one)
        until = day + timedelta(days=self.dice.choice((60, 90, 150)))
        answers = {
            "为什么要委托": "外出务工",
            "受委托的人有没有": "没有",
            "恶习": "没有",
            "照护职责": "没有",
            "不适宜": "没有",
            "多大年纪": "62",
            "受委托人的电话": "13800000002",
            "委托人的电话": "13800000001",
            "委托人": "周大山",
            "再加一个": "不加了",
            "受委托的人叫": "李玉兰",
            "什么关系": "爷爷奶奶",
            "身体怎么样": "好",
            "住在一起": "有，是",
            "委托哪些事": "日常照料",
            "哪天开始": "今天",
            "到哪天为止": f"{until:%Y年%m月%d日}",
            "每周怎么": "打电话",
            "听过孩子": "有，是",
            "愿意吗": "有，是",
            "签了吗": "签了纸质",
            "哪天签的": "今天",
            "告诉": "有，是",
        }
        await phone.fill(await phone.tap("委托照护"), answers, "委托照护已登记")

    async def refer(self, one: Worker) -> None:
        """Refer a child to an office that may never answer."""
        phone = self.phone(one)
        await self._a_child(one)
        day = local(self.house.clock.moment).date() + timedelta(days=10)
        answers = {
            "需要什么帮助": "心理帮助",
            "哪个部门": "卫生健康",
            "简单说说": "孩子情绪低落，想请人看看",
            "同意": "同意",
            "多急": "一周内",
            "有回音": f"{day:%Y年%m月%d日}",
        }
        await phone.fill(await phone.tap("转介"), answers, "转介已提出")

    async def forget_draft(self, one: Worker) -> None:
        """Begin a visit, put it aside and forget it."""
        phone = self.phone(one)
        await self._a_child(one)
        await phone.tap("做走访")
        await phone.tap("上门走访")
        await phone.type("存草稿")

    # --- a supervisor and the county ---------------------------------------------------------

    async def take_alerts(self, one: Worker) -> None:
        """Open what was pushed and take it on."""
        phone = self.phone(one)
        for message in list(self.house.newest_first(one.chat)):
            if not (message.pushed and "待处理" in message.text):
                continue
            if str(message.number) in one.dropped:
                continue
            one.dropped.add(str(message.number))
            opens = [d for label, d in message.buttons if "打开" in label]
            if not opens:
                continue
            shown = await phone.press(message, opens[0])
            if any("我来处理" in label for m in shown for label, _ in m.buttons):
                await phone.tap("我来处理", shown)
                if self.dice.random() < 0.7:
                    await phone.tap("先打电话了解")
                if self.dice.random() < 0.85:
                    await phone.tap("记为：", shown)
                    await phone.type("已打电话，孩子在邻居家，平安")
                wait = timedelta(days=self.dice.uniform(0.05, 9))
                number = re.search(r"[A-Z]-[\d-]+", message.text)
                if number:
                    found = number[0]
                    self.at(
                        self.house.clock.moment + wait,
                        partial(self._act, one, partial(self.close, number=found)),
                    )

    async def close(self, one: Worker, number: str) -> None:
        """Close a report."""
        phone = self.phone(one)
        shown = await phone.type("待处理")
        try:
            shown = await phone.tap(number, shown)
        except Stuck:
            return
        if self.dice.random() < 0.4 and any(
            "确认安全" in label for m in shown for label, _ in m.buttons
        ):
            await phone.tap("确认安全", shown)
            shown = await phone.type("今天见到了孩子，平安")
        answers = {
            "现在安全了吗": "确认了",
            "结案的原因": "家里能照料好了",
            "写清楚": "姑姑已接到家里照料，派出所已联系上父母",
        }
        await phone.fill(await phone.tap("结案", shown), answers, "已结案")
        self.notes.acts["closed"] += 1

    async def supervisor_day(self, one: Worker) -> None:
        """Look at visits, decide levels, approve, train, renew."""
        phone = self.phone(one)
        if self.dice.random() < 0.5:
            await self.take_alerts(one)
        for _ in range(12):
            shown = await phone.type("走访审核")
            rows = [(m, d) for m in shown for _, d in m.buttons if ":rv:" in d]
            if not rows:
                break
            await phone.press(*rows[0])
            if self.dice.random() < 0.04:
                await phone.tap("退回补问")
                await phone.tap("见到了谁")
                await phone.tap("选好了，退回")
                await phone.tap("不写，直接退回")
            else:
                await phone.tap("接受")
        for label in await self._today(phone):
            what = label.split(". ", 1)[-1]
            await phone.type("今天")
            await self._try(self._manage_task(one, what))

    async def _manage_task(self, one: Worker, what: str) -> None:
        phone, dice = self.phone(one), self.dice
        if what.startswith(("❗ 登记报警", "补报警回执", "没填完的表")):
            return
        shown = await phone.tap(what)
        if what.startswith("确定风险等级"):
            await phone.tap(dice.choice(("黄", "蓝")), shown)
        elif what.startswith("转介待审批"):
            await phone.tap("记为：已批准", shown)
            await phone.tap("记为：已发出")
        elif what.startswith("培训到期") and dice.random() < 0.1:
            await phone.tap("记培训", shown)
            await phone.tap("参加了，合格")
        elif what.startswith("查看档案的授权") and dice.random() < 0.5:
            await phone.tap("续批查看权限", shown)
        elif what.startswith("村里没有在岗") and dice.random() < 0.1:
            await phone.type(f"{self._name(dice.randrange(400, 900))} 19900009999 村委会委员")
            await self._enter(phone)
        elif what.startswith("跟进报告"):
            number = re.search(r"[A-Z]-[\d-]+", what)
            if dice.random() < 0.1 and number:
                await self.close(one, number[0])
            elif dice.random() < 0.3:
                await phone.tap("记为：", shown)
                await phone.type("又打了电话，孩子平安")
        elif what.startswith("转介还没回音") and dice.random() < 0.2:
            await phone.tap("记为：已回复", shown)
        else:
            self.notes.acts[f"left alone: {shape(what)[:20]}"] += 1

    async def _enter(self, phone: Phone) -> None:
        """Somebody new sends the code that the supervisor's phone shows."""
        code = next(
            (m.group() for s in phone.fresh() if (m := re.search(r"/start \S+", s.text))), None
        )
        if code is None:
            raise Stuck("no code for somebody new")
        fresh = Worker("新来的", Role.CHILD_DIRECTOR, "", self._chat())
        self._names[fresh.chat] = f"child_director:new:{fresh.chat}"
        await self.house.says(fresh.chat, text=re.sub(r"<[^>]+>", "", code))
        async with self.house.store.reading() as unit:
            person = await People(unit).by_chat(CHANNEL, fresh.chat)
        if person is None:
            raise Stuck("the code binds nobody")
        fresh.id, fresh.area, fresh.name = person.id, person.area, person.name
        self._replace(fresh)

    def _replace(self, fresh: Worker) -> None:
        """Let somebody new work from tomorrow on."""
        self.workers.append(fresh)
        day = local(self.house.clock.moment).date()
        for count in range(1, (self.end - day).days):
            self._plan_worker(fresh, day + timedelta(days=count))

    async def county_day(self, one: Worker) -> None:
        """Look at reports and at today's list."""
        if self.dice.random() < 0.6:
            await self.take_alerts(one)
        await self.supervisor_day(one)

    def _director_of(self, one: Worker) -> Worker:
        found = [d for d in self._of(Role.CHILD_DIRECTOR) if d.area[:9] == one.area[:9]]
        if not found:
            raise Stuck("nobody works here")
        return self.dice.choice(found)

    async def leave_of_absence(self, one: Worker) -> None:
        """Send a director on leave for a month."""
        away = self._director_of(one)
        await self.phone(one).walk("人员", away.name, "请假", "30天")
        away.away_until = local(self.house.clock.moment).date() + timedelta(days=30)

    async def lost_phone(self, one: Worker) -> None:
        """Cut a lost phone off; the new one is bound a day later."""
        lost, phone = self._director_of(one), self.phone(one)
        await phone.walk("人员", lost.name, "手机丢了", "确定，解绑旧手机")
        lost.gone = True
        await self._enter(phone)

    async def hand_over(self, one: Worker) -> None:
        """A director leaves, a colleague takes over."""
        leaver, phone = self._director_of(one), self.phone(one)
        others = [d for d in self._of(Role.CHILD_DIRECTOR) if d.area[:9] == one.area[:9]]
        taker = next((d for d in others if d is not leaver), None)
        if taker is None:
            raise Stuck("nobody to take over")
        await phone.walk("人员", leaver.name, "离任交接", taker.name, "确定")
        leaver.gone = True

    async def vacate(self, one: Worker) -> None:
        """A director leaves and nobody takes over for a while."""
        leaver, phone = self._director_of(one), self.phone(one)
        await phone.walk("人员", leaver.name, "离任交接", "暂时没人接", "确定离任")
        leaver.gone = True

    async def child_leaves(self, one: Worker) -> None:
        """A child's parents are back."""
        await self._a_child(one)
        phone = self.phone(one)
        for words in ("更正信息", "管理档案", "减员", "父母返乡"):
            await phone.tap(words)

    async def drill(self, one: Worker) -> None:
        """The county practises, and forgets to end it."""
        await self.phone(one).walk("警报演练", "河镇", "开始演练")

    async def ask_for_help(self, one: Worker) -> None:
        """A guardian asks for help and leaves the form where it is."""
        await self.phone(one).walk("我要求助")

    # --- measures ----------------------------------------------------------------------------

    async def _count_tasks(self) -> None:
        day = local_day(self.house.clock.moment)
        async with self.house.store.reading() as unit:
            for one in self.workers:
                person = await People(unit).get(one.id)
                if one.gone or person is None or not person.active:
                    continue
                who: Principal = principal(person, CHANNEL, one.chat, day)
                tasks = await Tasks(unit, self.house.policies).today(who)
                self.notes.counts[self._names[one.chat]].append(len(tasks))
                for task in tasks:
                    key = _key(task)
                    self.notes.tasks[self._names[one.chat], task.kind.value, key].append(day)

    async def _measure(self) -> None:
        async with self.house.store.reading() as unit:
            names = (
                await unit.connection.execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'table'")
                )
            ).scalars()
            found = {}
            for name in sorted(names):
                if name.startswith(("sqlite", "alembic")):
                    continue
                query = text(f'SELECT count(*) FROM "{name}"')
                found[name] = int((await unit.connection.execute(query)).scalar_one())
        size = Path(self.house.settings.url.removeprefix("sqlite:///")).stat().st_size
        month = f"{local(self.house.clock.moment):%Y-%m}"
        self.notes.rows[month] = found | {"bytes": size}

    async def figures(self) -> dict[str, Any]:
        """Return what was seen."""
        await self._measure()
        async with self.house.store.reading() as unit:
            verdict = await Audit(unit).verify()
        notes = self.notes
        standing = sorted(
            ((len(days), str(days[0]), str(days[-1]), *key) for key, days in notes.tasks.items()),
            reverse=True,
        )
        kinds = Counter[str]()
        for days, _, _, who, kind, _ in standing:
            if days >= LONG_STANDING:
                kinds[f"{who.split(':', 1)[0]} {kind}"] += 1
        per_day = {
            who: {
                "total": sum(days.values()),
                "most": max(days.values()),
                "days": len(days),
            }
            for who, days in notes.per_day.items()
        }
        return {
            "audit": {"ok": verdict.ok, "rows": verdict.rows},
            "acts": dict(notes.acts.most_common()),
            "stuck": dict(notes.stuck.most_common(40)),
            "logged": dict(notes.logged.most_common()),
            "traces": notes.traces,
            "pushes": {f"{r}: {f}": n for (r, f), n in notes.pushes.most_common()},
            "people": per_day,
            "same": [[n, *key] for key, n in notes.same.most_common(40)],
            "night": dict(notes.night.most_common()),
            "tasks_today": {
                who: [round(statistics.mean(n), 1), max(n)] for who, n in notes.counts.items()
            },
            "standing_kinds": dict(kinds.most_common()),
            "standing": [list(one) for one in standing[:60]],
            "rows": notes.rows,
            "turn_ms": {
                month: [
                    round(statistics.median(ms), 1),
                    round(sorted(ms)[int(len(ms) * 0.95)], 1),
                    len(ms),
                ]
                for month, ms in notes.turns.items()
                if ms
            },
            "replies": dict(notes.replies.most_common(150)),
            "samples": notes.samples,
        }


def _named(what: Any) -> str:
    return str(getattr(getattr(what, "func", what), "__name__", ""))


def _key(task: Any) -> str:
    for name in ("child", "case", "draft", "matter", "person", "visit"):
        if (one := getattr(task, name)) is not None:
            return str(getattr(one, "number", "") or one.id)
    return str(task.area or task.number)


async def live(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Live through the year in a folder; return the figures."""
    start = date.fromisoformat(given.start)
    clock = SetClock(datetime.combine(start, time(0, 5), tzinfo=CHINA).astimezone(UTC))
    house = Inside(folder, clock)
    await house.start()
    year = Year(house, start, given.days, given.seed)
    logging.getLogger().addHandler(_Listener(year.notes))
    try:
        await year.settle()
        await year.run()
        return await year.figures()
    finally:
        await house.stop()


def main() -> int:
    """Live through a year and print what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=430)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", default="2027-01-01")
    parser.add_argument("--keep", type=Path, help="a folder that the database stays in")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = given.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        figures = asyncio.run(live(given, place))
    print(
        json.dumps(figures, ensure_ascii=False)
        if given.json
        else json.dumps(figures, ensure_ascii=False, indent=1)
    )
    aside = any("kept aside" in line for line in figures["logged"])
    return 1 if aside or not figures["audit"]["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
