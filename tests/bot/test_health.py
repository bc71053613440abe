"""Health tells the truth: of the clock, of the database, of the socket."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.health import Health
from persona_store.database import Store
from persona_store.models import Heartbeat
from persona_store.posts.heartbeats import list_heartbeats
from tests.bot.patience import Clock

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Session:
    last_ping_pong_time: float | None = None


@dataclass
class Socket:
    current_session: Session | None = field(default_factory=Session)


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def make(sqlite_store: Store, seconds: Seconds) -> Callable[[], Health]:
    return lambda: Health(sqlite_store, "run", Clock(MORNING), seconds)


def listening(make: Callable[[], Health]) -> tuple[Health, Socket]:
    health, socket = make(), Socket()
    health.listen_to(cast("Any", socket))
    return health, socket


def beats(store: Store) -> list[Heartbeat]:
    with store.read() as session:
        return list(list_heartbeats(session))


def test_a_process_is_well_as_long_as_it_beats(make: Callable[[], Health], seconds: Seconds) -> None:
    health = make()
    for _ in range(20):
        seconds.now += 5
        health.beat()

    assert health.problems() == []


def test_without_a_beat_it_is_ill_within_fifteen_seconds_and_well_again_with_the_next(
    make: Callable[[], Health], seconds: Seconds
) -> None:
    health = make()
    seconds.now += 15
    ill = health.problems()
    health.beat()

    assert "the clock stopped, or the database takes no writes" in ill[0]
    assert health.problems() == []


def test_a_socket_that_says_nothing_is_noticed_within_ninety_seconds(
    make: Callable[[], Health], seconds: Seconds
) -> None:
    health, socket = listening(make)
    socket.current_session = Session(1.0)
    for _ in range(18):
        seconds.now += 5
        health.beat()

    assert "Slack was not heard" in health.problems()[0]


def test_a_socket_that_pings_is_heard_and_a_new_one_too(make: Callable[[], Health], seconds: Seconds) -> None:
    health, socket = listening(make)
    for count in range(40):
        seconds.now += 5
        socket.current_session = Session(count) if count % 10 else Session(None)  # refreshed now and then
        health.beat()

    assert health.problems() == []


def test_a_process_without_a_socket_has_no_silence(make: Callable[[], Health], seconds: Seconds) -> None:
    health = make()
    seconds.now += 1_000

    assert health.socket_silence() == 0


def test_a_process_that_ends_as_it_should_leaves_no_sign(
    make: Callable[[], Health], sqlite_store: Store
) -> None:
    health = make()
    health.begin(is_alone=True)
    while_running = [beat.way for beat in beats(sqlite_store)]
    health.close()

    assert while_running == ["run"]
    assert beats(sqlite_store) == []


def test_the_only_process_takes_away_the_signs_of_those_before_it(
    make: Callable[[], Health], sqlite_store: Store
) -> None:
    make().begin(is_alone=True)
    make().begin(is_alone=True)

    assert len(beats(sqlite_store)) == 1


def test_a_sign_without_a_process_is_forgotten_after_a_day(sqlite_store: Store, seconds: Seconds) -> None:
    clock = Clock(MORNING)
    Health(sqlite_store, "serve", clock, seconds).beat()
    clock.now += timedelta(days=2)
    Health(sqlite_store, "serve", clock, seconds).beat()

    assert [beat.beat_at for beat in beats(sqlite_store)] == [clock.now]
