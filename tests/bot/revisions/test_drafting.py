"""The council drafts a change in Slack, and somebody else publishes it."""

import pytest

from bot.actions import OPEN_ITEM, OPEN_REVISION
from bot.revisions.forms import facts_form, facts_in
from bot.revisions.shown import About
from bot.wording import Words
from persona_store.database import Store
from persona_store.models import RefreshItem
from persona_store.people import set_role
from tests.bot.conftest import NOON
from tests.bot.revisions.acts import (
    NEED,
    PEER,
    add_need,
    begin,
    choose,
    drafts,
    notice,
    press,
    review,
    statement,
    submit,
)
from tests.bot.slack_driver import Slack
from tests.persona_store.refresh.items import reported


def test_a_change_goes_from_the_draft_to_the_answer(slack: Slack, store: Store) -> None:
    window = begin(slack, "carol")
    window = add_need(slack, "carol", window)
    window = choose(slack, "carol", window, "retire")
    form = choose(slack, "carol", window, "change", "priya.one-more-screen")
    slack.submit("carol", text="Doubts that shop teams will take on one more app", verbatim="")
    window = slack.modal("carol", after=form)
    window = submit(slack, "carol", window)
    waiting = review(slack, "dave")
    done = press(slack, "dave", waiting, "Publish")
    answer = slack.command("alice", f"/persona does Priya {NEED.lower()}?")
    told = notice(slack, "carol", "published your draft")

    assert "Three calls in a week." in waiting.plain
    assert f"*+ added* · Need · ○ assumption, no research yet\n>{NEED}" in waiting.plain
    assert "*− retired* · Need" in waiting.plain
    assert "take on one more ~screen while till" in waiting.plain
    assert "Priya Raman is at revision 2" in done.plain
    assert NEED in answer.everything
    assert "is at revision 2" in told.text
    retired = statement(store, PEER)
    assert retired is not None
    assert retired.retired_at is not None


def test_from_an_accepted_item_to_a_revision_that_settles_it(slack: Slack, store: Store) -> None:
    with store.begin() as session:
        item = RefreshItem(
            kind="insight", text="They skip the list.", personas=["priya"], statement="priya.five-names-for-a-bun", state="accepted", opened_at=NOON, changed_at=NOON
        )  # fmt: skip
        session.add(item)
    slack.click(slack.home("carol"), "carol", OPEN_ITEM, str(item.id))
    opened = slack.modal("carol")
    slack.click(opened, "carol", OPEN_REVISION)
    window = slack.modal("carol", after=opened)
    first = next(one for one in window.elements if one["type"] == "overflow")
    submit(slack, "carol", add_need(slack, "carol", window))
    waiting = review(slack, "dave")
    press(slack, "dave", waiting, "Publish")

    assert first["options"][0]["value"] == "change:priya.five-names-for-a-bun"
    assert f"#{item.id} They skip the list." in waiting.plain
    with store.read() as session:
        settled = session.get_one(RefreshItem, item.id)
        assert (settled.state, settled.revision_id is not None) == ("published", True)


def test_a_new_persona_from_the_backlogs_list_has_room_for_its_forms(slack: Slack, store: Store) -> None:
    with store.begin() as session:
        item = reported(session, NOON, text="Who bakes at night?", personas=[])
    slack.run_command("carol", "/persona backlog")
    listed = slack.modal("carol")
    slack.click(listed, "carol", OPEN_ITEM, str(item.id))
    opened = slack.modal("carol", after=listed)
    choosing = press(slack, "carol", opened, "Draft a change")
    press(slack, "carol", choosing, "A new persona")
    assert slack.submit("carol", name="Nora Night", role="Baker") is None
    window = slack.modal("carol", after=choosing)
    add_need(slack, "carol", window)

    assert "Nora Night" in window.plain
    assert drafts(store)[0].snapshot["statements"][0]["text"] == NEED


def test_a_persona_that_is_being_drafted_is_not_begun_again(slack: Slack, store: Store) -> None:
    errors = []
    for account in ("carol", "dave"):
        slack.run_command(account, "/persona draft new Nora Night")
        slack.modal(account)
        errors.append(slack.submit(account, role="Baker"))

    assert errors[0] is None
    assert "Draft 1 is of a new persona of this name already" in (errors[1] or {})["name"]
    assert len(drafts(store)) == 1


def test_whoever_drafted_it_is_not_offered_to_publish_it(slack: Slack) -> None:
    window = submit(slack, "carol", add_need(slack, "carol", begin(slack, "carol")))

    assert "Publish" not in window.buttons
    assert "<@U0DAVE> can publish it" in window.plain
    assert "Take back, to change it" in window.buttons


def test_the_home_shows_a_draft_to_who_can_publish_it_and_to_who_made_it(slack: Slack) -> None:
    submit(slack, "carol", add_need(slack, "carol", begin(slack, "carol")))
    slack.close("carol")
    slack.click(slack.home("dave"), "dave", OPEN_REVISION, "draft:1")

    assert "Publish" in slack.modal("dave").buttons
    assert "waits for a second pair of eyes" in slack.home("dave").plain
    assert "your draft waits for somebody else" in slack.home("carol").plain
    assert "Drafts" not in slack.home("alice").plain


def test_a_draft_that_is_sent_back_can_be_worked_on_again(slack: Slack, store: Store) -> None:
    submit(slack, "carol", add_need(slack, "carol", begin(slack, "carol")))
    waiting = review(slack, "dave")
    press(slack, "dave", waiting, "Send back with a note")
    assert slack.submit("dave", note="Where does this come from?") is None
    told = notice(slack, "carol", "sent your draft")
    slack.close("carol")
    slack.click(told, "carol", "Open the draft")
    window = slack.modal("carol")

    assert "Where does this come from?" in window.plain
    assert "Add a statement" in window.buttons
    assert drafts(store)[0].state == "open"


def test_a_statement_can_be_changed_back_and_a_new_one_taken_out(slack: Slack) -> None:
    window = add_need(slack, "carol", begin(slack, "carol"))
    window = choose(slack, "carol", window, "retire")
    shown = window.plain
    window = choose(slack, "carol", window, "undo")
    window = choose(slack, "carol", window, "undo", "priya.needs-the-night-shift")

    assert "_− retired_" in shown
    assert "Nothing is changed yet." in window.plain


def test_what_is_wrong_is_said_at_its_field(slack: Slack) -> None:
    window = begin(slack, "carol")
    press(slack, "carol", window, "Facts")
    errors = slack.submit("carol", name=" ")

    assert errors == {"name": "Every persona needs it."}


def test_of_two_who_change_a_draft_at_once_the_second_sees_it_as_it_is(slack: Slack, store: Store) -> None:
    window = begin(slack, "carol")
    slack.run_command("dave", "/persona draft")
    listed = slack.modal("dave")
    other = press(slack, "dave", listed, "Open")
    window = choose(slack, "carol", window, "retire")
    late = choose(slack, "dave", other, "retire", "priya.one-more-screen")

    assert "changed while you had it open" in late.plain
    assert drafts(store)[0].editors == []


def test_of_two_who_publish_the_same_draft_the_second_learns_what_became_of_it(
    slack: Slack, store: Store
) -> None:
    with store.begin() as session:
        set_role(session, "U0BOB", "council")
    submit(slack, "carol", add_need(slack, "carol", begin(slack, "carol")))
    first, second = review(slack, "dave"), review(slack, "bob")
    press(slack, "dave", first, "Publish")
    late = press(slack, "bob", second, "Publish")

    assert "published already, as revision 2" in late.plain


def test_a_card_leads_the_council_to_a_draft_and_everybody_to_the_history(slack: Slack) -> None:
    card = slack.command("carol", "/persona card Priya")
    other = slack.command("alice", "/persona card Priya")
    slack.click(card, "carol", "Draft a change")

    assert "Draft 1" in slack.modal("carol").title
    assert "Draft a change" not in other.buttons
    assert "History" in other.buttons


def test_a_second_draft_of_the_same_persona_is_begun_knowingly(slack: Slack) -> None:
    begin(slack, "carol")
    slack.run_command("dave", "/persona draft Priya")
    asked = slack.modal("dave")
    window = press(slack, "dave", asked, "A new draft of Priya Raman")

    assert "Draft 1* of Priya Raman · by <@U0CAROL>" in asked.plain
    assert "another draft of this persona: 1 by <@U0CAROL>" in window.plain


@pytest.mark.parametrize("aliases", [["Smith, of the night shift"], ["x" * 150] * 30])
def test_aliases_that_would_come_back_otherwise_are_not_offered_for_change(aliases: list[str]) -> None:
    said = {"name": "Priya", "role": "Baker", "aliases": aliases}
    form = facts_form(Words(), About(1, "seen"), said)
    typed = {"review_interval_days": {"chosen": {"selected_option": {"value": "90"}}}}

    assert "aliases" not in [block["block_id"] for block in form["blocks"]]
    assert "aliases" not in facts_in({"state": {"values": typed}})
