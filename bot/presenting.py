"""Dresses neutral replies for Telegram: HTML, button data, length limits; it sends nothing."""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handlers.speech import speak
from kernel.errors import InputError
from kernel.text import split_text
from kernel.words import Edit, Forget, Paper, Press, Send, Toast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kernel.words import Button, Line, Reply

LIMIT = 3_900
"""UTF-16 units of a message; Telegram takes 4,096 after parsing, of which unit is not said."""
TOAST_LIMIT = 200
CAPTION_LIMIT = 1_000
"""Telegram takes 1,024 under a document."""
_TAGS = {
    "plain": ("", ""),
    "strong": ("<b>", "</b>"),
    "quote": ("<blockquote>", "</blockquote>"),
    "small": ("<i>", "</i>"),
}


@dataclass(frozen=True, slots=True)
class Presented:
    """One message as Telegram takes it.

    Args:
        html: Text with Telegram's tags; every value in it is escaped.
        buttons: Rows of label and callback data (at most 64 bytes).
        menu: Rows of the lasting keyboard, or None.
    """

    html: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    menu: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Seals:
    """Makes and reads button data.

    `p:<conversation>:<prompt number>:<index>` belongs to one question;
    `d:<signature>:<verb:argument>` stays good, for this chat only.
    """

    sign: Callable[[str], str] = field(repr=False)

    def of_prompt(self, chat: str, prompt_no: int, index: int) -> str:
        """Make the data of a question's button."""
        return f"p:{self.sign(chat)[:4]}:{prompt_no}:{index}"

    def durable(self, chat: str, value: str) -> str:
        """Make the data of a lasting button."""
        return f"d:{self.sign(f'{chat} {value}')}:{value}"

    def read(self, chat: str, data: str, prompt_no: int, state: Mapping[str, Any]) -> Press:
        """Say what a press stands for; a forged or old one is stale."""
        if data.startswith("d:"):
            _, signature, value = (*data.split(":", 2), "", "")[:3]
            good = signature == self.sign(f"{chat} {value}")
            return Press(value, durable=True) if good else Press("", stale=True)
        return self._of_prompt(chat, data, prompt_no, state)

    def _of_prompt(self, chat: str, data: str, prompt_no: int, state: Mapping[str, Any]) -> Press:
        parts = data.split(":")
        values = state.get("buttons", [])
        if len(parts) != 4 or parts[1] != self.sign(chat)[:4]:  # noqa: PLR2004 p:conv:no:index
            return Press("", stale=True)
        number, index = parts[2], parts[3]
        token = f"{number}:{index}"
        if number != str(prompt_no) or index not in map(str, range(len(values))):
            return Press("", stale=True, again=state.get("pressed") == token)
        return Press(values[int(index)], token=token)


def _lines(lines: Sequence[Line], language: str) -> str:
    parts = []
    for line in lines:
        before, after = _TAGS[line.style]
        parts.append(f"{before}{html.escape(speak(line.text, language), quote=False)}{after}")
    return "\n".join(parts)


def _cut(lines: Sequence[Line], language: str) -> list[str]:
    """Return the text in messages of at most LIMIT characters, cut at lines and sentences."""
    whole = _lines(lines, language)
    if _units(whole) <= LIMIT:
        return [whole]
    messages: list[str] = []
    text = ""
    for line in lines:
        before, after = _TAGS[line.style]
        for piece in split_text(speak(line.text, language), LIMIT // 2):
            part = f"{before}{html.escape(piece, quote=False)}{after}"
            if text and _units(text) + _units(part) + 1 > LIMIT:
                messages.append(text)
                text = ""
            text = f"{text}\n{part}" if text else part
    return [*messages, text]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def prompt_values(replies: Sequence[Reply]) -> list[str]:
    """Return the values of the question's buttons, in the order of their indexes."""
    return [
        button.value
        for reply in replies
        if isinstance(reply, Send | Edit)
        for row in reply.buttons
        for button in row
        if not button.durable
    ]


class Presenter:
    """Dresses the replies of one turn; numbers the question's buttons in order."""

    def __init__(self, seals: Seals, chat: str, prompt_no: int, language: str) -> None:
        self._seals = seals
        self._chat = chat
        self._prompt_no = prompt_no
        self._language = language
        self._next = 0

    def _data(self, button: Button) -> str:
        if button.durable:
            data = self._seals.durable(self._chat, button.value)
            if len(data.encode()) > 64:  # noqa: PLR2004 Telegram's limit in bytes
                message = "button data longer than 64 bytes"
                raise InputError(message)
            return data
        data = self._seals.of_prompt(self._chat, self._prompt_no, self._next)
        self._next += 1
        return data

    def dress(self, reply: Send | Edit) -> list[Presented]:
        """Return the message, or several when it is too long; buttons go under the last."""
        buttons = tuple(
            tuple((speak(button.label, self._language)[:64], self._data(button)) for button in row)
            for row in reply.buttons
        )
        menu = None
        if isinstance(reply, Send) and reply.menu is not None:
            menu = tuple(tuple(speak(w, self._language) for w in row) for row in reply.menu)
        *first, last = _cut(reply.lines, self._language)
        return [*(Presented(text) for text in first), Presented(last, buttons, menu)]

    def toast(self, reply: Toast) -> str:
        """Return the text of a toast, cut to Telegram's limit."""
        return speak(reply.text, self._language)[:TOAST_LIMIT]

    def payloads(self, replies: Sequence[Reply]) -> list[dict[str, Any]]:
        """Return the replies as JSON, ready to be stored and later delivered."""
        out: list[dict[str, Any]] = []
        for reply in replies:
            match reply:
                case Toast():
                    out.append({"do": "toast", "text": self.toast(reply), "alert": reply.alert})
                case Forget():
                    out.append({"do": "forget", "message": reply.message})
                case Paper():
                    out.append(self._paper(reply))
                case Send() | Edit():
                    out.extend(self._messages(reply))
        return out

    def _paper(self, reply: Paper) -> dict[str, Any]:
        return {
            "do": "paper",
            "name": reply.name,
            "content": base64.b64encode(reply.content).decode(),
            "html": html.escape(speak(reply.caption, self._language), quote=False)[:CAPTION_LIMIT],
        }

    def _messages(self, reply: Send | Edit) -> list[dict[str, Any]]:
        dressed = self.dress(reply)
        out: list[dict[str, Any]] = []
        for place, message in enumerate(dressed):
            last = place == len(dressed) - 1
            payload: dict[str, Any] = {"do": "send", "html": message.html}
            if message.buttons:
                payload["buttons"] = message.buttons
            if message.menu is not None:
                payload["menu"] = message.menu
            if isinstance(reply, Edit) and place == 0:
                payload |= {"do": "edit", "message": reply.message}
            if isinstance(reply, Send) and reply.prompt and last:
                payload["prompt"] = True
            out.append(payload)
        return out
