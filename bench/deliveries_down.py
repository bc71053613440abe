"""Catching up (R3): the bot is down for 1 s to 7 days, again and again, at random, with random schedules.

python -m bench.deliveries_down [--times 500]

The clock is set: from due moment to due moment while the bot runs, past everything while it is down. What
should have been posted is counted by the calendar of each time zone, without the bot's own planning.
"""

import argparse
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from tqdm import tqdm

from bench.clocks import SetClock
from bench.post_office import Office, key_of
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_USER, ChannelSeed
from persona_store.database import Store, open_store
from persona_store.models import Delivery, Subscription
from persona_store.posts.local_times import list_zones
from persona_store.posts.subscriptions import upcoming

BEGIN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SUBSCRIPTIONS = 8
A_MINUTE, A_DAY, A_WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Post:
    key: str
    due_at: datetime
    useful_until: datetime


@dataclass(frozen=True)
class Wanted:
    """A subscription of a channel of its own, as the witness knows it."""

    number: int
    channel_id: str
    weekdays: tuple[int, ...]
    at: time
    zone: str

    def between(self, begin: datetime, end: datetime) -> Iterator[Post]:
        """Give each post that is due after ``begin``, until ``end``."""
        zone = ZoneInfo(self.zone)
        day = begin.astimezone(zone).date() - A_DAY
        while day <= end.astimezone(zone).date() + A_DAY:
            moment = datetime.combine(day, self.at, zone).astimezone(UTC)
            if day.weekday() in self.weekdays and begin < moment <= end:
                midnight = datetime.combine(moment.astimezone(zone).date() + A_DAY, time(), zone)
                yield Post(f"{self.number} {day}T{self.at:%H:%M}", moment, midnight.astimezone(UTC))
            day += A_DAY


@dataclass
class Tally:
    """``late``: caught up more than 60 s after the start; ``wrong``: missed though useful, or the reverse."""

    downs: int = 0
    posts: int = 0
    caught_up: int = 0
    missed: int = 0
    silent: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not (self.silent or self.double or self.late or self.wrong)


def go_down_repeatedly(store: Store, times: int, chance: random.Random, *, progress: bool = True) -> Tally:
    tally, clock = Tally(), SetClock(BEGIN)
    with ExitStack() as stack:
        sandbox = stack.enter_context(SandboxServer(build_manifest(), clock=clock.seconds))
        office = stack.enter_context(closing(Office(store, sandbox, clock)))
        for number in tqdm(range(times), unit="down", disable=not progress):
            wanted = [_subscribe(office, f"C{number:05}{one}", chance) for one in range(SUBSCRIPTIONS)]
            _go_down(office, wanted, chance, tally)
            for one in wanted:
                office.change(one.number, next_at=None, state="ended")
    return tally


def _subscribe(office: Office, channel_id: str, chance: random.Random) -> Wanted:
    office.sandbox.add_channel(ChannelSeed(channel_id, channel_id.lower(), (BOT_USER,)))
    weekdays = tuple(sorted(chance.sample(range(7), chance.randint(1, 7))))
    at, zone = time(chance.randrange(24), chance.randrange(60)), chance.choice(list_zones())
    with office.store.begin() as session:
        subscription = Subscription(
            channel_id=channel_id,
            programme="spotlight",
            weekdays=list(weekdays),
            local_time=f"{at:%H:%M}",
            zone=zone,
            slack_user_id="U0ALICE",
            created_at=office.clock.now,
        )
        subscription.next_at = upcoming(subscription, office.clock.now).at
        session.add(subscription)
        session.flush()
        return Wanted(subscription.id, channel_id, weekdays, at, zone)


def _go_down(office: Office, wanted: list[Wanted], chance: random.Random, tally: Tally) -> None:
    """Run for a while, be down for a while, start again, and run for ten minutes more."""
    begun = office.clock.now
    office.work_until_settled(hours=chance.uniform(1, 72))
    down = math.exp(chance.uniform(0, math.log(A_WEEK.total_seconds())))
    if chance.random() < 0.5 and (due := office.outbox.next_due()):  # right before something is due
        office.clock.now = max(office.clock.now, due - timedelta(seconds=chance.uniform(0, down)))
    gone_at = office.clock.now
    office.clock.pass_by(down)
    started_at = office.clock.now
    office.restart()
    office.work_until_settled(hours=10 / 60)
    tally.downs += 1
    posts = Counter(key_of(post) for post in office.sandbox.posts)
    for one in wanted:
        rows = _rows(office.store, one.channel_id)
        for post in one.between(begun, office.clock.now):
            _count(post, rows.pop(post.key, None), posts[post.key], gone_at, started_at, tally)
        tally.wrong += list(rows)  # what nobody has subscribed to


def _rows(store: Store, channel_id: str) -> dict[str, Delivery]:
    with store.read() as session:
        found = session.scalars(select(Delivery).where(Delivery.channel_id == channel_id))
        return {row.key: row for row in found}


def _count(
    post: Post, row: Delivery | None, posts: int, gone_at: datetime, started_at: datetime, tally: Tally
) -> None:
    was_down = gone_at < post.due_at <= started_at
    is_missed = row is not None and row.state == "missed"
    tally.posts += posts
    tally.caught_up += was_down and posts == 1
    tally.missed += is_missed
    if row is None or row.state not in ("sent", "missed") or (is_missed and not row.reason):
        tally.silent.append(post.key)
    elif posts != (row.state == "sent"):
        tally.double.append(post.key)
    elif is_missed != (was_down and post.useful_until <= started_at):
        tally.wrong.append(post.key)
    elif row.sent_at and row.sent_at > max(post.due_at, started_at if was_down else post.due_at) + A_MINUTE:
        tally.late.append(post.key)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'persona.db'}")
        with closing(store):
            tally = go_down_repeatedly(store, options.times, random.Random(options.seed))
    print(f"R3: {tally.downs} times down, 1 s to 7 days, {SUBSCRIPTIONS} random schedules each:")
    print(f"    {tally.posts} posted, of these {tally.caught_up} caught up; {tally.missed} missed and shown;")
    print(
        f"    {len(tally.silent)} silent, {len(tally.double)} double, {len(tally.late)} more than 60 s after"
    )
    print(f"    the start, {len(tally.wrong)} otherwise wrong (target 0)")
    for name in ("silent", "double", "late", "wrong"):
        if found := getattr(tally, name):
            print(f"    {name}: {found[:5]}")
    return 0 if tally.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
