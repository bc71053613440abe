"""Somebody plays alone: a question at once, why, and what was missed comes again."""

from datetime import timedelta

from tests.bot.learning.conftest import MONDAY, Alone
from tests.bot.patience import Clock
from tests.bot.slack_driver import Slack


def test_a_question_comes_at_once_and_only_the_player_sees_it(slack: Slack, alice: Alone) -> None:
    shown = alice.ask()

    assert shown.ephemeral
    assert "Trivia for you alone" in shown.plain
    assert sum(one["action_id"].startswith("learning.answer") for one in shown.elements) >= 2
    assert shown.ts not in {one.ts for one in slack.messages("bob", "product")}


def test_an_answer_says_whether_it_was_right_and_why_with_the_evidence(alice: Alone) -> None:
    shown = alice.ask()
    question = alice.asked(shown)
    said = alice.answer(shown)

    assert "✓ Right." in said.plain.replace("*", "")
    assert question.why.split("\n")[0] in said.plain
    assert "Sources" in said.buttons
    assert "Another one" in said.buttons
    assert "studies" in said.plain or "1 study" in said.plain
    assert [one.is_right for one in alice.answers()] == [True]


def test_a_wrong_answer_names_the_right_one(alice: Alone) -> None:
    shown = alice.ask()
    question = alice.asked(shown)
    said = alice.answer(shown, right=False)

    texts = [option["text"] for option in question.options]
    named = texts[question.right] if max(map(len, texts)) <= 24 else "ABCD"[question.right]
    assert f"it is {named}." in said.plain
    assert "tomorrow at the earliest" in said.plain


def test_another_one_takes_its_place_and_is_another_one(alice: Alone, slack: Slack) -> None:
    first = alice.ask()
    said = alice.answer(first)
    second = slack.click_for_reply(said, "alice", "Another one")

    assert alice.asked(second).key != alice.asked(first).key


def test_what_was_missed_comes_again_a_week_later_before_anything_new(
    alice: Alone, clock: Clock, slack: Slack
) -> None:
    missed = alice.ask()
    statement = alice.asked(missed).statement
    said = alice.answer(missed, right=False)
    known = slack.click_for_reply(said, "alice", "Another one")
    alice.answer(known)
    clock.now = MONDAY + timedelta(days=7)
    again = alice.ask()

    assert statement is not None
    assert alice.asked(again).statement == statement
    assert "you missed this the last time" in again.plain


def test_the_same_question_stays_until_it_is_answered(alice: Alone) -> None:
    assert alice.asked(alice.ask()).key == alice.asked(alice.ask()).key


def test_a_second_click_changes_nothing(alice: Alone) -> None:
    first = alice.ask()
    second = alice.ask()
    alice.answer(first, right=False)
    said = alice.answer(second, right=True)

    assert "You had answered this one already" in said.plain
    assert [one.is_right for one in alice.answers()] == [False]


def test_one_can_play_about_one_persona(alice: Alone) -> None:
    assert alice.asked(alice.ask("yuki")).persona == "yuki"


def test_an_unknown_word_tells_how_it_is_used(alice: Alone) -> None:
    assert "/persona trivia daily 09:00" in alice.ask("nonsense please").text


def test_stopping_says_how_it_went_and_offers_one_a_day(alice: Alone, slack: Slack) -> None:
    said = alice.answer(alice.ask())
    stopped = slack.click_for_reply(said, "alice", "Stop")

    assert "1 question today, *1* right" in stopped.plain
    assert "Get one a day" in stopped.buttons


def test_the_answer_counts_on_the_day_that_it_was_for_the_player(alice: Alone) -> None:
    alice.answer(alice.ask())

    assert str(alice.answers()[0].answered_on) == "2026-11-23"
    assert alice.row().zone == "Europe/Madrid"


def test_a_question_can_be_flagged_and_is_not_asked_again(alice: Alone, slack: Slack) -> None:
    shown = alice.ask()
    key = alice.asked(shown).key
    said = alice.answer(shown, right=False)
    slack.click(said, "alice", "Something is wrong here")
    slack.modal("alice")
    slack.submit("alice", reason="Two of them are right.")
    alice.clock.now = MONDAY + timedelta(days=7)

    assert alice.asked(alice.ask()).key != key
