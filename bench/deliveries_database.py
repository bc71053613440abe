"""The database is away for 60 s (R11), while posts are due: refused, stopped, or locked by somebody else.

python -m bench.deliveries_database [--seconds 60]

Real processes on the real clock: two on PostgreSQL, one on SQLite. The database goes away in the middle of
posting. "Back" is the time from its return until the next post that Slack accepts.
"""

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import make_url

from bench.clocks import FastClock
from bench.databases import new_database
from bench.deliveries_fleet import BEGIN, Fleet, Plan, Verdict, count_open, judge, slack_of
from bench.deliveries_worker import PROCESSES
from persona_store.database import open_store

PLAN = Plan(posts=300, channels=100, minutes=2)
STARTS_AT = BEGIN + timedelta(seconds=50)
"""Ten seconds before the first posts are due."""
AWAY_AFTER = 30
"""Posts that come before the database goes away."""
MOST_SECONDS = 10
LONGEST_WAIT = 300.0


@contextmanager
def refused(database_url: str) -> Iterator[None]:
    """PostgreSQL ends all connections, and takes no new ones."""
    socket_dir = str(make_url(database_url).query["host"])
    with psycopg.connect(host=socket_dir, user="postgres", autocommit=True) as admin:
        admin.execute("ALTER DATABASE persona ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'persona'")
        yield
        admin.execute("ALTER DATABASE persona ALLOW_CONNECTIONS true")


@contextmanager
def stopped(database_url: str) -> Iterator[None]:
    """All processes of PostgreSQL stand still: connections hang."""
    data = Path(str(make_url(database_url).query["host"]))
    postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        process.suspend()
    yield
    for process in processes:
        process.resume()


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Another process holds SQLite's exclusive lock."""
    ours, theirs = PROCESSES.Pipe()
    holder = PROCESSES.Process(target=_hold, args=(make_url(database_url).database, theirs), daemon=True)
    holder.start()
    ours.recv()
    yield
    ours.send(None)
    holder.join()


def _hold(file: str, line: Connection) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        line.send(None)
        line.recv()
        connection.execute("ROLLBACK")


WAYS: dict[str, tuple[str, Callable[[str], AbstractContextManager[None]]]] = {
    "PostgreSQL refuses connections": ("postgresql", refused),
    "PostgreSQL stands still": ("postgresql", stopped),
    "SQLite is locked": ("sqlite", locked),
}


@dataclass(frozen=True)
class Outcome:
    """``back``: seconds from the database's return to the next post; ``meanwhile``: posts without it."""

    verdict: Verdict
    meanwhile: int
    back: float
    errors: list[str]

    @property
    def is_right(self) -> bool:
        return self.verdict.is_right and not self.errors and self.back <= MOST_SECONDS


def go_away(database_url: str, way: Callable[[str], AbstractContextManager[None]], seconds: float) -> Outcome:
    """Take the database away in the middle of posting; afterwards wait until everything is done."""
    replicas = 2 if database_url.startswith("postgresql") else 1
    with ExitStack() as stack:
        errors = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "errors"
        store = stack.enter_context(closing(open_store(database_url, migrate=False)))
        PLAN.fill(store)
        clock = FastClock.starting(STARTS_AT, 1)
        slack = stack.enter_context(slack_of(PLAN, clock))
        stack.enter_context(Fleet(database_url, slack.api_url, clock, replicas, errors))
        _wait(lambda: len(slack.ask("posts")) >= AWAY_AFTER)
        with way(database_url):
            time.sleep(1)  # what was on its way to Slack comes to its end
            before = len(slack.ask("posts"))
            time.sleep(seconds - 1)
        returned, now = len(slack.ask("posts")), clock()
        _wait(lambda: count_open(store) == 0)
        posts = slack.ask("posts")
        back = min((float(post.ts) - now for post in posts[returned:]), default=LONGEST_WAIT)
        found = errors.read_text().splitlines() if errors.exists() else []
        return Outcome(judge(store, PLAN, posts), returned - before, back, found)


def _wait(until: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + LONGEST_WAIT
    while not until() and time.monotonic() < ends_at:
        time.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    kept = True
    for name, (kind, way) in WAYS.items():
        with new_database(kind) as database_url:
            outcome = go_away(database_url, way, options.seconds)
        kept = kept and outcome.is_right
        print(f"R11: {name} for {options.seconds:.0f} s, {outcome.verdict.planned} posts:")
        print(f"    {outcome.verdict} (target 0, 0);")
        print(f"    back after {outcome.back:.1f} s (target {MOST_SECONDS} s), {outcome.meanwhile} meanwhile")
        if outcome.errors:
            print(f"    unexpected errors: {len(outcome.errors)} {sorted(set(outcome.errors))[:3]}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
