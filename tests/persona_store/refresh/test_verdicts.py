"""Whoever spoke up hears once what became of it, and of nothing that was overtaken meanwhile."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from persona_store.database import Store
from persona_store.models import Delivery, RefreshItem, TrailEntry, Verdict, Voice
from persona_store.packs import ImportReport
from persona_store.refresh.backlog import make_move
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.trail import record_trail
from persona_store.refresh.verdicts import (
    A_DAY,
    GRACE,
    drop_news,
    list_news,
    mark_told,
    next_news,
    plan_news,
    set_wants_news,
)
from persona_store.retention import forget_old_questions
from tests.persona_store.refresh.drafting import enough, name_council, published, reworded
from tests.persona_store.refresh.items import ALICE, BOB, CAROL, DAVE, add, reported

Bring = Callable[..., ImportReport]
WHY = With(reason="It was one customer.")


@pytest.fixture
def council(store: Store) -> Store:
    name_council(store, CAROL, DAVE)
    return store


def moved(store: Store, at: datetime, item: RefreshItem, *moves: Move, given: With = WHY) -> None:
    with store.begin() as session:
        for move in moves:
            make_move(session, item.id, move, CAROL, at, given if move is not Move.ACCEPT else With())


def news_of(store: Store, person: str, at: datetime) -> list[str]:
    with store.read() as session:
        return [one.verdict.verdict for one in list_news(session, person, at)]


def told(store: Store, person: str, at: datetime) -> None:
    with store.begin() as session:
        mark_told(session, [one.verdict.id for one in list_news(session, person, at)], at)


def planned(store: Store, at: datetime) -> Sequence[str]:
    with store.begin() as session:
        plan_news(session, at, 200)
    with store.read() as session:
        return session.scalars(select(Delivery.channel_id).order_by(Delivery.id)).all()


def test_all_who_follow_it_hear_it_also_those_of_what_was_merged(council: Store, now: datetime) -> None:
    with council.begin() as session:
        root, other = reported(session, now, ALICE), reported(session, now, BOB)
        add(session, root, "U0QUIET", now, follows=False)
        add(session, root, "U0GONE", now, withdrawn_at=now)
        add(session, root, None, now)
    moved(council, now, other, Move.MERGE, given=With(into=root))
    moved(council, now, root, Move.DECLINE)

    with council.read() as session:
        people = session.scalars(select(Verdict.slack_user_id).order_by(Verdict.slack_user_id)).all()
        (news,) = list_news(session, BOB, now + GRACE)
    assert people == [ALICE, BOB]
    assert (news.numbers, news.item.id, news.item.reason) == ((other.id,), root.id, "It was one customer.")


def test_nobody_hears_of_it_before_the_grace_is_over(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
    moved(council, now, item, Move.ACCEPT)

    assert planned(council, now + GRACE - timedelta(seconds=1)) == []
    assert news_of(council, ALICE, now) == []
    with council.read() as session:
        assert next_news(session) == now + GRACE
    assert planned(council, now + GRACE) == [ALICE]


def test_what_the_council_takes_back_in_time_is_never_told(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
    moved(council, now, item, Move.DECLINE, Move.REOPEN)

    assert news_of(council, ALICE, now + GRACE) == []


def test_what_is_taken_back_later_is_told_too(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
    moved(council, now, item, Move.DECLINE)
    told(council, ALICE, now + GRACE)
    moved(council, now + A_DAY, item, Move.REOPEN)

    assert news_of(council, ALICE, now + 2 * A_DAY) == ["reopened"]


def test_whose_insight_was_taken_out_again_hears_that_it_counts_by_itself(
    council: Store, now: datetime
) -> None:
    with council.begin() as session:
        root, early, late = (reported(session, now, person) for person in (ALICE, BOB, "U0ERIN"))
    moved(council, now, early, Move.MERGE, given=With(into=root))
    moved(council, now, late, Move.MERGE, given=With(into=root))
    moved(council, now, root, Move.DECLINE)
    moved(council, now, late, Move.UNMERGE)
    told(council, BOB, now + GRACE)
    moved(council, now + A_DAY, early, Move.UNMERGE)

    assert news_of(council, BOB, now + 2 * A_DAY) == ["reopened"]
    assert news_of(council, "U0ERIN", now + 2 * A_DAY) == []
    assert news_of(council, ALICE, now + 2 * A_DAY) == ["declined"]


def test_of_two_steps_on_one_day_only_the_last_is_told(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
    moved(council, now, item, Move.ACCEPT, Move.DECLINE)

    assert news_of(council, ALICE, now + GRACE) == ["declined"]


def test_a_person_gets_one_message_a_day(council: Store, now: datetime) -> None:
    with council.begin() as session:
        first, second = (
            reported(session, now, ALICE),
            reported(session, now, ALICE, text="They skip this too."),
        )
    moved(council, now, first, Move.DECLINE)
    planned(council, now + GRACE)
    told(council, ALICE, now + GRACE)
    moved(council, now + timedelta(hours=1), second, Move.DECLINE)

    assert planned(council, now + timedelta(hours=20)) == [ALICE]
    with council.read() as session:
        assert next_news(session) == now + GRACE + A_DAY
    assert planned(council, now + GRACE + A_DAY) == [ALICE, ALICE]


def test_whoever_wants_no_news_hears_nothing_old_when_they_want_it_again(
    council: Store, now: datetime
) -> None:
    with council.begin() as session:
        items = [reported(session, now, ALICE), reported(session, now, ALICE), reported(session, now, ALICE)]
    moved(council, now, items[0], Move.DECLINE)
    with council.begin() as session:
        set_wants_news(session, ALICE, wants=False)
    moved(council, now, items[1], Move.DECLINE)
    with council.begin() as session:
        set_wants_news(session, ALICE, wants=True)
    moved(council, now, items[2], Move.ACCEPT)

    assert news_of(council, ALICE, now + GRACE) == ["accepted"]


def test_nothing_waits_for_somebody_who_cannot_be_written_to(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
    moved(council, now, item, Move.DECLINE)
    with council.begin() as session:
        drop_news(session, ALICE)

    assert planned(council, now + GRACE) == []


def test_a_message_that_never_came_is_planned_again(council: Store, now: datetime) -> None:
    with council.begin() as session:
        item = reported(session, now, ALICE)
    moved(council, now, item, Move.DECLINE)
    planned(council, now + GRACE)
    with council.begin() as session:
        session.execute(update(Delivery).values(state="missed"))

    assert planned(council, now + GRACE + A_DAY) == [ALICE, ALICE]


def test_a_publication_names_the_revision_and_how_many_are_in_it(
    store: Store, bring: Bring, priya: dict[str, Any], now: datetime
) -> None:
    bring(store, enough(priya))
    name_council(store)
    with store.begin() as session:
        mine, also = reported(session, now, ALICE, BOB), reported(session, now, "U0ERIN")
        add(session, mine, None, now)
    published(store, now, reworded("Needs to get in."), items=[mine.id, also.id])

    with store.read() as session:
        (news,) = list_news(session, ALICE, now + timedelta(hours=1))
    assert news.persona
    assert news.revision
    assert (news.verdict.verdict, news.persona.slug, news.revision.number) == ("published", "priya", 2)
    assert news.others == 3


def test_what_was_merged_keeps_its_people_until_its_root_is_settled(council: Store, now: datetime) -> None:
    with council.begin() as session:
        root, other = reported(session, now, ALICE), reported(session, now, BOB)
        record_trail(session, f"item {other.id}", "submitted", by=BOB, now=now)
    moved(council, now, other, Move.MERGE, given=With(into=root))
    later = now + timedelta(days=200)
    with council.begin() as session:
        forget_old_questions(session, later, timedelta(days=365), 100)
    with council.read() as session:
        kept = session.scalars(select(Voice.slack_user_id).order_by(Voice.id)).all()
    moved(council, later, root, Move.DECLINE)
    told(council, BOB, later + GRACE)
    with council.begin() as session:
        forget_old_questions(session, later + timedelta(days=91), timedelta(days=365), 100)

    assert kept == [ALICE, BOB]
    with council.read() as session:
        assert session.scalars(select(Voice.slack_user_id)).all() == [None, None]
        assert session.scalars(select(Verdict.slack_user_id)).all() == [ALICE]  # not told yet
        lines = session.execute(select(TrailEntry.move, TrailEntry.slack_user_id).order_by(TrailEntry.id))
        trail = [tuple(line) for line in lines]
    assert trail == [("submitted", ""), ("merge", CAROL), ("took_in", CAROL), ("decline", CAROL)]
