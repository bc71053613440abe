"""The council sees the backlog: at Home, in a window, page by page."""

from collections.abc import Callable

from persona_store.database import Store
from persona_store.models import RefreshItem
from tests.bot.backlog.conftest import Reported
from tests.bot.slack_driver import Slack, View

BACKLOG = "Refresh backlog"


def choose(slack: Slack, home: View, value: str) -> View:
    """Choose in the menu that offers this."""
    menu = next(
        one for one in home.elements if any(each["value"] == value for each in one.get("options", []))
    )
    slack.choose(home, "carol", menu["action_id"], value)
    return slack.home_after("carol", home.hash)


def test_the_council_sees_it_at_home_with_the_reasons_in_words(slack: Slack, backlog: Reported) -> None:
    home = slack.home("carol").plain

    assert "*3 open*: 3 new, 0 in review, 0 accepted" in home
    assert f"*#{backlog['against']}* Insight · Priya Raman · new" in home
    assert "1 person contradicts a validated statement, heard 2 days ago, primary persona" in home
    assert "2 people ask, 3 more missed it" in home


def test_nobody_else_sees_it(slack: Slack, backlog: Reported) -> None:  # noqa: ARG001
    assert BACKLOG not in slack.home("bob").plain
    assert BACKLOG not in slack.home("alice").plain


def test_a_filter_is_kept_for_the_next_time(slack: Slack, backlog: Reported) -> None:  # noqa: ARG001
    choose(slack, slack.home("carol"), "kind:gap")
    home = slack.home("carol").plain

    assert "What does Priya read?" in home
    assert "last shop first" not in home


def test_what_is_settled_is_found_by_its_state(slack: Slack, backlog: Reported, store: Store) -> None:
    with store.begin() as session:
        session.get_one(RefreshItem, backlog["same"]).state = "declined"
    home = choose(slack, slack.home("carol"), "state:declined").plain

    assert "began with the shop" in home
    assert "last shop first" not in home


def test_only_mine_is_what_was_given_to_me(slack: Slack, backlog: Reported, store: Store) -> None:
    with store.begin() as session:
        session.get_one(RefreshItem, backlog["same"]).assignee = "U0CAROL"
    home = slack.home("carol")
    slack.click(home, "carol", "Only mine")
    mine = slack.home_after("carol", home.hash)

    assert "began with the shop" in mine.plain
    assert "last shop first" not in mine.plain


def test_a_long_backlog_is_turned_page_by_page_within_slacks_limits(
    slack: Slack, many: Callable[[int], None]
) -> None:
    many(20)
    first = slack.home("carol")
    slack.click(first, "carol", "Next")
    second = slack.home_after("carol", first.hash)

    assert "Page 2 of 3" in second.plain
    assert "Number 8 was seen." in second.plain
    assert "Number 8 was seen." not in first.plain
    assert len(second.blocks) <= 100


def test_the_command_opens_it_in_a_window_of_its_own(slack: Slack, backlog: Reported) -> None:
    slack.run_command("carol", "/persona backlog")
    window = slack.modal("carol")
    slack.click(window, "carol", "Open", str(backlog["against"]))
    item = slack.modal("carol", after=window)

    assert window.title == BACKLOG
    assert slack.open_modals("carol") == 2
    assert "She opened the last shop first, as that one was to close." in item.plain


def test_whoever_has_the_triage_can_pass_it_on_and_the_other_is_told(slack: Slack) -> None:
    home = slack.home("dave")
    slack.click(home, "dave", "Pass it on")
    after = slack.home_after("dave", home.hash).plain
    told = slack.wait(
        lambda box: next(
            (one for one in box.world.channels["D0CAROL"].messages.values() if "triage" in one.text), None
        ),
        "a message to carol",
    )

    assert "Triage this week: <@U0DAVE>" in home.plain
    assert "Triage this week: <@U0CAROL>" in after
    assert "<@U0DAVE> passed this week’s triage on to you" in told.text


def test_an_answer_names_what_colleagues_report_against_it(slack: Slack, backlog: Reported) -> None:  # noqa: ARG001
    answer = slack.mention("alice", "why does Priya put the most awkward shop into the pilot?")

    assert "⚠ _1 colleague reports something else about this_" in answer.plain


def test_from_the_third_window_on_the_next_one_takes_its_place(slack: Slack, backlog: Reported) -> None:
    slack.run_command("carol", "/persona backlog")
    listed = slack.modal("carol")
    slack.click(listed, "carol", "Open", str(backlog["against"]))
    item = slack.modal("carol", after=listed)
    slack.click(item, "carol", "Sources")
    sources = slack.modal("carol", after=item)
    slack.click(sources, "carol", "Flag as outdated")
    form = slack.modal("carol", after=sources)

    assert form.title == "Report an insight"
    assert slack.open_modals("carol") == 3
