"""Takes a Bot API request, disturbs it if a test asked for that, and answers like Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.errors import ApiError
from sandbox.faults import KINDS
from sandbox.methods import METHODS
from sandbox.methods.common import Told
from sandbox.methods.updates import DELIVERY_FAULTS
from sandbox.updates import Update, compact
from sandbox.wire import Params, read_params

if TYPE_CHECKING:
    from sandbox.calls import Call
    from sandbox.faults import Fault
    from sandbox.files import StoredFile
    from sandbox.world import World

log = logging.getLogger(__name__)

POLL_FAULTS = frozenset(KINDS) - DELIVERY_FAULTS
CUT_BEFORE = frozenset({"drop_before", "outage"})
JSON = {"Content-Type": "application/json"}


class CutError(Exception):
    """A test wants the connection cut without an answer."""


class BotApi:
    """The bot's side of the stand-in."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.pusher.perform = self._perform_reply

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer `/bot<token>/<method>`."""
        name = request.match_info["method"].lower()
        call = self._world.calls.note(request.match_info["method"], {}, self._world.now())
        try:
            self._check_token(request.match_info["token"])
            params = await read_params(request)
            call.params = params.values
            call.files = {field: len(one.body) for field, one in params.uploads.items()}
            line = await self._serve(name, params, call)
        except CutError:
            return self._cut(request, call)
        except ApiError as refusal:
            return self._refuse(call, refusal)
        except Exception:
            log.exception("the stand-in failed in %s", name)
            return self._refuse(call, ApiError(500, "Internal Server Error"))
        call.code = 200
        call.answered_at = self._world.now()
        return web.Response(body=line.encode(), headers=JSON)

    def _check_token(self, token: str) -> None:
        wanted = self._world.settings.token
        if wanted is None:
            if ":" not in token:
                raise ApiError(404, "Not Found")
            self._world.meet_bot(token)
        elif token != wanted:
            raise ApiError(401, "Unauthorized")

    async def _serve(self, name: str, params: Params, call: Call) -> str:
        chat = params.number("chat_id") or None
        call.chat_id = chat
        if not self._world.faults.any:
            return await self._perform(name, params, call)
        kinds = POLL_FAULTS if name == "getupdates" else None
        fault = self._world.faults.take(name, chat, kinds)
        if fault is None:
            return await self._perform(name, params, call)
        call.fault = fault.kind
        return await self._disturbed(name, params, call, fault)

    async def _disturbed(self, name: str, params: Params, call: Call, fault: Fault) -> str:
        if (refusal := fault.refusal()) is not None:
            raise refusal
        if fault.kind in CUT_BEFORE:
            raise CutError
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "duplicate":
            await self._perform(name, params, call)
        if fault.kind == "drop":
            with contextlib.suppress(ApiError):
                await self._perform(name, params, call)
            raise CutError
        line = await self._perform(name, params, call)
        if fault.kind == "delay_after":
            await asyncio.sleep(fault.seconds)
        return line

    async def _perform(self, name: str, params: Params, call: Call) -> str:
        method = METHODS.get(name)
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        result = method(self._world, params)
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, dict):
            call.message_id = result.get("message_id")
        return _written(result)

    async def _perform_reply(self, method: str, values: dict[str, Any]) -> None:
        """Carry out the method a bot wrote into its answer to a webhook."""
        call = self._world.calls.note(method, values, self._world.now())
        try:
            await self._serve(method.lower(), Params(values, {}), call)
        except (ApiError, CutError) as refusal:
            call.code = getattr(refusal, "code", 0)
            call.description = getattr(refusal, "description", "")
        else:
            call.code = 200
        call.answered_at = self._world.now()

    def _refuse(self, call: Call, refusal: ApiError) -> web.Response:
        call.code = refusal.code
        call.description = refusal.description
        call.answered_at = self._world.now()
        headers = dict(JSON)
        if refusal.retry_after is not None:
            headers["Retry-After"] = str(refusal.retry_after)
        body = compact(refusal.body()).encode()
        return web.Response(status=refusal.code, body=body, headers=headers)

    def _cut(self, request: web.Request, call: Call) -> web.Response:
        call.code = 0
        call.answered_at = self._world.now()
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Answer `/file/bot<token>/<path>`."""
        try:
            kept = self._kept(request.match_info["token"], request.match_info["path"])
        except ApiError as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        return web.Response(body=kept.body, content_type="application/octet-stream")

    def _kept(self, token: str, path: str) -> StoredFile:
        self._check_token(token)
        kept = self._world.files.by_path(path)
        if kept is None:
            raise ApiError(404, "Not Found")
        return kept


def _written(result: Any) -> str:  # noqa: ANN401 a method may answer with any JSON
    if isinstance(result, Told):
        told = {"ok": True, "result": result.result, "description": result.description}
        return compact(told)
    if isinstance(result, list) and result and isinstance(result[0], Update):
        return '{"ok":true,"result":[' + ",".join(one.line for one in result) + "]}"
    return '{"ok":true,"result":' + compact(result) + "}"
