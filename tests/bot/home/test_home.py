from datetime import datetime, timedelta

from persona_store.database import Store
from persona_store.models import Delivery
from persona_store.posts.subscriptions import Wanted, subscribe
from tests.bot.slack_driver import Slack


def test_home_shows_the_personas_and_a_way_to_ask(slack: Slack) -> None:
    home = slack.home("alice")

    assert "Ask" in home.buttons
    assert "Priya Raman" in home.plain
    assert "due for review" in home.plain


def test_home_shows_my_questions_and_what_became_of_them(slack: Slack) -> None:
    slack.mention("alice", "what would Priya need when she first logs in?")
    reply = slack.mention("alice", "what does Priya think of quantum computing?")
    slack.click_for_reply(reply, "alice", "answers.ask_council")
    home = slack.home("alice")

    assert "what would Priya need when she first logs in?" in home.plain
    assert "asked the council" in home.plain
    assert "1 person asks" in home.plain


def test_home_does_not_show_what_others_asked(slack: Slack) -> None:
    slack.mention("alice", "what would Priya need when she first logs in?")

    assert "first logs in?" not in slack.home("bob").plain


def test_a_card_opens_from_home(slack: Slack) -> None:
    slack.click(slack.home("alice"), "alice", "personas.show_card", "priya")

    assert "Priya Raman" in slack.modal("alice").plain


def test_the_messages_tab_offers_questions_to_begin_with(slack: Slack) -> None:
    assert "Who are our personas?" in slack.prompts("alice")


def test_the_council_sees_which_posts_did_not_come_and_why(
    slack: Slack, store: Store, example_now: datetime
) -> None:
    with store.begin() as session:
        wanted = Wanted("C0MARKETING", "U0ALICE", "spotlight", (0,), "09:30", "Europe/Madrid")
        subscription = subscribe(session, wanted, example_now - timedelta(days=9))
        session.add(
            Delivery(
                key="missed",
                subscription_id=subscription.id,
                programme="spotlight",
                channel_id="C0MARKETING",
                due_at=example_now - timedelta(days=1),
                state="missed",
                reason="Slack was away.",
            )
        )
        subscription.next_at = None
    council, employee = slack.home("carol").plain, slack.home("alice").plain

    assert "persona spotlights" in council
    assert "Slack was away." in council
    assert "Slack was away." not in employee
