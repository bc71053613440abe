"""The Web API: who calls, what they may, how it is answered, and what goes wrong on purpose."""

import asyncio
import hmac
from collections.abc import Callable

from aiohttp import web

from bot.sandbox import chat, conversations, views
from bot.sandbox.accounts import APP_TOKEN, BOT_ID, BOT_TOKEN, BOT_USER, TEAM, TEAM_NAME
from bot.sandbox.arguments import Method, check_arguments, read_request
from bot.sandbox.box import Box
from bot.sandbox.calls import Call
from bot.sandbox.errors import SlackError
from bot.sandbox.outage import hang_up, out_of_order
from bot.sandbox.world import Json

Handler = Callable[[Box, Json], Json]

METHODS = {
    method.name: method
    for method in [
        Method("api.test", "error foo", token="", tier=4),
        Method("auth.test", "", tier=4),
        Method("apps.connections.open", "", token="app", tier=1),  # noqa: S106
        *chat.METHODS,
        *conversations.METHODS,
        *views.METHODS,
    ]
}


def _test_api(_box: Box, said: Json) -> Json:
    if said.get("error"):
        raise SlackError(said["error"], args=said)
    return {"args": said}


def _test_auth(box: Box, _said: Json) -> Json:
    return {
        "url": f"{box.url}/",
        "team": TEAM_NAME,
        "user": box.app.name.lower(),
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def _open_connection(box: Box, _said: Json) -> Json:
    return {"url": f"{box.url.replace('http', 'ws', 1)}/socket/{box.courier.sockets.new_ticket()}"}


HANDLERS: dict[str, Handler] = {
    "api.test": _test_api,
    "auth.test": _test_auth,
    "apps.connections.open": _open_connection,
    **chat.HANDLERS,
    **conversations.HANDLERS,
    **views.HANDLERS,
}


class WebApi:
    def __init__(self, box: Box) -> None:
        self._box = box

    async def serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        faults = self._box.faults
        try:
            said, unreadable = await read_request(request), None
        except SlackError as error:
            said, unreadable = {}, error
        self._box.log.limits.witness(name, _channel(said), self._box.world.clock())
        if faults.slow_ms:
            await asyncio.sleep(faults.slow_ms / 1000)
        if faults.outage:
            return self._outage(request, name)
        wait = faults.retry_after(name)
        if wait is not None:
            return self._slow_down(name, said, wait, whole_method=True)
        try:
            if unreadable:
                raise unreadable
            answer = self._answer(request, name, said)
        except _TooFastError as error:
            return self._slow_down(name, said, error.wait, whole_method=name != "chat.postMessage")
        except SlackError as error:
            self._record(name, said, error.answer())
            return web.json_response(error.answer())
        if faults.loses_answer(name):
            return hang_up(request)
        return web.json_response(answer, headers={"X-OAuth-Scopes": self._box.app.scopes_said})

    def _answer(self, request: web.Request, name: str, said: Json) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(request, method, said)
        self._check_scope(method)
        channel = self._box.world.direct.get(_channel(said), _channel(said))
        wait = self._box.faults.too_fast(name, method.tier, channel, self._box.world.clock())
        if wait:
            raise _TooFastError(wait)
        answer = {"ok": True, **HANDLERS[name](self._box, check_arguments(method, said))}
        self._record(name, said, answer)
        return answer

    def _check_token(self, request: web.Request, method: Method, said: Json) -> None:
        in_body = said.pop("token", None) if request.content_type != "application/json" else None
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ") if header else in_body
        if not method.token:
            return
        if not token:
            raise SlackError("not_authed")
        wanted = {"bot": BOT_TOKEN, "app": APP_TOKEN}[method.token]
        if hmac.compare_digest(str(token).encode(), wanted.encode()):
            return
        raise SlackError("not_allowed_token_type" if token in (BOT_TOKEN, APP_TOKEN) else "invalid_auth")

    def _check_scope(self, method: Method) -> None:
        scopes = self._box.app.scopes
        if method.scope and method.scope not in scopes:
            raise SlackError("missing_scope", needed=method.scope, provided=",".join(sorted(scopes)))

    def _record(self, name: str, said: Json, answer: Json) -> None:
        error = answer.get("error")
        self._box.log.record(
            Call(
                self._box.world.clock(),
                name,
                said,
                error,
                tuple(answer.get("errors", ())),
                answer.get("needed"),
                answer.get("ts"),
            )
        )
        self._box.world.changed(())

    def _outage(self, request: web.Request, name: str) -> web.StreamResponse:
        self._record(name, {}, {"error": "service_unavailable"})
        return out_of_order(self._box, request)

    def _slow_down(self, name: str, said: Json, wait: int, *, whole_method: bool) -> web.StreamResponse:
        self._record(name, said, {"error": "ratelimited"})
        limited = None if whole_method else _channel(said)
        self._box.log.limits.give(name, limited, self._box.world.clock(), wait)
        headers = {"Retry-After": str(wait)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


class _TooFastError(Exception):
    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def _channel(said: Json) -> str:
    return str(said.get("channel", ""))
