"""Solo play: what a person answered, and how they stand."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from persona_store.database import insert_into
from persona_store.errors import NotFoundError
from persona_store.models import Player, TriviaAnswer, TriviaQuestion, TriviaRound
from persona_store.retiring import RETIRED
from persona_store.trivia.answers import has_met
from persona_store.trivia.learning import learn_from, list_cards
from persona_store.trivia.made import Made
from persona_store.trivia.material import Material
from persona_store.trivia.reviewing import get_question
from persona_store.trivia.rounds import keep_questions
from persona_store.trivia.scores import local_day

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Answered:
    """``option``: what counts; ``is_repeat``: it had been answered before this click."""

    question: TriviaQuestion
    option: int
    is_right: bool
    due_at: datetime | None
    is_repeat: bool = False


def count_answers(session: Session, slack_user_id: str, question_id: int | None = None) -> int:
    """How often somebody answered alone, all questions or one."""
    own = select(func.count()).where(
        TriviaAnswer.slack_user_id == slack_user_id, TriviaAnswer.round_id.is_(None)
    )
    if question_id is not None:
        own = own.where(TriviaAnswer.question_id == question_id)
    return session.scalar(own) or 0


def times_answered(session: Session, slack_user_id: str, key: str) -> int:
    """How often somebody answered this question alone, whether or not it is kept."""
    question_id = session.scalar(select(TriviaQuestion.id).where(TriviaQuestion.key == key))
    return count_answers(session, slack_user_id, question_id) if question_id is not None else 0


def list_answered(session: Session, slack_user_id: str, limit: int) -> list[TriviaQuestion]:
    """Questions that a person answered, in rounds or alone, the latest first."""
    latest = (
        select(TriviaAnswer.question_id, func.max(TriviaAnswer.id).label("answer"))
        .where(TriviaAnswer.slack_user_id == slack_user_id)
        .group_by(TriviaAnswer.question_id)
        .order_by(func.max(TriviaAnswer.id).desc())
        .limit(limit)
        .subquery()
    )
    rows = session.scalars(
        select(TriviaQuestion)
        .join(latest, latest.c.question_id == TriviaQuestion.id)
        .order_by(latest.c.answer.desc())
    )
    return list(rows)


def ask_alone(session: Session, made: Made, slack_user_id: str, now: datetime) -> tuple[int, int]:
    """Keep a question that is shown; gives its id, and how often the person has answered it."""
    (question_id,) = keep_questions(session, [made], now)
    return question_id, count_answers(session, slack_user_id, question_id)


def answer_alone(
    session: Session,
    question_id: int,
    option: int,
    turn: int,
    slack_user_id: str,
    *,
    now: datetime,
    zone: str | None = None,
) -> Answered:
    """Take an answer, once for each ``turn`` (how often they had answered when it was asked).

    Where it was answered before, that answer stays. Raises NotFoundError for what is retired.
    """
    player = keep_player(session, slack_user_id, zone)  # and nobody else answers for them meanwhile
    question = get_question(session, question_id)
    if not 0 <= option < len(question.options):
        raise NotFoundError("There is no such option.")
    given = session.scalars(
        select(TriviaAnswer)
        .where(
            TriviaAnswer.question_id == question_id,
            TriviaAnswer.slack_user_id == slack_user_id,
            TriviaAnswer.round_id.is_(None),
        )
        .order_by(TriviaAnswer.id)
    ).all()
    if turn < len(given):
        kept = given[turn]
        return Answered(question, kept.option, kept.is_right, None, is_repeat=True)
    if question.state == RETIRED:
        raise NotFoundError("This question has been retired since it was asked: it no longer counts.")
    is_right = option == question.right
    session.add(
        TriviaAnswer(
            question_id=question_id,
            slack_user_id=slack_user_id,
            option=option,
            is_right=is_right,
            is_first=not has_met(session, slack_user_id, question),
            answered_at=now,
            answered_on=local_day(now, zone or player.zone),
        )
    )
    due_at = None
    if question.statement is not None:
        due_at = learn_from(session, slack_user_id, question.statement, is_right=is_right, now=now)
    session.flush()
    return Answered(question, option, is_right, due_at)


def keep_player(session: Session, slack_user_id: str, zone: str | None = None) -> Player:
    """Give somebody's row, made where there is none, and locked; whoever plays has not left."""
    insert = insert_into(session, Player).values(slack_user_id=slack_user_id, zone=zone)
    session.execute(insert.on_conflict_do_nothing())
    player = session.get_one(Player, slack_user_id, with_for_update=True, populate_existing=True)
    player.left_at = None
    if zone is not None:
        player.zone = zone
    return player


def catch_up(session: Session, slack_user_id: str, now: datetime, zone: str | None = None) -> Player:
    """Learn from rounds that closed since the last time: not at the reveal, which thousands wait for."""
    player = keep_player(session, slack_user_id, zone)
    since = player.learnt_at or LONG_AGO
    moment = func.coalesce(TriviaAnswer.chosen_at, TriviaAnswer.answered_at)
    rows = session.execute(
        select(TriviaQuestion.statement, TriviaAnswer.is_right, moment)
        .join(TriviaQuestion, TriviaQuestion.id == TriviaAnswer.question_id)
        .join(TriviaRound, TriviaRound.id == TriviaAnswer.round_id)
        .where(
            TriviaAnswer.slack_user_id == slack_user_id,
            TriviaQuestion.statement.is_not(None),
            TriviaRound.state != "cancelled",
            TriviaRound.closes_at <= now,
            TriviaRound.closes_at > since,
        )
        .order_by(moment, TriviaAnswer.id)
    )
    for statement, is_right, at in rows.all():
        if statement is not None:
            learn_from(session, slack_user_id, statement, is_right=is_right, now=at)
    player.learnt_at = now
    session.flush()
    return player


@dataclass(frozen=True)
class Standing:
    """How a person stands: what they met, what is due, and how many they knew of today's."""

    met: int
    due: int
    next_at: datetime | None
    today: int
    today_right: int


def standing_of(session: Session, material: Material, slack_user_id: str, now: datetime) -> Standing:
    """Of what can still be asked."""
    player = session.get(Player, slack_user_id)
    today = local_day(now, player.zone if player else None)
    answers = session.execute(
        select(TriviaAnswer.is_right).where(
            TriviaAnswer.slack_user_id == slack_user_id,
            TriviaAnswer.round_id.is_(None),
            TriviaAnswer.answered_on == today,
        )
    ).all()
    dues = [one.due_at for one in list_cards(session, slack_user_id) if one.statement in material.statements]
    return Standing(
        len(dues),
        sum(due <= now for due in dues),
        min((due for due in dues if due > now), default=None),
        len(answers),
        sum(is_right for (is_right,) in answers),
    )
