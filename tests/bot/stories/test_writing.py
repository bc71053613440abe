"""Ambassadors write stories, and hear what becomes of them."""

import pytest

from persona_store.database import Store
from persona_store.models import Story
from tests.bot.slack_driver import Slack
from tests.bot.stories.acts import VAN, approve, notice, open_review, own_story, send_form, write


def story(store: Store, title: str = VAN["title"]) -> Story:
    with store.read() as session:
        return session.query(Story).filter_by(title=title).one()


def test_an_ambassadors_story_goes_to_every_council_member(slack: Slack, store: Store) -> None:
    said = write(slack, "bob")
    kept = story(store)

    assert "is with the council now (<@U0CAROL>, <@U0DAVE>)" in said
    assert (kept.state, kept.author, kept.personas, kept.stage) == (
        "submitted", "U0BOB", ["priya"], "onboarding",
    )  # fmt: skip
    assert (kept.consent, kept.anonymised, kept.credited) == (True, True, True)
    for member in ("carol", "dave"):
        assert (
            "<@U0BOB> submitted a customer story about Priya Raman"
            in notice(slack, member, VAN["title"]).text
        )


def test_a_draft_is_kept_for_its_author_alone(slack: Slack, store: Store) -> None:
    said = write(slack, "bob", next="draft", needed=None, did=None, outcome=None)

    assert "a draft that only you see" in said
    assert story(store).state == "draft"
    assert VAN["title"] in slack.command("bob", "/persona stories").plain
    assert VAN["title"] not in slack.command("carol", "/persona stories").plain
    assert VAN["title"] not in slack.home("carol").plain


def test_a_draft_is_opened_again_with_what_was_typed_and_submitted(slack: Slack, store: Store) -> None:
    write(slack, "bob", next="draft", outcome=None, promises=["anonymised"])
    form = own_story(slack, "bob", VAN["title"])
    filled = {one["block_id"]: one for one in form.elements}
    assert (
        slack.submit("bob", outcome="She stayed.", promises=["consent", "anonymised"], next="submit") is None
    )

    assert filled["title"]["initial_value"] == VAN["title"]
    assert filled["happened"]["initial_value"] == VAN["happened"]
    assert [one["value"] for one in filled["personas"]["initial_options"]] == ["priya"]
    assert filled["stage"]["initial_option"]["value"] == "onboarding"
    assert [one["value"] for one in filled["promises"]["initial_options"]] == ["anonymised"]
    kept = story(store)
    assert (kept.state, kept.outcome, kept.needed, kept.consent) == (
        "submitted",
        "She stayed.",
        VAN["needed"],
        True,
    )


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(slack: Slack, store: Store) -> None:
    slack.run_command("bob", "/persona story")
    slack.modal("bob")
    errors = send_form(slack, "bob", needed=None, outcome=" ")

    assert errors == {
        "needed": "Say what they needed, or save it as a draft.",
        "outcome": "Say what came of it, or save it as a draft.",
    }
    assert slack.modal("bob").errors.keys() == {"needed", "outcome"}
    assert send_form(slack, "bob") is None
    assert story(store).state == "submitted"


def test_a_form_that_is_sent_twice_makes_one_story(slack: Slack, store: Store) -> None:
    for _ in range(2):
        write(slack, "bob")

    assert story(store).state == "submitted"


def test_the_form_says_what_not_to_write(slack: Slack) -> None:
    slack.run_command("bob", "/persona story")
    form = slack.modal("bob")

    assert "e-mail addresses, telephone numbers" in form.plain
    assert "permalinks" in form.plain


def test_a_story_without_consent_can_be_submitted_and_its_author_is_warned(slack: Slack) -> None:
    slack.run_command("bob", "/persona story")
    form = slack.modal("bob")
    assert send_form(slack, "bob", promises=["anonymised"]) is None
    said = slack.modal("bob", after=form)
    slack.click(said, "bob", "Edit")

    assert "cannot be approved until you have ticked both" in form.plain
    assert "It lacks the customer’s consent" in said.plain
    assert slack.modal("bob", after=said).blocks[-1]["block_id"] == "credit"


def test_the_form_opens_from_home_and_from_the_shortcut(slack: Slack) -> None:
    slack.click(slack.home("bob"), "bob", "Write a story")
    from_home = slack.modal("bob")
    slack.close("bob")
    slack.shortcut("bob", "stories.open_form")

    assert from_home.title == slack.modal("bob").title == "Customer story"


@pytest.mark.parametrize("way", ["command", "shortcut"])
def test_an_employee_is_told_whom_to_ask(slack: Slack, way: str) -> None:
    if way == "command":
        said = slack.command("alice", "/persona story").text
    else:
        slack.shortcut("alice", "stories.open_form")
        said = notice(slack, "alice", "not for your role").text

    assert "only ambassadors and the council can" in said
    assert "<@U0CAROL>, <@U0DAVE>" in said
    assert slack.open_modals("alice") == 0
    assert "Write a story" not in slack.home("alice").buttons


def test_the_author_hears_of_the_approval(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    approve(slack)

    assert "<@U0CAROL> approved your story" in notice(slack, "bob", "approved your story").text
    assert (story(store).state, story(store).approved_by) == ("approved", "U0CAROL")


def test_what_is_sent_back_comes_with_a_note_and_a_way_to_mend_it(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    form = open_review(slack, "carol")
    assert slack.submit("carol", next="return", note="Which desk?\nSay so.") is None
    assert "Sent back to <@U0BOB>" in slack.modal("carol", after=form).plain
    told = notice(slack, "bob", "Which desk? Say so.")
    slack.click(told, "bob", "Edit")
    again = slack.modal("bob")
    assert slack.submit("bob", did="The night desk in Oslo answered.") is None

    assert "Sent back by the council: “Which desk?" in again.plain
    kept = story(store)
    assert (kept.state, kept.did, kept.note) == ("submitted", "The night desk in Oslo answered.", None)


def test_sending_back_without_a_note_is_refused_at_the_note(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    open_review(slack, "carol")

    assert slack.submit("carol", next="return") == {"note": "Say what the author should change."}
    assert story(store).state == "submitted"


def test_a_change_of_an_approved_story_goes_to_the_council_again(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    approve(slack)
    window = own_story(slack, "bob", VAN["title"])
    slack.click(window, "bob", "Edit")
    form = slack.modal("bob", after=window)
    assert slack.submit("bob", title="The lorry at six") is None

    assert "Whatever you change in it needs approval again" in form.plain
    assert story(store, "The lorry at six").state == "submitted"
    assert "The lorry at six" in notice(slack, "dave", "The lorry at six").text


def test_an_author_withdraws_a_story_and_nobody_reads_it_any_more(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    approve(slack)
    listed = slack.command("alice", "/persona stories priya")
    window = own_story(slack, "bob", VAN["title"])
    slack.click(window, "bob", "Withdraw")
    said = slack.modal("bob", after=window).plain
    kept = story(store)
    refused = slack.click_for_reply(listed, "alice", "stories.show", str(kept.id))

    assert "is withdrawn, and will not be told again" in said
    assert kept.state == "withdrawn"
    assert "has been withdrawn" in refused.text
    assert VAN["title"] not in slack.command("alice", "/persona stories priya").plain


def test_home_shows_the_author_where_each_story_stands(slack: Slack) -> None:
    write(slack, "bob", promises=[])
    waiting = slack.home("bob").plain
    assert "With the council since 22 Nov 2026" in waiting
    assert "lacks the customer’s consent and the promise that nobody in it can be recognised" in waiting

    open_review(slack, "carol")
    slack.submit("carol", next="return", note="Ask her first.")
    assert "Sent back by the council: “Ask her first.”" in slack.home("bob").plain
