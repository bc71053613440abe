"""Channels that are subscribed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.app import COMPOSERS
from bot.blocks import Message, actions, button, section
from bot.desk import Composed, Desk
from persona_store.database import Store
from persona_store.models import Delivery, Subscription
from persona_store.posts.subscriptions import Wanted, list_subscriptions, subscribe
from tests.bot.conftest import NOON

Subscribe = Callable[..., int]
MARKETING = "C0MARKETING"


@pytest.fixture
def has(store: Store) -> Subscribe:
    """Subscribes a channel to something for Mondays; gives its number."""

    def has(channel_id: str = MARKETING, owner: str = "U0ALICE", **changes: Any) -> int:
        wanted: dict[str, Any] = {
            "programme": "spotlight",
            "weekdays": (0,),
            "local_time": "09:30",
            "zone": "Europe/Madrid",
        }
        with store.begin() as session:
            return subscribe(session, Wanted(channel_id, owner, **wanted | changes), NOON).id

    return has


def only_one(store: Store) -> Subscription:
    with store.read() as session:
        (found,) = list_subscriptions(session)
    return found


def kept(store: Store, number: int) -> Subscription:
    with store.read() as session:
        found = session.get(Subscription, number)
    assert found is not None
    return found


def compose_line(_session: Session, delivery: Delivery, _desk: Desk) -> Composed:
    subscription = delivery.subscription
    assert subscription is not None
    told = f"A post for the {subscription.lens} lens"
    blocks = [
        section(told, button("Sources", "answers.show_sources", "x")),
        actions(button("A", "quiz", "1")),
    ]
    return Composed(Message(told, blocks), {"why": "Priya, because revision 2 changed two needs."})


@pytest.fixture
def spotlights(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Puts another composer in the place of the spotlights'."""
    return lambda composer: monkeypatch.setitem(COMPOSERS, "spotlight", composer)
