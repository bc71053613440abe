"""The council names people, and takes roles away, in Slack."""

from dataclasses import replace

from persona_store.database import Store
from persona_store.models import Person
from persona_store.people import set_role
from persona_store.refresh.trail import list_trail
from tests.bot.slack_driver import Message, Slack, View
from tests.bot.slack_shown import shown_message


def roles(slack: Slack, account: str = "carol") -> View:
    slack.run_command(account, "/persona roles")
    return slack.modal(account)


def name_form(slack: Slack, account: str = "carol") -> View:
    window = roles(slack, account)
    slack.click(window, account, "Name somebody")
    return slack.modal(account, after=window)


def choose(slack: Slack, window: View, value: str) -> View:
    """Choose in the menu beside somebody; gives what is then on top."""
    beside = [block for block in window.blocks if value in str(block)]
    slack.choose(replace(window, blocks=beside), "carol", "roles.change", value)
    return slack.modal("carol", after=window)


def notice(slack: Slack, account: str, text: str) -> Message:
    place = slack.channel_id("dm", account)
    said = slack.wait(
        lambda box: next(
            (one for one in box.world.channels[place].messages.values() if text in one.text), None
        ),
        f"a message to {account}",
    )
    return shown_message(said)


def test_the_council_sees_who_has_which_role(slack: Slack) -> None:
    shown = roles(slack).plain

    assert shown.index("<@U0CAROL>") < shown.index("\nAmbassadors\n") < shown.index("<@U0BOB>")


def test_an_ambassador_is_named_for_a_department_and_a_persona_and_told(slack: Slack, store: Store) -> None:
    form = name_form(slack)
    assert (
        slack.submit("carol", person="U0ALICE", role="ambassador", department="Product", personas=["priya"])
        is None
    )
    window = slack.modal("carol", after=form)

    assert "<@U0ALICE> · Product · Priya Raman" in window.plain
    assert "named you an ambassador of Product for Priya Raman" in notice(slack, "alice", "named you").text
    with store.read() as session:
        alice = session.get_one(Person, "U0ALICE")
        assert (alice.role, alice.department, alice.personas) == ("ambassador", "Product", ["priya"])
        assert list_trail(session, "person U0ALICE")[0].slack_user_id == "U0CAROL"


def test_guests_and_people_of_other_companies_cannot_have_a_role(slack: Slack, store: Store) -> None:
    name_form(slack)
    errors = [slack.submit("carol", person=person, role="council") for person in ("U0GINA", "U0EVE")]

    assert errors == [{"person": "Guests, people of other companies and apps cannot have a role."}] * 2
    with store.read() as session:
        assert session.get(Person, "U0GINA") is None


def test_a_role_is_changed_in_a_form_that_is_filled_in(slack: Slack, store: Store) -> None:
    window = roles(slack)
    form = choose(slack, window, "edit:U0BOB")
    assert slack.submit("carol", role="council") is None

    slack.modal("carol", after=form)
    with store.read() as session:
        assert session.get_one(Person, "U0BOB").role == "council"


def test_the_last_council_member_is_told_why_they_stay(slack: Slack, store: Store) -> None:
    with store.begin() as session:
        set_role(session, "U0DAVE", None)
    after = choose(slack, roles(slack), "take:U0CAROL").plain

    assert "Nobody else is on the council" in after
    with store.read() as session:
        assert session.get_one(Person, "U0CAROL").role == "council"
