"""What comes due becomes deliveries: each once, none left out, whatever one of them is like."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from bench.post_office import subscribe
from persona_store.database import Store
from persona_store.models import Delivery, Subscription
from persona_store.posts.planning import next_planning, plan_due

HALF_PAST_NINE = "09:30"


def test_what_is_due_is_planned_once_and_the_next_time_is_looked_ahead_to(
    store: Store, now: datetime
) -> None:
    number = add(store, now - timedelta(minutes=1))
    first, again = plan(store, now), plan(store, now)
    (row,) = rows(store)

    assert (first, again) == (1, 0)
    assert (row.key, row.state, row.due_at) == (f"{number} 2026-11-22T09:30", "planned", now)
    assert _next(store) == now + timedelta(days=1)


def test_a_batch_has_no_more_than_was_asked_for_the_longest_due_first(store: Store, now: datetime) -> None:
    for minute in (25, 20, 30):
        add(store, now - timedelta(hours=1), f"09:{minute}")
    counts = [plan(store, now, limit=2) for _ in range(3)]

    assert counts == [2, 1, 0]
    assert [row.local_time[-5:] for row in rows(store) if row.local_time] == ["09:20", "09:25", "09:30"]


def test_days_without_the_bot_are_recorded_as_missed_and_today_is_caught_up(
    store: Store, now: datetime
) -> None:
    add(store, now - timedelta(days=3, minutes=1))
    plan(store, now)

    assert [row.state for row in rows(store)] == ["missed", "missed", "missed", "planned"]
    assert {row.reason for row in rows(store)[:3]} == {"The bot was not running when it was due."}


def test_a_local_time_that_was_planned_before_is_not_planned_again_and_holds_up_nobody(
    store: Store, now: datetime
) -> None:
    number = add(store, now - timedelta(minutes=1))
    plan(store, now)
    change(store, number, next_at=now)
    other = add(store, now - timedelta(minutes=1))

    assert plan(store, now) == 2
    assert [row.key for row in rows(store)] == [f"{one} 2026-11-22T09:30" for one in (number, other)]
    assert _next(store) == now + timedelta(days=1)


def test_a_zone_that_is_there_no_more_ends_its_subscription_and_holds_up_nobody(
    store: Store, now: datetime
) -> None:
    number = add(store, now - timedelta(minutes=1))
    change(store, number, zone="Atlantis/Poseidonis")
    add(store, now - timedelta(minutes=1))
    plan(store, now)
    with store.read() as session:
        ended = session.get_one(Subscription, number)

    assert len(rows(store)) == 1
    assert (ended.state, ended.next_at) == ("ended", None)
    assert "Atlantis" in str(ended.reason)


def test_a_zone_whose_rules_have_changed_meanwhile_loses_no_post(store: Store, now: datetime) -> None:
    earlier, later = (add(store, now - timedelta(hours=3)) for _ in range(2))
    change(store, earlier, next_at=now + timedelta(hours=1))  # as it was worked out by the old rules
    change(store, later, next_at=now - timedelta(hours=1))
    plan(store, now + timedelta(hours=1))

    assert sorted(row.key for row in rows(store)) == [f"{one} 2026-11-22T09:30" for one in (earlier, later)]
    assert _next(store) == now + timedelta(days=1)


def test_many_take_as_many_statements_as_one(store: Store, now: datetime) -> None:
    counts = []
    for many in (1, 30):
        for _ in range(many):
            add(store, now - timedelta(minutes=1))
        asked: list[Any] = []
        event.listen(store.engine, "before_cursor_execute", lambda *call, asked=asked: asked.append(call[2]))
        plan(store, now)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert len(rows(store)) == 31


def add(store: Store, created_at: datetime, local_time: str = HALF_PAST_NINE) -> int:
    with store.begin() as session:
        return subscribe(session, "C1", local_time, created_at).id


def change(store: Store, number: int, **changes: object) -> None:
    with store.begin() as session:
        found = session.get_one(Subscription, number)
        for name, value in changes.items():
            setattr(found, name, value)


def plan(store: Store, now: datetime, limit: int = 100) -> int:
    with store.begin() as session:
        return plan_due(session, now, limit)


def rows(store: Store) -> list[Delivery]:
    with store.read() as session:
        return list(session.query(Delivery).order_by(Delivery.due_at, Delivery.id))


def _next(store: Store) -> datetime | None:
    with store.read() as session:
        return next_planning(session)
