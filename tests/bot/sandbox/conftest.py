"""A small app of our own against the sandbox: what is tested here is the sandbox, not the bot."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient

from bot.sandbox import Delays, SandboxServer
from tests.bot.slack_driver import Slack

FAST = Delays(
    ack=3.0, socket_redelivery=4.0, http_redelivery=(0.0, 0.05, 0.05), give_up=5.0, socket_ping=0.05
)
SCOPES = [
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands",
    "groups:history", "groups:read", "im:history", "im:read", "im:write", "reactions:write", "usergroups:read",
    "users:read",
]  # fmt: skip
EVENTS = ["app_home_opened", "app_mention", "message.channels", "message.im"]


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def new_manifest(**changes: Any) -> dict[str, Any]:
    return {
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Persona"},
            "agent_view": {"agent_description": "Ask.", "suggested_prompts": []},
            "shortcuts": [
                {"name": "Ask", "type": "global", "callback_id": "ask", "description": "Ask"},
                {"name": "Send", "type": "message", "callback_id": "send", "description": "Send"},
            ],
            "slash_commands": [{"command": "/persona", "description": "Ask", "usage_hint": "list"}],
        },
        "oauth_config": {"scopes": {"bot": changes.get("scopes", SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": changes.get("events", EVENTS)},
            "interactivity": {"is_enabled": True},
        },
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delays() -> Delays:
    """Slack's own times; modules that are about them have shorter ones."""
    return FAST


@pytest.fixture
def sandbox(clock: Clock, delays: Delays) -> Iterator[SandboxServer]:
    with SandboxServer(new_manifest(), clock=clock, delays=delays) as server:
        yield server


@pytest.fixture
def client(sandbox: SandboxServer) -> WebClient:
    return new_client(sandbox)


@pytest.fixture
def slack(sandbox: SandboxServer) -> Slack:
    return Slack(sandbox, timeout=5.0)


def new_client(server: SandboxServer, token: str = "xoxb-sandbox") -> WebClient:
    return WebClient(token, base_url=server.api_url, retry_handlers=[])


def new_app(server: SandboxServer) -> App:
    return App(
        client=new_client(server),
        signing_secret="sandbox-signing-secret",
        raise_error_for_unhandled_request=False,
    )


@pytest.fixture
def app(sandbox: SandboxServer) -> App:
    return new_app(sandbox)


def disconnect(handler: SocketModeHandler) -> None:
    """Close at once: slack_sdk's client would wait a second for its own queue."""
    handler.client.closed = True
    handler.client.enqueue_message("")
    handler.close()


@pytest.fixture
def connect(sandbox: SandboxServer) -> Iterator[Callable[[App], SocketModeHandler]]:
    """Connects an app over Socket Mode once its listeners are there."""
    handlers = []

    def connect_app(app: App) -> SocketModeHandler:
        handler = SocketModeHandler(app, "xapp-sandbox", web_client=app.client)
        handlers.append(handler)
        handler.connect()
        assert sandbox.wait_connected()
        return handler

    yield connect_app
    for handler in handlers:
        disconnect(handler)


@pytest.fixture
def serve(sandbox: SandboxServer) -> Iterator[Callable[[App], list[dict[str, str]]]]:
    """Serves an app over HTTP and tells the sandbox; gives the headers of every request."""
    servers = []

    def serve_app(app: App) -> list[dict[str, str]]:
        seen: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                seen.append({name.lower(): value for name, value in self.headers.items()})
                answer = app.dispatch(BoltRequest(body=body, headers=dict(self.headers)))
                self.send_response(answer.status)
                for name, values in answer.headers.items():
                    self.send_header(name, values[0])
                self.end_headers()
                self.wfile.write(answer.body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        sandbox.request_url = f"http://127.0.0.1:{server.server_address[1]}/slack/events"
        return seen

    yield serve_app
    for server in servers:
        server.shutdown()
        server.server_close()
