"""When a person meets a statement again: spaced repetition, a card for each person and statement.

What was missed comes again the next day at the earliest, what was known after days, then weeks, then months.
No chance is in it: the same answers at the same moments give the same plan.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from fsrs import Card, Rating, Scheduler, State
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from persona_store.models import TriviaCard

MOST_DAYS = 365
SCHEDULER = Scheduler(
    learning_steps=(), relearning_steps=(), maximum_interval=MOST_DAYS, enable_fuzzing=False
)
"""No steps of minutes: nobody plays like that at work."""
CARD_ID = 0
"""The library wants a number; our cards are named by person and statement."""


def learn_from(
    session: Session, slack_user_id: str, statement: str, *, is_right: bool, now: datetime
) -> datetime:
    """Take in an answer, from solo play or a round; gives when the statement comes again."""
    kept = session.get(TriviaCard, (slack_user_id, statement), with_for_update=True)
    memory, due_at = reviewed(kept.memory if kept else None, is_right=is_right, now=now)
    if kept is None:
        session.add(
            TriviaCard(slack_user_id=slack_user_id, statement=statement, memory=memory, due_at=due_at)
        )
    else:
        kept.memory, kept.due_at = memory, due_at
    session.flush()
    return due_at


def reviewed(
    memory: dict[str, Any] | None, *, is_right: bool, now: datetime
) -> tuple[dict[str, Any], datetime]:
    """Give the card after an answer, and when it is due. Pure."""
    card = Card.from_dict(cast("Any", memory)) if memory else Card(CARD_ID, State.Learning, due=now)
    if card.last_review is not None:
        now = max(now, card.last_review)  # clocks of two machines
    card, _ = SCHEDULER.review_card(card, Rating.Good if is_right else Rating.Again, now)
    return {**card.to_dict(), "missed": not is_right}, card.due


def last_review(card: TriviaCard) -> datetime:
    """When the statement was last met."""
    return datetime.fromisoformat(card.memory["last_review"])


def list_cards(session: Session, slack_user_id: str) -> Sequence[TriviaCard]:
    """What a person has met, what is due first first."""
    own = select(TriviaCard).where(TriviaCard.slack_user_id == slack_user_id)
    return session.scalars(own.order_by(TriviaCard.due_at, TriviaCard.statement)).all()


def count_due(session: Session, slack_user_id: str, now: datetime) -> int:
    own = select(func.count()).where(TriviaCard.slack_user_id == slack_user_id, TriviaCard.due_at <= now)
    return session.scalar(own) or 0


def was_missed(card: TriviaCard) -> bool:
    """Tell whether the last answer was wrong."""
    return bool(card.memory.get("missed"))
