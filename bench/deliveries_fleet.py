"""Several processes that share the work of one outbox, to be killed, stopped and started again."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self

import psutil
from slack_sdk.errors import SlackApiError
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bench.clocks import FastClock
from bench.deliveries_worker import PROCESSES
from bench.post_office import key_of, open_outbox, subscribe
from bot.logs import hush, where
from bot.manifest import build_manifest
from bot.sandbox.accounts import BOT_USER, EMPLOYEES, SEED, ChannelSeed, WorkspaceSeed
from bot.sandbox.apart import SandboxApart
from bot.sandbox.calls import Post
from persona_store.database import Store, open_store
from persona_store.models import Delivery, Subscription
from persona_store.posts.deliveries import OPEN_STATES
from persona_store.posts.pace import CHANNEL_PACE

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TICK = 0.05
"""Seconds between two looks of a process for work."""


def work_for_ever(database_url: str, api_url: str, clock: FastClock, errors: Path) -> None:
    """Do what is due again and again, as the clock of a bot does; errors are written down."""
    hush()
    while True:
        with suppress(
            OSError, SlackApiError, OperationalError
        ):  # then the bot would not start: it is started again
            _work(open_store(database_url, migrate=False), api_url, clock, errors)
        time.sleep(TICK)


def _work(store: Store, api_url: str, clock: FastClock, errors: Path) -> None:
    with open_outbox(store, api_url, clock.now) as outbox:
        while True:
            try:
                outbox.work()
            except OperationalError:
                pass  # the clock tries again at its next tick
            except Exception as error:  # noqa: BLE001 - the clock would log it, and go on
                with errors.open("a") as file:
                    file.write(f"{where(error)}\n")
            time.sleep(TICK)


class Fleet:
    """``size`` processes; one that is killed is replaced at once."""

    def __init__(self, database_url: str, api_url: str, clock: FastClock, size: int, errors: Path) -> None:
        self._arguments = (database_url, api_url, clock, errors)
        self._size = size
        self._stopped: dict[psutil.Process, float] = {}
        self.strikes = 0

    def __enter__(self) -> Self:
        self._workers = [self._start() for _ in range(self._size)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
            worker.join()

    def kill_one(self, chance: random.Random) -> None:
        place = chance.randrange(self._size)
        self._workers[place].kill()
        self._workers[place].join()
        self._workers[place] = self._start()
        self.strikes += 1

    def stop_one(self, chance: random.Random, seconds: float) -> None:
        """Stop a process where it is (SIGSTOP) for so long; one of them always runs."""
        now = time.monotonic()
        for process in [one for one, until in self._stopped.items() if until <= now]:
            process.resume()
            del self._stopped[process]
        running = [one for one in self._workers if psutil.Process(one.pid) not in self._stopped]
        if len(running) > 1:
            process = psutil.Process(chance.choice(running).pid)
            process.suspend()
            self._stopped[process] = now + seconds
            self.strikes += 1

    def _start(self) -> BaseProcess:
        worker: BaseProcess = PROCESSES.Process(target=work_for_ever, args=self._arguments, daemon=True)
        worker.start()
        return worker


@dataclass(frozen=True)
class Plan:
    """So many posts in so many channels, due in the course of so many minutes."""

    posts: int
    channels: int
    minutes: int

    def workspace(self) -> WorkspaceSeed:
        members = (*EMPLOYEES, BOT_USER)
        seeds = [ChannelSeed(_channel(one), f"team-{one}", members) for one in range(self.channels)]
        return replace(SEED, channels=tuple(seeds), messages=())

    def fill(self, store: Store) -> None:
        """Subscribe: one post of each today."""
        with store.begin() as session:
            for number in range(self.posts):
                at = BEGIN + timedelta(minutes=1 + number * self.minutes // self.posts)
                subscribe(session, _channel(number % self.channels), f"{at:%H:%M}", BEGIN)
                session.expunge_all()

    def planned(self, store: Store) -> dict[str, datetime]:
        """Every key that must be posted once, and when it is due: from the subscriptions alone."""
        with store.read() as session:
            found = session.execute(select(Subscription.id, Subscription.local_time))
            return {
                f"{number} {BEGIN:%Y-%m-%d}T{at}": BEGIN.replace(hour=int(at[:2]), minute=int(at[3:]))
                for number, at in found
            }


def _channel(number: int) -> str:
    return f"C1{number:05}"


@dataclass(frozen=True)
class Verdict:
    """``unsettled``: not recorded as sent with its ts; ``hasty``: less than a second after another."""

    planned: int
    missed: int
    double: int
    unsettled: int
    early: int
    hasty: int
    unordered: int

    @property
    def is_right(self) -> bool:
        return not (self.missed or self.double or self.unsettled or self.early or self.unordered)

    def __str__(self) -> str:
        return (
            f"{self.missed} missed, {self.double} double, {self.unsettled} not settled, {self.early} early, "
            f"{self.unordered} out of order, {self.hasty} less than a second after another"
        )


def judge(store: Store, plan: Plan, posts: Sequence[Post]) -> Verdict:
    """Compare what was planned with what Slack accepted, and with what is recorded."""
    planned = plan.planned(store)
    accepted = Counter(key for post in posts if (key := key_of(post)))
    ts = {key: post.ts for post in posts if (key := key_of(post))}
    with store.read() as session:
        rows = list(session.scalars(select(Delivery)))
    sent = {row.key: row.ts for row in rows if row.state == "sent"}
    hasty, unordered = _pace(posts, planned)
    return Verdict(
        len(planned),
        missed=sum(key not in accepted for key in planned),
        double=sum(count - 1 for count in accepted.values()) + len(accepted.keys() - planned.keys()),
        unsettled=sum(sent.get(key) is None or sent[key] != ts.get(key) for key in planned),
        early=sum(float(ts[key]) < planned[key].timestamp() for key in planned.keys() & ts.keys()),
        hasty=hasty,
        unordered=unordered,
    )


def _pace(posts: Sequence[Post], planned: dict[str, datetime]) -> tuple[int, int]:
    """How many came less than a second after another in their channel, and how many before an older one."""
    last: dict[str, tuple[float, datetime]] = {}
    hasty = unordered = 0
    for post in posts:
        at, due_at = float(post.ts), planned.get(key_of(post) or "", BEGIN)
        before = last.get(post.channel, (0.0, BEGIN))
        hasty += at - before[0] < CHANNEL_PACE.total_seconds()
        unordered += due_at < before[1]
        last[post.channel] = at, due_at
    return hasty, unordered


def count_open(store: Store) -> int:
    """How much is still to be done: of what is planned, and of what is to be planned today."""
    with store.read() as session:
        due = session.query(Subscription).where(Subscription.next_at < BEGIN + timedelta(hours=16)).count()
        return due + session.query(Delivery).where(Delivery.state.in_(OPEN_STATES)).count()


@contextmanager
def slack_of(plan: Plan, clock: FastClock) -> Iterator[SandboxApart]:
    """A sandbox of its own process that sees the same time as the processes of the fleet."""
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with SandboxApart(build_manifest(), seed=plan.workspace(), clock=clock) as slack:
        yield slack
