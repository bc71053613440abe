"""The council decides on what was reported, in the item's window."""

from datetime import date

from persona_store.database import Store
from persona_store.models import RefreshItem
from persona_store.refresh.backlog import make_move
from persona_store.refresh.item_moves import Move
from tests.bot.backlog.conftest import Reported
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Slack, View


def opened(slack: Slack, account: str, item: int) -> View:
    """The window of an item, opened from the Home."""
    slack.click(slack.home(account), account, "Open", str(item))
    return slack.modal(account)


def clicked(slack: Slack, account: str, window: View, words: str) -> View:
    """The window after a click in it."""
    slack.click(window, account, words)
    return slack.modal(account, after=window)


def item_of(store: Store, number: int) -> RefreshItem:
    with store.read() as session:
        return session.get_one(RefreshItem, number)


def test_the_window_shows_the_voices_and_what_they_are_about(slack: Slack, backlog: Reported) -> None:
    shown = opened(slack, "carol", backlog["against"]).plain

    assert "contradicted by 1 person" in shown
    assert "● Puts the most awkward shop into the pilot on purpose" in shown
    assert "<@U0BOB>, 20 Nov 2026 · on a call · Onboarding · contradicts it" in shown
    assert "<https://sandbox.slack.com/archives/C0SUPPORT/p1|the message>" in shown


def test_an_item_goes_from_review_to_accepted_and_the_window_and_home_follow(
    slack: Slack, backlog: Reported, store: Store
) -> None:
    window = opened(slack, "carol", backlog["against"])
    window = clicked(slack, "carol", window, "Start review")
    window = clicked(slack, "carol", window, "Accept")

    assert "accepted" in window.plain
    assert "<@U0CAROL> started the review" in window.plain
    assert "Draft a change" in window.buttons
    assert item_of(store, backlog["against"]).state == "accepted"
    assert slack.wait(
        lambda box: "1 accepted" in str(box.world.homes["U0CAROL"].content), "the Home to follow"
    )


def test_declining_asks_why_and_keeps_what_was_typed_where_something_is_wrong(
    slack: Slack, backlog: Reported, store: Store
) -> None:
    window = opened(slack, "carol", backlog["same"])
    slack.click(window, "carol", "Decline …")
    form = slack.modal("carol", after=window)
    with store.begin() as session:
        make_move(session, backlog["same"], Move.ACCEPT, "U0DAVE", NOON)
    errors = slack.submit("carol", reason="We asked about that in June.")

    assert errors == {
        "reason": f"#{backlog['same']} was changed while you had it open. It has been accepted already."
    }
    assert slack.modal("carol").id == form.id
    assert item_of(store, backlog["same"]).state == "accepted"


def test_what_was_declined_says_why_and_can_be_reopened(
    slack: Slack, backlog: Reported, store: Store
) -> None:
    window = opened(slack, "carol", backlog["same"])
    slack.click(window, "carol", "Decline …")
    form = slack.modal("carol", after=window)
    assert slack.submit("carol", reason="We asked about that in June.") is None
    declined = slack.modal("carol", after=form)
    assert "*Why it was declined*: We asked about that in June." in declined.plain
    clicked(slack, "carol", declined, "Reopen")

    assert item_of(store, backlog["same"]).state == "in_review"


def test_of_two_council_members_the_second_is_told_what_the_first_did(
    slack: Slack, backlog: Reported
) -> None:
    carols, daves = (opened(slack, who, backlog["against"]) for who in ("carol", "dave"))
    clicked(slack, "dave", daves, "Accept")
    after = clicked(slack, "carol", carols, "Start review").plain

    assert (
        "was changed while you had it open. It has been accepted already. This click changed nothing" in after
    )
    assert "<@U0DAVE> accepted it" in after


def test_an_item_is_merged_by_number_and_taken_out_again(
    slack: Slack, backlog: Reported, store: Store
) -> None:
    window = opened(slack, "carol", backlog["same"])
    slack.click(window, "carol", "Merge into …")
    form = slack.modal("carol", after=window)
    assert slack.submit("carol", number=f"#{backlog['against']}") is None
    merged = slack.modal("carol", after=form)
    assert f"Merged into *#{backlog['against']}*" in merged.plain
    root = clicked(slack, "carol", merged, "Open")
    assert f"in #{backlog['same']}" in root.plain
    clicked(slack, "carol", root, "Undo the merge")

    assert item_of(store, backlog["same"]).state == "new"


def test_a_number_that_is_none_is_told_in_the_form(slack: Slack, backlog: Reported) -> None:
    window = opened(slack, "carol", backlog["same"])
    slack.click(window, "carol", "Merge into …")
    slack.modal("carol", after=window)

    assert slack.submit("carol", number="999") == {"number": "There is no #999 in the refresh backlog."}


def test_what_may_be_the_same_is_merged_with_one_click(slack: Slack, backlog: Reported, store: Store) -> None:
    with store.begin() as session:
        session.get_one(
            RefreshItem, backlog["same"]
        ).text = "She opened the last shop first, as that one would close."
    window = opened(slack, "carol", backlog["same"])
    assert "Perhaps the same" in window.plain
    clicked(slack, "carol", window, f"Merge into #{backlog['against']}")

    assert item_of(store, backlog["same"]).merged_into == backlog["against"]


def test_whoever_is_given_an_item_is_told_once_with_a_way_to_it(
    slack: Slack, backlog: Reported, store: Store
) -> None:
    window = opened(slack, "carol", backlog["against"])
    slack.choose(window, "carol", "backlog.assign#2", "U0DAVE")
    slack.modal("carol", after=window)
    told = slack.wait(
        lambda box: [one for one in box.world.channels["D0DAVE"].messages.values() if "gave you" in one.text],
        "a message to dave",
    )

    assert item_of(store, backlog["against"]).assignee == "U0DAVE"
    assert [f"<@U0CAROL> gave you *#{backlog['against']}*" in one.text for one in told] == [True]


def test_an_item_is_given_to_nobody_but_the_council(slack: Slack, backlog: Reported) -> None:
    window = opened(slack, "carol", backlog["against"])
    slack.choose(window, "carol", "backlog.assign#2", "U0ALICE")

    assert "Only somebody of the council can be given an item" in slack.modal("carol", after=window).plain


def test_an_item_is_taken_on_and_given_back(slack: Slack, backlog: Reported, store: Store) -> None:
    window = clicked(slack, "carol", opened(slack, "carol", backlog["against"]), "Take it on")
    assert item_of(store, backlog["against"]).assignee == "U0CAROL"
    clicked(slack, "carol", window, "Give it to nobody")

    assert item_of(store, backlog["against"]).assignee is None


def test_an_item_is_snoozed_until_a_day_and_not_until_yesterday(
    slack: Slack, backlog: Reported, store: Store
) -> None:
    window = opened(slack, "carol", backlog["against"])
    slack.choose(window, "carol", "backlog.snooze", "2026-11-21")
    refused = slack.modal("carol", after=window)
    assert "Choose a day after today." in refused.plain
    slack.choose(refused, "carol", "backlog.snooze", "2026-11-30")
    snoozed = slack.modal("carol", after=refused)
    slack.choose(snoozed, "carol", "backlog.snooze", "2026-12-04")
    later = slack.modal("carol", after=snoozed)

    assert "snoozed until 30 Nov 2026" in snoozed.plain
    assert "Snoozed until 4 Dec 2026. Choose another day" in later.plain
    assert item_of(store, backlog["against"]).snoozed_until == date(2026, 12, 4)
    lines = later.plain.partition("What happened")[2]
    assert f"<!date^{int(NOON.timestamp())}^{{date_short_pretty}}, {{time}}|22 Nov 2026, 12:00 UTC>" in lines
    assert "<@U0CAROL> moved the snooze to 4 Dec 2026" in lines


def test_under_the_window_the_list_follows(slack: Slack, backlog: Reported) -> None:
    slack.run_command("carol", "/persona backlog")
    window = slack.modal("carol")
    slack.click(window, "carol", "Open", str(backlog["against"]))
    item = slack.modal("carol", after=window)
    clicked(slack, "carol", item, "Accept")
    slack.close("carol")

    assert slack.modal("carol", after=window).plain.count("· accepted") == 1


def test_a_role_that_was_taken_away_takes_effect_at_the_next_click(
    slack: Slack, backlog: Reported, store: Store
) -> None:
    window = opened(slack, "carol", backlog["against"])
    slack.run_command("dave", "/persona roles")
    roles = slack.modal("dave")
    menu = next(one for one in roles.elements if one["type"] == "overflow" and "take:U0CAROL" in str(one))
    slack.choose(roles, "dave", menu["action_id"], "take:U0CAROL")
    slack.modal("dave", after=roles)
    before = slack.now()
    slack.click(window, "carol", "Accept")

    assert "not for your role" in slack.reply("carol", "dm", before).text
    assert item_of(store, backlog["against"]).state == "new"
