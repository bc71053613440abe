"""The sandbox's clock goes on, never back, and stops wherever the bot has something to do."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import SandboxServer
from bot.sandbox.backstage import Backstage
from bot.sandbox.box import Box
from bot.sandbox.clock import SandboxClock
from bot.sandbox.errors import RefusedError
from bot.sandbox.passage import destination
from bot.sandbox.world import Json
from tests.bot.patience import eventually
from tests.bot.sandbox.conftest import Clock, new_manifest
from tests.bot.sandbox.planned import Plan, PlannedBot

FRIDAY = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
"""What the fixture ``clock`` shows, 1,800,000,000 seconds since 1970."""


@pytest.fixture
def its_clock(clock: Clock) -> SandboxClock:
    return SandboxClock(clock)


@pytest.fixture
def sandbox(its_clock: SandboxClock) -> Iterator[SandboxServer]:
    with SandboxServer(new_manifest(), clock=its_clock) as server:
        yield server


def test_it_runs_as_the_real_clock_does(clock: Clock, its_clock: SandboxClock) -> None:
    its_clock.go_to(clock.now + 3_600)
    clock.now += 5

    assert its_clock.now() == FRIDAY + timedelta(hours=1, seconds=5)
    assert its_clock.ahead == 3_600


@pytest.mark.parametrize("moment", [0.0, 1_799_999_999.0, 1_800_000_000.0])
def test_it_does_not_go_back(its_clock: SandboxClock, moment: float) -> None:
    its_clock.go_to(moment)

    assert its_clock.now() == FRIDAY


def test_it_does_not_go_back_when_the_real_one_does(clock: Clock, its_clock: SandboxClock) -> None:
    its_clock()
    clock.now -= 1_000

    assert its_clock.now() == FRIDAY


def test_it_starts_where_it_was_left(clock: Clock) -> None:
    left_at = clock.now + 86_400

    assert SandboxClock(clock, at_least=left_at)() == left_at
    assert SandboxClock(clock, at_least=left_at - 100_000)() == clock.now


def test_it_shows_each_moment_that_it_is_set_to_or_a_later_one() -> None:
    clock = SandboxClock()
    late = [FRIDAY + timedelta(microseconds=333_333 * number) for number in range(500)]

    for moment in late:
        clock.go_to(moment.timestamp())
        assert clock.now() >= moment


def test_threads_that_move_it_see_it_go_on_only(its_clock: SandboxClock) -> None:
    seen: list[list[float]] = []

    def push() -> None:
        mine = []
        for _ in range(500):
            its_clock.go_to(its_clock() + 1)
            mine.append(its_clock())
        seen.append(mine)

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 4
    assert all(mine == sorted(mine) for mine in seen)


@pytest.mark.parametrize(
    ("by", "zone", "there"),
    [
        ({"minutes": 1}, "UTC", FRIDAY + timedelta(minutes=1)),
        ({"hours": 2}, "Asia/Tokyo", FRIDAY + timedelta(hours=2)),
        ({"days": 1}, "Europe/Madrid", FRIDAY + timedelta(days=1)),
        ({"weeks": 52}, "Europe/London", FRIDAY + timedelta(weeks=52)),
        ({"weekday": 0, "at": "09:29"}, "Europe/Madrid", datetime(2027, 1, 18, 8, 29, tzinfo=UTC)),
        ({"weekday": 4, "at": "09:00"}, "Europe/Madrid", datetime(2027, 1, 22, 8, 0, tzinfo=UTC)),
        ({"weekday": 4, "at": "09:01"}, "Europe/Madrid", datetime(2027, 1, 15, 8, 1, tzinfo=UTC)),
        ({"weekday": 5, "at": "00:00"}, "Asia/Tokyo", datetime(2027, 1, 15, 15, 0, tzinfo=UTC)),
    ],
)
def test_where_it_goes_is_a_matter_of_the_calendar_there(by: Json, zone: str, there: datetime) -> None:
    assert datetime.fromtimestamp(destination(FRIDAY, zone, by), UTC) == there


def test_a_week_over_a_change_of_the_clocks_ends_at_the_same_time_of_day() -> None:
    before = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)  # 09:00 in Madrid, two days before summer time

    assert datetime.fromtimestamp(destination(before, "Europe/Madrid", {"weeks": 1}), UTC).hour == 7


@pytest.mark.parametrize(
    "by",
    [
        {},
        {"years": 1},
        {"days": 0},
        {"days": -1},
        {"days": 1.5},
        {"days": "1"},
        {"days": True},
        {"hours": 1_001},
        {"days": 1, "hours": 1},
        {"weekday": 7, "at": "09:29"},
        {"weekday": "Monday", "at": "09:29"},
        {"weekday": 0, "at": "24:00"},
        {"weekday": 0, "at": "9"},
        {"weekday": [0], "at": "09:29"},
        {"weekday": 0, "at": None},
    ],
)
def test_where_it_cannot_go_is_refused_in_words(by: Json) -> None:
    with pytest.raises(RefusedError, match=r"Expected|can go on"):
        destination(FRIDAY, "Europe/Madrid", by)


def test_on_its_way_the_bot_posts_each_thing_at_its_moment(
    sandbox: SandboxServer, its_clock: SandboxClock
) -> None:
    daily = Plan("daily", FRIDAY + timedelta(hours=3))
    bot = PlannedBot(sandbox, its_clock, [daily, Plan("hourly", FRIDAY, timedelta(hours=1))])

    said = sandbox.pass_time({"weeks": 1})

    moments = [float(post.ts) for post in sandbox.posts if post.text]
    hours = [FRIDAY + timedelta(hours=hour) for hour in range(7 * 24 + 1)]
    days = [FRIDAY + timedelta(days=day, hours=3) for day in range(7)]
    wanted = sorted(moment.timestamp() for moment in [*hours, *days])
    assert [round(moment) for moment in moments] == wanted
    assert said == f"{len(wanted)} messages were posted on the way."
    assert its_clock.now() == FRIDAY + timedelta(weeks=1)
    assert len(bot.seen) == len(hours)


def test_where_nothing_is_due_it_arrives_at_once(sandbox: SandboxServer, its_clock: SandboxClock) -> None:
    bot = PlannedBot(sandbox, its_clock, [])

    assert sandbox.pass_time({"weekday": 0, "at": "09:29"}) == "Nothing was posted on the way."
    assert [f"{moment:%A %H:%M}" for moment in bot.seen] == ["Friday 08:00", "Monday 08:29"]


def test_without_a_bot_behind_the_stage_it_only_shows_another_time(
    sandbox: SandboxServer, its_clock: SandboxClock
) -> None:
    sandbox.pass_time({"days": 1}, "U0DAVE")

    assert its_clock.now() == FRIDAY + timedelta(days=1)


def test_a_week_of_twenty_daily_subscriptions_passes_in_seconds(sandbox: SandboxServer) -> None:
    clock = sandbox.box.world.clock
    assert isinstance(clock, SandboxClock)
    plans = [Plan(str(number), FRIDAY + timedelta(minutes=67 * number + 1)) for number in range(20)]
    PlannedBot(sandbox, clock, plans)
    started = time.perf_counter()

    said = sandbox.pass_time({"weeks": 1})

    assert said == "140 messages were posted on the way."
    assert time.perf_counter() - started < 5


def test_a_bot_that_never_gets_done_does_not_hold_it_up(
    sandbox: SandboxServer, its_clock: SandboxClock
) -> None:
    woken = []
    sandbox.backstage = Backstage(lambda: FRIDAY, lambda: woken.append(its_clock()), list)

    sandbox.pass_time({"weeks": 52})

    assert its_clock.now() == FRIDAY + timedelta(weeks=52)
    assert len(woken) < 50


def test_where_the_bot_fails_it_stays_and_says_so(sandbox: SandboxServer, its_clock: SandboxClock) -> None:
    def fail() -> None:
        raise ValueError("what somebody wrote")

    sandbox.backstage = Backstage(lambda: None, fail, list)
    with pytest.raises(ValueError, match="somebody"):
        sandbox.pass_time({"weeks": 1})

    journey = sandbox.state("U0ALICE")["clock"]["journey"]
    assert journey["words"] == "Stopped on the way: the bot failed (ValueError)."
    assert its_clock.now() == FRIDAY


def halt(box: Box) -> None:
    assert box.passage
    box.passage.stop()


def test_it_can_be_stopped_on_its_way(sandbox: SandboxServer, its_clock: SandboxClock) -> None:
    held = threading.Event()
    sandbox.backstage = Backstage(lambda: its_clock.now() + timedelta(hours=1), lambda: held.wait(5), list)
    on_its_way = threading.Thread(target=lambda: sandbox.pass_time({"weeks": 1}))
    on_its_way.start()
    eventually(lambda: sandbox.state("U0ALICE")["clock"].get("journey", {}).get("going"))
    with pytest.raises(RefusedError, match="already on its way"):
        sandbox.pass_time({"days": 1})
    sandbox.look(halt)
    held.set()
    on_its_way.join()

    assert sandbox.state("U0ALICE")["clock"]["journey"]["words"] == "Stopped on the way. Go on when you like."
    assert its_clock.now() < FRIDAY + timedelta(days=1)


def test_more_than_a_year_at_once_is_refused(sandbox: SandboxServer) -> None:
    with pytest.raises(RefusedError, match="more than a year"):
        sandbox.pass_time({"weeks": 53})


def test_a_sandbox_that_runs_by_another_clock_offers_none(clock: Clock) -> None:
    with SandboxServer(new_manifest(), clock=clock) as server:
        assert server.state("U0ALICE")["clock"] == {"now": clock.now, "can_move": False}
        with pytest.raises(RefusedError, match="real clock"):
            server.pass_time({"days": 1})
        with pytest.raises(TypeError):
            server.backstage = Backstage(lambda: None, lambda: None, list)
