"""Down, limited, without a database (R3, R7, R11): the quick versions of the benches of the same figures."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import InterfaceError, OperationalError

from bench.clocks import SetClock
from bench.deliveries_down import go_down_repeatedly
from bench.deliveries_slow import away, limited
from bench.fanout import Pace, pace
from bench.post_office import Office
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from persona_store.database import Store, open_store
from persona_store.posts.deliveries import QUARANTINE
from tests.conftest import Postgres

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHANNELS = ("C0PRODUCT", "C0MARKETING", "C0SUPPORT", "C0STORIES")
STEPS = ("_plan", "_claim", "_compose", "_begin", "_deliver")


def test_what_was_due_while_the_bot_was_down_is_caught_up_or_shown_as_missed(sqlite_store: Store) -> None:
    tally = go_down_repeatedly(sqlite_store, 6, random.Random(5), progress=False)

    assert tally.is_right, tally
    assert tally.caught_up > 0
    assert tally.missed > 0


def test_nothing_is_called_before_retry_after_where_three_of_ten_calls_are_refused() -> None:
    outcome = limited(60, channels=12)

    assert outcome.is_right, outcome
    assert outcome.limits > 10


def test_an_hour_without_slack_is_made_up_for_in_order_at_slacks_pace() -> None:
    outcome = away(60, channels=12, gone=timedelta(hours=1))

    assert outcome.is_right, outcome
    assert outcome.limits == 0


def test_a_crowd_is_posted_at_slacks_pace_neither_early_nor_later_than_it_asks_for() -> None:
    outcome = pace("sqlite", posts=200, channels=20)

    assert outcome == Pace(early=0, late=0, refused=0)


@pytest.fixture
def postgres_office(postgres: Postgres) -> Iterator[tuple[Office, str]]:
    """An office whose database can be taken from it, and the database's name."""
    name, clock = postgres.create(), SetClock(MONDAY)
    with (
        closing(open_store(postgres.url(name), migrate=False)) as store,
        SandboxServer(build_manifest(), clock=clock.seconds) as sandbox,
        closing(Office(store, sandbox, clock)) as office,
    ):
        yield office, name
    postgres.drop(name)


@pytest.mark.postgres
@pytest.mark.parametrize("step", STEPS)
def test_connections_that_break_at_any_step_lose_nothing(
    postgres_office: tuple[Office, str], postgres: Postgres, step: str
) -> None:
    office, name = postgres_office
    for number in range(8):
        office.plan(f"key {number}", CHANNELS[number % 4])
    for _ in range(40):
        _break_at(office, step, postgres, name)
        _tick(office)
        office.clock.pass_by(QUARANTINE.total_seconds() / 2)
        if office.states() == {"sent": 8}:
            break

    assert office.states() == {"sent": 8}
    assert set(office.accepted().values()) == {1}


def _break_at(office: Office, step: str, postgres: Postgres, name: str) -> None:
    """End all connections to the database before and after this step, once."""
    takes = getattr(office.outbox, step)

    def take(*arguments: object) -> object:
        delattr(office.outbox, step)
        _end_connections(postgres, name)
        result = takes(*arguments)
        _end_connections(postgres, name)
        return result

    setattr(office.outbox, step, take)


def _end_connections(postgres: Postgres, name: str) -> None:
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def _tick(office: Office) -> None:
    try:
        office.outbox.work()
    except (OperationalError, InterfaceError):
        return  # the clock tries again at its next tick


@pytest.mark.parametrize("step", STEPS)
def test_a_locked_file_loses_nothing(sqlite_url: str, tmp_path: Path, step: str) -> None:
    clock = SetClock(MONDAY)
    with (
        closing(_impatient_store(sqlite_url)) as store,
        SandboxServer(build_manifest(), clock=clock.seconds) as sandbox,
        closing(Office(store, sandbox, clock)) as office,
        closing(sqlite3.connect(tmp_path / "persona.db", isolation_level=None)) as other,
    ):
        for number in range(4):
            office.plan(f"key {number}", CHANNELS[number])
        _lock_at(office, step, other)
        _tick(office)
        locked = office.states()
        other.execute("ROLLBACK")
        office.clock.pass_by(QUARANTINE.total_seconds())
        office.outbox.work()
        states, accepted = office.states(), office.accepted()

    assert locked["sent"] == 0
    assert states == {"sent": 4}
    assert set(accepted.values()) == {1}


def _impatient_store(url: str) -> Store:
    """One that waits for a lock no longer than a test may take."""
    store = open_store(url, migrate=False)

    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=20")

    event.listen(store.engine, "connect", hurry)
    return store


def _lock_at(office: Office, step: str, other: sqlite3.Connection) -> None:
    """Another process locks the file after this step."""
    takes = getattr(office.outbox, step)

    def take(*arguments: object) -> object:
        delattr(office.outbox, step)
        result = takes(*arguments)
        other.execute("BEGIN EXCLUSIVE")
        return result

    setattr(office.outbox, step, take)
