"""Both libraries run whole bots on the stand-in, unmodified, by polling and by webhook."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

import aiogram
import pytest
from aiogram.filters import CommandStart
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

TOKEN = "123456:AAHabcdefghijklmnopqrstuvwxyz012345"
WANG = 1001


def dispatcher(kit):
    made = aiogram.Dispatcher()

    @made.message(CommandStart())
    async def start(message):
        await message.answer(
            "<b>您好</b>", parse_mode="HTML", reply_markup=kit.keys([("好", "a")])
        )

    @made.message()
    async def echo(message):
        await message.answer(f"您说：{message.text}")

    @made.callback_query()
    async def press(query):
        await query.answer("收到")
        await query.message.edit_text("选好了")

    return made


async def _talks(wang, until):
    async def bot_says(text):
        async def there():
            return any(one["from"] == "bot" and one["text"] == text for one in await wang.shown())

        await until(there)

    await wang.says("/start")
    await bot_says("您好")
    await wang.says("娃在家")
    await bot_says("您说：娃在家")
    [asked] = [one for one in await wang.shown() if one["text"] == "您好"]
    await wang.presses(asked["message_id"], "好")
    await bot_says("选好了")
    phone = await wang.phone()
    assert [one["text"] for one in phone["notices"]] == ["收到"]
    assert [one["text"] for one in phone["messages"]] == [
        "/start",
        "选好了",
        "娃在家",
        "您说：娃在家",
    ]


async def test_an_aiogram_bot_polls(aio, add, until):
    wang = await add(WANG, started=False)
    bot = dispatcher(aio)
    polling = asyncio.ensure_future(bot.start_polling(aio.bot, handle_signals=False))
    await _talks(wang, until)
    await bot.stop_polling()
    await polling


async def test_an_aiogram_bot_takes_webhooks(aio, add, until):
    wang = await add(WANG, started=False)
    app, bot = web.Application(), dispatcher(aio)
    handler = SimpleRequestHandler(bot, aio.bot, handle_in_background=False, secret_token="s3")
    handler.register(app, path="/tg")
    setup_application(app, bot, bot=aio.bot)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await aio.bot.set_webhook(f"http://127.0.0.1:{port}/tg", secret_token="s3")
    await _talks(wang, until)
    await aio.bot.delete_webhook()
    await runner.cleanup()


async def test_a_python_telegram_bot_polls(ptb, base, add, until):
    wang = await add(WANG, started=False)
    builder = Application.builder().token(TOKEN).base_url(f"{base}/bot")
    app = builder.base_file_url(f"{base}/file/bot").build()

    async def start(update, _context):
        keys = ptb.keys([("好", "a")])
        await update.message.reply_text("<b>您好</b>", parse_mode="HTML", reply_markup=keys)

    async def echo(update, _context):
        await update.message.reply_text(f"您说：{update.message.text}")

    async def press(update, _context):
        await update.callback_query.answer("收到")
        await update.callback_query.edit_message_text("选好了")

    app.add_handler(CommandHandler("start", start))
    app.add_handler(MessageHandler(filters.TEXT, echo))
    app.add_handler(CallbackQueryHandler(press))
    async with app:
        await app.start()
        await app.updater.start_polling()
        await _talks(wang, until)
        await app.updater.stop()
        await app.stop()


async def test_both_libraries_share_one_bot(aio, ptb, wang):
    sent = await ptb.bot.send_message(WANG, "警报", reply_markup=ptb.keys([("收到", "ack")]))
    await wang.presses(sent.message_id, "收到")
    [update] = await aio.bot.get_updates()
    assert update.callback_query.data == "ack"
    await aio.bot.edit_message_text("已确认", chat_id=WANG, message_id=sent.message_id)
    assert [one["text"] for one in await wang.shown()] == ["已确认"]


@pytest.mark.skipif(sys.platform == "win32", reason="stops the process with a signal")
async def test_the_stand_in_runs_as_its_own_process_and_stops_when_asked():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", "--token", TOKEN,
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(20):
            address = (await process.stdout.readline()).decode().strip()
            assert address.startswith("http://127.0.0.1:")
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def test_a_taken_port_is_told_in_one_line(base):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", base.rpartition(":")[2],
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, error = await process.communicate()
    assert process.returncode == 1
    assert error.decode().startswith("sandbox: cannot listen on 127.0.0.1:")
    assert error.decode().count("\n") == 1
