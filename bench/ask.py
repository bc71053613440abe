"""From an event over the WebSocket to the posted answer, beside a bare Bolt app that posts a fixed text.

python -m bench.ask [--personas 200] [--statements 50] [--rounds 3]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bench.bot_process import BotProcess
from bench.packs import generated_pack
from bench.questions import Sent, answered_at, ask
from bot.config import Settings
from bot.manifest import build_manifest
from bot.run import run, stop_signal
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import ALICE
from bot.sandbox.payloads import command_payload
from bot.sandbox.start import sandbox_settings
from persona_store.database import open_store
from persona_store.packs import import_pack

Main = Callable[[Settings], object]

IN_FLIGHT, BURST = 12, 150
SLACK_MS = 100
"""What Slack itself takes for a call, about; the loopback address takes none."""
RATE, SECONDS = 20, 8
ACK_MS, SHARE, TIMES, MEGABYTES = 250, 0.6, 3.0, 150
BUSY = 5


def bare(settings: Settings) -> None:
    """The least that a Bolt app can do: post a fixed text in the thread."""
    client = WebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url)
    app = App(client=client)

    @app.event("app_mention")
    def answer(event: dict[str, str], client: WebClient) -> None:
        client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="A fixed answer.")

    stop = stop_signal()
    handler = SocketModeHandler(app, settings.slack_app_token, web_client=client)
    handler.connect()
    stop.wait()


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    target: str
    kept: bool


def shown(head: str, figures: list[Figure]) -> bool:
    """Print figures; tell whether all of them are within their targets."""
    print(head)
    for one in figures:
        word = "kept" if one.kept else "NOT KEPT"
        print(f"  {one.name:<28} {one.value:>7.1f}   target {one.target:<10} {word}", flush=True)
    return all(one.kept for one in figures)


class Bench:
    def __init__(self, server: SandboxServer, settings: Settings, questions: list[str]) -> None:
        self.server = self._server = server
        self._settings = settings
        self._questions = questions

    @contextmanager
    def running(self, main: Main) -> Iterator[BotProcess]:
        """A bot that has answered its first questions."""
        with BotProcess(self._settings, main=main) as bot:
            assert self._server.wait_connected(30)
            self._wait([self._ask(number) for number in range(10)])
            yield bot

    def throughput(self) -> float:
        """Answers a second, with so many questions under way at any time."""
        answered = threading.Semaphore(IN_FLIGHT)

        def one(number: int) -> Sent:
            sent = self._ask(number)
            self._server.wait_for(
                lambda box: sent.ts in {post.thread_ts for post in box.log.posts[-100:]}, 60
            )
            answered.release()
            return sent

        with ThreadPoolExecutor(IN_FLIGHT) as people:
            sent = list(people.map(one, range(BURST)))
        last = self._server.look(answered_at)
        return len(sent) / (max(last[one.ts] for one in sent) - min(one.at for one in sent))

    def delays(self) -> list[float]:
        """Milliseconds from each event to its answer, at a steady rate; sorted."""
        tick = threading.Event()
        under_way: list[Future[Sent]] = []
        for number in range(RATE * SECONDS):
            under_way.append(self._server.begin(ask(self._server.box, self._question(number))))
            tick.wait(1 / RATE)
        sent = [one.result() for one in under_way]
        self._wait(sent)
        answered = self._server.look(answered_at)
        return sorted(1000 * (answered[one.ts] - one.at) for one in sent)

    def ack_beside_busy_listeners(self) -> float:
        """The longest of twenty acknowledgements of a command, in ms, while five listeners wait for Slack."""
        slowest = 0.0
        for number in range(20):
            self._server.set_faults(slow_ms=1000)
            sent = [self._ask(number) for _ in range(BUSY)]
            slowest = max(slowest, self._server.run(_command_ack(self._server)))
            self._server.set_faults(slow_ms=0)
            self._wait(sent)
        return 1000 * slowest

    def memory(self) -> float:
        """MB that ``persona run`` occupies after a hundred questions."""
        fields = {name: getattr(self._settings, name) for name in self._settings.__dataclass_fields__}
        environment = {name.upper(): str(value) for name, value in fields.items() if name != "embeddings"}
        environment |= self._settings.embeddings
        command = [sys.executable, "-m", "bot", "run"]
        with subprocess.Popen(command, env=os.environ | environment) as bot:
            assert self._server.wait_connected(30)
            self._wait([self._ask(number) for number in range(100)])
            resident = psutil.Process(bot.pid).memory_info().rss / 2**20
            bot.terminate()
        return float(resident)

    def _question(self, number: int) -> str:
        return self._questions[number % len(self._questions)]

    def _ask(self, number: int) -> Sent:
        return self._server.run(ask(self._server.box, self._question(number)))

    def _wait(self, sent: list[Sent]) -> None:
        wanted = {one.ts for one in sent}
        done = self._server.wait_for(lambda box: wanted <= {post.thread_ts for post in box.log.posts}, 60)
        assert done, "not every question was answered"


async def _command_ack(server: SandboxServer) -> float:
    box = server.box
    payload = command_payload(box.world.channels["C0PRODUCT"], box.world.accounts[ALICE], "/persona", "help")
    payload |= {"trigger_id": box.world.new_id("trigger"), "response_url": f"{server.url}/respond/none"}
    started = box.world.clock()
    await box.courier.sockets.send("slash_commands", dict(payload), {}, 30.0)
    return box.world.clock() - started


def fill(database_url: str, personas: int, statements: int) -> list[str]:
    """Import a generated company; gives questions about it that have an answer."""
    pack = generated_pack(personas, statements)
    store = open_store(database_url)
    with store.begin() as session:
        import_pack(session, pack, now=datetime.now(UTC), published_by="bench")
    store.close()
    return [
        f"what does {persona.name} need when {' '.join(persona.statements[0].text.split()[:3])}?"
        for persona in pack.personas
    ]


def beside_a_bare_app(bench: Bench, rounds: int, slack_ms: int) -> list[Figure]:
    """Throughput and delay of both apps, taken in turns, where every call to Slack takes ``slack_ms``."""
    rates: dict[str, list[float]] = {"persona": [], "bare": []}
    slow: dict[str, list[float]] = {"persona": [], "bare": []}
    bench.server.set_faults(slow_ms=slack_ms)
    for _ in range(rounds):
        for name, main in {"persona": run, "bare": bare}.items():
            with bench.running(main):
                rates[name].append(bench.throughput())
                delays = bench.delays()
                slow[name].append(delays[int(len(delays) * 0.99)])
    bench.server.set_faults(slow_ms=0)
    rate, bare_rate = (statistics.median(rates[name]) for name in ("persona", "bare"))
    p99, bare_p99 = (statistics.median(slow[name]) for name in ("persona", "bare"))
    return [
        Figure("throughput, answers/s", rate, f"{SHARE} x {bare_rate:.0f}", kept=rate >= SHARE * bare_rate),
        Figure(f"p99 at {RATE}/s, ms", p99, f"{TIMES:.0f} x {bare_p99:.0f}", kept=p99 <= TIMES * bare_p99),
    ]


def alone(bench: Bench) -> list[Figure]:
    with bench.running(run):
        ack = bench.ack_beside_busy_listeners()
    memory = bench.memory()
    return [
        Figure(f"ack, {BUSY} busy listeners, ms", ack, str(ACK_MS), kept=ack <= ACK_MS),
        Figure("resident memory, MB", memory, str(MEGABYTES), kept=memory <= MEGABYTES),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--personas", type=int, default=200)
    parser.add_argument("--statements", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--embeddings", default="off", help="as PERSONA_EMBEDDINGS; default off")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, SandboxServer(build_manifest()) as server:
        settings = replace(
            sandbox_settings(server.url, f"sqlite:///{Path(folder) / 'bot.db'}"),
            embeddings={"PERSONA_EMBEDDINGS": options.embeddings},
        )
        bench = Bench(server, settings, fill(settings.database_url, options.personas, options.statements))
        print(f"{options.personas:,} personas x {options.statements} statements, beside a bare Bolt app")
        kept = shown("A Slack that takes no time:", beside_a_bare_app(bench, options.rounds, 0))
        kept &= shown(
            f"A Slack that takes {SLACK_MS} ms:", beside_a_bare_app(bench, options.rounds, SLACK_MS)
        )
        kept &= shown("Persona alone:", alone(bench))
    sys.exit(not kept)


if __name__ == "__main__":
    main()
