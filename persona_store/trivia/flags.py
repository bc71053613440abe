"""Somebody holds something against a question: it is not asked again until the council has looked."""

from datetime import datetime

from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.errors import NotFoundError
from persona_store.models import TriviaFlag, TriviaQuestion


def flag_question(
    session: Session, question_id: int, slack_user_id: str, reason: str, now: datetime
) -> TriviaQuestion | None:
    """Pause a question; gives it the first time, None where this person has flagged it already."""
    question = session.get(TriviaQuestion, question_id)
    if question is None:
        raise NotFoundError("This question is no longer kept.")
    row = {"question_id": question_id, "slack_user_id": slack_user_id, "reason": reason, "flagged_at": now}
    new = insert_into(session, TriviaFlag).values(row).on_conflict_do_nothing()
    if session.execute(new.returning(TriviaFlag.question_id)).all() == []:
        return None
    if question.state == "open":
        question.state = "paused"
    return question
