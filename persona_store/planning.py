"""Subscriptions become deliveries when their moment comes: one for each local time, none left out."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.deliveries import NOBODY_RAN
from persona_store.local_times import Occurrence, end_of_local_day
from persona_store.models import Delivery, Subscription
from persona_store.subscriptions import upcoming

SKIPPED = "It was skipped, as was asked for."


def plan_due(session: Session, now: datetime, limit: int) -> int:
    """Plan what has come due of up to ``limit`` subscriptions; gives how many subscriptions.

    What was due while nobody ran is planned too: to be caught up where it is still useful (until its local
    day ends), else recorded as missed.
    """
    due = session.scalars(
        select(Subscription)
        .where(Subscription.next_at <= now)
        .order_by(Subscription.next_at, Subscription.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for subscription in due:
        for occurrence in _occurrences(subscription, now):
            session.add(_delivery(subscription, occurrence, now))
            if subscription.skip == occurrence.local_time:
                subscription.skip = None
        subscription.next_at = upcoming(subscription, now).at
    return len(due)


def next_planning(session: Session) -> datetime | None:
    """The moment at which the next subscription comes due."""
    return session.scalar(
        select(Subscription.next_at)
        .where(Subscription.next_at.is_not(None))
        .order_by(Subscription.next_at)
        .limit(1)
    )


def _occurrences(subscription: Subscription, now: datetime) -> Iterator[Occurrence]:
    assert subscription.next_at is not None  # noqa: S101 - selected by it
    occurrence = upcoming(subscription, subscription.next_at - timedelta(microseconds=1))
    while occurrence.at <= now:
        yield occurrence
        occurrence = upcoming(subscription, occurrence.at)


def _delivery(subscription: Subscription, occurrence: Occurrence, now: datetime) -> Delivery:
    useful_until = end_of_local_day(occurrence.local_time, subscription.zone)
    delivery = Delivery(
        key=f"{subscription.id} {occurrence.local_time}",
        subscription_id=subscription.id,
        programme=subscription.programme,
        local_time=occurrence.local_time,
        channel_id=subscription.channel_id,
        due_at=occurrence.at,
        useful_until=useful_until,
        not_before=occurrence.at,
        state="planned",
    )
    if subscription.skip == occurrence.local_time:
        delivery.state, delivery.reason = "skipped", SKIPPED
    elif useful_until <= now:
        delivery.state, delivery.reason = "missed", NOBODY_RAN
    if delivery.state != "planned":
        delivery.not_before = None
    return delivery
