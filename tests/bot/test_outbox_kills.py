"""Processes that are killed (R1, R4): real ones, by kill -9. The full versions are in ``bench``."""

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.clocks import SetClock
from bench.deliveries_kill import Tally, kill_repeatedly
from bench.deliveries_worker import POINTS, UNCOMMITTED, run_at_once
from bench.post_office import Office, key_of
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from persona_store.database import open_store
from tests.conftest import DATABASES, _new_database

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
POSTS = 12
SOMETIMES = (*POINTS, *UNCOMMITTED, *[""] * 12)
CHANNELS = ("C0PRODUCT", "C0MARKETING", "C0SUPPORT", "C0STORIES")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without personas, on both."""
    yield from _new_database(request, tmp_path, empty=False)


def test_a_process_that_is_killed_at_any_point_of_a_post_leaves_it_to_come_once(database_url: str) -> None:
    tally = Tally()
    kill_repeatedly(database_url, POINTS + UNCOMMITTED, 1, tally, progress=False)

    assert set(tally.kills) == {*POINTS, *UNCOMMITTED}
    assert tally.is_right, tally


def test_processes_that_share_the_work_and_are_killed_at_random_post_each_once(database_url: str) -> None:
    processes, chance = (3 if database_url.startswith("postgresql") else 1), random.Random(4)
    with (
        closing(open_store(database_url, migrate=False)) as store,
        SandboxServer(build_manifest(), clock=(clock := SetClock(MONDAY)).seconds) as sandbox,
        closing(Office(store, sandbox, clock)) as office,
    ):
        for number in range(POSTS):
            office.plan(f"key {number}", CHANNELS[number % 4], late=timedelta(seconds=POSTS - number))
        codes = _live(office, database_url, processes, chance)
        accepted, states, order = office.accepted(), office.states(), office.sandbox.posts

    assert codes.count(-9) >= 3
    assert set(codes) == {0, -9}
    assert accepted == {f"key {number}": 1 for number in range(POSTS)}
    assert states == {"sent": POSTS}
    for channel in CHANNELS:
        numbers = [int(str(key_of(post)).split()[1]) for post in order if post.channel == channel]
        assert numbers == sorted(numbers)


def _live(office: Office, database_url: str, processes: int, chance: random.Random) -> list[int | None]:
    """Let processes come and go, less than a minute after one another, until everything is posted."""
    codes: list[int | None] = []
    while office.states() != {"sent": POSTS}:
        points = [chance.choice(SOMETIMES) for _ in range(processes)]
        codes += run_at_once(database_url, office.sandbox.api_url, office.clock.now, points)
        office.clock.pass_by(45)
        assert len(codes) < 400, office.states()
    return codes
