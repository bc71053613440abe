from tests.bot.slack_driver import Slack


def test_our_personas_are_listed_when_asked_for_in_words(slack: Slack) -> None:
    reply = slack.mention("alice", "Who are our personas?")

    assert "Tobias Whitcombe" in reply.plain
    assert not reply.ephemeral


def test_who_is_priya_gives_her_card(slack: Slack) -> None:
    assert slack.direct_message("alice", "who is Priya?").text.startswith("Priya Raman, Operations lead")


def test_how_do_we_know_lists_the_research_of_the_last_answer(slack: Slack) -> None:
    first = slack.mention("alice", "what would Priya need when she first logs in?")
    sources = slack.mention("alice", "how do we know?", thread=first)

    assert "Interviews" in sources.plain
    assert "studies" in sources.plain


def test_how_do_we_know_without_an_answer_says_to_ask_first(slack: Slack) -> None:
    assert "Ask first" in slack.mention("alice", "how do we know?").text


def test_whats_new_shows_the_revisions(slack: Slack) -> None:
    assert "Revision 1" in slack.mention("alice", "what's new about Priya?").plain


def test_comparing_in_a_sentence_gives_the_table(slack: Slack) -> None:
    reply = slack.mention("alice", "compare Priya and Marco on training")

    assert any(block["type"] == "table" for block in reply.blocks)


def test_help_works_in_a_direct_message_too(slack: Slack) -> None:
    assert "/persona list" in slack.direct_message("alice", "help").plain


def test_after_who_is_priya_she_is_who_the_thread_is_about(slack: Slack) -> None:
    first = slack.mention("alice", "who is Priya?")
    follow_up = slack.mention("alice", "what does she need when she renews?", thread=first)

    assert "Priya Raman" in follow_up.plain
    assert "validated" in follow_up.plain
