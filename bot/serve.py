"""Over HTTP, on as many processes and machines as wanted: gunicorn in front, each request verified here.

Whatever the request is, the answer is 200 (it is Slack's), 401 (it is not), 403 (we have nothing there, or
cannot read it) or 413 (too large); its body is never logged.
"""

import json
import logging
import re
import socket
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker
from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.config import Settings
from bot.logs import where
from bot.run import running_bot

log = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
MOST_BYTES = 1_000_000
_ILL = HTTPStatus.SERVICE_UNAVAILABLE
_TIMESTAMP = re.compile(r"[0-9]{1,11}")


class Door:
    """The WSGI application: lets in what Slack signed, within five minutes of its signing."""

    def __init__(self, app: App, signing_secret: str, problems: Callable[[], list[str]]) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)
        self._problems = problems

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, body = self._answer(environ)
        headers = [
            ("Content-Type", "application/json" if body.startswith(b"{") else "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, bytes]:
        method, path = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO")
        if method in ("GET", "HEAD") and path == HEALTH_PATH:
            problems = self._problems()
            return (_ILL, "\n".join(problems).encode()) if problems else (HTTPStatus.OK, b"ok")
        if method != "POST" or path != EVENTS_PATH:
            return HTTPStatus.FORBIDDEN, b""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:12]) > MOST_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b""
        body = _decoded(environ["wsgi.input"].read(int(length)))
        if body is None or not self._is_signed(environ, body):
            return HTTPStatus.UNAUTHORIZED, b""
        payload = _read_body(body, environ.get("CONTENT_TYPE", ""))
        return (HTTPStatus.FORBIDDEN, b"") if payload is None else self._dispatch(payload)

    def _is_signed(self, environ: WSGIEnvironment, body: str) -> bool:
        timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if not (_TIMESTAMP.fullmatch(timestamp) and signature.isascii()):
            return False
        return self._verifier.is_valid(body, timestamp, signature)

    def _dispatch(self, payload: dict[str, Any]) -> tuple[HTTPStatus, bytes]:
        if payload.get("type") == "url_verification":
            return HTTPStatus.OK, str(payload.get("challenge", "")).encode()
        try:
            request = BoltRequest(mode="socket_mode", body=payload)
        except (AttributeError, IndexError, KeyError, TypeError):  # Bolt takes it for what Slack documents
            return HTTPStatus.FORBIDDEN, b""
        said = self._app.dispatch(request)
        if said.status in (HTTPStatus.OK, HTTPStatus.FORBIDDEN):
            return HTTPStatus(said.status), (said.body or "").encode()
        return HTTPStatus.SERVICE_UNAVAILABLE, b""  # not stored: Slack is to send it again


def serve(settings: Settings, *, workers: int, threads: int, bind: str) -> None:
    """Serve until told to stop."""
    settings.require("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
    options = {
        "bind": bind,
        "workers": workers,
        "threads": threads,
        "worker_class": Worker,
        "accesslog": None,
        "graceful_timeout": 20,
        "control_socket_disable": True,  # nobody steers it that way, and two servers would share its file
    }
    _Server(settings, options).run()


class Worker(ThreadWorker):
    """Refuses what is no HTTP as everything else that is not Slack's: not a word of it gets into the log."""

    def handle_error(
        self, _request: object, client: socket.socket, _address: object, error: BaseException
    ) -> None:
        status = HTTPStatus.FORBIDDEN
        if isinstance(error, LimitRequestLine | LimitRequestHeaders):
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        elif not isinstance(error, ParseException):
            status = HTTPStatus.SERVICE_UNAVAILABLE
            log.error("failed outside of the door: %s", where(error))
        with suppress(OSError):
            util.write_error(client, status.value, status.phrase, "")


class _Server(BaseApplication):
    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)
        self._bots = ExitStack()
        self.cfg.set("worker_exit", lambda _server, _worker: self._bots.close())

    def load(self) -> Door:  # type: ignore[override]  # its stubs know WSGI by a stricter name
        """Run in each worker, after the fork: no connection is shared between processes."""
        bot = self._bots.enter_context(running_bot(self._settings))
        return Door(bot.app, self._settings.slack_signing_secret, bot.health.problems)


def _decoded(body: bytes) -> str | None:
    """Decode before verifying: the verifier fails on what is not UTF-8, and Slack sends nothing else."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _read_body(text: str, content_type: str) -> dict[str, Any] | None:
    """Read an event (JSON), an interaction (``payload=`` JSON) or a command (a form); None for nonsense."""
    try:
        if content_type.startswith("application/json"):
            payload = json.loads(text)
        else:
            form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) and payload else None
