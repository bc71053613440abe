"""Whatever people and packs write, Slack reads no markup in it (S4)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.payloads import MESSAGES, VIEWS, Company, made, markup_broken
from bot.blocks import fit
from bot.wording import Words, as_typed, escaped
from tests.bot.hostile import COMPANIES, TEXTS
from tests.bot.slack_driver import Slack

WORDS = Words()
NOTIFYING = ("<!channel>", "<!here>", "<!everyone>", "<@U0BOB>", "<!subteam^S0COUNCIL>")


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
@settings(max_examples=10, deadline=None)
@given(company=COMPANIES)
def test_no_markup_of_others_is_in_any_message_or_view(name: str, company: Company) -> None:
    assert markup_broken(made(name, WORDS, company)) == []


@given(TEXTS)
def test_what_is_escaped_reads_as_it_was_written(texts: list[str]) -> None:
    for text in texts:
        written = escaped(text)

        assert "<" not in written
        assert ">" not in written
        assert written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(
    st.lists(st.sampled_from(["&amp;", "&lt;", "&gt;", "a", " ", "<https://e.example|link>"])),
    st.integers(1, 40),
)
def test_what_is_shortened_ends_in_no_half_of_an_escape_or_a_link(parts: list[str], limit: int) -> None:
    short = fit("".join(parts), limit)

    assert len(short) <= limit
    assert short.count("<") == short.count(">")
    assert "&" not in short.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


@given(st.text())
def test_what_slack_escaped_is_kept_as_the_person_typed_it(text: str) -> None:
    assert as_typed(escaped(text)) == text.strip()


@pytest.mark.parametrize("markup", NOTIFYING)
def test_a_question_that_would_notify_everybody_notifies_nobody(slack: Slack, markup: str) -> None:
    asked = f"what does Priya think of quantum {markup} computing?"
    replies = [slack.mention("alice", asked), slack.command("alice", f"/persona {asked}")]

    for reply in replies:
        assert markup not in str(reply.blocks)
        assert markup not in reply.text


def test_the_bot_never_asks_slack_to_find_names_in_its_words(slack: Slack) -> None:
    reply = slack.command("alice", "/persona what would Priya need when she first logs in?")
    slack.click(reply, "alice", "answers.share")
    slack.mention("alice", "what does Priya think of quantum computing?")

    said = [call.arguments for call in slack.server.calls]
    assert any("blocks" in one for one in said)
    assert not any({"link_names", "parse"} & one.keys() for one in said)
