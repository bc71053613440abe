"""Thousands of people answer one trivia round within a minute, then it is revealed.

    python -m bench.trivia_round [--players 5000] [--seconds 60] [--changes 0.1] [--log FILE]
    python -m bench.trivia_round --http --database postgresql [--workers 2]

The bot is a process of its own, or several behind HTTP; clicks come evenly, each acknowledged as Slack wants.
Some people change their answer a moment later. At the end every answer must be the one that was clicked last,
everybody must have been told once for each click, and the reveal must be there within seconds of the close.
"""

import argparse
import random
import socket
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select, update

from bench.bot_process import BotProcess
from bench.databases import KINDS, new_database
from bench.questions import MARKS, PATIENCE_S
from bot.config import Settings
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer, payloads
from bot.sandbox.accounts import Account
from bot.sandbox.box import Box
from bot.sandbox.http_events import NotAcceptedError
from bot.sandbox.interactions import new_trigger
from bot.sandbox.response_urls import new_response_url
from bot.sandbox.sockets import UndeliverableError
from bot.sandbox.start import prepare_store, sandbox_settings
from bot.serve import serve
from persona_store.database import Store, open_store
from persona_store.models import Delivery, InboxRequest, TriviaAnswer, TriviaRound
from persona_store.trivia.rounds import RoundWanted, start_round

CHANNEL = "C0PRODUCT"
ACK_MS, REVEAL_S = 250, 5
CHANGE_AFTER_S = 2.0


@dataclass(frozen=True)
class Sent:
    slack_user_id: str
    option: int
    ack_s: float


async def click(box: Box, round_id: int, slack_user_id: str, option: int) -> Sent:
    """Click an answer to the first question: one request, acknowledged when this returns."""
    world = box.world
    channel = world.channels[CHANNEL]
    payload = payloads.interaction("block_actions", world.accounts[slack_user_id]) | {
        "trigger_id": new_trigger(box, slack_user_id),
        "container": {"type": "message", "message_ts": world.new_ts(), "channel_id": CHANNEL},
        "channel": payloads.channel_part(channel),
        "response_url": new_response_url(box, CHANNEL, slack_user_id),
        "actions": [
            {
                "type": "button",
                "action_id": "trivia.answer",
                "block_id": "b",
                "value": f"{round_id}:0:{option}",
            }
        ],
    }
    started = time.perf_counter()
    http, sockets = box.courier.http, box.courier.sockets
    while True:
        try:
            if http.url:
                await http.send("interactive", payload, {}, PATIENCE_S)
            else:
                await sockets.send("interactive", payload, MARKS, PATIENCE_S)
        except UndeliverableError:  # over HTTP an idle connection was closed just then
            if not http.url:
                await sockets.connected(PATIENCE_S)
        else:
            return Sent(slack_user_id, option, time.perf_counter() - started)


def hire(server: SandboxServer, players: int) -> list[str]:
    """Give the ids of new employees, all in the channel."""

    def add(box: Box) -> list[str]:
        ids = [f"U1P{number:05d}" for number in range(players)]
        for number, one in enumerate(ids):
            box.world.accounts[one] = Account(one, f"player{number}", f"Player {number}", "Plays")
            box.world.channels[CHANNEL].members.add(one)
        return ids

    return server.look(add)


def open_one(server: SandboxServer, store: Store) -> int:
    """Start a round of one question, and wait until it can be answered."""
    with store.begin() as session:
        start_round(session, "bench", RoundWanted(CHANNEL, "U0CAROL", 1, 1), datetime.now(UTC))
    assert server.wait_for(lambda box: len(box.log.posts) > 0, 30), "the round was never posted"
    for _ in range(100):
        with store.read() as session:
            found = session.scalar(select(TriviaRound.id))
        if found:
            return int(found)
        threading.Event().wait(0.1)
    raise AssertionError("the round was never opened")


def play(
    server: SandboxServer,
    round_id: int,
    ids: list[str],
    seconds: float,
    changes: float,
    chance: random.Random,
) -> list[Sent]:
    """Let everybody click; some change their mind. Gives all clicks in the order in which they were sent."""
    clicks = [(number / len(ids) * seconds, one) for number, one in enumerate(chance.sample(ids, len(ids)))]
    clicks += [(at + CHANGE_AFTER_S, one) for at, one in clicks if chance.random() < changes]
    sending: list[Future[Sent]] = []
    started, tick = time.perf_counter(), threading.Event()
    for at, one in sorted(clicks):
        if (ahead := at - (time.perf_counter() - started)) > 0:
            tick.wait(ahead)
        sending.append(server.begin(click(server.box, round_id, one, chance.randrange(2))))
    return [one.result() for one in sending]


def wait_until_worked_off(store: Store, patience: float = 600) -> float:
    """Give how long it took until nothing was left to do."""
    started, tick = time.perf_counter(), threading.Event()
    while time.perf_counter() - started < patience:
        with store.read() as session:
            left = session.scalar(select(func.count()).where(InboxRequest.done_at.is_(None)))
        if not left:
            return time.perf_counter() - started
        tick.wait(0.2)
    raise AssertionError(f"{left} requests are never done")


def close_now(server: SandboxServer, store: Store, round_id: int) -> float:
    """Let the round close in two seconds; give how long after that its answers were there."""
    closes_at = datetime.now(UTC) + timedelta(seconds=2)
    posts = len(server.posts)
    with store.begin() as session:
        session.execute(update(TriviaRound).where(TriviaRound.id == round_id).values(closes_at=closes_at))
        session.execute(
            update(Delivery)
            .where(Delivery.programme == "trivia_reveal")
            .values(due_at=closes_at, not_before=closes_at)
        )
    assert server.wait_for(lambda box: len(box.log.posts) > posts, 60), "the answers were never posted"
    return (datetime.now(UTC) - closes_at).total_seconds()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--changes", type=float, default=0.1, help="share of people who change their answer")
    parser.add_argument("--log", type=Path, help="where the bot's log goes")
    parser.add_argument("--http", action="store_true", help="over HTTP instead of Socket Mode")
    parser.add_argument("--workers", type=int, default=2, help="processes behind HTTP; SQLite has one")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    options = parser.parse_args()
    workers = options.workers if options.database != "sqlite" else 1
    with new_database(options.database) as url, SandboxServer(build_manifest()) as server:
        settings = sandbox_settings(server.url, url)
        store = open_store(settings.database_url)
        prepare_store(store, datetime.now(UTC))
        ids = hire(server, options.players)
        with _bot(server, settings, workers if options.http else 0, options.log) as bot:
            round_id = open_one(server, store)
            began = time.perf_counter()
            sent = play(server, round_id, ids, options.seconds, options.changes, random.Random(5))
            lasted = time.perf_counter() - began
            behind = wait_until_worked_off(store)
            revealed = close_now(server, store, round_id)
            bot.stop()
        kept = _report(server, store, sent, lasted, behind, revealed)
        store.close()
    print("kept" if kept else "NOT KEPT")
    return not kept


@contextmanager
def _bot(server: SandboxServer, settings: Settings, workers: int, log: Path | None) -> Iterator[BotProcess]:
    """A bot that listens: over Socket Mode, or with so many ``workers`` over HTTP."""
    if not workers:
        with BotProcess(settings, log=log) as bot:
            server.wait_connected()
            yield bot
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server.request_url = f"http://127.0.0.1:{port}/slack/events"
    main = partial(serve, workers=workers, threads=16, bind=f"127.0.0.1:{port}")
    with BotProcess(settings, log=log, main=main) as bot:
        tick = threading.Event()
        while not _verified(server):
            tick.wait(0.2)
        yield bot


def _verified(server: SandboxServer) -> bool:
    try:
        return server.verify_request_url()
    except (UndeliverableError, NotAcceptedError):
        return False


def _report(
    server: SandboxServer, store: Store, sent: list[Sent], lasted: float, behind: float, revealed: float
) -> bool:
    wanted = {one.slack_user_id: one.option for one in sent}  # the last of each counts
    with store.read() as session:
        rows = session.execute(select(TriviaAnswer.slack_user_id, TriviaAnswer.option)).all()
    found = Counter(slack_user_id for slack_user_id, _ in rows)
    lost = len(wanted.keys() - found.keys())
    double = sum(count > 1 for count in found.values())
    wrong = sum(wanted.get(slack_user_id) != option for slack_user_id, option in rows)
    clicks = Counter(one.slack_user_id for one in sent)
    told = server.look(
        lambda box: Counter(one.ephemeral_to for one in box.world.channels[CHANNEL].ephemerals.values())
    )
    untold = sum(told[one] != count for one, count in clicks.items())
    calls = Counter(call.method for call in server.box.log.calls)
    acks = sorted(1000 * one.ack_s for one in sent)
    p99 = acks[int(len(acks) * 0.99)]
    print(f"{len(wanted)} players, {len(sent)} clicks in {lasted:.0f} s; worked off {behind:.1f} s later")
    print(
        f"{lost} lost, {double} double, {wrong} not the last click, {untold} not told once a click (target 0)"
    )
    print(
        f"acknowledged: median {statistics.median(acks):.0f} ms, p99 {p99:.0f} ms, "
        f"longest {acks[-1]:.0f} ms (target p99 {ACK_MS})"
    )
    print(f"revealed {revealed:.1f} s after the close (target {REVEAL_S})")
    print("calls:", ", ".join(f"{method} {count}" for method, count in calls.most_common(6)))
    return not (lost or double or wrong or untold) and p99 <= ACK_MS and revealed < REVEAL_S


if __name__ == "__main__":
    sys.exit(main())
