"""People look at what would be posted, and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app import COMPOSERS
from bot.desk import Composed, Desk
from persona_store.database import Store
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Subscription
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Slack, View
from tests.bot.subscriptions.conftest import Subscribe, compose_line

Put = Callable[[Any], None]


def previewed(slack: Slack, **answers: str) -> View:
    """What the form's preview shows of the lens chosen in it."""
    slack.run_command("alice", "/persona subscribe", "marketing")
    form = slack.modal("alice")
    for block_id, choice in answers.items():
        fill_in(slack, form, block_id, choice)
    slack.click(form, "alice", "Preview now")
    return slack.modal("alice", after=form)


def fill_in(slack: Slack, form: View, block_id: str, choice: str) -> None:
    """Make the choice the form's own: the driver sends no state of a window with a click."""

    def put(box: Any) -> None:
        (view,) = box.world.modals["U0ALICE"]
        block = next(one for one in view.content["blocks"] if one.get("block_id") == block_id)
        options = block["element"]["options"]
        block["element"]["initial_option"] = next(one for one in options if one["text"]["text"] == choice)

    assert form
    slack.server.look(put)


def test_the_form_shows_what_would_be_posted_and_why(slack: Slack, spotlights: Put) -> None:
    spotlights(compose_line)
    shown = previewed(slack, lens="Sales")

    assert "This is what <#C0MARKETING> would get now. Only you see it" in shown.plain
    assert "*Why this*: Priya, because revision 2 changed two needs." in shown.plain
    assert "A post for the sales lens" in shown.plain
    assert slack.open_modals("alice") == 2


def test_what_is_previewed_is_what_is_then_posted(slack: Slack, store: Store, has: Subscribe) -> None:
    number = has(weekdays=tuple(range(7)), local_time="11:30", zone="UTC", lens="marketing")
    slack.click(slack.command("alice", "/persona subscriptions", "marketing"), "alice", "Preview")
    shown, before = slack.modal("alice"), slack.now()
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        subscription.next_at = NOON - timedelta(minutes=30)
    posted = slack.reply("bob", "marketing", before)
    told = [block["text"]["text"] for block in posted.blocks if block["type"] == "section"]

    assert "*Why this*: " in shown.plain
    assert len(told) > 3
    assert [text for text in told if text not in shown.plain] == []


def test_a_story_is_previewed_too(slack: Slack) -> None:
    shown = previewed(slack, programme="Customer stories")

    assert "Only you see it" in shown.plain
    assert len(shown.blocks) > 3


def test_what_could_be_clicked_is_named_but_does_nothing(slack: Slack, spotlights: Put) -> None:
    spotlights(compose_line)
    shown = previewed(slack)

    assert "Buttons: A" in shown.plain
    assert shown.elements == []


def test_a_subscription_is_previewed_from_the_list_and_from_home(
    slack: Slack, has: Subscribe, spotlights: Put
) -> None:
    spotlights(compose_line)
    has(lens="product")
    slack.click(slack.command("alice", "/persona subscriptions", "marketing"), "alice", "Preview")
    from_list = slack.modal("alice")
    slack.close("alice")
    slack.click(slack.home("alice"), "alice", "Preview")

    assert "A post for the product lens" in from_list.plain
    assert "A post for the product lens" in slack.modal("alice").plain


def test_a_preview_keeps_nothing(slack: Slack, store: Store, has: Subscribe, spotlights: Put) -> None:
    spotlights(compose_line)
    has()
    slack.click(slack.command("alice", "/persona subscriptions", "marketing"), "alice", "Preview")
    slack.modal("alice")

    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
        assert session.scalar(select(func.count()).select_from(Subscription)) == 1


def test_where_there_is_nothing_to_tell_the_preview_says_why(slack: Slack, spotlights: Put) -> None:
    def compose_nothing(_session: object, _delivery: Delivery, _desk: Desk) -> Composed:
        raise NothingToPostError("no story is approved yet")

    spotlights(compose_nothing)

    assert "Nothing would be posted now: no story is approved yet" in previewed(slack).plain


def test_a_programme_that_nobody_composes_says_so(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(COMPOSERS, "spotlight", raising=False)

    assert "There is no preview of Persona spotlights" in previewed(slack).plain


def test_what_cannot_be_had_is_said_instead_of_a_preview(
    slack: Slack, store: Store, has: Subscribe, spotlights: Put
) -> None:
    spotlights(compose_line)
    number = has(personas=("priya",))
    with store.begin() as session:
        subscription = session.get(Subscription, number)
        assert subscription
        subscription.personas = ["gone"]
    slack.click(slack.command("alice", "/persona subscriptions", "marketing"), "alice", "Preview")

    assert "There is no persona gone (any more)" in slack.modal("alice").plain
