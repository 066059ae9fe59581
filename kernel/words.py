"""Turn in, Reply out: what a person said and what is said back, in no channel's terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from kernel.phrases import Words


@dataclass(frozen=True, slots=True)
class Text:
    """Typed words, cleaned and cut to the limit."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button.

    Args:
        value: What the button stood for; empty when the button is stale or forged.
        durable: True for buttons that stay good in old messages (`verb:argument`).
        stale: The button belongs to a question that is no longer open.
        again: The very press that was handled last, once more (a double tap).
        token: The button's own mark, by which a double tap is known.
    """

    value: str
    durable: bool = False
    stale: bool = False
    again: bool = False
    token: str = ""


FileKind = Literal["photo", "voice", "audio", "video", "document"]


@dataclass(frozen=True, slots=True)
class File:
    """A photo, voice message, film or document, still with the channel.

    Args:
        kind: What it is.
        handle: The channel's own handle, by which it is fetched.
        size: Bytes; 0 where the channel does not say.
        album: The channel's mark of files sent together; empty for a single one.
    """

    kind: FileKind
    handle: str
    size: int = 0
    album: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map; degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Contact:
    """A shared phone contact; `own` when it is the sender's."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Start:
    """The person opened the chat, perhaps with an invite code."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Something no conversation of ours takes (a sticker, a poll)."""

    kind: str


Said = Text | Press | File | Place | Contact | Start | Other


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing one person said.

    Args:
        turn_id: The channel's own number of the update; the key against duplicates.
        channel: `telegram`.
        chat: The private chat, which is the person's address on that channel.
        said: What was said.
        message: The channel's number of the message, for later edits; of the pressed message
            when a button was pressed.
        at: When it arrived, aware, in UTC.
    """

    turn_id: str
    channel: str
    chat: str
    said: Said
    at: datetime
    message: str = ""


Style = Literal["plain", "strong", "quote", "small"]


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a reply."""

    text: Words
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message.

    Args:
        label: What it says.
        value: What comes back when it is pressed. A durable value is `verb:argument` and at most
            48 bytes long, since it travels in the button itself; others stay with the
            conversation and may be of any length.
        durable: Stays good after the conversation has gone on.
    """

    label: Words
    value: str
    durable: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """A new message.

    Args:
        lines: Paragraphs.
        buttons: Rows of buttons. Non-durable ones replace those of the last question.
        menu: Rows of the lasting keyboard; None leaves it as it is.
        prompt: This message asks the open question: the next answer may edit it.
    """

    lines: tuple[Line, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    menu: tuple[tuple[Words, ...], ...] | None = None
    prompt: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text for a message of ours.

    Args:
        message: The channel's number of it; empty means the last prompt.
        same_prompt: The question stays open (a toggle): its buttons keep their number.
    """

    lines: tuple[Line, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    message: str = ""
    same_prompt: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """The short answer to a press; `alert` makes it a pop-up that has to be closed."""

    text: Words
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Forget:
    """Remove a message from the chat (the person's own words, once they are sealed)."""

    message: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to keep or print.

    Args:
        name: File name with its ending; it stands in the chat and names nobody.
        content: The document, at most a few megabytes.
        caption: What it is.
    """

    name: str
    content: bytes = field(repr=False)
    caption: Words


Reply = Send | Edit | Toast | Forget | Paper


def plain(*texts: Words) -> tuple[Line, ...]:
    """Make plain lines."""
    return tuple(Line(text) for text in texts)
