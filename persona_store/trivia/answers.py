"""Answers in a round: private, one a person and question, changeable until the round closes.

A click counts if we got it before the round closed, whenever it is worked on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, Executable, exists, func, select
from sqlalchemy.orm import Session

from persona_store.errors import NotFoundError
from persona_store.models import Player, TriviaAnswer, TriviaQuestion, TriviaRound
from persona_store.trivia.rounds import find_round, insert_of
from persona_store.trivia.scores import local_day


class Outcome(StrEnum):
    RECORDED = "recorded"
    LATE = "late"
    CANCELLED = "cancelled"
    NOT_OPEN = "not_open"


@dataclass(frozen=True)
class Click:
    """``at``: when we got it. ``place``: of the question in the round, ``option``: of the answer in it."""

    round_id: int
    place: int
    option: int
    slack_user_id: str
    at: datetime
    zone: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What became of a click. ``answered``: places of the questions that the person has answered."""

    outcome: Outcome
    round: TriviaRound | None = None
    question: TriviaQuestion | None = None
    answered: Sequence[int] = field(default=())
    is_change: bool = False


def record_answer(session: Session, click: Click) -> Recorded:
    """Take an answer, or the change of one: the last click counts."""
    found = find_round(session, click.round_id)
    if found is None or not 0 <= click.place < len(found.questions):
        return Recorded(Outcome.NOT_OPEN)
    if found.state == "cancelled":
        return Recorded(Outcome.CANCELLED, found)
    if click.at >= found.closes_at:
        return Recorded(Outcome.LATE, found)
    question = session.get_one(TriviaQuestion, found.questions[click.place])
    if not 0 <= click.option < len(question.options):
        raise NotFoundError("There is no such option.")
    before = set(answers_of(session, found.id, click.slack_user_id))
    _keep_player(session, click)
    _keep_answer(session, click, question)
    answered = [place for place, one in enumerate(found.questions) if one in before | {question.id}]
    return Recorded(Outcome.RECORDED, found, question, answered, question.id in before)


def answers_of(session: Session, round_id: int, slack_user_id: str) -> dict[int, int]:
    """What somebody answered: the option, by the id of the question."""
    own = select(TriviaAnswer.question_id, TriviaAnswer.option).where(
        TriviaAnswer.round_id == round_id, TriviaAnswer.slack_user_id == slack_user_id
    )
    return dict(session.execute(own).all())


def _keep_player(session: Session, click: Click) -> None:
    """Remember where they are; whoever plays has not left."""
    row = {"slack_user_id": click.slack_user_id, "zone": click.zone}
    session.execute(_player_upsert(session.get_bind().dialect.name), row)


def _keep_answer(session: Session, click: Click, question: TriviaQuestion) -> None:
    row = {
        "round_id": click.round_id,
        "question_id": question.id,
        "slack_user_id": click.slack_user_id,
        "option": click.option,
        "is_right": click.option == question.right,
        "is_first": not session.scalar(select(_met_before(click.slack_user_id, question))),
        "answered_at": click.at,
        "answered_on": local_day(click.at, click.zone),
        "chosen_at": click.at,
    }
    session.execute(_answer_upsert(session.get_bind().dialect.name), row)


@cache
def _player_upsert(dialect: str) -> Executable:
    """Built once, as the next one: that takes longer than to execute it."""
    insert = insert_of(dialect, Player)
    new = insert.excluded.zone
    is_news = Player.left_at.is_not(None) | (new != func.coalesce(Player.zone, ""))
    upsert: Executable = insert.on_conflict_do_update(
        index_elements=[Player.slack_user_id],
        set_={"zone": func.coalesce(new, Player.zone), "left_at": None},
        where=is_news,
    )
    return upsert


@cache
def _answer_upsert(dialect: str) -> Executable:
    """Of an answer that is there only the choice changes, to that of the latest click."""
    insert = insert_of(dialect, TriviaAnswer)
    upsert: Executable = insert.on_conflict_do_update(
        index_elements=[TriviaAnswer.round_id, TriviaAnswer.question_id, TriviaAnswer.slack_user_id],
        set_={name: insert.excluded[name] for name in ("option", "is_right", "chosen_at")},
        where=TriviaAnswer.chosen_at <= insert.excluded.chosen_at,
    )
    return upsert


def _met_before(slack_user_id: str, question: TriviaQuestion) -> ColumnElement[bool]:
    """Whether somebody has answered a question about this statement, or this very one."""
    met = exists().where(TriviaAnswer.slack_user_id == slack_user_id)
    if question.statement is None:
        return met.where(TriviaAnswer.question_id == question.id)
    about = select(TriviaQuestion.id).where(TriviaQuestion.statement == question.statement)
    return met.where(TriviaAnswer.question_id.in_(about))
