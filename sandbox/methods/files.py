"""Tells a bot where to fetch a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import bad

if TYPE_CHECKING:
    from sandbox.methods.common import Method
    from sandbox.wire import Params
    from sandbox.world import World

DOWNLOAD_LIMIT = 20 * 1024 * 1024


def get_file(world: World, params: Params) -> dict[str, Any]:
    """Return the path of a file."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad("file_id not specified")
    kept = world.files.by_id(file_id)
    if kept is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(kept.body) > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {
        "file_id": kept.file_id,
        "file_unique_id": kept.unique_id,
        "file_size": len(kept.body),
        "file_path": kept.path,
    }


METHODS: dict[str, Method] = {"getfile": get_file}
