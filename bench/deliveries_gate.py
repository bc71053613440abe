"""Between the outbox and Slack: answers that leave open what became of a call."""

import http.client
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Self
from urllib.parse import urlsplit

JSON, HTML = "application/json; charset=utf-8", "text/html"
PAGE = "<html><body><h1>Something went wrong</h1></body></html>"


@dataclass(frozen=True)
class Answer:
    """What comes instead of Slack's answer. ``cut``: so many bytes of it never come; ``ends``: none does."""

    status: int = 200
    kind: str = JSON
    body: str = ""
    cut: int = 0
    ends: bool = True


WAYS = {
    "hangs up": Answer(body="", ends=False),
    "too late": Answer(body=""),
    "cut in the middle": Answer(body='{"ok": true, "channel": "C0PRODUCT"}', cut=9),
    "internal error": Answer(500, body='{"ok": false, "error": "internal_error"}'),
    "bad gateway": Answer(502, HTML, PAGE),
    "unavailable, empty": Answer(503, HTML),
    "fatal error": Answer(body='{"ok": false, "error": "fatal_error"}'),
    "a page of somebody else": Answer(200, HTML, PAGE),
    "no JSON object": Answer(200, JSON, '"ok"'),
    "no text": Answer(200, JSON, "\udcff\udcfe"),
}
LATE = "too late"


class FickleSlack:
    """``api_url`` is what the outbox is to take for Slack."""

    def __init__(self, api_url: str, patience: float = 0.5) -> None:
        self._slack = urlsplit(api_url).netloc
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._strikes: dict[str, deque[tuple[str, bool]]] = {}
        self._lock = Lock()
        self._closing = Event()
        self.patience = patience

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    def strike(self, method: str, way: str, *, heard: bool, times: int = 1) -> None:
        """Answer the next calls of ``method`` so; ``heard``: after Slack did what was asked."""
        with self._lock:
            self._strikes.setdefault(method, deque()).extend([(way, heard)] * times)

    def next_strike(self, method: str) -> tuple[str | None, bool]:
        """Give how a call is answered, None for well, and whether Slack hears it."""
        with self._lock:
            waiting = self._strikes.get(method)
            return waiting.popleft() if waiting else (None, True)

    def wait(self) -> None:
        """Longer than anybody waits for an answer."""
        self._closing.wait(2 * self.patience)

    def ask(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self._slack, timeout=30)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), name="fickle", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


def _handler(gate: FickleSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            way, heard = gate.next_strike(self.path.rsplit("/", 1)[-1])
            said = gate.ask(self.path, body, dict(self.headers.items())) if heard else None
            if way is None and said is not None:
                self._answer(*said)
            elif way == LATE:
                gate.wait()
            elif way is not None and WAYS[way].ends:
                bad, kind = WAYS[way], {"Content-Type": WAYS[way].kind}
                self._answer(bad.status, kind, bad.body.encode(errors="surrogateescape"), bad.cut)

        def _answer(self, status: int, headers: dict[str, str], body: bytes, cut: int = 0) -> None:
            self.send_response(status)
            for name in sorted({"Content-Type", "Retry-After"} & headers.keys()):
                self.send_header(name, headers[name])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) - cut])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
