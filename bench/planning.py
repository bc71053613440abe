"""Planning with 100,000 subscriptions: what a tick of the clock takes, and whether history makes it slower.

python -m bench.planning [--subscriptions 100000] [--past 1000000] [--database sqlite|postgresql]

A tick plans what is due, gives up what is too old and claims a batch. Each moment of the week has its share
of the subscriptions; the fullest tick has all that one transaction plans.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, text

from persona_store.database import Store
from persona_store.models import Delivery, Subscription

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
FIRST, LAST, EVERY = 8 * 60, 18 * 60, 5
"""Posts go out on weekdays from 8 to 18 h, every five minutes."""
IN_A_CHANNEL = 5
MOST_MS, MOST_GROWTH = 100.0, 2.0
INDEXES = ("ix_subscription_next_at", "ix_delivery_turn", "ix_delivery_open")
"""Those that a tick must use: all of them stay small, however long the history is."""


def fill(store: Store, subscriptions: int, past: int) -> None:
    """Subscribe, and add ``past`` deliveries of each subscription's last days, each sent."""
    slots = [(day, minute) for day in range(5) for minute in range(FIRST, LAST, EVERY)]
    with store.begin() as session:
        session.execute(
            insert(Subscription), [_subscription(n, slots[n % len(slots)]) for n in range(subscriptions)]
        )
        session.execute(
            insert(Delivery), [_sent(n, slots[n % len(slots)]) for n in range(min(past, subscriptions))]
        )
    copies = past // subscriptions - 1
    if copies > 0:
        with store.begin() as session:
            session.execute(
                text(_COPY.format(numbers=" UNION ALL ".join(f"SELECT {n} AS n" for n in range(copies))))
            )


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
