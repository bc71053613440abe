"""What a question in a thread takes over from those before it."""

import pytest

from persona_store.database import Store
from persona_store.models import Question, RefreshItem
from tests.bot.slack_driver import Slack

PASSWORDS = "Gets locked out because one shared tablet demands a separate password"


def test_after_an_answer_about_two_personas_both_are_meant(slack: Slack) -> None:
    first = slack.mention("alice", "what do Priya and Marco need during onboarding?")
    then = slack.mention("alice", "and at renewal?", thread=first)

    assert then.text.startswith("Priya Raman: ")
    assert "\nMarco Duarte: " in then.text


def test_after_an_answer_to_a_question_that_names_nobody_those_it_matters_to_are_meant(slack: Slack) -> None:
    first = slack.mention("alice", "who gets locked out by separate passwords on one tablet?")
    then = slack.mention("alice", "and at renewal?", thread=first)

    assert then.text.startswith("Marco Duarte: ")


def test_after_a_comparison_both_are_meant(slack: Slack) -> None:
    first = slack.mention("alice", "compare Priya and Marco on training")
    then = slack.mention("alice", "and at renewal?", thread=first)

    assert then.text.startswith("Priya Raman: ")
    assert "\nMarco Duarte: " in then.text


def test_after_a_comparison_a_follow_up_needs_no_mention(slack: Slack) -> None:
    first = slack.mention("alice", "compare Priya and Marco on training")
    ts = slack.say("alice", "and at renewal?", thread=first)

    assert "Priya Raman" in slack.reply("alice", "product", ts, thread=first.thread_ts).plain


def test_after_a_comparison_how_do_we_know_lists_its_research(slack: Slack) -> None:
    first = slack.mention("alice", "compare Priya and Marco on training")
    sources = slack.mention("alice", "how do we know?", thread=first)

    assert "studies" in sources.plain


@pytest.mark.parametrize(
    "unanswered", ["what does Priya think of quantum physics?", "does Priya like jazz music?"]
)
def test_after_an_unanswered_question_the_persona_is_still_meant(slack: Slack, unanswered: str) -> None:
    first = slack.mention("alice", unanswered)
    then = slack.mention("alice", "and when she renews?", thread=first)

    assert then.text.startswith("Priya Raman: ")


def test_after_an_unanswered_question_how_do_we_know_is_about_the_last_answer(slack: Slack) -> None:
    first = slack.mention("alice", "what would Priya need when she first logs in?")
    slack.mention("alice", "what does Priya think of quantum physics?", thread=first)
    sources = slack.mention("alice", "how do we know?", thread=first)

    assert "studies" in sources.plain


@pytest.mark.parametrize("first", ["who uses quantum physics?", "what does Priya think of quantum physics?"])
def test_another_persona_is_asked_what_nobody_could_answer(slack: Slack, store: Store, first: str) -> None:
    asked = slack.mention("alice", first)
    then = slack.mention("alice", "and Marco?", thread=asked)
    with store.read() as session:
        last = session.query(Question).order_by(Question.id.desc()).first()

    assert "We have no research on that for *Marco Duarte*" in then.plain
    assert last is not None
    assert last.text == "and Marco?"


def test_a_persona_that_we_have_is_asked_what_one_was_asked_that_we_have_not(slack: Slack) -> None:
    first = slack.mention("alice", "does Ingeborg get locked out by separate passwords on one tablet?")
    then = slack.mention("alice", "and Marco?", thread=first)

    assert then.text.startswith(f"Marco Duarte: {PASSWORDS}")


def test_the_council_is_asked_a_follow_up_in_words_that_stand_alone(slack: Slack, store: Store) -> None:
    asked = slack.mention("alice", "what does Priya think of quantum physics?")
    then = slack.mention("alice", "and Marco?", thread=asked)
    said = slack.click_for_reply(then, "alice", "answers.ask_council")
    with store.read() as session:
        texts = [gap.text for gap in session.query(RefreshItem)]

    assert texts == ["what does Priya think of quantum physics? and Marco?"]
    assert texts[0] in said.text


def test_small_talk_in_between_changes_nothing(slack: Slack) -> None:
    first = slack.mention("alice", "what would Priya need when she first logs in?")
    slack.mention("alice", "what is the weather like today?", thread=first)
    then = slack.mention("alice", "and when she renews?", thread=first)

    assert then.text.startswith("Priya Raman: ")
