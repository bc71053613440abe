"""Owners and the council are asked whether personas are still true, and see what to talk about."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.app import Bot
from persona_store.database import Store
from persona_store.models import Delivery, Persona
from persona_store.personas import get_persona
from persona_store.posts.subscriptions import Wanted, subscribe
from persona_store.refresh.reviews import verify_persona
from tests.bot.patience import Clock
from tests.bot.slack_driver import Message, Slack
from tests.persona_store.refresh.items import ALICE, BOB, CAROL, add, reported


@pytest.fixture
def carols(store: Store, clock: Clock) -> None:
    """Nothing is due but Delphine, who is Carol's; one of her statements is contradicted."""
    with store.begin() as session:
        session.execute(update(Persona).where(Persona.slug != "delphine").values(verified_at=clock.now))
        due = {"owner": CAROL, "verified_at": clock.now - timedelta(days=90)}
        session.execute(update(Persona).where(Persona.slug == "delphine").values(due))
        key = get_persona(session, "delphine").statements[0].key
        against = reported(session, clock.now, personas=["delphine"])
        for person in (ALICE, BOB):
            add(session, against, person, clock.now, stance="contradicts", statement=key)


def asked(bot: Bot, slack: Slack, clock: Clock, who: str) -> Message:
    """The message that somebody gets once it is day where they are."""
    for _ in range(4):
        bot.outbox.work()
        if heard := [one for one in slack.messages(who, "dm") if "Still true?" in one.text]:
            return heard[0]
        clock.pass_by(6 * 3600)
    raise AssertionError(f"{who} was not asked")


@pytest.mark.usefixtures("carols")
def test_the_owner_is_asked_sees_what_speaks_against_it_and_says_still_true(
    bot: Bot, slack: Slack, store: Store, clock: Clock
) -> None:
    message = asked(bot, slack, clock, "carol")
    verified = slack.click_for_reply(message, "carol", "Still true", channel="dm")
    again = slack.click_for_reply(message, "carol", "Still true", channel="dm")

    assert "A persona is due for review.*" in message.plain
    assert "*Delphine" in message.plain
    assert "yours" in message.plain
    assert "⚠ 1 statement is contradicted by what colleagues saw" in message.plain
    assert message.element("Draft a change")["value"] == "persona:delphine"
    assert "is verified" in verified.text
    assert verified.thread_ts == message.ts
    assert "looked at already: verified on 23 Nov 2026" in again.text
    assert not [one for one in slack.messages("dave", "dm") if "Still true?" in one.text]
    with store.read() as session:
        assert [one.channel_id for one in session.query(Delivery) if one.programme == "review"] == [CAROL]


@pytest.mark.usefixtures("carols")
def test_who_sees_a_change_drafts_it_from_the_message(bot: Bot, slack: Slack, clock: Clock) -> None:
    slack.click(asked(bot, slack, clock, "carol"), "carol", "Draft a change")

    assert slack.modal("carol").title == "Draft 1"


@pytest.mark.usefixtures("carols")
def test_after_a_week_the_rest_of_the_council_is_asked(bot: Bot, slack: Slack, clock: Clock) -> None:
    asked(bot, slack, clock, "carol")
    clock.pass_by(7 * 24 * 3600)
    message = asked(bot, slack, clock, "dave")

    assert "owner: <@U0CAROL>" in message.plain
    assert len([one for one in slack.messages("carol", "dm") if "Still true?" in one.text]) == 1


@pytest.fixture
def early(clock: Clock) -> None:
    """Nobody is asked before nine."""
    clock.pass_by(-2 * 3600)


@pytest.mark.usefixtures("early", "carols")
def test_nobody_is_asked_about_what_was_looked_at_before_the_message_went(
    bot: Bot, slack: Slack, store: Store, clock: Clock
) -> None:
    with bot.outbox._turn:
        clock.pass_by(2 * 3600)
        bot.outbox._plan()
        with store.begin() as session:
            verify_persona(session, "delphine", CAROL, clock.now)
    bot.outbox.work()

    with store.read() as session:
        assert [one.state for one in session.query(Delivery) if one.programme == "review"] == ["skipped"]
    assert "Reviews due" not in slack.home("carol").plain


@pytest.mark.usefixtures("carols")
def test_the_councils_home_shows_what_is_due_and_others_see_nothing_of_it(
    slack: Slack,
) -> None:
    home = slack.home("dave")
    slack.click(home, "dave", "Still true")
    after = slack.home_after("dave", home.hash)

    assert "Reviews due" in home.plain
    assert "Reviews due" not in after.plain
    assert "Still true" not in slack.home("bob").buttons


@pytest.mark.usefixtures("carols")
def test_the_agenda_is_there_on_demand_in_a_message_and_from_home(slack: Slack) -> None:
    told = slack.command("carol", "/persona agenda")
    slack.click(slack.home("dave"), "dave", "Agenda")
    shown = slack.modal("dave")

    assert told.ephemeral
    assert told.text.startswith("The council’s agenda: 1 due for review,")
    for text in (told.plain, shown.plain):
        assert "*The council’s agenda* · Q4 2026" in text
        assert "*Due for review*\n• Delphine" in text
        assert "*Contradicted by what colleagues saw*\n• Delphine" in text
        assert "*Evidence going stale*\n• " in text


@pytest.mark.usefixtures("carols")
def test_the_first_digest_of_a_quarter_brings_the_agenda_and_the_next_one_does_not(
    bot: Bot, slack: Slack, store: Store, clock: Clock
) -> None:
    with store.begin() as session:
        subscribe(session, Wanted("C0PRODUCT", CAROL, "digest", (0,), "10:30", "UTC"), clock.now)
    digests = []
    for _ in range(2):
        clock.pass_by(1801)
        bot.outbox.work()
        digests.append(slack.messages("carol")[-1].plain)
        clock.pass_by(7 * 24 * 3600 - 1801)

    assert ["*The council’s agenda* · Q4 2026" in one for one in digests] == [True, False]
    assert ["*Evidence going stale*" in one for one in digests] == [True, False]
