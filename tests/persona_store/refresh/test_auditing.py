"""The trail explains what is in the store, and says where it does not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from persona_store.database import Store
from persona_store.models import Draft, Revision, TrailEntry
from persona_store.packs import ImportReport
from persona_store.refresh.auditing import list_unexplained, read_trail
from persona_store.refresh.backlog import make_move
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.reviews import verify_persona
from persona_store.refresh.trail import record_trail
from tests.persona_store.refresh.drafting import CAROL, DAVE, enough, name_council, published, reworded
from tests.persona_store.refresh.items import ALICE, reported

Bring = Callable[..., ImportReport]


@pytest.fixture
def lived(store: Store, bring: Bring, priya: dict[str, Any], now: datetime) -> Store:
    """An insight became revision 2, another was declined; both have their lines."""
    bring(store, enough(priya))
    name_council(store)
    with store.begin() as session:
        items = [reported(session, now, ALICE) for _ in range(2)]
        for item in items:
            record_trail(session, f"item {item.id}", "submitted", by=ALICE, now=now)
        make_move(session, items[1].id, Move.DECLINE, CAROL, now, With(reason="One customer."))
        verify_persona(session, "priya", CAROL, now)
    published(store, now, reworded("Needs to get in."), items=[items[0].id])
    return store


def test_a_store_in_which_everything_was_done_as_people_do_it_is_explained(lived: Store) -> None:
    with lived.read() as session:
        assert list_unexplained(session) == []


def test_what_was_changed_behind_the_trails_back_is_found(lived: Store, now: datetime) -> None:
    with lived.begin() as session:
        changed = reported(session, now, ALICE, state="accepted")
        session.execute(update(Revision).where(Revision.number == 1).values(drafted_by=DAVE))
        foreign = {"persona": "priya", "base_revision": 2, "snapshot": {}, "drafted_by": DAVE}
        draft = Draft(**foreign, drafted_at=now, changed_at=now)
        session.add(draft)
        session.flush()
        wrong = {"from": "snoozed", "to": "declined"}
        session.add(TrailEntry(happened_at=now, subject="item 2", move="decline", details=wrong))

        assert list_unexplained(session) == [
            "#2 was declined; then decline says that it was snoozed",
            f"#{changed.id} is accepted; by the trail it is new",
            f"draft {draft.id} came from nowhere",
            "revision 1 of priya came from nowhere",
        ]


def test_the_trail_is_read_in_its_order_of_all_or_of_one_thing(lived: Store, now: datetime) -> None:
    with lived.read() as session:
        moves = [line.move for line in read_trail(session, about="persona priya")]
        everything = list(read_trail(session))

    assert moves == ["verified", "published"]
    assert [line.id for line in everything] == sorted(line.id for line in everything)
    with lived.read() as session:
        assert list(read_trail(session, since=now.replace(year=2099))) == []
