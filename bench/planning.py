"""Planning with 100,000 subscriptions: what a tick of the clock takes, and whether history makes it slower.

python -m bench.planning [--subscriptions 100000] [--past 1000000] [--database sqlite|postgresql]

A tick plans what is due, gives up what is too old, claims a batch and records it as sent. Subscriptions are
for one post a week; every five minutes of the working week have their share.
"""

import argparse
import re
import statistics
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import event, insert, text, update
from sqlalchemy.orm import Session

from bench.databases import KINDS, new_database
from bot.outbox import BATCH, PLANNED_AT_ONCE
from persona_store.database import Store, open_store
from persona_store.models import Delivery, Subscription
from persona_store.posts.deliveries import Settlement, claim_due, is_open, miss_stale, settle
from persona_store.posts.planning import plan_due

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
FIRST, LAST, EVERY = 8 * 60, 18 * 60, 5
"""Posts go out on weekdays from 8 to 18 h, every five minutes."""
IN_A_CHANNEL = 5
MOST_MS, MOST_GROWTH = 100.0, 2.0


def fill(store: Store, subscriptions: int, past: int) -> None:
    """Subscribe, and add ``past`` deliveries of the last weeks, each sent."""
    slots = [(day, minute) for day in range(5) for minute in range(FIRST, LAST, EVERY)]
    with store.begin() as session:
        rows = [_subscription(n, slots[n % len(slots)]) for n in range(subscriptions)]
        session.execute(insert(Subscription), rows)
        if past:
            sent = [_sent(n, slots[n % len(slots)]) for n in range(min(past, subscriptions))]
            session.execute(insert(Delivery), sent)
        copies = past // subscriptions - 1
        if copies > 0:
            numbers = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(copies))
            session.execute(text(_COPY.format(numbers=numbers)))


_COPY = """
INSERT INTO delivery (key, subscription_id, programme, local_time, channel_id, due_at, useful_until, state,
    attempts, ts, sent_at)
SELECT key || ' ' || n, subscription_id, programme, local_time, channel_id, due_at, useful_until, state,
    attempts, ts, sent_at FROM delivery CROSS JOIN ({numbers}) AS numbers"""


def _subscription(number: int, slot: tuple[int, int]) -> dict[str, object]:
    day, minute = slot
    return {
        "id": number + 1,
        "channel_id": _channel(number),
        "programme": "spotlight",
        "weekdays": [day],
        "local_time": f"{minute // 60:02}:{minute % 60:02}",
        "zone": "UTC",
        "personas": [],
        "slack_user_id": "U0ALICE",
        "state": "active",
        "next_at": MONDAY + timedelta(days=day, minutes=minute),
        "created_at": MONDAY - timedelta(days=700),
    }


def _channel(number: int) -> str:
    return f"C{number // IN_A_CHANNEL:06}"


def _sent(number: int, slot: tuple[int, int]) -> dict[str, object]:
    due_at = MONDAY + timedelta(days=slot[0] - 7, minutes=slot[1])
    return {
        "key": f"{number + 1} {due_at:%Y-%m-%dT%H:%M}",
        "subscription_id": number + 1,
        "programme": "spotlight",
        "local_time": f"{due_at:%Y-%m-%dT%H:%M}",
        "channel_id": _channel(number),
        "due_at": due_at,
        "useful_until": due_at + timedelta(hours=12),
        "state": "sent",
        "attempts": 1,
        "ts": f"{due_at.timestamp():.6f}",
        "sent_at": due_at,
    }


@dataclass(frozen=True)
class Ticks:
    """Milliseconds of each part of a tick, one after the other."""

    plan: list[float]
    miss: list[float]
    claim: list[float]

    def add(self, plan: float, miss: float, claim: float) -> None:
        self.plan.append(plan)
        self.miss.append(miss)
        self.claim.append(claim)

    @property
    def whole(self) -> list[float]:
        return [sum(parts) for parts in zip(self.plan, self.miss, self.claim, strict=True)]


def tick(store: Store, now: datetime) -> tuple[float, float, float]:
    """What an outbox does with its database at a tick, but for the posts themselves."""
    moments = [time.perf_counter()]
    for does in (_plan, _miss, _claim):
        with store.begin() as session:
            does(session, now)
        moments.append(time.perf_counter())
    plan, miss, claim = (1000 * (b - a) for a, b in pairwise(moments))
    return plan, miss, claim


def _plan(session: Session, now: datetime) -> None:
    plan_due(session, now, PLANNED_AT_ONCE)


def _miss(session: Session, now: datetime) -> None:
    miss_stale(session, now)


def _claim(session: Session, now: datetime) -> None:
    """Claim a batch, and have it sent."""
    claimed = claim_due(session, now, BATCH)
    settle(session, [Settlement(one, "sent", now, ts="1") for one in claimed])


def measure(kind: str, subscriptions: int, past: int, ticks: int) -> tuple[Ticks, Ticks, list[str]]:
    """Live through the first moments of a Monday, without history and with it, in turn.

    Gives what the ticks took, and the indexes that they used.
    """
    found = Ticks([], [], []), Ticks([], [], [])
    with ExitStack() as stack:
        stores = []
        for rows in (0, past):
            url = stack.enter_context(new_database(kind))
            stores.append(stack.enter_context(closing(open_store(url, migrate=False))))
            fill(stores[-1], subscriptions, rows)
            _keep_house(stores[-1])
        for number in range(ticks + 1):
            now = MONDAY + timedelta(minutes=FIRST + number * EVERY)
            for store, times in zip(stores, found, strict=True):
                parts = tick(store, now)
                if number:  # in the first one everything is compiled
                    times.add(*parts)
                with store.begin() as session:
                    session.execute(update(Delivery).where(is_open()).values(state="sent", not_before=None))
        return *found, indexes_used(stores[1], now)


def _keep_house(store: Store) -> None:
    """What databases do by themselves, sooner or later."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def indexes_used(store: Store, now: datetime) -> list[str]:
    """Every index or table that the queries of a tick walk through."""
    asked: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:  # noqa: ANN401
        if not call[5] and "SELECT" in call[2]:
            asked.append((call[2], call[3]))

    event.listen(store.engine, "before_cursor_execute", note)
    with store.begin() as session:
        plan_due(session, now - timedelta(days=30), 1)
        miss_stale(session, now)
        claim_due(session, now, BATCH)
    event.remove(store.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if store.engine.dialect.name == "sqlite" else "EXPLAIN"
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_sort = off"))  # as where it claims
        plans = [connection.exec_driver_sql(f"{explain} {each[0]}", each[1]).all() for each in asked]
    steps = " ".join(str(row) for plan in plans for row in plan)
    walks = r"(?:INDEX|Scan using|Index Scan on|Seq Scan on|SCAN) (\w+)\b(?! USING)"
    return sorted(set(re.findall(walks, steps)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscriptions", type=int, default=100_000)
    parser.add_argument("--past", type=int, default=1_000_000)
    parser.add_argument("--ticks", type=int, default=30)
    parser.add_argument("--database", choices=KINDS)
    options = parser.parse_args()
    kept = True
    for kind in [options.database] if options.database else KINDS:
        without, with_past, indexes = measure(kind, options.subscriptions, options.past, options.ticks)
        growth = statistics.median(with_past.whole) / statistics.median(without.whole)
        kept = kept and statistics.median(with_past.plan) <= MOST_MS and growth <= MOST_GROWTH
        due = options.subscriptions // (5 * (LAST - FIRST) // EVERY)
        print(f"{kind}, {options.subscriptions:,} subscriptions, {due} due at each of {options.ticks} ticks:")
        for name, ticks in (("no history", without), (f"{options.past:,} past", with_past)):
            print(f"    {name}: planning {_said(ticks.plan)}, the whole tick {_said(ticks.whole)}")
        print(f"    with history {growth:.2f} times as long (target {MOST_MS:.0f} ms, {MOST_GROWTH} times)")
        print(f"    walked through: {', '.join(indexes)}")
    return 0 if kept else 1


def _said(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ms (at most {max(times):.0f})"


if __name__ == "__main__":
    sys.exit(main())
