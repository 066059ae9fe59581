"""The whole story in a real browser: `tongban demo`, four phones, taps, SIGKILL, the log."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or ""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DIRECTOR, SUPERVISOR, COUNTY, GUARDIAN = 1001, 1002, 1003, 1004
PATIENCE = 60_000
SETTLE = 800

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (Debian: chromium)"),
]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Run the demo as a person would, on a free port."""
    port = free_port()
    log = (tmp_path / "demo.log").open("wb")
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port)]
    data = tmp_path / "data"
    # its own group, so that the children of a demo that fails are ended too
    process = subprocess.Popen(
        [*command, "--data", str(data)], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
    )
    try:
        end = time.monotonic() + 90
        while "已就绪" not in (tmp_path / "demo.log").read_text(encoding="utf-8"):
            assert process.poll() is None, (tmp_path / "demo.log").read_text(encoding="utf-8")
            assert time.monotonic() < end, "the demo did not get ready"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", data
    finally:
        process.terminate()
        process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


@pytest.fixture
def page() -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(PATIENCE)
        yield opened
        browser.close()


class Hand:
    """A hand on one phone of the page."""

    def __init__(self, page: Page, person: int) -> None:
        self._page = page
        self._phone = page.get_by_test_id(f"phone-{person}")

    def types(self, text: str) -> None:
        self._phone.get_by_test_id("input").fill(text)
        self._phone.get_by_test_id("send").click()

    def taps(self, label: str) -> None:
        """Tap the newest button with these words, once it is there."""
        # as a person does: let the screen come to rest first, then tap what is newest
        self._page.wait_for_timeout(SETTLE)
        self._button("inline-button", label).last.click()

    def menu(self, label: str) -> None:
        self._button("keyboard-button", label).last.click()

    def _button(self, kind: str, label: str) -> Locator:
        return self._phone.get_by_test_id(kind).filter(has_text=label)

    def sees(self, words: str) -> None:
        text = self._phone.get_by_test_id("message").filter(has_text=words)
        text.last.wait_for(state="visible")

    def never_sees(self, words: str) -> None:
        assert self._phone.get_by_text(words).count() == 0


def kill_bot(data: Path) -> None:
    """SIGKILL the bot of this very demo; its parent starts it again."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes().split(b"\0")
            environment = (entry / "environ").read_bytes()
            if command[-3:-1] == [b"run", b"bot"] and str(data).encode() in environment:
                os.kill(int(entry.name), signal.SIGKILL)
                return
    raise AssertionError("no bot to kill")


def test_the_whole_story_runs_in_a_browser(  # noqa: PLR0915 one story, told in one piece
    demo: tuple[str, Path], page: Page
) -> None:
    address, data = demo
    page.goto(address)
    director, supervisor = Hand(page, DIRECTOR), Hand(page, SUPERVISOR)
    county, guardian = Hand(page, COUNTY), Hand(page, GUARDIAN)

    # 1 a guardian asks
    guardian.sees("您好")
    guardian.types("我们两口子要出去打工，娃交给他奶奶带，走之前要办什么手续？")
    guardian.sees("附件3-3")
    guardian.types("那一个月补助多少钱？")
    guardian.sees("没有规定")
    guardian.types("哇啦哇啦咕噜噜")
    guardian.sees("没有找到")

    # 2 a visit, back once, killed in the middle
    director.menu("今天")
    director.taps("走访")
    director.taps("做走访")
    director.taps("上门走访")
    director.taps("孩子本人")
    director.taps("选好了")
    director.sees("有没有危险")
    director.taps("没有")
    director.sees("现在跟谁住")
    director.taps("上一步")
    director.sees("有没有危险")
    director.taps("没有")
    director.sees("现在跟谁住")
    kill_bot(data)
    director.taps("跟爷爷奶奶")
    director.sees("身体和能力")

    # 3 an emergency in the middle of the visit
    director.menu("紧急报告")
    director.sees("先打110")
    director.taps("不安全")
    director.sees("出了什么事")
    director.taps("找不到了")
    director.sees("是哪个孩子")
    director.taps("岁")
    director.sees("正在通知负责的人")
    supervisor.sees("待处理")
    supervisor.never_sees("失踪")
    county.sees("待处理")  # nobody acknowledged within the rung's seconds
    supervisor.taps("打开")
    supervisor.sees("失踪")
    supervisor.taps("我来处理")
    supervisor.taps("我去现场")
    director.sees("已有人确认")
    director.taps("存草稿")
    director.taps("接着填：走访")
    director.sees("身体和能力")
    director.taps("年纪大")
    director.taps("签了，还有效")
    director.taps("一周以内")
    director.taps("都好，没有变化")
    director.taps("选好了")
    director.taps("没发现")
    director.sees("孩子自己想说的话")
    director.taps("跳过")
    director.sees("这次做了什么")
    director.taps("宣传")
    director.taps("选好了")
    director.sees("下次什么时候")
    director.types("明天")
    director.sees("请核对")
    director.taps("提交")
    director.sees("走访已提交，编号 V-")
    director.sees("档案更新")

    # 4 the police receipt, the case closed, the log whole
    director.menu("待处理")
    director.taps("A-")
    director.taps("登记报警情况")
    director.taps("打110")
    director.taps("刚才")
    director.sees("哪个派出所")
    director.taps("跳过")
    director.sees("接警的人")
    director.taps("跳过")
    director.taps("已受理")
    director.sees("受案回执编号")
    director.types("0017")
    director.sees("请核对")
    director.taps("提交")
    director.sees("报警情况已登记")
    supervisor.menu("待处理")
    supervisor.taps("A-")
    supervisor.taps("结案")
    supervisor.taps("确认了")
    supervisor.taps("家里能照料好了")
    supervisor.sees("写清楚怎么处理的")
    supervisor.types("孩子已经找到，现在平安在家")
    supervisor.sees("回访")
    supervisor.taps("跳过")
    supervisor.sees("请核对")
    supervisor.taps("提交")
    supervisor.sees("已结案")
    verify = [sys.executable, "-m", "bot", "audit", "verify", "--json"]
    whole = subprocess.run(
        verify,
        cwd=ROOT,
        env={**os.environ, "TONGBAN_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert whole.returncode == 0, whole.stderr
    assert re.search(r'"whole": true', whole.stdout)
