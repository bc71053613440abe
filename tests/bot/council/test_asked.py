from persona_store.database import Store
from persona_store.people import set_role
from tests.bot.slack_driver import Slack, View

FIRST_LOGIN = "what would Priya need when she first logs in?"
UNRESEARCHED = "what does Priya think of quantum physics?"


def asked_of(slack: Slack, account: str = "carol") -> View:
    """The window, once everything is counted."""
    slack.click(slack.home(account), account, "What is asked")
    counting = slack.modal(account)
    return counting if "Counting" not in counting.plain else slack.modal(account, after=counting)


def test_council_members_have_a_way_to_what_is_asked_and_nobody_else_has(slack: Slack) -> None:
    offered = {who: "What is asked" in slack.home(who).buttons for who in ("alice", "bob", "carol", "dave")}

    assert offered == {"alice": False, "bob": False, "carol": True, "dave": True}


def test_it_shows_open_research_questions_with_how_many_ask(slack: Slack) -> None:
    reply = slack.mention("alice", UNRESEARCHED)
    slack.click_for_reply(reply, "alice", "answers.ask_council")
    slack.click_for_reply(reply, "bob", "answers.ask_council")
    shown = asked_of(slack).plain

    assert UNRESEARCHED in shown
    assert "2 people ask the council" in shown


def test_it_shows_what_nobody_could_answer_as_one_whoever_asked(slack: Slack) -> None:
    slack.mention("alice", UNRESEARCHED)
    slack.mention("bob", "does Priya think about quantum physics")
    shown = asked_of(slack).plain

    assert "Not answered, and not asked of the council" in shown
    assert "2 people · Priya Raman" in shown


def test_it_shows_what_was_missing_in_an_answer(slack: Slack) -> None:
    reply = slack.mention("alice", FIRST_LOGIN)
    slack.click(reply, "alice", "Not helpful")
    slack.modal("alice")
    slack.submit("alice", missing="what she does\non her phone")
    shown = asked_of(slack).plain

    assert FIRST_LOGIN in shown
    assert "Missing: what she does on her phone" in shown


def test_it_counts_whom_people_ask_about(slack: Slack) -> None:
    slack.mention("alice", FIRST_LOGIN)
    slack.mention("bob", "what annoys Priya about passwords?")
    shown = asked_of(slack).plain

    assert "*Priya Raman*: 2 questions from 2 people" in shown
    assert "2 people asked 2 questions" in shown


def test_it_never_names_who_asked(slack: Slack) -> None:
    reply = slack.mention("alice", UNRESEARCHED)
    slack.click_for_reply(reply, "bob", "answers.ask_council")

    assert "U0" not in str(asked_of(slack).blocks)


def test_markup_in_what_people_wrote_stays_text(slack: Slack) -> None:
    slack.mention("alice", "does Priya like <!channel> & <b>quantum</b> physics?")
    shown = str(asked_of(slack).blocks)

    assert "<!channel>" not in shown
    assert "&lt;b&gt;" in shown


def test_with_nothing_asked_it_says_so(slack: Slack) -> None:
    assert asked_of(slack).plain.count("Nothing so far.") == 4


def test_an_employee_who_presses_it_all_the_same_is_refused(slack: Slack, store: Store) -> None:
    home = slack.home("carol")
    with store.begin() as session:
        set_role(session, "U0CAROL", None)
    before = slack.now()
    slack.click(home, "carol", "What is asked")
    refused = slack.reply("carol", "dm", before)

    assert "not for your role" in refused.text
    assert slack.open_modals("carol") == 0
