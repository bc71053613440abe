"""How long what people asked is kept, and, shorter, who asked it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, not_, or_, select, update
from sqlalchemy.orm import Session

from persona_store.answering.index import Outcome
from persona_store.models import Delivery, Question, Rating, RefreshItem, TrailEntry, Verdict, Voice
from persona_store.posts.deliveries import is_open
from persona_store.refresh.item_moves import CLOSED_STATES
from persona_store.refresh.items import root_of
from persona_store.refresh.trail import REPORTING
from persona_store.refresh.verdicts import NEWS

PEOPLE_KEPT = timedelta(days=90)
"""Who asked, and who rated: the council counts people over so many days, and Home shows one's own."""
OFF_TOPIC_KEPT = timedelta(days=7)


def forget_old_questions(session: Session, now: datetime, kept: timedelta, limit: int) -> int:
    """Forget questions ``kept`` ago, small talk sooner, and who asked the others; at most ``limit`` of each.

    Gives how many rows that were: none, when nothing is left to forget.
    """
    people_before = now - min(kept, PEOPLE_KEPT)
    return (
        _forget_questions(session, now, kept, limit)
        + _forget_ratings(session, people_before, limit)
        + _forget_askers(session, people_before, limit)
        + _forget_voices(session, people_before)
        + _forget_news(session, people_before)
    )


def _forget_questions(session: Session, now: datetime, kept: timedelta, limit: int) -> int:
    is_small_talk = Question.outcome == Outcome.OFF_TOPIC
    old = select(Question.id).where(
        or_(Question.asked_at < now - kept, is_small_talk & (Question.asked_at < now - OFF_TOPIC_KEPT))
    )
    gone = session.execute(
        delete(Question)
        .where(Question.id.in_(old.order_by(Question.asked_at).limit(limit)))
        .returning(Question.id)
    )
    return len(gone.all())


def _forget_ratings(session: Session, before: datetime, limit: int) -> int:
    of_old = select(Question.id).join(Rating).where(Question.asked_at < before).distinct().limit(limit)
    gone = session.execute(delete(Rating).where(Rating.question_id.in_(of_old)).returning(Rating.question_id))
    return len(gone.all())


def _forget_askers(session: Session, before: datetime, limit: int) -> int:
    """Where it was asked goes too: a conversation with one person, or the link to a message, names them."""
    old = (
        select(Question.id)
        .where(Question.asked_at < before, Question.slack_user_id.is_not(None))
        .order_by(Question.asked_at)
        .limit(limit)
    )
    nameless = update(Question).where(Question.id.in_(old))
    gone = session.execute(
        nameless.values(slack_user_id=None, channel_id=None, thread_ts=None, request=None).returning(
            Question.id
        )
    )
    return len(gone.all())


def _forget_voices(session: Session, before: datetime) -> int:
    """Who spoke up for what is settled: they have been told. What they saw stays, and names nobody."""
    named = select(Voice.item_id).where(Voice.slack_user_id.is_not(None))
    closed = select(RefreshItem).where(
        RefreshItem.state.in_(CLOSED_STATES), RefreshItem.changed_at < before, RefreshItem.id.in_(named)
    )
    settled = [item.id for item in session.scalars(closed) if _is_settled(session, item, before)]
    if not settled:
        return 0
    spoke = update(Voice).where(Voice.item_id.in_(settled), Voice.slack_user_id.is_not(None))
    nameless = spoke.values(slack_user_id=None, request=None, permalink=None).returning(Voice.id)
    subjects = [f"item {item_id}" for item_id in settled]
    reported = update(TrailEntry).where(TrailEntry.subject.in_(subjects), TrailEntry.move.in_(REPORTING))
    session.execute(reported.values(slack_user_id=""))
    return len(session.execute(nameless).all())


def _is_settled(session: Session, item: RefreshItem, before: datetime) -> bool:
    """What was merged is settled when its root is: until then its people wait for news."""
    root = root_of(session, item)
    return root.state in CLOSED_STATES and root.changed_at < before


def _forget_news(session: Session, before: datetime) -> int:
    """What people were told."""
    told = delete(Verdict).where(Verdict.told_at < before).returning(Verdict.id)
    news = delete(Delivery).where(Delivery.programme == NEWS, Delivery.due_at < before, not_(is_open()))
    return sum(len(session.execute(one).all()) for one in (told, news.returning(Delivery.id)))
