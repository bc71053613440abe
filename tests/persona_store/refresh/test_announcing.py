"""Channels whose spotlights follow a persona hear what changed in it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from persona_store.database import Store
from persona_store.models import Delivery, Subscription
from persona_store.news import Change
from persona_store.packs import ImportReport
from persona_store.refresh.announcing import get_announced
from persona_store.refresh.draft_changes import RetireStatement
from tests.persona_store.refresh.drafting import SSO, added, enough, name_council, published, reworded
from tests.persona_store.refresh.items import ALICE, BOB, reported

Bring = Callable[..., ImportReport]


@pytest.fixture
def company(store: Store, bring: Bring, priya: dict[str, Any]) -> Store:
    bring(store, enough(priya))
    name_council(store)
    return store


def following(store: Store, now: datetime, channel_id: str, **values: Any) -> None:
    usual = {"programme": "spotlight", "weekdays": [0], "local_time": "09:30", "zone": "UTC", "personas": []}
    with store.begin() as session:
        session.add(
            Subscription(channel_id=channel_id, slack_user_id=ALICE, created_at=now, **usual | values)
        )


def test_every_channel_that_follows_the_persona_gets_one_post(company: Store, now: datetime) -> None:
    following(company, now, "C0ALL")
    following(company, now, "C0ALL", weekdays=[3])
    following(company, now, "C0PRIYA", personas=["priya"])
    following(company, now, "C0MARCO", personas=["marco"])
    following(company, now, "C0STORIES", programme="story")
    following(company, now, "C0PAUSED", state="paused")
    published(company, now, reworded("Needs to get in."))

    with company.read() as session:
        posts = session.scalars(select(Delivery.key).where(Delivery.programme == "changed")).all()
    assert sorted(posts) == ["changed priya 2 C0ALL", "changed priya 2 C0PRIYA"]


def test_it_tells_what_was_said_before_what_is_said_now_and_from_how_many(
    company: Store, now: datetime
) -> None:
    with company.begin() as session:
        item = reported(session, now, ALICE, BOB)
    changes = (
        reworded("Needs to get in."),
        added("Needs a summary.", evidence=("e1",)),
        RetireStatement("priya.time"),
    )
    published(company, now, *changes, items=[item.id], why="Two calls.")
    with company.read() as session:
        announced = get_announced(session, "priya", 2)

    assert announced
    told = {one.change: (one.before, one.after, one.now is not None) for one in announced.statements}
    assert told == {
        Change.ADDED: (None, "Needs a summary.", True),
        Change.REWORDED: ("Needs single sign-on before she invites her team.", "Needs to get in.", True),
        Change.RETIRED: ("Wants to leave at five.", None, False),
    }
    assert (announced.revision.changelog, announced.colleagues) == ("Two calls.", 2)
    assert SSO in [one.key for one in announced.statements]


def test_a_revision_that_is_not_there_is_not_announced(company: Store) -> None:
    with company.read() as session:
        assert get_announced(session, "priya", 9) is None
        assert get_announced(session, "nobody", 1) is None
