"""Whoever works here and is in the channel decides what it gets; asked anew with every click (S3)."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.app import Bot
from bot.people import POST_KEPT, Directory
from persona_store.database import Store
from persona_store.models import Delivery
from persona_store.posts.subscriptions import list_subscriptions
from tests.bot.conftest import NOON
from tests.bot.patience import Clock
from tests.bot.slack_driver import Slack
from tests.bot.subscriptions.conftest import MARKETING, Subscribe, kept

SHARED = "People from another company can read this channel"
Spoil = Callable[[Slack], object]


def share(slack: Slack) -> None:
    slack.server.change_channel(MARKETING, is_ext_shared=True)


def archive(slack: Slack) -> None:
    slack.server.change_channel(MARKETING, is_archived=True)


def remove_bot(slack: Slack) -> None:
    slack.server.change_channel(MARKETING, has_bot=False)


def leave(slack: Slack) -> None:
    slack.server.look(lambda box: box.world.channels[MARKETING].members.discard("U0ALICE"))


def nothing_made(store: Store) -> bool:
    with store.read() as session:
        return not list_subscriptions(session) and session.query(Delivery).count() == 0


@pytest.mark.parametrize(
    ("account", "channel"), [("gina", "welcome-guests"), ("eve", "acme-partners"), ("eve", "dm")]
)
@pytest.mark.parametrize("command", ["subscribe", "subscriptions", "unsubscribe"])
def test_outsiders_are_refused(slack: Slack, store: Store, account: str, channel: str, command: str) -> None:
    told = slack.command(account, f"/persona {command}", channel)

    assert "for employees of this company only" in told.text
    assert slack.open_modals(account) == 0
    assert nothing_made(store)


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("acme-partners", SHARED),
        ("general", "Invite me with `/invite @Persona`"),
        ("dm", "A subscription belongs to a channel"),
    ],
)
@pytest.mark.parametrize("command", ["subscribe", "subscriptions"])
def test_where_it_cannot_be_the_person_is_told_what_to_do(
    slack: Slack, channel: str, told: str, command: str
) -> None:
    assert told in slack.command("alice", f"/persona {command}", channel).text
    assert slack.open_modals("alice") == 0


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (share, SHARED),
        (archive, "This channel is archived"),
        (remove_bot, "I am not in this channel"),
        (leave, "Join it, then try again"),
    ],
)
def test_what_changed_while_the_form_was_open_counts(
    slack: Slack, store: Store, spoil: Spoil, told: str
) -> None:
    slack.run_command("alice", "/persona subscribe", "marketing")
    form = slack.modal("alice")
    spoil(slack)
    slack.submit("alice")

    assert told in slack.modal("alice", after=form).plain
    assert nothing_made(store)


@pytest.mark.parametrize("button", ["Edit", "Preview", "Pause", "Skip next", "Unsubscribe"])
@pytest.mark.parametrize(
    ("spoil", "told"), [(share, SHARED), (remove_bot, "I am not in this channel"), (leave, "Join it")]
)
def test_every_button_in_home_looks_again(
    slack: Slack, store: Store, has: Subscribe, button: str, spoil: Spoil, told: str
) -> None:
    number = has()
    home = slack.home("alice")
    spoil(slack)
    slack.click(home, "alice", button)

    assert told in slack.modal("alice").plain
    assert (kept(store, number).state, kept(store, number).skip) == ("active", None)


def test_the_preview_in_the_form_looks_again(slack: Slack) -> None:
    slack.run_command("alice", "/persona subscribe", "marketing")
    form = slack.modal("alice")
    leave(slack)
    slack.click(form, "alice", "Preview now")

    assert "Join it, then try again" in slack.modal("alice", after=form).plain


def test_that_a_channel_is_not_shared_any_more_is_known_within_seconds(bot: Bot, slack: Slack) -> None:
    clock = Clock(NOON)
    directory = Directory(bot.identity, bot.store, clock)
    share(slack)
    shared = directory.place(bot.client, MARKETING)
    slack.server.change_channel(MARKETING, is_ext_shared=False)
    clock.pass_by(POST_KEPT.total_seconds())

    assert shared.is_shared_outside
    assert not directory.place(bot.client, MARKETING).is_shared_outside


def test_an_employee_manages_what_a_council_member_subscribed(
    slack: Slack, store: Store, has: Subscribe
) -> None:
    number = has(owner="U0CAROL")
    slack.click_for_reply(slack.command("alice", "/persona subscriptions", "marketing"), "alice", "Pause")

    assert kept(store, number).state == "paused"


def test_a_guests_click_on_a_list_that_an_employee_got_is_refused(
    slack: Slack, store: Store, has: Subscribe
) -> None:
    number = has("C0WELCOME")
    shown = slack.command("alice", "/persona subscriptions", "welcome-guests")
    slack.server.look(lambda box: _show_to(box, shown.channel, shown.ts, "U0GINA"))
    told = slack.click_for_reply(shown, "gina", "Pause")

    assert "for employees of this company only" in told.text
    assert kept(store, number).state == "active"


def _show_to(box: Any, channel_id: str, ts: str, user_id: str) -> None:
    box.world.channels[channel_id].ephemerals[ts].ephemeral_to = user_id
