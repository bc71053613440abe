"""The council reviews stories; without consent none is approved."""

import pytest

from persona_store.database import Store
from persona_store.models import Person, Story
from persona_store.people import set_role
from persona_store.stories import withdraw_story
from tests.bot.slack_driver import Slack
from tests.bot.stories.acts import VAN, approve, notice, open_review, write

NIGHT = "Written at night"


def story(store: Store, title: str = VAN["title"]) -> Story:
    with store.read() as session:
        return session.query(Story).filter_by(title=title).one()


@pytest.mark.parametrize(
    ("promises", "lacking"),
    [
        ([], "the customer’s consent and the promise that nobody in it can be recognised"),
        (["anonymised"], "the customer’s consent"),
        (["consent"], "the promise that nobody in it can be recognised"),
    ],
)
def test_a_story_without_consent_cannot_be_approved(
    slack: Slack, store: Store, promises: list[str], lacking: str
) -> None:
    write(slack, "bob", promises=promises)
    form = open_review(slack, "carol")
    errors = slack.submit("carol", next="approve")

    problem = (
        f"It cannot be approved without {lacking}. Only its author can say so: send it back with a note."
    )
    assert errors == {"next": problem}
    assert story(store).state == "submitted"
    assert "Cannot be approved yet" in notice(slack, "carol", VAN["title"]).plain
    step = next(one for one in form.elements if one["block_id"] == "next")
    assert step["initial_option"]["value"] == "return"


def test_nobody_but_the_author_says_that_the_customer_agreed(slack: Slack, store: Store) -> None:
    write(slack, "bob", promises=["anonymised"])
    form = open_review(slack, "carol")
    assert slack.submit("carol", next="return", note="Did they agree?", title="The van") is None
    returned = story(store, "The van")

    assert "promises" not in [one["block_id"] for one in form.elements]
    assert "✗ Not yet: the customer agreed" in form.plain
    assert "✓ Nobody in it can be recognised" in form.plain
    assert (returned.consent, returned.anonymised) == (False, True)


def test_the_reviewer_sees_the_whole_story_and_may_change_it(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    form = open_review(slack, "carol")
    fields = {one["block_id"]: one.get("initial_value") for one in form.elements}
    assert (
        slack.submit("carol", next="approve", title="The lorry", happened="It came at five, empty.") is None
    )
    told = notice(slack, "bob", "approved your story")

    assert {name: fields[name] for name in ("happened", "needed", "did", "outcome", "quote")} == {
        name: VAN[name] for name in ("happened", "needed", "did", "outcome", "quote")
    }
    assert "Written by <@U0BOB>" in form.plain
    assert "Some of it was changed: have a look." in told.text
    assert story(store, "The lorry").happened == "It came at five, empty."


@pytest.mark.parametrize("credit", [[], ["credited"]])
def test_whether_authors_are_named_is_theirs_to_say(slack: Slack, store: Store, credit: list[str]) -> None:
    write(slack, "bob", credit=credit)
    form = open_review(slack, "carol")
    assert slack.submit("carol", next="approve", title="The lorry") is None

    assert ("Not named with the story." in form.plain) == (not credit)
    assert "credit" not in [one["block_id"] for one in form.elements]
    assert story(store, "The lorry").credited == bool(credit)


def test_home_lists_what_waits_and_is_up_to_date_after_the_review(slack: Slack) -> None:
    write(slack, "bob")
    notice(slack, "carol", VAN["title"])
    home = slack.home("carol")
    slack.click(home, "carol", "stories.review")
    slack.modal("carol")
    slack.submit("carol", next="approve")

    assert "Stories to approve" in home.plain
    slack.wait(
        lambda box: "Stories to approve" not in str(box.world.homes["U0CAROL"].content), "Carol's Home"
    )


def test_a_council_member_does_not_approve_their_own_story(slack: Slack, store: Store) -> None:
    write(slack, "carol")
    told = notice(slack, "dave", VAN["title"])
    assert "Stories to approve" not in slack.home("carol").plain
    assert not any(VAN["title"] in one.everything for one in slack.messages("carol", "dm"))
    slack.click(told, "dave", "Review")
    slack.modal("dave")
    assert slack.submit("dave", next="approve") is None

    assert story(store).approved_by == "U0DAVE"


def test_the_only_council_member_approves_their_own_story(slack: Slack, store: Store) -> None:
    with store.begin() as session:
        set_role(session, "U0DAVE", None)
    write(slack, "carol")
    approve(slack, "carol")

    assert story(store).approved_by == "U0CAROL"


def test_of_two_who_review_at_once_the_second_is_told(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    open_review(slack, "carol")
    open_review(slack, "dave")
    assert slack.submit("carol", next="approve") is None
    errors = slack.submit("dave", next="return", note="Too long.")

    assert errors == {"title": "This story has been approved already."}
    assert story(store).state == "approved"


def test_a_story_withdrawn_while_it_is_reviewed_is_not_approved(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    open_review(slack, "carol")
    with store.begin() as session:
        withdraw_story(session, story(store).id, "U0BOB")
    errors = slack.submit("carol", next="approve")

    assert errors == {"title": "This story has been withdrawn."}
    assert story(store).state == "withdrawn"


def test_a_story_changed_while_it_is_reviewed_is_not_approved_unseen(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    open_review(slack, "carol")
    with store.begin() as session:
        session.get_one(Story, story(store).id).happened = NIGHT
    errors = slack.submit("carol", next="approve")

    assert "changed while you had it open" in (errors or {})["title"]
    assert (story(store).state, story(store).happened) == ("submitted", NIGHT)


def test_an_old_review_button_of_a_withdrawn_story_says_so(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    told = notice(slack, "dave", VAN["title"])
    with store.begin() as session:
        withdraw_story(session, story(store).id, "U0BOB")
    said = slack.click_for_reply(told, "dave", "Review")

    assert "has been withdrawn" in said.text


def test_the_council_withdraws_a_story_and_its_author_hears_of_it(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    approve(slack)
    listed = slack.command("carol", "/persona stories priya")
    slack.click(listed, "carol", "stories.show", str(story(store).id))
    window = slack.modal("carol")
    slack.click(window, "carol", "Withdraw")
    slack.modal("carol", after=window)

    assert "<@U0CAROL> withdrew your story" in notice(slack, "bob", "withdrew your story").text


def test_a_council_member_who_is_none_any_more_does_not_approve(slack: Slack, store: Store) -> None:
    write(slack, "bob")
    open_review(slack, "dave")
    with store.begin() as session:
        session.get_one(Person, "U0DAVE").role = None
    slack.submit("dave", next="approve")

    assert "not for your role" in slack.modal("dave").plain
    assert story(store).state == "submitted"


def test_stories_from_files_can_be_sent_back_though_nobody_hears_of_it(slack: Slack, store: Store) -> None:
    with store.begin() as session:
        row = session.query(Story).filter_by(slug="march-stays-march").one()
        row.state = "submitted"
    home = slack.home("carol")
    slack.click(home, "carol", "stories.review", str(row.id))
    form = slack.modal("carol")
    assert slack.submit("carol", next="return", note="Which month?") is None

    assert "Written by Customer success, Ireland." in form.plain
    assert "Sent back to Customer success, Ireland" in slack.modal("carol", after=form).plain
