"""What of trivia names a person goes with them."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from persona_store.models import (
    Delivery,
    Player,
    TriviaAnswer,
    TriviaCard,
    TriviaFlag,
    TriviaQuestion,
    TriviaRound,
)
from persona_store.trivia.daily import COURSE, DAILY
from persona_store.trivia.rounds import OPENING


def forget_player(session: Session, slack_user_id: str) -> int:
    """Erase what somebody answered, flagged and learnt, and how they play; gives how many rows.

    Rounds that they started and questions that they wrote stay, and name nobody.
    """
    rows = 0
    for table in (TriviaAnswer, TriviaCard, TriviaFlag, Player):
        gone = delete(table).where(table.slack_user_id == slack_user_id).returning(table.slack_user_id)
        rows += len(session.execute(gone).all())
    sent = delete(Delivery).where(
        Delivery.channel_id == slack_user_id, Delivery.programme.in_((DAILY, COURSE))
    )
    rows += len(session.execute(sent.returning(Delivery.id)).all())
    rounds = update(TriviaRound).where(TriviaRound.started_by == slack_user_id).values(started_by="")
    written = update(TriviaQuestion).where(TriviaQuestion.author == slack_user_id).values(author="")
    rows += len(session.execute(rounds.returning(TriviaRound.id)).all())
    rows += len(session.execute(written.returning(TriviaQuestion.id)).all())
    return rows + _forget_starter(session, slack_user_id)


def _forget_starter(session: Session, slack_user_id: str) -> int:
    started = [
        delivery
        for delivery in session.scalars(select(Delivery).where(Delivery.programme == OPENING))
        if (delivery.content or {}).get("started_by") == slack_user_id
    ]
    for delivery in started:
        delivery.content = (delivery.content or {}) | {"started_by": ""}
    return len(started)
