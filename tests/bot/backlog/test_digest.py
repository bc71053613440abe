"""The week of the backlog, for a channel of the council's; what is snoozed wakes, what is missed is counted."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.backlog.digest import digest_message
from bot.backlog.scheduled import Counting, compose
from bot.desk import Desk
from bot.wording import Words
from persona_store.answering import Answering
from persona_store.database import Store
from persona_store.errors import NothingToPostError
from persona_store.models import Delivery, Draft, Question, RefreshItem
from persona_store.refresh.digest import get_digest
from tests.bot.backlog.conftest import Reported
from tests.bot.conftest import NOON
from tests.bot.slack_driver import Slack
from tests.persona_store.refresh.items import ALICE, reported


def desk_of(store: Store) -> Desk:
    return Desk(store, Answering(store), Words(), "U0PERSONA", NOON)


def due() -> Delivery:
    return Delivery(key="digest", programme="digest", channel_id="C0PRODUCT", due_at=NOON)


def post(session: Session, store: Store) -> str:
    composed = compose(session, due(), desk_of(store))
    return str(composed.message.payload()["blocks"])


def test_it_tells_what_is_new_what_comes_first_and_what_waits(store: Store, backlog: Reported) -> None:
    with store.begin() as session:
        draft = {"persona": "marco", "base_revision": 1, "snapshot": {}, "state": "submitted", "editors": []}
        moments = {"drafted_at": NOON, "changed_at": NOON, "submitted_at": NOON}
        session.add(Draft(**draft, **moments, drafted_by="U0DAVE"))
        before = Delivery(key="before", programme="digest", channel_id="C0PRODUCT", state="sent")
        before.due_at = NOON - timedelta(days=7)  # else it would be the first one of the quarter
        session.add(before)
    with store.read() as session:
        said = post(session, store)

    assert "*2 new insights* and *1 new research question*" in said
    assert "*3* wait for the council" in said
    assert "Triage this week: <@U0DAVE>" in said
    assert f"*#{backlog['against']}* Insight · Priya Raman" in said
    assert "1 person contradicts a validated statement" in said
    assert "a change of Marco Duarte, drafted by <@U0DAVE>" in said
    assert f"#{backlog['gap']} “What does Priya read?” _(2 people)_" in said
    assert "*Due for review*" in said


def test_it_names_nobody_who_reported_or_asked(store: Store, backlog: Reported) -> None:  # noqa: ARG001
    with store.read() as session:
        said = post(session, store)

    assert "U0ALICE" not in said
    assert "U0BOB" not in said


def test_in_a_week_without_anything_nothing_is_posted(sqlite_store: Store) -> None:
    with sqlite_store.read() as session, pytest.raises(NothingToPostError):
        compose(session, due(), desk_of(sqlite_store))


def test_a_full_backlog_fits_into_one_message(store: Store) -> None:
    with store.begin() as session:
        for number in range(60):
            reported(session, NOON, ALICE, text=f"{number} " + "Wörter & <mehr> " * 60, kind="gap")
        digest = get_digest(session, NOON - timedelta(days=7), NOON)
        payload = digest_message(Words(), digest, {}).payload()

    assert len(payload["blocks"]) <= 50
    assert "<mehr>" not in str(payload)


def test_only_the_council_is_offered_it_for_a_channel(slack: Slack) -> None:
    offered = {}
    for account in ("carol", "alice"):
        slack.run_command(account, "/persona subscribe")
        offered[account] = "The week of the backlog" in slack.modal(account).plain

    assert offered == {"carol": True, "alice": False}


def test_a_channel_is_subscribed_to_it_by_the_council(slack: Slack) -> None:
    slack.run_command("carol", "/persona subscribe")
    form = slack.modal("carol")
    assert slack.submit("carol", programme="digest", weekdays=["0"], local_time="09:30") is None

    assert "The week of the backlog" in slack.modal("carol", after=form).plain


def test_who_missed_the_same_is_counted_with_the_question(store: Store, backlog: Reported) -> None:
    with store.begin() as session:
        session.get_one(RefreshItem, backlog["gap"]).missed = 0
        for person in ("U0DAVE", "U0ERIN"):
            missed = {"outcome": "no_research", "personas": ["priya"], "asked_at": NOON}
            session.add(Question(text="what does priya read", slack_user_id=person, **missed))
    Counting(lambda: desk_of(store)).keep_up()

    with store.read() as session:
        assert session.get_one(RefreshItem, backlog["gap"]).missed == 2
