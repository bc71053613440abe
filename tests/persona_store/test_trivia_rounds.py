"""Rounds in the store, on both databases: opened once, answered once a person, counted whenever asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from persona_store.database import Store
from persona_store.errors import StoreError
from persona_store.models import Delivery, Player, TriviaAnswer, TriviaCard, TriviaFlag, TriviaRound
from persona_store.posts.deliveries import add_notice
from persona_store.trivia.answers import Click, Outcome, Recorded, record_answer
from persona_store.trivia.boards import (
    list_scores,
    list_seasons,
    list_to_look_up,
    record_look_up,
    set_on_boards,
    streak_of,
)
from persona_store.trivia.flags import flag_question
from persona_store.trivia.forgetting import forget_player
from persona_store.trivia.made import Made, Option
from persona_store.trivia.results import (
    NOT_POSTED,
    list_asked,
    list_not_posted,
    list_past_rounds,
    list_reveals_to_mend,
    list_to_update,
    list_unopened,
    result_of,
)
from persona_store.trivia.rounds import (
    RoundWanted,
    cancel_round,
    content_of,
    get_round,
    list_open,
    open_round,
    start_round,
)
from persona_store.trivia.scores import Score, Season, Streak

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PLACE = "C0PRODUCT"
MADE = [
    Made(
        f"key-{n}",
        "whose",
        f"Which?\nThis {n}.",
        (Option("A"), Option("B")),
        n % 2,
        "Why.",
        "priya",
        f"priya.{n}",
    )
    for n in range(2)
]
Post = Callable[..., int]


@pytest.fixture
def post(store: Store) -> Post:
    """Plans a round and lets it be posted, as the outbox does; gives its number."""
    numbers = iter(range(100))

    def post(at: datetime = MONDAY, channel_id: str = PLACE, hours: int = 24) -> int:
        wanted = RoundWanted(channel_id, "U0CAROL", 2, hours, zone="Europe/London")
        key = f"round {next(numbers)}"
        with store.begin() as session:
            start_round(session, key, wanted, at)
        with store.begin() as session:
            delivery = session.query(Delivery).filter(Delivery.key == f"trivia {key}").one()
            delivery.content = content_of(wanted, MADE, at)
            delivery.state, delivery.sent_at, delivery.ts = "sent", at, "1795428000.000100"
            return delivery.id

    return post


def answer(store: Store, number: int, who: str, at: datetime = MONDAY, **click: Any) -> Recorded:
    wanted: dict[str, Any] = {"place": 0, "option": 0, "zone": "Europe/Madrid"} | click
    with store.begin() as session:
        return record_answer(session, Click(number, slack_user_id=who, at=at, **wanted))


def test_a_round_is_opened_once_however_many_open_it(store: Store, post: Post) -> None:
    number = post()

    def open_it(_: int) -> None:
        with store.begin() as session:
            open_round(session, session.get_one(Delivery, number), MONDAY)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_it, range(16)))
    with store.read() as session:
        keys = sorted(one.key for one in session.query(Delivery))

        assert session.query(TriviaRound).count() == 1
        assert keys == [f"reminder {number}", f"reveal {number}", "trivia round 0"]
        assert len(get_round(session, number).questions) == 2


def test_a_start_that_slack_repeats_is_one_round(store: Store) -> None:
    wanted = RoundWanted(PLACE, "U0CAROL")
    for _ in range(2):
        with store.begin() as session:
            start_round(session, "same", wanted, MONDAY)

    with store.read() as session:
        assert session.query(Delivery).count() == 1


def test_many_clicks_of_one_person_are_one_answer_and_the_latest(store: Store, post: Post) -> None:
    number = post()
    answer(store, number, "U0DAVE")

    def click(second: int) -> None:
        answer(store, number, "U0ALICE", MONDAY + timedelta(seconds=second), option=int(second == 15))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(16)))
    with store.read() as session:
        own = session.query(TriviaAnswer).filter(TriviaAnswer.slack_user_id == "U0ALICE").all()

    assert [(one.option, one.chosen_at) for one in own] == [(1, MONDAY + timedelta(seconds=15))]


def test_what_was_clicked_in_time_counts_and_what_was_not_does_not(store: Store, post: Post) -> None:
    number = post()
    closes_at = MONDAY + timedelta(hours=24)
    outcomes = [
        answer(store, number, "U0ALICE", closes_at - timedelta(microseconds=1)).outcome,
        answer(store, number, "U0BOB", closes_at).outcome,
        answer(store, number, "U0BOB", place=7).outcome,
        answer(store, 4711, "U0BOB").outcome,
    ]

    assert outcomes == [Outcome.RECORDED, Outcome.LATE, Outcome.NOT_OPEN, Outcome.NOT_OPEN]


def test_only_the_first_answer_about_a_statement_is_a_first_one(store: Store, post: Post) -> None:
    first, second = post(), post(MONDAY + timedelta(minutes=1), "C0SUPPORT")
    answer(store, first, "U0ALICE", option=1)
    answer(store, first, "U0ALICE", MONDAY + timedelta(seconds=5))
    answer(store, second, "U0ALICE", MONDAY + timedelta(minutes=2))
    answer(store, second, "U0BOB", MONDAY + timedelta(minutes=2))
    with store.read() as session:
        told = [(one.slack_user_id, one.is_first, one.is_right) for one in session.query(TriviaAnswer)]

    assert told == [("U0ALICE", True, True), ("U0ALICE", False, True), ("U0BOB", True, True)]


def test_results_count_everybody_and_name_only_whom_boards_show(store: Store, post: Post) -> None:
    number = post()
    for who, option in (("U0ALICE", 0), ("U0BOB", 0), ("U0DAVE", 1)):
        answer(store, number, who, option=option)
    answer(store, number, "U0ALICE", place=1, option=1)
    with store.begin() as session:
        set_on_boards(session, "U0BOB", wanted=False)
        flag_question(session, get_round(session, number).questions[1], "U0BOB", "Two are right.", MONDAY)
    with store.read() as session:
        result = result_of(session, get_round(session, number))

    assert result.players == 3
    assert [(one.right, one.answered, one.is_flagged) for one in result.questions] == [
        (2, 3, False),
        (1, 1, True),
    ]
    assert [one.slack_user_id for one in result.shown] == ["U0ALICE", "U0DAVE"]
    assert result.all_right == ["U0ALICE"]


def test_a_question_is_paused_and_told_of_once_a_person(store: Store, post: Post) -> None:
    number = post()
    answer(store, number, "U0ALICE")
    told = []
    for who in ("U0ALICE", "U0ALICE", "U0BOB"):
        with store.begin() as session:
            question_id = get_round(session, number).questions[0]
            told.append(flag_question(session, question_id, who, "", MONDAY))

    assert [one is not None for one in told] == [True, False, True]
    assert told[0] is not None
    assert told[0].state == "paused"


def test_scores_are_of_rounds_that_closed_in_the_season(store: Store, post: Post) -> None:
    season, now = Season(2026, 4), MONDAY + timedelta(days=2)
    here, there, next_season = (
        post(),
        post(channel_id="C0SUPPORT"),
        post(datetime(2026, 12, 31, 20, tzinfo=UTC)),
    )
    for who in ("U0ALICE", "U0BOB", "U0DAVE"):
        answer(store, here, who, option=0)
    answer(store, there, "U0ALICE")
    answer(store, next_season, "U0ALICE", datetime(2026, 12, 31, 21, tzinfo=UTC))
    new_year = datetime(2027, 1, 2, tzinfo=UTC)
    with store.read() as session:
        before = list_scores(session, season, MONDAY + timedelta(hours=1), PLACE)
        channel = list_scores(session, season, now, PLACE, slack_user_id="U0ALICE")
        overall = list_scores(session, season, now, slack_user_id="U0ALICE")
        everywhere = list_scores(session, season, now, slack_user_id="U0ALICE", everywhere=True)
        later = list_scores(session, Season(2027, 1), new_year, PLACE)
        seasons = list_seasons(session, new_year)

    assert before == []
    assert channel == overall == [Score("U0ALICE", 1, 1, 1)]  # alone in #support
    assert everywhere == [Score("U0ALICE", 2, 2, 2)]
    assert later == [Score("U0ALICE", 1, 1, 1)]
    assert seasons == [Season(2027, 1), Season(2026, 4)]


def test_a_cancelled_round_counts_for_nothing(store: Store, post: Post) -> None:
    number = post()
    answer(store, number, "U0ALICE")
    with pytest.raises(StoreError, match="Only whoever started"), store.begin() as session:
        cancel_round(session, number, "U0ALICE", MONDAY)
    with store.begin() as session:
        cancel_round(session, number, "U0CAROL", MONDAY)
    late = answer(store, number, "U0BOB")
    with store.read() as session:
        states = {one.programme: one.state for one in session.query(Delivery)}
        scores = list_scores(session, Season(2026, 4), MONDAY + timedelta(days=2), PLACE)

    assert late.outcome is Outcome.CANCELLED
    assert states == {"trivia": "sent", "trivia_reveal": "skipped", "trivia_reminder": "skipped"}
    assert scores == []


def test_a_closed_round_cannot_be_cancelled(store: Store, post: Post) -> None:
    number = post()
    answer(store, number, "U0ALICE")

    with pytest.raises(StoreError, match="closed already"), store.begin() as session:
        cancel_round(session, number, "U0CAROL", MONDAY + timedelta(days=2))


def test_messages_that_tell_too_little_are_found(store: Store, post: Post) -> None:
    number = post()
    with store.read() as session:
        unopened = [one.id for one in list_unopened(session, MONDAY)]
    answer(store, number, "U0ALICE")
    answer(store, number, "U0BOB")
    after = MONDAY + timedelta(hours=25)
    with store.begin() as session:
        open_now = [(one.id, count) for one, _, count in list_to_update(session, MONDAY, 10)]
        found = get_round(session, number)
        found.tally = 2
        session.flush()
        told = list_to_update(session, MONDAY, 10)
        found.state = "revealed"
        reveal = session.get_one(Delivery, found.reveal_id)
        reveal.state, reveal.content = "sent", {"round": number, "digest": "older"}
        session.flush()
        over = [count for _, _, count in list_to_update(session, after, 10)]
        to_mend = [
            result.players for result, _ in list_reveals_to_mend(session, after - timedelta(minutes=30))
        ]

    assert unopened == [number]
    assert open_now == [(number, 2)]
    assert told == []
    assert over == [-1]
    assert to_mend == [2]


def test_a_channel_remembers_what_it_was_asked_and_its_rounds(store: Store, post: Post) -> None:
    number = post()
    answer(store, number, "U0ALICE")
    with store.read() as session:
        asked = list_asked(session, PLACE, 40)
        open_now = [one.id for one in list_open(session, MONDAY, [PLACE])]
        past = [one.id for one in list_past_rounds(session, PLACE, MONDAY + timedelta(days=2), 5)]
        elsewhere = list_open(session, MONDAY, ["C0SUPPORT"])

    assert asked == ["key-0", "priya.0", "key-1", "priya.1"]
    assert open_now == past == [number]
    assert elsewhere == []


def test_streaks_stay_what_they_were_when_a_person_moves(store: Store, post: Post) -> None:
    for day, zone in enumerate(("America/Los_Angeles", "America/Los_Angeles", "Asia/Tokyo")):
        at = MONDAY + timedelta(days=day, hours=13)  # 23:00 UTC: the afternoon there, the next day in Tokyo
        number = post(at)
        answer(store, number, "U0ALICE", at, zone=zone)
    with store.read() as session:
        told = streak_of(session, "U0ALICE", MONDAY + timedelta(days=2, hours=13))
        player = session.get_one(Player, "U0ALICE")
        days = sorted(one.answered_on for one in session.query(TriviaAnswer) if one.answered_on)

    assert player.zone == "Asia/Tokyo"
    assert [day.day for day in days] == [23, 24, 26]
    assert told == Streak(1, 2)  # the 25th never was for whoever flew over the date line in the night


def test_whoever_has_left_is_looked_up_once_a_day_and_comes_back_by_playing(store: Store, post: Post) -> None:
    number = post()
    answer(store, number, "U0ALICE")
    with store.begin() as session:
        wanted = list(list_to_look_up(session, MONDAY, 5))
        record_look_up(session, "U0ALICE", MONDAY, has_left=True)
        again = list(list_to_look_up(session, MONDAY + timedelta(hours=23), 5))
    with store.read() as session:
        hidden = result_of(session, get_round(session, number)).shown
    answer(store, number, "U0ALICE", MONDAY + timedelta(hours=1))
    with store.read() as session:
        shown = result_of(session, get_round(session, number)).shown

    assert wanted == ["U0ALICE"]
    assert again == []
    assert hidden == []
    assert [one.slack_user_id for one in shown] == ["U0ALICE"]


def test_forgetting_leaves_nothing_of_a_player(store: Store, post: Post) -> None:
    number = post()
    answer(store, number, "U0CAROL")
    with store.begin() as session:
        flag_question(session, get_round(session, number).questions[0], "U0CAROL", "", MONDAY)
        session.add(TriviaCard(slack_user_id="U0CAROL", statement="priya.0", memory={}, due_at=MONDAY))
    with store.begin() as session:
        rows = forget_player(session, "U0CAROL")
    with store.read() as session:
        left = [session.query(table).count() for table in (TriviaAnswer, TriviaCard, TriviaFlag, Player)]

        assert rows == 6
        assert left == [0, 0, 0, 0]
        assert get_round(session, number).started_by == ""
        assert (session.get_one(Delivery, number).content or {})["started_by"] == ""


def test_whoever_started_a_round_that_was_not_posted_is_told_once(store: Store) -> None:
    told = {"programme": "trivia", "channel_id": "C1", "due_at": MONDAY, "reason": "Too little research."}
    with store.begin() as session:
        session.add(Delivery(key="by hand", state="skipped", content={"started_by": "U0BOB"}, **told))
        session.add(Delivery(key="sent", state="sent", content={"started_by": "U0BOB"}, **told))
    with store.begin() as session:
        (found,) = list_not_posted(session, MONDAY)
        add_notice(session, f"{NOT_POSTED}{found.id}", "U0BOB", {"text": "Sorry."}, MONDAY)
    with store.read() as session:
        again = list_not_posted(session, MONDAY)

    assert found.key == "by hand"
    assert again == []
