"""The course: ten working days, every primary persona, and how one stands at the end."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.bot.learning.conftest import MONDAY, Alone
from tests.bot.slack_driver import Message, Slack

PRIMARY = ("Priya Raman", "Marco Duarte", "Berit")


@pytest.fixture
def offer(slack: Slack, alice: Alone) -> Message:  # noqa: ARG001 - the bot is there
    return slack.command("alice", "/persona learn")


def mornings(number: int) -> list[datetime]:
    """Nine o'clock in Madrid on the next working days."""
    days = [datetime(2026, 11, 24, 8, 0, tzinfo=UTC) + timedelta(days=days) for days in range(2 * number)]
    return [day for day in days if day.weekday() < 5][:number]


def test_it_is_offered_with_whom_it_is_about(offer: Message) -> None:
    assert all(name in offer.plain for name in PRIMARY)
    assert offer.buttons == ["Start now", "Start the next working day"]


def test_it_starts_the_next_working_day(offer: Message, alice: Alone, slack: Slack) -> None:
    said = slack.click_for_reply(offer, "alice", "Start the next working day")
    today = len(alice.inbox())
    alice.go_to(mornings(1)[0])
    (post,) = alice.sent(1)

    assert "about to begin" in said.plain
    assert today == 0
    assert "Day 1 of 10" in post.plain


def test_it_can_start_now(offer: Message, alice: Alone, slack: Slack) -> None:
    slack.click(offer, "alice", "Start now")
    slack.settle()
    alice.go_to(MONDAY)
    (post,) = alice.sent(1)

    assert "Day 1 of 10" in post.plain


def test_ten_days_bring_every_primary_persona_and_a_summary(
    offer: Message, alice: Alone, slack: Slack
) -> None:
    slack.click_for_reply(offer, "alice", "Start now")
    for number, morning in enumerate([MONDAY, *mornings(9)], start=1):
        alice.go_to(morning)
        post = alice.sent(number)[-1]
        if number < 10:
            alice.choose(post, 0)
    alice.go_to(mornings(12)[-1])
    posts = alice.inbox()
    heads = [post.plain.split("\n")[0] for post in posts]

    assert len(posts) == 10
    assert [sum(name in head for head in heads) for name in PRIMARY] == [3, 3, 3]
    assert "What you know, and what not yet" in heads[9]
    assert "Next:" in posts[9].plain
    assert len(alice.answers()) == 9
    assert alice.row().course_state == "done"


def test_an_answer_leaves_the_lesson_where_it_is(offer: Message, alice: Alone, slack: Slack) -> None:
    slack.click_for_reply(offer, "alice", "Start now")
    alice.go_to(MONDAY)
    (post,) = alice.sent(1)
    said = alice.choose(post, 0)

    assert said.plain.startswith("Day 1 of 10")
    assert said.text.startswith(post.text)  # the title of the conversation stays
    assert "Another one" in said.buttons
    assert "Stop the course" in said.buttons


def test_it_stops_with_one_click(offer: Message, alice: Alone, slack: Slack) -> None:
    slack.click_for_reply(offer, "alice", "Start now")
    alice.go_to(MONDAY)
    (post,) = alice.sent(1)
    said = slack.click_for_reply(post, "alice", "Stop the course")
    alice.go_to(mornings(1)[0])

    assert "has ended" in said.plain
    assert len(alice.inbox()) == 1


def test_a_pause_holds_it_where_it_is(offer: Message, alice: Alone, slack: Slack) -> None:
    slack.click_for_reply(offer, "alice", "Start now")
    alice.go_to(MONDAY)
    (post,) = alice.sent(1)
    paused = slack.click_for_reply(post, "alice", "Pause the course")
    alice.go_to(mornings(3)[-1])
    meanwhile = len(alice.inbox())
    slack.click_for_reply(paused, "alice", "Go on")
    alice.go_to(mornings(4)[-1])

    assert meanwhile == 1
    assert "Day 2 of 10" in alice.sent(2)[-1].plain


def test_there_is_one_at_a_time(offer: Message, slack: Slack) -> None:
    slack.click_for_reply(offer, "alice", "Start now")
    again = slack.click_for_reply(offer, "alice", "Start now")

    assert "one at a time" in again.text


def test_it_can_be_stopped_and_begun_anew_on_the_same_day(offer: Message, alice: Alone, slack: Slack) -> None:
    slack.click_for_reply(offer, "alice", "Start now")
    alice.go_to(MONDAY)
    (post,) = alice.sent(1)
    slack.click_for_reply(post, "alice", "Stop the course")
    alice.clock.pass_by(60)
    slack.click_for_reply(slack.command("alice", "/persona learn"), "alice", "Start now")
    alice.go_to(MONDAY + timedelta(minutes=2))

    assert len(alice.sent(2)) == 2
