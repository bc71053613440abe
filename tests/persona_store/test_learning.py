"""What comes again when, and who is known: the rules, and the store on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from persona_store.database import Store
from persona_store.errors import FieldError, StoreError
from persona_store.models import Delivery, Player, TriviaAnswer, TriviaCard, TriviaQuestion, TriviaRound
from persona_store.people import forget_person
from persona_store.trivia.daily import (
    OFF,
    ON,
    PAUSED,
    go_on_at_once,
    next_planning,
    plan_due,
    read_time,
    set_state,
    start_course,
    start_daily,
    stop_all,
)
from persona_store.trivia.learning import learn_from, list_cards, reviewed
from persona_store.trivia.literacy import (
    FEWEST_PEOPLE,
    FirstAnswer,
    list_first_answers,
    literacy_of,
    share_of,
    wilson,
)
from persona_store.trivia.reviewing import settle_flags
from persona_store.trivia.solo import answer_alone, catch_up

MADRID = "Europe/Madrid"
DAY = timedelta(days=1)


@pytest.fixture
def monday(now: datetime) -> datetime:
    """Half past nine in UTC, half past ten in Madrid."""
    return now + DAY


def question(session: Session, now: datetime, statement: str | None = "priya.sso", key: str = "k") -> int:
    row = TriviaQuestion(
        key=key,
        kind="whose",
        prompt="Who?",
        options=[{"text": text, "persona": None, "statement": None} for text in "ABCD"],
        right=1,
        why="",
        persona="priya",
        statement=statement,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


# When something comes again


def test_what_was_missed_comes_the_next_day_and_what_was_known_later(now: datetime) -> None:
    missed, again_at = reviewed(None, is_right=False, now=now)
    _, known_at = reviewed(None, is_right=True, now=now)

    assert again_at == now + DAY
    assert known_at > again_at
    assert missed["missed"]


def test_who_knows_it_meets_it_ever_more_rarely(now: datetime) -> None:
    memory, gaps = None, []
    for _ in range(6):
        memory, due_at = reviewed(memory, is_right=True, now=now)
        gaps.append(due_at - now)
        now = due_at

    assert gaps == sorted(gaps)
    assert gaps[-1] > timedelta(days=100)
    assert gaps[-1] <= timedelta(days=365)


@given(answers=st.lists(st.tuples(st.booleans(), st.integers(0, 5_000)), max_size=20))
def test_the_same_answers_give_the_same_plan_and_it_is_never_before_tomorrow(
    answers: list[tuple[bool, int]],
) -> None:
    def played() -> list[tuple[dict[str, Any], datetime]]:
        moment, memory, taken = datetime.fromisoformat("2026-11-23T09:30:00+00:00"), None, []
        for is_right, hours in answers:
            moment += timedelta(hours=hours)
            memory, due_at = reviewed(memory, is_right=is_right, now=moment)
            assert due_at >= moment + DAY
            taken.append((memory, due_at))
        return taken

    assert played() == played()


def test_each_person_has_a_card_for_each_statement(store: Store, now: datetime) -> None:
    with store.begin() as session:
        learn_from(session, "U1", "priya.sso", is_right=True, now=now)
        learn_from(session, "U1", "priya.csv", is_right=False, now=now)
        learn_from(session, "U2", "priya.sso", is_right=False, now=now)
        learn_from(session, "U2", "priya.sso", is_right=True, now=now + DAY)
    with store.read() as session:
        first, second = list_cards(session, "U1"), list_cards(session, "U2")

    assert [one.statement for one in first] == ["priya.csv", "priya.sso"]
    assert len(second) == 1


# Answers


def test_an_answer_counts_once_however_often_it_is_clicked(store: Store, now: datetime) -> None:
    with store.begin() as session:
        number = question(session, now)
    with store.begin() as session:
        first = answer_alone(session, number, 0, 0, "U1", now=now, zone=MADRID)
    with store.begin() as session:
        second = answer_alone(session, number, 1, 0, "U1", now=now)
    with store.begin() as session:
        later = answer_alone(session, number, 1, 1, "U1", now=now + DAY)
    with store.read() as session:
        firsts = session.scalars(select(TriviaAnswer.is_first).order_by(TriviaAnswer.id)).all()

    assert (first.is_right, first.is_repeat) == (False, False)
    assert (second.is_right, second.is_repeat) == (False, True)
    assert (later.is_right, later.is_repeat) == (True, False)
    assert firsts == [True, False]


def test_a_retired_question_takes_no_more_answers(store: Store, now: datetime) -> None:
    with store.begin() as session:
        number = question(session, now)
        session.get_one(TriviaQuestion, number).state = "paused"
        settle_flags(session, number, keep=False, now=now)

    with store.begin() as session, pytest.raises(StoreError, match="retired"):
        answer_alone(session, number, 0, 0, "U1", now=now)


@pytest.mark.parametrize(("state", "cards"), [("revealed", 1), ("open", 1), ("cancelled", 0)])
def test_rounds_that_closed_are_learnt_from_once(store: Store, now: datetime, state: str, cards: int) -> None:
    with store.begin() as session:
        number = question(session, now)
        session.add(
            Delivery(id=7, key="r", programme="trivia", channel_id="C1", due_at=now, state="sent", attempts=1)
        )
        session.flush()
        session.add(
            TriviaRound(
                id=7, channel_id="C1", questions=[number], opened_at=now, closes_at=now + DAY, state=state
            )
        )
        session.flush()
        session.add(
            TriviaAnswer(
                round_id=7,
                question_id=number,
                slack_user_id="U1",
                option=0,
                is_right=False,
                is_first=True,
                answered_at=now,
            )
        )
    with store.begin() as session:
        catch_up(session, "U1", now + DAY / 2)
        before = len(list_cards(session, "U1"))
    with store.begin() as session:
        catch_up(session, "U1", now + DAY)
        once = [one.memory for one in list_cards(session, "U1")]
    with store.begin() as session:
        catch_up(session, "U1", now + 2 * DAY)
        twice = [one.memory for one in list_cards(session, "U1")]

    assert before == 0
    assert len(once) == cards
    assert once == twice


# What comes in direct messages


@pytest.mark.parametrize(
    ("typed", "time"),
    [("9", "09:00"), ("09:30", "09:30"), ("at 14.05", "14:05"), ("2 pm", "14:00"), ("12am", "00:00")],
)
def test_a_time_can_be_typed_in_many_ways(typed: str, time: str) -> None:
    assert read_time(typed) == time


@pytest.mark.parametrize("typed", ["", "25:00", "9:60", "soon", "13 pm", "-1"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        read_time(typed)


def planned(store: Store, at: datetime) -> list[tuple[str, datetime]]:
    with store.begin() as session:
        plan_due(session, at, 100)
    with store.read() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.due_at, Delivery.id)).all()
        return [(one.programme, one.due_at) for one in rows]


def test_the_daily_question_keeps_its_hour_when_the_clocks_change(store: Store) -> None:
    friday = datetime.fromisoformat("2027-03-26T12:00:00+00:00")
    with store.begin() as session:
        start_daily(session, "U1", "09:00", MADRID, friday)
    with store.read() as session:
        upcoming = next_planning(session)

    assert upcoming == datetime.fromisoformat("2027-03-29T07:00:00+00:00")


def test_two_planners_plan_it_once(store: Store, monday: datetime) -> None:
    with store.begin() as session:
        start_daily(session, "U1", "09:00", MADRID, monday)
    tuesday = datetime.fromisoformat("2026-11-24T08:00:00+00:00")
    planned(store, tuesday)

    assert planned(store, tuesday) == [("trivia_daily", tuesday)]


def test_days_without_a_bot_are_not_caught_up(store: Store, monday: datetime) -> None:
    with store.begin() as session:
        start_daily(session, "U1", "09:00", MADRID, monday)

    assert planned(store, monday + timedelta(days=5)) == []


def test_pausing_resuming_and_stopping(store: Store, monday: datetime) -> None:
    with store.begin() as session:
        start_daily(session, "U1", "09:00", MADRID, monday)
        paused = set_state(session, "U1", "trivia_daily", PAUSED, monday).next_daily_at
        resumed = set_state(session, "U1", "trivia_daily", ON, monday).next_daily_at
        stopped = set_state(session, "U1", "trivia_daily", OFF, monday)
        after = stopped.daily_state, stopped.next_daily_at

    assert paused is None
    assert resumed == datetime.fromisoformat("2026-11-24T08:00:00+00:00")
    assert after == (OFF, None)
    with store.begin() as session, pytest.raises(StoreError, match="stopped"):
        set_state(session, "U1", "trivia_daily", ON, monday)


def test_a_day_of_the_course_that_was_not_sent_comes_the_next_day(store: Store, monday: datetime) -> None:
    with store.begin() as session:
        start_course(session, "U1", MADRID, monday)
    thursday = datetime.fromisoformat("2026-11-26T08:00:00+00:00")
    planned(store, thursday)
    with store.read() as session:
        days = [one.content for one in session.scalars(select(Delivery))]

    assert days == [{"day": 1}]


def test_the_course_does_not_start_twice(store: Store, monday: datetime) -> None:
    with store.begin() as session:
        start_course(session, "U1", MADRID, monday)
        go_on_at_once(session, "U1", monday)
    planned(store, monday)

    with store.begin() as session, pytest.raises(StoreError, match="one at a time"):
        start_course(session, "U1", MADRID, monday)
    with store.begin() as session, pytest.raises(StoreError, match="begun already"):
        go_on_at_once(session, "U1", monday)


def test_it_all_ends_for_whoever_has_left(store: Store, monday: datetime) -> None:
    with store.begin() as session:
        start_daily(session, "U1", None, MADRID, monday)
        start_course(session, "U1", MADRID, monday)
    with store.begin() as session:
        stop_all(session, "U1")

    assert planned(store, monday + DAY) == []


# Who is known


def test_three_of_four_is_not_75_per_cent() -> None:
    low, high = wilson(3, 4)

    assert (round(low, 2), round(high, 2)) == (0.30, 0.95)


@given(answers=st.integers(1, 5_000), share=st.floats(0, 1))
def test_an_interval_holds_the_share_and_narrows_with_more_answers(answers: int, share: float) -> None:
    right = round(share * answers)
    low, high = wilson(right, answers)
    narrow_low, narrow_high = wilson(4 * right, 4 * answers)

    assert 0 <= low <= right / answers + 1e-9
    assert right / answers - 1e-9 <= high <= 1
    assert narrow_high - narrow_low < high - low


def answers_of(
    now: datetime, department: str | None, people: int, right: int, persona: str = "priya"
) -> list[FirstAnswer]:
    return [
        FirstAnswer(f"U{department}{number}", department, persona, f"{persona}.sso", number < right, now)
        for number in range(people)
    ]


def test_departments_of_fewer_than_five_are_not_shown(now: datetime) -> None:
    known = literacy_of([*answers_of(now, "Sales", 6, 3), *answers_of(now, "Legal", 4, 0)])

    assert "Legal" not in dict(known.departments)
    assert known.total.people == 10


def test_what_is_not_shown_cannot_be_worked_out(now: datetime) -> None:
    known = literacy_of(
        [*answers_of(now, "Sales", 9, 3), *answers_of(now, "Support", 5, 3), *answers_of(now, "Legal", 1, 0)]
    )

    assert [name for name, _ in known.departments] == ["Sales"]
    assert known.elsewhere
    assert known.elsewhere.people == 6


@given(
    sizes=st.lists(
        st.tuples(st.sampled_from(["A", "B", "C", "D", None]), st.integers(1, 9)),
        unique_by=lambda one: one[0],
        max_size=5,
    )
)
def test_nothing_shown_or_left_over_is_about_one_to_four_people(sizes: list[tuple[str | None, int]]) -> None:
    moment = datetime.fromisoformat("2026-11-23T09:30:00+00:00")
    known = literacy_of([one for name, size in sizes for one in answers_of(moment, name, size, size // 2)])
    shown = sum(share.people for _, share in known.departments)
    left = known.total.people - shown

    assert all(share.people >= FEWEST_PEOPLE for _, share in known.departments)
    assert left == 0 or left >= FEWEST_PEOPLE or not known.departments


def test_a_few_wrong_answers_are_no_sign_yet(now: datetime) -> None:
    known = literacy_of([*answers_of(now, "A", 5, 1, "marco"), *answers_of(now, "B", 40, 12, "priya")])

    assert [slug for slug, _ in known.personas] == ["priya", "marco"]


def test_of_a_persona_whom_fewer_than_five_were_asked_about_no_share_is_shown(now: datetime) -> None:
    few = [*answers_of(now, "A", 4, 0, "marco"), *answers_of(now, "B", 2, 2, "ines")]
    known = literacy_of([*few, *answers_of(now, "C", 9, 3, "priya")])

    assert [slug for slug, _ in known.personas] == ["priya"]
    assert known.few == ["ines", "marco"]
    assert known.statements == [("priya.sso", share_of(answers_of(now, "C", 9, 3, "priya")))]


def test_nor_can_that_share_be_worked_out_from_the_others(now: datetime) -> None:
    personas = (("marco", 1), ("ines", 6), ("priya", 9))
    known = literacy_of([one for slug, size in personas for one in answers_of(now, slug, size, 1, slug)])

    assert [slug for slug, _ in known.personas] == ["priya"]
    assert known.few == ["ines", "marco"]


def test_answers_of_open_rounds_and_of_leavers_do_not_count(store: Store, now: datetime) -> None:
    with store.begin() as session:
        number = question(session, now)
        for person in ("U1", "U2"):
            answer_alone(session, number, 1, 0, person, now=now)
        session.get_one(Player, "U2").left_at = now
    with store.read() as session:
        counted = list_first_answers(session, now - DAY, now)

    assert [one.slack_user_id for one in counted] == ["U1"]


# Forgetting


def test_forgetting_a_person_leaves_nothing_of_how_they_played(store: Store, monday: datetime) -> None:
    with store.begin() as session:
        number = question(session, monday)
        answer_alone(session, number, 1, 0, "U1", now=monday)
        answer_alone(session, number, 1, 0, "U2", now=monday)
        start_daily(session, "U1", "09:00", MADRID, monday)
        start_course(session, "U1", MADRID, monday)
        go_on_at_once(session, "U1", monday)
        plan_due(session, monday, 10)
    with store.begin() as session:
        forget_person(session, "U1", monday)
    with store.read() as session:
        left = {
            table.__name__: session.scalar(select(func.count()).select_from(table))
            for table in (Player, TriviaAnswer, TriviaCard, Delivery)
        }

    assert left == {"Player": 1, "TriviaAnswer": 1, "TriviaCard": 1, "Delivery": 0}


# When the catalogue changes


def test_questions_retire_when_their_statement_says_something_else(
    store: Store, bring: Callable[..., Any], priya: dict[str, Any], now: datetime
) -> None:
    bring(store, priya)
    with store.begin() as session:
        question(session, now, "priya.sso", "changed")
        question(session, now, "priya.csv", "kept")
        question(session, now, "priya.time", "retired")
    priya["personas"][0]["statements"][0]["text"] = "Needs something else entirely now."
    priya["personas"][0]["statements"].pop()
    bring(store, priya, at=now + DAY)
    with store.read() as session:
        states = dict(session.execute(select(TriviaQuestion.key, TriviaQuestion.state)).all())

    assert states == {"changed": "retired", "kept": "open", "retired": "retired"}
