from datetime import datetime

from persona_store.database import Store
from persona_store.models import Question, Rating, RefreshItem, Statement, Voice
from tests.bot.slack_driver import Slack

FIRST_LOGIN = "what would Priya need when she first logs in?"
UNRESEARCHED = "what does Priya think of quantum computing?"


def ratings(store: Store) -> list[tuple[str, str, str | None]]:
    with store.read() as session:
        said = session.query(Rating).order_by(Rating.slack_user_id)
        return [(one.slack_user_id, one.rating, one.missing) for one in said]


def test_sources_shows_method_date_participants_and_owner(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    slack.click(reply, "alice", "answers.show_sources")
    shown = slack.modal("alice").plain

    assert "participants" in shown
    assert "Owner:" in shown
    assert "customer voice" in shown


def test_sources_of_an_assumption_say_that_there_are_none(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    slack.click(reply, "alice", "answers.show_sources", "priya.drop-in-training")

    assert "No research stands behind this" in slack.modal("alice").plain


def test_the_full_card_opens_and_leads_to_the_journey(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    slack.click(reply, "alice", "personas.show_card")
    card = slack.modal("alice")
    slack.click(card, "alice", "personas.show_journey")
    journey = slack.modal("alice", after=card)

    assert "Pain points" in card.plain
    assert "Renewal" in journey.plain


def test_why_this_answer_says_what_was_understood_and_left_out(slack: Slack) -> None:
    first = slack.mention("alice", FIRST_LOGIN)
    follow_up = slack.mention("alice", "and when she renews?", thread=first)
    slack.click(follow_up, "alice", "Why this answer?")
    shown = slack.modal("alice").plain

    assert "Priya Raman (from the question before)" in shown
    assert "When: Renewal" in shown
    assert "by words alone" in shown
    assert "Left out" in shown


def test_helpful_is_kept_and_thanked_for(slack: Slack, store: Store) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    thanks = slack.click_for_reply(reply, "alice", "Helpful")

    assert "Thank you" in thanks.text
    assert ratings(store) == [("U0ALICE", "helpful", None)]


def test_not_helpful_asks_what_was_missing_and_keeps_it(slack: Slack, store: Store) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    slack.click(reply, "alice", "Not helpful")
    slack.modal("alice")
    slack.submit("alice", missing="what she does on her phone")

    assert ratings(store) == [("U0ALICE", "not_helpful", "what she does on her phone")]


def test_not_helpful_counts_without_a_word_more(slack: Slack, store: Store) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    slack.click(reply, "alice", "Not helpful")
    slack.modal("alice")
    slack.submit("alice")

    assert ratings(store) == [("U0ALICE", "not_helpful", None)]


def test_each_person_has_a_word_of_their_own_on_an_answer(slack: Slack, store: Store) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    slack.click_for_reply(reply, "alice", "Helpful")
    slack.click(reply, "bob", "Not helpful")
    slack.modal("bob")
    slack.submit("bob", missing="her phone")

    assert ratings(store) == [("U0ALICE", "helpful", None), ("U0BOB", "not_helpful", "her phone")]


def test_an_answer_for_one_is_shared_with_the_channel_under_their_name(slack: Slack) -> None:
    private = slack.command("alice", f"/persona {FIRST_LOGIN}")
    shared = slack.click_for_reply(private, "alice", "Share in channel")
    seen_by_bob = [message.plain for message in slack.messages("bob")]

    assert "<@U0ALICE> shared this answer" in shared.text
    assert shared.plain in seen_by_bob


def test_where_the_bot_cannot_post_nothing_is_offered_to_share(slack: Slack) -> None:
    private = slack.command("alice", f"/persona {FIRST_LOGIN}", channel="general")

    assert "Priya Raman" in private.plain
    assert "Share in channel" not in private.buttons


def test_asking_the_council_opens_one_gap_for_all_who_ask_the_same(slack: Slack, store: Store) -> None:
    first = slack.mention("alice", UNRESEARCHED)
    opened = slack.click_for_reply(first, "alice", "answers.ask_council")
    second = slack.mention("bob", "does Priya think about quantum computing")
    joined = slack.click_for_reply(second, "bob", "answers.ask_council")

    assert "now a research question" in opened.text
    assert "2 people now ask" in joined.text
    with store.read() as session:
        assert session.query(RefreshItem).count() == 1
        assert session.query(Voice).count() == 2


def test_a_confirmation_comes_in_the_thread_where_the_button_is(slack: Slack) -> None:
    reply = slack.direct_message("alice", UNRESEARCHED)
    said = slack.click_for_reply(reply, "alice", "answers.ask_council")

    assert said.thread_ts == reply.thread_ts


def test_asking_the_council_twice_counts_once(slack: Slack, store: Store) -> None:
    reply = slack.mention("alice", UNRESEARCHED)
    slack.click_for_reply(reply, "alice", "answers.ask_council")
    again = slack.click_for_reply(reply, "alice", "answers.ask_council")

    assert "still open" in again.text
    with store.read() as session:
        assert session.query(Voice).count() == 1


def test_a_button_of_a_question_that_is_gone_says_so(slack: Slack, store: Store) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    with store.begin() as session:
        session.query(Question).delete()
    said = slack.click_for_reply(reply, "alice", "Helpful")

    assert "ask it again" in said.text


def test_a_retired_statement_is_not_shared(slack: Slack, store: Store, example_now: datetime) -> None:
    private = slack.command("alice", f"/persona {FIRST_LOGIN}")
    with store.begin() as session:
        session.query(Statement).update({"retired_at": example_now})
    said = slack.click_for_reply(private, "alice", "Share in channel")

    assert "has been retired" in said.text


def test_asking_the_council_from_the_window_answers_in_the_window(slack: Slack) -> None:
    slack.shortcut("alice", "answers.open_question")
    form = slack.modal("alice")
    slack.submit("alice", question=UNRESEARCHED)
    answer = slack.modal("alice", after=form)
    slack.click(answer, "alice", "answers.ask_council")

    assert "now a research question" in slack.modal("alice", after=answer).plain
