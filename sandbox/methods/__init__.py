"""What each Bot API method does, by lower-case name; the wire is elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.methods import buttons, chats, editing, files, media, sending, updates

if TYPE_CHECKING:
    from sandbox.methods.common import Method

METHODS: dict[str, Method] = {
    **sending.METHODS,
    **media.METHODS,
    **editing.METHODS,
    **buttons.METHODS,
    **updates.METHODS,
    **files.METHODS,
    **chats.METHODS,
}
