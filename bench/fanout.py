"""Many posts at once: what one costs beside a bare call of Slack, and how well Slack's pace is kept.

python -m bench.fanout [--posts 10000] [--channels 1000] [--database sqlite]

CPU is that of this process alone: Slack is a process of its own, and so is PostgreSQL. Time is set, not waited
for: when nothing can be sent, the clock goes on to the next moment at which something can.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bench.clocks import SetClock
from bench.databases import KINDS, new_database
from bench.post_office import LINES, open_outbox, subscribe
from bot.app import COMPOSERS, slack_client
from bot.desk import Composed, Composer, Desk
from bot.manifest import build_manifest
from bot.outbox import PLANNED_AT_ONCE, Outbox
from bot.posting import EVENT_TYPE
from bot.sandbox.accounts import BOT_TOKEN, BOT_USER, EMPLOYEES, SEED, ChannelSeed, WorkspaceSeed
from bot.sandbox.apart import SandboxApart
from bot.sandbox.start import prepare_store
from persona_store.database import Store, open_store
from persona_store.models import Delivery
from persona_store.planning import plan_due

DUE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MOST = 2.0
"""How many times the CPU of a bare call a post may cost."""


@dataclass
class Kept:
    """A composer that remembers what it made, to be posted again without the engine."""

    compose: Composer
    calls: list[str] = field(default_factory=list)
    """As JSON: so many tables would make Python's garbage collection slow."""

    def __call__(self, session: Session, delivery: Delivery, desk: Desk) -> Composed:
        composed = self.compose(session, delivery, desk)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}}
        call = {"channel": delivery.channel_id, "metadata": metadata, **composed.message.payload()}
        self.calls.append(json.dumps(call))
        return composed


def workspace(channels: int) -> WorkspaceSeed:
    seeds = [
        ChannelSeed(f"C1{number:05}", f"team-{number}", (*EMPLOYEES, BOT_USER)) for number in range(channels)
    ]
    return replace(SEED, channels=tuple(seeds), messages=())


def fill(store: Store, posts: int, channels: int) -> None:
    """Subscribe the channels in turn, each time a minute later, so that all is due at once."""
    with store.begin() as session:
        for number in range(posts):
            at = DUE - timedelta(minutes=1 + posts // channels - number // channels)
            subscribe(session, f"C1{number % channels:05}", f"{at:%H:%M}", DUE - timedelta(days=1))
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
    client = slack_client(BOT_TOKEN, api_url)
    seconds = 0.0
    for call in map(json.loads, calls):
        started = time.process_time()
        client.chat_postMessage(**call)
        seconds += time.process_time() - started
    return seconds
