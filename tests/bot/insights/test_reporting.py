"""People report what they saw, and see what became of it."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.app import Bot
from bot.manifest import build_manifest
from persona_store.database import Store
from persona_store.models import Person, RefreshItem, Statement, Voice
from persona_store.refresh.backlog import make_move
from persona_store.refresh.insights import LONGEST_INSIGHT, RATES, Said, submit_insight
from persona_store.refresh.item_moves import Move, With
from tests.bot.slack_driver import Slack, View

TEXT = "She printed the order list again because the tablet was charging."
QUESTION = "what would Priya need when she first logs in?"


def voices(store: Store) -> list[Voice]:
    with store.read() as session:
        return list(session.scalars(select(Voice).order_by(Voice.id)))


def fields(view: View) -> dict[str, Any]:
    return {one["block_id"].partition(":")[0]: one for one in view.elements if "block_id" in one}


def report(slack: Slack, account: str, text: str = TEXT, **answers: str) -> View:
    """Report an insight by command; gives the window that follows."""
    slack.run_command(account, "/persona insight")
    form = slack.modal(account)
    assert slack.submit(account, text=text, **answers) is None
    return slack.modal(account, after=form)


def test_an_insight_gets_a_receipt_with_its_number(slack: Slack, store: Store) -> None:
    receipt = report(slack, "alice", stance="adds", stage="onboarding", place="visit", verbatim="verbatim")
    [voice] = voices(store)

    assert f"#{voice.item_id}" in receipt.plain
    assert "You will be told what becomes of it" in receipt.plain
    assert (voice.text, voice.stage, voice.place, voice.verbatim) == (TEXT, "onboarding", "visit", True)
    assert voice.slack_user_id == "U0ALICE"


def test_the_form_knows_whom_a_text_is_about_and_what_is_known_of_them(slack: Slack) -> None:
    slack.run_command("alice", "/persona insight Marco phoned: the tablet locks his whole team out again")
    form = fields(slack.modal("alice"))

    assert form["text"]["initial_value"].startswith("Marco phoned")
    assert form["persona"]["initial_option"]["value"] == "marco"
    assert "marco.six-passwords" in {one["value"] for one in form["statement"]["options"]}


def test_the_statements_follow_the_persona_and_what_was_typed_stays(slack: Slack) -> None:
    slack.shortcut("alice", "insights.open")
    form = slack.modal("alice")
    slack.choose(form, "alice", "insights.choose_persona", "yuki")
    changed = fields(slack.modal("alice", after=form))
    errors = slack.submit("alice", text=TEXT, stance="contradicts")

    assert "yuki.three-cents" in {one["value"] for one in changed["statement"]["options"]}
    assert errors == {"statement:yuki": "Choose the statement that it contradicts, or choose “It adds”."}
    assert (
        slack.submit("alice", text=TEXT, stance="contradicts", **{"statement:yuki": "yuki.three-cents"})
        is None
    )


def test_a_message_is_sent_to_the_backlog_with_its_address_and_without_a_number(
    slack: Slack, store: Store
) -> None:
    ts = slack.say("bob", "Marco wrote: the display stayed blank again, call 0161 496 0123", "support")
    message = next(one for one in slack.messages("alice", "support") if one.ts == ts)
    slack.shortcut("alice", "insights.send", message)
    form = slack.modal("alice")
    slack.submit("alice")
    receipt = slack.modal("alice", after=form)
    [voice] = voices(store)

    assert "masked what could name somebody: a phone number" in form.plain
    assert voice.text == "Marco wrote: the display stayed blank again, call [phone number]"
    assert voice.permalink
    assert voice.permalink.endswith(f"/archives/{message.channel}/p{ts.replace('.', '')}")
    assert "a phone number" in receipt.plain


def test_nothing_that_names_a_customer_ever_reaches_the_database(slack: Slack, bot: Bot) -> None:
    canaries = ("0161 496 0123", "ana@example.com", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00")
    written: list[str] = []

    def keep(
        _connection: object, _cursor: object, _statement: object, parameters: object, *_: object
    ) -> None:
        written.append(str(parameters))

    event.listen(bot.store.engine, "before_cursor_execute", keep)
    slack.run_command("alice", f"/persona insight call {canaries[0]}")
    form = slack.modal("alice")
    slack.choose(form, "alice", "insights.choose_persona", "yuki")
    changed = slack.modal("alice", after=form)
    slack.submit("alice", text=f"mail {canaries[1]} or pay with {canaries[2]}")
    slack.modal("alice", after=changed)
    slack.close("alice")
    ts = slack.say("bob", f"Refund to {canaries[3]}, says <@U0ALICE>", "support")
    message = next(one for one in slack.messages("alice", "support") if one.ts == ts)
    slack.shortcut("alice", "insights.send", message)
    from_message = slack.modal("alice")

    assert [canary for canary in canaries if any(canary in one for one in written)] == []
    assert any("mail [e-mail address] or pay with [card number]" in one for one in written)
    assert fields(from_message)["text"]["initial_value"] == "Refund to [IBAN], says [somebody]"


def test_what_may_be_the_same_is_shown_and_joined_with_ones_own_words(slack: Slack, store: Store) -> None:
    report(slack, "bob", "Marco's team is locked out of the shared tablet by six passwords")
    alike = report(slack, "alice", "The shared tablet of Marco's team locks them out, six passwords!")
    slack.click(alike, "alice", "Add my voice")
    joined = slack.modal("alice", after=alike)
    first, second = voices(store)

    assert "Is it one of these?" in alike.plain
    assert first.item_id == second.item_id
    assert second.text == "The shared tablet of Marco's team locks them out, six passwords!"
    assert "2 people have seen it now" in joined.plain


def test_what_is_not_the_same_is_filed_as_new_and_nothing_typed_is_lost(slack: Slack, store: Store) -> None:
    text = "Marco's team is locked out of the shared tablet by six passwords"
    report(slack, "bob", text)
    alike = report(slack, "alice", text + " again", place="call")
    kept = fields(alike)
    assert slack.submit("alice") is None
    slack.modal("alice", after=alike)
    first, second = voices(store)

    assert kept["text"]["initial_value"] == text + " again"
    assert kept["place"]["initial_option"]["value"] == "call"
    assert first.item_id != second.item_id
    assert second.place == "call"


def test_who_would_join_what_was_just_settled_is_told_and_keeps_the_form(
    slack: Slack, store: Store, example_now: datetime
) -> None:
    text = "Marco's team is locked out of the shared tablet by six passwords"
    report(slack, "bob", text)
    alike = report(slack, "alice", text)
    with store.begin() as session:
        item = session.scalars(select(RefreshItem)).one()
        make_move(session, item.id, Move.DECLINE, "U0CAROL", example_now, With(reason="Known."))
    slack.click(alike, "alice", "Add my voice")
    told = slack.modal("alice", after=alike)

    assert "declined already" in told.plain
    assert fields(told)["text"]["initial_value"] == text


def test_empty_and_too_long_texts_are_refused_at_their_field(slack: Slack, store: Store) -> None:
    slack.run_command("alice", f"/persona insight {'word ' * (LONGEST_INSIGHT // 4)}")
    form = slack.modal("alice")

    assert "only its first 2,000 characters" in form.plain
    assert slack.submit("alice", text="  ") == {"text": "Say what you saw or heard."}
    assert voices(store) == []


def test_whoever_reports_too_many_is_told_so_and_keeps_what_they_typed(
    slack: Slack, store: Store, example_now: datetime
) -> None:
    with store.begin() as session:
        for number in range(RATES[0][1]):
            submit_insight(session, Said(f"Oven {number}"), "U0ALICE", str(number), example_now)
    slack.run_command("alice", "/persona insight")
    slack.modal("alice")
    errors = slack.submit("alice", text=TEXT)

    assert errors
    assert "within the last hour" in errors["text"]


# Flags


def test_a_statement_of_an_answer_is_flagged_as_outdated(slack: Slack, store: Store) -> None:
    answer = slack.mention("alice", QUESTION)
    slack.click(answer, "alice", "Flag as outdated")
    form = fields(slack.modal("alice"))

    assert form["persona"]["initial_option"]["value"] == "priya"
    assert form["stance"]["initial_option"]["value"] == "contradicts"
    assert "initial_option" not in form["statement"]
    assert form["statement"]["option_groups"][0]["label"]["text"] == "In the answer"
    flagged = form["statement"]["option_groups"][0]["options"][1]
    answers = {"text": "They have single sign-on now.", form["statement"]["block_id"]: flagged["value"]}
    window = slack.modal("alice")
    assert slack.submit("alice", **answers) is None
    receipt = slack.modal("alice", after=window)
    assert voices(store)[0].statement == flagged["value"]
    assert voices(store)[0].stance == "contradicts"
    assert f"*#{voices(store)[0].item_id}*" in receipt.plain
    with store.read() as session:
        text = session.scalars(select(Statement.text).where(Statement.key == flagged["value"])).one()
    assert (
        f"*About Priya Raman*. It contradicts this statement, which may be outdated:\n>{text}"
        in receipt.plain
    )
    assert {"Unfollow", "Withdraw"} <= set(receipt.buttons)


def test_a_statement_is_flagged_from_the_window_with_its_sources(slack: Slack) -> None:
    answer = slack.mention("alice", QUESTION)
    slack.click(answer, "alice", "Sources")
    sources = slack.modal("alice")
    slack.click(sources, "alice", "Flag as outdated")

    form = fields(slack.modal("alice", after=sources))
    assert form["stance"]["initial_option"]["value"] == "contradicts"
    assert form["statement"]["initial_option"]["value"].startswith("priya.")


# What became of it


def test_the_home_shows_what_became_of_it_and_one_can_unfollow_and_withdraw(
    slack: Slack, store: Store
) -> None:
    report(slack, "alice")
    [voice] = voices(store)
    slack.close("alice")
    home = slack.home("alice")
    slack.click(home, "alice", "insights.show")
    window = slack.modal("alice")
    slack.click(window, "alice", "Unfollow")
    unfollowed = slack.modal("alice", after=window)
    slack.home_after("alice", home.hash)
    slack.click(unfollowed, "alice", "Withdraw")
    withdrawn = slack.modal("alice", after=unfollowed)

    assert f"#{voice.item_id}" in home.plain
    assert "the council has not looked at it yet" in home.plain
    assert "You will not be told" in unfollowed.plain
    assert "is withdrawn" in withdrawn.plain
    assert voices(store)[0].text is None
    with store.read() as session:
        assert session.get_one(RefreshItem, voice.item_id).state == "withdrawn"


def test_one_sees_why_it_was_declined(slack: Slack, store: Store, example_now: datetime) -> None:
    report(slack, "alice")
    with store.begin() as session:
        item = session.scalars(select(RefreshItem)).one()
        make_move(session, item.id, Move.DECLINE, "U0CAROL", example_now, With(reason="Known <already>."))

    listed = slack.command("alice", "/persona insights")

    assert "declined: Known &lt;already&gt;." in listed.everything


def test_only_ambassadors_add_their_voice_to_what_they_did_not_report(slack: Slack, store: Store) -> None:
    report(slack, "alice")
    listed = slack.command("bob", "/persona insights")
    slack.click_for_reply(listed, "bob", "insights.endorse")
    with store.begin() as session:
        session.get_one(Person, "U0DAVE").role = None
    to_employee = slack.command("dave", "/persona insights").plain

    assert "Reported lately by others" in listed.plain
    assert "Reported lately by others" not in to_employee
    assert [voice.slack_user_id for voice in voices(store)] == ["U0ALICE", "U0BOB"]


@pytest.mark.parametrize("word", ["insight", "insights"])
def test_help_names_the_commands(slack: Slack, word: str) -> None:
    assert f"/persona {word}" in slack.command("alice", "/persona help").plain


def test_the_manifest_has_a_shortcut_on_messages() -> None:
    shortcuts = {one["callback_id"]: one["type"] for one in build_manifest()["features"]["shortcuts"]}

    assert shortcuts["insights.send"] == "message"
    assert shortcuts["insights.open"] == "global"
