"""kill -9 at every step of a post (R4): 8 points x 2 databases x 100, and inside of each transaction.

python -m bench.deliveries_kill [--kills 100] [--database sqlite|postgresql]

A process of its own, with an outbox and nothing else, kills itself at the point; then the time passes until
what it left can be taken up, and another process does. Slack is the sandbox: what it accepted is what counts.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tqdm import tqdm

from bench.clocks import SetClock
from bench.databases import KINDS, new_database
from bench.deliveries_worker import POINTS, UNCOMMITTED, killed_at
from bench.post_office import Office
from bot.manifest import build_manifest
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_USER, ChannelSeed
from persona_store.database import open_store
from persona_store.posts.deliveries import LEASE, QUARANTINE

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
POSTED = ("called", "answered", "recorded", "recorded, not committed")
"""Where Slack has accepted the post before the process dies."""
APART = timedelta(minutes=5)
"""Between one kill and the next, in the time of the clock."""


@dataclass
class Tally:
    kills: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.double or self.unsettled)


def kill_repeatedly(
    database_url: str, points: Sequence[str], kills: int, tally: Tally, *, progress: bool = True
) -> None:
    """Kill ``kills`` times at each point, each time while another channel gets its post."""
    clock, store = SetClock(MONDAY), open_store(database_url, migrate=False)
    with ExitStack() as stack:
        stack.enter_context(closing(store))
        sandbox = stack.enter_context(SandboxServer(build_manifest(), clock=clock.seconds))
        office = stack.enter_context(closing(Office(store, sandbox, clock)))
        trials = [point for _ in range(kills) for point in points]
        for number, point in enumerate(tqdm(trials, unit="kill", disable=not progress)):
            clock.now = MONDAY + (number + 1) * APART
            _try(office, database_url, f"C1{number:05}", point, tally)


def _try(office: Office, database_url: str, channel_id: str, point: str, tally: Tally) -> None:
    office.sandbox.add_channel(ChannelSeed(channel_id, channel_id.lower(), (BOT_USER,)))
    due_at = office.clock.now
    number = office.subscribe(channel_id, f"{due_at:%H:%M}")
    office.change(number, next_at=due_at)
    dies = killed_at(database_url, office.sandbox.api_url, due_at, point)
    assert dies, f"the worker did not come to {point}"
    assert len(office.posted(channel_id)) == (point in POSTED), f"the worker did not die at {point}"
    tally.kills[point] += 1
    for later in (LEASE, QUARANTINE):
        office.clock.now = due_at + later
        office.outbox.work()
    office.change(number, next_at=None)
    posts, delivery = len(office.posted(channel_id)), office.deliveries()[-1]
    if posts == 0:
        tally.lost.append(point)
    elif posts > 1:
        tally.double.append(point)
    if delivery.state != "sent" or delivery.channel_id != channel_id:
        tally.unsettled.append(point)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--database", choices=KINDS)
    options = parser.parse_args()
    tally = Tally()
    kinds = [options.database] if options.database else KINDS
    for kind in kinds:
        with new_database(kind) as database_url:
            kill_repeatedly(database_url, POINTS + UNCOMMITTED, options.kills, tally)
    at_points = sum(tally.kills[point] for point in POINTS)
    print(
        f"R4: kill -9 at {len(POINTS)} points x {len(kinds)} databases x {options.kills} = {at_points}, and"
    )
    print(f"    {sum(tally.kills.values()) - at_points} inside of transactions:")
    print(f"    {len(tally.lost)} lost, {len(tally.double)} double (target 0, 0);")
    print(f"    all settled by the next process within {QUARANTINE.seconds} s: {not tally.unsettled}")
    for name in ("lost", "double", "unsettled"):
        if found := Counter(getattr(tally, name)):
            print(f"    {name}: {dict(found)}")
    return 0 if tally.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
