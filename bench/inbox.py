"""The inbox (R6): kill -9 after the acknowledgement, again and again, and the time to acknowledge.

python -m bench.inbox [--kills 500] [--seconds 20]
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from tqdm import tqdm

from bench.bot_process import BotProcess
from bench.questions import Sent, ask
from bench.slack_gate import SlackGate
from bot.config import Settings
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.start import prepare_store, sandbox_settings
from persona_store.database import open_store
from persona_store.models import InboxRequest

QUESTION = "what would Priya need when she first logs in?"
POINTS = [(method, heard) for method in ("users.info", "chat.postMessage") for heard in (False, True)]
"""Where a bot can be killed: before Slack hears a call, and after, before the answer comes."""
ACK_MS, EVENTS_A_SECOND = 250, 50


def killed_at(server: SandboxServer, settings: Settings, method: str, *, heard: bool) -> Sent:
    """Ask, and kill the bot at this call of its work; gives the question."""
    with SlackGate(server.api_url) as gate:
        gate.hold(method, heard=heard)
        with BotProcess(replace(settings, slack_api_url=gate.api_url)) as bot:
            server.wait_connected()
            sent = server.run(ask(server.box, QUESTION))
            assert gate.reached.wait(10), f"the bot never called {method}"
            bot.kill()
    return sent


def killed_after(server: SandboxServer, settings: Settings, seconds: float) -> Sent:
    """Ask, and kill the bot so long after its acknowledgement."""
    with BotProcess(settings) as bot:
        server.wait_connected()
        sent = server.run(ask(server.box, QUESTION))
        threading.Event().wait(seconds)
        bot.kill()
    return sent


def answers_to(server: SandboxServer, sent: Sent) -> int:
    return sum(post.thread_ts == sent.ts for post in server.posts)


def wait_until_done(server: SandboxServer, settings: Settings, sent: list[Sent]) -> None:
    """Run one bot until everything is answered."""
    with BotProcess(settings) as bot:
        server.wait_connected()
        threads = {one.ts for one in sent}
        server.wait_for(lambda box: threads <= {post.thread_ts for post in box.log.posts}, 30)
        bot.stop()


def open_requests(database_url: str) -> int:
    store = open_store(database_url, migrate=False)
    with store.read() as session:
        count = session.scalar(select(func.count()).where(InboxRequest.done_at.is_(None)))
    store.close()
    return count or 0


def kill_repeatedly(
    server: SandboxServer, settings: Settings, kills: int, chance: random.Random
) -> tuple[int, int]:
    """How many of the questions got no answer, and how many got more than one."""
    sent = []
    for number in tqdm(range(kills), unit="kill", disable=kills < 20):
        if number % 2:
            method, heard = POINTS[number // 2 % len(POINTS)]
            sent.append(killed_at(server, settings, method, heard=heard))
        else:
            sent.append(killed_after(server, settings, chance.uniform(0, 0.04)))
    wait_until_done(server, settings, sent)
    answers = [answers_to(server, one) for one in sent]
    return sum(count == 0 for count in answers), sum(count > 1 for count in answers)


def ack_times(server: SandboxServer, settings: Settings, seconds: float, rate: int) -> list[float]:
    """Milliseconds from each event to its acknowledgement, sorted; events come at ``rate`` a second."""
    tick = threading.Event()
    sending: list[Future[Sent]] = []
    with BotProcess(settings) as bot:
        server.wait_connected()
        server.run(ask(server.box, QUESTION))
        for _ in range(int(seconds * rate)):
            sending.append(server.begin(ask(server.box, QUESTION)))
            tick.wait(1 / rate)
        found = sorted(1000 * one.result().ack_s for one in sending)
        bot.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, SandboxServer(build_manifest()) as server:
        settings = sandbox_settings(server.url, f"sqlite:///{Path(folder) / 'bot.db'}")
        store = open_store(settings.database_url)
        prepare_store(store, datetime.now(UTC))
        store.close()
        lost, double = kill_repeatedly(server, settings, options.kills, random.Random(6))
        times = ack_times(server, settings, options.seconds, EVENTS_A_SECOND)
        left = open_requests(settings.database_url)
    p99 = times[int(len(times) * 0.99)]
    print(
        f"{options.kills} kills after the acknowledgement: {lost} lost, {double} answered twice (target 0, 0)"
    )
    print(
        f"acknowledged at {EVENTS_A_SECOND} events/s: median {statistics.median(times):.0f} ms, "
        f"p99 {p99:.0f} ms (target {ACK_MS}); {left} requests left"
    )
    kept = not lost and not double and p99 <= ACK_MS
    print("kept" if kept else "NOT KEPT")
    sys.exit(not kept)


if __name__ == "__main__":
    main()
