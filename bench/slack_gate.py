"""Between the bot and Slack: loses one call on its way there, or its answer on the way back, at a moment
of our choosing. While it is held, the bot can be killed right there."""

import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Self
from urllib.parse import urlsplit


class SlackGate:
    """``api_url`` is the Slack behind it, and what the bot is to take for Slack."""

    def __init__(self, api_url: str) -> None:
        self._slack = urlsplit(api_url).netloc
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._held: tuple[str, bool] | None = None
        self.reached = Event()
        self._let_go = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def hold(self, method: str, *, heard: bool) -> None:
        """Hold the next call of ``method``: before Slack hears it, or (``heard``) before its answer comes."""
        self._held = method, heard

    def let_go(self) -> None:
        """Drop what is held, and let everything pass from now on."""
        self._held = None
        self._let_go.set()

    def stops(self, method: str, *, heard: bool) -> bool:
        if self._held != (method, heard):
            return False
        self.reached.set()
        self._let_go.wait()
        return True

    def ask(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self._slack, timeout=30)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), name="gate", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


def _handler(gate: SlackGate) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = self.path.rsplit("/", 1)[-1]
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if gate.stops(method, heard=False):
                return
            try:
                status, headers, answer = gate.ask(self.path, body, dict(self.headers.items()))
            except (OSError, http.client.HTTPException):
                return
            if gate.stops(method, heard=True):
                return
            self.send_response(status)
            for name in ("Content-Type", "Retry-After", "X-OAuth-Scopes"):
                if name in headers:
                    self.send_header(name, headers[name])
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
