"""The page and what it asks for: state, changes, acting, faults, the log."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.accounts import Account
from bot.sandbox.acting import act, viewer
from bot.sandbox.backstage_api import BackstageApi
from bot.sandbox.body import read_body
from bot.sandbox.box import Box
from bot.sandbox.errors import RefusedError
from bot.sandbox.page_state import state_for
from bot.sandbox.world import Json, Watcher

PAGE = Path(__file__).parent / "page"
HOSTS = {"127.0.0.1", "localhost", "::1"}
LOG_SHOWN = 2_000
HEARTBEAT = 15.0
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'; object-src 'none'",
}


def _is_here(address: str) -> bool:
    return urlsplit(address).hostname in HOSTS


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who asks for this machine by name, but no other web page (DNS rebinding, cross-site)."""
    origin = request.headers.get("Origin")
    own = f"//{request.headers.get('Host', '')}"
    if not _is_here(own):
        return web.json_response({"ok": False, "error": "wrong host"}, status=403)
    same = origin is None or urlsplit(origin).netloc == request.headers["Host"]
    if not same or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return web.json_response({"ok": False, "error": "wrong origin"}, status=403)
    answer = await handler(request)
    if not answer.prepared:
        answer.headers.update(HEADERS)
    return answer


class PageApi:
    def __init__(self, box: Box) -> None:
        self._box = box

    def add_to(self, application: web.Application) -> None:
        router = application.router
        router.add_get("/", self._index)
        router.add_get("/favicon.ico", self._no_icon)
        router.add_static("/page/", PAGE)
        router.add_get(r"/archives/{channel}/p{ts:\d{16,}}", self._permalink)
        router.add_get("/sandbox/state", self._state)
        router.add_get("/sandbox/stream", self._stream)
        router.add_get("/sandbox/log", self._log)
        router.add_post("/sandbox/act", self._act)
        router.add_post("/sandbox/faults", self._faults)
        BackstageApi(self._box).add_to(router)

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _permalink(self, request: web.Request) -> web.StreamResponse:
        """The address that a message has in Slack leads to it on the page."""
        ts = request.match_info["ts"]
        where = {"in": request.match_info["channel"], "thread": f"{ts[:-6]}.{ts[-6:]}"}
        raise web.HTTPFound(f"/#{urlencode(where)}")

    async def _no_icon(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    def _viewer(self, request: web.Request) -> Account:
        try:
            return viewer(self._box, request.query.get("as"))
        except RefusedError as error:
            raise web.HTTPBadRequest(text=str(error)) from None

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(state_for(self._box, self._viewer(request)))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Tell of every change this account can see; several at once are told once."""
        watcher = Watcher(self._viewer(request).id)
        answer = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await answer.prepare(request)
        self._box.world.watchers.add(watcher)
        try:
            await self._tell(answer)
            while True:
                try:
                    await asyncio.wait_for(watcher.wait(), HEARTBEAT)
                    await self._tell(answer)
                except TimeoutError:
                    await answer.write(b": still here\n\n")
        except ConnectionError:
            return answer
        finally:
            self._box.world.watchers.discard(watcher)

    async def _tell(self, answer: web.StreamResponse) -> None:
        said = json.dumps({"version": self._box.world.version})
        await answer.write(f"data: {said}\n\n".encode())

    async def _log(self, _request: web.Request) -> web.StreamResponse:
        log = self._box.log
        calls = [call.public() for call in list(log.calls)[-LOG_SHOWN:]]
        return web.json_response({"calls": calls, "posts": len(log.posts), "refused": len(log.refused)})

    async def _act(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(await act(self._box, await read_body(request)))

    async def _faults(self, request: web.Request) -> web.StreamResponse:
        try:
            await set_faults(self._box, await read_body(request))
        except RefusedError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        return web.json_response({"ok": True})


async def set_faults(box: Box, wanted: Json) -> None:
    """Switch faults; drop_sockets and refresh_sockets happen at once."""
    wanted = dict(wanted)
    drop, refresh = wanted.pop("drop_sockets", False), wanted.pop("refresh_sockets", False)
    box.faults.set(wanted)
    if drop:
        await box.courier.sockets.drop()
    if refresh:
        await box.courier.sockets.refresh()
    box.world.changed()
