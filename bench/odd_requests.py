"""Odd requests (S1): whatever is sent, the answer is 401, 403 or 413, and never a 500; what Slack signed but
nobody expects gets 200 or 403.

python -m bench.odd_requests [--requests 1000000] [--served 20000]
"""

import argparse
import io
import json
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote

from slack_sdk.signature import SignatureVerifier
from tqdm import tqdm

from bench.bot_process import BotProcess
from bot.config import Settings
from bot.manifest import build_manifest
from bot.run import running_bot
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import SIGNING_SECRET
from bot.sandbox.start import prepare_store, sandbox_settings
from bot.serve import EVENTS_PATH, HEALTH_PATH, MOST_BYTES, Door, serve
from persona_store.database import open_store

REFUSED, TAKEN = frozenset({401, 403, 413}), frozenset({200, 403})
SIGNED_SHARE = 0.02
WORDS = (
    "type", "event_callback", "event", "event_id", "user", "user_id", "team", "team_id", "text", "channel",
    "channel_id", "ts", "thread_ts", "app_mention", "message", "app_home_opened", "tab", "home", "command",
    "/persona", "trigger_id", "response_url", "block_actions", "actions", "action_id", "answers.rate",
    "value",
    "view_submission", "view", "callback_id", "answers.ask", "state", "values", "private_metadata", "id",
    "shortcut", "container", "url_verification", "challenge", "U0ALICE", "C0PRODUCT", "T0SANDBOX", "im",
    "channel_type", "bot_id", "subtype", "payload", "http://127.0.0.1:1/", "answers.missing", "1", "",
)  # fmt: skip
HEADERS = ("v0=", "v0=" + "0" * 64, "", "é", "v1=ff", "v0=\udcff", "\x00", "v0=" + "f" * 5000)
TIMES = ("", "0", "abc", "1e9", "-1", "1.5", "٣٣٣", "9" * 40, "NaN", " 1 ", "\x00")
LENGTHS = ("", "0", "-1", "abc", "1e3", "9" * 30, str(MOST_BYTES + 1), "٣", "1,1", " 5", "+5", "0x10")
PATHS = (EVENTS_PATH, "/", "", "//", f"{EVENTS_PATH}/", HEALTH_PATH, "/../etc/passwd", "*", "/slack/events?x")
METHODS = ("POST", "POST", "POST", "GET", "PUT", "HEAD", "DELETE", "OPTIONS", "BREW", "", "post")
TYPES = (
    "application/json", "application/x-www-form-urlencoded", "", "text/plain", "application/json; charset=x",
    "multipart/form-data", "\x00",
)  # fmt: skip


class Odd:
    """Makes requests, each another, from a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._verifier = SignatureVerifier(SIGNING_SECRET)

    def forged(self) -> dict[str, Any]:
        """A request that Slack did not sign."""
        pick, body = self._chance.choice, self._body()
        length = str(len(body)) if self._chance.random() < 0.7 else pick(LENGTHS)
        stamp = str(int(time.time())) if self._chance.random() < 0.5 else pick(TIMES)
        return {
            "REQUEST_METHOD": pick(METHODS),
            "PATH_INFO": pick(PATHS) if self._chance.random() < 0.4 else EVENTS_PATH,
            "CONTENT_LENGTH": length,
            "CONTENT_TYPE": pick(TYPES),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": stamp,
            "HTTP_X_SLACK_SIGNATURE": pick(HEADERS),
            "wsgi.input": io.BytesIO(body),
        }

    def signed(self) -> dict[str, Any]:
        """A request that Slack signed, of a shape that Slack does not send."""
        body, stamp = self._body(), str(int(time.time()))
        try:
            signature = self._verifier.generate_signature(timestamp=stamp, body=body.decode()) or ""
        except UnicodeDecodeError:
            return self.signed()
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": EVENTS_PATH,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": self._chance.choice(TYPES),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": stamp,
            "HTTP_X_SLACK_SIGNATURE": signature,
            "wsgi.input": io.BytesIO(body),
        }

    def raw(self) -> bytes:
        """Bytes for a socket: a request, more or less."""
        request = self.forged()
        body = request["wsgi.input"].getvalue()
        head = [
            f"{request['REQUEST_METHOD']} {request['PATH_INFO']} HTTP/1.{self._chance.randrange(3)}",
            "Host: x",
            f"Content-Length: {request['CONTENT_LENGTH']}",
            f"Content-Type: {request['CONTENT_TYPE']}",
            f"X-Slack-Signature: {request['HTTP_X_SLACK_SIGNATURE'][:90]}",
            f"X-Slack-Request-Timestamp: {request['HTTP_X_SLACK_REQUEST_TIMESTAMP']}",
        ]
        whole = bytearray("\r\n".join(head).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body)
        for _ in range(self._chance.choice((0, 0, 1, 5))):
            whole[self._chance.randrange(len(whole))] = self._chance.randrange(256)
        return bytes(whole)

    def _body(self) -> bytes:
        kind = self._chance.randrange(6)
        if kind == 0:
            return self._chance.randbytes(self._chance.randrange(80))
        if kind == 1:
            return b"[" * self._chance.choice((1, 50, 100_000 if self._chance.random() < 0.001 else 500))
        shape = json.dumps(self._shape(4))
        if kind == 2:
            return f"payload={quote(shape)}".encode()
        if kind == 3:
            return "&".join(f"{self._word()}={quote(self._word())}" for _ in range(6)).encode()
        return shape.encode()

    def _shape(self, depth: int) -> Any:  # noqa: ANN401 - any JSON
        kind = self._chance.randrange(8 if depth < 4 else 3)
        if depth and kind < 4:
            return {self._word(): self._shape(depth - 1) for _ in range(self._chance.randrange(1, 8))}
        if depth and kind == 4:
            return [self._shape(depth - 1) for _ in range(self._chance.randrange(3))]
        return self._chance.choice((None, True, 0, -1, 1e308, self._word(), self._word()))

    def _word(self) -> str:
        return self._chance.choice(WORDS)


def answered(door: Door, request: dict[str, Any]) -> int:
    told: list[str] = []
    list(door(request, lambda status, *_: told.append(status)))  # type: ignore[arg-type]
    return int(told[0][:3])


def knock(door: Door, requests: int, seed: int) -> tuple[Counter[int], Counter[int]]:
    """Statuses of forged and of signed odd requests."""
    odd, forged, signed = Odd(seed), Counter[int](), Counter[int]()
    for number in tqdm(range(requests), unit="request", disable=requests < 10_000):
        if number % round(1 / SIGNED_SHARE):
            request = odd.forged()
            is_health = (request["PATH_INFO"], request["REQUEST_METHOD"]) in (
                (HEALTH_PATH, "GET"),
                (HEALTH_PATH, "HEAD"),
            )
            if not is_health:
                forged[answered(door, request)] += 1
        else:
            signed[answered(door, odd.signed())] += 1
    return forged, signed


def _serve(settings: Settings) -> None:
    serve(settings, workers=1, threads=8, bind=f"127.0.0.1:{settings.port}")


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[int]:
    """The bot behind gunicorn; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with BotProcess(replace(settings, port=port), log=log, main=_serve) as bot:
        tick = Event()
        for _ in range(200):
            if sent_raw(port, b"GET /healthz HTTP/1.0\r\n\r\n") == 200:
                break
            tick.wait(0.1)
        yield port
        bot.stop()


def sent_raw(port: int, request: bytes) -> int | None:
    """The status of the first answer; None where the connection was closed without one."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(64)
    except OSError:
        return None
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else None


def knock_served(port: int, requests: int, seed: int) -> Counter[int | None]:
    odd = Odd(seed)
    with ThreadPoolExecutor(8) as callers:
        made = (odd.raw() for _ in range(requests))
        return Counter(callers.map(lambda request: sent_raw(port, request), made))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--served", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, SandboxServer(build_manifest()) as sandbox:
        settings = sandbox_settings(sandbox.url, f"sqlite:///{Path(folder) / 'bot.db'}")
        store = open_store(settings.database_url)
        prepare_store(store, datetime.now(UTC))
        store.close()
        with running_bot(settings) as bot:
            forged, signed = knock(
                Door(bot.app, SIGNING_SECRET, bot.health.problems), options.requests, seed=1
            )
        with served(settings, Path(folder) / "bot.log") as port:
            behind = knock_served(port, options.served, seed=2)
            well = sent_raw(port, b"GET /healthz HTTP/1.0\r\n\r\n") == 200
        logged = (Path(folder) / "bot.log").read_text().count("Traceback")
    print(f"{forged.total():,} forged: {dict(forged)} (target: {sorted(REFUSED)})")
    print(f"{signed.total():,} signed but odd: {dict(signed)} (target: {sorted(TAKEN)})")
    print(f"{behind.total():,} through gunicorn: {dict(behind)}; {logged} tracebacks; well after it: {well}")
    allowed_behind = {*REFUSED, 200, None}  # 200: its health was asked for; None: closed without a word
    kept = forged.keys() <= REFUSED and signed.keys() <= TAKEN and behind.keys() <= allowed_behind
    print("kept" if kept and well and not logged else "NOT KEPT")
    sys.exit(not (kept and well and not logged))


if __name__ == "__main__":
    main()
