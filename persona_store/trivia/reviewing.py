"""What is not asked any more: questions that somebody flagged, and those that say what is no longer true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from persona_store.errors import NotFoundError
from persona_store.models import TriviaFlag, TriviaQuestion
from persona_store.retiring import RETIRED
from persona_store.trivia.made import Made
from persona_store.trivia.material import Material, is_askable

OPEN, PAUSED = "open", "paused"


@dataclass(frozen=True)
class Flagged:
    """``reasons``: what people wrote, without their names; ``people``: how many flagged it."""

    question: TriviaQuestion
    reasons: Sequence[str]
    people: int


def list_flagged(session: Session) -> list[Flagged]:
    """Paused questions, the longest waiting first."""
    unsettled = (TriviaFlag.question_id == TriviaQuestion.id) & TriviaFlag.settled_at.is_(None)
    rows = session.execute(
        select(TriviaQuestion, TriviaFlag)
        .outerjoin(TriviaFlag, unsettled)
        .where(TriviaQuestion.state == PAUSED)
        .order_by(TriviaFlag.flagged_at, TriviaQuestion.id)
    )
    found: dict[int, tuple[TriviaQuestion, list[TriviaFlag]]] = {}
    for question, flag in rows:
        flags = found.setdefault(question.id, (question, []))[1]
        if flag is not None:  # whoever flagged it may have been erased since
            flags.append(flag)
    return [
        Flagged(question, [flag.reason for flag in flags if flag.reason], len(flags))
        for question, flags in found.values()
    ]


def count_flagged(session: Session) -> int:
    waiting = select(func.count()).where(TriviaQuestion.state == PAUSED)
    return session.scalar(waiting) or 0


def settle_flags(session: Session, question_id: int, *, keep: bool, now: datetime) -> TriviaQuestion:
    """Decide on a question: it is asked again, or never."""
    question = get_question(session, question_id)
    if question.state == PAUSED:
        question.state = OPEN if keep else RETIRED
    open_flags = update(TriviaFlag).where(
        TriviaFlag.question_id == question_id, TriviaFlag.settled_at.is_(None)
    )
    session.execute(open_flags.values(settled_at=now))
    return question


def blocked_keys(session: Session) -> frozenset[str]:
    """Keys of questions that are not to be asked."""
    return frozenset(session.scalars(select(TriviaQuestion.key).where(TriviaQuestion.state != OPEN)))


def still_holds(material: Material, made: Made) -> bool:
    """Tell whether a question that was kept can be asked of what is published now."""
    about = material.statements.get(made.statement or "")
    if made.persona not in material.personas:
        return False
    return made.statement is None or (about is not None and is_askable(about))


def get_question(session: Session, question_id: int) -> TriviaQuestion:
    question = session.get(TriviaQuestion, question_id)
    if question is None:
        raise NotFoundError("This question is no longer kept.")
    return question
