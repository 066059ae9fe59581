"""Sends photos, voices, documents and albums; files are kept, never fetched from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.errors import bad
from sandbox.files import StoredFile, Upload, image_size, image_type
from sandbox.methods.common import open_chat, read_caption
from sandbox.methods.sending import deliver
from sandbox.wire import Params

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.methods.common import Method
    from sandbox.world import World

PHOTO_LIMIT = 10 * 1024 * 1024
PHOTO_SIDES = 10_000
ALBUM = range(2, 11)
ALBUM_KINDS = frozenset({"photo", "video", "audio", "document"})


def find_file(world: World, params: Params, field: str, kind: str) -> StoredFile:
    """Return the file a call sends: an upload, or one already known by its id."""
    upload = params.upload(field)
    if upload is not None:
        return keep_file(world, upload, kind)
    value = params.text(field)
    if not value:
        raise bad(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    if value.startswith("attach://"):
        raise bad("attached file not found")
    known = world.files.by_id(value)
    if known is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if kind not in {known.kind, "document"}:
        raise bad(f"can't use file of type {known.kind.capitalize()} as {kind.capitalize()}")
    return known


def keep_file(world: World, upload: Upload, kind: str) -> StoredFile:
    """Keep an uploaded file, if it is what it claims to be."""
    if not upload.body:
        raise bad("file must be non-empty")
    if kind == "photo":
        if len(upload.body) > PHOTO_LIMIT:
            raise bad("file is too big")
        size = image_size(upload.body)
        if size is None:
            raise bad("IMAGE_PROCESS_FAILED")
        if sum(size) > PHOTO_SIDES:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        upload = replace(upload, content_type=image_type(upload.body))
    return world.files.put(upload, kind)


def describe(kept: StoredFile, kind: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the content field of a message that carries this file."""
    told: dict[str, Any] = {
        "file_id": kept.file_id,
        "file_unique_id": kept.unique_id,
        "file_size": len(kept.body),
    }
    if kind == "photo":
        width, height = image_size(kept.body) or (1, 1)
        small = {**told, "width": max(1, width // 4), "height": max(1, height // 4)}
        return {"photo": [small, {**told, "width": width, "height": height}]}
    told["mime_type"] = kept.content_type
    if kind in {"document", "audio", "video"}:
        told["file_name"] = kept.name
    if kind == "video":
        told |= {"width": 320, "height": 240}
    return {kind: told | (extra or {})}


def _sender(kind: str) -> Callable[[World, Params], dict[str, Any]]:
    def send(world: World, params: Params) -> dict[str, Any]:
        phone = open_chat(world, params)
        caption = read_caption(params)
        kept = find_file(world, params, kind, kind)
        timed = {"duration": params.number("duration")}
        extra = timed if kind in {"voice", "audio", "video"} else None
        content = {**describe(kept, kind, extra), **caption}
        return world.wire(deliver(world, phone, params, content))

    return send


def send_media_group(world: World, params: Params) -> list[dict[str, Any]]:
    """Send an album of two to ten files."""
    phone = open_chat(world, params)
    items = params.parsed("media")
    if not isinstance(items, list):
        raise bad("can't parse media JSON object")
    if len(items) not in ALBUM:
        few = len(items) < ALBUM.start
        raise bad(f"too {'few' if few else 'many'} messages to send as an album")
    contents = [_album_item(world, params, item) for item in items]
    album = world.next_album()
    return [
        world.wire(deliver(world, phone, params, {**content, "media_group_id": album}))
        for content in contents
    ]


def _album_item(world: World, params: Params, item: object) -> dict[str, Any]:
    kind = item.get("type") if isinstance(item, dict) else None
    if not isinstance(item, dict) or kind not in ALBUM_KINDS:
        raise bad("can't parse InputMedia: type must be photo, video, audio or document")
    one = Params(item, params.uploads)
    content = describe(find_file(world, one, "media", str(kind)), str(kind))
    extra = {"duration": one.number("duration")}
    if kind in {"audio", "video"}:
        content[str(kind)] |= extra
    return {**content, **read_caption(one)}


METHODS: dict[str, Method] = {
    "sendphoto": _sender("photo"),
    "senddocument": _sender("document"),
    "sendvoice": _sender("voice"),
    "sendaudio": _sender("audio"),
    "sendvideo": _sender("video"),
    "sendmediagroup": send_media_group,
}
