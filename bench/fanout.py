"""Many posts at once: what one costs beside a bare call of Slack, and how well Slack's pace is kept.

python -m bench.fanout [--posts 10000] [--channels 1000] [--database sqlite|postgresql]

CPU is that of this process alone, with all its threads: Slack is a process of its own, and so is
PostgreSQL. Everything is due at once. Time is set, not waited for: when nothing can be sent, the clock goes
on to the next moment at which something can. The bare calls are the same messages, one after the other. Both
take turns, for a machine that is not equally busy all the time; of the turns the middle one counts.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bench.clocks import SetClock
from bench.databases import KINDS, new_database
from bench.post_office import LINES, Office, key_of, open_outbox, subscribe
from bot.app import COMPOSERS, TRIVIA, slack_client
from bot.desk import Composed, Composer, Desk
from bot.manifest import build_manifest
from bot.outbox import PLANNED_AT_ONCE, Outbox
from bot.posting import EVENT_TYPE
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN, BOT_USER, EMPLOYEES, SEED, ChannelSeed, WorkspaceSeed
from bot.sandbox.apart import SandboxApart
from bot.sandbox.start import prepare_store
from persona_store.answering import Answering
from persona_store.database import Store, open_store
from persona_store.models import Delivery
from persona_store.posts.pace import CHANNEL_PACE
from persona_store.posts.planning import plan_due
from persona_store.trivia.loading import Materials

DUE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TURNS = 5
MOST = 2.0
"""How many times the CPU of a bare call a post may cost."""


@dataclass
class Kept:
    """A composer that remembers what it made, to be posted again without the engine, and what that cost.

    ``materials``: what the question of a spotlight is made from.
    """

    compose: Composer
    answering: Answering
    materials: Materials
    calls: list[str] = field(default_factory=list)
    """As JSON: so many tables would make Python's garbage collection slow."""
    cpu: float = 0.0
    keeping: float = 0.0

    def __call__(self, session: Session, delivery: Delivery, desk: Desk) -> Composed:
        desk = replace(desk, answering=self.answering, materials=self.materials)
        started = time.thread_time()
        composed = self.compose(session, delivery, desk)
        self.cpu += time.thread_time() - started
        started = time.thread_time()
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}}
        call = {"channel": delivery.channel_id, "metadata": metadata, **composed.message.payload()}
        self.calls.append(json.dumps(call))
        self.keeping += time.thread_time() - started
        return composed


def workspace(channels: int) -> WorkspaceSeed:
    members = (*EMPLOYEES, BOT_USER)
    seeds = [ChannelSeed(_channel(number), f"team-{number}", members) for number in range(channels)]
    return replace(SEED, channels=tuple(seeds), messages=())


def _channel(number: int) -> str:
    return f"C1{number:05}"


def fill(store: Store, posts: int, channels: int) -> None:
    """Plan posts for the channels in turn, each time a minute later, and all of them due by now."""
    with store.begin() as session:
        for number in range(posts):
            at = DUE - timedelta(minutes=posts // channels - number // channels)
            subscribe(session, _channel(number % channels), f"{at:%H:%M}", DUE - timedelta(days=1))
            session.expunge_all()
    planned = 1
    while planned:
        with store.begin() as session:
            planned = plan_due(session, DUE, PLANNED_AT_ONCE)


def cpu_of_outbox(outbox: Outbox, clock: SetClock) -> float:
    """Seconds of CPU until everything that is due is sent."""
    started = time.process_time()
    outbox.work()
    while (due := outbox.next_due()) and due < DUE + timedelta(hours=1):
        clock.now = max(clock.now, due)
        outbox.work()
    return time.process_time() - started


def cpu_of_calls(api_url: str, calls: list[str]) -> float:
    """Seconds of CPU of the same calls, one after the other."""
    client, seconds = slack_client(BOT_TOKEN, api_url), 0.0
    for call in map(json.loads, calls):
        started = time.process_time()
        client.chat_postMessage(**call)
        seconds += time.process_time() - started
    return seconds


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU for each post; ``composing`` is part of ``engine``."""

    engine: float
    composing: float
    bare: float

    def __str__(self) -> str:
        rest = self.engine - self.composing
        return (
            f"{self.engine:.2f} ms, {self.engine / self.bare:.2f} times a bare call of {self.bare:.2f} ms: "
            f"{self.composing:.2f} ms to compose it, {rest:.2f} ms ({rest / self.bare:.2f} times) to send it"
        )


def cost(kind: str, composer: Composer, posts: int, channels: int) -> Cost:
    clock, found = SetClock(DUE), []
    with new_database(kind) as url, SandboxApart(build_manifest(), seed=workspace(channels)) as slack:
        with closing(open_store(url, migrate=False)) as store:
            prepare_store(store, DUE)
            answering = Answering(store)
            materials = Materials(answering, TRIVIA)
            for _ in range(TURNS):
                fill(store, posts // TURNS, channels)
                kept = Kept(composer, answering, materials)
                with open_outbox(store, slack.api_url, clock, composers={"spotlight": kept}) as outbox:
                    cpu = cpu_of_outbox(outbox, clock) - kept.keeping
                bare = cpu_of_calls(slack.api_url, kept.calls)
                found.append(Cost(*(1000 * each / len(kept.calls) for each in (cpu, kept.cpu, bare))))
        assert len(slack.ask("posts")) == 2 * posts
    return sorted(found, key=lambda each: each.engine / each.bare)[TURNS // 2]


@dataclass(frozen=True)
class Pace:
    """``late``: posts that came later than a second after the one before them in their channel."""

    early: int
    late: int
    refused: int


def pace(kind: str, posts: int, channels: int) -> Pace:
    """Post with Slack's own limits on one clock that everybody has."""
    clock = SetClock(DUE)
    with new_database(kind) as url, closing(open_store(url, migrate=False)) as store:
        fill(store, posts, channels)
        with SandboxServer(build_manifest(), clock=clock.seconds, seed=workspace(channels)) as sandbox:
            sandbox.set_faults(pace=True)
            with closing(Office(store, sandbox, clock)) as office:
                cpu_of_outbox(office.outbox, clock)
            assert len(office.accepted()) == posts
            return _judge(sandbox, {one.key: one.due_at for one in office.deliveries()})


def _judge(sandbox: SandboxServer, due: dict[str, datetime]) -> Pace:
    times: dict[str, list[float]] = defaultdict(list)
    early = late = 0
    for post in sandbox.posts:
        at, due_at = float(post.ts), due[str(key_of(post))].timestamp()
        before = times[post.channel][-1] if times[post.channel] else 0.0
        earliest = max(due_at, DUE.timestamp(), before + CHANNEL_PACE.total_seconds())
        early += at < earliest - 0.01
        late += at > earliest + 0.01  # the sandbox adds microseconds to tell posts apart
        times[post.channel].append(at)
    return Pace(early, late, len(sandbox.refusals))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--channels", type=int, default=1_000)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    options = parser.parse_args()
    size = options.posts, options.channels
    print(
        f"{size[0]} posts due in {size[1]} channels, {options.database}; CPU of each (target {MOST} times):"
    )
    kept = True
    for name, composer in (("a line", LINES["spotlight"]), ("a spotlight", COMPOSERS["spotlight"])):
        found = cost(options.database, composer, *size)
        kept = kept and found.engine <= MOST * found.bare
        print(f"    {name}: {found}")
    paced = pace(options.database, *size)
    kept = kept and not (paced.early or paced.late or paced.refused)
    print(f"    at Slack's pace: {paced.early} early, {paced.late} late beyond it (target 0, 0),")
    print(f"    {paced.refused} calls refused")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
