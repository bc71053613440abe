from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.retention import Retention
from persona_store.answering import Outcome
from persona_store.database import Store
from persona_store.models import Question, Rating, RefreshItem, Voice
from persona_store.retention import forget_old_questions

YEAR = timedelta(days=365)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def asked(store: Store, at: datetime, **fields: Any) -> int:
    """A question of alice's, rated by bob."""
    with store.begin() as session:
        question = Question(
            **{
                "text": "what does Priya need?",
                "slack_user_id": "U0ALICE",
                "channel_id": "D0ALICE",
                "thread_ts": "1.2",
                "request": f"T0:{at.timestamp()}",
                "outcome": Outcome.ANSWER,
                "asked_at": at,
                **fields,
            }
        )
        session.add(question)
        session.flush()
        session.add(Rating(question_id=question.id, slack_user_id="U0BOB", rating="helpful"))
        return question.id


def forget(store: Store, now: datetime, kept: timedelta = YEAR, limit: int = 100) -> int:
    with store.begin() as session:
        return forget_old_questions(session, now, kept, limit)


def kept(store: Store) -> list[tuple[str | None, str | None, str | None, str | None]]:
    with store.read() as session:
        found = session.scalars(select(Question).order_by(Question.id))
        return [(one.slack_user_id, one.channel_id, one.thread_ts, one.request) for one in found]


def count(store: Store, table: type[Question | Rating | Voice | RefreshItem]) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_question_is_forgotten_with_its_ratings_when_its_time_is_over(store: Store, now: datetime) -> None:
    asked(store, now - days(366))
    young = asked(store, now - days(364))
    forget(store, now)

    with store.read() as session:
        assert list(session.scalars(select(Question.id))) == [young]
    assert count(store, Rating) == 0


def test_after_90_days_nothing_tells_any_more_who_asked_or_rated(store: Store, now: datetime) -> None:
    asked(store, now - days(91))
    forget(store, now)

    assert kept(store) == [(None, None, None, None)]
    assert count(store, Rating) == 0


def test_until_then_everything_stays(store: Store, now: datetime) -> None:
    asked(store, now - days(89))

    assert forget(store, now) == 0
    assert kept(store)[0][0] == "U0ALICE"
    assert count(store, Rating) == 1


def test_a_shorter_time_holds_for_all_of_it(store: Store, now: datetime) -> None:
    asked(store, now - days(8))
    forget(store, now, kept=days(7))

    assert count(store, Question) == 0
    assert count(store, Rating) == 0


def test_small_talk_is_kept_for_a_week(store: Store, now: datetime) -> None:
    asked(store, now - days(8), outcome=Outcome.OFF_TOPIC, text="my back hurts")
    asked(store, now - days(6), outcome=Outcome.OFF_TOPIC, text="is it Friday yet?")
    forget(store, now)

    with store.read() as session:
        assert list(session.scalars(select(Question.text))) == ["is it Friday yet?"]


def test_a_research_question_stays_and_its_people_until_it_is_settled(store: Store, now: datetime) -> None:
    with store.begin() as session:
        still_open = RefreshItem(
            kind="gap", text="quantum?", opened_at=now - days(900), changed_at=now - days(900)
        )
        settled = RefreshItem(
            kind="gap", text="fees?", opened_at=now - days(900), state="published", changed_at=now - days(91)
        )
        just_settled = RefreshItem(
            kind="gap",
            text="phones?",
            opened_at=now - days(900),
            state="published",
            changed_at=now - days(89),
        )
        session.add_all([still_open, settled, just_settled])
        session.flush()
        gaps = (still_open, settled, just_settled)
        session.add_all(
            Voice(item_id=gap.id, slack_user_id="U0ALICE", said_at=now - days(900)) for gap in gaps
        )
        asked_then = Question(
            text="quantum?", outcome="no_research", asked_at=now - days(900), item_id=still_open.id
        )
        session.add(asked_then)
    forget(store, now)

    assert count(store, RefreshItem) == 3
    assert count(store, Question) == 0
    with store.read() as session:
        named = select(Voice.item_id).where(Voice.slack_user_id == "U0ALICE")
        assert set(session.scalars(named)) == {still_open.id, just_settled.id}


def test_no_more_than_a_batch_is_forgotten_at_once(store: Store, now: datetime) -> None:
    for hours in range(5):
        asked(store, now - days(400) + timedelta(hours=hours))
    forgotten: list[int] = []
    while not forgotten or forgotten[-1]:
        forgotten.append(forget(store, now, limit=2))

    assert len(forgotten) > 3
    assert count(store, Question) == 0


def test_the_clock_forgets_until_nothing_is_left_and_again_the_next_day(store: Store, now: datetime) -> None:
    asked(store, now - days(400))
    moments = [now]
    retention = Retention(store, 365, lambda: moments[-1])
    retention.forget()
    retention.forget()
    asked(store, now - days(401))
    retention.forget()
    same_day = count(store, Question)
    moments.append(now + days(1))
    retention.forget()

    assert same_day == 1
    assert count(store, Question) == 0
