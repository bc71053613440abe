"""Deliveries in the store: who takes up what, under which fence, and in what order."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bench.post_office import subscribe
from persona_store.database import Store
from persona_store.models import Delivery
from persona_store.posts.deliveries import (
    LEASE,
    QUARANTINE,
    Claimed,
    Settlement,
    add_notice,
    begin_attempts,
    claim_due,
    close_channel,
    miss_stale,
    next_due,
    settle,
)
from persona_store.posts.pace import CHANNEL_PACE, pause

A_SECOND = timedelta(seconds=1)
on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


def test_of_each_channel_the_oldest_is_claimed_and_no_other_until_it_is_settled(
    store: Store, now: datetime
) -> None:
    plan(store, now, "C1", ["second", "first"], late=[1, 2])
    plan(store, now, "C2", ["other"])
    claimed = claim(store, now)
    again = claim(store, now)
    settle_all(store, claimed, "sent", now)
    paced = claim(store, now)
    later = claim(store, now + CHANNEL_PACE)

    assert keys(claimed) == ["first", "other"]
    assert keys(again) == keys(paced) == []
    assert keys(later) == ["second"]


def test_an_older_one_that_is_planned_late_waits_for_the_one_that_is_being_sent(
    store: Store, now: datetime
) -> None:
    plan(store, now, "C1", ["sending"])
    claim(store, now)
    plan(store, now, "C1", ["older"], late=[60])

    assert claim(store, now) == []


def test_a_channel_waits_until_all_that_is_due_there_is_planned(store: Store, now: datetime) -> None:
    plan(store, now, "C1", ["planned"])
    plan(store, now, "C2", ["other"])
    with store.begin() as session:
        subscribe(session, "C1", "09:00", now - timedelta(hours=1))

    assert keys(claim(store, now)) == ["other"]


@on_postgresql
def test_processes_that_claim_at_the_same_moment_take_different_channels(store: Store, now: datetime) -> None:
    for number in range(6):
        plan(store, now, f"C{number}", [f"first {number}", f"second {number}"], late=[2, 1])
    with store.begin() as one, store.begin() as other:
        ours, theirs = claim_due(one, now, 4), claim_due(other, now, 4)
    left = claim(store, now)

    assert sorted(keys(ours + theirs)) == [f"first {number}" for number in range(6)]
    assert left == []


@on_postgresql
def test_a_process_that_stops_in_a_transaction_holds_up_only_what_it_has_taken(
    store: Store, now: datetime
) -> None:
    plan(store, now - timedelta(days=2), "C1", ["held"])
    plan(store, now, "C2", ["free"])
    with store.begin() as stopped:
        held = claim_due(stopped, now, 1)
        with store.begin() as session:
            missed = miss_stale(session, now)
        taken = claim(store, now)

    assert keys(held) == ["held"]
    assert keys(taken) == ["free"]
    assert missed == 0


@on_postgresql
def test_the_database_lets_nobody_stop_in_a_transaction_for_more_than_a_minute(store: Store) -> None:
    with store.read() as session:
        patience = session.scalar(text("SHOW idle_in_transaction_session_timeout"))

    assert patience == "1min"


def test_a_claim_ends_with_its_lease_and_who_had_it_can_write_nothing_more(
    store: Store, now: datetime
) -> None:
    plan(store, now, "C1", ["key"])
    (first,) = claim(store, now)
    early = claim(store, now + LEASE - A_SECOND)
    (second,) = claim(store, now + LEASE)

    assert early == []
    assert (first.attempt, second.attempt) == (1, 2)
    assert begin(store, [first], now) == []
    assert settle_all(store, [first], "sent", now) == []
    assert [one.attempt for one in begin(store, [second], now)] == [2]


def test_what_has_begun_is_left_alone_until_the_quarantine_is_over(store: Store, now: datetime) -> None:
    plan(store, now, "C1", ["key"])
    begin(store, claim(store, now), now)
    early = claim(store, now + QUARANTINE - A_SECOND)
    (found,) = claim(store, now + QUARANTINE)

    assert early == []
    assert found.delivery.in_doubt_since == now
    assert found.delivery.message == {"text": "key"}


@pytest.mark.parametrize("state", ["sent", "failed", "missed", "skipped"])
def test_what_is_settled_is_never_taken_up_again(store: Store, now: datetime, state: str) -> None:
    plan(store, now, "C1", ["key"])
    claimed = claim(store, now)
    settled = settle_all(store, claimed, state, now)
    again = settle_all(store, claimed, "planned", now)
    (row,) = rows(store)

    assert len(settled) == 1
    assert again == []
    assert claim(store, now + timedelta(days=1)) == []
    assert (row.state, row.not_before, row.in_doubt_since) == (state, None, None)


def test_settlements_of_two_attempts_at_once_are_told_apart(store: Store, now: datetime) -> None:
    plan(store, now, "C1", ["key"])
    (first,) = claim(store, now)
    (second,) = claim(store, now + LEASE)
    outcomes = [Settlement(first, "failed", now, reason="old"), Settlement(second, "sent", now, ts="1.0")]
    with store.begin() as session:
        settled = settle(session, outcomes)

    assert settled == outcomes[1:]
    assert [(one.state, one.ts) for one in rows(store)] == [("sent", "1.0")]


def test_a_doubt_stays_where_nothing_is_known_and_goes_where_it_was_surely_not_posted(
    store: Store, now: datetime
) -> None:
    plan(store, now, "C1", ["doubt"])
    plan(store, now, "C2", ["none"])
    doubt, none = begin(store, claim(store, now), now)
    with store.begin() as session:
        settle(session, [Settlement(doubt, "sending", now, again_at=now + QUARANTINE)])
        settle(session, [Settlement(none, "planned", now, again_at=now)])

    assert {one.key: one.in_doubt_since for one in rows(store)} == {"doubt": now, "none": None}


def test_nothing_is_claimed_while_slack_wants_us_to_wait(store: Store, now: datetime) -> None:
    plan(store, now, "C1", ["key"])
    with store.begin() as session:
        pause(session, {"chat.postMessage": now + A_SECOND, "users.info": now - A_SECOND})
        pause(session, {"chat.postMessage": now})  # a pause is never made shorter
    due = _next_due(store, now)

    assert claim(store, now) == []
    assert due == now + A_SECOND
    assert keys(claim(store, now + A_SECOND)) == ["key"]


def test_what_is_too_old_is_missed_unless_it_is_in_doubt(store: Store, now: datetime) -> None:
    plan(store, now, "C1", ["old"])
    plan(store, now, "C2", ["doubt"])
    begin(store, [one for one in claim(store, now) if one.delivery.key == "doubt"], now)
    later = now + timedelta(days=2)
    with store.begin() as session:
        missed = miss_stale(session, later)

    assert missed == 1
    assert {one.key: one.state for one in rows(store)} == {"old": "missed", "doubt": "sending"}
    assert keys(claim(store, later)) == ["doubt"]


def test_a_notice_is_added_once_for_its_key(store: Store, now: datetime) -> None:
    with store.begin() as session:
        for _ in range(2):
            add_notice(session, "key", "U1", {"text": "x"}, now)

    assert [one.channel_id for one in rows(store)] == ["U1"]


def test_a_closed_channel_gets_nothing_that_was_planned(store: Store, now: datetime) -> None:
    plan(store, now, "C1", ["head", "next"], late=[2, 1])
    claimed = claim(store, now)
    with store.begin() as session:
        close_channel(session, "C1", "gone")
    settle_all(store, claimed, "failed", now)

    assert [one.state for one in rows(store)] == ["failed", "failed"]


def test_claiming_looks_only_at_what_is_open_however_long_the_history_is(
    sqlite_store: Store, now: datetime
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        asked.append((call[2], call[3]))

    event.listen(sqlite_store.engine, "before_cursor_execute", note)
    with sqlite_store.begin() as session:
        claim_due(session, now, 1)
        miss_stale(session, now)
        next_due(session, now)
    event.remove(sqlite_store.engine, "before_cursor_execute", note)
    plans = [_plan_of(sqlite_store, *each) for each in asked if "delivery" in each[0]]

    assert len(plans) >= 3
    for steps in plans:
        assert any("ix_delivery_turn" in step or "ix_delivery_open" in step for step in steps)
        assert not any("ix_delivery_due_at" in step or step == "SCAN delivery" for step in steps)


def test_a_batch_takes_as_many_statements_as_one_delivery(store: Store, now: datetime) -> None:
    counts = []
    for many in (1, 20):
        for number in range(many):
            plan(store, now, f"C{many} {number}", [f"{many} {number}"])
        counts.append(_statements(store, lambda: _send_all(store, now)))

    assert counts[0] == counts[1]
    assert {one.state for one in rows(store)} == {"sent"}


# Helpers


def _send_all(store: Store, now: datetime) -> None:
    settle_all(store, begin(store, claim(store, now), now), "sent", now)


def _statements(store: Store, does: Callable[[], object]) -> int:
    """How often the database is asked something; many rows at once are one time."""
    asked: list[Any] = []

    def note(*call: Any) -> None:
        asked.append(call[2])

    event.listen(store.engine, "before_cursor_execute", note)
    does()
    event.remove(store.engine, "before_cursor_execute", note)
    return len(asked)


def plan(
    store: Store, now: datetime, channel_id: str, named: Sequence[str], late: Sequence[int] = (0,)
) -> None:
    """Plan posts that were due so many seconds ago; useful for a day."""
    with store.begin() as session:
        for key, seconds in zip(named, late, strict=True):
            due_at = now - timedelta(seconds=seconds)
            session.add(
                Delivery(
                    key=key,
                    programme="spotlight",
                    channel_id=channel_id,
                    due_at=due_at,
                    not_before=due_at,
                    useful_until=due_at + timedelta(days=1),
                )
            )


def claim(store: Store, now: datetime) -> list[Claimed]:
    with store.begin() as session:
        claimed = claim_due(session, now, 100)
    for one in claimed:
        one.delivery.message = one.delivery.message or {"text": one.delivery.key}
    return claimed


def begin(store: Store, claimed: Sequence[Claimed], now: datetime) -> list[Claimed]:
    with store.begin() as session:
        return begin_attempts(session, claimed, now)


def settle_all(store: Store, claimed: Sequence[Claimed], state: str, now: datetime) -> list[Settlement]:
    outcomes = [Settlement(one, state, now, ts="1.0" if state == "sent" else None) for one in claimed]
    with store.begin() as session:
        return settle(session, outcomes)


def keys(claimed: Sequence[Claimed]) -> list[str]:
    return [one.delivery.key for one in claimed]


def rows(store: Store) -> list[Delivery]:
    with store.read() as session:
        return list(session.query(Delivery).order_by(Delivery.id))


def _next_due(store: Store, now: datetime) -> datetime | None:
    with store.read() as session:
        return next_due(session, now)


def _plan_of(store: Store, statement: str, parameters: Any) -> list[str]:
    with store.engine.connect() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
