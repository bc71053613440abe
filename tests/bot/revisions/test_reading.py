"""Everybody reads the history, the research and the charter; the council works with them."""

from datetime import timedelta

import pytest

from persona_store.database import Store
from persona_store.models import Evidence
from persona_store.refresh.draft_changes import RetireStatement, StatementText, WriteStatement
from persona_store.refresh.drafts import change_draft, get_draft, version_of
from persona_store.refresh.opening import open_draft
from persona_store.refresh.publishing import Reasons, publish_draft, submit_draft
from tests.bot.conftest import NOON
from tests.bot.revisions.acts import NEED, PEER, begin, drafts, press, review, statement
from tests.bot.slack_driver import Slack

CAROL, DAVE = "U0CAROL", "U0DAVE"


@pytest.fixture
def second(store: Store) -> None:
    """Priya at revision 2: one statement added, one retired."""
    with store.begin() as session:
        draft = open_draft(session, "priya", CAROL, NOON - timedelta(hours=2))
        for change in (WriteStatement(StatementText("need", NEED)), RetireStatement(PEER)):
            draft = change_draft(session, draft.id, CAROL, NOON, change, version_of(draft))
        submit_draft(session, draft.id, CAROL, NOON, version_of(draft), Reasons("Three calls in a week."))
        publish_draft(session, draft.id, DAVE, NOON - timedelta(hours=1))


@pytest.mark.usefixtures("second")
def test_everybody_reads_who_changed_what_when_and_why(slack: Slack) -> None:
    slack.run_command("alice", "/persona history Priya")
    window = slack.modal("alice")
    shown = press(slack, "alice", window, "What changed")
    slack.close("alice")
    by_statement = press(slack, "alice", slack.modal("alice"), "Statement by statement")
    slack.close("alice")
    view = press(slack, "alice", slack.modal("alice"), "View revision")

    assert "*Revision 2* · 22 Nov 2026 · current" in window.plain
    assert ">Three calls in a week." in window.plain
    assert "Drafted by <@U0CAROL>, published by <@U0DAVE> · 1 added, 1 retired" in window.plain
    assert "Restore" not in window.buttons
    assert NEED in shown.plain
    assert "retired in revision 2, 22 Nov 2026, by <@U0CAROL>" in by_statement.plain
    assert NEED in view.plain


@pytest.mark.usefixtures("second")
def test_the_council_restores_an_earlier_revision_as_a_new_one(slack: Slack, store: Store) -> None:
    slack.run_command("dave", "/persona history Priya")
    slack.click(slack.modal("dave"), "dave", "revisions.open", "restore:priya:1")
    window = slack.modal("dave", after=slack.modal("dave"))
    slack.click(window, "dave", "Submit for publishing")
    slack.wait(lambda box: _has_field(box.world.modals["U0DAVE"][-1].content), "the form")
    assert slack.submit("dave", why="The calls were one customer.") is None
    press(slack, "carol", review(slack, "carol"), "Publish")
    slack.close("carol")
    slack.run_command("alice", "/persona history Priya")

    assert "brings back revision 1" in window.plain
    assert "*Revision 3* · 22 Nov 2026 · current · brings back revision 1" in slack.modal("alice").plain
    kept = statement(store, PEER)
    assert kept is not None
    assert kept.retired_at is None


def _has_field(view: dict[str, object]) -> bool:
    return "'why'" in str(view)


def test_the_card_leads_to_the_history(slack: Slack) -> None:
    card = slack.command("alice", "/persona card Priya")
    slack.click(card, "alice", "History")

    assert "Priya Raman: 1 revision" in slack.modal("alice").plain


def test_whom_there_is_no_history_of_is_said(slack: Slack) -> None:
    assert "There is no persona “Nobody”" in slack.command("alice", "/persona history Nobody").text
    assert "`/persona history NAME`" in slack.command("alice", "/persona history").text


def test_everybody_reads_the_research_and_the_council_adds_to_it(slack: Slack, store: Store) -> None:
    slack.run_command("alice", "/persona evidence funnel")
    read = slack.modal("alice")
    slack.run_command("carol", "/persona evidence")
    window = slack.modal("carol")
    slack.click(window, "carol", "Register research")
    slack.modal("carol", after=window)
    wrong = slack.submit(
        "carol", title="Visits at night", method="observation", date="2026-11-02", participants="nine"
    )
    known = {"title": "Visits at night", "method": "observation", "date": "2026-11-02", "participants": "9"}
    assert slack.submit("carol", **known, access="Ask research.") is None
    slack.wait(lambda box: "Visits at night" in str(box.world.modals["U0CAROL"]), "the register with it")

    assert "Register research" not in read.buttons
    assert "piece of research with “funnel”" in read.plain or "pieces of research with “funnel”" in read.plain
    assert wrong == {"participants": "A whole number, such as 12."}
    with store.read() as session:
        (row,) = session.query(Evidence).filter_by(title="Visits at night")
        assert (row.access, row.participants) == ("Ask research.", 9)


def test_what_is_looked_for_may_be_endless(slack: Slack) -> None:
    slack.run_command("alice", f"/persona evidence {'a ' * 2_000}")

    assert "of research with “a a" in slack.modal("alice").plain


def test_the_council_keeps_its_charter(slack: Slack) -> None:
    slack.run_command("carol", "/persona charter")
    window = slack.modal("carol")
    slack.click(window, "carol", "Add to the charter")
    slack.modal("carol", after=window)
    assert slack.submit("carol", kind="question", text="What do nights look like?") is None
    slack.wait(lambda box: "What do nights look like?" in str(box.world.modals["U0CAROL"]), "the charter")
    slack.run_command("alice", "/persona charter")
    read = slack.modal("alice")
    slack.click(slack.modal("carol"), "carol", "Close")
    slack.wait(lambda box: "The charter is empty." in str(box.world.modals["U0CAROL"]), "an empty charter")

    assert "Questions to learn about" in read.plain
    assert "Close" not in read.buttons


def test_a_new_persona_needs_its_minimum_before_it_is_primary(slack: Slack, store: Store) -> None:
    form = begin(slack, "carol", "NEW Prya Raman")
    assert slack.submit("carol", role="Baker", archetype="Up at three", priority="primary") is None
    window = slack.modal("carol", after=form)
    slack.click(window, "carol", "Submit for publishing")
    slack.wait(lambda box: _has_field(box.world.modals["U0CAROL"][-1].content), "the form")
    asked = slack.modal("carol")
    blank = slack.submit("carol", why="We met three.", variant=" ")
    errors = slack.submit("carol", why="We met three.", variant="She bakes, Priya plans.")

    assert "is called almost the same as priya (Priya Raman)" in asked.plain
    assert blank == {"variant": "Say why there have to be both."}
    assert "lacks: 5 statements (it has 0)" in (errors or {})["why"]
    assert "secondary" in (errors or {})["why"]
    assert drafts(store)[0].persona == "prya"


def test_a_draft_takes_over_what_was_published_meanwhile(slack: Slack, store: Store) -> None:
    window = begin(slack, "dave")
    slack.close("dave")
    with store.begin() as session:
        for text, by in (("By Dave", DAVE), ("By Carol", CAROL)):
            draft = get_draft(session, 1) if by == DAVE else open_draft(session, "priya", by, NOON)
            change = WriteStatement(StatementText("need", text), PEER)
            draft = change_draft(session, draft.id, by, NOON, change, version_of(draft))
        submit_draft(session, 2, CAROL, NOON, version_of(draft), Reasons("x"))
        publish_draft(session, 2, DAVE, NOON)
    slack.run_command("dave", "/persona draft")
    window = press(slack, "dave", slack.modal("dave"), "Open")
    form = press(slack, "dave", window, "Take over revision 2")
    (field,) = {one["block_id"] for one in form.elements if one["type"] == "radio_buttons"}
    assert slack.submit("dave", **{field: "ours"}) is None
    merged = slack.modal("dave", after=form)

    assert "Revision 2 was published after this draft began" in window.plain
    assert "This draft: By Dave" in form.plain
    assert "Revision 2: By Carol" in form.plain
    assert "made from revision 2" in merged.plain
