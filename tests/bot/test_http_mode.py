"""``persona serve``: gunicorn in front of the bot, as it runs in production, against the sandbox."""

import http.client
import json
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bench.bot_process import BotProcess
from bench.odd_requests import REFUSED, TAKEN, knock, knock_served
from bot.config import Settings
from bot.manifest import build_manifest
from bot.run import running_bot
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import SIGNING_SECRET
from bot.sandbox.http_events import signed_headers
from bot.sandbox.start import sandbox_settings
from bot.serve import EVENTS_PATH, HEALTH_PATH, Door, serve
from tests.bot.patience import eventually
from tests.bot.slack_driver import Slack

QUESTION = "what would Priya need when she first logs in?"
CANARY = "canary-7f3a"


def serve_here(settings: Settings) -> None:
    serve(settings, workers=1, threads=8, bind=f"127.0.0.1:{settings.port}")


class Served:
    def __init__(self, bot: BotProcess, port: int, log: Path) -> None:
        self.bot, self.port, self.log = bot, port, log

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Send what is no HTTP; give what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(4096), b""))

    def is_well(self) -> bool:
        try:
            return self.ask("GET", HEALTH_PATH) == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(build_manifest()) as server:
        yield server


@pytest.fixture(scope="module")
def served(
    sandbox: SandboxServer, example_company: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    database = folder / "bot.db"
    database.write_bytes(example_company.read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = replace(sandbox_settings(sandbox.url, f"sqlite:///{database}"), port=port, log_level="DEBUG")
    with BotProcess(settings, log=folder / "bot.log", main=serve_here) as bot:
        served = Served(bot, port, folder / "bot.log")
        eventually(served.is_well, 20)
        sandbox.request_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
        yield served


@pytest.fixture
def slack(sandbox: SandboxServer, served: Served) -> Iterator[Slack]:  # noqa: ARG001
    slack = Slack(sandbox)
    yield slack
    assert slack.refusals == []


def test_a_mention_a_click_and_a_window_work(slack: Slack) -> None:
    reply = slack.mention("alice", QUESTION)
    slack.click(reply, "alice", "answers.show_sources")

    assert "Priya Raman" in reply.plain
    assert "Research behind this" in slack.modal("alice").title


def test_a_command_and_what_follows_work(slack: Slack) -> None:
    reply = slack.command("alice", f"/persona {QUESTION}")
    shared = slack.click_for_reply(reply, "alice", "answers.share")

    assert reply.ephemeral
    assert "Priya Raman" in shared.everything


def test_a_form_is_answered_where_it_was_asked(slack: Slack) -> None:
    slack.shortcut("bob", "answers.open_question")
    form = slack.modal("bob")
    errors = slack.submit("bob", question=QUESTION)

    assert errors is None
    assert "Priya Raman" in slack.modal("bob", after=form).plain


def test_an_event_that_comes_four_times_is_answered_once(slack: Slack) -> None:
    slack.server.set_faults(deliver=4)
    reply = slack.mention("alice", QUESTION)
    slack.server.set_faults(deliver=1)
    slack.settle()

    assert sum(post.thread_ts == reply.thread_ts for post in slack.server.posts) == 1


def test_forged_requests_are_refused(served: Served) -> None:
    body = json.dumps({"type": "event_callback", "event": {"text": CANARY}}).encode()
    old = signed_headers(body.decode(), int(time.time()) - 3600, "application/json")
    fresh = signed_headers(body.decode(), int(time.time()), "application/json")

    assert served.ask("POST", EVENTS_PATH, body) == 401
    assert served.ask("POST", EVENTS_PATH, body, **old) == 401
    assert served.ask("POST", EVENTS_PATH, body + b" ", **fresh) == 401
    assert (
        served.ask(
            "POST", EVENTS_PATH, body, **{"X-Slack-Signature": CANARY, "X-Slack-Request-Timestamp": "x"}
        )
        == 401
    )
    assert served.ask("POST", "/", body) == 403
    assert served.ask("GET", EVENTS_PATH) == 403
    assert served.ask("POST", EVENTS_PATH, b"x" * 1_000_001) == 413


@pytest.mark.parametrize(
    "request_line",
    [
        b"CANARY / HTTP/9.9\r\n\r\n",
        b"POST /slack/events\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\ncanary-7f3a\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\ncanary 7f3a: 1\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: canary-7f3a\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\ncanary-7f3a\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: canary-7f3a\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ncanary-7f3a",
        b"POST /canary-7f3a HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01canary-7f3a",
        b"PROXY TCP4 canary-7f3a\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_never_an_error_of_ours(served: Served, request_line: bytes) -> None:
    answer = served.raw(request_line)
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else None

    assert status in {None, 401, 403, 413}
    assert served.is_well()


def test_nothing_of_a_request_is_in_the_log(served: Served, slack: Slack) -> None:
    slack.mention("alice", f"what does Priya think of {CANARY}?")
    slack.command("alice", f"/persona card {CANARY}")
    served.ask("POST", f"/{CANARY}", CANARY.encode(), **{"X-Canary": CANARY})

    assert CANARY not in served.log.read_text()
    assert "Traceback" not in served.log.read_text()


def test_whatever_else_comes_is_refused_and_nothing_breaks(served: Served) -> None:
    statuses = knock_served(served.port, 300, seed=7)

    assert statuses.keys() <= {200, 401, 403, 413, None}  # 200: its health was asked for
    assert served.is_well()
    assert "Traceback" not in served.log.read_text()


def test_what_slack_signed_but_nobody_expects_breaks_nothing(
    sandbox: SandboxServer, database_url: str
) -> None:
    with running_bot(sandbox_settings(sandbox.url, database_url)) as bot:
        forged, signed = knock(Door(bot.app, SIGNING_SECRET, bot.health.problems), 4_000, seed=8)

    assert forged.keys() == REFUSED
    assert signed.keys() == TAKEN


def test_it_stops_cleanly_when_told_to(sandbox: SandboxServer, example_company: Path, tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    database.write_bytes(example_company.read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = replace(sandbox_settings(sandbox.url, f"sqlite:///{database}"), port=port)
    with BotProcess(settings, log=tmp_path / "bot.log", main=serve_here) as bot:
        eventually(Served(bot, port, tmp_path / "bot.log").is_well, 20)
        workers = psutil.Process(bot.pid).children()
        code = bot.stop(15)

    assert code in (0, -signal.SIGTERM)
    assert not any(worker.is_running() for worker in workers)
    assert "Traceback" not in (tmp_path / "bot.log").read_text()
