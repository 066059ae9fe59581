"""The phone page in a real browser: typing, tapping, seeing, losing the connection."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import aiogram
import aiohttp
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from playwright.async_api import async_playwright, expect

from sandbox.server import running

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()),
    None,
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = "123456:AAHabcdefghijklmnopqrstuvwxyz012345"
WANG = 1001
SEEN = "[...document.querySelectorAll('button')].filter(b => b.offsetParent)"
SMALL_BUTTONS = f"{SEEN}.filter(b => b.offsetHeight < 40).length"
NAMELESS_BUTTONS = f"{SEEN}.filter(b => !b.textContent.trim() && !b.ariaLabel).length"


@pytest.fixture
async def browser():
    async with async_playwright() as player:
        opened = await player.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        await opened.close()


@pytest.fixture
def open_page(browser, base):
    async def opened(width=1440, height=900, query=""):
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(15_000)
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        await page.goto(f"{base}/{query}")
        return page

    return opened


@pytest.fixture
async def echo_bot(aio):
    """Answers every text, and every press with a note."""
    bot = aiogram.Dispatcher()

    @bot.message()
    async def echo(message):
        keys = aio.keys([("好", "yes"), ("不好", "no")])
        await message.answer(f"您说：<b>{message.text}</b>", parse_mode="HTML", reply_markup=keys)

    @bot.callback_query()
    async def press(query):
        await query.answer(f"收到 {query.data}", show_alert=query.data == "no")
        await query.message.edit_text(f"选了 {query.data}")

    polling = asyncio.ensure_future(bot.start_polling(aio.bot, handle_signals=False))
    yield bot
    with contextlib.suppress(RuntimeError):
        await bot.stop_polling()
    await polling


async def test_a_person_starts_types_taps_and_sees_the_answers(open_page, add, echo_bot):
    await add(WANG, name="王秀兰", title="柳沟村儿童主任", started=False)
    page = await open_page()
    phone = page.get_by_test_id("phone-1001")
    await expect(phone.get_by_role("heading")).to_have_text("王秀兰")
    await expect(phone).to_contain_text("柳沟村儿童主任")
    await phone.get_by_test_id("start").click()
    await expect(phone.get_by_test_id("message").last).to_contain_text("您说：/start")
    await phone.get_by_test_id("input").fill("今天有谁要走访")
    await phone.get_by_test_id("send").click()
    answer = phone.get_by_test_id("message").last
    await expect(answer).to_contain_text("您说：今天有谁要走访")
    await expect(answer.locator("strong")).to_have_text("今天有谁要走访")
    await expect(phone.get_by_test_id("input")).to_have_value("")
    await answer.get_by_role("button", name="好", exact=True).click()
    await expect(phone.get_by_test_id("toast")).to_have_text("收到 yes")
    await expect(answer).to_contain_text("选了 yes")
    await expect(answer.get_by_test_id("edited")).to_be_visible()
    await expect(answer.get_by_test_id("inline-button")).to_have_count(0)
    assert page.troubles == []


async def test_a_popup_waits_for_its_button(open_page, add, echo_bot):
    await add(WANG)
    page = await open_page()
    phone = page.get_by_test_id("phone-1001")
    await phone.get_by_test_id("input").fill("x")
    await phone.get_by_test_id("input").press("Enter")
    await phone.get_by_role("button", name="不好").click()
    await expect(phone.get_by_test_id("alert")).to_contain_text("收到 no")
    await page.keyboard.press("Enter")
    await expect(phone.get_by_test_id("alert")).to_be_hidden()


async def test_the_page_works_with_the_keyboard_alone(open_page, add, echo_bot):
    await add(WANG)
    page = await open_page()
    phone = page.get_by_test_id("phone-1001")
    await phone.get_by_test_id("input").focus()
    await page.keyboard.type("第一行")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("第二行")
    await page.keyboard.press("Enter")
    mine = phone.locator("[data-from=me]")
    await expect(mine).to_contain_text("第一行\n第二行", use_inner_text=True)
    button = phone.get_by_role("button", name="好", exact=True)
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(phone.get_by_test_id("message").last).to_contain_text("选了 yes")


async def test_four_phones_stand_side_by_side_on_a_desktop(open_page, add):
    for number in range(1001, 1005):
        await add(number)
    page = await open_page(1440, 900)
    for number in range(1001, 1005):
        await expect(page.get_by_test_id(f"phone-{number}")).to_be_in_viewport(ratio=0.99)
    boxes = [await page.get_by_test_id(f"phone-{n}").bounding_box() for n in range(1001, 1005)]
    assert all(box["width"] >= 300 for box in boxes)
    assert await page.evaluate("document.documentElement.scrollWidth") == 1440


async def test_one_phone_at_a_time_fits_360_pixels(open_page, add, aio):
    for number in range(1001, 1005):
        await add(number, name=f"第{number}号")
    page = await open_page(360, 740)
    await expect(page.get_by_test_id("phone-1001")).to_be_visible()
    await expect(page.get_by_test_id("phone-1002")).to_be_hidden()
    await aio.bot.send_message(1002, "字" * 300, reply_markup=aio.keys([("很长的按钮" * 5, "a")]))
    tab = page.get_by_test_id("tab-1002")
    await expect(tab).to_contain_text("1")
    await tab.click()
    await expect(page.get_by_test_id("phone-1002").get_by_test_id("message")).to_be_visible()
    await expect(page.get_by_test_id("phone-1001")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    small = await page.evaluate(SMALL_BUTTONS)
    assert small == 0


async def test_every_button_has_a_name(open_page, add, aio):
    await add(WANG)
    keys = aio.lasting(["今天"])
    await aio.bot.send_message(WANG, "您好", reply_markup=keys)
    page = await open_page()
    await expect(page.get_by_test_id("keyboard-button")).to_be_visible()
    nameless = await page.evaluate(NAMELESS_BUTTONS)
    assert nameless == 0


async def test_what_looks_like_html_stays_text(open_page, add, aio, wang):
    page = await open_page()
    evil = "<img src=x onerror=\"document.title='坏了'\"><script>1</script>"
    await aio.bot.send_message(WANG, evil)
    await wang.says(evil)
    keys = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="<b>钮</b>", callback_data="a")]]
    )
    await aio.bot.send_message(WANG, "钮", reply_markup=keys)
    phone = page.get_by_test_id("phone-1001")
    await expect(phone.get_by_test_id("inline-button")).to_have_text("<b>钮</b>")
    await expect(phone.get_by_test_id("text").first).to_have_text(evil)
    assert await phone.locator(".list img, .list script").count() == 0
    assert "坏了" not in await page.title()


async def test_telegrams_html_is_drawn_from_its_entities(open_page, wang, aio):
    page = await open_page()
    quote = "很长的条文。" * 60
    await aio.bot.send_message(
        WANG,
        f'😀<b>粗<i>斜</i></b> <a href="https://example.org/">链</a>'
        f"<blockquote expandable>{quote}</blockquote>后文",
        parse_mode="HTML",
    )
    text = page.get_by_test_id("phone-1001").get_by_test_id("text")
    await expect(text.locator("strong")).to_have_text("粗斜")
    await expect(text.locator("strong em")).to_have_text("斜")
    await expect(text.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    folded = (await text.locator("blockquote").bounding_box())["height"]
    await text.get_by_role("button", name="展开").click()
    assert (await text.locator("blockquote").bounding_box())["height"] > folded * 2


async def test_edits_deletions_typing_and_the_lasting_keyboard_show(open_page, wang, aio):
    page = await open_page()
    phone = page.get_by_test_id("phone-1001")
    one = await aio.bot.send_message(WANG, "旧", reply_markup=aio.lasting(["今天", "紧急报告"]))
    two = await aio.bot.send_message(WANG, "改前")
    await expect(phone.get_by_test_id("message")).to_have_count(2)
    await aio.bot.edit_message_text("改后", chat_id=WANG, message_id=two.message_id)
    await expect(phone.get_by_test_id("message").last).to_contain_text("改后")
    await aio.bot.delete_message(WANG, one.message_id)
    await expect(phone.get_by_test_id("message")).to_have_count(1)
    await aio.bot.send_chat_action(WANG, "typing")
    await expect(phone.get_by_test_id("busy")).to_be_visible()
    await phone.get_by_test_id("keyboard-button").filter(has_text="今天").click()
    await expect(phone.locator("[data-from=me]")).to_contain_text("今天")
    [update] = [one for one in await aio.bot.get_updates() if one.message]
    assert update.message.text == "今天"


async def test_a_photo_a_voice_a_place_and_a_telephone_can_be_sent(
    open_page, wang, aio, picture, until
):
    page = await open_page(360, 740)
    phone = page.get_by_test_id("phone-1001")
    photo = {"name": "家.png", "mimeType": "image/png", "buffer": picture}
    await phone.get_by_test_id("attach-photo-file").set_input_files(photo)
    await expect(phone.locator(".list img")).to_be_visible()
    voice = {"name": "a.ogg", "mimeType": "audio/ogg", "buffer": b"OggS of a voice"}
    await phone.get_by_test_id("attach-voice-file").set_input_files(voice)
    await expect(phone.locator("audio")).to_be_visible()
    for name in ("柳沟村委会", "我的电话"):
        await phone.get_by_test_id("attach").click()
        await phone.get_by_role("menuitem", name=name).click()
    await expect(phone.get_by_test_id("message")).to_have_count(4)
    messages = [one.message for one in await aio.bot.get_updates()]
    assert messages[0].photo[-1].width == 240
    assert await aio.download(messages[1].voice.file_id) == b"OggS of a voice"
    assert messages[2].location.latitude == pytest.approx(29.5647)
    assert messages[3].contact.user_id == WANG


async def test_a_phone_is_added_on_the_page(open_page, wang):
    page = await open_page(360, 740)
    await page.get_by_test_id("add-phone").click()
    await page.get_by_label("姓名").fill("李桂芳")
    await page.get_by_label("身份（可不填）").fill("奶奶")
    await page.get_by_role("button", name="添加", exact=True).click()
    phone = page.get_by_test_id("phone-1002")
    await expect(phone).to_be_visible()
    await expect(phone).to_contain_text("奶奶")
    await expect(phone.get_by_test_id("start")).to_be_visible()


async def test_a_blocked_bot_can_be_unblocked_from_the_menu(open_page, wang, aio):
    page = await open_page()
    phone = page.get_by_test_id("phone-1001")
    await phone.get_by_role("button", name="更多").click()
    await phone.get_by_role("menuitem", name="停用（拉黑）机器人").click()
    await expect(phone.get_by_test_id("trouble")).to_contain_text("您已停用机器人")
    await expect(phone.get_by_test_id("input")).to_be_hidden()
    await phone.get_by_role("button", name="更多").click()
    await phone.get_by_role("menuitem", name="恢复机器人").click()
    await expect(phone.get_by_test_id("input")).to_be_visible()
    assert len(await aio.bot.get_updates()) == 2


async def test_a_restart_shows_a_banner_keeps_the_words_and_comes_back(browser):
    page = await browser.new_page()
    async with running() as address:
        await _add(address, "王秀兰")
        await page.goto(address)
        phone = page.get_by_test_id("phone-1001")
        await phone.get_by_test_id("input").fill("还没发的话")
    await expect(page.get_by_test_id("connection")).to_have_text("连接断开")
    await phone.get_by_test_id("send").click()
    await expect(phone.get_by_test_id("trouble")).to_contain_text("没有发出去")
    await expect(phone.get_by_test_id("input")).to_have_value("还没发的话")
    async with running(port=int(address.rpartition(":")[2])):
        await _add(address, "王秀兰")
        await expect(page.get_by_test_id("connection")).to_have_text("已连接", timeout=15_000)
        await phone.get_by_test_id("send").click()
        await expect(phone.get_by_test_id("message")).to_contain_text("还没发的话")
        server = TelegramAPIServer.from_base(address)
        async with aiogram.Bot(TOKEN, session=AiohttpSession(api=server)) as bot:
            await bot.send_message(WANG, "又连上了")
        await expect(phone.get_by_test_id("message").last).to_contain_text("又连上了")
        await page.close()


async def _add(address, name):
    wish = {"id": WANG, "name": name, "started": True}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{address}/sim/people", json=wish) as answer,
    ):
        assert answer.status == 201
