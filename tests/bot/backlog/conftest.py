"""A backlog that has something in it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from persona_store.database import Store
from tests.bot.conftest import NOON
from tests.persona_store.refresh.items import ALICE, BOB, add, reported

Reported = dict[str, int]
"""Numbers of items by what they are."""


@pytest.fixture
def backlog(store: Store) -> Reported:
    """Something against validated research, the same in other words, and a question."""
    with store.begin() as session:
        at = NOON - timedelta(days=2)
        against = reported(session, at, text="She opened the last shop first, as that one was to close.")
        against.statement = "priya.worst-shop-first"
        where = {
            "stage": "onboarding",
            "place": "call",
            "permalink": "https://sandbox.slack.com/archives/C0SUPPORT/p1",
        }
        said = {
            "text": against.text,
            "verbatim": True,
            "stance": "contradicts",
            "statement": against.statement,
        }
        add(session, against, BOB, at, **where, **said)
        same = reported(session, at, ALICE, text="Another one began with the shop that was to close.")
        gap = reported(session, at, ALICE, BOB, kind="gap", text="What does Priya read?", missed=3)
        return {"against": against.id, "same": same.id, "gap": gap.id}


@pytest.fixture
def many(store: Store) -> Callable[[int], None]:
    def make(number: int) -> None:
        with store.begin() as session:
            for one in range(number):
                reported(session, NOON - timedelta(days=one), ALICE, text=f"Number {one} was seen.")

    return make
