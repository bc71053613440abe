"""Spotlights that were posted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import TRIVIA
from bot.desk import Composed, Desk
from bot.spotlights.scheduled import compose
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import Delivery, Statement, Subscription
from persona_store.trivia.loading import Materials
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Message, Slack

Post = Callable[..., Message]
Compose = Callable[..., Composed]
MARKETING = "C0MARKETING"


def subscription(**changes: Any) -> Subscription:
    """One for every day at half past eleven, due now."""
    wanted: dict[str, Any] = {
        "channel_id": MARKETING,
        "programme": "spotlight",
        "weekdays": list(range(7)),
        "local_time": "11:30",
        "zone": "UTC",
        "lens": "marketing",
        "personas": [],
        "slack_user_id": "U0ALICE",
        "state": "active",
        "next_at": NOON - timedelta(minutes=30),
        "created_at": NOON - timedelta(days=1),
    }
    return Subscription(**wanted | changes)


@pytest.fixture
def posted(slack: Slack, store: Store) -> Post:
    """Lets the bot post a spotlight into #marketing, of the persona given; gives the post."""

    def posted(slug: str = "priya", **changes: Any) -> Message:
        before = slack.now()
        with store.begin() as session:
            session.add(subscription(personas=[slug], **changes))
        return slack.reply("alice", "marketing", before)

    return posted


@pytest.fixture
def composed(store: Store) -> Compose:
    """Composes the next spotlight without posting it; ``keep`` lets it count as posted."""
    answering = Answering(store)
    materials = Materials(answering, TRIVIA)

    def composed(
        *personas: str,
        lens: str | None = None,
        at: datetime = NOON,
        keep: bool = False,
        words: Words | None = None,
    ) -> Composed:
        desk = Desk(store, answering, words or Words(), "U0PERSONA", at, materials=materials)
        delivery = Delivery(
            key=f"{at} {personas} {lens}",
            programme="spotlight",
            channel_id=MARKETING,
            due_at=at,
            state="planned",
        )
        with store.begin() as session:
            if keep:
                session.add(delivery)
                session.flush()
            delivery.subscription = None
            wanted = subscription(personas=list(personas), lens=lens)
            told = compose(session, _with(delivery, wanted), desk)
            if keep:
                delivery.content, delivery.state, delivery.sent_at = told.content, "sent", at
        return told

    return composed


def _with(delivery: Delivery, wanted: Subscription) -> Delivery:
    """A copy that no session knows, as the outbox has it."""
    return Delivery(
        id=delivery.id,
        key=delivery.key,
        programme=delivery.programme,
        channel_id=delivery.channel_id,
        due_at=delivery.due_at,
        subscription=wanted,
    )


def content_of(store: Store) -> dict[str, Any]:
    """What the latest spotlight told."""
    with store.read() as session:
        latest = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert latest is not None
        assert latest.content is not None
        return latest.content


def text_of(store: Store, key: str) -> str:
    with store.read() as session:
        return session.scalars(select(Statement.text).where(Statement.key == key)).one()
