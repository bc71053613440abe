import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from string import ascii_lowercase
from threading import Thread
from typing import Any

from sqlalchemy import select

from persona_store.answering import Outcome
from persona_store.database import Store
from persona_store.demand import GAPS, GROUPED, Demand, OpenGap, count_missed, get_demand
from persona_store.models import Question, Rating, RefreshItem, Voice
from persona_store.people import set_role
from persona_store.questions import list_gaps, open_gap, wording
from persona_store.refresh.backlog import make_move
from persona_store.refresh.item_moves import Move, With
from persona_store.refresh.trail import list_trail
from tests.persona_store.bakery import bakery

INDEX = bakery()


def ask(store: Store, now: datetime, who: str | None, text: str, **fields: Any) -> int:
    """A question about Priya that nobody can answer."""
    unanswered = {"outcome": Outcome.NO_RESEARCH, "personas": ["priya"], "asked_at": now}
    with store.begin() as session:
        question = Question(**{"text": text, "slack_user_id": who, **unanswered, **fields})
        session.add(question)
        session.flush()
        return question.id


def ask_council(store: Store, now: datetime, who: str, question_id: int) -> None:
    with store.begin() as session:
        question = session.get_one(Question, question_id)
        open_gap(session, question, who, INDEX.topic, now)


def rate(store: Store, question_id: int, who: str, missing: str | None = None) -> None:
    with store.begin() as session:
        session.add(Rating(question_id=question_id, slack_user_id=who, rating="not_helpful", missing=missing))


def demand(store: Store, now: datetime, topic: Any = INDEX.topic) -> Demand:
    with store.read() as session:
        return get_demand(session, topic, now - timedelta(days=90))


def test_the_same_gap_from_several_people_in_other_words_is_one(store: Store, now: datetime) -> None:
    ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    ask(store, now, "U0BOB", "does Priya think about quantum computing")
    ask(store, now, "U0BOB", "quantum computing and Priya?")
    missed = demand(store, now).missed

    assert [(one.people, one.times) for one in missed] == [(2, 3)]


def test_the_most_people_come_first_however_often_one_person_asks(store: Store, now: datetime) -> None:
    for _ in range(3):
        ask(store, now, "U0ALICE", "does Priya like jazz music?")
    for who in ("U0ALICE", "U0BOB"):
        ask(store, now, who, "what does Priya think of quantum computing?")
    missed = demand(store, now).missed

    assert ["quantum" in one.text for one in missed] == [True, False]


def test_the_same_about_somebody_else_is_another_gap(store: Store, now: datetime) -> None:
    ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    ask(store, now, "U0BOB", "what does Marco think of quantum computing?", personas=["marco"])

    assert len(demand(store, now).missed) == 2


def test_two_clicks_at_the_same_moment_are_one_voice_for_one_gap(store: Store, now: datetime) -> None:
    question = ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    clicks = [Thread(target=ask_council, args=(store, now, "U0ALICE", question)) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()

    with store.read() as session:
        assert len(session.scalars(select(RefreshItem)).all()) == 1
        assert session.scalars(select(Voice.slack_user_id)).all() == ["U0ALICE"]


def test_what_names_a_customer_stays_out_of_the_backlog(store: Store, now: datetime) -> None:
    question = ask(store, now, "U0ALICE", "what does ana@example.com read, on 0161 496 0123?")
    ask_council(store, now, "U0ALICE", question)

    with store.read() as session:
        [(gap, _)] = list_gaps(session, 5)
    assert gap.text == "what does [e-mail address] read, on [phone number]?"


def test_what_was_masked_makes_no_two_questions_alike(store: Store, now: datetime) -> None:
    for who, does in (("U0ALICE", "sing"), ("U0BOB", "dance")):
        asked = ask(store, now, who, f"does Priya {does}? [e-mail address], [phone number]")
        ask_council(store, now, who, asked)

    assert [gap.voices for gap in demand(store, now).gaps] == [1, 1]


def test_who_misses_the_same_without_asking_the_council_counts_with_the_open_gap(
    store: Store, now: datetime
) -> None:
    pressed = ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    ask_council(store, now, "U0ALICE", pressed)
    ask(store, now, "U0BOB", "does Priya think about quantum computing")
    ask(store, now, "U0ALICE", "does Priya think about quantum computing")
    found = demand(store, now)

    assert found.missed == []
    assert found.gaps == [OpenGap("what does Priya think of quantum computing?", ("priya",), 1, 1)]


def test_gaps_rank_by_how_many_ask_the_council(store: Store, now: datetime) -> None:
    one = ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    two = ask(store, now, "U0ALICE", "does Priya like jazz music?")
    ask_council(store, now, "U0ALICE", one)
    ask_council(store, now, "U0ALICE", two)
    ask_council(store, now, "U0BOB", two)

    assert [gap.voices for gap in demand(store, now).gaps] == [2, 1]


def test_a_settled_gap_is_not_shown_and_neither_is_who_asked_for_it(store: Store, now: datetime) -> None:
    pressed = ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    ask_council(store, now, "U0ALICE", pressed)
    with store.begin() as session:
        session.query(RefreshItem).update({"state": "published", "changed_at": now})
    found = demand(store, now)

    assert (found.gaps, found.missed) == ([], [])


def test_what_was_missing_in_an_answer_is_told_with_the_question(store: Store, now: datetime) -> None:
    first = ask(store, now, "U0ALICE", "what annoys Priya about passwords?", outcome=Outcome.ANSWER)
    second = ask(store, now, "U0BOB", "does Priya get annoyed by passwords?", outcome=Outcome.ANSWER)
    rate(store, first, "U0ALICE", "how often she resets them")
    rate(store, first, "U0CAROL")
    rate(store, second, "U0BOB", "how often she resets them")
    unhelpful = demand(store, now).unhelpful

    assert [(one.people, one.remarks) for one in unhelpful] == [(3, ("how often she resets them",))]


def test_personas_are_counted_by_people_then_by_questions(store: Store, now: datetime) -> None:
    for who in ("U0ALICE", "U0BOB"):
        ask(store, now, who, "what does Marco need?", personas=["marco"], outcome=Outcome.ANSWER)
    for _ in range(3):
        ask(store, now, "U0ALICE", "what does Priya need?", outcome=Outcome.ANSWER)
    ask(store, now, "U0EVE", "which one?", personas=["yuki", "will"], outcome=Outcome.WHICH_PERSONA)
    found = demand(store, now)

    assert [(one.persona, one.people, one.times) for one in found.personas] == [
        ("marco", 2, 2),
        ("priya", 1, 3),
    ]
    assert (found.questions, found.people, found.answered) == (6, 3, 5)


def test_small_talk_and_what_is_too_long_ago_do_not_count(store: Store, now: datetime) -> None:
    ask(store, now, "U0ALICE", "is it Friday?", outcome=Outcome.OFF_TOPIC, personas=[])
    ask(store, now - timedelta(days=91), "U0ALICE", "what does Priya think of quantum computing?")
    found = demand(store, now)

    assert (found.questions, found.people, found.missed) == (0, 0, [])


def test_people_who_are_no_longer_known_count_as_one(store: Store, now: datetime) -> None:
    for who in (None, None, "U0ALICE"):
        ask(store, now, who, "what does Priya think of quantum computing?")

    assert demand(store, now).missed[0].people == 2


def test_nothing_in_it_names_anybody(store: Store, now: datetime) -> None:
    first = ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    ask_council(store, now, "U0ALICE", first)
    rate(store, ask(store, now, "U0BOB", "jazz?", outcome=Outcome.ANSWER), "U0CAROL")

    assert "U0" not in repr(demand(store, now))


def test_a_follow_up_is_told_with_the_question_it_follows(store: Store, now: datetime) -> None:
    thread = {"channel_id": "C1", "thread_ts": "1.2"}
    ask(store, now, "U0ALICE", "what does Priya think of quantum computing?", **thread)
    then = ask(store, now, "U0ALICE", "and Marco?", personas=["marco"], **thread)
    with store.read() as session:
        text = wording(session, session.get_one(Question, then), INDEX.topic)

    assert text == "what does Priya think of quantum computing? and Marco?"


def test_a_follow_up_that_stands_alone_is_told_alone(store: Store, now: datetime) -> None:
    thread = {"channel_id": "C1", "thread_ts": "1.2"}
    ask(store, now, "U0ALICE", "what does Priya think of quantum computing?", **thread)
    then = ask(store, now, "U0ALICE", "and about jazz music?", **thread)
    with store.read() as session:
        text = wording(session, session.get_one(Question, then), INDEX.topic)

    assert text == "and about jazz music?"


def test_as_many_unlike_questions_as_are_looked_at_take_a_second_or_two(
    sqlite_store: Store, now: datetime
) -> None:
    chance = random.Random(7)

    def unlike(_text: str) -> Sequence[str]:
        return ["".join(chance.choices(ascii_lowercase, k=chance.randint(3, 9))) for _ in range(8)]

    with sqlite_store.begin() as session:
        session.add_all(
            Question(text=f"{at}?", outcome=Outcome.NO_RESEARCH, asked_at=now, slack_user_id=f"U{at}")
            for at in range(GROUPED + 100)
        )
        session.add_all(
            RefreshItem(kind="gap", text=f"{at}!", opened_at=now, changed_at=now) for at in range(GAPS + 100)
        )
    began = time.thread_time()
    found = demand(sqlite_store, now, unlike)
    took = time.thread_time() - began

    assert found.questions == GROUPED + 100
    assert len(found.missed) == GROUPED
    assert took < 3


def test_voices_of_a_gap_are_counted_once_a_person(store: Store, now: datetime) -> None:
    pressed = ask(store, now, "U0ALICE", "what does Priya think of quantum computing?")
    for _ in range(2):
        ask_council(store, now, "U0ALICE", pressed)

    assert demand(store, now).gaps[0].voices == 1
    with store.read() as session:
        assert session.query(Voice).count() == 1


# Research questions that were merged


def _merged_gaps(store: Store, now: datetime) -> list[int]:
    """Two open questions, the second merged into the first by the council."""
    for who, text in (
        ("U0ALICE", "does Priya like jazz music?"),
        ("U0BOB", "which instruments does Priya play?"),
    ):
        ask_council(store, now, who, ask(store, now, who, text))
    with store.begin() as session:
        set_role(session, "U0CAROL", "council")
        jazz, instruments = session.scalars(select(RefreshItem).order_by(RefreshItem.id))
        make_move(session, instruments.id, Move.MERGE, "U0CAROL", now, With(into=jazz))
        return [jazz.id, instruments.id]


def test_whoever_asks_what_was_merged_asks_for_the_other_one(store: Store, now: datetime) -> None:
    root, _ = _merged_gaps(store, now)
    again = ask(store, now, "U0DAVE", "which instruments does Priya play?")
    ask_council(store, now, "U0DAVE", again)

    with store.read() as session:
        assert session.get_one(Question, again).item_id == root
        assert [(gap.id, people) for gap, people in list_gaps(session, 5)] == [(root, 3)]


def test_what_is_missed_counts_for_what_it_was_merged_into(store: Store, now: datetime) -> None:
    root, _ = _merged_gaps(store, now)
    ask(store, now, "U0DAVE", "does Priya like jazz music?")
    ask(store, now, "U0BOB", "does Priya like jazz music?")

    with store.read() as session:
        assert count_missed(session, INDEX.topic, now - timedelta(days=90)) == {root: 1}


def test_what_was_declined_can_be_asked_anew(store: Store, now: datetime) -> None:
    first = ask(store, now, "U0ALICE", "does Priya like jazz music?")
    ask_council(store, now, "U0ALICE", first)
    with store.begin() as session:
        set_role(session, "U0CAROL", "council")
        gap = session.scalars(select(RefreshItem)).one()
        make_move(session, gap.id, Move.DECLINE, "U0CAROL", now, With(reason="It tells us nothing."))
    ask_council(store, now, "U0BOB", first)

    with store.read() as session:
        assert [item.state for item in session.scalars(select(RefreshItem).order_by(RefreshItem.id))] == [
            "declined",
            "new",
        ]


def test_asking_for_research_is_in_the_trail(store: Store, now: datetime) -> None:
    asked = ask(store, now, "U0ALICE", "does Priya like jazz music?")
    for who in ("U0ALICE", "U0BOB", "U0BOB"):
        ask_council(store, now, who, asked)

    with store.read() as session:
        gap = session.scalars(select(RefreshItem)).one()
        moves = [(one.slack_user_id, one.move) for one in list_trail(session, f"item {gap.id}")]
        assert moves == [("U0BOB", "joined"), ("U0ALICE", "submitted")]
