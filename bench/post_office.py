"""An outbox of its own, without the rest of the bot: what it posts is one line for each delivery."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.clocks import SetClock
from bot.app import slack_client
from bot.blocks import Message
from bot.desk import Composed, Composer, Desk
from bot.outbox import Outbox
from bot.people import Directory, identify
from bot.programmes import Rules
from bot.sandbox import SandboxServer
from bot.sandbox.accounts import BOT_TOKEN
from bot.sandbox.calls import Post
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.models import Delivery, Subscription
from persona_store.posts.deliveries import add_notice
from persona_store.posts.subscriptions import upcoming

EVERY_DAY = list(range(7))


def compose_line(_session: Session, delivery: Delivery, _desk: Desk) -> Composed:
    return Composed(Message(f"{delivery.subscription_id} at {delivery.local_time}"), {"line": True})


LINES: Mapping[str, Composer] = {"spotlight": compose_line}


@contextmanager
def open_outbox(
    store: Store,
    api_url: str,
    clock: Callable[[], datetime],
    client: WebClient | None = None,
    composers: Mapping[str, Composer] = LINES,
) -> Iterator[Outbox]:
    client = client or slack_client(BOT_TOKEN, api_url)
    identity = identify(client)
    words, answering = Words(), Answering(store)

    def lay_out() -> Desk:
        return Desk(store, answering, words, identity.bot_user_id, clock(), composers)

    outbox = Outbox(client, store, Directory(identity, store, clock), lay_out, Rules())
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


def key_of(post: Post) -> str | None:
    """Give the key of the delivery that a message of the sandbox carries."""
    key: str | None = (post.metadata or {}).get("event_payload", {}).get("key")
    return key


class Office:
    """One store, one Slack, one clock; outboxes are its processes."""

    def __init__(
        self, store: Store, sandbox: SandboxServer, clock: SetClock, client: WebClient | None = None
    ) -> None:
        self.store, self.sandbox, self.clock, self._client = store, sandbox, clock, client
        self._stack = ExitStack()
        self.outbox = self.open_outbox()

    def open_outbox(
        self, clock: Callable[[], datetime] | None = None, composers: Mapping[str, Composer] = LINES
    ) -> Outbox:
        opened = open_outbox(
            self.store, self.sandbox.api_url, clock or self.clock, self._client, composers=composers
        )
        return self._stack.enter_context(opened)

    def restart(self) -> None:
        """Go on with another process."""
        self.outbox.close()
        self.outbox = self.open_outbox()

    def close(self) -> None:
        self._stack.close()

    def subscribe(
        self, channel_id: str = "C0PRODUCT", local_time: str = "09:30", owner: str = "U0ALICE"
    ) -> int:
        with self.store.begin() as session:
            return subscribe(session, channel_id, local_time, self.clock.now, owner=owner).id

    def notify(self, slack_user_id: str, key: str) -> None:
        with self.store.begin() as session:
            add_notice(session, key, slack_user_id, Message(f"Notice {key}").payload(), self.clock.now)

    def plan(self, key: str, channel_id: str = "C0PRODUCT", *, late: timedelta = timedelta(0)) -> None:
        """Plan a post that belongs to no subscription, due now or ``late`` ago; useful for a day."""
        due_at = self.clock.now - late
        with self.store.begin() as session:
            session.add(
                Delivery(
                    key=key,
                    programme="spotlight",
                    channel_id=channel_id,
                    due_at=due_at,
                    useful_until=due_at + timedelta(days=1),
                    not_before=due_at,
                )
            )

    def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.outbox.work()

    def work_until_settled(self, hours: float = 1) -> None:
        """Let the time pass, from due moment to due moment."""
        end = self.clock.now + timedelta(hours=hours)
        self.outbox.work()
        while (due := self.outbox.next_due()) and due <= end:
            self.clock.now = max(self.clock.now, due)
            self.outbox.work()
        self.clock.now = end
        self.outbox.work()

    def deliveries(self, *, notices: bool = False) -> list[Delivery]:
        """Those of programmes, or those to people, in the order in which they were due."""
        is_wanted = Delivery.programme == "notice" if notices else Delivery.programme != "notice"
        with self.store.read() as session:
            query = select(Delivery).where(is_wanted).order_by(Delivery.due_at, Delivery.id)
            return list(session.scalars(query))

    def states(self) -> Counter[str]:
        return Counter(one.state for one in self.deliveries())

    def change(self, subscription_id: int, **changes: Any) -> None:  # noqa: ANN401
        with self.store.begin() as session:
            found = session.get_one(Subscription, subscription_id)
            for name, value in changes.items():
                setattr(found, name, value)

    def subscription(self, subscription_id: int) -> Subscription:
        with self.store.read() as session:
            return session.get_one(Subscription, subscription_id)

    def posted(self, channel_id: str = "C0PRODUCT") -> list[str]:
        return [post.text for post in self.sandbox.posts if post.channel == channel_id]

    def accepted(self) -> Counter[str]:
        """How often Slack accepted each key."""
        return Counter(key for post in self.sandbox.posts if (key := key_of(post)))
