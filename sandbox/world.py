"""The whole state of one stand-in: phones, updates, calls, files; all in memory, one process."""

from __future__ import annotations

import itertools
import time
import uuid
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from sandbox.background import Background
from sandbox.bell import Bell
from sandbox.calls import CallBook
from sandbox.faults import Faults
from sandbox.files import FileShelf
from sandbox.limits import Limits
from sandbox.phones import Callback, Message, Phone
from sandbox.polling import Polling
from sandbox.updates import UpdateQueue
from sandbox.webhook import Pusher

if TYPE_CHECKING:
    from sandbox.settings import Settings

FIRST_UPDATE = 500_000_001
DEFAULT_BOT = 7_000_000_001
KEPT_CALLBACKS = 100_000
ACTION_SECONDS = 5.0


class World:
    """Everything the stand-in knows."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.run = uuid.uuid4().hex
        self.background = Background()
        self.bell = Bell()
        self.calls = CallBook(settings.keep_calls)
        self.faults = Faults(self.now)
        self.limits = Limits(self.now)
        self.files = FileShelf()
        self.queue = UpdateQueue(FIRST_UPDATE + self.settings.first_number)
        self.polling = Polling(self.queue, self.now)
        self.pusher = Pusher(settings, self.queue, self.faults, self.background, self.now)
        self.phones: dict[int, Phone] = {}
        self.callbacks: OrderedDict[str, Callback] = OrderedDict()
        self.commands: list[dict[str, Any]] = []
        self.menu_button: dict[str, Any] = {"type": "default"}
        self.seq = 0
        self._ids = itertools.count(1 + self.settings.first_number)
        self._albums = itertools.count(13_000_000_000_000_001)
        self.bot = self._bot(DEFAULT_BOT)
        if settings.token:
            self.meet_bot(settings.token)

    def now(self) -> float:
        """Return the time in epoch seconds."""
        return time.time()

    def _bot(self, number: int) -> dict[str, Any]:
        return {
            "id": number,
            "is_bot": True,
            "first_name": self.settings.bot_name,
            "username": self.settings.bot_username,
        }

    def meet_bot(self, token: str) -> None:
        """Take the bot's id from its token, as Telegram made it."""
        head = token.partition(":")[0]
        if head.isdigit():
            self.bot = self._bot(int(head))

    def next_seq(self) -> int:
        """Return the next number of change; always at or above every message id."""
        self.seq += 1
        return self.seq

    def next_album(self) -> str:
        """Return a new media group id."""
        return str(next(self._albums))

    def put(self, phone: Phone, message: Message) -> Message:
        """Show a new message on a phone."""
        phone.messages[message.message_id] = message
        self.touch(phone, message)
        while len(phone.messages) > self.settings.keep_messages:
            oldest, _ = phone.messages.popitem(last=False)
            phone.recent.pop(oldest, None)
        return message

    def new_message(self, phone: Phone, content: dict[str, Any], *, mine: bool) -> Message:
        """Make a message that is not shown yet."""
        return Message(
            message_id=next(self._ids),
            chat_id=phone.person,
            mine=mine,
            date=int(self.now()),
            content=content,
        )

    def touch(self, phone: Phone, message: Message) -> None:
        """Note that a message is new or changed."""
        phone.changed(message, self.next_seq())
        self.bell.ring(phone.person)

    def stir(self, phone: Phone) -> None:
        """Note that something beside the messages changed on a phone."""
        phone.seq = self.next_seq()
        self.bell.ring(phone.person)

    def remove(self, phone: Phone, message_id: int) -> None:
        """Take a message off a phone."""
        phone.remove(message_id, self.next_seq(), keep=self.settings.keep_messages)
        self.bell.ring(phone.person)

    def wire(self, message: Message, *, depth: int = 1) -> dict[str, Any]:
        """Return a message in Bot API words."""
        phone = self.phones[message.chat_id]
        told: dict[str, Any] = {
            "message_id": message.message_id,
            "from": self.bot if message.mine else phone.user,
            "chat": phone.chat,
            "date": message.date,
            **message.content,
        }
        if message.edited:
            told["edit_date"] = message.edited
        if message.markup:
            told["reply_markup"] = message.markup
        if message.protected:
            told["has_protected_content"] = True
        if message.reply_to and depth:
            replied = phone.messages.get(message.reply_to)
            if replied is not None:
                told["reply_to_message"] = self.wire(replied, depth=0)
        return told

    def remember(self, callback: Callback) -> None:
        """Keep a press until the bot answers it."""
        self.callbacks[callback.callback_id] = callback
        if len(self.callbacks) > KEPT_CALLBACKS:
            self.callbacks.popitem(last=False)

    async def close(self) -> None:
        """End every delivery and waiting request."""
        self.bell.close()
        self.polling.stop("Bad Gateway", 502)
        await self.pusher.point_at("", "", 0)
        await self.background.close()
