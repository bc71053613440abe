"""An outbox of its own, without the rest of the bot: what it posts is one line for each delivery."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.app import slack_client
from bot.blocks import Message
from bot.desk import Composed, Desk
from bot.outbox import Outbox
from bot.people import Directory, identify
from bot.sandbox.accounts import BOT_TOKEN
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import Delivery, Subscription
from persona_store.subscriptions import upcoming

EVERY_DAY = list(range(7))


def compose_line(_session: Session, delivery: Delivery, _desk: Desk) -> Composed:
    return Composed(Message(f"{delivery.subscription_id} at {delivery.local_time}"), {"line": True})


@contextmanager
def open_outbox(
    store: Store, api_url: str, clock: Callable[[], datetime], client: WebClient | None = None
) -> Iterator[Outbox]:
    client = client or slack_client(BOT_TOKEN, api_url)
    identity = identify(client)
    words, answering = Words(), Answering(store)

    def lay_out() -> Desk:
        composers = {"spotlight": compose_line}
        return Desk(store, answering, words, identity.bot_user_id, clock(), composers)

    outbox = Outbox(client, store, Directory(identity, store, clock), lay_out, {})
    try:
        yield outbox
    finally:
        outbox.close()


def subscribe(
    session: Session,
    channel_id: str,
    local_time: str,
    now: datetime,
    *,
    zone: str = "UTC",
    owner: str = "U0ALICE",
) -> Subscription:
    """A subscription for every day, as if it had been made a day before ``now``."""
    subscription = Subscription(
        channel_id=channel_id,
        programme="spotlight",
        weekdays=EVERY_DAY,
        local_time=local_time,
        zone=zone,
        slack_user_id=owner,
        state="active",
        created_at=now - timedelta(days=1),
    )
    subscription.next_at = upcoming(subscription, now).at
    session.add(subscription)
    session.flush()
    return subscription
