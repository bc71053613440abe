"""Socket Mode: at most ten sockets, each payload goes to one of them, each is to be acknowledged."""

import asyncio
import contextlib
import json
import secrets
import socket
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.accounts import APP_ID
from bot.sandbox.world import Json, JsonValue

MOST_SOCKETS = 10
TICKET_LIFETIME = 30.0
REMEMBERED = 5_000


class UndeliverableError(Exception):
    """The payload did not reach the bot, or its connection went before it answered."""


class Sockets:
    def __init__(self, refuse: Callable[[str, str], None], ping_s: float) -> None:
        self._ping_s = ping_s
        self._refuse = refuse
        self._tickets: dict[str, float] = {}
        self._open: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.WriteTransport] = {}
        self._leaving: set[web.WebSocketResponse] = set()
        self._turn = 0
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Any]]] = {}
        self._late: deque[str] = deque(maxlen=REMEMBERED)
        self._connected = asyncio.Event()

    @property
    def count(self) -> int:
        return len(self._open)

    def new_ticket(self) -> str:
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = time.monotonic() + TICKET_LIFETIME
        return ticket

    async def connected(self, timeout_s: float) -> bool:
        """Wait for a socket; tell whether there is one."""
        try:
            await asyncio.wait_for(self._connected.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self._tickets.pop(request.match_info["ticket"], 0.0) < time.monotonic():
            raise web.HTTPNotFound(text="link_not_found")
        opened = web.WebSocketResponse(autoping=True, max_msg_size=2**21, timeout=0.5)
        await opened.prepare(request)
        if len(self._open) >= MOST_SOCKETS:
            await opened.send_json(_goodbye("too_many_websockets"))
            await opened.close()
            return opened
        await opened.send_json(_hello(len(self._open) + 1))
        self._open.append(opened)
        if isinstance(request.transport, asyncio.WriteTransport):
            self._transports[opened] = request.transport
        self._connected.set()
        pinging = asyncio.get_running_loop().create_task(self._ping(opened))
        try:
            async for message in opened:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
                _acknowledge_quickly(request.transport)
        finally:
            pinging.cancel()
            self._forget(opened)
        return opened

    async def _ping(self, opened: web.WebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError):
            while not opened.closed:
                await asyncio.sleep(self._ping_s)
                await opened.ping(b"sandbox")  # an empty ping makes slack_sdk wait for more bytes

    def _take(self, data: str) -> None:
        try:
            said = json.loads(data)
        except ValueError:
            return self._refuse("ack", "not_json")
        envelope_id = said.get("envelope_id", "") if isinstance(said, dict) else ""
        waiting = self._waiting.pop(envelope_id, None)
        if waiting and not waiting[1].done():
            waiting[1].set_result(said.get("payload"))
        elif envelope_id in self._late:
            self._refuse("ack", "late_ack")
        else:
            self._refuse("ack", "unknown_envelope")
        return None

    def _forget(self, gone: web.WebSocketResponse) -> None:
        if gone in self._open:
            self._open.remove(gone)
        self._transports.pop(gone, None)
        self._leaving.discard(gone)
        if not self._open:
            self._connected.clear()
        for envelope_id, (owner, answer) in list(self._waiting.items()):
            if owner is gone:
                del self._waiting[envelope_id]
                if not answer.done():
                    answer.set_exception(UndeliverableError)

    async def send(self, kind: str, payload: Json, extra: Json, timeout_s: float) -> JsonValue:
        """Deliver to one opened and give the ack's payload; raise TimeoutError or UndeliverableError."""
        if not self._open:
            raise UndeliverableError
        opened = self._choose()
        envelope_id = str(uuid.uuid4())
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (opened, answer)
        accepts = kind != "events_api"
        envelope = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": accepts,
            **extra,
        }
        try:
            await opened.send_str(json.dumps(envelope))
            return await asyncio.wait_for(answer, timeout_s)
        except TimeoutError:
            self._late.append(envelope_id)
            raise
        except ConnectionError as error:
            self._forget(opened)
            raise UndeliverableError from error
        finally:
            self._waiting.pop(envelope_id, None)

    def _choose(self) -> web.WebSocketResponse:
        """Take turns; a socket that was asked to go is the last resort."""
        staying = [one for one in self._open if one not in self._leaving] or self._open
        self._turn += 1
        return staying[self._turn % len(staying)]

    async def drop(self) -> None:
        """Cut every connection, as a network does: without a word."""
        for opened in list(self._open):
            transport = self._transports.get(opened)
            self._forget(opened)
            if transport:
                transport.abort()

    async def refresh(self) -> None:
        """Ask every client to reconnect, as Slack does every few hours."""
        self._leaving.update(self._open)
        for opened in list(self._open):
            await opened.send_json(_goodbye("refresh_requested"))

    async def close(self) -> None:
        for opened in list(self._open):
            await opened.close()


def _acknowledge_quickly(transport: asyncio.BaseTransport | None) -> None:
    """Spare the client 40 ms: its next small packet waits until TCP has acknowledged the last one."""
    tcp = transport.get_extra_info("socket") if transport else None
    if tcp is not None and hasattr(socket, "TCP_QUICKACK"):
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _hello(connections: int) -> Json:
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
        "connection_info": {"app_id": APP_ID},
    }


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
