"""Subscriptions become deliveries when their moment comes: one for each local time, none left out."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.errors import StoreError
from persona_store.models import Delivery, Subscription
from persona_store.posts.deliveries import NOBODY_RAN
from persona_store.posts.local_times import Occurrence, end_of_local_day
from persona_store.posts.subscriptions import end_subscription, upcoming

SKIPPED = "It was skipped, as was asked for."
RULES_MAY_CHANGE = timedelta(hours=6)
"""A time zone's rules may be others by now: then the moment that was looked ahead to can be too late."""


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
    rows: list[dict[str, Any]] = []
    for subscription in due:
        try:
            rows += _come_due(subscription, now)
        except StoreError as error:  # its time zone is there no more: the others are planned all the same
            end_subscription(subscription, str(error), now)
    if rows:
        session.execute(insert_into(session, Delivery).on_conflict_do_nothing(), rows)
    return len(due)


def next_planning(session: Session) -> datetime | None:
    """The moment at which the next subscription comes due."""
    return session.scalar(
        select(Subscription.next_at)
        .where(Subscription.next_at.is_not(None))
        .order_by(Subscription.next_at)
        .limit(1)
    )


def _come_due(subscription: Subscription, now: datetime) -> list[dict[str, Any]]:
    """Give the deliveries of the time until ``now``, and look ahead to the next one."""
    assert subscription.next_at is not None  # noqa: S101 - selected by it
    rows = []
    occurrence = upcoming(subscription, subscription.next_at - RULES_MAY_CHANGE)
    while occurrence.at <= now:
        rows.append(_delivery(subscription, occurrence, now))
        if subscription.skip == occurrence.local_time:
            subscription.skip = None
        occurrence = upcoming(subscription, occurrence.at)
    subscription.next_at = occurrence.at
    return rows


def _delivery(subscription: Subscription, occurrence: Occurrence, now: datetime) -> dict[str, Any]:
    useful_until = end_of_local_day(occurrence.local_time, subscription.zone)
    state, reason = "planned", None
    if subscription.skip == occurrence.local_time:
        state, reason = "skipped", SKIPPED
    elif useful_until <= now:
        state, reason = "missed", NOBODY_RAN
    return {
        "key": f"{subscription.id} {occurrence.local_time}",
        "subscription_id": subscription.id,
        "programme": subscription.programme,
        "local_time": occurrence.local_time,
        "channel_id": subscription.channel_id,
        "due_at": occurrence.at,
        "useful_until": useful_until,
        "not_before": occurrence.at if state == "planned" else None,
        "state": state,
        "reason": reason,
    }
