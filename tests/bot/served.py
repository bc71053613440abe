"""The bot behind real HTTP, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bot.app import Bot
from bot.config import Settings
from bot.run import running_bot
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import SIGNING_SECRET
from bot.serve import EVENTS_PATH, Door
from tests.bot.patience import Clock


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def served_bot(settings: Settings, clock: Clock, sandbox: SandboxServer) -> Iterator[Bot]:
    """What Slack sends is signed, and verified."""
    with running_bot(settings, clock) as bot:
        door = Door(bot.app, SIGNING_SECRET, bot.health.problems)
        with make_server("127.0.0.1", 0, door, server_class=Server, handler_class=Quiet) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            sandbox.request_url = f"http://127.0.0.1:{server.server_port}{EVENTS_PATH}"
            yield bot
            server.shutdown()
