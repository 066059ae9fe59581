"""The person's side over HTTP: phones, presses, faults and the book of calls, in plain JSON."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from sandbox.errors import PersonError
from sandbox.person import add_person, block, correct, find_person, press, speak
from sandbox.updates import compact
from sandbox.view import show_person, show_phone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.phones import Phone
    from sandbox.world import World

PULSE = 15.0
LONGEST_WAIT = 50
"""Seconds that a look at a phone may wait for something new, like `getUpdates`."""
SAFE_TYPES = ("image/", "audio/", "video/")


@web.middleware
async def say_why(
    request: web.Request,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    """Turn a refusal of the person's side into one sentence of JSON."""
    try:
        return await handler(request)
    except PersonError as refusal:
        body = {"error": refusal.sentence, "code": refusal.code}
        return web.json_response(body, status=refusal.status)
    except web.HTTPException as refusal:
        if not request.path.startswith("/sim/"):
            raise
        reason = f"{request.method} {request.path}: {refusal.reason}."
        return web.json_response({"error": reason, "code": "http"}, status=refusal.status)


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(
        body=compact(body).encode(), status=status, content_type="application/json"
    )


async def _wish(request: web.Request) -> dict[str, Any]:
    try:
        wish = json.loads(await request.read() or b"{}")
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        raise PersonError(400, "not_json", "The body must be one JSON object.")
    return cast("dict[str, Any]", wish)


def _number(request: web.Request, name: str) -> int:
    value = request.query.get(name, "0")
    try:
        return int(value)
    except ValueError:
        raise PersonError(400, "bad_number", f"{name} must be a whole number.") from None


class PersonSide:
    """Handlers of `/sim`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return every route of the person's side."""
        person = "/sim/people/{person}"
        return [
            web.get("/sim/people", self.people),
            web.post("/sim/people", self.add),
            web.get(f"{person}/messages", self.messages),
            web.post(f"{person}/messages", self.speak),
            web.patch(person + "/messages/{message}", self.correct),
            web.post(f"{person}/presses", self.press),
            web.post(person + "/{act:block|unblock|deactivate|reactivate}", self.stand),
            web.get("/sim/events", self.events),
            web.get("/sim/files/{file}", self.file),
            web.get("/sim/faults", self.faults),
            web.post("/sim/faults", self.order_fault),
            web.delete("/sim/faults", self.clear_faults),
            web.post("/sim/limits", self.limit),
            web.post("/sim/updates", self.inject),
            web.get("/sim/calls", self.calls),
            web.delete("/sim/calls", self.forget_calls),
            web.get("/sim/state", self.state),
        ]

    def _phone(self, request: web.Request) -> Phone:
        return find_person(self._world, request.match_info["person"])

    async def people(self, _request: web.Request) -> web.Response:
        """List everyone who has a phone."""
        return _json([show_person(phone) for phone in self._world.phones.values()])

    async def add(self, request: web.Request) -> web.Response:
        """Give a person a phone."""
        phone = add_person(self._world, await _wish(request))
        return _json(show_person(phone), status=201)

    async def messages(self, request: web.Request) -> web.Response:
        """Show a phone; `wait` seconds for something newer than `after`, if there is nothing."""
        after, phone = _number(request, "after"), self._phone(request)
        wait = min(_number(request, "wait"), LONGEST_WAIT)
        if wait > 0 and phone.seq <= after:
            with self._world.bell.one(phone.person) as listener, suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await listener.wait()
        return _json(show_phone(self._world, phone, after))

    async def speak(self, request: web.Request) -> web.Response:
        """Send what a person wrote."""
        phone = self._phone(request)
        return _json(speak(self._world, phone, await _wish(request)), status=201)

    async def correct(self, request: web.Request) -> web.Response:
        """Edit what a person wrote."""
        number = request.match_info["message"]
        if not number.isdigit():
            raise PersonError(400, "bad_number", "A message id is a whole number.")
        phone = self._phone(request)
        return _json(correct(self._world, phone, int(number), await _wish(request)))

    async def press(self, request: web.Request) -> web.Response:
        """Press a button."""
        phone = self._phone(request)
        return _json(press(self._world, phone, await _wish(request)), status=201)

    async def stand(self, request: web.Request) -> web.Response:
        """Block or unblock the bot, or close and reopen the account."""
        phone, act = self._phone(request), request.match_info["act"]
        if act in {"block", "unblock"}:
            return _json(block(self._world, phone, blocked=act == "block"))
        phone.deactivated = act == "deactivate"
        self._world.stir(phone)
        return _json({"deactivated": phone.deactivated})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Push the ids of phones that changed, as server-sent events."""
        response = web.StreamResponse()
        response.content_type = "text/event-stream"
        response.headers["Cache-Control"] = "no-store"
        await response.prepare(request)
        hello = compact({"run": self._world.run})
        await response.write(f"retry: 1000\nevent: hello\ndata: {hello}\n\n".encode())
        listener = self._world.bell.listen()
        try:
            while not listener.over:
                line = await self._next_event(listener.wait())
                await response.write(line.encode())
        except ConnectionError:
            pass
        finally:
            self._world.bell.leave(listener)
        return response

    async def _next_event(self, wait: Awaitable[set[int]]) -> str:
        try:
            async with asyncio.timeout(PULSE):
                changed = await wait
        except TimeoutError:
            return "event: pulse\ndata: {}\n\n"
        return f"event: changed\ndata: {compact(sorted(changed))}\n\n"

    async def file(self, request: web.Request) -> web.Response:
        """Return a photo or a voice for the page; anything else only as a download."""
        kept = self._world.files.by_id(request.match_info["file"])
        if kept is None:
            raise PersonError(404, "no_file", "No file has this file_id.")
        safe = kept.content_type.startswith(SAFE_TYPES) and "svg" not in kept.content_type
        kind = kept.content_type if safe else "application/octet-stream"
        headers = {"Content-Type": kind, "X-Content-Type-Options": "nosniff"}
        return web.Response(body=kept.body, headers=headers)

    async def faults(self, _request: web.Request) -> web.Response:
        """List the troubles still ordered."""
        return _json([fault.as_json() for fault in self._world.faults.ordered()])

    async def order_fault(self, request: web.Request) -> web.Response:
        """Order a trouble."""
        fault = self._world.faults.order(await _wish(request))
        return _json(fault.as_json(), status=201)

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Forget the ordered troubles."""
        self._world.faults.clear()
        return _json({"cleared": True})

    async def limit(self, request: web.Request) -> web.Response:
        """Switch Telegram's sending limits on or off."""
        wish = await _wish(request)
        rates = {name: wish.get(name, 0) for name in ("overall", "per_chat", "burst")}
        for name, rate in rates.items():
            if not isinstance(rate, int | float) or rate < 0:
                raise PersonError(400, "bad_limit", f"{name} must be messages a second.")
        self._world.limits.switch(
            overall=rates["overall"], per_chat=rates["per_chat"], burst=rates["burst"] or 3
        )
        return _json(rates)

    async def inject(self, request: web.Request) -> web.Response:
        """Queue an update as it stands, for hostile tests: {"kind", "body", "lane"}."""
        wish = await _wish(request)
        body, lane = wish.get("body"), wish.get("lane", 0)
        if not isinstance(body, dict) or not isinstance(lane, int):
            raise PersonError(400, "bad_update", "body must be an object and lane a number.")
        update_id = self._world.queue.add(
            str(wish.get("kind", "message")),
            body,
            lane=f"chat:{lane}",
            expires=self._world.now() + self._world.settings.message_life,
        )
        return _json({"update_id": update_id}, status=201)

    async def calls(self, request: web.Request) -> web.Response:
        """List the Bot API calls received after a number; `method` keeps one kind."""
        after, limit = _number(request, "after"), _number(request, "limit") or None
        method = request.query.get("method", "").lower()
        found = self._world.calls.after(after, limit)
        return _json(
            [call.as_json() for call in found if not method or call.method.lower() == method]
        )

    async def forget_calls(self, _request: web.Request) -> web.Response:
        """Forget the calls kept so far."""
        self._world.calls.clear()
        return _json({"cleared": True})

    async def state(self, _request: web.Request) -> web.Response:
        """Tell how full everything is."""
        world = self._world
        return _json(
            {
                "run": world.run,
                "people": len(world.phones),
                "pending_updates": len(world.queue),
                "calls": world.calls.total,
                "seq": world.seq,
                "webhook": world.pusher.info(),
            }
        )
