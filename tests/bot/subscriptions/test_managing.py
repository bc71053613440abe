"""People look after what their channels get: in the channel, and in Home."""

from datetime import timedelta

import pytest

from bot.sandbox.changes import switch_account
from persona_store.database import Store
from persona_store.models import Subscription
from persona_store.posts.subscriptions import end_subscription
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Message, Slack
from tests.bot.subscriptions.conftest import Subscribe, compose_line, kept


def listed(slack: Slack, account: str = "alice", channel: str = "marketing") -> Message:
    return slack.command(account, "/persona subscriptions", channel)


# The list of a channel


def test_the_list_says_who_subscribed_to_what_and_when_it_comes_next(slack: Slack, has: Subscribe) -> None:
    has(lens="marketing")
    has(owner="U0BOB", programme="story", weekdays=(0, 1, 2, 3, 4), zone="America/New_York")
    shown = listed(slack, "dave")

    assert "*Persona spotlights* · Mondays at 09:30 (Europe/Madrid)" in shown.plain
    assert "Marketing lens, all personas · subscribed by <@U0ALICE>" in shown.plain
    assert "▶ posts next on Mon 23 Nov 2026, 09:30" in shown.plain
    assert "*Customer stories* · Monday to Friday at 09:30 (America/New York)" in shown.plain
    assert "for everybody, all personas · subscribed by <@U0BOB>" in shown.plain
    assert shown.ephemeral
    assert shown.text == "This channel’s subscriptions: Persona spotlights, Customer stories"


def test_the_list_of_a_channel_has_nothing_of_another_one(slack: Slack, has: Subscribe) -> None:
    has("C0PRODUCT")

    assert "subscribed to nothing yet" in listed(slack).plain


def test_an_empty_list_leads_to_the_form(slack: Slack) -> None:
    slack.click(listed(slack), "alice", "Subscribe")

    assert slack.modal("alice").title == "Subscribe a channel"


def test_twenty_subscriptions_fit_into_one_list(slack: Slack, has: Subscribe) -> None:
    for minute in range(20):
        has(local_time=f"10:{minute:02}", personas=("priya", "marco", "tobias", "yuki", "berit"))
    shown = listed(slack)

    assert shown.buttons.count("Unsubscribe") == 20


def test_whoever_left_is_not_named(slack: Slack, has: Subscribe) -> None:
    has(owner="")

    assert "whoever subscribed has left" in listed(slack).plain


def test_the_time_is_the_one_that_the_clock_will_show(slack: Slack, has: Subscribe, store: Store) -> None:
    number = has(local_time="02:30", weekdays=(6,))
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        subscription.next_at = NOON.replace(year=2027, month=3, day=28, hour=1, minute=30)

    assert "posts next on Sun 28 Mar 2027, 03:30" in listed(slack).plain


def test_unsubscribe_as_a_command_shows_what_can_be_ended(slack: Slack, has: Subscribe) -> None:
    has()

    assert "Unsubscribe" in slack.command("alice", "/persona unsubscribe", "marketing").buttons


# Pausing, skipping, ending


def test_it_is_paused_and_resumed_in_place(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has()
    shown = listed(slack, "bob")
    paused = slack.click_for_reply(shown, "bob", "Pause")
    state = kept(store, number).state
    resumed = slack.click_for_reply(paused, "bob", "Resume")

    assert state == "paused"
    assert "paused: nothing is posted until it is resumed" in paused.plain
    assert paused.buttons == ["Edit", "Preview", "Resume", "Unsubscribe", "Subscribe to more"]
    assert "posts next on Mon 23 Nov 2026, 09:30" in resumed.plain
    assert resumed.ts == shown.ts


def test_the_next_one_is_skipped_and_taken_back(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has()
    skipping = slack.click_for_reply(listed(slack), "alice", "Skip next")
    skip = kept(store, number).skip
    kept_on = slack.click_for_reply(skipping, "alice", "Don’t skip")

    assert skip == "2026-11-23T09:30"
    assert "⏭ skips Mon 23 Nov 2026, 09:30, then posts Mon 30 Nov 2026, 09:30" in skipping.plain
    assert "▶ posts next on Mon 23 Nov 2026, 09:30" in kept_on.plain
    assert kept(store, number).skip is None


def test_an_old_list_skips_nothing_that_it_did_not_show(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has()
    shown = listed(slack)
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        assert subscription.next_at
        subscription.next_at += timedelta(days=7)
    told = slack.click_for_reply(shown, "alice", "Skip next")

    assert "no longer the next one" in told.text
    assert kept(store, number).skip is None


def test_it_is_ended_and_the_channel_is_told_by_whom(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has()
    before = slack.now()
    slack.click(listed(slack, "bob"), "bob", "Unsubscribe")
    told = slack.reply("alice", "marketing", before)

    assert told.text == (
        "<@U0BOB> ended this channel’s *Persona spotlights*: Mondays at 09:30 (Europe/Madrid)."
    )
    ended = kept(store, number)
    assert (ended.state, ended.next_at, ended.ended_at) == ("ended", None, NOON)
    assert "subscribed to nothing yet" in listed(slack).plain


def test_before_it_is_ended_the_person_is_asked(slack: Slack, has: Subscribe) -> None:
    has()
    question = listed(slack).element("Unsubscribe")["confirm"]

    assert "To stop for a while, pause it instead" in question["text"]["text"]


@pytest.mark.parametrize("button", ["Edit", "Preview", "Pause", "Skip next", "Unsubscribe"])
def test_a_button_of_one_that_has_ended_says_so(
    slack: Slack, store: Store, has: Subscribe, button: str
) -> None:
    number = has()
    shown = listed(slack)
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        end_subscription(subscription, "unsubscribed", NOON)
    told = slack.click_for_reply(shown, "alice", button)

    assert "This subscription has ended" in told.text


def test_what_is_due_already_is_posted_although_the_time_is_changed_right_then(
    slack: Slack, store: Store, has: Subscribe, spotlights: object
) -> None:
    spotlights(compose_line)  # type: ignore[operator]
    number = has(weekdays=tuple(range(7)), local_time="11:30", zone="UTC")
    slack.click(listed(slack), "alice", "Edit")
    slack.modal("alice")
    before = slack.now()
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        subscription.next_at = NOON - timedelta(minutes=30)
    slack.submit("alice", local_time="16:00")

    assert slack.reply("bob", "marketing", before).text == "A post for the None lens"
    assert kept(store, number).next_at == NOON.replace(hour=16)


# Home


def test_home_shows_what_i_subscribed_in_all_channels(slack: Slack, has: Subscribe) -> None:
    has(lens="marketing")
    has("C0PRODUCT", programme="story")
    has("C0SUPPORT", owner="U0BOB")
    home = slack.home("alice")

    assert "<#C0MARKETING>* · *Persona spotlights* · Mondays at 09:30 (Europe/Madrid)" in home.plain
    assert "<#C0PRODUCT>* · *Customer stories*" in home.plain
    assert "C0SUPPORT" not in home.plain
    assert "What my channels get" not in slack.home("dave").plain


def test_home_shows_a_change_made_from_it_at_once(slack: Slack, has: Subscribe) -> None:
    has()
    home = slack.home("alice")
    slack.click(home, "alice", "Edit")
    slack.modal("alice")
    slack.submit("alice", local_time="16:15")
    changed = slack.home_after("alice", home.hash)
    slack.close("alice")
    slack.click(changed, "alice", "Pause")
    paused = slack.home_after("alice", changed.hash)

    assert "Mondays at 16:15" in changed.plain
    assert "paused" in paused.plain


def test_what_i_subscribed_is_ended_from_home(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has()
    home = slack.home("alice")
    slack.click(home, "alice", "Unsubscribe")

    assert "What my channels get" not in slack.home_after("alice", home.hash).plain
    assert kept(store, number).state == "ended"


def test_home_has_room_for_many(slack: Slack, has: Subscribe) -> None:
    for minute in range(9):
        has(local_time=f"10:{minute:02}")
    home = slack.home("alice")

    assert home.buttons.count("Unsubscribe") == 6
    assert "and 3 more" in home.plain


# When somebody leaves


def test_when_the_owner_is_deactivated_the_channel_keeps_its_programme_and_the_heir_is_told(
    slack: Slack, store: Store, has: Subscribe, spotlights: object
) -> None:
    spotlights(compose_line)  # type: ignore[operator]
    number = has(weekdays=tuple(range(7)), local_time="11:30", zone="UTC")
    has("C0MARKETING", owner="U0BOB", programme="story")
    before = slack.now()
    slack.server.look(lambda box: switch_account(box, {"account": "U0ALICE", "deactivated": True}))
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        subscription.next_at = NOON - timedelta(minutes=30)
    posted = slack.reply("bob", "marketing", before)
    notice = slack.reply("bob", "dm", before)

    assert posted.text == "A post for the None lens"
    assert kept(store, number).slack_user_id == "U0BOB"
    assert "is now yours" in notice.text
    assert "subscribed by <@U0BOB>" in listed(slack, "bob").plain
