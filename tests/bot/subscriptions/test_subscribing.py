"""People subscribe their channels."""

import json
from typing import Any

import pytest

from persona_store.database import Store
from persona_store.models import Persona, Subscription
from persona_store.people import set_channel_lens
from persona_store.posts.subscriptions import (
    MOST_IN_A_CHANNEL,
    change_subscription,
    end_subscription,
    list_subscriptions,
    wanted_of,
)
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Slack, View
from tests.bot.subscriptions.conftest import MARKETING, Subscribe, kept, only_one


def form_of(slack: Slack, account: str = "alice", channel: str = "marketing") -> View:
    slack.run_command(account, "/persona subscribe", channel)
    return slack.modal(account)


def sent(slack: Slack, account: str = "alice", channel: str = "marketing", **answers: Any) -> View:
    """Fill in the form and send it; give the window that follows."""
    form = form_of(slack, account, channel)
    assert slack.submit(account, **answers) is None
    return slack.modal(account, after=form)


def initial(form: View, block_id: str) -> Any:
    element = next(one for one in form.elements if one["block_id"] == block_id)
    found = element.get("initial_option") or element.get("initial_options") or element.get("initial_time")
    return found["value"] if isinstance(found, dict) else found


# Subscribing


def test_somebody_subscribes_their_channel(slack: Slack, store: Store) -> None:
    done = sent(slack, weekdays=["Monday", "Thursday"], lens="Marketing", personas=["priya"])

    assert "Mondays and Thursdays at 09:30 (Europe/Madrid), Marketing lens, only Priya Raman" in done.plain
    assert "The next one comes on *Mon 23 Nov 2026, 09:30*" in done.plain
    made = only_one(store)
    assert (made.channel_id, made.slack_user_id, made.programme) == (MARKETING, "U0ALICE", "spotlight")
    assert (made.weekdays, made.local_time, made.zone) == ([0, 3], "09:30", "Europe/Madrid")
    assert (made.lens, made.personas, made.state) == ("marketing", ["priya"], "active")


def test_the_channel_is_told_once_who_subscribed_it_to_what(slack: Slack) -> None:
    before = slack.now()
    sent(slack, lens="Marketing")
    told = slack.reply("bob", "marketing", before)

    assert told.text.startswith(
        "<@U0ALICE> subscribed this channel to *Persona spotlights*: Mondays at 09:30"
    )
    assert "The first one comes on Mon 23 Nov 2026, 09:30" in told.text
    assert not told.ephemeral


def test_the_form_offers_what_the_person_will_most_likely_want(slack: Slack, store: Store) -> None:
    with store.begin() as session:
        set_channel_lens(session, MARKETING, "marketing")
    form = form_of(slack, "dave")

    assert [initial(form, name) for name in ("programme", "local_time", "zone", "lens")] == [
        "spotlight",
        "09:30",
        "Asia/Tokyo",
        "marketing",
    ]
    assert [day["value"] for day in initial(form, "weekdays")] == ["0"]
    assert initial(form, "personas") is None


def test_every_time_zone_of_the_world_can_be_chosen_once(slack: Slack) -> None:
    (zone,) = (one for one in form_of(slack).elements if one["block_id"] == "zone")
    values = [option["value"] for group in zone["option_groups"] for option in group["options"]]

    assert len(values) == len(set(values)) > 400
    assert values[0] == "Europe/Madrid"
    assert {"UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia"} <= set(values)
    assert max(len(group["options"]) for group in zone["option_groups"]) <= 100


def test_a_channel_has_several_subscriptions(slack: Slack, store: Store) -> None:
    sent(slack)
    sent(slack, "bob", programme="Customer stories", weekdays=["Friday"], zone="Europe/London")

    with store.read() as session:
        made = [(one.programme, one.zone) for one in list_subscriptions(session, channel_id=MARKETING)]
    assert made == [("spotlight", "Europe/Madrid"), ("story", "Europe/London")]


def test_exactly_the_same_is_refused_beside_the_field(slack: Slack, has: Subscribe) -> None:
    has()
    form_of(slack)
    errors = slack.submit("alice")

    assert errors == {
        "programme": "This channel is subscribed to exactly that already. Change something of it. "
        "`/persona subscriptions` shows it."
    }


def test_a_channel_that_has_enough_says_what_to_do(slack: Slack, has: Subscribe) -> None:
    for minute in range(MOST_IN_A_CHANNEL):
        has(local_time=f"10:{minute:02}")
    form_of(slack)
    errors = slack.submit("alice") or {}

    assert "End one first" in errors["programme"]


def test_without_a_weekday_the_form_is_not_sent(slack: Slack) -> None:
    form_of(slack)

    assert slack.submit("alice", weekdays=[]) == {"weekdays": "Please complete this required field."}


def test_a_persona_that_went_meanwhile_is_named_beside_its_field(slack: Slack, store: Store) -> None:
    form_of(slack)
    with store.begin() as session:
        session.query(Persona).filter(Persona.slug == "tobias").update({"slug": "toby"})
    errors = slack.submit("alice", personas=["tobias"]) or {}

    assert errors == {"personas": "There is no persona tobias (any more). Take it out of the choice."}


@pytest.mark.parametrize("text", ["subscribe", "subscribe spotlight", "SUBSCRIBE to stories"])
def test_words_after_the_command_do_no_harm(slack: Slack, text: str) -> None:
    slack.run_command("alice", f"/persona {text}", "marketing")

    assert slack.modal("alice").title == "Subscribe a channel"


def test_a_question_about_subscriptions_is_a_question(slack: Slack) -> None:
    answer = slack.command("alice", "/persona subscriptions annoy which of our customers?")

    assert "What this channel gets" not in answer.everything
    assert slack.open_modals("alice") == 0


# Editing


def test_the_form_asks_of_a_programme_only_what_it_has(slack: Slack) -> None:
    slack.run_command("alice", "/persona subscribe", "marketing")
    form = slack.modal("alice")
    slack.choose(form, "alice", "subscriptions.choose_programme", "Trivia rounds")
    of_trivia = slack.modal("alice", after=form)
    slack.choose(of_trivia, "alice", "subscriptions.choose_programme", "Customer stories")
    of_stories = slack.modal("alice", after=of_trivia)

    asked = [
        [one["block_id"] for one in view.blocks if one["type"] == "input"]
        for view in (form, of_trivia, of_stories)
    ]
    assert asked[0] == asked[2] == ["programme", "weekdays", "local_time", "zone", "lens", "personas"]
    assert asked[1] == ["programme", "questions", "hours", *asked[0][1:]]


def test_a_subscription_is_edited(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has(lens="product", personas=("priya", "marco"))
    listed = slack.command("bob", "/persona subscriptions", "marketing")
    slack.click(listed, "bob", "Edit")
    form = slack.modal("bob")
    assert slack.submit("bob", weekdays=["Tuesday"], local_time="17:00", lens="Everybody") is None
    done = slack.modal("bob", after=form)

    assert initial(form, "lens") == "product"
    assert {one["value"] for one in initial(form, "personas")} == {"priya", "marco"}
    assert "Tuesdays at 17:00 (Europe/Madrid), for everybody, only Marco Duarte, Priya Raman" in done.plain
    changed = kept(store, number)
    assert (changed.weekdays, changed.local_time, changed.lens) == ([1], "17:00", None)
    assert changed.slack_user_id == "U0ALICE"


def test_what_somebody_else_changed_meanwhile_is_shown_before_it_is_replaced(
    slack: Slack, store: Store, has: Subscribe
) -> None:
    number = has()
    listed = slack.command("alice", "/persona subscriptions", "marketing")
    slack.click(listed, "alice", "Edit")
    form = slack.modal("alice")
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        wanted = wanted_of(subscription)
        change_subscription(
            session, subscription, type(wanted)(**vars(wanted) | {"local_time": "11:00"}), NOON
        )
    slack.submit("alice", lens="Sales")
    shown = slack.modal("alice", after=form)
    before_the_second = kept(store, number)
    slack.submit("alice", lens="Sales")
    slack.modal("alice", after=shown)

    assert "Somebody changed this subscription while you had it open" in shown.plain
    assert "Mondays at 11:00" in shown.plain
    assert (before_the_second.local_time, before_the_second.lens) == ("11:00", None)
    assert (kept(store, number).local_time, kept(store, number).lens) == ("09:30", "sales")


def test_one_that_was_ended_meanwhile_is_not_brought_back(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has()
    listed = slack.command("alice", "/persona subscriptions", "marketing")
    slack.click(listed, "alice", "Edit")
    form = slack.modal("alice")
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        end_subscription(subscription, "unsubscribed", NOON)
    slack.submit("alice", lens="Sales")

    assert "This subscription has ended" in slack.modal("alice", after=form).plain
    assert kept(store, number).lens is None


def test_a_paused_one_can_be_edited_and_stays_paused(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has()
    listed = slack.command("alice", "/persona subscriptions", "marketing")
    paused = slack.click_for_reply(listed, "alice", "Pause")
    slack.click(paused, "alice", "Edit")
    form = slack.modal("alice")
    slack.submit("alice", weekdays=["Friday"])
    done = slack.modal("alice", after=form)

    assert "It is still paused" in done.plain
    assert (kept(store, number).state, kept(store, number).next_at) == ("paused", None)


def test_a_form_keeps_nothing_but_what_it_is_about(slack: Slack) -> None:
    form = form_of(slack)

    assert json.loads(form.private_metadata).keys() == {
        "channel_id",
        "subscription_id",
        "was",
        "is_from_home",
    }
