"""People, their phones and the messages on them: plain state, no HTTP and no strictness."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

KEPT_NOTICES = 100


@dataclass(slots=True, kw_only=True)
class Message:
    """One message in the chat of a person and the bot; `content` is in Bot API words."""

    message_id: int
    chat_id: int
    mine: bool
    date: int
    content: dict[str, Any]
    markup: dict[str, Any] | None = None
    lasting: dict[str, Any] | None = None
    reply_to: int | None = None
    edited: int = 0
    pinned: bool = False
    silent: bool = False
    protected: bool = False
    seq: int = 0


@dataclass(slots=True, kw_only=True)
class Callback:
    """A press of a button that waits for the bot's answer."""

    callback_id: str
    person: int
    message_id: int
    at: float
    answered: bool = False


@dataclass(slots=True, kw_only=True)
class Phone:
    """One person and what their phone shows; `recent` is ordered by last change."""

    person: int
    name: str
    title: str = ""
    username: str = ""
    language: str = "zh-hans"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    messages: OrderedDict[int, Message] = field(default_factory=OrderedDict)
    recent: OrderedDict[int, Message] = field(default_factory=OrderedDict)
    deleted: OrderedDict[int, int] = field(default_factory=OrderedDict)
    notices: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_NOTICES))
    keyboard: dict[str, Any] | None = None
    menu_button: dict[str, Any] | None = None
    action: tuple[str, float] | None = None
    draft: dict[str, Any] | None = None
    seq: int = 0
    user: dict[str, Any] = field(default_factory=dict)
    chat: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write down how the Bot API shows this person."""
        names: dict[str, Any] = {"first_name": self.name}
        if self.username:
            names["username"] = self.username
        self.user = {
            "id": self.person,
            "is_bot": False,
            **names,
            "language_code": self.language,
        }
        self.chat = {"id": self.person, "type": "private", **names}

    def changed(self, message: Message, seq: int) -> None:
        """Put a message at the end of the list of changes."""
        message.seq = self.seq = seq
        self.recent[message.message_id] = message
        self.recent.move_to_end(message.message_id)

    def remove(self, message_id: int, seq: int, *, keep: int) -> None:
        """Take a message off the phone and remember for a while that it was there."""
        self.messages.pop(message_id, None)
        self.recent.pop(message_id, None)
        self.deleted[message_id] = self.seq = seq
        while len(self.deleted) > keep:
            self.deleted.popitem(last=False)

    def changed_after(self, seq: int) -> list[Message]:
        """Return what is new or changed after `seq`, in the order of the chat."""
        found: list[Message] = []
        for message in reversed(self.recent.values()):
            if message.seq <= seq:
                break
            found.append(message)
        return sorted(found, key=lambda one: one.message_id)

    def deleted_after(self, seq: int) -> list[int]:
        """Return the messages that vanished after `seq`."""
        found: list[int] = []
        for message_id, at in reversed(self.deleted.items()):
            if at <= seq:
                break
            found.append(message_id)
        return sorted(found)
