"""Rate limits and outages (R7): 30 % of all calls are refused with 429, and Slack is away for six hours.

python -m bench.deliveries_slow [--posts 1000]

The clock is set from due moment to due moment. A call counts as early where its process had the 429 answer of
this method in its hands 50 ms before it began the call, and Retry-After was not over. What other threads had
begun by then was on its way, and is counted apart.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError

from bench.clocks import SetClock
from bench.post_office import Office, key_of
from bot.called_off import SlackClient
from bot.logs import QUIET
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN, BOT_USER, ChannelSeed
from persona_store.database import open_store

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SHARE, RETRY_AFTER = 0.3, 7
TOLD_WITHIN = 0.05
"""Seconds in which the threads of a process hear of a 429 that one of them got."""
CHANNELS = 50
AWAY = timedelta(hours=6)


@dataclass
class Watch:
    """When calls began, and when which answer came: real moments, and those of the clock that is set."""

    calls: dict[str, list[tuple[float, datetime]]] = field(default_factory=lambda: defaultdict(list))
    limits: dict[str, list[tuple[float, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def early(self) -> int:
        return sum(
            any(heard + TOLD_WITHIN < begun and at < until for heard, until in self.limits[method])
            for method, calls in self.calls.items()
            for begun, at in calls
        )


class WatchedClient(SlackClient):
    """A client that remembers its calls."""

    def __init__(self, api_url: str, clock: SetClock, watch: Watch) -> None:
        super().__init__(token=BOT_TOKEN, base_url=api_url, timeout=20, retry_handlers=[], logger=QUIET)
        self._clock, self._watch = clock, watch

    def api_call(self, api_method: str, **arguments: Any) -> Any:  # noqa: ANN401
        self._watch.calls[api_method].append((time.monotonic(), self._clock.now))
        try:
            return super().api_call(api_method, **arguments)
        except SlackApiError as error:
            if error.response.status_code == 429:
                until = self._clock.now + timedelta(seconds=int(error.response.headers["Retry-After"]))
                self._watch.limits[api_method].append((time.monotonic(), until))
            raise


@contextmanager
def slow_office(channels: int) -> Iterator[tuple[Office, Watch]]:
    clock, watch = SetClock(BEGIN), Watch()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        store = stack.enter_context(closing(open_store(f"sqlite:///{Path(folder) / 'persona.db'}")))
        sandbox = stack.enter_context(SandboxServer(build_manifest(), clock=clock.seconds))
        for number in range(channels):
            sandbox.add_channel(ChannelSeed(_channel(number), f"team-{number}", (BOT_USER,)))
        client = WatchedClient(sandbox.api_url, clock, watch)
        yield stack.enter_context(closing(Office(store, sandbox, clock, client))), watch


def _channel(number: int) -> str:
    return f"C1{number:03}"


@dataclass(frozen=True)
class Outcome:
    """``in_flight``: calls that were on their way when a 429 came.

    ``fastest``: seconds between two posts in a channel; the sandbox adds microseconds to tell posts apart.
    """

    lost: int
    double: int
    unordered: int
    early: int
    in_flight: int
    limits: int
    calls: int
    fastest: float
    minutes: float

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.double or self.unordered or self.early) and self.fastest > 0.999


def limited(posts: int, channels: int = CHANNELS) -> Outcome:
    """Post while Slack refuses three of ten calls; some of the posts are notices to people."""
    with slow_office(channels) as (office, watch):
        keys = _plan(office, posts, channels)
        for number in range(posts // 20):
            office.notify(("U0ALICE", "U0BOB", "U0CAROL")[number % 3], f"notice {number}")
            keys.append(f"notice {number}")
        office.sandbox.set_faults(rate_limit={"share": SHARE, "retry_after": RETRY_AFTER})
        office.work_until_settled(hours=12)
        return _judge(office, watch, keys)


def away(posts: int, channels: int = CHANNELS, gone: timedelta = AWAY) -> Outcome:
    """Come back after hours in which Slack answered nothing; then it keeps its own limits."""
    with slow_office(channels) as (office, watch):
        office.sandbox.set_faults(outage=True, pace=True)
        keys = _plan(office, posts, channels)
        office.work_until_settled(hours=gone.total_seconds() / 3_600)
        office.sandbox.set_faults(outage=False)
        office.work_until_settled(hours=2)
        return _judge(office, watch, keys)


def _plan(office: Office, posts: int, channels: int) -> list[str]:
    keys = [f"key {number}" for number in range(posts)]
    for number, key in enumerate(keys):
        office.plan(key, _channel(number % channels), late=timedelta(seconds=posts - number))
    return keys


def _judge(office: Office, watch: Watch, keys: list[str]) -> Outcome:
    accepted, by_channel = office.accepted(), defaultdict(list)
    for post in office.sandbox.posts:
        by_channel[post.channel].append((float(post.ts), int(str(key_of(post)).split()[1])))
    times = [[at for at, _ in posts] for posts in by_channel.values()]
    early = watch.early()
    last = max((at for each in times for at in each), default=0.0)
    return Outcome(
        lost=sum(key not in accepted for key in keys),
        double=sum(count - 1 for count in accepted.values()),
        unordered=sum(b < a for posts in by_channel.values() for (_, a), (_, b) in pairwise(posts)),
        early=early,
        in_flight=len(office.sandbox.early_calls) - early,
        limits=sum(map(len, watch.limits.values())),
        calls=sum(map(len, watch.calls.values())),
        fastest=min((b - a for each in times for a, b in pairwise(each)), default=1.0),
        minutes=(last - BEGIN.timestamp()) / 60,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000)
    options = parser.parse_args()
    slow = limited(options.posts)
    print(f"R7: {options.posts} posts and {options.posts // 20} notices, {SHARE:.0%} of all calls 429:")
    print(f"    {slow.limits} of {slow.calls} calls refused, all posted after {slow.minutes:.0f} min;")
    print(f"    {slow.early} calls before Retry-After, {slow.lost} lost, {slow.double} double (target 0);")
    print(f"    {slow.in_flight} calls were on their way on other threads when a 429 came")
    gone = away(options.posts)
    after = gone.minutes - AWAY.total_seconds() / 60
    print(f"R7: Slack away {AWAY.seconds // 3_600} h, {options.posts} posts due in {CHANNELS} channels:")
    print(f"    {gone.lost} lost, {gone.double} double, {gone.unordered} out of order (target 0);")
    print(
        f"    at least {gone.fastest:.2f} s apart in a channel (target 1), all posted {after:.1f} min after"
    )
    print(f"    it was back; {gone.calls} calls in all, {gone.limits} refused by Slack's own limits")
    return 0 if slow.is_right and gone.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
