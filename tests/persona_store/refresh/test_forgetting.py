"""Whoever is forgotten leaves no name and nothing that only they wrote; numbers and the trail stay."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Text, cast, select, update

from persona_store.database import Store
from persona_store.language.vectors import hash_of
from persona_store.models import (
    Delivery,
    Draft,
    InboxRequest,
    Objective,
    Person,
    Persona,
    RefreshItem,
    Revision,
    TrailEntry,
    Vector,
    Verification,
    Voice,
)
from persona_store.models.base import Base
from persona_store.packs import ImportReport
from persona_store.people import forget_person, set_role
from persona_store.posts.deliveries import add_notice
from persona_store.refresh.auditing import list_unexplained
from persona_store.refresh.backlog import assign_item, make_move
from persona_store.refresh.charter import add_objective
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.reviews import plan_reminders, verify_persona
from persona_store.refresh.trail import record_trail
from persona_store.refresh.verdicts import GRACE, plan_news
from tests.persona_store.refresh.drafting import (
    CAROL,
    DAVE,
    drafted,
    enough,
    name_council,
    publish,
    reworded,
    submitted,
)
from tests.persona_store.refresh.items import ALICE, BOB, add, reported

Bring = Callable[..., ImportReport]


def everything_in(store: Store) -> str:
    """All texts of all tables."""
    found: list[str | None] = []
    with store.read() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Text | JSON):
                    found += session.scalars(select(cast(column, Text)).select_from(table)).all()
    return json.dumps(found)


def forget(store: Store, person: str, now: datetime) -> None:
    with store.begin() as session:
        assert forget_person(session, person, now) > 0


def item_of(store: Store, item: RefreshItem) -> tuple[str, str]:
    with store.read() as session:
        kept = session.get_one(RefreshItem, item.id)
        return kept.text, kept.state


def test_a_council_member_with_everything_leaves_no_name(
    store: Store, bring: Bring, priya: dict[str, Any], now: datetime
) -> None:
    bring(store, enough(priya))
    name_council(store, CAROL, DAVE, "U0FRED")
    with store.begin() as session:
        session.execute(update(Persona).values(owner=CAROL))
        item = reported(session, now, CAROL, text="canary-insight", permalink=None)
        gap = reported(session, now, CAROL, kind="gap", text="canary-question")
        merged = reported(session, now, CAROL, BOB, text="canary, shared with Bob")
        record_trail(session, f"item {item.id}", "submitted", by=CAROL, now=now)
        record_trail(session, f"item {gap.id}", "submitted", by=CAROL, now=now)
        assign_item(session, gap.id, CAROL, CAROL, now)
        make_move(session, merged.id, Move.MERGE, CAROL, now, With(into=item))
        add_objective(session, "question", "What makes her renew?", CAROL, now)
        verify_persona(session, "priya", CAROL, now)
    publish(store, submitted(store, now, reworded("Needs to get in."), by=DAVE), now, by=CAROL)
    drafted(store, now, reworded("canary-draft"), by=CAROL)
    submitted(store, now, reworded("Needs to get in at once."), by=CAROL)
    with store.begin() as session:
        make_move(session, gap.id, Move.DECLINE, DAVE, now, With(reason="Not now."))
        plan_news(session, now + GRACE, 9)
        plan_reminders(session, now + timedelta(days=366))
        about = {"user": {"id": CAROL}, "view": {"text": "canary-form"}}
        session.add(Vector(text_hash=hash_of("canary-insight"), model="m", data=b"0"))
        session.add(InboxRequest(key="k1", body=about, received_at=now))
        session.add(InboxRequest(key="k2", body={"user_id": BOB, "text": f"<@{CAROL}>"}, received_at=now))
    forget(store, CAROL, now)

    left = everything_in(store)
    assert CAROL not in left
    for canary in ("canary-insight", "canary-question", "canary-draft", "canary-form"):
        assert canary not in left
    with store.read() as session:
        assert session.get(Person, CAROL) is None
        assert session.scalars(select(Vector.text_hash)).all() == []
        assert session.scalars(select(Delivery.id).where(Delivery.channel_id == CAROL)).all() == []
        assert session.scalars(select(Verification.slack_user_id)).all() == [None]
        assert session.scalars(select(Objective.added_by)).all() == [None]
        assert [one.drafted_by for one in session.scalars(select(Draft)) if one.state != "published"] == [
            "",
            "",
        ]
        assert session.scalars(select(Revision.drafted_by).where(Revision.number == 2)).all() == [DAVE]
        assert session.scalars(select(InboxRequest.key)).all() == ["k2"]
        assert session.scalar(select(TrailEntry.slack_user_id).where(TrailEntry.move == "verified")) == ""
        assert list_unexplained(session) == []


def test_what_others_say_too_stays_in_their_words(store: Store, now: datetime) -> None:
    with store.begin() as session:
        alone = reported(session, now, ALICE, text="Only I saw it.")
        both = reported(session, now, ALICE, text="I saw it first.")
        add(session, both, BOB, now, text="I saw it too.")
        agreed = reported(session, now, ALICE, BOB, text="Bob agrees with this.")
        settled = reported(session, now, ALICE, text="Settled.", state="published")
        twice = reported(session, now, text="I said it.")
        add(session, twice, ALICE, now, text="I said it.\n\nAnd again.")
        add(session, twice, BOB, now, text="I saw it as well.")
        root = reported(session, now, ALICE, text="Mine.")
        add(session, root, BOB, now, text="Only Bob's.")
        merged = reported(session, now, ALICE, text="Mine too.", merged_into=root.id, state="duplicate")
    forget(store, ALICE, now)

    assert item_of(store, alone) == ("", "withdrawn")
    assert item_of(store, twice) == ("I saw it as well.", "new")
    assert item_of(store, root) == ("Only Bob's.", "new")
    assert item_of(store, merged) == ("", "duplicate")
    assert item_of(store, both) == ("I saw it too.", "new")
    assert item_of(store, agreed) == ("Bob agrees with this.", "new")
    assert item_of(store, settled) == ("", "published")
    with store.read() as session:
        assert set(session.scalars(select(Voice.slack_user_id))) == {BOB}
        (line,) = session.scalars(select(TrailEntry))
    assert (line.subject, line.slack_user_id, line.details["to"]) == (f"item {alone.id}", None, "withdrawn")


def test_what_was_to_be_told_to_them_goes_and_in_what_others_are_told_they_are_somebody(
    store: Store, now: datetime
) -> None:
    with store.begin() as session:
        set_role(session, CAROL, "council")
        add_notice(session, "assigned 1 T1:2", CAROL, {"text": "canary"}, now)
        add_notice(
            session, "assigned 2 T1:3", DAVE, {"text": f"<@{CAROL}> and <@{CAROL}|carol> gave you #2"}, now
        )
    forget(store, CAROL, now)

    with store.read() as session:
        [left] = session.scalars(select(Delivery))
    assert left.channel_id == DAVE
    assert left.message == {"text": "@somebody and @somebody gave you #2"}


def test_somebody_whose_id_begins_like_theirs_is_not_touched(store: Store, now: datetime) -> None:
    with store.begin() as session:
        set_role(session, "U0BOBBY", "council")
        reported(session, now, BOB, "U0BOBBY", assignee="U0BOBBY")
        record_trail(session, "item 1", "assign", by=BOB, now=now, details={"from": BOB, "to": "U0BOBBY"})
    forget(store, BOB, now)

    with store.read() as session:
        line = session.scalars(select(TrailEntry)).one()
        assert line.details == {"from": "", "to": "U0BOBBY"}
        assert session.scalars(select(RefreshItem.assignee)).all() == ["U0BOBBY"]
        assert session.get(Person, "U0BOBBY")


@pytest.mark.parametrize("state", ["submitted", "open"])
def test_a_draft_that_others_work_on_too_stays(
    store: Store, bring: Bring, priya: dict[str, Any], now: datetime, state: str
) -> None:
    bring(store, enough(priya))
    name_council(store)
    draft_id = drafted(store, now, reworded("Needs to get in."))
    with store.begin() as session:
        draft = session.get_one(Draft, draft_id)
        draft.editors, draft.state = [CAROL, DAVE], state
    forget(store, CAROL, now)

    with store.read() as session:
        draft = session.get_one(Draft, draft_id)
        assert (draft.drafted_by, draft.editors, draft.state) == ("", [DAVE], "open")
        assert draft.snapshot["slug"] == "priya"
