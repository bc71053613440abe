"""A question a day for those who ask for it: at their time, on working days, until they say stop."""

from datetime import UTC, datetime

from sqlalchemy import select

from persona_store.database import Store
from persona_store.models import Delivery
from tests.bot.learning.conftest import Alone
from tests.bot.slack_driver import Slack

TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""Nine in the morning in Madrid, where Alice is."""
FRIDAY, SATURDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC), datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


def test_nobody_gets_one_unasked(alice: Alone) -> None:
    alice.answer(alice.ask())
    alice.go_to(TUESDAY)

    assert alice.inbox() == []


def test_it_comes_at_nine_where_the_person_is(alice: Alone) -> None:
    said = alice.ask("daily 09:00")
    alice.go_to(TUESDAY.replace(hour=7, minute=59))
    before = alice.inbox()
    alice.go_to(TUESDAY)
    (post,) = alice.sent(1)

    assert "each working day at 09:00 (Europe/Madrid)" in said.plain
    assert before == []
    assert "Your question of the day" in post.plain
    assert {"Pause", "No more of these"} <= set(post.buttons)


def test_it_is_answered_where_it_stands(alice: Alone, slack: Slack) -> None:
    alice.ask("daily 9")
    alice.go_to(TUESDAY)
    (post,) = alice.sent(1)
    said = alice.choose(post, 0)

    assert said.ts == post.ts
    assert "Another one" in said.buttons
    assert "No more of these" in said.buttons
    assert len(alice.answers()) == 1
    below = slack.click_for_reply(said, "alice", "Another one")
    assert below.ts != post.ts


def test_weekends_are_free(alice: Alone) -> None:
    alice.ask("daily 09:00")
    alice.go_to(FRIDAY)
    alice.sent(1)
    alice.go_to(SATURDAY)
    alice.go_to(SATURDAY.replace(day=29))
    on_sunday = len(alice.inbox())
    alice.go_to(SATURDAY.replace(day=30))

    assert on_sunday == 1
    assert len(alice.sent(2)) == 2


def test_one_click_in_the_message_stops_it(alice: Alone, slack: Slack) -> None:
    alice.ask("daily 09:00")
    alice.go_to(TUESDAY)
    (post,) = alice.sent(1)
    said = slack.click_for_reply(post, "alice", "No more of these")
    alice.go_to(TUESDAY.replace(day=25))

    assert "has ended" in said.plain
    assert len(alice.inbox()) == 1
    assert alice.row().next_daily_at is None


def test_one_click_pauses_it_and_another_resumes_it(alice: Alone, slack: Slack) -> None:
    alice.ask("daily 09:00")
    alice.go_to(TUESDAY)
    (post,) = alice.sent(1)
    paused = slack.click_for_reply(post, "alice", "Pause")
    alice.go_to(TUESDAY.replace(day=25))
    in_the_pause = len(alice.inbox())
    slack.click_for_reply(paused, "alice", "Resume")
    alice.go_to(TUESDAY.replace(day=26))

    assert "is paused" in paused.plain
    assert in_the_pause == 1
    assert len(alice.sent(2)) == 2


def test_what_was_not_sent_in_time_is_not_caught_up(alice: Alone) -> None:
    alice.ask("daily 09:00")
    alice.go_to(FRIDAY.replace(hour=12))

    assert len(alice.sent(1)) == 1


def test_another_time_on_the_same_day_brings_no_second_one(alice: Alone, store: Store) -> None:
    alice.ask("daily 09:00")
    alice.go_to(TUESDAY)
    alice.sent(1)
    alice.ask("daily 15:00")
    alice.go_to(TUESDAY.replace(hour=15))

    with store.read() as session:
        sent = session.scalars(select(Delivery).where(Delivery.programme == "trivia_daily")).all()

    assert len(sent) == 1


def test_a_time_that_is_none_is_explained(alice: Alone) -> None:
    assert "daily 09:00" in alice.ask("daily soon").text
    assert "daily 09:00" in alice.ask("daily 25:00").text


def test_it_ends_for_whoever_leaves(alice: Alone, slack: Slack) -> None:
    alice.ask("daily 09:00")
    leave(slack, alice.id)
    alice.bot.outbox._poster._directory._people._values.clear()
    alice.go_to(TUESDAY)

    assert alice.inbox() == []
    assert (alice.row().daily_state, alice.row().next_daily_at) == ("off", None)


def leave(slack: Slack, slack_user_id: str) -> None:
    from dataclasses import replace  # noqa: PLC0415

    accounts = slack.server.box.world.accounts
    accounts[slack_user_id] = replace(accounts[slack_user_id], deactivated=True)
